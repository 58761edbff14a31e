"""Takes swapped while the loop runs: on the beat, nothing left hanging, the music never stopping (workstation.md 6.2)."""

from __future__ import annotations

import numpy as np
import pytest
from ears import DRY, FRAMES_PER_TICK, ORGAN, RATE, Diary, engine, loudness, rendered, small_font, song, track
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.board import Board
from studio.audio.engine import Engine
from studio.audio.host import Host, SoundSettings
from studio.audio.messages import change
from studio.audio.mixer import Mix
from studio.audio.schedule import Scheduler, slots_of
from studio.audio.swap import next_line
from studio.audio.synth import FluidSynth
from studio.audio.transport import Transport
from studio.song import Timeline
from tests.patience import until

BEAT = 960
BEAT_FRAMES = BEAT * FRAMES_PER_TICK
BAR_FRAMES = 4 * BEAT_FRAMES


def schedule_of(*notes):
    piece = song(track(notes))
    return Scheduler(RATE).schedule(piece, slots_of(piece))


def swapped(made: Engine, swap: str, *notes):
    happened = []
    made.install_at(swap, schedule_of(*notes), lambda: happened.append(made.frame))
    return happened


EIGHTHS = [(at * BEAT // 2, BEAT // 2, 60) for at in range(64)]
OTHERS = [(at * BEAT // 2, BEAT // 2, 72) for at in range(64)]


@pytest.mark.parametrize(("swap", "line"), [("beat", 3 * BEAT_FRAMES), ("bar", BAR_FRAMES)])
def test_gn_6_2_the_swap_lands_on_the_line_and_the_music_goes_on(swap: str, line: int) -> None:
    diary = Diary()
    made = engine(song(track(EIGHTHS)), diary)
    made.play()
    rendered(made, 2 * BEAT_FRAMES + 700)
    happened = swapped(made, swap, *OTHERS)
    rendered(made, 8 * BEAT_FRAMES)
    assert happened == [line]
    assert made.is_playing
    assert max(frame for frame, _, values in diary.told("on") if values[1] == 60) < line
    assert min(frame for frame, _, values in diary.told("on") if values[1] == 72) == line
    begun = [frame for frame, _, _ in diary.told("on")]
    apart = [abs(frame - at * BEAT_FRAMES // 2) for at, frame in enumerate(begun)]
    assert len(begun) >= 20
    assert max(apart) <= 32, "not one eighth is late or left out"


def test_gn_6_2_a_note_that_hangs_over_the_line_is_closed_there() -> None:
    diary = Diary()
    made = engine(song(track([(BEAT, 8 * BEAT, 60), (BEAT, 8 * BEAT, 64)])), diary)
    made.play()
    rendered(made, BEAT_FRAMES + 500)
    swapped(made, "beat", (BEAT, 8 * BEAT, 64), (0, 6 * BEAT, 67))
    rendered(made, 20 * BEAT_FRAMES)
    assert [(frame, values[1]) for frame, _, values in diary.told("off")] == [
        (2 * BEAT_FRAMES, 60),
        (6 * BEAT_FRAMES, 67),
        (9 * BEAT_FRAMES, 64),
    ]
    assert [(frame, values[1]) for frame, _, values in diary.told("on")] == [
        (BEAT_FRAMES, 60),
        (BEAT_FRAMES, 64),
        (2 * BEAT_FRAMES, 67),
    ], "the long note of the new take that sounds across the line is begun there, the one that both have goes on"


def test_gn_6_2_a_swap_near_the_end_of_the_loop_happens_as_it_turns() -> None:
    diary = Diary()
    made = engine(song(track(EIGHTHS)), diary)
    made.set_loop((0, BAR_FRAMES))
    made.play()
    rendered(made, BAR_FRAMES - 600)
    happened = swapped(made, "bar", *OTHERS)
    rendered(made, BAR_FRAMES)
    assert happened == [0]
    assert {values[1] for frame, _, values in diary.told("on") if frame >= BAR_FRAMES} == {72}


def test_gn_6_2_the_last_of_several_swaps_wins_and_none_waits_while_nothing_plays() -> None:
    diary = Diary()
    made = engine(song(track(EIGHTHS)), diary)
    assert swapped(made, "bar", *OTHERS) == [0]
    made.play()
    rendered(made, 500)
    first = swapped(made, "beat", *EIGHTHS)
    second = swapped(made, "beat", (2 * BEAT, BEAT, 50))
    rendered(made, 4 * BEAT_FRAMES)
    assert (first, second) == ([], [BEAT_FRAMES])
    assert [values[1] for frame, _, values in diary.told("on") if frame >= BEAT_FRAMES] == [50]


@pytest.mark.parametrize("leave", ["pause", "seek", "install"])
def test_gn_6_2_whatever_comes_between_a_swap_is_not_forgotten(leave: str) -> None:
    diary = Diary()
    made = engine(song(track(EIGHTHS)), diary)
    made.play()
    rendered(made, 500)
    happened = swapped(made, "bar", *OTHERS)
    if leave == "pause":
        made.pause()
    elif leave == "seek":
        made.seek(6 * BEAT_FRAMES)
    else:
        made.install(schedule_of((2 * BEAT, BEAT, 50)))
    rendered(made, 1024)
    made.play()
    diary.calls.clear()
    rendered(made, 2 * BEAT_FRAMES)
    assert len(happened) == (leave != "install")
    assert {values[1] for _, _, values in diary.told("on")} == ({50} if leave == "install" else {72})


def test_gn_6_2_nothing_hangs_in_the_sound_itself() -> None:
    synth = FluidSynth(small_font(), RATE, 4)
    try:
        made = engine(song(track([(0, 64 * BEAT, 60), (0, 64 * BEAT, 67)], instrument=ORGAN, strip=DRY)), synth)
        made.play()
        assert loudness(rendered(made, BEAT_FRAMES // 2)) > 0.01
        swapped(made, "beat")
        before = rendered(made, BEAT_FRAMES // 2 - 512)
        assert loudness(before[-2000:]) > 0.01, "it sounds on to the line"
        rendered(made, RATE)
        assert loudness(rendered(made, RATE)) < 1e-4
        assert made.is_playing
    finally:
        synth.close()


def test_gn_6_2_faders_of_a_take_change_with_it() -> None:
    made = engine(song(track(EIGHTHS)), Diary())
    made.play()
    rendered(made, 500)
    quiet = Mix.silent(made.synth.slots)
    made.install_at("beat", schedule_of(*OTHERS), lambda: made.mixer.change(quiet))
    before = made.mixer
    rendered(made, BEAT_FRAMES - 1024)
    assert made.mixer is before
    assert made.frame < BEAT_FRAMES


@given(st.integers(0, 10**7), st.sampled_from([(4, 4), (3, 4), (6, 8), (5, 16)]), st.sampled_from(["beat", "bar"]))
def test_gn_6_2_the_next_line_is_on_the_grid_never_over_and_never_far(frame: int, meter: tuple[int, int], swap: str) -> None:
    timeline = Timeline().with_meter(0, *meter).with_meter(40 * 960 * 3, 4, 4)
    found = next_line(timeline, frame, RATE, swap)
    assert found % 64 == 0
    assert frame <= found <= frame + (BEAT_FRAMES if swap == "beat" else BAR_FRAMES) + 64


def test_gn_6_2_silence_between_takes_is_no_longer_than_a_block() -> None:
    synth = FluidSynth(small_font(), RATE, 4)
    try:
        made = engine(song(track([(0, 64 * BEAT, 60)], instrument=ORGAN, strip=DRY)), synth)
        made.play()
        rendered(made, BEAT_FRAMES // 2)
        swapped(made, "beat", (0, 64 * BEAT, 72))
        sound = np.abs(rendered(made, 2 * BEAT_FRAMES)).max(axis=1)
        assert sound[2000:].reshape(-1, 8).max(axis=1).size
        quiet = np.convolve(sound[2000:] < 1e-3, np.ones(1024), "valid")
        assert quiet.max() < 1024
    finally:
        synth.close()


def test_gn_6_2_the_sound_process_swaps_on_the_bar_and_goes_on() -> None:
    """The control thread and the render thread of the real thing, on the null device."""
    settings = SoundSettings(device="", midi_input="none")
    host = Host(Board(), settings, lambda _status: None, lambda _played: None)
    host.open()
    try:
        first = song(track(EIGHTHS))
        other = first.with_track(track(OTHERS))
        host.obey("song", change(None, first, {1: 0}, None))
        host.obey("play", Transport(is_playing=True))
        engine = host.player.engine
        assert until(lambda: engine.is_playing and engine.frame > BEAT_FRAMES // 2)
        begun = engine.schedule
        host.obey("song", change(first, other, {1: 0}, None, "bar"))
        assert until(lambda: engine.schedule is not begun)
        assert engine.frame >= BAR_FRAMES
        assert engine.is_playing
    finally:
        host.close()

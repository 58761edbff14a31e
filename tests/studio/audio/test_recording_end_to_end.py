"""From a cable through the real sound process (silent device) into the song: notes stand where they were heard."""

from __future__ import annotations

import os
import statistics
from functools import partial

import pytest
from ears import small_font

from studio.audio.host import SoundSettings
from studio.audio.played import Touch
from studio.audio.schedule import OFF, ON
from studio.audio.sound import Sound
from studio.jobs.board import InlineRunner
from studio.recording.recorder import Manner, Recorder
from studio.session import Session
from studio.song import Span
from studio.song.check import check
from tests.cable import CableSystem
from tests.fakes import scale_takes
from tests.patience import until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a named pipe is the cable")
TICKS_PER_S = 1920
NEAR_TICKS = 0.06 * TICKS_PER_S
"""What a crowded machine may need between looking at the position and writing to the cable."""


@pytest.fixture
def studio(tmp_path):
    path = tmp_path / "cable"
    os.mkfifo(path)
    sound = Sound(SoundSettings(soundfont=small_font(), device="", midi_system=partial(CableSystem, path)))
    session = Session(InlineRunner(), scale_takes, sound)
    recorder = Recorder(session, sound)
    end = os.open(path, os.O_RDWR)
    sound.start()
    assert until(lambda: sound.status().midi_inputs == ("Cable",))
    yield session, recorder, sound, end
    sound.close()
    os.close(end)


def reach(recorder: Recorder, tick: float) -> float:
    """Wait until the music has come so far, as the window does; where it is then."""

    def is_there() -> bool:
        recorder.update()
        return recorder.sound.place().is_playing and recorder.sound.place().tick >= tick

    assert until(is_there)
    return recorder.sound.place().tick


def play_phrase(recorder: Recorder, end: int, pitches, first_tick: float) -> list[tuple[float, float, int]]:
    """Each for about a tenth of a second; where the music was when it was pressed and let go."""
    played = []
    for at, pitch in enumerate(pitches):
        begin = reach(recorder, first_tick + 400 * at)
        os.write(end, bytes((0x90, pitch, 90)))
        stop = reach(recorder, begin + 200)
        os.write(end, bytes((0x90, pitch, 0)))
        played.append((begin, stop, pitch))
    return played


def test_pr_24_what_a_midi_keyboard_plays_stands_where_it_was_heard(studio) -> None:
    session, recorder, sound, end = studio
    recorder.use(Manner(count_in_bars=1))
    recorder.toggle()
    assert until(lambda: recorder.update() or recorder.state == "recording")
    played = play_phrase(recorder, end, (60, 64, 67, 72, 71, 69), 300)
    assert until(lambda: recorder.update() or len(recorder.growing()) == 6)
    recorder.toggle()
    notes = list(session.song.track(1).notes)
    assert [note.pitch for note in notes] == [pitch for _, _, pitch in played]
    late = [note.start_tick - begin for note, (begin, _, _) in zip(notes, played, strict=True)]
    assert all(-30 <= each < 4 * NEAR_TICKS for each in late), late
    assert statistics.median(late) < NEAR_TICKS
    lengths = [note.length_ticks - (stop - begin) for note, (begin, stop, _) in zip(notes, played, strict=True)]
    assert statistics.median(map(abs, lengths)) < NEAR_TICKS
    assert session.history.undo_label == "Record 6 notes"
    assert check(session.song) == ()
    sound.stop()


def test_pr_24_round_a_loop_each_pass_is_a_take(studio) -> None:
    session, recorder, _, end = studio
    session.set_loop(Span(0, 1920))
    recorder.use(Manner(count_in_bars=0, replaces=True))
    recorder.toggle()
    for turn, pitch in enumerate((60, 62, 64)):
        assert until(lambda turn=turn: recorder.update() or (recorder.place.turn == turn and recorder.place.tick > 500))
        os.write(end, bytes((0x90, pitch, 90)))
        assert until(lambda turn=turn: recorder.update() or recorder.place.turn > turn or recorder.place.tick > 900)
        os.write(end, bytes((0x80, pitch, 0)))
    assert until(lambda: recorder.update() or recorder.place.turn == 3)
    recorder.toggle()
    takes = session.tray.current.takes
    assert [take.rows["pitch"].tolist() for take in takes[:3]] == [[60], [62], [64]]


def test_the_computers_keyboard_takes_the_same_way(studio) -> None:
    session, recorder, sound, _ = studio
    recorder.use(Manner(count_in_bars=0))
    recorder.toggle()
    begin = reach(recorder, 480)
    recorder.sound_touch(ON, 62, 100)
    stop = reach(recorder, begin + 300)
    recorder.sound_touch(OFF, 62, 0)
    sound.pause()
    assert until(lambda: recorder.update() or not recorder.is_on)
    (note,) = session.song.track(1).notes
    assert note.pitch == 62
    assert abs(note.start_tick - begin) < NEAR_TICKS
    assert abs(note.length_ticks - (stop - begin)) < NEAR_TICKS
    sound.touch(Touch(ON, 60, 80))
    recorder.update()
    assert len(session.song.track(1).notes) == 1

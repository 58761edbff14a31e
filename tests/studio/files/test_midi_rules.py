"""The rules of what a MIDI file holds (workstation.md EX-01 to EX-16), each for any song there is, by a parser of its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import UnsupportedRequest
from studio.files.excerpt import excerpt
from studio.files.formats.midi import read, write
from studio.files.midi.plan import plan_of
from studio.files.midi.reading import song_from_bytes
from studio.files.midi.writing import bytes_of
from studio.files.outgoing import send_separately
from studio.files.part import Part, bars_of, part_of
from studio.song import (
    Controls,
    ForeignEvent,
    Instrument,
    Marker,
    MeterChange,
    Note,
    Notes,
    Song,
    Span,
    Strip,
    TempoChange,
    Timeline,
    Track,
)
from studio.song.controls import BEND, CONTROLLER, DRAWN
from studio.song.mixing import Group
from tests.midi_parser import Parsed, Said, parsed
from tests.midi_songs import line, notes, reference_songs, scale, songs

EXAMPLES = settings(max_examples=30, deadline=None)
FEWER = settings(max_examples=15, deadline=None)
PRESETS = st.sampled_from(("DAW", "GM playback"))
OFF, ON, POLY, CONTROL, PROGRAM_CHANGE, TOUCH, WHEEL = range(0x8, 0xF)
NAME, INSTRUMENT_NAME, MARKER, PORT, END, TEMPO, METER, KEY = 3, 4, 6, 0x21, 0x2F, 0x51, 0x58, 0x59
CONDUCTING = (0x02, TEMPO, METER, KEY, MARKER)


def written(song: Song, **options: object) -> Parsed:
    return parsed(bytes_of(song, options)[0])


def body(track: list[Said]) -> list[Said]:
    return [said for said in track if said.kind != 0xF]


def port_of(track: list[Said]) -> int:
    return next((said.payload[0] for said in track if said.meta == PORT), 0)


@st.composite
def crowds(draw: st.DrawFn) -> Song:
    """Many tracks of few sounds, drums among them, some with controllers, some louder than others."""
    made = []
    for number in range(1, draw(st.integers(14, 34)) + 1):
        instrument = Instrument(draw(st.integers(0, 2)), draw(st.sampled_from((0, 1))), draw(st.integers(0, 9)) < 3)
        points = Controls.of([(0, CONTROLLER, 1, 5)]) if draw(st.integers(0, 9)) == 0 else Controls.EMPTY
        strip = Strip(draw(st.sampled_from((0, -6))))
        made.append(
            Track(number, f"T{number}", instrument=instrument, strip=strip, notes=draw(notes(100 * number)), controls=points)
        )
    return Song("Crowd", tuple(made), next_id=10_000)


@EXAMPLES
@given(songs())
def test_ex_01_format_0_for_one_track_else_1_behind_a_conductor(song: Song) -> None:
    file = written(song)
    assert file.format == (0 if len(song.tracks) <= 1 else 1)
    assert len(file.tracks) == (1 if file.format == 0 else 1 + len(song.tracks))


@EXAMPLES
@given(songs())
def test_ex_02_the_division_is_480_where_all_that_goes_out_is_even_else_960(song: Song) -> None:
    data, plan = bytes_of(song)
    file = parsed(data)
    assert file.division in (480, 960)
    ticks = [said.tick for track in file.tracks for said in track]
    if file.division == 960:
        assert any(tick % 2 for tick in ticks), "all of it would have gone into 480"
    starts = {tick * 960 // file.division for track in file.tracks for tick, _, _ in track}
    assert all({*planned.rows["start"].tolist()} <= starts for planned in plan.tracks)


@EXAMPLES
@given(songs(), PRESETS)
def test_ex_03_the_conductor_holds_all_of_the_timeline_and_no_notes(song: Song, preset: str) -> None:
    file = written(song, preset=preset)
    conductor, *others = file.tracks
    if file.format == 1:
        assert body(conductor) == []
    assert not any(said.meta in CONDUCTING for track in others for said in track)
    scale_up = 960 // file.division
    assert [said.tick * scale_up for said in conductor if said.meta == TEMPO] == [change.tick for change in song.timeline.tempos]
    assert [said.tick * scale_up for said in conductor if said.meta == METER] == [change.tick for change in song.timeline.meters]
    assert [said.payload.decode() for said in conductor if said.meta == MARKER] == [mark.text for mark in song.timeline.markers]


@given(st.floats(10, 1000))
def test_ex_04_tempo_is_rounded_to_the_microsecond_and_there_from_the_start(bpm: float) -> None:
    us = round(60e6 / bpm)
    song = Song("x", (Track(1, "x", notes=scale(1, 60)),), Timeline((TempoChange(0, us),)))
    first = {said.meta: said for said in written(song).tracks[0] if said.tick == 0 and said.meta in (TEMPO, METER)}
    assert int.from_bytes(first[TEMPO].payload, "big") == us
    assert first[METER].payload == bytes((4, 2, 24, 8))


@EXAMPLES
@given(st.integers(40, 240), st.integers(40, 240), st.integers(1, 16 * 960))
def test_ex_04_a_ramp_goes_in_steps_of_a_sixteenth_or_half_a_beat_a_minute(low: int, high: int, length: int) -> None:
    ramp = (TempoChange(0, round(60e6 / low), is_ramp=True), TempoChange(length, round(60e6 / high)))
    song = Song("x", (Track(1, "x", notes=line(1, (0, 20_000, 60, 80))),), Timeline(ramp))
    file = written(song)
    steps = [
        (said.tick * 960 // file.division, 60e6 / int.from_bytes(said.payload, "big"))
        for said in file.tracks[0]
        if said.meta == TEMPO
    ]
    assert steps[0][0] == 0
    assert steps[-1][0] == length
    for (tick, bpm), (later, then) in pairwise(steps):
        assert later - tick <= 240 or abs(then - bpm) <= 0.5 + 0.01


@EXAMPLES
@given(crowds(), PRESETS)
def test_ex_05_a_channel_never_carries_two_programs_nor_two_levels_and_drums_have_the_tenth(song: Song, preset: str) -> None:
    data, plan = bytes_of(song, {"preset": preset})
    held: dict[tuple[int, int], set[tuple[tuple[int, int, bytes], ...]]] = defaultdict(set)
    used: dict[tuple[int, int], int] = defaultdict(int)
    for track, planned in zip(parsed(data).tracks[1:], plan.tracks, strict=True):
        (channel,) = {said.channel for said in body(track)}
        assert (channel == 9) == planned.instrument.is_drum
        place = port_of(track), channel
        held[place].add(
            tuple((said.tick, said.kind, said.data) for said in body(track) if said.kind in (CONTROL, PROGRAM_CHANGE))
        )
        used[place] += 1
    assert all(len(sets) == 1 for sets in held.values()), "what one track sets up holds for all on its channel"
    melodic = sum(not planned.instrument.is_drum for planned in plan.tracks)
    if melodic <= 15:
        assert all(count == 1 for (_, channel), count in used.items() if channel != 9)
    if any(port for port, _ in used):
        assert any("Export one file per track" in remark for remark in plan.remarks)


def test_ex_05_drums_of_two_kits_or_struck_at_once_do_not_share_the_one_drum_channel() -> None:
    def ports(*tracks: Track) -> list[tuple[int, int]]:
        return [(planned.port, planned.channel) for planned in plan_of(Song("x", tracks), {}).tracks]

    def kit(number: int, program: int = 0, start: int = 0) -> Track:
        return Track(
            number, f"{number}", instrument=Instrument(program, is_drum=True), notes=line(10 * number, (start, 99, 36, 80))
        )

    assert ports(kit(1), kit(2, start=960)) == [(0, 9), (0, 9)]
    assert ports(kit(1), kit(2)) == [(0, 9), (1, 9)]
    assert ports(kit(1), kit(2, 8, 960), kit(3, 0, 1920)) == [(0, 9), (1, 9), (0, 9)]
    with pytest.raises(UnsupportedRequest, match="more than the one drum channel"):
        bytes_of(Song("x", (kit(1), kit(2, 8, 960))), {"ports": False})


def test_ex_05_what_does_not_fit_goes_into_one_file_for_each_track(tmp_path: Path) -> None:
    song = reference_songs()["twenty"]
    with pytest.raises(UnsupportedRequest, match="Export one file per track"):
        bytes_of(song, {"ports": False})
    paths = send_separately(song, tmp_path, {"ports": False}).paths
    assert len(paths) == 20
    assert all(parsed(path.read_bytes()).format == 0 for path in paths)


HEAD = (NAME, INSTRUMENT_NAME, PORT)


@EXAMPLES
@given(songs(), PRESETS)
def test_ex_06_a_track_begins_with_names_bank_program_bend_range_controllers_bends(song: Song, preset: str) -> None:
    file = written(replace(song, tracks=(*song.tracks, Track(9000, "Another"))), preset=preset)
    for track, made in zip(file.tracks[1:], song.tracks, strict=False):
        start = [said for said in track if said.tick == 0 and said.meta != END]
        metas = [said.meta for said in start if said.kind == 0xF]
        assert metas[:2] == [NAME, INSTRUMENT_NAME]
        events = body(start)
        program = next(at for at, said in enumerate(events) if said.kind == PROGRAM_CHANGE)
        assert [said.data[0] for said in events[:program]] in ([], [0, 32])
        assert all(said.kind == CONTROL for said in events[:program])
        kinds = [said.kind for said in events[program + 1 :] if said.kind in (CONTROL, WHEEL, ON)]
        assert kinds == sorted(kinds, key=[CONTROL, WHEEL, ON].index)
        if (made.controls.points["kind"] == BEND).any():
            selectors = [said.data for said in events[program + 1 :] if said.kind == CONTROL][:6]
            sets_its_own = (np.isin(made.controls.points["number"], (100, 101)) & (made.controls.points["value"] == 0)).any()
            assert sets_its_own or selectors == [
                bytes(pair) for pair in ((101, 0), (100, 0), (6, 2), (38, 0), (101, 127), (100, 127))
            ]


RANKS = {0xF: 0, OFF: 1, PROGRAM_CHANGE: 2, CONTROL: 3, TOUCH: 3, WHEEL: 4, ON: 5, POLY: 6}


@EXAMPLES
@given(songs(), PRESETS)
def test_ex_07_within_a_tick_meta_offs_bank_program_controllers_bends_ons_from_low_to_high(song: Song, preset: str) -> None:
    for track in written(song, preset=preset).tracks:
        by_tick: dict[int, list[Said]] = defaultdict(list)
        for said in track:
            by_tick[said.tick].append(said)
        assert by_tick[track[-1].tick].pop().meta == END
        for together in by_tick.values():
            order = [(2 if said.kind == CONTROL and said.data[0] in (0, 32) else RANKS[said.kind]) for said in together]
            assert order == sorted(order)
            for kind in (OFF, ON):
                pitches = [said.data[0] for said in together if said.kind == kind]
                assert pitches == sorted(pitches)


def test_ex_07_controllers_keep_the_order_in_which_they_were_set() -> None:
    points = [(960, CONTROLLER, number, value) for number, value in ((101, 0), (100, 0), (6, 12), (38, 0), (7, 1), (1, 3))]
    track = Track(1, "x", notes=line(10, (0, 2000, 60, 80)), controls=Controls.of(points))
    found = [tuple(said.data) for said in written(Song("x", (track,))).tracks[0] if said.tick == 480 and said.kind == CONTROL]
    assert found == [(101, 0), (100, 0), (6, 12), (38, 0), (7, 1), (1, 3)]


@EXAMPLES
@given(crowds())
def test_ex_08_nothing_overlaps_on_a_channel_and_every_note_ends(song: Song) -> None:
    sounding: dict[tuple[int, int, int], tuple[int, int]] = {}
    events = []
    for number, track in enumerate(written(song).tracks):
        events += [(said.tick, RANKS[said.kind], number, port_of(track), said) for said in body(track) if said.kind in (ON, OFF)]
    for tick, _, _, port, said in sorted(events, key=lambda event: event[:3]):
        key = port, said.channel, said.data[0]
        if said.kind == ON:
            assert key not in sounding
            assert said.data[1] > 0
            sounding[key] = tick, said.data[1]
        else:
            start, _ = sounding.pop(key)
            assert tick > start
    assert not sounding


@EXAMPLES
@given(songs())
def test_ex_09_every_event_has_its_status_byte_and_offs_are_0x80_with_64(song: Song) -> None:
    offs = [
        said for track in written(song).tracks for said in body(track) if said.kind == OFF
    ]  # the parser refuses running status
    assert {said.data[1] for said in offs} <= {64}
    assert len(offs) == song.note_count


@EXAMPLES
@given(songs(), st.integers(0, 40))
def test_ex_10_all_tracks_end_together_on_a_bar_line_not_before_what_they_hold(song: Song, bars: int) -> None:
    file = written(song, bars=bars)
    ends = {track[-1].tick * 960 // file.division for track in file.tracks}
    assert len(ends) == 1
    end = ends.pop()
    assert end >= max(song.end_tick, song.timeline.bar_start(bars + 1))
    assert song.timeline.position(end)[1:] == (1, 0)


def test_ex_10_bars_of_a_part_keep_their_length_when_their_end_is_silent() -> None:
    song = Song("x", (Track(1, "x", notes=line(10, (3840, 960, 60, 80), (15_360, 960, 60, 80))),))
    part = Part("bars 2-4", Span(3840, 15_360))
    assert bars_of(song, part) == 3
    file = written(part_of(song, part), bars=bars_of(song, part))
    assert file.tracks[0][-1].tick * 960 // file.division == 3 * 3840
    assert bars_of(song, Part()) == 0


def test_ex_11_members_of_a_muted_group_stay_out_of_single_files_too(tmp_path: Path) -> None:
    muted = Track(1, "Muted", notes=scale(10, 60), group=5)
    song = Song("x", (muted, Track(2, "Heard", notes=scale(30, 50))), groups=(Group(5, "G", strip=Strip(is_muted=True)),))
    assert [path.name for path in send_separately(song, tmp_path).paths] == ["01 - Heard.mid"]


@EXAMPLES
@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), st.binary(max_size=200), st.booleans())
def test_ex_12_no_name_raises_and_text_is_utf_8_of_127_bytes_without_control_signs(
    title: str, name: str, marker: str, rights: bytes, is_ascii: bool
) -> None:
    size = bytes((len(rights),)) if len(rights) < 128 else bytes((0x80 | len(rights) >> 7, len(rights) & 127))
    song = Song(
        title,
        (Track(1, name, notes=scale(10, 60)), Track(2, name)),
        Timeline(markers=(Marker(0, marker, False),)),
        foreign=(ForeignEvent(0, b"\xff\x02" + size + rights),),
    )
    file = written(song, ascii=is_ascii)
    texts = [said.payload for track in file.tracks for said in track if 1 <= said.meta <= 0x0F]
    assert any(said.meta == 2 for said in file.tracks[0])
    for payload in texts:
        assert len(payload) <= 127
        text = payload.decode("utf-8")
        assert not text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}")
        assert all(ord(sign) >= 32 and not 0x7F <= ord(sign) < 0xA0 for sign in text)
        assert text.isascii() or not is_ascii
    assert all(said.payload for track in file.tracks for said in track if said.meta == NAME), "no track is without a name"


@EXAMPLES
@given(songs())
def test_ex_13_levels_of_the_mixer_are_for_players_alone_and_system_messages_for_nobody(song: Song) -> None:
    aside = ForeignEvent(0, b"\xf0\x03\x7e\x01\xf7")
    strip = Strip(-6, 20, reverb=30, chorus=40)
    tracks = tuple(replace(track, strip=strip, controls=Controls(track.controls.drawn, (aside,))) for track in song.tracks)
    levels = {7: 71, 10: 77, 91: 30, 93: 40}
    for preset in ("DAW", "GM playback"):
        file = written(replace(song, tracks=tracks, foreign=(aside,)), preset=preset)
        assert not any(said.status == 0xF0 for track in file.tracks for said in track)
        for track, made in zip(file.tracks[-len(tracks) :] if tracks else [], tracks, strict=True):
            drawn = {(point[0], *point[2:]) for point in made.controls.points.tolist() if point[1] == CONTROLLER}
            own = {number for tick, number, _ in drawn if tick == 0}
            at_start = {said.data[0]: said.data[1] for said in body(track) if said.kind == CONTROL and said.tick == 0}
            for number, value in levels.items():
                expected = None if number in own or preset == "DAW" else value
                assert number in own or at_start.get(number) == expected


def test_ex_14_what_glides_is_written_as_it_is_heard() -> None:
    points = np.zeros(2, DRAWN)
    points["tick"], points["kind"], points["number"], points["value"] = (0, 1920), CONTROLLER, 11, (0, 10)
    points["glides"] = (True, False)
    track = Track(1, "x", notes=line(10, (0, 3840, 60, 80)), controls=Controls(points))
    found = [said.data[1] for said in body(written(Song("x", (track,))).tracks[0]) if said.kind == CONTROL and said.data[0] == 11]
    assert found == [*range(11), 10], "a value on the way, and the one that was set at its end"


def test_ex_14_a_part_begins_at_its_bar_line_with_what_is_in_force_there() -> None:
    """A pickup before the second beat of a bar in 3/4, inside a ramp, under a wide bend range and a held pedal."""
    timeline = Timeline(
        (TempoChange(0, 1_000_000, is_ramp=True), TempoChange(2880 * 4, 500_000)),
        (MeterChange(0, 4, 4), MeterChange(3840, 3, 4)),
    )
    ranges = [(0, CONTROLLER, number, value) for number, value in ((101, 0), (100, 0), (6, 12), (38, 0), (101, 127), (100, 127))]
    points = Controls.of([*ranges, (10, CONTROLLER, 64, 127), (20, BEND, 0, 4096), (7000, BEND, 0, 0)])
    track = Track(1, "x", notes=line(10, (0, 960, 50, 80), (7680, 960, 60, 80), (9600, 100, 61, 80)), controls=points)
    part = part_of(Song("x", (track,), timeline), Part("", Span(7680, 9600)))
    assert [(note.start_tick, note.pitch) for note in part.tracks[0].notes] == [(960, 60)]
    file = written(part)
    first = {said.meta: said.payload for said in file.tracks[0] if said.tick == 0 and said.kind == 0xF}
    assert first[METER] == bytes((3, 2, 24, 8))
    assert int.from_bytes(first[TEMPO], "big") == timeline.tempo_at(6720).us_per_beat
    events = [(said.kind, *said.data) for said in body(file.tracks[0]) if said.tick == 0]
    assert events[1:7] == [(CONTROL, *pair) for pair in ((101, 0), (100, 0), (6, 12), (38, 0), (101, 127), (100, 127))]
    assert (CONTROL, 64, 127) in events
    assert events[-1] == (WHEEL, 0, 96)


@EXAMPLES
@given(songs(), st.integers(0, 20_000), st.integers(1, 20_000))
def test_ex_14_parts_never_begin_before_their_start_and_keep_their_place_in_the_bar(song: Song, start: int, length: int) -> None:
    span = Span(start, start + length)
    base = song.timeline.bar_start(song.timeline.bar_of(start))
    for before, after in zip(song.tracks, excerpt(song, span).tracks, strict=True):
        inside = before.notes.starting_in(span)
        assert after.notes.rows["start"].tolist() == (inside["start"] - base).tolist()
        assert not len(inside) or after.notes.end_tick <= span.end_tick - base


@EXAMPLES
@given(songs())
def test_ex_15_the_same_song_made_twice_gives_the_same_bytes(song: Song) -> None:
    again = replace(song, tracks=tuple(replace(track, notes=Notes(track.notes.rows.copy())) for track in song.tracks))
    assert bytes_of(song)[0] == bytes_of(again)[0]


@FEWER
@given(st.one_of(songs(), crowds()), PRESETS, st.booleans(), st.booleans())
def test_ex_16_what_is_written_is_read_again_and_found_the_same(
    tmp_path_factory: pytest.TempPathFactory, song: Song, preset: str, has_tempo: bool, is_ascii: bool
) -> None:
    path = tmp_path_factory.mktemp("out") / "x.mid"
    write(song, path, {"preset": preset, "tempo": has_tempo, "ascii": is_ascii})
    found = read(path).song
    assert found.note_count == song.note_count


def test_ex_16_a_file_of_one_note_is_read_by_its_name_and_sound() -> None:
    song = Song("T", (Track(1, "Flöte", instrument=Instrument(73, 129), notes=Notes.of([Note(1, 1, 60, 1, 5)])),))
    (track,) = song_from_bytes(bytes_of(song)[0], "x.mid").song.tracks
    assert (track.name, track.instrument) == ("Flöte", Instrument(73, 129))

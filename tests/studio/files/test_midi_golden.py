"""The golden files of the six reference documents, read by two programs that are not ours (workstation.md 11.1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import mido
import pytest
import symusic

from studio.files.midi.plan import Plan, plan_of
from tests.midi_songs import reference_songs

GOLDEN = Path(__file__).parent / "golden"
SONGS = reference_songs()
NOTE = tuple[int, int, int, int]


class Heard(NamedTuple):
    """What a reader makes of one track: all names that stand in it, program, whether it is drums, notes in song ticks."""

    names: list[str]
    program: int
    is_drum: bool
    notes: list[NOTE]


def planned(name: str) -> Plan:
    return plan_of(SONGS[name].ungrouped(), {})


def rows(planned_rows: Any) -> list[NOTE]:
    return sorted((r["start"], r["length"], r["pitch"], r["velocity"]) for r in planned_rows)


def by_mido(file: mido.MidiFile) -> list[Heard]:
    scale, found = 960 // file.ticks_per_beat, []
    for track in file.tracks:
        tick, sounding, notes = 0, {}, []
        names = [message.name for message in track if message.type == "track_name"]
        programs = {message.program for message in track if message.type == "program_change"}
        channels = {message.channel for message in track if not message.is_meta}
        for message in track:
            tick += message.time * scale
            if message.type == "note_on":
                sounding[message.note] = tick, message.velocity
            elif message.type == "note_off":
                start, velocity = sounding.pop(message.note)
                notes.append((start, tick - start, message.note, velocity))
        assert not sounding
        if channels:
            assert len(channels) == len(programs) == 1
            found.append(Heard(names, programs.pop(), channels == {9}, sorted(notes)))
    return found


def by_symusic(score: Any) -> list[Heard]:
    scale = 960 // score.ticks_per_quarter
    return [
        Heard(
            [track.name],
            track.program,
            track.is_drum,
            sorted((n.start * scale, n.duration * scale, n.pitch, n.velocity) for n in track.notes),
        )
        for track in score.tracks
    ]


def test_these_are_the_six_of_the_design() -> None:
    """One track; a band with drums; twenty tracks; a tempo ramp and 7/8; names beyond Latin; overlaps and bends."""
    assert sorted(path.stem for path in GOLDEN.glob("*.mid")) == sorted(SONGS)
    assert list(SONGS) == ["one-track", "band", "twenty", "ramp", "scripts", "bends"]
    assert len(SONGS["one-track"].tracks) == 1
    assert any(track.instrument.is_drum for track in SONGS["band"].tracks)
    assert len(SONGS["twenty"].tracks) == 20
    assert len(SONGS["ramp"].timeline.tempos) > 10
    assert (7, 8) in [tuple(meter)[1:] for meter in SONGS["ramp"].timeline.meters]
    assert sum(not track.name.isascii() for track in SONGS["scripts"].tracks) == 5
    points, notes = SONGS["bends"].tracks[0].controls.points, list(SONGS["bends"].tracks[0].notes)
    assert (points["kind"] == 1).any()
    pairs = [(one, other) for one in notes for other in notes if other.start_tick > one.start_tick]
    assert any(one.end_tick > other.start_tick for one, other in pairs), "notes that sound into others"
    assert any(one.pitch == other.pitch and one.end_tick == other.start_tick for one, other in pairs), "one struck again"


@pytest.mark.parametrize("name", SONGS)
def test_ex_16_mido_and_symusic_find_the_same_notes_names_programs_and_drums(name: str) -> None:
    path = GOLDEN / f"{name}.mid"
    expected = [(each.name, each.instrument.program, each.instrument.is_drum, rows(each.rows)) for each in planned(name).tracks]
    for reader, heard in (
        ("mido", by_mido(mido.MidiFile(path, charset="utf-8"))),
        ("symusic", by_symusic(symusic.Score(path))),
    ):
        assert [each[1:] for each in heard] == [each[1:] for each in expected], reader
        for one, (track_name, *_) in zip(heard, expected, strict=True):
            assert track_name in one.names, reader


@pytest.mark.parametrize("name", SONGS)
def test_ex_04_mido_and_symusic_find_the_same_tempo_map_and_meters(name: str) -> None:
    path, timeline = GOLDEN / f"{name}.mid", SONGS[name].timeline
    tempos = [(change.tick, change.us_per_beat) for change in timeline.tempo_steps]
    meters = [tuple(meter) for meter in timeline.meters]
    file = mido.MidiFile(path, charset="utf-8")
    scale, tick, found_tempos, found_meters = 960 // file.ticks_per_beat, 0, [], []
    for message in file.tracks[0]:
        tick += message.time * scale
        if message.type == "set_tempo":
            found_tempos.append((tick, message.tempo))
        elif message.type == "time_signature":
            found_meters.append((tick, message.numerator, message.denominator))
    assert (found_tempos, found_meters) == (tempos, meters)
    score = symusic.Score(path)
    scale = 960 // score.ticks_per_quarter
    assert [(tempo.time * scale, tempo.mspq) for tempo in score.tempos] == tempos
    assert [(meter.time * scale, meter.numerator, meter.denominator) for meter in score.time_signatures] == meters


@pytest.mark.parametrize("name", SONGS)
def test_ex_05_mido_finds_the_channels_that_were_dealt_and_each_track_on_one(name: str) -> None:
    file = mido.MidiFile(GOLDEN / f"{name}.mid", charset="utf-8")
    found = []
    for track in file.tracks:
        channels = {message.channel for message in track if not message.is_meta}
        ports = [message.port for message in track if message.type == "midi_port"]
        if channels:
            (channel,) = channels
            found.append((ports[0] if ports else 0, channel))
    assert found == [(each.port, each.channel) for each in planned(name).tracks]
    melodic = [place for place in found if place[1] != 9]
    assert len(set(melodic)) == len(melodic)

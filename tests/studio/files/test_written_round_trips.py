"""Song to file to song for every written format, within what each can hold; and tunes made of known notes read back as those."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pypianoroll
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.files import project
from studio.files.format import open_song, write_song
from studio.files.formats.abc_tunes import song_from_text
from studio.files.midi.texts import clean_name
from studio.files.multitrack import from_multitrack, rolls_of
from studio.files.musicxml.score import song_of_score
from studio.files.musicxml.spelling import signature
from studio.files.musicxml.writing import score_bytes, written_rows
from studio.files.notation.writing import GRIDS
from studio.files.project import Document
from studio.files.rolls_archive import read_rolls, write_rolls
from studio.song.harmony import Key
from studio.song.notes import Notes, rows_from_columns, without_overlaps
from studio.song.song import Song, Track
from studio.song.timeline import KeyChange, MeterChange, TempoChange, Timeline
from tests.midi_songs import reference_songs, songs
from tests.song_values import documents

SOME = settings(max_examples=40, deadline=None)
MANY = settings(max_examples=500, deadline=None)
COLUMNS = ["start", "length", "pitch", "velocity"]


def both(check: object, *strategies: st.SearchStrategy[object]) -> tuple[object, object]:
    """The property with some dozens of examples, and with five hundred for the slow suite."""
    return SOME(given(*strategies)(check)), pytest.mark.slow(MANY(given(*strategies)(check)))  # type: ignore[arg-type,type-var]


# Project


def project_is_identical(document: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.ricercar"
        project.write(document, path)
        assert project.read(path) == document


test_a_project_comes_back_identical, test_five_hundred_projects_come_back_identical = both(project_is_identical, documents())


# MusicXML


def rows_by_track(song: Song) -> list[list[tuple[int, ...]]]:
    return [track.notes.rows[COLUMNS].tolist() for track in song.tracks]


def barred(song: Song) -> Song:
    """The same with changes of meter and key where a bar begins, tempi that a score can say, and no note below C0."""
    timeline = song.timeline
    meters, at = [MeterChange(0, *timeline.meters[0][1:])], 0
    for change in timeline.meters[1:]:
        length = meters[-1].numerator * 3840 // meters[-1].denominator
        at = max(at + length, -(-(change.tick - at) // length) * length + at)
        meters.append(MeterChange(at, change.numerator, change.denominator))
    whole = Timeline(timeline.tempos, tuple(meters))
    keys = {whole.bar_start(whole.bar_of(change.tick)): change.key for change in timeline.keys}
    slow = {change.tick // 240 * 240: change.us_per_beat for change in timeline.tempos}
    tempos = tuple(TempoChange(tick, us) for tick, us in sorted(slow.items()))
    laid = Timeline(tempos, tuple(meters), tuple(KeyChange(*each) for each in sorted(keys.items())))
    return replace(song, timeline=laid)


def score_is_equal(song: Song, grid: str) -> None:
    """Notes as quantised, name of each track, program, drums, title, meters, keys and tempi up to the last bar written."""
    song = barred(song)
    meant = [track for track in song.tracks if len(written_rows(track, song, GRIDS[grid]))]
    if not meant:
        return
    read = song_of_score(score_bytes(song, grid), "x.musicxml").song
    assert rows_by_track(read) == [written_rows(track, song, GRIDS[grid])[COLUMNS].tolist() for track in meant]
    assert [track.name for track in read.tracks] == [clean_name(track.name) for track in meant]
    assert [track.instrument.is_drum for track in read.tracks] == [track.instrument.is_drum for track in meant]
    sounds = [(each.instrument.program, each.instrument.bank) for each in meant if not each.instrument.is_drum]
    assert [(each.instrument.program, each.instrument.bank) for each in read.tracks if not each.instrument.is_drum] == sounds
    assert read.title == clean_name(song.title)
    end = read.end_tick
    for bar in range(1, song.timeline.bar_of(max(0, end - 1)) + 1):
        tick = song.timeline.bar_start(bar)
        assert read.timeline.meter_at(tick)[1:] == song.timeline.meter_at(tick)[1:]
        assert read.timeline.tempo_at(tick).us_per_beat == pytest.approx(song.timeline.tempo_at(tick).us_per_beat, rel=1e-4)
        key, found = song.timeline.key_at(tick), read.timeline.key_at(tick)
        if any(not track.instrument.is_drum for track in meant):
            assert (found and signature(found)) == (key and signature(key))


test_a_score_gives_back_its_song, test_five_hundred_scores_give_back_their_songs = both(
    score_is_equal, songs(3), st.sampled_from(tuple(GRIDS))
)


# Arrays


def on_steps(song: Song, step: int) -> Song:
    """The song with every start and length on the steps."""
    tracks = []
    for track in song.tracks:
        rows = track.notes.rows.copy()
        rows["start"] -= rows["start"] % step
        rows["length"] = np.maximum(rows["length"] // step, 1) * step
        settled, _, _ = without_overlaps(rows)
        tracks.append(replace(track, notes=Notes(settled)))
    tempos = {change.tick // step * step: change.us_per_beat for change in song.timeline.tempos}
    timeline = Timeline(tuple(TempoChange(tick, us) for tick, us in sorted(tempos.items())))
    return replace(song, tracks=tuple(tracks), timeline=timeline)


def arrays_are_equal(song: Song, resolution: int) -> None:
    """Starts and pitches exactly; a length loses its last step, or a velocity 1, where an equal note follows at once."""
    step = 960 // resolution
    song = on_steps(song, step)
    rolls = rolls_of(song, resolution)
    held = io.BytesIO()
    write_rolls(rolls, held)
    read = from_multitrack(read_rolls(held.getvalue(), "x.npz")).song
    assert len(read.tracks) == len(song.tracks)
    for mine, theirs in zip(song.tracks, read.tracks, strict=True):
        before, after = mine.notes.rows, theirs.notes.rows
        assert before[["start", "pitch"]].tolist() == after[["start", "pitch"]].tolist()
        assert (np.abs(before["velocity"].astype(int) - after["velocity"]) <= 1).all()
        lost = before["length"] - after["length"]
        assert set(lost.tolist()) <= {0, step}
        assert (mine.name.strip(), mine.instrument.program, mine.instrument.is_drum) == (
            theirs.name, theirs.instrument.program, theirs.instrument.is_drum
        )  # fmt: skip
    last = min(song.end_tick, read.end_tick)
    assert read.timeline.tempo_at(last).us_per_beat == pytest.approx(song.timeline.tempo_at(last).us_per_beat, abs=1)
    held.seek(0)
    library = pypianoroll.load(held)
    again = from_multitrack(library).song
    assert rows_by_track(again) == rows_by_track(read)


test_arrays_give_back_their_song, test_five_hundred_arrays_give_back_their_songs = both(
    arrays_are_equal, songs(3), st.sampled_from((1, 4, 24, 96, 480))
)


def test_equal_notes_side_by_side_stay_two() -> None:
    for length in (40, 80):
        rows = rows_from_columns([0, length, 2 * length], [length] * 3, [60] * 3, 90, id=np.arange(2, 5))
        song = Song("x", (Track(1, "a", notes=Notes(rows)),), next_id=5)
        assert from_multitrack(rolls_of(song, 24)).song.note_count == 3


@pytest.mark.parametrize("name", ["x.npz", "x.musicxml", "x.mxl", "x.ricercar"])
def test_equal_songs_give_equal_bytes(tmp_path: Path, name: str) -> None:
    song = replace(reference_songs()["band"], next_id=10_000)
    first, second = tmp_path / "1" / name, tmp_path / "2" / name
    for path in (first, second):
        path.parent.mkdir()
        write_song(song, path)
    assert first.read_bytes() == second.read_bytes()
    assert open_song(first).song.note_count == open_song(second).song.note_count


# Tunes: known notes written as ABC, then read

LETTERS = "CDEFGAB"
NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SIGNS = {0: "=", 1: "^", -1: "_", 2: "^^", -2: "__"}
KEYS = {"C": "", "G": "F", "D": "FC", "A": "FCG", "F": "B", "Bb": "BE", "Eb": "BEA", "Am": "", "Em": "F", "Ddor": "", "Gmix": ""}


@dataclass(frozen=True)
class Written:
    """A note or rest of the model: letter and alteration as they sound ("": rest), octave of middle C as 0, sixteenths."""

    letter: str
    alter: int
    octave: int
    sixteenths: int
    ties_on: bool = False
    mark: str = ""
    """What stands around it and is not heard: a slur, an ornament, an annotation."""


notes_written = st.builds(
    Written,
    st.sampled_from([*LETTERS, ""]),
    st.integers(-1, 1),
    st.integers(-2, 2),
    st.sampled_from((1, 2, 3, 4, 6, 8)),
    st.booleans(),
    st.sampled_from(("", "", "", "(", ".", "~", "!trill!", '"^slow"', "v")),
)
bars_written = st.lists(st.lists(notes_written, min_size=1, max_size=6), min_size=1, max_size=6)


def in_abc(bars: list[list[Written]], key: str, unit: Fraction, is_repeated: bool) -> str:
    """The tune's text. Each bar is filled up with a rest to four quarters; accidentals only where they are needed."""
    lines = []
    for bar in bars:
        in_force: dict[str, int] = {}
        text, left = "", 16
        for note in bar:
            length = min(note.sixteenths, left)
            if not length:
                break
            left -= length
            written = Fraction(length, 16) / unit
            size = str(written.numerator) * (written.numerator != 1) + f"/{written.denominator}" * (written.denominator != 1)
            if not note.letter:
                text += "z" + size
                continue
            signature_alter = (1 if key in "GDAEm" and key != "Am" else -1) if note.letter in KEYS[key] else 0
            sign = "" if in_force.get(note.letter, signature_alter) == note.alter else SIGNS[note.alter]
            in_force[note.letter] = note.alter
            name = note.letter.lower() + "'" * (note.octave - 1) if note.octave > 0 else note.letter + "," * -note.octave
            text += note.mark + sign + name + size + ")" * (note.mark == "(") + " "
        lines.append(text + (f"z{Fraction(left, 16) / unit}" if left else ""))
    music = "|".join(lines)
    return f"X:1\nT:Made\nM:4/4\nL:{unit}\nK:{key}\n" + (f"|:{music}:|" if is_repeated else f"{music}|]") + "\n"


def in_notes(bars: list[list[Written]], is_repeated: bool) -> list[tuple[int, int, int]]:
    found = []
    for number, bar in enumerate(bars * (2 if is_repeated else 1)):
        at = 0
        for note in bar:
            length = min(note.sixteenths, 16 - at)
            if not length:
                break
            if note.letter:
                pitch = 60 + 12 * note.octave + NATURAL[note.letter] + note.alter
                found.append((number * 3840 + at * 240, length * 240, pitch))
            at += length
    return found


def tune_is_what_was_meant(bars: list[list[Written]], key: str, unit: Fraction, is_repeated: bool) -> None:
    meant = in_notes(bars, is_repeated)
    text = in_abc(bars, key, unit, is_repeated)
    if not meant:
        return
    song = song_from_text(text).song
    assert sorted(row[:3] for row in song.tracks[0].notes.rows[COLUMNS].tolist()) == sorted(meant), text
    assert song.timeline.keys[0].key == Key.named({"Ddor": "D dorian", "Gmix": "G mixolydian"}.get(key, key)), text


UNITS = st.sampled_from((Fraction(1, 4), Fraction(1, 8), Fraction(1, 16)))
test_a_tune_of_known_notes_is_read_as_those, test_five_hundred_tunes_of_known_notes = both(
    tune_is_what_was_meant, bars_written, st.sampled_from(sorted(KEYS)), UNITS, st.booleans()
)


@pytest.mark.parametrize("over", range(2, 10))
def test_tuplets_of_every_number_fill_the_time_they_should(over: int) -> None:
    into = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(over, 2)
    song = song_from_text(f"X:1\nM:4/4\nL:1/4\nK:C\n({over}{'CDEFGABcd'[:over]}e4|]\n").song
    rows = song.tracks[0].notes.rows
    assert int(rows["start"][-1]) % 3840 == 960 * into % 3840

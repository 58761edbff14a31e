"""The little API for Python: its examples run, its signatures stay, songs cross to other libraries and files and come back."""

from __future__ import annotations

import doctest
import inspect
import warnings
from pathlib import Path

import numpy as np
import pretty_midi
import pypianoroll
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio import api
from studio.files.format import all_formats
from tests.midi_songs import reference_songs, songs

ROOT = Path(__file__).resolve().parents[2]

SIGNATURES = {
    "from_multitrack": "(rolls: 'Multitrack', title: 'str' = '') -> 'Song'",
    "from_pretty_midi": "(midi: 'PrettyMIDI', title: 'str' = 'Untitled') -> 'Song'",
    "make_song": "(title: 'str', parts: 'Iterable[Part]', *, bpm: 'float' = 120.0, meter: 'tuple[int, int]' = (4, 4)) -> 'Song'",
    "notes": "(track: 'Track', *, muted: 'bool' = False) -> 'Columns'",
    "read": "(path: 'str | os.PathLike[str]') -> 'Song'",
    "to_multitrack": "(song: 'Song', resolution: 'int' = 24, span: 'tuple[int, int] | None' = None) -> 'Multitrack'",
    "to_pretty_midi": "(song: 'Song') -> 'PrettyMIDI'",
    "write": "(song: 'Song', path: 'str | os.PathLike[str]', *, is_marked: 'bool' = True, **options: 'object')"
    " -> 'tuple[str, ...]'",
    "Part": "(name: 'str', notes: 'ArrayLike', program: 'int' = 0, is_drum: 'bool' = False) -> None",
}


def test_names_and_signatures_are_those_that_were_promised() -> None:
    others = {"TICKS_PER_BEAT", "Columns", "NotExact", "RicercarError", "Song"}
    assert set(api.__all__) == set(SIGNATURES) | others
    assert {name: str(inspect.signature(getattr(api, name))) for name in SIGNATURES} == SIGNATURES
    assert api.Columns._fields == ("start", "length", "pitch", "velocity")
    assert api.TICKS_PER_BEAT == 960
    assert all(getattr(api, name).__doc__ for name in SIGNATURES)


@pytest.mark.parametrize("place", ["studio/api.py", "README.md"])
def test_the_examples_say_what_happens(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if place == "README.md":
        result = doctest.testfile(str(ROOT / place), module_relative=False, encoding="utf-8")
    else:
        result = doctest.testmod(api)
    assert result.failed == 0
    assert result.attempted >= 5


# Songs from notes, notes from songs

NOTE = st.tuples(
    st.floats(0, 64), st.floats(0.001, 8), st.integers(0, 127), st.integers(1, 127)
)  # start and length in quarters, pitch, velocity


@settings(max_examples=40, deadline=None)
@given(st.lists(NOTE, max_size=20))
def test_a_song_of_any_notes_holds_them_to_the_tick(listed: list[tuple[float, float, int, int]]) -> None:
    apart = list(
        {(round(start * 960), pitch): (start, length, pitch, velocity) for start, length, pitch, velocity in listed}.values()
    )
    song = api.make_song("x", [api.Part("A", apart)])
    found = api.notes(song.tracks[0])
    assert sorted(zip(found.start.tolist(), found.pitch.tolist(), found.velocity.tolist(), strict=True)) == sorted(
        (round(start * 960), pitch, velocity) for start, _, pitch, velocity in apart
    )
    assert (found.length >= 1).all()
    for pitch in set(found.pitch.tolist()):
        mine = found.pitch == pitch
        assert (found.start[mine][:-1] + found.length[mine][:-1] <= found.start[mine][1:]).all()


def test_numpy_rows_several_parts_and_drums() -> None:
    table = np.array([[0, 0.5, 60, 80], [0.5, 0.5, 62, 80]])
    song = api.make_song(
        "x", [api.Part("A", table, 40), api.Part("Kit", [(0, 0.1, 36, 127)], is_drum=True), api.Part("None", [])]
    )
    assert [(track.name, track.instrument.program, track.instrument.is_drum) for track in song.tracks] == [
        ("A", 40, False), ("Kit", 0, True), ("None", 0, False),
    ]  # fmt: skip
    ids = [note.id for track in song.tracks for note in track.notes] + [track.id for track in song.tracks]
    assert len(set(ids)) == len(ids)
    assert song.next_id > max(ids)
    assert api.notes(song.tracks[2]).start.dtype == np.int64


def test_columns_are_copies_and_leave_muted_notes_out() -> None:
    track = reference_songs()["bends"].tracks[0]
    plain, every = api.notes(track), api.notes(track, muted=True)
    assert len(every.start) == len(plain.start) + 1
    plain.start[:] = 7
    assert api.notes(track).start[0] == 0
    assert (plain.pitch.dtype, plain.velocity.dtype, plain.length.dtype) == (np.uint8, np.uint8, np.int64)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((0, 1, 128, 80), "note 0 of «A» is none"),
        ((0, 1, 60, 0), "is none"),
        ((-0.1, 1, 60, 80), "is none"),
        ((0, 0, 60, 80), "is none"),
        ((float("nan"), 1, 60, 80), "is none"),
        ((0, float("inf"), 60, 80), "is none"),
        ((0, 1, 60.5, 80), "is none"),
        ((1e9, 1, 60, 80), "is none"),
        ((0, 1, 60), "not \\(notes, 4\\)"),
    ],
)
def test_what_is_no_note_is_refused_by_its_number(row: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        api.make_song("x", [api.Part("A", [row])])


def test_other_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="tempo of 5"):
        api.make_song("x", [], bpm=5)
    with pytest.raises(ValueError, match="no meter"):
        api.make_song("x", [], meter=(4, 3))
    with pytest.raises(ValueError, match="program of «A» is 128"):
        api.make_song("x", [api.Part("A", [], 128)])


# Files


def test_every_format_that_is_written_is_written(tmp_path: Path) -> None:
    song = api.make_song("Triad", [api.Part("Flute", [(0, 1, 60, 90), (1, 1, 64, 90)], program=73)])
    for entry in all_formats():
        if not entry.can_write:
            continue
        path = tmp_path / f"x{entry.format.suffixes[0]}"
        api.write(song, str(path))
        if entry.can_read:
            back = api.read(path)
            assert api.notes(back.tracks[0]).pitch.tolist() == [60, 64], entry.format.name


def test_options_are_those_of_the_format(tmp_path: Path) -> None:
    song = reference_songs()["band"]
    api.write(song, tmp_path / "a.mid", muted=True)
    assert len(api.read(tmp_path / "a.mid").tracks) == 4
    with pytest.raises(api.RicercarError, match="no setting named 'colour'"):
        api.write(song, tmp_path / "b.mid", colour="red")
    with pytest.raises(api.RicercarError, match="cannot be written"):
        api.write(song, tmp_path / "b.xyz")
    assert not (tmp_path / "b.mid").exists()


def test_what_was_not_taken_over_is_a_warning(tmp_path: Path) -> None:
    midi = pretty_midi.PrettyMIDI()
    part = pretty_midi.Instrument(0)
    part.notes = [pretty_midi.Note(80, 60, 0.0, 1.0), pretty_midi.Note(0, 62, 0.0, 1.0)]
    midi.instruments = [part]
    with pytest.warns(api.NotExact, match="Left out: note of impossible pitch or velocity"):
        song = api.from_pretty_midi(midi)
    assert song.note_count == 1
    with pytest.raises(api.RicercarError, match="could not be read"):
        api.read(tmp_path / "nothing.mid")


# Other libraries


@settings(max_examples=15, deadline=None)
@given(songs())
def test_a_song_comes_back_from_pretty_midi_without_a_word(song: api.Song) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", api.NotExact)
        back = api.from_pretty_midi(api.to_pretty_midi(song), song.title)
    assert [tuple(map(bytes, api.notes(track))) for track in back.tracks] == [
        tuple(map(bytes, api.notes(track))) for track in song.tracks
    ]


def test_rolls_of_a_span_and_back() -> None:
    song = api.make_song("x", [api.Part("A", [(0, 1, 60, 90), (4, 2, 64, 70)])])
    rolls = api.to_multitrack(song, 4, (3840, 7680))
    assert isinstance(rolls, pypianoroll.Multitrack)
    assert rolls.tracks[0].pianoroll.shape == (16, 128)
    back = api.from_multitrack(rolls, "Second bar")
    assert (back.title, api.notes(back.tracks[0]).start.tolist()) == ("Second bar", [0])
    with pytest.raises(api.RicercarError, match="would take"):
        api.to_multitrack(api.make_song("x", [api.Part("A", [(0, 1, 60, 90), (2_000_000, 1, 60, 90)])]))

"""Archives of piano-rolls: the library reads what we write and the other way round, and hostile ones are refused in time."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pypianoroll
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import UnreadableFile
from studio.files.format import open_song, write_song
from studio.files.multitrack import rolls_of, to_multitrack
from studio.files.rolls_archive import read_rolls, write_rolls
from studio.song.song import Song
from tests.midi_songs import reference_songs, songs


def archive(arrays: dict[str, np.ndarray], info: object) -> bytes:
    held = io.BytesIO()
    np.savez_compressed(held, **arrays)
    with zipfile.ZipFile(held, "a") as made:
        made.writestr("info.json", json.dumps(info))
    return held.getvalue()


def parts(steps: int = 4, **changed: np.ndarray) -> dict[str, np.ndarray]:
    whole = {
        "data": np.array([90], np.uint8),
        "indices": np.array([1], np.int32),
        "indptr": np.concatenate((np.zeros(61, np.int32), np.ones(68, np.int32))),
        "shape": np.array([steps, 128]),
    }
    return {f"pianoroll_0_csc_{name}": array for name, array in (whole | changed).items()}


INFO = {"resolution": 4, "name": "x", "0": {"program": 3, "is_drum": False, "name": "Lead"}}


@settings(max_examples=25, deadline=None)
@given(songs())
def test_ex_25_the_library_reads_our_rolls_and_we_read_its(song: Song) -> None:
    rolls = rolls_of(song)
    held = io.BytesIO()
    write_rolls(rolls, held)
    again = read_rolls(held.getvalue(), "x")
    held.seek(0)
    theirs = pypianoroll.load(held)
    for ours, library, first in zip(again.tracks, theirs.tracks, rolls.tracks, strict=True):
        assert (ours.pianoroll == first.pianoroll).all()
        assert (library.pianoroll == first.pianoroll).all()
        assert (library.name, library.program, library.is_drum) == (first.name, first.program, first.is_drum)
    assert theirs.resolution == again.resolution == 24


def test_ex_25_a_file_of_the_library_opens_as_a_song(tmp_path: Path) -> None:
    song = reference_songs()["band"]
    pypianoroll.save(tmp_path / "band.npz", to_multitrack(song))
    opened = open_song(tmp_path / "band.npz").song
    write_song(song, tmp_path / "ours.npz")
    assert open_song(tmp_path / "ours.npz").song == opened
    assert [track.name for track in opened.tracks] == ["Keys", "Bass", "Kit"]
    assert opened.note_count > 10


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (archive(parts(), {}), "steps a quarter"),
        (archive({}, INFO), "is missing"),
        (archive(parts(shape=np.array([10**9, 128])), INFO), "may take"),
        (archive(parts(shape=np.array([4, 64])), INFO), "may take"),
        (archive(parts(indices=np.array([7], np.int32)), INFO), "do not fit"),
        (archive(parts(indptr=np.zeros(129, np.int32)), INFO), "do not fit"),
        (archive(parts(data=np.array([None], object)), INFO), "no row"),
        (archive(parts(data=np.zeros((2, 2))), INFO), "no row"),
        (archive(parts(), {**INFO, "0": 5}), "not described"),
        (b"PK no zip", "not a whole zip"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_rolls(data, "x.npz")


@settings(max_examples=300, deadline=2000)
@given(st.data())
def test_mutated_archives_open_or_are_refused(data: st.DataObject) -> None:
    whole = bytearray(archive(parts(), INFO))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableFile):
        read_rolls(bytes(whole[: data.draw(st.integers(0, len(whole)))]), "x.npz")

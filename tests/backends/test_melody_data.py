"""Real melodies: songs played freely lie on the sixteenth grid once their annotated beats are used."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from backends.representations.melody import MelodyCodec, read_line
from backends.training.corpus import build, melody_track
from studio.files.folder import songs_in
from studio.song import Song, Span

ARCHIVE = Path(__file__).resolve().parents[3] / "shared" / "data" / "pop909" / "pop909.tar.xz"
SONGS = 15

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not ARCHIVE.is_file(), reason="the training set POP909 is not beside the repository"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first songs of the set with their beats."""
    place = tmp_path_factory.mktemp("pop909")
    songs: set[str] = set()
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            parts = Path(member.name).parts
            if len(parts) == 3 and parts[2] in (f"{parts[1]}.mid", "beat_midi.txt"):
                songs.add(parts[1])
                if len(songs) > SONGS:
                    break
                archive.extract(member, place, filter="data")
    return place


def grid_error(song: Song) -> float:
    found = melody_track(song)
    assert found is not None
    track, how = found
    assert how == "track named melody"
    return read_line(track.notes.rows, Span(0, track.notes.end_tick)).error_steps


def test_melodies_lie_on_the_annotated_grid(folder: Path) -> None:
    laid = [grid_error(song) for _, song in songs_in(folder)]
    assert len(laid) >= SONGS - 1
    assert np.median(laid) < 0.05


def test_long_melodies_come_out_in_c_and_in_range(folder: Path) -> None:
    codec = MelodyCodec()
    corpus = build(songs_in(folder), codec)
    melodies = [melody for part in corpus.parts.values() for melody in part]
    assert len(melodies) >= SONGS
    assert all(melody.bar in (12, 16, 20, 24) for melody in melodies)
    pitches = np.concatenate([melody.events[melody.events >= 2] for melody in melodies]) - 2
    white = np.isin(pitches % 12, (0, 2, 4, 5, 7, 9, 11)).mean()
    assert white > 0.9, "most notes of songs in C are white keys"

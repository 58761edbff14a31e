"""Windows to learn from: each once up to transposition, none in two parts; packed data come back as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from latent_parts import band

from backends.representations.drum_voices import hits_of, set_numbers
from backends.representations.melody import FIRST_PITCH
from backends.training.latent_lines import Line, Lines, load_lines, read_index, read_lines, save_lines
from backends.training.latent_windows import hash_of, transposed, windows_of
from studio.song.song import Song

MELODY = ("melody",)
symbols = st.lists(st.one_of(st.just(0), st.just(1), st.integers(20, 70)), min_size=32, max_size=32)


def lines_of(*values: list[int], parts: list[int]) -> Lines:
    raw = [np.array([v - 2 if v < 2 else v - 2 + 21 for v in each], np.int16) for each in values]
    found = tuple(Line(0, song, 0, line) for song, line in enumerate(raw))
    return Lines(found, np.array(parts, np.int8), np.zeros(len(parts), np.int16))


@given(symbols, st.integers(-12, 12))
def test_transpositions_count_as_one_window(window: list[int], shift: int) -> None:
    array = np.array(window, np.int16)[:, None]
    moved = transposed(array[None], MELODY, np.array([shift]))[0]
    assert hash_of(array, MELODY) == hash_of(moved, MELODY)
    assert ((array >= FIRST_PITCH) == (moved >= FIRST_PITCH)).all()


def test_what_was_learnt_from_is_not_held_out() -> None:
    tune = [30, 0, 32, 0, 34, 0, 35, 0] * 4
    higher = [value + 5 if value > 1 else value for value in tune]
    other = [30, 0, 0, 40, 0, 41, 0, 0] * 4
    found = windows_of(lines_of(tune, higher, other, parts=[0, 2, 2]), MELODY, 2)
    assert [len(found.parts[part]) for part in ("train", "valid", "test")] == [1, 0, 1]
    assert found.counts["doubles"] == 1
    assert found.folders == {0: 1}


def test_sparse_windows_and_late_beginnings_are_left_out() -> None:
    silent = [0] * 32
    late = [0] * 16 + [30, 31, 32, 33] * 4
    found = windows_of(lines_of(silent, late, parts=[0, 0]), MELODY, 2)
    assert len(found.parts["train"]) == 0
    assert found.counts["sparse"] == 2


@given(st.lists(st.integers(0, 511), min_size=1, max_size=40))
def test_drum_sets_are_their_voices(numbers: list[int]) -> None:
    assert set_numbers(hits_of(np.array(numbers))).tolist() == numbers


def test_packed_lines_come_back(tmp_path: Path) -> None:
    songs: list[tuple[str, Song]] = [(f"{at}.mid", band(4 + at)) for at in range(3)]
    lines = read_lines([(tmp_path / "lpd", songs)])
    assert {line.kind for line in lines.lines} == {0, 1, 2}
    save_lines(lines, tmp_path / "packed.npz")
    again = load_lines(tmp_path / "packed.npz")
    assert again.counts == lines.counts
    assert (again.parts == lines.parts).all()
    for one, other in zip(lines.lines, again.lines, strict=True):
        assert (one.kind, one.song, one.stretch) == (other.kind, other.song, other.stretch)
        assert np.array_equal(one.values, other.values)


def test_lines_that_sound_together_become_a_trio(tmp_path: Path) -> None:
    lines = read_lines([(tmp_path / "lpd", [("a.mid", band(16))])])
    found = windows_of(lines, ("melody", "bass", "drums"), 16, 2)
    assert sum(len(part) for part in found.parts.values()) == 1
    window = next(part[0] for part in found.parts.values() if len(part))
    assert window.shape == (256, 3)
    assert (window[::16, 2] == 0b101).all(), "kick and closed hat begin every bar"


def test_an_official_split_is_kept(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("file,split,on_grid\na.mid,test,0.95\nb.mid,train,0.5\nc.mid,validation,1\nd.mid,,1\n")
    index = read_index(tmp_path)
    assert {name: entry.part for name, entry in index.items()} == {"a.mid": "test", "b.mid": "train", "c.mid": "valid"}
    lines = read_lines([(tmp_path, [("a.mid", band(4)), ("b.mid", band(5)), ("c.mid", band(6))])])
    assert lines.parts.tolist() == [2, 1]
    assert lines.counts["songs off the grid"] == 1

"""Stems on the disk: names, all or none whatever call fails, files that were there come back."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.errors import UnwritableFile
from studio.files.stems import Stem, stem_names, write_stems
from studio.system import System

NAMES = ["01 - A.wav", "02 - B.wav", "03 - C.wav"]
STEMS = [Stem(name, {}) for name in NAMES]


def blocks(count: int = 4) -> Iterator[NDArray[np.float32]]:
    for number in range(count):
        yield np.stack([np.full((500, 2), (stem + 1) / 10 + number / 100, np.float32) for stem in range(3)])


class Refusing(System):
    """Refuses the n-th call that changes something; 0: none. Counts them."""

    def __init__(self, refuses: int = 0) -> None:
        self.calls, self._refuses = 0, refuses

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self._refuses:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def open(self, path: Path, flags: int) -> int:
        self._count()
        return super().open(path, flags)

    def write(self, descriptor: int, data: memoryview | bytes) -> int:
        self._count()
        return super().write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._count()
        super().sync(descriptor)

    def replace(self, old: Path, new: Path) -> None:
        self._count()
        super().replace(old, new)


class Losing(System):
    """A disk that takes everything and keeps less."""

    def sync(self, descriptor: int) -> None:
        os.ftruncate(descriptor, 3000)


def test_a_stem_that_did_not_arrive_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match=r"read again, it holds \d+ frames instead of 2000"):
        write_stems(tmp_path / "S", STEMS, blocks(), 48_000, "24 bit", system=Losing())
    assert os.listdir(tmp_path) == []


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("is_there", [False, True])
def test_ex_21_whatever_call_fails_everything_is_as_it_was(tmp_path: Path, is_there: bool) -> None:
    counted = Refusing()
    write_stems(tmp_path / "count", STEMS, blocks(), 48_000, "24 bit", system=counted)
    folder = tmp_path / "there"
    if is_there:
        folder.mkdir()
        for name in NAMES[:2]:
            (folder / name).write_bytes(name.encode())
    before = held(folder) if is_there else None
    calls = counted.calls + (4 if is_there else 0)
    for refused in range(1, calls + 1):
        with pytest.raises(UnwritableFile, match="The folder «there» could not be written: No space left on device"):
            write_stems(folder, STEMS, blocks(), 48_000, "24 bit", system=Refusing(refused))
        assert (held(folder) if folder.exists() else None) == before
        assert sorted(os.listdir(tmp_path)) == (["count", "there"] if is_there else ["count"])
    write_stems(folder, STEMS, blocks(), 48_000, "24 bit", system=Refusing(calls + 1))
    assert sorted(os.listdir(folder)) == NAMES


def test_ex_21_every_stem_holds_its_own_sound_and_the_folder_may_be_entered(tmp_path: Path) -> None:
    written = write_stems(tmp_path / "S", STEMS, blocks(), 44_100, "32 bit float")
    for number, (name, one) in enumerate(zip(NAMES, written, strict=True)):
        sound, rate = soundfile.read(tmp_path / "S" / name, dtype="float32")
        assert (rate, len(sound), one.frames) == (44_100, 2000, 2000)
        assert np.array_equal(sound[::500, 0], np.float32([(number + 1) / 10 + place / 100 for place in range(4)]))
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "S").stat().st_mode & 0o777 == 0o777 & ~umask
    assert (tmp_path / "S" / NAMES[0]).stat().st_mode & 0o777 == 0o666 & ~umask


def test_ex_21_dither_is_another_in_every_stem(tmp_path: Path) -> None:
    silence = [np.zeros((3, 4000, 2), np.float32)]
    write_stems(tmp_path / "S", STEMS, silence, 48_000, "16 bit")
    first, second, _ = (soundfile.read(tmp_path / "S" / name, dtype="int16")[0][:, 0].astype(float) for name in NAMES)
    assert first.std() > 0.3
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1


@given(st.lists(st.text(max_size=200), max_size=120))
def test_ex_21_names_are_unique_sorted_and_fit_every_disk(tracks: list[str]) -> None:
    names = stem_names(tracks, ".flac")
    assert names == sorted(names)
    assert len({name.casefold() for name in names}) == len(tracks)
    for name in names:
        assert len(name.encode()) <= 200
        assert not set(name) & set('<>:"/\\|?*\0\n')
        assert name.endswith(".flac")

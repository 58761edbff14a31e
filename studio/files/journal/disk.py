"""The few things a journal does with a disk, in one place, so that tests can play out every power cut."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from studio.paths import write_atomically
from studio.system import APPEND, EMPTY, SYSTEM, WRITE, System


class File(Protocol):
    """An open file that is only appended to."""

    def write(self, data: bytes) -> None: ...

    def cut(self, size: int) -> None: ...

    def sync(self) -> None: ...

    def close(self) -> None: ...


class Readable(Protocol):
    """The files of one folder. OSError is what it says of failures."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes: ...

    def size(self, name: str) -> int: ...


class Disk(Readable, Protocol):
    """One folder that is written to."""

    def created(self, name: str) -> File:
        """A new, empty file; one of that name is replaced."""

    def continued(self, name: str, size: int) -> File:
        """The file that is there, cut to `size` bytes."""

    def replaced(self, name: str, write: Callable[[IO[bytes]], None]) -> None:
        """The file of this name is, all at once and safely, what `write` writes."""

    def sync(self, name: str) -> None:
        """What the file holds is safe from a power cut when this returns."""

    def sync_names(self) -> None:
        """Which files there are is safe from a power cut when this returns."""

    def remove(self, name: str) -> None:
        """Gone; no error where there is none."""


class Folder:
    """A folder of the real disk, made where it is missing."""

    def __init__(self, path: Path, system: System = SYSTEM) -> None:
        self.path = path
        self._system = system
        self._new: list[Path] = []
        """Folders that were made and whose names are not safe yet."""

    def names(self) -> list[str]:
        return sorted(os.listdir(self.path)) if self.path.is_dir() else []

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def size(self, name: str) -> int:
        return (self.path / name).stat().st_size

    def created(self, name: str) -> File:
        self._made()
        return _Appended(self._system, self.path / name, EMPTY)

    def continued(self, name: str, size: int) -> File:
        file = _Appended(self._system, self.path / name, 0)
        file.cut(size)
        return file

    def replaced(self, name: str, write: Callable[[IO[bytes]], None]) -> None:
        self._made()
        write_atomically(self.path / name, write, system=self._system)

    def sync(self, name: str) -> None:
        descriptor = self._system.open(self.path / name, WRITE)
        try:
            self._system.sync(descriptor)
        finally:
            self._system.close(descriptor)

    def sync_names(self) -> None:
        self._system.sync_folder(self.path)
        while self._new:
            self._system.sync_folder(self._new[-1].parent)
            self._new.pop()

    def remove(self, name: str) -> None:
        self._system.remove(self.path / name)

    def _made(self) -> None:
        if not self.path.is_dir():
            self._new += [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
            self._system.make_folder(self.path)


class _Appended:
    """Bytes go to the system at once: what was written outlives the program."""

    def __init__(self, system: System, path: Path, flags: int) -> None:
        self._system = system
        self._descriptor = system.open(path, WRITE | APPEND | flags)

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._system.write(self._descriptor, left) :]

    def cut(self, size: int) -> None:
        self._system.cut(self._descriptor, size)

    def sync(self) -> None:
        self._system.sync(self._descriptor)

    def close(self) -> None:
        self._system.close(self._descriptor)

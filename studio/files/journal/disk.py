"""The few things a journal does with a disk, in one place, so that tests can play out every power cut."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from studio.paths import sync_folder, write_atomically


class File(Protocol):
    """An open file that is only appended to."""

    def write(self, data: bytes) -> None: ...

    def cut(self, size: int) -> None: ...

    def sync(self) -> None: ...

    def close(self) -> None: ...


class Disk(Protocol):
    """One folder. OSError is what it says of failures."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes: ...

    def created(self, name: str) -> File:
        """A new, empty file; one of that name is replaced."""

    def continued(self, name: str, size: int) -> File:
        """The file that is there, cut to `size` bytes."""

    def replaced(self, name: str, write: Callable[[IO[bytes]], None]) -> None:
        """The file of this name is, all at once and safely, what `write` writes."""

    def sync_names(self) -> None:
        """Which files there are is safe from a power cut when this returns."""

    def remove(self, name: str) -> None:
        """Gone; no error where there is none."""


class Folder:
    """A folder of the real disk, made where it is missing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        return sorted(os.listdir(self.path)) if self.path.is_dir() else []

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def created(self, name: str) -> File:
        self.path.mkdir(parents=True, exist_ok=True)
        return _Appended(self.path / name, os.O_TRUNC)

    def continued(self, name: str, size: int) -> File:
        file = _Appended(self.path / name, 0)
        file.cut(size)
        return file

    def replaced(self, name: str, write: Callable[[IO[bytes]], None]) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path / name, write)

    def sync_names(self) -> None:
        sync_folder(self.path)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


class _Appended:
    """Bytes go to the system at once: what was written outlives the program."""

    def __init__(self, path: Path, flags: int) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | flags | getattr(os, "O_BINARY", 0), 0o600)

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]

    def cut(self, size: int) -> None:
        os.ftruncate(self._descriptor, size)

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)

"""A system that fails: at one call of all, at one byte of all, or by name; and one that remembers what it was asked for."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from studio.system import System


class FailingSystem(System):
    """Counts what it is asked for, and refuses what it is told to: call number `at` (from 1 on) with `number`, and with
    `for_good` every one after it; `names` are the kinds of calls that count. A disk that is `full_at` a byte takes no more."""

    def __init__(
        self,
        at: int = 0,
        number: int = errno.EIO,
        *,
        for_good: bool = False,
        names: tuple[str, ...] = ("temporary", "open", "write", "cut", "sync", "replace", "make_folder", "sync_folder"),
        full_at: int | None = None,
        below: Path | None = None,
    ) -> None:
        self.at, self.number, self.for_good, self.full_at, self.below = at, number, for_good, full_at, below
        self._names = names
        self._all: dict[int, Path] = {}
        self.count = 0
        self.failures: list[str] = []
        self.written = 0

    def _asked(self, name: str) -> None:
        if name not in self._names:
            return
        self.count += 1
        if self.at and (self.count == self.at or (self.for_good and self.count > self.at)):
            self.failures.append(name)
            raise OSError(self.number, os.strerror(self.number))

    def _is_ours(self, path: Path) -> bool:
        return self.below is None or self.below in (path, *path.parents)

    def temporary(self, folder: Path) -> tuple[int, Path]:
        if self._is_ours(folder):
            self._asked("temporary")
        descriptor, path = super().temporary(folder)
        self._all[descriptor] = path
        return descriptor, path

    def open(self, path: Path, flags: int) -> int:
        if self._is_ours(path):
            self._asked("open")
        descriptor = super().open(path, flags)
        self._all[descriptor] = path
        return descriptor

    def write(self, descriptor: int, data: memoryview | bytes) -> int:
        if self._is_ours(self._all.get(descriptor, Path())):
            self._asked("write")
            if self.full_at is not None:
                room = self.full_at - self.written
                if room <= 0:
                    self.failures.append("write")
                    raise OSError(self.number, os.strerror(self.number))
                data = data[:room]
        taken = super().write(descriptor, data)
        self.written += taken if self._is_ours(self._all.get(descriptor, Path())) else 0
        return taken

    def cut(self, descriptor: int, size: int) -> None:
        if self._is_ours(self._all.get(descriptor, Path())):
            self._asked("cut")
        super().cut(descriptor, size)

    def sync(self, descriptor: int) -> None:
        if self._is_ours(self._all.get(descriptor, Path())):
            self._asked("sync")
        super().sync(descriptor)

    def close(self, descriptor: int) -> None:
        is_ours = self._is_ours(self._all.pop(descriptor, Path()))
        super().close(descriptor)
        if is_ours:
            self._asked("close")

    def replace(self, old: Path, new: Path) -> None:
        if self._is_ours(new):
            self._asked("replace")
        super().replace(old, new)

    def remove(self, path: Path) -> None:
        if self._is_ours(path):
            self._asked("remove")
        super().remove(path)

    def make_folder(self, path: Path) -> None:
        if self._is_ours(path):
            self._asked("make_folder")
        super().make_folder(path)

    def sync_folder(self, folder: Path) -> None:
        if self._is_ours(folder):
            self._asked("sync_folder")
        super().sync_folder(folder)

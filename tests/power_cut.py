"""A disk that forgets: everything is really written, and beside that it is known what may be left after a power cut now.

What POSIX allows is played out: of a file, all that was written, what was there at its last sync, or a part that ends at a
page may be there; of names that were made, renamed or removed since their folder was synced, any may have been forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from studio.system import APPEND, EMPTY, System

PAGE = 4096
MOST_PAGES = 2
"""So many places within what was not synced are tried as ends."""


@dataclass(eq=False)
class Inode:
    data: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    """What was there when it was last synced."""

    def outcomes(self) -> list[bytes]:
        whole = bytes(self.data)
        same = len(self.safe) if whole.startswith(self.safe) else 0
        first = same // PAGE * PAGE + PAGE
        torn = [whole[:end] for end in range(first, len(whole), PAGE)][:MOST_PAGES]
        return list(dict.fromkeys([self.safe, whole, *torn]))


@dataclass(eq=False)
class _Open:
    inode: Inode
    appends: bool
    at: int = 0


@dataclass(eq=False)
class _Names:
    """The names of one folder: as they are, as they certainly are, and what changed in between, in order."""

    now: dict[str, Inode] = field(default_factory=dict)
    safe: dict[str, Inode] = field(default_factory=dict)
    changes: list[tuple[str, Inode | None]] = field(default_factory=list)

    def put(self, name: str, inode: Inode | None) -> None:
        if inode is None:
            self.now.pop(name, None)
        else:
            self.now[name] = inode
        self.changes.append((name, inode))

    def outcomes(self) -> Iterator[dict[str, Inode]]:
        for kept in product((True, False), repeat=len(self.changes)):
            names = dict(self.safe)
            for (name, inode), stays in zip(self.changes, kept, strict=True):
                if stays and inode is None:
                    names.pop(name, None)
                elif stays and inode is not None:
                    names[name] = inode
            yield names


class ForgetfulSystem(System):
    """Does all that it is asked to, and remembers. `when_done` is called after every step that changes what a power cut would
    leave; `calls` lists the steps as a trace of the system would."""

    def __init__(self, when_done: Callable[[], object] = lambda: None) -> None:
        self.step = when_done
        self.calls: list[str] = []
        self._open: dict[int, _Open] = {}
        self._folders: dict[Path, _Names] = {}

    def after_a_cut(self, folder: Path) -> Iterator[dict[str, bytes]]:
        """Every content of a folder that a power cut now may leave, by name; the last part of a path that was made goes with
        its own name."""
        seen = set()
        for names in self._of(folder).outcomes():
            for contents in product(*(inode.outcomes() for inode in names.values())):
                left = dict(zip(names, contents, strict=True))
                key = hash(tuple(sorted(left.items())))
                if key not in seen:
                    seen.add(key)
                    yield left

    def _of(self, folder: Path) -> _Names:
        return self._folders.setdefault(folder, _Names())

    def _done(self, *words: object) -> None:
        self.calls.append(" ".join(map(str, words)))
        self.step()

    # What is done

    def temporary(self, folder: Path) -> tuple[int, Path]:
        descriptor, path = super().temporary(folder)
        self._opened(descriptor, path, 0)
        self._done("create", path.name[-5:])
        return descriptor, path

    def open(self, path: Path, flags: int) -> int:
        descriptor = super().open(path, flags)
        self._opened(descriptor, path, flags)
        self._done("open", path.name)
        return descriptor

    def _opened(self, descriptor: int, path: Path, flags: int) -> None:
        names = self._of(path.parent)
        if path.name not in names.now:
            names.put(path.name, Inode())
        inode = names.now[path.name]
        if flags & EMPTY:
            inode.data.clear()
        self._open[descriptor] = _Open(inode, bool(flags & APPEND))

    def write(self, descriptor: int, data: memoryview | bytes) -> int:
        taken = super().write(descriptor, data)
        file = self._open[descriptor]
        at = len(file.inode.data) if file.appends else file.at
        file.inode.data[at : at + taken] = bytes(data[:taken])
        file.at = at + taken
        self._done("write")
        return taken

    def seek(self, descriptor: int, offset: int, whence: int) -> int:
        at = super().seek(descriptor, offset, whence)
        self._open[descriptor].at = at
        return at

    def cut(self, descriptor: int, size: int) -> None:
        super().cut(descriptor, size)
        del self._open[descriptor].inode.data[size:]
        self._done("cut")

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        inode = self._open[descriptor].inode
        inode.safe = bytes(inode.data)
        self._done("sync")

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._open.pop(descriptor)
        self.calls.append("close")

    def replace(self, old: Path, new: Path) -> None:
        super().replace(old, new)
        inode = self._of(old.parent).now[old.name]
        self._of(old.parent).put(old.name, None)
        self._of(new.parent).put(new.name, inode)
        self._done("replace", new.name)

    def remove(self, path: Path) -> None:
        super().remove(path)
        if path.name in self._of(path.parent).now:
            self._of(path.parent).put(path.name, None)
            self._done("remove", path.name)

    def make_folder(self, path: Path) -> None:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        super().make_folder(path)
        for folder in missing:
            self._of(folder.parent).put(folder.name, Inode())
            self._done("folder", folder.name)

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        names = self._of(folder)
        names.safe, names.changes = dict(names.now), []
        self._done("sync folder")

    def may_be_gone(self, folder: Path) -> bool:
        """Whether a power cut may take the folder itself away."""
        return folder.name not in self._of(folder.parent).safe


class Left:
    """What a power cut left of a folder, to be read as a journal's disk."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def names(self) -> list[str]:
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        return self._files[name]

    def size(self, name: str) -> int:
        return len(self._files[name])

"""A disk that forgets: it keeps what was done to it, and says what may be left after a power cut at any moment.

What POSIX allows is played out: of a file that was not synced, nothing, all, or a part that ends at a page may be there; of
names that were made, renamed or removed since the folder was synced, any may have been forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from typing import IO

PAGE = 4096


@dataclass(eq=False)
class Inode:
    data: bytearray = field(default_factory=bytearray)
    safe: int = 0
    """How many bytes are certain to be there."""

    def outcomes(self) -> list[bytes]:
        whole = bytes(self.data)
        pages = range((self.safe // PAGE + 1) * PAGE, len(whole), PAGE)
        ends = sorted({self.safe, len(whole), *list(pages)[:2]})
        return [whole[:end] for end in ends]


class _File:
    def __init__(self, disk: ForgetfulDisk, inode: Inode) -> None:
        self._disk, self._inode = disk, inode

    def write(self, data: bytes) -> None:
        self._inode.data += data
        self._disk.step()

    def cut(self, size: int) -> None:
        del self._inode.data[size:]
        self._inode.safe = min(self._inode.safe, size)

    def sync(self) -> None:
        self._inode.safe = len(self._inode.data)
        self._disk.step()

    def close(self) -> None:
        pass


class ForgetfulDisk:
    """A `journal.disk.Disk` in memory. `when_done` is called after every step that changes what a power cut would leave."""

    def __init__(self, when_done: Callable[[], object] = lambda: None) -> None:
        self.inodes: dict[str, Inode] = {}
        self._changes: list[tuple[str, Inode | None]] = []
        self._safe: dict[str, Inode] = {}
        self.step = when_done

    def names(self) -> list[str]:
        return sorted(self.inodes)

    def read(self, name: str) -> bytes:
        return bytes(self.inodes[name].data)

    def created(self, name: str) -> _File:
        inode = Inode()
        self._name(name, inode)
        return _File(self, inode)

    def continued(self, name: str, size: int) -> _File:
        file = _File(self, self.inodes[name])
        file.cut(size)
        return file

    def replaced(self, name: str, write: Callable[[IO[bytes]], None]) -> None:
        held = BytesIO()
        write(held)
        inode = Inode(bytearray(held.getvalue()))
        self._name(f".{name}.part", inode)
        inode.safe = len(inode.data)
        self.step()
        del self.inodes[f".{name}.part"]
        self._changes.append((f".{name}.part", None))
        self._name(name, inode)
        self.sync_names()

    def sync_names(self) -> None:
        self._safe, self._changes = dict(self.inodes), []
        self.step()

    def remove(self, name: str) -> None:
        if self.inodes.pop(name, None) is not None:
            self._changes.append((name, None))
            self.step()

    def _name(self, name: str, inode: Inode) -> None:
        self.inodes[name] = inode
        self._changes.append((name, inode))
        self.step()

    def after_a_cut(self) -> Iterator[ForgetfulDisk]:
        """Every disk that a power cut now may leave."""
        for kept in product((True, False), repeat=len(self._changes)):
            names = dict(self._safe)
            for (name, inode), stays in zip(self._changes, kept, strict=True):
                if stays and inode is None:
                    names.pop(name, None)
                elif stays and inode is not None:
                    names[name] = inode
            for contents in product(*(inode.outcomes() for inode in names.values())):
                disk = ForgetfulDisk()
                for name, data in zip(names, contents, strict=True):
                    disk.inodes[name] = Inode(bytearray(data), len(data))
                disk._safe = dict(disk.inodes)
                yield disk

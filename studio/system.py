"""System: the calls by which files are changed, in one place, so that tests can refuse any of them and play out power cuts."""

from __future__ import annotations

import io
import os
import platform
import re
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

WRITE = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_PART = re.compile(r"\.ricercar-([0-9a-f]{8})-(\d{1,10})-\w+\.part")
APPEND, EMPTY = os.O_APPEND, os.O_TRUNC


class System:
    """The real one. OSError is what every call says of failures."""

    def temporary(self, folder: Path) -> tuple[int, Path]:
        """A new file of a name of its own, open for writing. The name says whose it is, not what: long ones have no room."""
        descriptor, name = tempfile.mkstemp(prefix=f".ricercar-{_HOST}-{os.getpid()}-", suffix=".part", dir=folder)
        return descriptor, Path(name)

    def sweep(self, folder: Path) -> None:
        """Remove what programs that were killed here left half-written."""
        with suppress(OSError):
            for name in os.listdir(folder):
                found = _PART.fullmatch(name)
                if found and found[1] == _HOST and not is_living(int(found[2])):
                    self.remove(folder / name)

    def open(self, path: Path, flags: int) -> int:
        return os.open(path, flags, 0o600)

    def write(self, descriptor: int, data: memoryview | bytes) -> int:
        """How many bytes were taken; at least one."""
        return os.write(descriptor, data)

    def seek(self, descriptor: int, offset: int, whence: int) -> int:
        return os.lseek(descriptor, offset, whence)

    def cut(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def take_after(self, path: Path, model: Path) -> None:
        """Give a file the owner and the permissions of another; those that a new one gets where there is no other."""
        try:
            found = model.stat()
        except FileNotFoundError:
            if os.name == "posix":
                os.chmod(path, 0o666 & ~_MASK)
            return
        if os.name == "posix" and (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(PermissionError):  # only an administrator may give files away
                os.chown(path, found.st_uid, found.st_gid)
        os.chmod(path, found.st_mode & 0o7777)

    def replace(self, old: Path, new: Path) -> None:
        os.replace(old, new)

    def remove(self, path: Path) -> None:
        """Gone; no error where there is none."""
        path.unlink(missing_ok=True)

    def make_folder(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Which names there are is safe from a power cut when this returns."""
        if os.name != "posix":
            return
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_living(pid: int) -> bool:
    """Whether a process of this number runs on this machine."""
    if os.name == "nt":
        return True  # asking would end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


SYSTEM = System()

_MASK = os.umask(0)  # read once, here, where no other thread makes files yet
os.umask(_MASK)


class RawFile(io.RawIOBase):
    """An open descriptor as a raw stream, for a buffered one over it."""

    def __init__(self, system: System, descriptor: int) -> None:
        self._system, self._descriptor = system, descriptor
        self._is_lost = False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: Any) -> int:
        return len(data) if self._is_lost else self._system.write(self._descriptor, data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._system.seek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return self.seek(0, os.SEEK_CUR)

    def truncate(self, size: int | None = None) -> int:
        end = self.tell() if size is None else size
        self._system.cut(self._descriptor, end)
        return end

    def abandon(self) -> None:
        """What is not written yet never will be: closing must not try again."""
        self._is_lost = True

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._system.close(self._descriptor)

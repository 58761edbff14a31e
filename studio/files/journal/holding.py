"""Holding: one window at a time has a document, by a lock that the system takes back when the process ends, however it ends.

Where the system gives no locks (some network folders do not), the text in the lock file counts: the process, and when it
began, so that one that is gone, or another that got its number, holds nothing.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from studio.system import is_living

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Lock = Callable[[int], None]
TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""What the system says when somebody has the lock; all else means that there can be none."""


def _lock(descriptor: int) -> None:
    """The lock that the system gives."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Hold:
    """A lock file that is held."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self.path = path

    def release(self) -> None:
        """Let go; twice does no harm. The file stays: removing it would let two processes hold two files of one name."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
            os.close(descriptor)


class Claims:
    """The files that one window may write. One file may be claimed more than once there, as when it is opened again."""

    def __init__(self, folder: Path, lock: Lock | None = None) -> None:
        self._folder, self._lock = folder, lock or _lock
        self._guard = threading.Lock()
        self._held: dict[Path, tuple[Hold, int]] = {}

    def claim(self, document: Path) -> Claim | None:
        """None while another window has the file. OSError where the folder of locks cannot be written."""
        taken: list[Path] = []
        with self._guard:
            for path in locks_of(document, self._folder):
                known = self._held.get(path)
                hold = held(path, self._lock) if known is None else known[0]
                if hold is None:
                    self._drop(taken)
                    return None
                self._held[path] = hold, 1 if known is None else known[1] + 1
                taken.append(path)
        return Claim(self, document, taken)

    def drop(self, paths: Iterable[Path]) -> None:
        with self._guard:
            self._drop(paths)

    def _drop(self, paths: Iterable[Path]) -> None:
        for path in paths:
            hold, count = self._held.pop(path)
            if count > 1:
                self._held[path] = hold, count - 1
            else:
                hold.release()


class Claim:
    """The right to write one file, until it is released."""

    def __init__(self, claims: Claims, document: Path, paths: list[Path]) -> None:
        self._claims, self.document, self._paths = claims, document, paths

    def release(self) -> None:
        """Twice does no harm."""
        paths, self._paths = self._paths, []
        self._claims.drop(paths)


def held(path: Path, lock: Lock = _lock) -> Hold | None:
    """The lock, or None while another process (or another part of this one) holds it. OSError where no file can be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock(descriptor)
    except OSError as problem:
        if problem.errno in TAKEN or _is_living(os.read(descriptor, 100)):
            os.close(descriptor)
            return None
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, _words(os.getpid()))
    return Hold(descriptor, path)


def is_held(path: Path, lock: Lock = _lock) -> bool:
    """Whether some window holds the lock now; where that cannot be told, nobody does."""
    if not path.exists():
        return False
    try:
        hold = held(path, lock)
    except OSError:
        return False
    if hold is None:
        return True
    hold.release()
    return False


def locks_of(document: Path, folder: Path) -> tuple[Path, ...]:
    """The lock files for a user's file, in a folder of ours (R11): one for the place that all names of it lead to, and one for
    the file itself, which may have a second name. Every save puts another file at the place, so the first is the one that
    lasts."""
    place = f"{true_name(document)}"
    found = [folder / f"{hashlib.sha256(os.fsencode(place)).hexdigest()[:32]}.lock"]
    try:
        facts = os.stat(document)
    except OSError:
        return tuple(found)
    return (*found, folder / f"file-{facts.st_dev:x}-{facts.st_ino:x}.lock") if facts.st_ino else tuple(found)


def true_name(document: Path) -> Path:
    """The real path, written as its folder writes it: where small and large letters are one, all spellings are."""
    real = Path(os.path.realpath(document))
    try:
        names = os.listdir(real.parent)
        if real.name in names or not real.exists():
            return real
        same = [name for name in names if name.casefold() == real.name.casefold() and real.samefile(real.with_name(name))]
    except OSError:
        return real
    return real.with_name(same[0]) if same else real


def _words(pid: int) -> bytes:
    return f"{pid} {_birth(pid)}\n".encode()


def _is_living(words: bytes) -> bool:
    """Whether the process that a lock file names still lives."""
    pid, _, birth = words.decode("ascii", "replace").strip().partition(" ")
    if not pid.isdigit() or not birth:
        return False
    if birth != "?":
        return _birth(int(pid)) == birth
    return is_living(int(pid))


def _birth(pid: int) -> str:
    """When a process began, as the system counts it; "?" where it does not tell, "" for one that is not there."""
    if not sys.platform.startswith("linux"):
        return "?"
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19]
    except FileNotFoundError:
        return ""
    except (OSError, IndexError):
        return "?"

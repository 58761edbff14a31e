"""Holding: one process at a time has a document, by a lock that the system takes back when the process ends, however it ends."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Hold:
    """A lock file that is held. Its text, pid and time, is for people; the lock is the system's."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self.path = path

    def release(self) -> None:
        """Let go; twice does no harm. The file stays: removing it would let two processes hold two files of one name."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def held(path: Path) -> Hold | None:
    """The lock, or None while another process (or another part of this one) holds it. OSError where there can be no lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor)
    except OSError:
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()} {time.time():.0f}\n".encode())
    return Hold(descriptor, path)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock now."""
    if not path.exists():
        return False
    hold = held(path)
    if hold is None:
        return True
    hold.release()
    return False


def lock_of(document: Path, folder: Path) -> Path:
    """The lock file for a user's file, in a folder of ours: the same for every name that leads to its place (R11).

    By place, not by inode: every save puts another inode there.
    """
    real = os.path.realpath(document)
    return folder / f"{hashlib.sha256(real.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.lock"


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

"""User folders, our resources, and the one way a file is written."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from studio.errors import UnsureFile, UnwritableFile
from studio.system import SYSTEM, RawFile, System
from studio.words import tr

APPLICATION = "ricercar"
BUFFER_BYTES = 1 << 16


def resources() -> Path:
    """The data that travels with the program, from source and when frozen."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return root / "resources"


def data_folder() -> Path:
    """Where the user's own models and recovery files live; not created here."""
    return _folder("XDG_DATA_HOME", ".local/share")


def config_folder() -> Path:
    """Where preferences live; not created here."""
    return _folder("XDG_CONFIG_HOME", ".config")


def cache_folder() -> Path:
    """Where what can be made again lives; not created here."""
    return _folder("XDG_CACHE_HOME", ".cache")


def state_folder() -> Path:
    """Where journals, backups and logs live; not created here."""
    return _folder("XDG_STATE_HOME", ".local/state")


def _folder(variable: str, unix_default: str) -> Path:
    override = os.environ.get("RICERCAR_HOME")
    if override:
        return Path(override) / variable.split("_")[1].lower()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or home()) / "Ricercar"
    if sys.platform == "darwin":
        return home() / "Library" / "Application Support" / "Ricercar"
    return Path(os.environ.get(variable) or home() / unix_default) / APPLICATION


def home() -> Path:
    """The user's own folder; for one who has none, one that cannot be written, so that nothing is kept and that is said."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.devnull)


def write_atomically(
    target: Path,
    write: Callable[[IO[bytes]], None],
    verify: Callable[[Path], None] | None = None,
    system: System = SYSTEM,
) -> None:
    """Write beside the target, sync, verify, then swap in (reliability.md R1).

    `write` fills the open temporary file; `verify` gets its path and raises if it is not whole. A symlink is
    written through to what it points at, owner and permissions are kept. Whatever fails before the swap leaves the old
    file untouched and nothing behind; OSError becomes UnwritableFile, and one after the swap UnsureFile.
    """
    target = Path(os.path.realpath(target))
    temporary: Path | None = None
    try:
        _refuse_read_only(target)
        descriptor, temporary = system.temporary(target.parent)
        _fill(RawFile(system, descriptor), write, system)
        if verify is not None:
            verify(temporary)
        system.take_after(temporary, target)
        system.replace(temporary, target)
        temporary = None
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnwritableFile(
            tr("«{target}» could not be written: {reason}.", target=target.name, reason=reason),
            tr("Choose another place or free some space."),
        ) from problem
    finally:
        if temporary is not None:
            with suppress(OSError):  # what made the writing fail may well make this fail too
                system.remove(temporary)
    make_sure(target, (target.parent,), system)


def make_sure(target: Path, folders: Iterable[Path], system: System) -> None:
    """What was swapped in outlasts a power cut, or UnsureFile says that this is not known."""
    try:
        for folder in folders:
            system.sync_folder(folder)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnsureFile(
            tr("«{target}» was written, but the disk did not confirm it: {reason}.", target=target.name, reason=reason),
            tr("Save again, or choose another place."),
        ) from problem


def _fill(raw: RawFile, write: Callable[[IO[bytes]], None], system: System) -> None:
    stream = io.BufferedWriter(raw, BUFFER_BYTES)
    try:
        write(stream)
        stream.flush()
        system.sync(raw.fileno())
    except BaseException:
        raw.abandon()
        with suppress(OSError):
            stream.close()
        raise
    stream.close()


def _refuse_read_only(target: Path) -> None:
    """A file that somebody marked as not to be written is not swapped for another, though the folder would allow it."""
    with suppress(FileNotFoundError):
        if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, tr("it is read-only"))

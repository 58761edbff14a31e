"""User folders, our resources, and the one way a file is written."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from studio.errors import UnwritableFile
from studio.words import tr

APPLICATION = "ricercar"


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
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "Ricercar"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Ricercar"
    return Path(os.environ.get(variable) or Path.home() / unix_default) / APPLICATION


def write_atomically(target: Path, write: Callable[[IO[bytes]], None], verify: Callable[[Path], None] | None = None) -> None:
    """Write beside the target, sync, verify, then swap in (reliability.md R1).

    `write` fills the open temporary file; `verify` gets its path and raises if it is not whole. A symlink is
    written through to what it points at, permissions are kept. Whatever fails before the swap leaves the old
    file untouched and nothing behind; OSError becomes UnwritableFile.
    """
    target = Path(os.path.realpath(target))
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".part", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if verify is not None:
            verify(temporary)
        _keep_permissions(target, temporary)
        os.replace(temporary, target)
        temporary = None
        sync_folder(target.parent)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnwritableFile(
            tr("«{target}» could not be written: {reason}.", target=target.name, reason=reason),
            tr("Choose another place or free some space."),
        ) from problem
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _keep_permissions(target: Path, temporary: Path) -> None:
    if target.exists():
        os.chmod(temporary, target.stat().st_mode & 0o7777)
    elif os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)


def sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Safe loading: an ordinary file's bytes within a limit, at once or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.wire import spaced
from studio.strict_json import FaultyJson, parsed
from studio.words import tr


def load_bytes(path: Path, limit: int, kind: str) -> bytes:
    """The bytes of an ordinary file of at most `limit` bytes; anything else is UnreadableFile. `kind`: "an ABC file"."""
    refuse_large_file(path, limit, kind)
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as problem:
        raise _unreadable(path.name or str(path), problem) from problem
    if len(data) > limit:  # it grew meanwhile
        raise _too_large(path, len(data), limit, kind)
    return data


def refuse_large_file(path: Path, limit: int, kind: str) -> None:
    """As `refuse_odd_file`, and a file of more than `limit` bytes as well, unread."""
    size = refuse_odd_file(path, kind)
    if size > limit:
        raise _too_large(path, size, limit, kind)


def refuse_odd_file(path: Path, kind: str) -> int:
    """The size of an ordinary file that is not empty; a folder, a pipe or nothing at all is UnreadableFile, at once."""
    name = path.name or str(path)
    try:
        facts = os.stat(path)
    except (OSError, ValueError) as problem:
        raise _unreadable(name, problem) from problem
    if stat.S_ISDIR(facts.st_mode):
        raise UnreadableFile(tr("«{name}» is a folder, not {kind}.", name=name, kind=kind), tr("Choose a file in it."))
    if not stat.S_ISREG(facts.st_mode):  # opening a pipe would wait for ever
        raise UnreadableFile(tr("«{name}» is not an ordinary file.", name=name), tr("Choose {kind}.", kind=kind))
    if not facts.st_size:
        raise UnreadableFile(tr("«{name}» is empty.", name=name), tr("Choose another file."))
    return facts.st_size


def _too_large(path: Path, size: int, limit: int, kind: str) -> UnreadableFile:
    name = path.name or str(path)
    return UnreadableFile(
        tr(
            "«{name}» holds {size} bytes; {kind} may have {limit}.",
            name=name,
            size=spaced(size),
            kind=kind,
            limit=spaced(limit),
        ),
        tr("It is probably not {kind}.", kind=kind),
    )


def _unreadable(name: str, problem: OSError | ValueError) -> UnreadableFile:
    reason = getattr(problem, "strerror", None) or str(problem)
    return UnreadableFile(
        tr("«{name}» could not be read: {reason}.", name=name, reason=reason), tr("Check that it exists and may be read.")
    )


def load_json(data: bytes, name: str, limit: int = limits.JSON_BYTES) -> Any:
    """The value of strict JSON; UnreadableFile gives line and column. `name` is used in messages."""
    try:
        return parsed(data, limit, limits.JSON_DEPTH)
    except FaultyJson as problem:
        raise UnreadableFile(f"«{name}», {problem}.", tr("It is damaged or was changed by hand.")) from problem

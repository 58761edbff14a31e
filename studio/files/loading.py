"""Safe loading: an ordinary file's bytes within a limit, at once or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from studio.errors import UnreadableFile


def load_bytes(path: Path, limit: int, kind: str) -> bytes:
    """The bytes of an ordinary file of at most `limit` bytes; anything else is UnreadableFile. `kind`: "an ABC file"."""
    name = path.name or str(path)
    try:
        facts = os.stat(path)
        if stat.S_ISDIR(facts.st_mode):
            raise UnreadableFile(f"«{name}» is a folder, not {kind}.", "Choose a file in it.")
        if not stat.S_ISREG(facts.st_mode):  # opening a pipe would wait for ever
            raise UnreadableFile(f"«{name}» is not an ordinary file.", f"Choose {kind}.")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnreadableFile(f"«{name}» could not be read: {reason}.", "Check that it exists and may be read.") from problem
    if len(data) > limit:
        size = max(facts.st_size, len(data))
        raise UnreadableFile(
            f"«{name}» holds {size:,} bytes; {kind} may have {limit:,}.".replace(",", " "), f"It is probably not {kind}."
        )
    if not data:
        raise UnreadableFile(f"«{name}» is empty.", "Choose another file.")
    return data

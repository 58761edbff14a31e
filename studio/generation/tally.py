"""Tally: how many takes of each model were heard, starred and kept, on this machine only.

It is a convenience, never in the way: a file that is damaged means that the counts start anew, one that cannot be written
that they are forgotten with the program.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from studio.errors import UnwritableFile
from studio.events import Signal
from studio.generation.contract import Take
from studio.generation.plain_json import Fields, parsed
from studio.paths import write_atomically
from studio.strict_json import FaultyJson

FILE_NAME = "takes.json"
FORMAT = 1
MOST = 2**31
MOST_SEEN = 4096
"""So many takes are remembered as counted; whoever hears an older one again counts it twice."""

Deed = Literal["heard", "starred", "kept"]
DEEDS: tuple[Deed, ...] = ("heard", "starred", "kept")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """Takes of one model."""

    heard: int = 0
    starred: int = 0
    kept: int = 0

    def one_more(self, deed: Deed) -> Counts:
        if deed == "heard":
            return replace(self, heard=min(MOST, self.heard + 1))
        return (
            replace(self, starred=min(MOST, self.starred + 1))
            if deed == "starred"
            else replace(self, kept=min(MOST, self.kept + 1))
        )


class Tally:
    """`counts` by model. `changed()` when one went up, or all were cleared. What was counted is written by `save`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_saved = True
        self._seen: dict[tuple[str, Deed], None] = {}
        self.counts: Mapping[str, Counts] = _read(path)
        self.changed: Signal[()] = Signal()

    def count(self, take: Take, deed: Deed) -> bool:
        """One take more for its model, once for each deed; whether it was counted."""
        key, model = (fingerprint(take), deed), take.origin.model
        if key in self._seen or not model:
            return False
        self._seen[key] = None
        while len(self._seen) > MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        self.counts = {**self.counts, model: self.counts.get(model, Counts()).one_more(deed)}
        self._is_saved = False
        self.changed.emit()
        return True

    def clear(self) -> None:
        """Begin anew."""
        self.counts, self._is_saved = {}, False
        self.save()
        self.changed.emit()

    def save(self) -> None:
        """Write what was counted since the last time."""
        if self._is_saved:
            return
        self._is_saved = True
        models = {name: {deed: getattr(counts, deed) for deed in DEEDS} for name, counts in self.counts.items()}
        text = json.dumps({"format": FORMAT, "models": models}, sort_keys=True).encode()

        def fill(stream: IO[bytes]) -> None:
            stream.write(text)

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, fill)
        except (OSError, UnwritableFile) as problem:
            log.warning("the counts of takes could not be written: %s", problem)


def fingerprint(take: Take) -> str:
    """The same for a take wherever it comes up again: carried over, read from a project, or combined."""
    digest = hashlib.sha256(f"{take.origin.model}\0{take.origin.request}\0{take.origin.take}".encode())
    for track_id, rows in take.parts:
        digest.update(str(track_id).encode())
        for name in ("start", "length", "pitch"):
            digest.update(rows[name].tobytes())
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Counts]:
    try:
        fields = Fields(parsed(path.read_bytes()))
        if fields.whole("format", 1, MOST) != FORMAT:
            return {}
        models = Fields(fields.mapping("models"))
        return {name: _counts(Fields(models.mapping(name), name)) for name in models.values}
    except FileNotFoundError:
        return {}
    except (OSError, FaultyJson) as problem:
        log.warning("the counts of takes could not be read and start anew: %s", problem)
        return {}


def _counts(fields: Fields) -> Counts:
    return Counts(*(fields.whole(deed, 0, MOST, 0) for deed in DEEDS))

"""Origin: where generated notes came from; a song keeps a table of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """One kept take. `request` is the JSON text that makes it again; entry 0 of the table means "by hand"."""

    id: int
    model: str
    weights_sha256: str
    capability: str
    seed: int
    take: int
    request: str
    version: str
    edited: bool = False
    parent: int = 0

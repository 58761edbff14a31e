"""What every codec offers, and how it says what it could not keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from studio.song.notes import Rows


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the codec changed or could not keep: what happened, and what would mend it."""

    reason: str
    repair: str = ""

    def __str__(self) -> str:
        return f"{self.reason} {self.repair}".strip()


class Codec(Protocol):
    """Rows of a track <-> an array of one model family. `spec` is stored in the card and compared on loading."""

    @property
    def spec(self) -> Mapping[str, Any]: ...

    def decode(self, array: NDArray[Any], start_tick: int) -> Rows: ...

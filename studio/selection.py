"""Selection: what the next command acts on."""

from __future__ import annotations

from dataclasses import dataclass

from studio.song.region import Patch
from studio.song.ticks import Span


@dataclass(frozen=True, slots=True)
class Selection:
    """Selected notes by id, the track in front, the selected bars (if any), the edit cursor.

    `range_ids`: the tracks on which the bars were selected; none where they are those of the whole song. `patches`: what was
    painted, all that a take may change while there are any.
    """

    note_ids: frozenset[int] = frozenset()
    track_id: int = 0
    bars: Span | None = None
    cursor_tick: int = 0
    range_ids: tuple[int, ...] = ()
    patches: tuple[Patch, ...] = ()

"""The tray: takes that were proposed and not yet kept, one of them shown and heard."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from studio.events import Signal
from studio.generation.contract import Request, Take
from studio.song.notes import Rows
from studio.song.region import Region
from studio.song.ticks import Span


@dataclass(eq=False)
class TakeSet:
    """The takes of one request, after the starred ones of the same place that were `carried` over.

    `active` is an index into `takes`, or None for take 0: what was there. `comp` says for each bar of the request which
    take it is from (None: what was there); while there is one it stands for the active take.
    """

    request: Request
    takes: list[Take] = field(default_factory=list)
    active: int | None = None
    starred: set[int] = field(default_factory=set)
    is_stale: bool = False
    carried: int = 0
    comp: tuple[int | None, ...] = ()

    @property
    def bars(self) -> tuple[Span, ...]:
        """The bars of the request, the first and the last cut to its span."""
        span, timeline = self.request.span, self.request.song.timeline
        lines = [tick for _, tick in timeline.bar_lines(span) if tick > span.start_tick]
        edges = [span.start_tick, *lines, span.end_tick]
        return tuple(Span(*pair) for pair in pairwise(edges))

    @property
    def pieces(self) -> tuple[tuple[Span, int | None], ...]:
        """What stands where: neighbouring bars from one take joined; without a comp the whole is one piece."""
        if not self.comp:
            return ((self.request.span, self.active),)
        found: list[tuple[Span, int | None]] = []
        for bar, index in zip(self.bars, self.comp, strict=True):
            if found and found[-1][1] == index:
                found[-1] = (Span(found[-1][0].start_tick, bar.end_tick), index)
            else:
                found.append((bar, index))
        return tuple(found)

    @property
    def active_take(self) -> Take | None:
        return None if self.active is None else self.takes[self.active]

    @property
    def shown(self) -> tuple[tuple[int, Rows], ...] | None:
        """The notes that stand in the request's span now, by track: of the active take, or of all pieces of a comp; None
        while what was there is shown."""
        take = self.active_take
        if not self.comp:
            return None if take is None else take.parts
        rows: dict[int, list[Rows]] = {}
        for span, index in self.pieces:
            for track_id, found in self._before(span) if index is None else self.takes[index].within(span):
                rows.setdefault(track_id, []).append(found)
        return tuple((track_id, np.concatenate(found)) for track_id, found in rows.items())

    def _before(self, span: Span) -> list[tuple[int, Rows]]:
        region = Region(self.request.mask.region.track_ids, span)
        return [(track_id, rows) for track_id, rows in self.request.song.notes_in(region).items()]

    def words(self) -> str:
        """Which take is shown: "take 2", "takes 1 and 3, bar by bar", "what was there"."""
        numbers = [
            str(self.takes[index].number) for index in dict.fromkeys(index for _, index in self.pieces) if index is not None
        ]
        if not numbers:
            return "what was there"
        if not self.comp:
            return f"take {numbers[0]}"
        listed = (
            f"takes {', '.join(numbers[:-1])} and {numbers[-1]}" if len(numbers) > 1 else f"take {numbers[0]} and what was there"
        )
        return f"{listed}, bar by bar"


class Tray:
    """The present take set. `changed()` is emitted when takes arrive, or another one is shown."""

    def __init__(self) -> None:
        self.current: TakeSet | None = None
        self._before_comparison: tuple[int | None, tuple[int | None, ...]] | None = None
        self.changed: Signal[()] = Signal()

    def begin(self, request: Request) -> TakeSet:
        """A set for a request that was just started. Of the one before, only starred takes of the same place stay."""
        fresh = TakeSet(request)
        if self.current is not None and self.current.request.mask == request.mask:
            kept = [self.current.takes[index] for index in sorted(self.current.starred)]
            fresh.takes = [replace(take, number=number) for number, take in enumerate(kept, start=1)]
            fresh.starred, fresh.carried = set(range(len(kept))), len(kept)
        self.current, self._before_comparison = fresh, None
        self.changed.emit()
        return fresh

    def add(self, take_set: TakeSet, take: Take) -> None:
        """A take arrived; the first new one is shown at once. Numbers count on from those carried over."""
        take_set.takes.append(replace(take, number=take.number + take_set.carried))
        if len(take_set.takes) == take_set.carried + 1:
            take_set.active = take_set.carried
        self.changed.emit()

    def show(self, index: int | None) -> None:
        """Show a take by index; None shows what was there."""
        if self.current is None or (index is not None and not 0 <= index < len(self.current.takes)):
            return
        self.current.active, self.current.comp = index, ()
        self.changed.emit()

    def take_bar(self, bar: int, index: int | None) -> None:
        """Let a bar of the request, counted from 0, come from this take (None: from what was there); the other bars stay
        with the take they are from."""
        current = self.current
        if current is None or not 0 <= bar < len(current.bars) or (index is not None and not 0 <= index < len(current.takes)):
            return
        comp = list(current.comp or (current.active,) * len(current.bars))
        comp[bar] = index
        same = len(set(comp)) == 1
        current.active, current.comp = (comp[0], ()) if same else (current.active, tuple(comp))
        self.changed.emit()

    def step(self, by: int) -> None:
        """Next or previous take, wrapping around; what was there is not among them."""
        if self.current is None or not self.current.takes:
            return
        active = self.current.active
        at = (-1 if by > 0 else 0) if active is None else active
        self.show((at + by) % len(self.current.takes))

    def compare(self) -> None:
        """Swap between what is proposed and what was there (A/B)."""
        current = self.current
        if current is None or not current.takes:
            return
        if current.active is None and not current.comp:
            current.active, current.comp = self._before_comparison or (0, ())
        else:
            self._before_comparison = current.active, current.comp
            current.active, current.comp = None, ()
        self.changed.emit()

    def star(self, index: int) -> None:
        if self.current is not None:
            self.current.starred ^= {index}
            self.changed.emit()

    def restore(self, take_set: TakeSet) -> None:
        """Show takes that were saved with the project."""
        self.current = take_set
        self.changed.emit()

    def clear(self) -> None:
        self.current = None
        self.changed.emit()

    @property
    def active_take(self) -> Take | None:
        return None if self.current is None else self.current.active_take

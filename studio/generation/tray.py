"""The tray: takes that were proposed and not yet kept, one of them shown and heard."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from studio.events import Signal
from studio.generation.contract import Request, Take


@dataclass(eq=False)
class TakeSet:
    """The takes of one request, after the starred ones of the same place that were `carried` over.

    `active` is an index into `takes`, or None for take 0: what was there.
    """

    request: Request
    takes: list[Take] = field(default_factory=list)
    active: int | None = None
    starred: set[int] = field(default_factory=set)
    is_stale: bool = False
    carried: int = 0

    @property
    def active_take(self) -> Take | None:
        return None if self.active is None else self.takes[self.active]


class Tray:
    """The present take set. `changed()` is emitted when takes arrive, or another one is shown."""

    def __init__(self) -> None:
        self.current: TakeSet | None = None
        self._before_comparison: int | None = None
        self.changed: Signal[()] = Signal()

    def begin(self, request: Request) -> TakeSet:
        """A set for a request that was just started. Of the one before, only starred takes of the same place stay."""
        fresh = TakeSet(request)
        if self.current is not None and self.current.request.mask == request.mask:
            kept = [self.current.takes[index] for index in sorted(self.current.starred)]
            fresh.takes = [replace(take, number=number) for number, take in enumerate(kept, start=1)]
            fresh.starred, fresh.carried = set(range(len(kept))), len(kept)
        self.current = fresh
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
        self.current.active = index
        self.changed.emit()

    def step(self, by: int) -> None:
        """Next or previous take, wrapping around; what was there is not among them."""
        if self.current is None or not self.current.takes:
            return
        active = self.current.active
        at = (-1 if by > 0 else 0) if active is None else active
        self.show((at + by) % len(self.current.takes))

    def compare(self) -> None:
        """Swap between the take and what was there (A/B)."""
        if self.current is None or not self.current.takes:
            return
        if self.current.active is None:
            self.show(self._before_comparison if self._before_comparison is not None else 0)
        else:
            self._before_comparison = self.current.active
            self.show(None)

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

"""Progress: what a running job reports, delivers and is asked."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event


class Cancelled(Exception):
    """The job was asked to stop and did. Not an error: nothing is shown."""


class Progress:
    """Given to `work`; all three calls may come from any thread.

    `report(done, total, note)` moves the bar; `deliver(value)` hands over a partial result (a take, a loss point);
    `stop_if_cancelled()` raises Cancelled once `cancel()` was called.
    """

    def __init__(
        self,
        on_report: Callable[[float, float, str], None] | None = None,
        on_delivery: Callable[[object], None] | None = None,
    ) -> None:
        self._on_report = on_report
        self._on_delivery = on_delivery
        self._cancelled = Event()

    def report(self, done: float, total: float, note: str = "") -> None:
        if self._on_report is not None:
            self._on_report(done, total, note)

    def deliver(self, value: object) -> None:
        if self._on_delivery is not None:
            self._on_delivery(value)

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled


class Portion(Progress):
    """One of several steps of a larger job: its reports fill its share of the whole's bar, all else is the whole's."""

    def __init__(self, whole: Progress, step: int, steps: int, note: str = "") -> None:
        """`step` counts from 0; `note` stands for whatever the step says of itself."""
        super().__init__()
        self._whole, self._step, self._steps, self._words = whole, step, steps, note

    def report(self, done: float, total: float, note: str = "") -> None:
        share = min(1.0, done / total) if total else 0.0
        self._whole.report(self._step + share, self._steps, self._words or note)

    def deliver(self, value: object) -> None:
        self._whole.deliver(value)

    def cancel(self) -> None:
        self._whole.cancel()

    @property
    def is_cancelled(self) -> bool:
        return self._whole.is_cancelled

    def stop_if_cancelled(self) -> None:
        self._whole.stop_if_cancelled()

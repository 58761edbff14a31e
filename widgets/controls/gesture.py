"""Gestures: which moves of a control belong to one undo step."""

from __future__ import annotations

import time

BURST_S = 0.4
"""Wheel notches and key repeats that follow each other within this time are one gesture."""


class Gestures:
    """Deals the identity that an edit carries: a fresh one for each drag, one for each burst of notches."""

    def __init__(self) -> None:
        self._present: object = object()
        self._last_s = -1e9

    def begin(self) -> object:
        """A drag starts."""
        self._present = object()
        return self._present

    @property
    def present(self) -> object:
        return self._present

    def notch(self, now_s: float | None = None) -> object:
        """One notch of the wheel, or one key press."""
        now_s = time.monotonic() if now_s is None else now_s
        if now_s - self._last_s > BURST_S:
            self.begin()
        self._last_s = now_s
        return self._present

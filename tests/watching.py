"""Watch: the longest stretch in which the event loop did not turn, while steps of work are done in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer

BEAT_MS = 1
QUIET_BEATS = 12
"""So many beats in a row without a pause longer than `QUIET_S`: nothing is left to do."""
QUIET_S = 0.004
PATIENCE_S = 60.0
_DO = QEvent.Type(QEvent.registerEventType())


@dataclass(frozen=True, slots=True)
class Pause:
    """The longest gap between two beats: by the processor time of the window's own thread, and by the clock."""

    cpu_s: float = 0.0
    wall_s: float = 0.0

    def longer(self, other: Pause) -> Pause:
        return Pause(max(self.cpu_s, other.cpu_s), max(self.wall_s, other.wall_s))

    def shorter(self, other: Pause) -> Pause:
        """Of two measurements of one thing the one that less disturbed."""
        return Pause(min(self.cpu_s, other.cpu_s), min(self.wall_s, other.wall_s))


class Watch(QObject):
    """A timer of one millisecond is the heart. A step is done in an event of its own, as a key press would be; what it leaves
    behind (layouts, paints, timers that fire soon) counts until the loop is quiet and `is_busy` is false.

    Processor time is what a crowded machine does not lengthen; the clock also sees waiting, for a lock or another thread.
    """

    def __init__(self, is_busy: Callable[[], bool] = lambda: False) -> None:
        super().__init__()
        self._is_busy = is_busy
        self._step: Callable[[], object] | None = None
        self._worst = Pause()
        self._last = (0.0, 0.0)
        self._quiet = 0
        self._deadline = 0.0
        self._loop = QEventLoop(self)
        self._heart = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._heart.timeout.connect(self._beat)

    def step(self, work: Callable[[], object]) -> Pause:
        """Do this in the event loop; the longest pause until all is quiet again."""
        self.rest()
        self._worst, self._step = Pause(), work
        self._last = (time.thread_time(), time.perf_counter())
        QCoreApplication.postEvent(self, QEvent(_DO))
        self.rest()
        self._beat()
        return self._worst

    def steps(self, works: Iterable[object]) -> Pause:
        """Each turn of an iterator is a step."""
        found, turns = Pause(), iter(works)
        is_over = False

        def turn() -> None:
            nonlocal is_over
            is_over = next(turns, turns) is turns

        while not is_over:
            found = found.longer(self.step(turn))
        return found

    def rest(self) -> None:
        """Turn the loop until nothing is left to do in it."""
        self._quiet = 0
        self._deadline = time.monotonic() + PATIENCE_S
        self._last = (time.thread_time(), time.perf_counter())
        self._heart.start()
        self._loop.exec()
        self._heart.stop()
        assert time.monotonic() < self._deadline, (
            f"the window never came to rest: {self._quiet} quiet beats, {'jobs run' if self._is_busy() else 'no job runs'}"
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == _DO and self._step is not None:
            work, self._step = self._step, None
            work()
            self._quiet = 0
            return True
        return super().event(event)

    def _beat(self) -> None:
        now = (time.thread_time(), time.perf_counter())
        gap = Pause(now[0] - self._last[0], now[1] - self._last[1])
        self._last = now
        self._worst = self._worst.longer(gap)
        self._quiet = self._quiet + 1 if gap.cpu_s < QUIET_S else 0
        is_quiet = self._quiet >= QUIET_BEATS and self._step is None and not self._is_busy()
        if is_quiet or time.monotonic() > self._deadline:
            self._loop.quit()

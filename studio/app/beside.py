"""Beside: one piece of work in a child process of its own, reported and cancelled like any job; the window is not held up."""

from __future__ import annotations

import time
from collections.abc import Callable

from studio import errors
from studio.children import Child, ChildEnd
from studio.errors import RicercarError, UnwritableFile
from studio.jobs.progress import Cancelled, Progress

POLL_S = 0.05
PATIENCE_S, WRITING_PATIENCE_S = 1.0, 20.0
"""From a cancel to the kill. Once something may lie on the disk the child gets time to take it away, however slow the disk."""


def beside(serve: Callable[[ChildEnd], None], name: str, payload: object, progress: Progress) -> object:
    """What the child made of the payload. Errors of ours come through; Cancelled once it has tidied up, or was killed.

    `serve` is a function of a module that the child imports; it calls `served`.
    """
    child = Child(serve, name)
    child.start()
    child.send("work", payload)
    cancelled_at: float | None = None
    patience_s = PATIENCE_S
    try:
        while True:
            if progress.is_cancelled and cancelled_at is None:
                cancelled_at = time.monotonic()
                child.cancel()
            if cancelled_at is not None and time.monotonic() - cancelled_at > patience_s:
                child.kill()
                raise Cancelled
            message = child.receive(POLL_S)
            if message is None:
                continue
            verb, answer = message
            if verb == "progress" and isinstance(answer, tuple):
                patience_s = WRITING_PATIENCE_S
                progress.report(*answer)
            elif verb == "cancelled":
                raise Cancelled
            elif verb == "failed":
                raise _error(answer)
            elif verb == "done":
                return answer
    finally:
        child.close(0.2)


def served(end: ChildEnd, work: Callable[[object, Progress], object]) -> None:
    """What the child does: the work, once for each payload; it ends with its parent's pipe."""
    for verb, payload in end.messages():
        if verb != "work":
            continue
        try:
            made = work(payload, _ChildProgress(end))
        except Cancelled:
            end.send("cancelled")
        except RicercarError as problem:
            end.send("failed", (type(problem).__name__, problem.message, problem.hint))
        else:
            end.send("done", made)


class _ChildProgress(Progress):
    """Reports through the pipe, at most ten times a second, and looks at the parent's cancel."""

    def __init__(self, end: ChildEnd) -> None:
        super().__init__()
        self._end = end
        self._last_s = 0.0

    def report(self, done: float, total: float, note: str = "") -> None:
        now_s = time.monotonic()
        if now_s - self._last_s > 0.1:
            self._last_s = now_s
            self._end.send("progress", (done, total, note))

    @property
    def is_cancelled(self) -> bool:
        return self._end.is_cancelled

    def stop_if_cancelled(self) -> None:
        self._end.beat()
        if self.is_cancelled:
            raise Cancelled


def _error(payload: object) -> RicercarError:
    kind, message, hint = payload if isinstance(payload, tuple) and len(payload) == 3 else ("", str(payload), "")
    found = getattr(errors, str(kind), UnwritableFile)
    if isinstance(found, type) and issubclass(found, RicercarError):
        return found(str(message), str(hint))
    return UnwritableFile(str(message), str(hint))

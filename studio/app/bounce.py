"""Bouncing: a song rendered to a sound file by a child process, so that the window and the sound go on undisturbed."""

from __future__ import annotations

import time

from studio import errors
from studio.app.sound_order import Bounce
from studio.children import Child, ChildEnd
from studio.errors import RicercarError, UnwritableFile
from studio.jobs.progress import Cancelled, Progress
from studio.words import mark

__all__ = ["Bounce", "bounced"]

POLL_S = 0.05
PATIENCE_S, WRITING_PATIENCE_S = 1.0, 20.0
"""From a cancel to the kill; the flag is looked at in every block of sound. Once something lies on the disk the child is given
time to take it away, however slow the disk."""


def bounced(bounce: Bounce, progress: Progress) -> str:
    """Render in a child process; what the file has to be warned about, or an empty string. Cancelled leaves nothing."""
    child = Child(serve, mark("export"))
    child.start()
    child.send("bounce", bounce)
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
            verb, payload = message
            if verb == "progress" and isinstance(payload, tuple):
                patience_s = WRITING_PATIENCE_S
                progress.report(*payload)
            elif verb == "cancelled":
                raise Cancelled
            elif verb == "failed":
                raise _error(payload)
            elif verb == "done":
                return str(payload)
    finally:
        child.close(0.2)


def serve(end: ChildEnd) -> None:
    """What the child does: one bounce, then it ends with its parent's pipe."""
    for verb, payload in end.messages():
        if verb == "bounce" and isinstance(payload, Bounce):
            _carry_out(end, payload)


def _carry_out(end: ChildEnd, bounce: Bounce) -> None:
    from studio.app.sound_export import carry_out
    from studio.audio import frozen

    progress = _ChildProgress(end)
    try:
        if bounce.freezes:
            frozen.freeze(bounce.song, bounce.freezes, bounce.path, bounce.soundfont, progress)
            remarks: tuple[str, ...] = ()
        else:
            remarks = carry_out(bounce, progress)
    except Cancelled:
        end.send("cancelled")
    except RicercarError as problem:
        end.send("failed", (type(problem).__name__, problem.message, problem.hint))
    else:
        end.send("done", " ".join(remarks))


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

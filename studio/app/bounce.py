"""Bounce: a song rendered to a sound file by a child process, so that the window and the sound go on undisturbed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio import errors
from studio.children import Child, ChildEnd
from studio.errors import RicercarError, UnwritableFile
from studio.jobs.progress import Cancelled, Progress
from studio.song.song import Song
from studio.words import mark, tr

POLL_S = 0.05
PATIENCE_S = 1.0
"""From a cancel to the kill; the flag is looked at in every block of sound."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What is rendered to which file, and how."""

    song: Song
    path: Path
    rate: int
    bits: int
    soundfont: Path | None = None
    sounds: Mapping[str, Path] = field(default_factory=dict)
    freezes: int = 0
    """The track whose sound alone is kept, with `path` as the stem of its files; 0 for a sound file of the mix."""


def bounced(bounce: Bounce, progress: Progress) -> str:
    """Render in a child process; what the file has to be warned about, or an empty string. Cancelled leaves nothing."""
    child = Child(serve, mark("export"))
    child.start()
    child.send("bounce", bounce)
    cancelled_at: float | None = None
    try:
        while True:
            if progress.is_cancelled and cancelled_at is None:
                cancelled_at = time.monotonic()
                child.cancel()
            if cancelled_at is not None and time.monotonic() - cancelled_at > PATIENCE_S:
                child.kill()
                raise Cancelled
            message = child.receive(POLL_S)
            if message is None:
                continue
            verb, payload = message
            if verb == "progress" and isinstance(payload, tuple):
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
    from studio.audio import frozen
    from studio.audio.font_shelf import FontShelf
    from studio.audio.render import render
    from studio.files.formats.audio import write_blocks

    progress = _ChildProgress(end)
    samples = "32 bit float" if bounce.bits == 32 else tr("{bits} bit", bits=bounce.bits)
    try:
        if bounce.freezes:
            frozen.freeze(bounce.song, bounce.freezes, bounce.path, bounce.soundfont, progress)
            end.send("done", "")
            return
        shelf = FontShelf(bounce.soundfont)
        shelf.provide(bounce.song)
        blocks = render(bounce.song, bounce.rate, shelf.shared, progress, sounds=bounce.sounds)
        with contextlib.closing(blocks):
            written = write_blocks(bounce.path, blocks, bounce.rate, {"samples": samples}, progress)
    except Cancelled:
        end.send("cancelled")
    except RicercarError as problem:
        end.send("failed", (type(problem).__name__, problem.message, problem.hint))
    else:
        end.send("done", " ".join(words for words in (shelf.remark, shelf.warning, written.warning) if words))


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

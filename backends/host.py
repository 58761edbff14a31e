"""The model host as the window sees it: a warm process that is fed requests, watched, cancelled and replaced.

Nothing here imports torch: the window's process imports this module. What the process does is in host_child.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from backends.host_child import serve
from backends.local import LocalBackend
from studio import errors
from studio.children import Child
from studio.errors import ModelUnavailable, RicercarError, WorkerLost
from studio.generation.contract import Request, Take
from studio.generation.library import model_folders
from studio.jobs.progress import Cancelled, Progress

__all__ = ["HostedBackend", "LocalBackend", "host_process"]

POLL_S = 0.01
PATIENCE_S = 0.12
"""From a cancel to the kill, when the flag was not looked at (reliability.md R25)."""
HUNG_S, LOADING_S = 15.0, 120.0
"""Silence after which the host is killed (the user is told after a third of it); the longest that loading may take."""


class HostedBackend:
    """Generates in the host. One request at a time; may be called from any worker thread of the window.

    A host that dies or hangs is started anew and the request tried once more; takes already delivered are not
    delivered twice, for the same request makes the same takes.
    """

    def __init__(self, child: Child | None = None, hung_s: float = HUNG_S) -> None:
        self._child = child or host_process()
        self._hung_s = hung_s
        self._turn = threading.Lock()
        self.device_words = ""
        """What the host computes on, once it has said so."""

    def start(self) -> None:
        """Begin warming the host; returns at once."""
        self._child.start()

    def close(self, timeout_s: float = 1.0) -> None:
        self._child.close(timeout_s)

    def look(self) -> str:
        """What the host computes on, empty while it is still starting. Returns at once, also while a request runs."""
        if not self.device_words and self._child.is_alive and self._turn.acquire(blocking=False):
            try:
                with contextlib.suppress(WorkerLost):
                    self._note(self._child.receive(0.0))
            finally:
                self._turn.release()
        return self.device_words

    def _note(self, message: tuple[str, object] | None) -> None:
        if message is not None and message[0] == "ready":
            self.device_words = str(_ticketed(message[1])[1])

    def rescan(self) -> None:
        """Tell the host that models came or went."""
        if self._child.is_alive:
            self._child.send("rescan")

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        """As LocalBackend.generate, computed in the host. A cancel is answered within 0.2 s."""
        delivered: set[int] = set()
        with self._turn:
            for attempt in (1, 2):
                try:
                    for take in self._tried(request, progress):
                        if take.number not in delivered:
                            delivered.add(take.number)
                            yield take
                    return
                except WorkerLost:
                    # Beyond the limit of restarts this raises, with the sentence for it.
                    self._child.restart()
                    if attempt == 2:
                        raise

    def _tried(self, request: Request, progress: Progress) -> Iterator[Take]:
        self._child.start()
        ticket = self._child.send("generate", request)
        finished = False
        try:
            for verb, payload in self._answers(ticket, progress):
                if verb == "take":
                    assert isinstance(payload, Take)
                    yield payload
                elif verb == "failed":
                    finished = True
                    raise _error(payload)
            finished = True
        finally:
            # The caller may drop the iterator half-way, too.
            if not finished and self._child.is_alive:
                self._child.cancel()

    def _answers(self, ticket: int, progress: Progress) -> Iterator[tuple[str, object]]:
        """What the host says to this request until it is done; watches its silence and the cancel meanwhile."""
        begun = time.monotonic()
        cancelled_at: float | None = None
        loading = True
        while True:
            if progress.is_cancelled and cancelled_at is None:
                cancelled_at = time.monotonic()
                self._child.cancel()
            if cancelled_at is not None and time.monotonic() - cancelled_at > PATIENCE_S:
                # While weights are read nothing has been computed: the host finds the cancel when it is through.
                if not loading:
                    self._replace()
                raise Cancelled
            message = self._child.receive(POLL_S)
            if message is None:
                self._watch(begun, loading, progress)
                continue
            self._note(message)
            verb, (of, payload) = message[0], _ticketed(message[1])
            if of != ticket:
                continue
            if verb == "done":
                return
            if verb == "cancelled":
                raise Cancelled
            if verb == "progress":
                loading = False
                if isinstance(payload, tuple) and len(payload) == 3:
                    progress.report(float(payload[0]), float(payload[1]), str(payload[2]))
            elif verb == "loading":
                progress.report(0, 1, "loading the model")
            elif verb != "ready":
                yield verb, payload

    def _watch(self, begun: float, loading: bool, progress: Progress) -> None:
        silence = min(self._child.silence_s, time.monotonic() - begun)
        if silence > self._hung_s or (loading and time.monotonic() - begun > LOADING_S):
            self._child.kill()
            raise WorkerLost("The model host did not answer and was stopped.", "Your music is untouched.")
        if silence > self._hung_s / 3:
            progress.report(0, 1, "the model host does not answer")

    def _replace(self) -> None:
        """Kill a host that does not heed a cancel and warm a new one; no failure, so it does not count as a restart."""
        self._child.kill()
        waited = time.monotonic()
        while self._child.is_alive and time.monotonic() - waited < 0.1:
            with contextlib.suppress(WorkerLost):
                self._child.receive(POLL_S)
        self._child.start()


def _ticketed(payload: object) -> tuple[int, object]:
    if isinstance(payload, tuple) and len(payload) == 2 and isinstance(payload[0], int):
        return payload[0], payload[1]
    return -1, payload


def _error(payload: object) -> RicercarError:
    kind, message, hint = payload if isinstance(payload, tuple) and len(payload) == 3 else ("", str(payload), "")
    found = getattr(errors, str(kind), ModelUnavailable)
    return (
        found(message, hint) if isinstance(found, type) and issubclass(found, RicercarError) else ModelUnavailable(message, hint)
    )


def host_process(folders: tuple[Path, ...] | None = None, device: str = "auto") -> Child:
    """The host over some model folders (ours and the user's, when none are given); not yet started."""
    return Child(serve, "model host", folders or model_folders(), device)

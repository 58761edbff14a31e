"""One warm model host: takes requests in turn, is watched, cancelled, and replaced when it dies or hangs.

Nothing here imports torch: the window's process imports this module. What the process does is in host_child.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from studio import errors
from studio.children import Child
from studio.errors import ModelUnavailable, RicercarError, WorkerLost
from studio.jobs.progress import Cancelled, Progress
from studio.words import tr

POLL_S = 0.01
PATIENCE_S = 0.12
"""From a cancel to the kill, when the flag was not looked at (reliability.md R25)."""
HUNG_S, LOADING_S = 15.0, 120.0
"""Silence after which the host is killed (the user is told after a third of it); the longest that loading may take."""


class Busy(Exception):
    """The host is answering somebody else."""


class WarmHost:
    """One request at a time; may be called from any worker thread of the window.

    A host that dies or hangs is started anew and the request tried once more; what was already delivered is not
    delivered twice, for the same request gives the same answers in the same order.
    """

    def __init__(self, child: Child, hung_s: float = HUNG_S) -> None:
        self._child = child
        self._hung_s = hung_s
        self._turn = threading.Lock()
        self._remark = ""
        self._is_given_up = self._was_replaced = False
        self.device_words = ""
        """What the host computes on, once it has said so."""

    def start(self) -> None:
        """Begin warming the host; returns at once."""
        self._child.start()

    def close(self, timeout_s: float) -> None:
        self._is_given_up = True
        self._child.close(timeout_s)

    @property
    def was_started(self) -> bool:
        """Whether there is or was a process."""
        return self._child.is_alive or self._child.pid is not None

    @property
    def pid(self) -> int | None:
        return self._child.pid

    def look(self) -> str:
        """What the host computes on, empty while it is still starting. Returns at once, also while a request runs."""
        if not self.device_words and self._child.is_alive and self._turn.acquire(blocking=False):
            try:
                with contextlib.suppress(WorkerLost):
                    self._note(self._child.receive(0.0))
            finally:
                self._turn.release()
        return self.device_words

    def remark(self) -> str:
        """One sentence about a host that was lost and is starting again; told once, empty when there is nothing to tell.

        Returns at once. A host that died while nobody asked anything of it is noticed and warmed anew here.
        """
        if self._has_died and self._turn.acquire(blocking=False):
            try:
                with contextlib.suppress(WorkerLost):
                    self._mourn()
            finally:
                self._turn.release()
        words, self._remark = self._remark, ""
        return words

    @property
    def _has_died(self) -> bool:
        return self._child.pid is not None and not self._child.is_alive and not self._is_given_up

    def _mourn(self) -> None:
        """Find out what a dead host died of, by its last message, and start it again."""
        while self._has_died:
            try:
                self._child.receive(0.0)
            except WorkerLost as loss:
                self._restart(loss)

    def _restart(self, loss: WorkerLost) -> None:
        """Start it anew and have that told. Raises WorkerLost beyond the limit of restarts."""
        try:
            self._child.restart()
        except WorkerLost as problem:
            self._remark, self._is_given_up = str(problem), True
            raise
        if not self._was_replaced:
            self._remark = tr("{loss} It is starting again.", loss=loss.message)
        self._was_replaced = False

    def rescan(self) -> None:
        """Tell the host that models came or went."""
        if self._child.is_alive:
            self._child.send("rescan")

    def answers(self, request: object, progress: Progress, *, waits: bool = True) -> Iterator[object]:
        """What the host answers to the request, one by one; Busy when it is another's turn and this one does not wait.

        A cancel is heeded within 0.2 s, while waiting for a turn too.
        """
        while not self._turn.acquire(timeout=POLL_S if waits else 0):
            if not waits:
                raise Busy
            progress.stop_if_cancelled()
        try:
            yield from self._answered(request, progress)
        finally:
            self._turn.release()

    def _answered(self, request: object, progress: Progress) -> Iterator[object]:
        delivered = 0
        for attempt in (1, 2):
            try:
                for number, answer in enumerate(self._tried(request, progress), start=1):
                    if number > delivered:
                        delivered = number
                        yield answer
                return
            except WorkerLost as loss:
                self._restart(loss)
                if attempt == 2:
                    raise

    def _tried(self, request: object, progress: Progress) -> Iterator[object]:
        if self._has_died:
            self._mourn()
        self._is_given_up = False
        self._child.start()
        ticket = self._child.send("ask", request)
        finished = False
        try:
            for verb, payload in self._messages(_Wait(ticket), progress):
                if verb == "answer":
                    yield payload
                elif verb == "failed":
                    finished = True
                    raise _error(payload)
            finished = True
        finally:
            # The caller may drop the iterator half-way, too.
            if not finished and self._child.is_alive:
                self._child.cancel()

    def _messages(self, wait: _Wait, progress: Progress) -> Iterator[tuple[str, object]]:
        """What the host says to this request until it is done; watches its silence and the cancel meanwhile."""
        while True:
            self._heed(wait, progress)
            message = self._child.receive(POLL_S)
            if message is None:
                self._watch(wait, progress)
                continue
            self._note(message)
            verb, (of, payload) = message[0], _ticketed(message[1])
            if of != wait.ticket:
                continue
            if verb == "done":
                return
            if verb == "cancelled":
                raise Cancelled
            if verb == "progress":
                wait.is_loading = False
                if isinstance(payload, tuple) and len(payload) == 3:
                    progress.report(float(payload[0]), float(payload[1]), str(payload[2]))
            elif verb == "loading":
                progress.report(0, 1, tr("loading the model"))
            elif verb != "ready":
                yield verb, payload

    def _heed(self, wait: _Wait, progress: Progress) -> None:
        """Pass a cancel on; kill a host that does not look at it."""
        now = time.monotonic()
        if progress.is_cancelled and wait.cancelled_at is None:
            wait.cancelled_at = now
            self._child.cancel()
        if wait.cancelled_at is not None and now - wait.cancelled_at > PATIENCE_S:
            # While weights are read nothing has been computed: the host finds the cancel when it is through.
            if not wait.is_loading:
                self._replace()
            raise Cancelled

    def _watch(self, wait: _Wait, progress: Progress) -> None:
        waited = time.monotonic() - wait.begun
        silence = min(self._child.silence_s, waited)
        if silence > self._hung_s or (wait.is_loading and waited > LOADING_S):
            self._child.kill()
            raise WorkerLost(tr("The model host did not answer and was stopped."), tr("Your music is untouched."))
        if silence > self._hung_s / 3:
            progress.report(0, 1, tr("the model host does not answer"))

    def _replace(self) -> None:
        """Kill a host that does not heed a cancel and warm a new one; no failure, so it does not count as a restart."""
        self._child.kill()
        waited = time.monotonic()
        while self._child.is_alive and time.monotonic() - waited < 0.1:
            with contextlib.suppress(WorkerLost):
                self._child.receive(POLL_S)
        self._was_replaced = self._child.is_alive  # it dies later, and nobody need hear of it
        self._child.start()

    def _note(self, message: tuple[str, object] | None) -> None:
        if message is not None and message[0] == "ready":
            self.device_words = str(_ticketed(message[1])[1])


@dataclass
class _Wait:
    """One request that is being answered: since when, whether its model is still being read, when it was cancelled."""

    ticket: int
    is_loading: bool = True
    cancelled_at: float | None = None

    def __post_init__(self) -> None:
        self.begun = time.monotonic()


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

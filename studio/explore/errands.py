"""Errands: what the model host is asked while somebody explores, one thing at a time, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studio.generation.latent import LatentAnswer, LatentRequest
from studio.jobs.board import JobBoard
from studio.jobs.job import PREVIEW, Job
from studio.jobs.progress import Progress

Ask = Callable[[LatentRequest, Progress], Iterator[LatentAnswer]]
"""What answers requests; in the window it drives the model host from a worker thread."""


@dataclass(frozen=True, slots=True, eq=False)
class Errand:
    """A request, and who hears its answers. `failed` is told what went wrong and says whether to go on with the rest."""

    title: str
    request: LatentRequest
    answered: Callable[[LatentAnswer], object]
    done: Callable[[], object]
    failed: Callable[[BaseException], bool]


class Errands:
    """Nothing is queued here: when one errand is over, `next_errand` says what matters most by then.

    So a drag never waits behind more than the errand that runs, and places it has left are never computed.
    """

    def __init__(self, jobs: JobBoard, ask: Ask, next_errand: Callable[[], Errand | None]) -> None:
        self._jobs = jobs
        self._ask = ask
        self._next = next_errand
        self._is_out = False
        self._is_choosing = False
        self._is_halted = True

    def go(self) -> None:
        """Something is wanted (again, after a failure)."""
        self._is_halted = False
        self._choose()

    def halt(self) -> None:
        """Begin nothing more until `go`."""
        self._is_halted = True

    @property
    def is_idle(self) -> bool:
        return not self._is_out

    def _choose(self) -> None:
        """Start errands until one is under way; a loop, for where jobs run inline each start is the whole errand."""
        if self._is_choosing:
            return
        self._is_choosing = True
        try:
            while not self._is_out and not self._is_halted and (errand := self._next()) is not None:
                self._start(errand)
        finally:
            self._is_choosing = False

    def _start(self, errand: Errand) -> None:
        def work(progress: Progress) -> object:
            for answer in self._ask(errand.request, progress):
                progress.deliver(answer)
            return None

        def over() -> None:
            self._is_out = False
            self._choose()

        # A listener that raises must not leave the pad waiting for an errand that is long over.
        def done(_: object) -> None:
            try:
                errand.done()
            finally:
                over()

        def failed(problem: BaseException) -> None:
            try:
                self._is_halted = not errand.failed(problem)
            finally:
                over()

        def cancelled() -> None:
            self._is_halted = True
            over()

        self._is_out = True
        answered: Callable[[object], object] = errand.answered  # type: ignore[assignment]
        self._jobs.start(Job(errand.title, PREVIEW, work), answered, done, failed, cancelled)

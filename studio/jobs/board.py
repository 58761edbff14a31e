"""JobBoard: starts, replaces, cancels and remembers jobs; Runner: what carries their work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from studio.events import Signal
from studio.jobs.job import FILES, Job, JobState, Lane
from studio.jobs.progress import Cancelled, Progress


class Runner(Protocol):
    """Runs work somewhere; the four answers arrive on the thread that called `run`, in order, one ending last."""

    def run(self, work: Callable[[Progress], object], answers: Answers) -> Callable[[], None]:
        """Start; the returned function asks the work to stop."""
        ...


class Answers(Protocol):
    def reported(self, done: float, total: float, note: str) -> None: ...
    def delivered(self, value: object) -> None: ...
    def finished(self, result: object) -> None: ...
    def failed(self, problem: BaseException) -> None:
        """Cancelled counts as an answer here too."""
        ...


class InlineRunner:
    """Runs work at once on the calling thread: for tests and the command line."""

    def run(self, work: Callable[[Progress], object], answers: Answers) -> Callable[[], None]:
        progress = Progress(answers.reported, answers.delivered)
        try:
            result = work(progress)
        except (Exception, Cancelled) as problem:
            answers.failed(problem)
        else:
            answers.finished(result)
        return progress.cancel


def _ignore(*_: object) -> None:
    """What a listener that was not given does."""


@dataclass(eq=False)
class Running:
    """One job on the board, as panels see it. `done` of `total`; `note` says what it is at."""

    job: Job
    board: JobBoard
    on_delivery: Callable[[object], object] = _ignore
    on_done: Callable[[object], object] = _ignore
    on_failure: Callable[[BaseException], object] = _ignore
    on_cancelled: Callable[[], object] = _ignore
    state: JobState = JobState.QUEUED
    done: float = 0.0
    total: float = 0.0
    note: str = ""
    problem: BaseException | None = None
    stop: Callable[[], None] = field(default=_ignore)

    def cancel(self) -> None:
        self.board.cancel(self)

    # Answers of the runner

    def reported(self, done: float, total: float, note: str) -> None:
        if not self.state.is_over:
            self.done, self.total, self.note = done, total, note
            self.board.changed.emit(self)

    def delivered(self, value: object) -> None:
        if not self.state.is_over:
            self.on_delivery(value)

    def finished(self, result: object) -> None:
        self.board.ended(self, JobState.DONE)
        self.on_done(result)

    def failed(self, problem: BaseException) -> None:
        if isinstance(problem, Cancelled):
            self.board.ended(self, JobState.CANCELLED)
            self.on_cancelled()
            return
        self.problem = problem
        self.board.ended(self, JobState.FAILED)
        self.on_failure(problem)


class JobBoard:
    """All jobs of a session by lane. `changed(running)` is emitted at every change of a job."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._running: list[Running] = []
        self._waiting: list[Running] = []
        self.changed: Signal[Running] = Signal()

    def start(
        self,
        job: Job,
        on_delivery: Callable[[object], object] = _ignore,
        on_done: Callable[[object], object] = _ignore,
        on_failure: Callable[[BaseException], object] = _ignore,
        on_cancelled: Callable[[], object] = _ignore,
    ) -> Running:
        """Run the job now, or when its lane has room."""
        entry = Running(job, self, on_delivery, on_done, on_failure, on_cancelled)
        if job.lane.newest_wins:
            for waiting in [w for w in self._waiting if w.job.lane is job.lane]:
                self.cancel(waiting)
        self._waiting.append(entry)
        self._fill(job.lane)
        return entry

    def cancel(self, entry: Running) -> None:
        """Ask a job to stop; one that waits ends at once."""
        if entry in self._waiting:
            self._waiting.remove(entry)
            entry.state = JobState.CANCELLED
            entry.on_cancelled()
        elif entry.state is JobState.RUNNING:
            entry.state = JobState.STOPPING
            entry.stop()
        self.changed.emit(entry)

    def cancel_all(self, *, but_files: bool = False) -> None:
        for entry in [*self._waiting, *self._running]:
            if not (but_files and entry.job.lane is FILES):
                self.cancel(entry)

    def active(self, lane: Lane | None = None) -> tuple[Running, ...]:
        """Jobs that run or wait, oldest first."""
        return tuple(entry for entry in (*self._running, *self._waiting) if lane is None or entry.job.lane is lane)

    def ended(self, entry: Running, state: JobState) -> None:
        """Called by the entry itself when its work is over."""
        entry.state = state
        if entry in self._running:
            self._running.remove(entry)
        self.changed.emit(entry)
        self._fill(entry.job.lane)

    def _fill(self, lane: Lane) -> None:
        for entry in [waiting for waiting in self._waiting if waiting.job.lane is lane]:
            if sum(running.job.lane is lane for running in self._running) >= lane.at_once:
                return
            if entry not in self._waiting:
                continue
            self._waiting.remove(entry)
            self._running.append(entry)
            entry.state = JobState.RUNNING
            self.changed.emit(entry)
            entry.stop = self._runner.run(entry.job.work, entry)

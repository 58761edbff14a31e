"""QtRunner: QThread workers that carry jobs; what they answer reaches the GUI thread in order."""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock
from time import monotonic

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from studio.errors import RicercarError
from studio.jobs.board import Answers
from studio.jobs.progress import Cancelled, Progress

Work = Callable[[Progress], object]

log = logging.getLogger(__name__)

SWITCH_S = 0.0005
"""How long a worker may keep the interpreter from the window when both want it. One paint asks for it many times, so that
Python's usual 5 ms add up to a window that stands still beside work."""

SHUTDOWN_MS = 2000
"""How long `shutdown` waits for work that was asked to stop."""

_STUCK: list[QThread] = []
"""Workers that did not stop in time: dropping a running QThread aborts the whole process, so none is ever dropped."""


@dataclass(eq=False)
class _Answer:
    """One call of an `Answers` method, on its way to the GUI thread."""

    call: Callable[..., None]
    arguments: tuple[object, ...]


class _Mailbox:
    """Answers in order, from any thread. `wake` is called once for each stretch in which something waits."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._lock = Lock()
        self._waiting: deque[_Answer] = deque()
        self._woken = False
        self._is_open = True

    def post(self, answer: _Answer) -> None:
        with self._lock:
            if not self._is_open:
                return
            self._waiting.append(answer)
            must_wake, self._woken = not self._woken, True
        if must_wake:
            self._wake()

    def replace(self, answer: _Answer, arguments: tuple[object, ...]) -> bool:
        """Give a waiting answer newer arguments; False when it is the last no more, or was taken already."""
        with self._lock:
            if not self._waiting or self._waiting[-1] is not answer:
                return False
            answer.arguments = arguments
            return True

    def take(self) -> _Answer | None:
        """The oldest answer; None (and sleep until the next post) when there is none."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._woken = False
            return None

    def close(self) -> None:
        """Forget what waits and what still comes: whoever would be woken may be gone."""
        with self._lock:
            self._is_open = False
            self._waiting.clear()


class _Task:
    """One piece of work with its progress. Runs on a worker; speaks only through the mailbox."""

    def __init__(self, work: Work, answers: Answers, mailbox: _Mailbox) -> None:
        self._work = work
        self._answers = answers
        self._mailbox = mailbox
        self._last_report: _Answer | None = None
        self.progress = Progress(self._report, self._deliver)

    def perform(self) -> None:
        """Do the work; whatever happens, exactly one ending is posted, last."""
        try:
            self.progress.stop_if_cancelled()
            result = self._work(self.progress)
        except BaseException as problem:
            if not isinstance(problem, RicercarError | Cancelled):
                log.exception("a job failed")
            # The frames of a failed job hold songs and models: only the words travel on.
            self._post(self._answers.failed, problem.with_traceback(None))
        else:
            self._post(self._answers.finished, result)

    def _report(self, done: float, total: float, note: str) -> None:
        # A model reports every step; the window need only see the newest of what it has not yet seen.
        if self._last_report is None or not self._mailbox.replace(self._last_report, (done, total, note)):
            self._last_report = self._post(self._answers.reported, done, total, note)

    def _deliver(self, value: object) -> None:
        self._post(self._answers.delivered, value)

    def _post(self, call: Callable[..., None], *arguments: object) -> _Answer:
        answer = _Answer(call, arguments)
        self._mailbox.post(answer)
        return answer


class _Worker(QThread):
    """A thread that performs one task after another until it is dismissed.

    It outlives its tasks: child processes that a task starts may be tied to the thread that started them.
    """

    def __init__(self, idle: Callable[[_Worker], None]) -> None:
        super().__init__()
        self._idle = idle
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self.task: _Task | None = None

    def assign(self, task: _Task) -> None:
        self.task = task
        self._tasks.put(task)

    def dismiss(self) -> None:
        """Leave when the present task is over; it is asked to stop."""
        task = self.task
        if task is not None:
            task.progress.cancel()
        self._tasks.put(None)

    def run(self) -> None:
        while (task := self._tasks.get()) is not None:
            task.perform()
            del task
            self.task = None
            self._idle(self)


class QtRunner(QObject):
    """Runs jobs on QThread workers; answers come as calls on the thread that made the runner (the GUI thread).

    Workers are reused; there are never more than jobs that ran at once. `shutdown` must be called before the
    application ends.
    """

    _something_waits = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = _Mailbox(self._something_waits.emit)
        self._workers: list[_Worker] = []
        self._idle: deque[_Worker] = deque()
        self._is_open = True
        # Queued, to a slot of an object that lives here: a lambda would run on the worker.
        sys.setswitchinterval(SWITCH_S)
        self._something_waits.connect(self._empty_mailbox, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Work, answers: Answers) -> Callable[[], None]:
        """Start work on a worker; the returned function asks it to stop. After `shutdown` nothing is started."""
        task = _Task(work, answers, self._mailbox)
        if self._is_open:
            self._free_worker().assign(task)
        return task.progress.cancel

    @property
    def is_busy(self) -> bool:
        """Whether some work has not ended yet."""
        return any(worker.task is not None for worker in self._workers)

    @property
    def thread_count(self) -> int:
        """Threads that are alive now, busy or idle."""
        return sum(worker.isRunning() for worker in self._workers)

    def shutdown(self, wait_ms: int = SHUTDOWN_MS) -> bool:
        """Cancel everything and wait for the workers; answers that come later are dropped.

        False when some work would not stop in time: its thread is kept and left alone, and the process should end
        by `os._exit` once everything is saved, because an interpreter cannot end cleanly around a running thread.
        """
        self._is_open = False
        self._mailbox.close()
        for worker in self._workers:
            worker.dismiss()
        deadline = monotonic() + wait_ms / 1000
        stuck = [worker for worker in self._workers if not worker.wait(max(0, round((deadline - monotonic()) * 1000)))]
        _STUCK.extend(stuck)
        self._workers.clear()
        self._idle.clear()
        return not stuck

    def _free_worker(self) -> _Worker:
        if self._idle:
            return self._idle.popleft()
        worker = _Worker(self._idle.append)
        self._workers.append(worker)
        worker.start()
        return worker

    @Slot()
    def _empty_mailbox(self) -> None:
        try:
            while (answer := self._mailbox.take()) is not None:
                answer.call(*answer.arguments)
        except BaseException:
            # One listener failed; the answers behind it must still arrive.
            self._something_waits.emit()
            raise

"""QtRunner: answers in order, on the GUI thread, one ending; no thread is left behind."""

import ast
import random
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app import job_thread
from studio.app.job_thread import QtRunner
from studio.errors import UnsupportedRequest
from studio.jobs.board import JobBoard
from studio.jobs.job import FILES, GENERATE, PREVIEW, TRAIN, Job, JobState
from studio.jobs.progress import Cancelled
from tests.patience import PATIENCE_MS, PATIENCE_S


class Listener:
    """Writes down what it is told, and on which thread."""

    def __init__(self):
        self.heard = []
        self.threads = set()

    def _note(self, *what):
        self.threads.add(threading.get_ident())
        self.heard.append(what)

    def reported(self, done, total, note):
        self._note("reported", done, total, note)

    def delivered(self, value):
        self._note("delivered", value)

    def finished(self, result):
        self._note("finished", result)

    def failed(self, problem):
        self._note("failed", problem)

    @property
    def has_ended(self):
        return bool(self.heard) and self.heard[-1][0] in ("finished", "failed")


def endless(started):
    """Work that ends by a cancel only."""

    def work(progress):
        started.set()
        while True:
            progress.stop_if_cancelled()

    return work


@pytest.fixture
def runner(qapp):
    made = QtRunner()
    yield made
    assert made.shutdown(PATIENCE_MS), "a worker did not stop"
    assert made.thread_count == 0


def test_answers_arrive_in_order_on_the_gui_thread(runner, qtbot):
    listener = Listener()

    def work(progress):
        progress.deliver("first")
        progress.report(1, 2, "half")
        progress.deliver("second")
        return threading.get_ident()

    runner.run(work, listener)
    assert listener.heard == [], "nothing is answered inside run"
    qtbot.waitUntil(lambda: listener.has_ended)
    assert listener.heard[:-1] == [("delivered", "first"), ("reported", 1, 2, "half"), ("delivered", "second")]
    assert listener.threads == {threading.get_ident()}
    assert listener.heard[-1][1] != threading.get_ident(), "the work itself ran elsewhere"


def test_many_reports_do_not_pile_up(runner, qtbot):
    listener = Listener()

    def work(progress):
        for step in range(20_000):
            progress.report(step, 20_000, "")

    runner.run(work, listener)
    while runner.is_busy:
        pass  # the window is held up on purpose: reports wait meanwhile
    qtbot.waitUntil(lambda: listener.has_ended)
    assert [entry[1] for entry in listener.heard[:-1]] == [19_999]


def test_problems_arrive_as_failures(runner, qtbot, caplog):
    known, unknown = Listener(), Listener()

    def refuse(progress):
        raise UnsupportedRequest("No.", "Do not.")

    def stumble(progress):
        raise ZeroDivisionError("a bug")

    runner.run(refuse, known)
    runner.run(stumble, unknown)
    qtbot.waitUntil(lambda: known.has_ended and unknown.has_ended)
    assert isinstance(known.heard[-1][1], UnsupportedRequest)
    assert isinstance(unknown.heard[-1][1], ZeroDivisionError)
    assert [record.message for record in caplog.records] == ["a job failed"]


def test_cancel_stops_work_that_would_never_end(runner, qtbot):
    listener = Listener()
    started = threading.Event()

    stop = runner.run(endless(started), listener)
    assert started.wait(PATIENCE_S)
    stop()
    qtbot.waitUntil(lambda: listener.has_ended)
    assert isinstance(listener.heard[-1][1], Cancelled)


def test_workers_are_reused(runner, qtbot):
    threads = set()
    for _ in range(20):
        listener = Listener()
        runner.run(lambda progress: threading.get_ident(), listener)
        qtbot.waitUntil(lambda listener=listener: listener.has_ended)
        threads.add(listener.heard[-1][1])
    # One that has answered may not have come to rest when the next piece of work arrives.
    assert runner.thread_count <= 5
    assert len(threads) <= 5


def test_a_failing_listener_does_not_hold_up_the_rest(runner, qtbot):
    class Angry(Listener):
        def finished(self, result):
            super().finished(result)
            raise RuntimeError("listener")

    angry, calm = Angry(), Listener()
    gate = threading.Event()
    with qtbot.captureExceptions() as raised:
        runner.run(lambda progress: gate.wait(PATIENCE_S), angry)
        runner.run(lambda progress: gate.wait(PATIENCE_S), calm)
        gate.set()
        qtbot.waitUntil(lambda: angry.has_ended and calm.has_ended)
    assert [str(entry[1]) for entry in raised] == ["listener"]


@pytest.mark.parametrize("seed", [1, 2])
def test_200_jobs_with_random_cancels_end_right(runner, qtbot, seed):
    """Every job ends exactly once, on the GUI thread, in a state that fits what it did."""
    dice = random.Random(seed)
    board = JobBoard(runner)
    gui = threading.get_ident()
    endings = {}
    seen_on = set()
    board.changed.listen(lambda running: seen_on.add(threading.get_ident()))

    def work_of(kind, steps):
        def work(progress):
            for step in range(steps):
                progress.stop_if_cancelled()
                progress.report(step, steps, "")
                progress.deliver(step)
            if kind == "fails":
                raise UnsupportedRequest("No.")
            if kind == "waits":
                while not progress.is_cancelled:
                    pass
                raise Cancelled
            return steps

        return work

    def ended(index, how):
        seen_on.add(threading.get_ident())
        endings.setdefault(index, []).append(how)

    jobs = []
    for index in range(200):
        kind = dice.choice(["ends", "ends", "fails", "waits"])
        steps = dice.randint(0, 30)
        lane = dice.choice([GENERATE, PREVIEW, FILES, TRAIN])
        running = board.start(
            Job(str(index), lane, work_of(kind, steps)),
            on_delivery=lambda value: seen_on.add(threading.get_ident()),
            on_done=lambda result, index=index: ended(index, JobState.DONE),
            on_failure=lambda problem, index=index: ended(index, JobState.FAILED),
            on_cancelled=lambda index=index: ended(index, JobState.CANCELLED),
        )
        jobs.append((kind, running))
        if dice.random() < 0.4:
            board.cancel(dice.choice(jobs)[1])
        if dice.random() < 0.3:
            QCoreApplication.processEvents()

    def nothing_left():
        for kind, running in jobs:
            if kind == "waits" and running.state is JobState.RUNNING:
                board.cancel(running)
        return not board.active()

    qtbot.waitUntil(nothing_left)
    assert seen_on == {gui}
    assert sorted(endings) == list(range(200))
    for index, (kind, running) in enumerate(jobs):
        assert endings[index] == [running.state], "one ending each"
        possible = {"ends": {JobState.DONE}, "fails": {JobState.FAILED}, "waits": set()}[kind] | {JobState.CANCELLED}
        assert running.state in possible


def test_shutdown_during_work_leaves_no_thread_and_calls_nobody(qapp):
    runner = QtRunner()
    listener = Listener()
    started = threading.Event()

    before = threading.active_count()
    runner.run(endless(started), listener)
    assert started.wait(PATIENCE_S)
    assert runner.shutdown(PATIENCE_MS)
    QCoreApplication.processEvents()
    assert listener.heard == []
    assert threading.active_count() <= before
    late = Listener()
    runner.run(lambda progress: 1, late)
    QCoreApplication.processEvents()
    assert late.heard == [], "after the end nobody is called"


def test_shutdown_of_work_that_will_not_stop_says_so_and_keeps_the_thread(qapp):
    runner = QtRunner()
    gate, started, over = threading.Event(), threading.Event(), threading.Event()

    def deaf(progress):
        started.set()
        gate.wait(2 * PATIENCE_S)
        over.set()

    runner.run(deaf, Listener())
    assert started.wait(PATIENCE_S)
    try:
        assert runner.shutdown(wait_ms=50) is False
    finally:
        gate.set()
    assert over.wait(PATIENCE_S)


def test_worker_signals_are_queued_to_methods_of_objects():
    """R30: a lambda, a partial or a method of a plain class would run on the worker."""
    tree = ast.parse(Path(job_thread.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    connects = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "connect"]
    assert connects
    for call in connects:
        slot, *kind = call.args
        assert isinstance(slot, ast.Attribute), ast.unparse(call)
        assert [ast.unparse(part) for part in kind] == ["Qt.ConnectionType.QueuedConnection"]

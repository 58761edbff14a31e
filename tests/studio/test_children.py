"""A child process, with real children: messages, crashes, hangs, cancel, restarts, and no orphans."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from child_targets import deaf, echo

from studio.children import Child
from studio.errors import WorkerLost
from tests.patience import PATIENCE_S, is_running, until


@pytest.fixture
def start() -> Iterator[Callable[[Child], Child]]:
    started: list[Child] = []

    def begin(child: Child) -> Child:
        started.append(child)
        child.start()
        return child

    yield begin
    for child in started:
        child.kill()


def expect(child: Child, verb: str) -> object:
    message = child.receive(PATIENCE_S)
    assert message is not None, "no answer"
    assert message[0] == verb
    return message[1]


def lost(child: Child) -> WorkerLost:
    """The error that the next messages lead to."""
    try:
        while child.receive(PATIENCE_S) is not None:
            pass
    except WorkerLost as loss:
        return loss
    raise AssertionError("the child lives")


def test_messages_come_back_in_order_even_ten_thousand_at_once(start):
    child = start(Child(echo, "echo"))
    for number in range(10_000):
        child.send("number", number)
    assert [expect(child, "number") for _ in range(10_000)] == list(range(10_000))
    assert child.receive(0) is None
    child.close(PATIENCE_S)
    assert not child.is_alive
    assert "was closed" in str(lost(child))


def test_the_child_does_not_import_the_program_that_started_it(start):
    child = start(Child(echo, "echo"))
    child.send("modules")
    modules = expect(child, "modules")
    assert not {"PySide6", "torch", "pytest", "studio.app.main"} & set(modules)


def test_a_crash_and_an_exception_become_one_sentence(start, capfd):
    child = start(Child(echo, "echo process"))
    child.send("crash")
    assert str(lost(child)) == "The echo process stopped unexpectedly (exit code 7). Your music is untouched."
    child.restart()
    child.send("raise")
    assert "ValueError: a bug" in str(lost(child))
    child.restart()
    child.send("again", 1)
    assert expect(child, "again") == 1


def test_cancel_stops_what_was_sent_and_nothing_sent_later(start):
    child = start(Child(echo, "echo"))
    child.send("work until cancelled")
    assert expect(child, "working") is None
    child.cancel()
    child.send("work until cancelled")
    expect(child, "work until cancelled")
    assert expect(child, "working") is None
    assert child.receive(0.1) is None, "the second piece of work was cancelled with the first"
    child.cancel()
    expect(child, "work until cancelled")


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
def test_a_hanging_child_is_killed_with_all_it_started(start):
    child = start(Child(deaf, "deaf process"))
    child.send("begin")
    grandchild = expect(child, "hanging")
    assert child.pid is not None
    child.kill()
    assert "exit code -9" in str(lost(child))
    assert until(lambda: not is_running(child.pid) and not is_running(grandchild))


def test_close_kills_a_child_that_does_not_listen(start):
    child = start(Child(deaf, "deaf process"))
    child.send("begin")
    expect(child, "hanging")
    child.close(0.1)
    assert until(lambda: not child.is_alive)


def test_beats_tell_a_working_child_from_a_hanging_one(start):
    lively = start(Child(deaf, "lively", beats=True))
    hanging = start(Child(deaf, "hanging"))
    for child in (lively, hanging):
        child.send("begin")
        expect(child, "hanging")
    assert until(lambda: hanging.silence_s > 1.0 and lively.silence_s < hanging.silence_s / 2)


def test_no_more_than_three_restarts_in_five_minutes(start):
    now = [0.0]
    child = start(Child(echo, "echo", clock=lambda: now[0]))
    for _ in range(3):
        child.restart()
    now[0] = 299.0
    with pytest.raises(WorkerLost, match="failed again after 3 restarts within 5 minutes"):
        child.restart()
    now[0] = 301.0
    child.restart()
    child.send("here")
    expect(child, "here")


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
@pytest.mark.parametrize("ending", ["sys.exit(0)", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_a_child_never_outlives_its_parent(ending):
    program = (
        "import os, sys\n"
        "from studio.children import Child\n"
        "sys.path.insert(0, 'tests/studio'); from child_targets import deaf\n"
        "child = Child(deaf, 'child'); child.start(); child.send('alone'); child.receive(60)\n"
        f"print(child.pid, flush=True); {ending}\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, timeout=150, check=False)
    pid = int(done.stdout)
    assert until(lambda: not is_running(pid))

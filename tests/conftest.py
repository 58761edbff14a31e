"""For every test: no screen, a home of its own, and no worker thread left behind."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

GRACE_S = 2.0


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Preferences, logs and models of the person who runs the tests stay untouched."""
    before = os.environ.get("RICERCAR_HOME")
    os.environ["RICERCAR_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    if before is None:
        del os.environ["RICERCAR_HOME"]
    else:
        os.environ["RICERCAR_HOME"] = before


@pytest.fixture(scope="session", autouse=True)
def _nothing_of_python_left_on_the_clipboard() -> Iterator[None]:
    """As the program does before it ends."""
    yield
    if "PySide6.QtWidgets" in sys.modules and sys.modules["PySide6.QtWidgets"].QApplication.instance() is not None:
        from widgets.piano_roll import clipboard

        clipboard.leave_text()


@pytest.fixture(autouse=True)
def _no_worker_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A QThread that is dropped while it runs aborts the interpreter: the test that leaves one fails, by name."""
    yield
    deadline = time.monotonic() + GRACE_S
    while _workers() and time.monotonic() < deadline:
        time.sleep(0.01)
    left = _workers()
    assert not left, f"{request.node.nodeid} left {left} worker thread(s) running: shut the runner down"


def _workers() -> int:
    """Threads whose outermost Python frame is the worker loop of the job threads."""
    if "studio.app.job_thread" not in sys.modules:
        return 0
    found = 0
    for frame in sys._current_frames().values():
        outer = frame
        while outer.f_back is not None:
            outer = outer.f_back
        found += outer.f_code.co_filename.endswith("job_thread.py") and outer.f_code.co_name == "run"
    return found

"""For every test: no screen, a home of its own, no worker thread left behind, and patience with a crowded machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.patience import PatientBot, until

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The same examples in every run, and none is judged by the clock: a slow machine finds no other faults than a fast one.
# To look for new ones: pytest --hypothesis-profile=default
settings.register_profile("calm", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    """In place of pytest-qt's own, which gives up after five seconds."""
    return PatientBot(request)


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
    assert until(lambda: not _workers()), (
        f"{request.node.nodeid} left {_workers()} worker thread(s) running: shut the runner down"
    )


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

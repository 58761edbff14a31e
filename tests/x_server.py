"""An X server without a screen, for tests that press real keys and move a real mouse."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[1]
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]


@contextmanager
def x_server() -> Iterator[str]:
    """The name of its display; the test is skipped where none starts."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        # -r: no key repeats by itself when a crowded machine is late with its release; -noreset: the first client may leave
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1680x1050x24", "-nolisten", "tcp", "-r", "-noreset"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    try:
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def surroundings(display: str, home: Path) -> dict[str, str]:
    """The environment of a program that lives on a display, with a home of its own."""
    return os.environ | {
        "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "RICERCAR_HOME": str(home), "PYTHONPATH": str(ROOT),
        "XDG_CURRENT_DESKTOP": "", "QT_QPA_PLATFORMTHEME": "",
    }  # fmt: skip

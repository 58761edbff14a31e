"""Waiting in tests: long enough for the most crowded machine, and over as soon as what is waited for is there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

PATIENCE_S = 60.0
"""Nothing is measured with it: whatever has not happened by then does not happen at all."""
_LOOK_S = 0.005


def until(condition: Callable[[], object]) -> bool:
    """Whether the condition came true."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(_LOOK_S)
    return False


def is_running(pid: int) -> bool:
    """Whether a process lives; a killed one stays in the table until somebody reaps it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    try:
        return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:  # it went away between the two looks
        return False


class PatientBot(QtBot):
    """Waits as long as `until` does where a test names no time of its own."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = round(PATIENCE_S * 1000)) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: object, *, timeout: int = round(PATIENCE_S * 1000), **more: object) -> object:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitExposed(self, widget: object, *, timeout: int = round(PATIENCE_S * 1000)) -> object:
        return super().waitExposed(widget, timeout=timeout)

"""Waiting in tests: long enough for the most crowded machine, and over as soon as what is waited for is there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

PATIENCE_S = 60.0
"""Nothing is measured with it: whatever has not happened by then does not happen at all."""
PATIENCE_MS = round(PATIENCE_S * 1000)
_LOOK_S = 0.005


def until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    """Whether the condition came true."""
    deadline = time.monotonic() + patience_s
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

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: object, *, timeout: int = PATIENCE_MS, **more: object) -> object:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitExposed(self, widget: object, *, timeout: int = PATIENCE_MS) -> object:
        return super().waitExposed(widget, timeout=timeout)

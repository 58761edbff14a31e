"""Launching: another window is another program, which lives on when this one closes; and what programs ask each other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NEW_WINDOW = "--new-window"
WHO, OPEN, RAISE = "who", "open", "raise"
"""What another start asks: who are you, open this file, come forward."""


def command(path: Path | None = None) -> list[str]:
    """The command line that opens another window, with this file or empty."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "studio"]
    return [*program, NEW_WINDOW, *([str(path.absolute())] if path is not None else [])]


def environment() -> dict[str, str]:
    """Of this program, with the place where it lies: it may run from a folder of its source."""
    root = str(Path(__file__).resolve().parent.parent.parent)
    before = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join((root, before) if before else (root,))}


def start(path: Path | None = None) -> str:
    """Start another window, which lives on when this one closes; why it could not be, or an empty string."""
    # Imported here: the terminal's commands, which know the option too, need no Qt.
    from PySide6.QtCore import QProcess, QProcessEnvironment

    program, *arguments = command(path)
    process = QProcess()
    process.setProgram(program)
    process.setArguments(arguments)
    wanted = QProcessEnvironment()
    for name, value in environment().items():
        wanted.insert(name, value)
    process.setProcessEnvironment(wanted)
    is_started = bool(process.startDetached())
    return "" if is_started else process.errorString()

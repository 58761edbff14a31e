"""Uncaught errors: the log gets everything, the user one sentence that does not stand in the way."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler

from studio.errors import RicercarError
from studio.paths import state_folder
from studio.words import tr

LOG_BYTES, LOG_FILES = 1_000_000, 3
log = logging.getLogger("ricercar")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_file() -> Path:
    return state_folder() / "ricercar.log"


def open_log() -> None:
    """Everything that is logged goes to the state folder; where that cannot be written, to stderr alone."""
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(log_file(), maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)


def watch_before_window() -> None:
    """Until the window is there: a Qt that cannot start says so in a sentence and ends with 2 (it would abort)."""

    def handle(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
        if kind == QtMsgType.QtFatalMsg:
            print(no_display_words(), file=sys.stderr, flush=True)
            os._exit(2)

    qInstallMessageHandler(handle)


def no_display_words() -> str:
    return tr(
        "ricercar: no display to open the window on. Start it inside a desktop session; the commands info, models, "
        "generate, render, export, train and doctor work without one."
    )


class CrashReporter(QObject):
    """Takes what nobody caught, from any thread; `reported(sentence, details)` is emitted on the GUI thread."""

    reported = Signal(str, str)
    _caught = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo: list[Callable[[], object]] = []
        # queued to a slot that lives here: the error may have happened on any thread
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of the interpreter, of threads and of Qt, until `remove`."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        previous = qInstallMessageHandler(self._on_qt)
        self._undo = [
            lambda: setattr(sys, "excepthook", before[0]),
            lambda: setattr(threading, "excepthook", before[1]),
            lambda: setattr(sys, "unraisablehook", before[2]),
            lambda: qInstallMessageHandler(previous),
        ]
        if sys.stderr is not None and not faulthandler.is_enabled():
            faulthandler.enable()

    def remove(self) -> None:
        while self._undo:
            self._undo.pop()()

    def _on_exception(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, problem, trace)
            return
        details = "".join(traceback.format_exception(kind, problem, trace))
        log.error("uncaught: %s", details)
        self._caught.emit(sentence(problem), details)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        problem = arguments.exc_value or arguments.exc_type()
        self._on_exception(arguments.exc_type, problem, arguments.exc_traceback)

    def _on_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        trace = "".join(traceback.format_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback))
        log.error("unraisable in %r: %s", arguments.object, trace)

    def _on_qt(self, kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", text)

    @Slot(str, str)
    def _tell(self, words: str, details: str) -> None:
        self.reported.emit(words, details)


def sentence(problem: BaseException) -> str:
    """What the user is told: our errors speak for themselves, anything else is a bug and says what is safe."""
    if isinstance(problem, RicercarError):
        return str(problem)
    return tr(
        "Something went wrong inside Ricercar ({name}). Your song is as it was; the log has the details.",
        name=type(problem).__name__,
    )

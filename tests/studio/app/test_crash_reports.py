"""What nobody caught is logged whole and told in one sentence, from any thread."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtCore import qWarning
from pytestqt.qtbot import QtBot

from studio.app.crash import CrashReporter, sentence
from studio.errors import UnreadableFile


@pytest.fixture
def reporter(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> CrashReporter:
    caplog.set_level(logging.INFO)
    return CrashReporter()


def test_our_own_errors_speak_for_themselves() -> None:
    assert sentence(UnreadableFile("«a.mid» is empty.", "Choose another file.")) == "«a.mid» is empty. Choose another file."
    assert "ZeroDivisionError" in sentence(ZeroDivisionError("x"))
    assert "Traceback" not in sentence(ZeroDivisionError("x"))


def test_an_uncaught_error_is_told_and_logged(qtbot: QtBot, reporter: CrashReporter, caplog: pytest.LogCaptureFixture) -> None:
    reporter.install()
    try:
        with qtbot.waitSignal(reporter.reported) as told:
            try:
                _ = 1 // 0
            except ZeroDivisionError:
                sys.excepthook(*sys.exc_info())
    finally:
        reporter.remove()
    words, details = told.args
    assert "your song is as it was" in words.lower()
    assert "ZeroDivisionError" in details
    assert "Traceback" in caplog.text


def test_an_error_of_a_thread_is_told_on_the_thread_of_the_window(qtbot: QtBot, reporter: CrashReporter) -> None:
    threads: list[int] = []
    reporter.reported.connect(lambda *_: threads.append(threading.get_ident()))

    def fail() -> None:
        raise UnreadableFile("«b.mid» is gone.")

    reporter.install()
    try:
        with qtbot.waitSignal(reporter.reported) as told:
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
    finally:
        reporter.remove()
    assert told.args[0] == "«b.mid» is gone."
    assert threads == [threading.get_ident()]


def test_words_of_qt_go_to_the_log(reporter: CrashReporter, caplog: pytest.LogCaptureFixture) -> None:
    reporter.install()
    try:
        qWarning("a strange pixel")
    finally:
        reporter.remove()
    assert "a strange pixel" in caplog.text


def test_the_hooks_are_given_back(reporter: CrashReporter) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    reporter.install()
    reporter.remove()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before

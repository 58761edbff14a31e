"""Crash reports: an error, a native fault and a kill each leave one, with the last edits and without names of files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from studio.app import crash_reporting, crash_reports
from studio.app.crash import CrashReporter
from studio.app.crash_reports import LABELS, REPORTS, RunRecord, reports, words_of, write_report
from studio.app.desk import Desk
from studio.edits import notes
from studio.song.notes import Note
from tests.patience import PATIENCE_MS
from widgets.dialogs.crash_reports import CrashReportsDialog

RUN = """
import os, sys
from pathlib import Path
from studio.app.crash_reports import RunRecord
record = RunRecord(Path(sys.argv[1]))
record.begin()
for number in range(int(sys.argv[2])):
    record.note(f"Add note {number}")
print("ready", flush=True)
if sys.argv[3] == "abort":
    os.abort()
elif sys.argv[3] == "end":
    record.end()
else:
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RICERCAR_HOME", str(tmp_path / "home"))


def run(state: Path, edits: int, how: str) -> int:
    """A program that records its edits and ends in that way; its exit code."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(state), str(edits), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        if how == "kill":
            child.send_signal(signal.SIGKILL)
        return child.wait()


def test_a_killed_run_is_reported_with_its_last_edits(tmp_path: Path) -> None:
    run(tmp_path, 1000, "kill")
    made = RunRecord(tmp_path).earlier()
    assert len(made) == 1
    text = made[0].read_text("utf-8")
    assert text.startswith("The program ended without a word")
    named = [line for line in text.splitlines() if "Add note" in line]
    assert len(named) == LABELS
    assert named[-1].endswith("Add note 999")
    assert RunRecord(tmp_path).earlier() == []  # told once


def test_a_native_fault_says_where_it_stood(tmp_path: Path) -> None:
    assert run(tmp_path, 3, "abort") != 0
    text = RunRecord(tmp_path).earlier()[0].read_text("utf-8")
    assert text.startswith("Native code failed.")
    assert "Fatal Python error: Aborted" in text
    assert "Add note 2" in text


def test_a_run_in_order_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, 3, "end") == 0
    assert RunRecord(tmp_path).earlier() == []
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    record = RunRecord(tmp_path)
    record.begin()
    try:
        record.note("Move 3 notes")
        assert RunRecord(tmp_path).earlier() == []
        assert "Move 3 notes" in next((tmp_path / "runs").glob("*/edits.txt")).read_text("utf-8")
    finally:
        record.end()


def test_a_state_folder_that_cannot_be_written_costs_only_the_record(tmp_path: Path) -> None:
    (tmp_path / "runs").write_bytes(b"")
    record = RunRecord(tmp_path)
    record.begin()
    record.note("Move 3 notes")
    record.end()
    assert record.earlier() == []
    assert write_report("Uncaught ValueError", "", (), tmp_path / "runs") is None


def test_reports_name_neither_files_nor_whose_computer_it_is(tmp_path: Path) -> None:
    details = (
        'Traceback (most recent call last):\n  File "/opt/ricercar/studio/session.py", line 3, in do\n'
        f"FileNotFoundError: [Errno 2] No such file or directory: '/music/secret song.mid'\n{Path.home()}/x"
    )
    written = write_report(words_of(details), details, ["12:00:00 Move 3 notes"], tmp_path)
    assert written is not None
    text = written.read_text("utf-8")
    assert "secret song" not in text
    assert str(Path.home()) not in text
    assert "studio/session.py" in text
    assert "Move 3 notes" in text


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for number in range(REPORTS + 5):
        write_report(f"Uncaught Error{number}", "", (), tmp_path)
    kept = reports(tmp_path)
    assert len(kept) == REPORTS
    assert kept[0].title.endswith(f"Error{REPORTS + 4}")


def test_an_error_in_the_window_becomes_a_report_that_can_be_read(qtbot: QtBot, desk: Desk) -> None:
    desk.actions.by_id["crash reports"].trigger()
    assert desk.window.findChild(CrashReportsDialog) is None  # there are none yet
    reporter, record = CrashReporter(desk.window), RunRecord()
    crash_reporting.wire(desk, reporter, record)
    desk.session.do(notes.add(1, [Note(0, 960, 60, 90)]))
    with qtbot.waitSignal(reporter.reported):
        reporter._on_exception(ZeroDivisionError, ZeroDivisionError("x"), None)
    desk.actions.by_id["crash reports"].trigger()
    dialog = desk.window.findChild(CrashReportsDialog)
    assert isinstance(dialog, CrashReportsDialog)
    assert "Uncaught ZeroDivisionError" in dialog.which.itemText(0)
    assert desk.session.history.undo_label in dialog.sheet.toPlainText()
    dialog.copy.click()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
    dialog.close()


def test_the_next_start_says_that_there_is_a_report(qtbot: QtBot, desk: Desk) -> None:
    run(Path(os.environ["RICERCAR_HOME"]) / "state", 2, "kill")
    said: list[str] = []
    desk.session.said.listen(lambda words, _: said.append(words))
    crash_reporting.look_back(desk, RunRecord())
    qtbot.waitUntil(lambda: any("Help > Crash reports" in words for words in said), timeout=PATIENCE_MS)
    assert len(crash_reports.reports()) == 1

"""A file is shown in its folder: the file manager that runs is asked in the way all of them understand (EX-37)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.x_server import ROOT

MISSING = [tool for tool in ("dbus-run-session", "dbus-monitor") if shutil.which(tool) is None]

ASKING = """
import subprocess, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from PySide6.QtDBus import QDBusConnection
from studio.app.revealing import asked_file_manager

application = QCoreApplication([])
print(asked_file_manager(Path(sys.argv[1])), flush=True)
watching = ["dbus-monitor", "--session", "interface=org.freedesktop.FileManager1"]
listener = subprocess.Popen(watching, stdout=subprocess.PIPE, text=True)
while "NameLost" not in listener.stdout.readline():  # from then on it listens
    pass
QDBusConnection.sessionBus().registerService("org.freedesktop.FileManager1")
print(asked_file_manager(Path(sys.argv[1])), flush=True)
while "file:" not in (line := listener.stdout.readline()):
    pass
print(line.strip())
listener.terminate()
"""


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
@pytest.mark.timeout(60)
def test_ex_37_a_file_manager_that_runs_is_asked_and_none_that_does_not(tmp_path: Path) -> None:
    asked = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", ASKING, str(tmp_path / "a ü.mid")],
        cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    lines = asked.stdout.splitlines()
    assert lines[:2] == ["False", "True"], asked.stderr
    assert lines[2] == f'string "file://{tmp_path}/a%20%C3%BC.mid"'

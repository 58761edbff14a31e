"""Storage faults: no home folder, and one that cannot be written: the program runs, and says that recovery is off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from studio.app import assembly
from studio.app.application import application
from studio.app.window import MainWindow
from studio.edits import notes
from studio.settings import Settings
from studio.song.notes import Note
from tests.desk_parts import Answers, silent_engines

running = application("dark")
place = Path(sys.argv[1]) / "song.ricercar"
desk = assembly.assemble(MainWindow(), Settings(), silent_engines(), lambda _: Answers(writes=place))
heard = []
desk.documents._keeping.failed.listen(heard.append)
desk.window.show()
assembly.start_slow_things(desk)

def look():
    if not heard or desk.session.jobs.active():
        return
    if not desk.session.song.note_count:
        assert desk.session.do(notes.add(1, [Note(0, 960, 60)]))
        desk.documents.save()
    elif desk.session.is_clean:
        print(len(heard), heard[0], place.stat().st_size > 0, flush=True)
        desk.window.may_close = lambda: True
        running.quit()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
running.exec()
desk.end()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="its home comes from elsewhere")
@pytest.mark.parametrize("home", ["/dev/null", "/proc/none", ""], ids=["a file", "read-only", "none"])
def test_without_a_home_the_program_runs_and_says_that_recovery_is_off(tmp_path: Path, home: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "RICERCAR_"))}
    environment = {**kept, "HOME": home, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    if not home:
        environment["RICERCAR_HOME"] = os.devnull  # what a user without one gets
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("1 Recovery is off for this song, so save often:"), done.stdout
    assert done.stdout.strip().endswith("True")

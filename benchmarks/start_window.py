"""Start: processor time from process start to the first painted window, against a bare Qt window; seven starts each.

Every start is a fresh process, the kinds in turn; the best of each is kept. User and system time are counted. The
goal is for the first paint, which shows the window with its parts still empty; "furnished" is the same start up to
the paint with every panel of Compose in it, "Explore shown" goes on to that of Explore, whose panels are built then.
`python benchmarks/start_window.py [--json]`; QT_QPA_PLATFORM chooses the screen,
offscreen when it is not set.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTS = 7
GOAL = 2.5

END = "QTimer.singleShot(0, lambda: os._exit(0))"
BARE = f"""
import os
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1680, 1050)
class Eye(QObject):
    def eventFilter(self, watched, event):
        if event.type() == event.Type.Paint:
            {END}
        return False
eye = Eye()
window.installEventFilter(eye)
window.show()
application.exec()
"""
FIRST_PAINT = f"""
import os
from studio.app.main import Opening
from PySide6.QtCore import QTimer
opening = Opening(None)
opening.window.painted.disconnect()
opening.window.painted.connect(lambda: {END})
opening.application.exec()
"""
FURNISHED = """
import os
from studio.app.main import Opening
from studio.settings import Settings
opening = Opening(None)
opening.window.painted.disconnect()
opening.application.processEvents()
from studio.app import assembly
from studio.app.engines import real_engines
desk = assembly.assemble(opening.window, Settings(), real_engines(Settings()))
opening.application.processEvents()
"""
EXPLORED = """
from studio.app import exploring
from studio.app.workspaces import EXPLORE
exploring.show_workspace(desk, EXPLORE)
opening.application.processEvents()
"""
AT_ONCE = "os._exit(0)"
KINDS = {
    "bare": BARE,
    "first paint": FIRST_PAINT,
    "furnished": FURNISHED + AT_ONCE,
    "Explore shown": FURNISHED + EXPLORED + AT_ONCE,
}


def processor_s(script: str, home: str) -> float:
    """Processor seconds of one start until just after its paint."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    surroundings = os.environ | {"RICERCAR_HOME": home, "PYTHONPATH": str(ROOT)}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program finds its modules compiled
    surroundings.setdefault("QT_QPA_PLATFORM", "offscreen")
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=surroundings, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    times: dict[str, list[float]] = {name: [] for name in KINDS}
    with tempfile.TemporaryDirectory() as home:
        for script in KINDS.values():
            processor_s(script, home)  # compiled modules and font caches are not what is measured
        for _ in range(STARTS):
            for name, script in KINDS.items():
                times[name].append(processor_s(script, home))
    best = {name: min(found) for name, found in times.items()}
    ratio = best["first paint"] / best["bare"]
    if asked.json:
        print(json.dumps({"best_s": best, "ratio": ratio, "goal": GOAL, "starts": STARTS, "load": os.getloadavg()[0]}))
    else:
        for name, found in best.items():
            print(f"{name:14} {found:.3f} s  {found / best['bare']:.2f} x bare")
        print(f"first paint: {ratio:.2f} (goal {GOAL}); load {os.getloadavg()[0]:.1f}, {STARTS} starts each")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

"""A person who drags notes, then the grip, out of the real window into whatever stands to the right of it.

Run as a script under a display: `python -m tests.studio.app.xvfb_carrier`. The window has no sound and no models; its drags are
Qt's own. What became of the song is printed as one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QPoint

from studio.app import assembly
from studio.app.application import application
from studio.app.window import MainWindow
from studio.settings import Settings
from studio.song import Note, Notes, Song, Track
from tests.desk_parts import Answers, silent_engines
from tests.patience import until
from tests.studio.app.xvfb_person import Asked, xdotool
from tests.studio.app.xvfb_receiver import PLACE
from tests.x_server import ROOT

TARGET = (PLACE[0] + 200, PLACE[1] + 200)
BAR = 3840


def song() -> Song:
    notes = Notes.of([Note(BAR * n, 960, 60 + n, 90, 10 + n) for n in range(4)])
    return Song("Träumerei", (Track(1, "Lead", notes=notes),), next_id=50)


def drag_to_target(start: QPoint) -> None:
    xdotool("mousemove", str(start.x()), str(start.y()), "mousedown", "1")
    for turn in range(1, 13):
        share = turn / 12
        x, y = (round(a + (b - a) * share) for a, b in zip((start.x(), start.y()), TARGET, strict=True))
        xdotool("mousemove", str(x), str(y))
        time.sleep(0.05)
    for by in (3, -3, 0):  # the receiver is asked at every move
        xdotool("mousemove", str(TARGET[0] + by), str(TARGET[1]))
        time.sleep(0.15)
    xdotool("mouseup", "1")


def receiver() -> subprocess.Popen[str]:
    made = subprocess.Popen([sys.executable, "-m", "tests.studio.app.xvfb_receiver"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert made.stdout is not None
    assert made.stdout.readline() == "ready\n"
    return made


def main(home: Path) -> int:
    app = application("dark")
    desk = assembly.assemble(MainWindow(), Settings(), silent_engines(), lambda _: Answers(), home / "settings.toml")
    desk.window.setGeometry(0, 0, 1150, 900)
    desk.window.show()
    desk.session.open(song(), None, is_saved=True)
    look = Asked()
    told: dict[str, object] = {}

    def spot(what: str) -> QPoint:
        canvas, grip = desk.window.roll.view.canvas, desk.window.roll.view.tools.grip
        if what == "grip":
            return grip.mapToGlobal(grip.rect().center())
        view = desk.window.roll.state.viewport
        return canvas.mapToGlobal(QPoint(round(view.x_of(BAR + 480)), round(view.y_of(61) + view.row_px / 2)))

    def live() -> None:
        try:
            look(desk.window.roll.zoom_to_fit)
            assert until(lambda: look(lambda: desk.window.windowHandle().isExposed()))
            drops = []
            for what in ("notes", "grip"):
                other = receiver()
                drag_to_target(look(lambda what=what: spot(what)))
                words, _ = other.communicate(timeout=100)
                drops.append(json.loads(words))
            told["drops"] = drops
            told["undo"] = look(lambda: desk.session.history.undo_label)
            told["status"] = look(desk.window.status.words.text)
        except BaseException as problem:
            told["problem"] = f"{type(problem).__name__}: {problem}"
        look(lambda: setattr(desk.window, "may_close", lambda: True))
        look(desk.window.close)

    threading.Thread(target=live, daemon=True).start()
    app.exec()
    told["ended"] = desk.end()
    print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

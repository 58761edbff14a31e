"""Saving a song of 100 000 notes beside a window that lives: how long its loop stood still, against how long it does anyway.

The real window, offscreen, with a song of many tracks and its journal; a timer of 5 ms is the heart. Each round it rests for
as long as a save takes, then is edited and saved by its own command. `stall` is the longest gap between two beats in a save,
less the 5 ms; the same at rest stands beside it, since other programs stop a window too. On a crowded machine run it as
`chrt -f 10 python ...` (by an administrator), so that it is not they who are measured; rounds in which a host took the
processors away from the machine altogether are left out, and counted with the worst of their stalls.
`python benchmarks/save_stall.py [--notes 100000] [--rounds 12] [--json]`; QT_QPA_PLATFORM chooses the screen.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from studio.app import assembly
from studio.app.application import application
from studio.app.window import MainWindow
from studio.edits import notes
from studio.files import project
from studio.settings import Settings
from studio.song.notes import Note
from tests import every_action
from tests.desk_parts import Answers, silent_engines

BEAT_MS, GOAL_MS = 5, 16.0


class Heart(QObject):
    """Beats every 5 ms and knows the longest gap between two beats."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self.begin()

    def begin(self) -> None:
        self.stall_ms = 0.0
        self._last = time.perf_counter()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.stall_ms = max(self.stall_ms, (now - self._last) * 1000 - BEAT_MS)
        self._last = now


def stolen_ticks() -> int:
    """How long a host has kept the processors for others, in hundredths of a second; 0 where the system does not tell."""
    try:
        return int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8])
    except (OSError, IndexError):
        return 0


def turn(seconds: float) -> None:
    """Let the loop turn so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def tell(figures: dict[str, float], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    words = (
        "save_stall  {stall_ms:.1f} ms (worst {stall_worst_ms:.1f}); at rest {rest_ms:.1f} ms (worst {rest_worst_ms:.1f}); "
        "a save takes {save_s:.2f} s, {rounds} rounds; {left_out} left out, worst {left_out_worst_ms:.1f} ms   "
        "(goal < {goal:g} ms)"
    )
    print(words.format(**figures, goal=GOAL_MS))


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--notes", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--json", action="store_true")
    return options.parse_args()


def main() -> int:
    asked = arguments()
    rests: list[float] = []
    stalls: list[float] = []
    lengths: list[float] = []
    with tempfile.TemporaryDirectory() as place:
        os.environ["RICERCAR_HOME"] = place
        application("dark")
        path = Path(place) / "large.ricercar"
        answers = Answers(writes=path)
        desk = assembly.assemble(MainWindow(), Settings(), silent_engines(), lambda _: answers, Path(place) / "settings.toml")
        desk.window.resize(1680, 1050)
        desk.window.show()
        project.write(project.new_document(every_action.large_song(asked.notes)), path)
        desk.documents.open_file(path)
        turn(4)
        heart, length = Heart(), 1.0
        stolen_stalls: list[float] = []
        for number in range(4 * asked.rounds):
            stolen = stolen_ticks()
            heart.begin()
            turn(length)
            rest = heart.stall_ms
            track = desk.session.song.tracks[0].id
            assert desk.session.do(notes.add(track, [Note(number * 960, 480, 3)])), "the edit was refused"
            turn(0.3)  # the edit itself is measured elsewhere
            heart.begin()
            began = time.perf_counter()
            desk.documents.save()
            while not desk.session.is_clean:
                turn(0.02)
            length = time.perf_counter() - began
            turn(0.1)
            if number == 0:  # the first save is where the program warms up
                continue
            if stolen_ticks() > stolen:
                stolen_stalls.append(heart.stall_ms)
                continue
            for figure, listed in ((rest, rests), (heart.stall_ms, stalls), (length, lengths)):
                listed.append(figure)
            if len(stalls) == asked.rounds:
                break
        assert project.read(path).song == desk.session.song
        desk.window.may_close = lambda: True
        desk.window.close()
        desk.end()
    if not stalls:
        sys.exit("The host took processors away in every round; run it again on a quieter machine.")
    figures = {
        "stall_ms": statistics.median(stalls),
        "stall_worst_ms": max(stalls),
        "rest_ms": statistics.median(rests),
        "rest_worst_ms": max(rests),
        "save_s": statistics.median(lengths),
        "rounds": len(stalls),
        "left_out": len(stolen_stalls),
        "left_out_worst_ms": max(stolen_stalls, default=0.0),
    }
    tell(figures, as_json=asked.json)
    return 0 if figures["stall_worst_ms"] < GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())

"""How long exporting a large song holds the window: opening the dialog, every choice in it, and every format being written.

Run: nice python -m benchmarks.export_stall [notes]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from studio.app import assembly, outlets
from studio.app.application import application
from studio.app.window import MainWindow
from studio.settings import Settings
from tests.desk_parts import Answers, silent_engines
from tests.every_action import large_song, select_every
from tests.watching import Watch
from widgets.dialogs.export import ExportDialog

AGAIN = 2


def measure(count: int) -> None:
    """A line for each step: its longest pause by processor time and by the clock, and how long all of it took."""
    application("dark")
    with tempfile.TemporaryDirectory() as home:
        answers = Answers(replaces=True)
        settings = Settings(export_folder=home)
        desk = assembly.assemble(MainWindow(), settings, silent_engines(), lambda _: answers, Path(home) / "settings.toml")
        desk.window.resize(1680, 1050)
        desk.window.show()
        watch = Watch(lambda: bool(desk.session.jobs.active()))
        desk.session.open(large_song(count))
        select_every(desk)
        watch.rest()

        def dialog() -> ExportDialog:
            return desk.window.findChildren(ExportDialog)[-1]

        def told(words: str, step: Callable[[], object]) -> None:
            begun = time.perf_counter()
            pause = watch.step(step)
            took = time.perf_counter() - begun
            print(f"{words:<34} {pause.cpu_s * 1000:7.1f} ms {pause.wall_s * 1000:7.1f} ms of {took:6.2f} s", flush=True)

        for _ in range(AGAIN):
            told("open", desk.actions.by_id["export"].trigger)
            labels = [dialog().part.scope.itemText(row) for row in range(3)]
            for row, label in enumerate(labels):

                def choose(row: int = row) -> None:
                    dialog().part.scope.setCurrentIndex(row)
                    dialog().part.scope.activated.emit(row)

                told(f"part: {label[:26]}", choose)
            told("part: whole", lambda: (dialog().part.scope.setCurrentIndex(0), dialog().part.scope.activated.emit(0)))
            told("no tracks", dialog().part.none.click)
            told("all tracks", dialog().part.every.click)
            for way in outlets.outlets():
                told(f"way: {way.name}", lambda way=way: dialog().ways.choose(way.id))  # type: ignore[misc]
            told("cancel", lambda: dialog().reject())
            for way in outlets.outlets():
                desk.actions.by_id["export"].trigger()
                watch.rest()
                dialog().ways.choose(way.id)
                dialog().look()
                watch.rest()
                told(f"write {way.name}", dialog().go.click)
                if desk.window.notice.isVisible():
                    print("   ", desk.window.notice.heading.text(), desk.window.notice.text.text()[:90])
        desk.window.may_close = lambda: True
        desk.window.close()
        desk.end(5000)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

"""The window's event loop over every action of a song of 100 000 notes: the longest time in which it did not turn.

Every command of the table is given with nothing, one note, every note, four bars and all bars selected, with takes shown
and in Explore, what it opens is answered, and it is undone; then gestures of the mouse, with nothing and with every note
selected. Each step is an event of its own; a timer of one millisecond tells how long the loop stood still.
The figure is processor time of the window's thread, best of three where it is high, so that a crowded machine does not
lengthen it; the clock stands beside it.
`python benchmarks/window_stall.py [--notes 100000] [--only WORDS] [--json]`; QT_QPA_PLATFORM chooses the screen.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from studio.app import assembly
from studio.app.application import application
from studio.app.desk import Desk
from studio.app.window import MainWindow
from studio.settings import Settings
from studio.song.song import Song
from tests import every_action
from tests.desk_parts import Answers, silent_engines
from tests.generate_parts import Shelf
from tests.pad_parts import melody_space, roomy
from tests.watching import Pause, Watch

LIMIT_S = 0.050
AGAIN = 4
"""What is over the limit is measured so many times more."""


class Stage:
    """A window with the song, watched."""

    def __init__(self, home: Path, count: int) -> None:
        application("dark")
        answers = Answers()
        self.desk: Desk = assembly.assemble(
            MainWindow(),
            Settings(export_folder=str(home)),
            silent_engines(ask=melody_space),
            lambda _: answers,
            home / "settings.toml",
        )
        self.desk.window.resize(1680, 1050)
        self.desk.window.show()
        self.desk.window.activateWindow()
        self.desk.explorer.offer_models(Shelf(roomy()))  # type: ignore[arg-type]
        self.watch = Watch(lambda: bool(self.desk.session.jobs.active()))
        self.count = count
        self.song = self.begin()

    def begin(self) -> Song:
        song = every_action.large_song(self.count)
        self.desk.session.open(song)
        self.watch.rest()
        self.desk.window.roll.setFocus()
        return song

    def fresh(self) -> None:
        """The song as it was; another one is opened where undo does not lead back."""
        for _ in every_action.back(self.desk, self.song):
            self.watch.rest()
        if self.desk.session.song is not self.song:
            self.song = self.begin()

    def measured(self, prepare: Callable[[Desk], object], act: Callable[[], Iterator[None]]) -> tuple[Pause, Pause]:
        """The longest pause of an act and that of taking it back; the best of several where one is too long."""
        best: tuple[Pause, Pause] | None = None
        for _ in range(1 + AGAIN):
            found = self._once(prepare, act)
            best = found if best is None else (best[0].shorter(found[0]), best[1].shorter(found[1]))
            if max(best[0].cpu_s, best[1].cpu_s) < LIMIT_S * 0.9:
                break
        assert best is not None
        return best

    def _once(self, prepare: Callable[[Desk], object], act: Callable[[], Iterator[None]]) -> tuple[Pause, Pause]:
        prepared = prepare(self.desk)
        for _ in prepared if isinstance(prepared, Iterator) else ():
            self.watch.rest()
        self.watch.rest()
        done = self.watch.steps(act())
        undone = self.watch.steps(every_action.back(self.desk, self.song))
        self.fresh()
        return done, undone


def situations() -> dict[str, Callable[[Desk], object]]:
    return {**every_action.SELECTIONS, "takes": every_action.takes_shown, "Explore": every_action.explore_shown}


def rows(stage: Stage, only: str) -> Iterator[dict[str, Any]]:
    """One for each thing done, as it is measured."""
    for situation, prepare in situations().items():
        yield _row(
            situation,
            "the selection itself",
            *stage.measured(every_action.select_nothing, lambda p=prepare: _steps(p, stage.desk)),
        )  # type: ignore[misc]
        for entry in every_action.entries(stage.desk):
            name = f"{situation}: {entry.id}"
            if only in name:
                yield _row(situation, entry.id, *stage.measured(prepare, lambda e=entry: every_action.performed(stage.desk, e)))  # type: ignore[misc]
    for situation in ("nothing", "every note"):
        prepare = every_action.SELECTIONS[situation]
        for name, gesture in every_action.GESTURES.items():
            if only in f"{situation}: gesture {name}":
                yield _row(situation, f"gesture {name}", *stage.measured(prepare, lambda g=gesture: g(stage.desk)))  # type: ignore[misc]


def _steps(prepare: Callable[[Desk], object], desk: Desk) -> Iterator[None]:
    prepared = prepare(desk)
    yield
    if isinstance(prepared, Iterator):
        yield from prepared


def _row(situation: str, what: str, done: Pause, undone: Pause) -> dict[str, Any]:
    return {
        "selected": situation, "what": what, "cpu_ms": round(done.cpu_s * 1000, 1), "wall_ms": round(done.wall_s * 1000, 1),
        "undo_cpu_ms": round(undone.cpu_s * 1000, 1), "undo_wall_ms": round(undone.wall_s * 1000, 1),
    }  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--notes", type=int, default=100_000)
    options.add_argument("--only", default="", help="part of «selection: command»")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["RICERCAR_HOME"] = home
        stage = Stage(Path(home), asked.notes)
        found = []
        for row in rows(stage, asked.only):
            found.append(row)
            if not asked.json:
                mark = "OVER" if max(row["cpu_ms"], row["undo_cpu_ms"]) > LIMIT_S * 1000 else "    "
                print(f"{mark} {row['cpu_ms']:8.1f} ms cpu {row['wall_ms']:8.1f} ms wall; undo {row['undo_cpu_ms']:8.1f}"
                      f"   {row['selected']}: {row['what']}", flush=True)  # fmt: skip
    over = [row for row in found if max(row["cpu_ms"], row["undo_cpu_ms"]) > LIMIT_S * 1000]
    if asked.json:
        print(json.dumps({"rows": found, "limit_ms": LIMIT_S * 1000, "over": len(over), "skipped": every_action.SKIPPED}))
    else:
        print(f"{len(found)} measured, {len(over)} over {LIMIT_S * 1000:.0f} ms; load {os.getloadavg()[0]:.1f}")
    stage.desk.window.may_close = lambda: True
    stage.desk.window.close()
    stage.desk.end()
    sys.stdout.flush()
    os._exit(0 if not over else 1)


if __name__ == "__main__":
    main()

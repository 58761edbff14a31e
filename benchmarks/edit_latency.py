"""Edits: notes moved by a semitone in the roll until it is repainted, in songs of 1 000 and 1 000 000 notes.

`python benchmarks/edit_latency.py [--json]`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from frame import Case, Goal, main

from canvas_songs import HEIGHT_PX, WIDTH_PX, app, expose, song_of  # isort: skip


def edit_stage(count: int, selected: int) -> Callable[[], Any]:
    def setup() -> Any:
        from studio.jobs.board import InlineRunner
        from studio.session import Session
        from widgets.panels.roll import Roll

        app()
        roll = Roll(Session(InlineRunner(), lambda _request, _progress: iter(()), Still(), song_of(count)))
        roll.resize(WIDTH_PX, HEIGHT_PX)
        expose(roll)
        middle = song_of(count).end_tick // 2
        roll.state.look(roll.state.viewport.shown_from(middle))
        rows = roll.state.notes.rows
        first = int(np.searchsorted(rows["start"], middle))
        first = max(0, min(first, len(rows) - selected))
        roll.session.select(frozenset(rows["id"][first : first + selected].tolist()))
        roll.view.canvas.repaint()
        return roll

    return setup


class Still:
    """A sound port that does nothing."""

    def load(self, song: Any, sounds: Any = None, swap: Any = "now") -> None: ...
    def play(self) -> None: ...
    def pause(self) -> None: ...
    def stop(self) -> None: ...
    def seek(self, tick: int) -> None: ...
    def set_loop(self, span: Any) -> None: ...


def edit(roll: Any) -> Any:
    """A semitone up and down again, each until repainted."""
    for by in (1, -1):
        roll.commands.transpose(by)
        roll.view.canvas.repaint()
    return roll


def check_moved(roll: Any) -> None:
    assert roll.session.history.undo_label.startswith("Transpose")


def cases() -> list[Case]:
    """One note's cost is to follow what is seen; that of many what is changed."""
    return [
        Case("1 of 1k", edit_stage(1_000, 1), edit, 2, "edit", check=check_moved),
        Case("1k of 1k", edit_stage(1_000, 1_000), edit, 2, "edit", check=check_moved),
        Case("1 of 1M", edit_stage(1_000_000, 1), edit, 2, "edit", (Goal("1 of 1k", "time", 2),), check_moved),
        Case("1k of 1M", edit_stage(1_000_000, 1_000), edit, 2, "edit", (Goal("1k of 1k", "time", 2),), check_moved),
        Case("100k of 1M", edit_stage(1_000_000, 100_000), edit, 2, "edit", check=check_moved),
    ]


if __name__ == "__main__":
    main("edit_latency", cases)

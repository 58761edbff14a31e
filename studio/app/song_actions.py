"""Rows of the action table about bars, sections, tempo, lanes and velocities."""

from __future__ import annotations

from collections.abc import Callable

from studio.app import arranging
from studio.app.actions import ROLL
from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from widgets.piano_roll.recipes import BY_ID

Entry = AnyEntry[Desk]


def _velocity(recipe_id: str) -> Entry:
    recipe = BY_ID[recipe_id]
    call: Callable[[Desk], object] = lambda d: d.window.roll.shaping.asked(recipe_id)  # noqa: E731 - one table of small calls
    return Entry(f"{recipe_id} dialog", f"{recipe.title}...", "Edit/Velocity", call, (), (ROLL,), tip=recipe.about)


VELOCITIES = tuple(
    _velocity(name)
    for name in ("level velocity", "scale velocity", "offset velocity", "ramp velocity", "spread velocity", "scatter velocity")
)

BARS = (
    Entry("insert bars", "Insert bars", "Edit/Bars", arranging.insert_bars, ("Ctrl+Ins",), starts_group=True,
          tip="Insert as many empty bars as are selected, on all tracks"),
    Entry("delete bars", "Delete bars", "Edit/Bars", arranging.delete_bars, ("Ctrl+Del",),
          tip="Take the selected bars out of every track"),
    Entry("duplicate bars", "Duplicate bars", "Edit/Bars", arranging.duplicate_bars, ("Ctrl+Alt+D",),
          tip="Play the selected bars of all tracks once more; what follows moves to the right"),
    Entry("repeat bars", "Repeat bars...", "Edit/Bars", arranging.repeat_bars,
          tip="Play the selected bars of all tracks several times more"),
    Entry("select bars to end", "Select bars to the end", "Edit/Bars", arranging.select_bars_through,
          tip="From the selected bar, or the edit cursor, to the end of the song"),
    Entry("insert in range", "Insert bars on these tracks", "Edit/Bars", arranging.insert_in_range, starts_group=True,
          tip="Push only the chosen tracks to the right"),
    Entry("delete in range", "Delete bars on these tracks", "Edit/Bars", arranging.delete_in_range,
          tip="Take the selected bars out of the chosen tracks; what follows there moves to the left"),
    Entry("duplicate range", "Duplicate on these tracks", "Edit/Bars", arranging.duplicate_range, ("Ctrl+Alt+Shift+D",),
          tip="Lay the selected bars of the chosen tracks over the bars that follow"),
    Entry("repeat range", "Repeat on these tracks...", "Edit/Bars", arranging.repeat_range,
          tip="Lay the selected bars of the chosen tracks over the bars that follow, several times"),
    Entry("clear range", "Clear on these tracks", "Edit/Bars", arranging.clear_range,
          tip="Take the notes of the selected bars off the chosen tracks; the bars stay"),
)  # fmt: skip

"""Rows of the action table about bars, sections, tempo, lanes and velocities."""

from __future__ import annotations

from collections.abc import Callable

from studio.app import arranging, conducting, favourites, sectioning
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

SECTIONS = (
    Entry("add section", "Add section", "Edit/Sections", sectioning.add_section, ("Ctrl+Alt+S",),
          tip="A named section from the selected bars, or the bar of the edit cursor, on"),
    Entry("rename section", "Rename section...", "Edit/Sections", sectioning.rename_section),
    Entry("select section", "Select section", "Edit/Sections", sectioning.select_section, ("Ctrl+Alt+A",),
          tip="Select the bars of the section at the edit cursor"),
    Entry("section earlier", "Move section earlier", "Edit/Sections", lambda d: sectioning.move_section(d, -1),
          ("Ctrl+Alt+Left",), starts_group=True, tip="The section with its bars changes places with the one ahead of it"),
    Entry("section later", "Move section later", "Edit/Sections", lambda d: sectioning.move_section(d, 1),
          ("Ctrl+Alt+Right",), tip="The section with its bars changes places with the next one"),
    Entry("remove section", "Remove the name of the section", "Edit/Sections", sectioning.remove_section, starts_group=True,
          tip="The music stays"),
    Entry("range earlier", "Move marked bars a bar earlier", "Edit/Bars", lambda d: arranging.move_range(d, -1, 0),
          starts_group=True, tip="On the tracks where they were marked"),
    Entry("range later", "Move marked bars a bar later", "Edit/Bars", lambda d: arranging.move_range(d, 1, 0)),
    Entry("range up", "Move marked bars a track up", "Edit/Bars", lambda d: arranging.move_range(d, 0, -1)),
    Entry("range down", "Move marked bars a track down", "Edit/Bars", lambda d: arranging.move_range(d, 0, 1)),
    Entry("range wider", "Mark the next track too", "Edit/Bars", arranging.widen_range,
          tip="The selected bars are marked on one more track"),
)  # fmt: skip

RANGE_MENU = (
    "duplicate range",
    "repeat range",
    "clear range",
    "lock bars",
    "paint bars",
    "insert in range",
    "delete in range",
    "loop selection",
    "generate",
)


TEMPO = (
    Entry("tempo here", "Change tempo here...", "Edit/Tempo and meter", conducting.change_tempo, starts_group=True,
          tip="A tempo from the edit cursor on"),
    Entry("ramp tempo", "Ramp to the next tempo", "Edit/Tempo and meter", conducting.toggle_ramp,
          checked=conducting.is_ramp, tip="The tempo at the edit cursor goes evenly to the next one"),
    Entry("remove tempo", "Remove the tempo change", "Edit/Tempo and meter", conducting.remove_tempo,
          tip="The one in force at the edit cursor"),
    Entry("tap tempo", "Tap tempo", "Edit/Tempo and meter", lambda d: d.window.roll.lane_commands.tap(), ("Ctrl+Alt+T",),
          tip="Press it on the beats: from the third press on the tempo follows"),
    Entry("meter here", "Change meter here...", "Edit/Tempo and meter", conducting.change_meter, starts_group=True,
          tip="A meter from the bar of the edit cursor on"),
    Entry("remove meter", "Remove the meter change", "Edit/Tempo and meter", conducting.remove_meter,
          tip="The one in force at the edit cursor"),
)  # fmt: skip

LANES = (
    Entry("tempo lane", "Tempo and meter lane", "View", lambda d: d.window.roll.toggle_tempo_lane(), ("Shift+T",), (ROLL,),
          checked=lambda d: d.window.roll.view.lanes.shows_tempo),
    Entry("control lanes", "Controller lanes", "View", lambda d: d.window.roll.toggle_control_lanes(), ("Shift+V",), (ROLL,),
          checked=lambda d: bool(d.window.roll.view.lanes.controls)),
)  # fmt: skip


def wire(desk: Desk) -> None:
    """The arrangement offers these commands for marked bars."""
    desk.window.arrange.range_actions = lambda: [desk.actions.by_id[name] for name in RANGE_MENU]
    window = desk.window
    window.tracks.sound_offer = lambda: favourites.sound_offer(desk)

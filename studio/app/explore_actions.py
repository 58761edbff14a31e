"""The commands of Explore: everything that the pad can do, with its keys, for hands that do without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.app.actions import PAD
from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from studio.app.workspaces import EXPLORE
from studio.explore.pad import LETTERS

if TYPE_CHECKING:
    from widgets.controls.pad_commands import PadCommands
    from widgets.panels.latent import Latent

Entry = AnyEntry[Desk]

STEP, FINE_STEP = 1 / 20, 1 / 100
WAYS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, -1), "Down": (0, 1)}


def _is_exploring(desk: Desk) -> bool:
    return desk.window.workspace is EXPLORE


def _entry(
    name: str,
    text: str,
    call: Callable[[PadCommands], object],
    *keys: str,
    menu: str = "Explore",
    tip: str = "",
    starts_group: bool = False,
) -> Entry:
    """A command of the pad."""
    return Entry(
        f"pad {name}", text, menu, lambda d: call(_pad_panel(d).pad.commands), keys, (PAD,), tip, _is_exploring,
        starts_group=starts_group,
    )  # fmt: skip


def _panel_entry(
    name: str, text: str, call: Callable[[Latent], object], *keys: str, tip: str = "", starts_group: bool = False
) -> Entry:
    """A command of the panel around the pad."""
    return Entry(
        f"pad {name}", text, "Explore", lambda d: call(_pad_panel(d)), keys, (PAD,), tip, _is_exploring, starts_group=starts_group
    )


def _pad_panel(desk: Desk) -> Latent:
    return desk.window.exploring.latent


def _steps() -> tuple[Entry, ...]:
    """Arrows: the pointer, finely with Shift; with Ctrl what it is on goes along."""
    made: list[Entry] = []
    for key, (right, down) in WAYS.items():
        way = key.lower()
        made += [
            _entry(way, f"Pointer {way}", _step(right * STEP, down * STEP), key, menu="Explore/Move"),
            _entry(f"{way} finely", f"Pointer {way}, finely", _step(right * FINE_STEP, down * FINE_STEP), f"Shift+{key}",
                   menu="Explore/Move"),
            _entry(f"carry {way}", f"Point or anchor {way}", _carry(right * STEP, down * STEP), f"Ctrl+{key}",
                   menu="Explore/Move", tip="Move the point of the path or the free anchor that the pointer is on"),
        ]  # fmt: skip
    return tuple(made)


def _step(right: float, down: float) -> Callable[[PadCommands], object]:
    return lambda pad: pad.step(right, down)


def _carry(right: float, down: float) -> Callable[[PadCommands], object]:
    return lambda pad: pad.carry(right, down)


def _phrases() -> tuple[Entry, ...]:
    return tuple(_entry(f"go to {letter}", f"Go to {letter}", _go_to(slot), letter, menu="Explore/Go to")
                 for slot, letter in enumerate(LETTERS))  # fmt: skip


def _go_to(slot: int) -> Callable[[PadCommands], object]:
    return lambda pad: pad.go_to_anchor(slot)


EXPLORE_ACTIONS: tuple[Entry, ...] = (
    *_steps(),
    *_phrases(),
    _entry("reconstruction", "Own notes or as the model hears them", lambda pad: pad.turn_reconstruction(), "R",
           tip="What is heard where a phrase lies: its own notes, or what the model makes of it"),
    _entry("pin", "Pin as a take", lambda pad: pad.pin(), "T", tip="Put what is heard among the takes"),
    Entry("pad to palette", "Add what is heard to the palette", "Explore", lambda d: d.window.exploring.phrases.add_heard(),
          ("Ins",), (PAD,), enabled=_is_exploring),
    _panel_entry("draw", "Draw a path", lambda panel: panel.pad.set_drawing(not panel.pad.is_drawing), "P",
                 tip="The next drag on the pad draws a path", starts_group=True),
    _entry("add point", "Add a point to the path", lambda pad: pad.add_point(), "N",
           tip="The pointer's place becomes the path's next point; the first one begins a path"),
    _entry("remove point", "Remove a point of the path", lambda pad: pad.remove_point(), "Shift+N",
           tip="The point under the pointer, else the last one"),
    _entry("next point", "Next point", lambda pad: pad.step_point(1), "]"),
    _entry("previous point", "Previous point", lambda pad: pad.step_point(-1), "["),
    _panel_entry("walk", "Walk", lambda panel: panel.tools.take_walk(), "W", tip="A path that wanders over the pad"),
    _panel_entry("other walk", "Another walk", lambda panel: panel.tools.roll(), "Shift+W", tip="A walk with another seed"),
    _panel_entry("commit", "Commit the path", lambda panel: panel.strip.commit(), "Return", "Enter",
                 tip="Write the path into the song, as one step that can be undone"),
    _entry("clear path", "Remove the path", lambda pad: pad.clear_path(), "Del", "Backspace"),
    _entry("snapshot", "Take a snapshot", lambda pad: pad.take_snapshot(), "S",
           tip="Remember the pad as it is now, and where you stand on it", starts_group=True),
    _entry("restore", "Back to the last snapshot", lambda pad: pad.restore_last(), "Shift+S"),
    _entry("fill", "Fill the empty corners", lambda pad: pad.fill(), "Shift+F", starts_group=True,
           tip="Let the model make up phrases for the corners that are empty"),
    _entry("clear here", "Take the phrase here off the pad", lambda pad: pad.clear_here(), "Shift+Del"),
    _entry("mode", "Corners or free anchors", lambda pad: pad.turn_mode(), "M"),
    _panel_entry("take back", "Take back what is being done", lambda panel: panel.pad.cancel(), "Esc"),
)  # fmt: skip

"""The pad's context menu: what can be done with a corner, a point of the path, or a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from studio.explore.mixing import Place
from studio.explore.pad import LETTERS
from studio.generation.latent import Phrase
from studio.words import tr
from widgets.controls.pad_commands import PadCommands
from widgets.key_words import menu_words

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

MOST_PHRASES = 12
"""So many phrases of the palette are listed."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What lies under a press: the slot of a badge, a point of the path, the place itself."""

    slot: int | None
    handle: int | None
    place: Place


def pad_menu(parent: QWidget, explorer: Explorer, spot: Spot, commands: PadCommands, draw: Callable[[], object]) -> QMenu:
    """Made for one press; it goes when it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    path, slot, handle = explorer.pad.path, spot.slot, spot.handle
    if handle is not None and len(path) > 2:
        shorter = (*path[:handle], *path[handle + 1 :])
        _add(menu, tr("Remove this point"), lambda: explorer.set_path(shorter))
    free = slot if slot is not None else next((at for at, anchor in enumerate(explorer.pad.anchors) if anchor is None), None)
    if free is not None:
        _add_sources(menu, explorer, free, spot.place, commands)
    if slot is not None and explorer.pad.anchors[slot] is not None:
        _add(menu, tr("Take {letter} off the pad", letter=LETTERS[slot]), lambda: explorer.clear_anchor(slot))
    menu.addSeparator()
    _add(menu, menu_words(tr("Stop") if explorer.is_playing else tr("Hear it in a loop"), "play"), commands.toggle_play)
    _add(menu, menu_words(tr("Pin as a take"), "pad pin"), commands.pin, enabled=explorer.phrase is not None)
    _add(menu, menu_words(tr("Draw a path"), "pad draw"), draw)
    if path:
        _add(menu, menu_words(tr("Remove the path"), "pad clear path"), commands.clear_path)
    return menu


def _add_sources(menu: QMenu, explorer: Explorer, slot: int, place: Place, commands: PadCommands) -> None:
    """What a slot can be filled with."""
    letter = LETTERS[slot]

    def putting(phrase: Phrase) -> Callable[[], object]:
        return lambda: commands.put(slot, phrase, place)

    _add(menu, tr("Put the selected notes or bars on {letter}", letter=letter), lambda: commands.put_selection(slot, place))
    if explorer.palette:
        phrases = menu.addMenu(tr("Put on {letter} from the palette", letter=letter))
        for phrase in explorer.palette[:MOST_PHRASES]:
            _add(phrases, phrase.source, putting(phrase))


def _add(menu: QMenu, words: str, call: Callable[[], object], *, enabled: bool = True) -> None:
    action = menu.addAction(words)
    action.setEnabled(enabled)
    action.triggered.connect(lambda *_: call())

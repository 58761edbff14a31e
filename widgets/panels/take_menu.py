"""The menu of a take's card: all that can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from studio.generation.judging import MOST_POINTS
from studio.generation.tray import TakeSet
from studio.words import counted, tr
from widgets.panels.take_acts import TakeActs


def take_menu(
    acts: TakeActs,
    take_set: TakeSet,
    index: int,
    parent: QWidget,
    *,
    to_palette: Callable[[int], object],
    to_clipboard: Callable[[int], object],
) -> QMenu:
    """For one take of the set that is shown; the keys are those of the takes panel."""
    menu, tray = QMenu(parent), acts.session.tray

    def add(words: str, key: str, call: Callable[[int], object]) -> None:
        menu.addAction(f"{words}\t{key}" if key else words).triggered.connect(lambda _checked=False: call(index))

    add(tr("Run again, on the present song"), "R", acts.again)
    add(tr("More like this, with the next seed"), "M", acts.more)
    menu.addSeparator()
    add(tr("Take the star away") if index in take_set.starred else tr("Star"), "S", tray.star)
    points = menu.addMenu(tr("Points"))
    for number in range(MOST_POINTS + 1):
        words = counted(number, "{n} point", "{n} points") if number else tr("None")
        action = points.addAction(f"{words}\t{number}")
        action.setCheckable(True)
        action.setChecked(take_set.ratings.get(index, 0) == number)
        action.triggered.connect(lambda _checked=False, number=number: acts.rate(index, number))
    add(tr("Name it..."), "F2", acts.name_wanted.emit)
    if index in take_set.labels:
        add(tr("Take the name away"), "", lambda at: acts.label(at, ""))
    menu.addSeparator()
    add(tr("To a new track"), "N", acts.promote)
    add(tr("Lay it at the edit cursor"), "L", acts.lay)
    add(tr("Onto the palette of Explore"), "P", to_palette)
    add(tr("Copy as MIDI file"), "", to_clipboard)
    menu.addSeparator()
    add(tr("Into the trash"), "Del", acts.trash)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu

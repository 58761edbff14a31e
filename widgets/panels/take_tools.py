"""TakeTools: over the cards, in what company takes are heard and how they are ordered; the trash, and takes of other bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.audio.swap import Swap
from studio.edits.hearing import HEARINGS, Hearing
from studio.generation.describe import bar_words, takes_words, task_words
from studio.generation.judging import ORDERS
from studio.generation.tray import TakeSet
from studio.session import Session
from studio.words import counted, mark, tr
from widgets.controls.chips import Chip
from widgets.controls.pressable import SmallIcon
from widgets.panels.take_acts import ORDER_WORDS, TakeActs
from widgets.theme import STEP_PX

HEARING_WORDS: dict[Hearing, str] = {"context": mark("In the song"), "solo": mark("Solo"), "alone": mark("Original muted")}
HEARING_TIPS: dict[Hearing, str] = {
    "context": mark("Hear the take in its place, with all tracks"),
    "solo": mark("Hear only the tracks that the take is for"),
    "alone": mark("Hear the take with the other tracks, without any other note of its own"),
}
Choice = TypeVar("Choice")
SWAP_WORDS: dict[Swap, str] = {
    "now": mark("At once"),
    "beat": mark("On the next beat"),
    "bar": mark("On the next bar"),
}


class TakeTools(QWidget):
    """Chips, a menu for the rest, and a line about what is not among the cards."""

    def __init__(self, session: Session, acts: TakeActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.acts = session, acts
        self.hearing = {name: Chip(tr(HEARING_WORDS[name]), checkable=True) for name in HEARINGS}
        for name, chip in self.hearing.items():
            chip.setToolTip(tr(HEARING_TIPS[name]))
            chip.clicked.connect(lambda _checked=False, name=name: self._hear_in(name))
        self.more = SmallIcon("down", tr("Order, loudness, when takes change, the trash"))
        self.more.clicked.connect(self._open)
        self.elsewhere = Chip("", menu_mark=True)
        self.elsewhere.clicked.connect(self._open_elsewhere)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP_PX)
        for chip in self.hearing.values():
            row.addWidget(chip)
        row.addStretch(1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP_PX)
        column.addWidget(self._row)
        column.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_state()

    def show_state(self) -> None:
        """As the session is."""
        for name, chip in self.hearing.items():
            chip.setChecked(name == self.session.proposing.hearing)
        others, thrown = self.session.tray.aside, self.session.tray.discarded
        self.elsewhere.setVisible(bool(others) or thrown is not None)
        self._row.setVisible(self.session.tray.current is not None and bool(self.session.tray.current.takes))
        waiting = [*others, *(() if thrown is None else (thrown,))]
        if len(waiting) == 1:
            self.elsewhere.setText(_place_words(self.session, waiting[0]))
        else:
            self.elsewhere.setText(counted(len(waiting), "Takes of {n} other place", "Takes of {n} other places"))
        self.elsewhere.setToolTip(tr("Takes of other bars, and those put away last: click to have them back"))

    def menu(self) -> QMenu:
        """Everything else."""
        menu, session, acts = QMenu(self), self.session, self.acts
        take_set = session.tray.current
        orders = [(tr(ORDER_WORDS[order]), order) for order in ORDERS]
        now = take_set.order if take_set is not None else "made"
        _choices(menu, tr("Order"), orders, now, acts.sort)
        swaps: list[tuple[str, Swap]] = [(tr(words), swap) for swap, words in SWAP_WORDS.items()]
        _choices(menu, tr("Another take is heard"), swaps, session.swap, self._swap)
        level = menu.addAction(tr("Equally loud"))
        level.setCheckable(True)
        level.setChecked(session.proposing.matches_loudness)
        level.setToolTip(tr("Hear takes as loud as what was there, so that the louder one does not win"))
        level.triggered.connect(session.proposing.match_loudness)
        menu.addSeparator()
        count = len(take_set.trashed) if take_set is not None else 0
        back = menu.addAction(counted(count, "Recover {n} take from the trash", "Recover {n} takes from the trash"))
        back.setEnabled(bool(count))
        back.triggered.connect(lambda _checked=False: acts.recover())
        return menu

    def elsewhere_menu(self) -> QMenu:
        """Sets of other bars, to go back to."""
        menu, tray = QMenu(self), self.session.tray
        for take_set in tray.aside:
            self._offer(menu, take_set, "{0}")
        if tray.discarded is not None:
            self._offer(menu, tray.discarded, tr("Put away last: {0}"))
        return menu

    def _offer(self, menu: QMenu, take_set: TakeSet, words: str) -> None:
        action = menu.addAction(words.format(_place_words(self.session, take_set)))
        action.triggered.connect(lambda _checked=False: self.session.tray.turn_to(take_set))

    def _hear_in(self, name: Hearing) -> None:
        self.session.proposing.hear_in(name)

    def _swap(self, swap: Swap) -> None:
        self.session.swap = swap
        self.session.tray.changed.emit()

    def _open(self) -> None:
        _popup(self.menu(), self.more)

    def _open_elsewhere(self) -> None:
        _popup(self.elsewhere_menu(), self.elsewhere)


def _choices(
    menu: QMenu, title: str, choices: Sequence[tuple[str, Choice]], now: Choice, chosen: Callable[[Choice], object]
) -> None:
    """One of several, in a menu of its own."""
    inside = menu.addMenu(title)
    group = QActionGroup(inside)
    for words, value in choices:
        action = QAction(words, group)
        action.setCheckable(True)
        action.setChecked(value == now)
        action.triggered.connect(lambda _checked=False, value=value: chosen(value))
        inside.addAction(action)


def _place_words(session: Session, take_set: TakeSet) -> str:
    """Such as "Fill bars 5–8 · 3 takes"."""
    task, bars = task_words(take_set.request.capability), bar_words(session.song, take_set.request.span)
    return f"{task} {bars} · {takes_words(len(take_set.listed))}"


def _popup(menu: QMenu, under: QWidget) -> None:
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(under.mapToGlobal(QPoint(0, under.height())))

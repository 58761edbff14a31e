"""Every command by its name: type a few letters, Return does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from studio.words import mark, tr

PLACE_PX = 190
NO_MATCH = mark("No command is called so")
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}


@dataclass(frozen=True, slots=True)
class Command:
    """One command as the palette shows it. `place` is its menu, `about` a sentence that is searched too."""

    id: str
    title: str
    place: str = ""
    keys: str = ""
    about: str = ""
    is_enabled: bool = True


def ranked(commands: Sequence[Command], query: str) -> list[Command]:
    """Those in which every word of the query is found, titles that begin with it first, then words that begin with it."""
    words = query.casefold().split()
    scored = [(score, at) for at, command in enumerate(commands) if (score := _score(command, words)) is not None]
    return [commands[at] for _, at in sorted(scored)]


def _score(command: Command, words: Sequence[str]) -> tuple[int, int] | None:
    """Lower is nearer; None when a word is nowhere. The second number prefers short titles."""
    title, rest = command.title.casefold(), f"{command.place} {command.about}".casefold()
    total = 0
    for place, word in enumerate(words):
        if title.startswith(word):
            total += 0 if place == 0 else 1
        elif f" {word}" in title:
            total += 1
        elif word in title:
            total += 3
        elif f" {word}" in f" {rest}":
            total += 6
        else:
            return None
    return total, len(title) if words else 0


class CommandPalette(QDialog):
    """`chosen(id)` when a command is taken; the dialog is closed by then, so the command meets the window as it was."""

    chosen = Signal(str)

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Commands"))
        self.resize(780, 460)
        self._commands = commands
        self.search = QLineEdit(placeholderText=tr("What do you want to do?"))
        self.search.setAccessibleName(tr("Search for a command"))
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._take)
        self.search.installEventFilter(self)
        self.found = QTreeWidget(columnCount=3)
        self.found.setAccessibleName(tr("Commands found"))
        self.found.setRootIsDecorated(False)
        self.found.setHeaderHidden(True)
        self.found.setUniformRowHeights(True)
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.header().setStretchLastSection(False)
        self.found.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.found.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.found.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)  # the name has the room, not the place
        self.found.header().resizeSection(1, PLACE_PX)
        self.found.itemActivated.connect(lambda _item: self._take())
        self.found.itemClicked.connect(lambda _item: self._take())
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.found, 1)
        self._fill("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move in the list while the letters go into the line."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def _fill(self, query: str) -> None:
        self.found.clear()
        rows = [_row(command) for command in ranked(self._commands, query)]
        self.found.addTopLevelItems(rows or [_grey(QTreeWidgetItem([tr(NO_MATCH), "", ""]))])
        self.found.setCurrentItem(next((row for row in rows if not row.isDisabled()), None))  # type: ignore[arg-type]

    def _step(self, by: int) -> None:
        usable = [
            row for at in range(self.found.topLevelItemCount()) if (row := self.found.topLevelItem(at)) and not row.isDisabled()
        ]
        if usable:
            here = self.found.currentItem()
            at = usable.index(here) + by if here in usable else 0
            self.found.setCurrentItem(usable[max(0, min(len(usable) - 1, at))])

    def _take(self) -> None:
        row = self.found.currentItem()
        if row is not None and not row.isDisabled():
            name = row.data(0, Qt.ItemDataRole.UserRole)
            self.accept()
            self.chosen.emit(name)


def _row(command: Command) -> QTreeWidgetItem:
    row = QTreeWidgetItem([command.title, command.place.replace("/", " > "), command.keys])
    row.setData(0, Qt.ItemDataRole.UserRole, command.id)
    row.setToolTip(0, command.about)
    row.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return row if command.is_enabled else _grey(row)


def _grey(row: QTreeWidgetItem) -> QTreeWidgetItem:
    row.setDisabled(True)
    return row

"""Changing keys: search a command, press its new key; who has it already is said before it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.words import mark, tr
from widgets.dialogs.command_palette import PLACE_PX, Command, ranked

ABOUT = mark("Choose a command, press its new key, then Give.")


class KeyRing(Protocol):
    """What the dialog asks of whoever keeps the keys. Keys are written as in QKeySequence's portable text."""

    def commands(self) -> Sequence[Command]: ...
    def why_not(self, name: str, key: str) -> str | None:
        """A sentence when the key cannot be this command's at all."""

    def holders(self, name: str, key: str) -> list[str]:
        """Titles of commands that would lose the key."""

    def give(self, name: str, key: str) -> None:
        """Make this the command's only key, and take it from its holders."""

    def reset(self, name: str | None) -> None:
        """Give a command, or all of them, the usual keys back."""


class KeysDialog(QDialog):
    def __init__(self, ring: KeyRing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Change keys"))
        self.resize(780, 560)
        self._ring = ring
        self.search = QLineEdit(placeholderText=tr("Search by command or key"))
        self.search.setAccessibleName(tr("Search by command or key"))
        self.search.textChanged.connect(lambda _text: self._fill())
        self.list = QTreeWidget(columnCount=3)
        self.list.setHeaderLabels([tr("Command"), tr("Menu"), tr("Keys")])
        self.list.setAccessibleName(tr("Commands and their keys"))
        self.list.setRootIsDecorated(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.list.header().resizeSection(1, PLACE_PX)
        self.list.currentItemChanged.connect(lambda _now, _before: self._turn_to())
        self.key = QKeySequenceEdit()
        self.key.setMaximumSequenceLength(1)
        self.key.setAccessibleName(tr("New key"))
        self.key.keySequenceChanged.connect(lambda _key: self._say_of_key())
        self.give = _button(tr("Give"), self._give)
        self.give.setProperty("role", "primary")
        self.usual = _button(tr("Usual key"), lambda: self._reset(self._name()))
        self.words = QLabel(tr(ABOUT))
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(38)
        self._lay_out()
        self._fill()

    def _lay_out(self) -> None:
        giving = QHBoxLayout()
        giving.addWidget(self.key, 1)
        giving.addWidget(self.give)
        giving.addWidget(self.usual)
        foot = QHBoxLayout()
        foot.addWidget(_button(tr("All usual keys"), lambda: self._reset(None)))
        foot.addStretch(1)
        foot.addWidget(_button(tr("Close"), self.accept))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(giving)
        column.addWidget(self.words)
        column.addLayout(foot)

    def _name(self) -> str | None:
        row = self.list.currentItem()
        return None if row is None else str(row.data(0, Qt.ItemDataRole.UserRole))

    def _fill(self) -> None:
        """The rows that the search leaves, the chosen one still chosen."""
        name, query = self._name(), self.search.text()
        every = self._ring.commands()
        by_key = [command for command in every if query and query.casefold() in command.keys.casefold().split(", ")]
        self.list.clear()
        for command in by_key + [each for each in ranked(every, query) if each not in by_key]:
            row = QTreeWidgetItem([command.title, command.place.replace("/", " > "), command.keys])
            row.setData(0, Qt.ItemDataRole.UserRole, command.id)
            self.list.addTopLevelItem(row)
            if command.id == name:
                self.list.setCurrentItem(row)
        self._turn_to()

    def _turn_to(self) -> None:
        self.key.clear()
        has_one = self._name() is not None
        for each in (self.key, self.give, self.usual):
            each.setEnabled(has_one)
        self._say(tr(ABOUT))

    def _pressed(self) -> str:
        return self.key.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _say_of_key(self) -> None:
        name, key = self._name(), self._pressed()
        if name is None or not key:
            return
        unfit = self._ring.why_not(name, key)
        holders = [] if unfit else self._ring.holders(name, key)
        taken = tr("{key} is a key of {holders}: Give takes it from there.", key=_shown(key), holders=_named(holders))
        self.give.setEnabled(unfit is None)
        self._say(unfit or (taken if holders else tr("{key} is free.", key=_shown(key))))

    def _give(self) -> None:
        name, key = self._name(), self._pressed()
        if name is None or not key or self._ring.why_not(name, key):
            return
        holders = self._ring.holders(name, key)
        self._ring.give(name, key)
        self._fill()
        if holders:
            self._say(tr("{key} is its key now, and no longer {holders}'s.", key=_shown(key), holders=_named(holders)))
        else:
            self._say(tr("{key} is its key now.", key=_shown(key)))

    def _reset(self, name: str | None) -> None:
        self._ring.reset(name)
        self._fill()

    def _say(self, words: str) -> None:
        self.words.setText(words)


def _named(titles: Sequence[str]) -> str:
    return tr(" and ").join(f"«{title}»" for title in titles)


def _shown(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _button(words: str, call: Callable[[], object]) -> QPushButton:
    made = QPushButton(words)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: call())
    return made

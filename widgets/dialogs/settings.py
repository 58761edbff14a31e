"""Settings: one page a subject, all made from the table of preferences; a search over all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.knobs import Knob
from studio.preferences import KEYS, PAGES, PREFERENCES, Preference, of_page
from studio.words import counted, tr
from widgets.controls.announce import announce
from widgets.controls.slider import SliderRow
from widgets.form import ChoiceRow, SwitchRow
from widgets.theme import STEP_PX

PAGES_PX, ROWS_PX = 190, 460


class Chooser(Protocol):
    """Whoever keeps the settings."""

    def value(self, name: str) -> Any: ...
    def choose(self, name: str, value: Any) -> None: ...
    def reset(self, page: str) -> None: ...
    def ask_file(self, preference: Preference) -> None: ...


class PreferenceRow(QWidget):
    """One preference with its control; `chosen(value)` when the user turned it."""

    chosen = Signal(object)
    asked = Signal()

    def __init__(self, preference: Preference) -> None:
        super().__init__()
        self.preference = preference
        self._values = [value for value, _ in preference.offered]
        self.control: SwitchRow | ChoiceRow | SliderRow | QPushButton = self._made()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP_PX)
        column.addWidget(self.control)
        if preference.help:
            told = QLabel(tr(preference.help))
            told.setProperty("role", "dim")
            told.setWordWrap(True)
            column.addWidget(told)

    def show_value(self, value: Any) -> None:
        """Take the value of the settings, without telling anyone."""
        self.blockSignals(True)
        if isinstance(self.control, QPushButton):
            name = Path(value).name if value else tr("the usual one")
            self.control.setText(tr("{label}: {file}", label=self.preference.title(), file=name))
        elif isinstance(self.control, ChoiceRow):
            self.control.set_value(dict(self.preference.offered).get(value, ""))
        else:
            self.control.set_value(value)
        self.blockSignals(False)

    def _made(self) -> SwitchRow | ChoiceRow | SliderRow | QPushButton:
        asked = self.preference
        if asked.suffixes:
            button = QPushButton()
            button.setAutoDefault(False)
            button.clicked.connect(self.asked)
            return button
        words = tuple(words for _, words in asked.offered)
        default: Any = words[0] if words else asked.usual
        knob = Knob(asked.name, asked.title(), default, 0 if asked.most else None, asked.most or None, words)
        row = ChoiceRow(knob) if words else SliderRow(knob) if asked.most else SwitchRow(knob)
        row.changed.connect(lambda: self.chosen.emit(self._value(row.value)))
        return row

    def _value(self, shown: Any) -> Any:
        return next((value for value, words in self.preference.offered if words == shown), shown)


class SettingsDialog(QDialog):
    """Every change is in force at once, but for those that say when. `keys` is the page of keys, made by the caller."""

    def __init__(self, chooser: Chooser, keys: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Settings"))
        self._chooser, self._keys = chooser, keys
        self._rows: dict[str, PreferenceRow] = {}
        self.search = QLineEdit(placeholderText=tr("Search the settings"))
        self.search.setAccessibleName(tr("Search the settings"))
        self.search.textChanged.connect(self._find)
        self.pages = QListWidget()
        self.pages.setAccessibleName(tr("Pages of the settings"))
        self.pages.setFixedWidth(PAGES_PX)
        self.stack = QStackedWidget()
        self.found = QLabel()
        self.found.setProperty("role", "dim")
        self.found.hide()
        for page in PAGES:
            item = QListWidgetItem(tr(page))
            item.setData(Qt.ItemDataRole.UserRole, page)
            self.pages.addItem(item)
            self.stack.addWidget(_area())
        self._waiting = list(PAGES)
        self._soon = QTimer(self, interval=0)
        self._soon.timeout.connect(self._fill_next)
        self.pages.currentRowChanged.connect(self._fill_shown)
        self.pages.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.pages.setCurrentRow(0)
        self.reset = _button(tr("Reset this page"), self._reset)
        self._lay_out()
        self._soon.start()

    @property
    def rows(self) -> dict[str, PreferenceRow]:
        """Every row by the name of its setting."""
        while self._waiting:
            self._fill(self._waiting[0])
        return self._rows

    def refresh(self) -> None:
        """Show the settings as they are now."""
        for name, row in self._rows.items():
            row.show_value(self._chooser.value(name))

    @property
    def page(self) -> str:
        """Which page is shown."""
        return PAGES[self.stack.currentIndex()]

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.found)
        left.addWidget(self.pages, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.reset)
        foot.addStretch(1)
        foot.addWidget(_button(tr("Close"), self.accept))
        right = QVBoxLayout()
        right.addWidget(self.stack, 1)
        right.addLayout(foot)
        both = QHBoxLayout(self)
        both.setContentsMargins(16, 16, 16, 14)
        both.setSpacing(18)
        both.addLayout(left)
        both.addLayout(right, 1)
        self.setMinimumSize(PAGES_PX + ROWS_PX + 60, 480)

    def _fill_shown(self, at: int) -> None:
        self._fill(PAGES[at])

    def _fill_next(self) -> None:
        """One page each turn of the event loop: the window is not held up by pages that nobody sees yet."""
        if self._waiting:
            self._fill(self._waiting[0])
        else:
            self._soon.stop()

    def _fill(self, page: str) -> None:
        """Make the rows of a page, once."""
        if page not in self._waiting:
            return
        self._waiting.remove(page)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 2, 10, 2)
        column.setSpacing(4 * STEP_PX)
        title = QLabel(tr(page))
        title.setProperty("role", "title")
        column.addWidget(title)
        for preference in of_page(page):
            row = PreferenceRow(preference)
            row.chosen.connect(lambda value, name=preference.name: self._chooser.choose(name, value))
            row.asked.connect(lambda asked=preference: self._chooser.ask_file(asked))
            row.show_value(self._chooser.value(preference.name))
            self._rows[preference.name] = row
            column.addWidget(row)
        if page == KEYS:
            column.addWidget(self._keys)
        column.addStretch(1)
        area = self.stack.widget(PAGES.index(page))
        assert isinstance(area, QScrollArea)
        area.setWidget(inside)

    def _find(self, query: str) -> None:
        """Only the pages and rows that speak of it; the first such page."""
        hits = {preference.name for preference in PREFERENCES if preference.matches(query)}
        for name, row in self.rows.items():
            row.setVisible(not query.strip() or name in hits)
        shown = []
        for at, page in enumerate(PAGES):
            speaks = any(preference.name in hits for preference in of_page(page)) or query.casefold() in tr(page).casefold()
            item = self.pages.item(at)
            item.setHidden(bool(query.strip()) and not speaks)
            shown += [] if item.isHidden() else [at]
        if shown and self.stack.currentIndex() not in shown:
            self.pages.setCurrentRow(shown[0])
        words = counted(len(hits), "{n} setting", "{n} settings") if query.strip() else ""
        self.found.setText(words)
        self.found.setVisible(bool(words))
        announce(self.search, words)

    def _reset(self) -> None:
        self._chooser.reset(self.page)


def _area() -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _button(words: str, call: Any) -> QPushButton:
    made = QPushButton(words)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: call())
    return made

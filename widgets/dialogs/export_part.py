"""PartPanel: which part of the song goes out, with a picture of it, its figures, and its tracks to tick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from studio.song.notes import Rows
from studio.song.ticks import Span
from studio.words import tr
from widgets.controls.choice_box import ChoiceBox
from widgets.miniature import Miniature
from widgets.theme import STEP_PX

PICTURE_PX = 56
_ID = Qt.ItemDataRole.UserRole


class TrackLine(NamedTuple):
    """A track of the part: its id, and how it is called in the list."""

    id: int
    words: str


class PartPanel(QWidget):
    """`scope_chosen(index)` and `tracks_chosen()` when a person chooses."""

    scope_chosen = Signal(int)
    tracks_chosen = Signal()

    def __init__(self, labels: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(tr("What"))
        heading.setProperty("role", "title")
        self.scope = ChoiceBox()
        self.scope.addItems(list(labels))
        self.scope.setAccessibleName(tr("What is exported"))
        self.scope.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        heading.setBuddy(self.scope)
        self.picture = Miniature()
        self.picture.setFixedHeight(PICTURE_PX)
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.tracks = QListWidget()
        self.tracks.setProperty("role", "ticks")
        self.tracks.setAccessibleName(tr("Tracks that are exported"))
        self.tracks.setToolTip(tr("Space ticks a track, or leaves it out."))
        self.tracks.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tracks.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.every, self.none = QPushButton(tr("All tracks")), QPushButton(tr("None"))
        self.none.setAccessibleName(tr("No tracks"))
        foot = QHBoxLayout()
        for button in (self.every, self.none):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP_PX)
        for widget in (heading, self.scope, self.picture, self.words):
            column.addWidget(widget)
        column.addWidget(self.tracks, 1)
        column.addLayout(foot)
        self.scope.activated.connect(self.scope_chosen)
        self.tracks.itemChanged.connect(self._ticked)
        self.every.clicked.connect(lambda: self._tick(True))
        self.none.clicked.connect(lambda: self._tick(False))

    def show_tracks(self, lines: Sequence[TrackLine], chosen: frozenset[int] | None = None) -> None:
        """List these tracks, all ticked or only the chosen ones."""
        self.tracks.blockSignals(True)
        self.tracks.clear()
        for line in lines:
            item = QListWidgetItem(line.words)
            item.setData(_ID, line.id)
            item.setToolTip(line.words)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(_state(chosen is None or line.id in chosen))
            self.tracks.addItem(item)
        if lines:
            self.tracks.setCurrentRow(0)
        self.tracks.blockSignals(False)

    def track_ids(self) -> frozenset[int]:
        """Those that are ticked."""
        return frozenset(int(item.data(_ID)) for item in self._items() if item.checkState() is Qt.CheckState.Checked)

    @property
    def has_every_track(self) -> bool:
        return all(item.checkState() is Qt.CheckState.Checked for item in self._items())

    def show_part(self, words: str, rows: Rows, span: Span | None) -> None:
        """What is chosen, in figures and as a picture."""
        self.words.setText(words)
        self.picture.show_rows(rows, span, role="accent")

    # Inside

    def _items(self) -> list[QListWidgetItem]:
        return [self.tracks.item(row) for row in range(self.tracks.count())]

    def _tick(self, is_on: bool) -> None:
        self.tracks.blockSignals(True)
        for item in self._items():
            item.setCheckState(_state(is_on))
        self.tracks.blockSignals(False)
        self.tracks_chosen.emit()

    def _ticked(self) -> None:
        self.tracks_chosen.emit()


def _state(is_on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked

"""Ideas: the tree of named and kept states of the song; hear one, see what differs, go back and branch off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.ideas.ideas import Ideas
from studio.ideas.tree import Idea
from studio.song.ticks import Span
from studio.words import tr
from widgets import theme as themes
from widgets.controls.announce import announce
from widgets.difference_view import DifferenceView
from widgets.miniature import paint_miniature, pitch_range

HERE = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE} "
PICTURE = QSize(120, 26)
LOOK_MS = 150
"""After the last edit, before the song is compared again."""
_ID = Qt.ItemDataRole.UserRole


class IdeasWindow(QDialog):
    """The tree above, what the chosen idea and the present song do not share below."""

    def __init__(self, ideas: Ideas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Ideas"))
        self.resize(620, 640)
        self._ideas = ideas
        self.naming = QLineEdit(placeholderText=tr("Name the song as it is now"))
        self.naming.setAccessibleName(tr("Name of a new idea"))
        self.naming.returnPressed.connect(self._name)
        self.note = _button(tr("Note"), self._name)
        self.tree = QTreeWidget(columnCount=3)
        self.tree.setHeaderLabels([tr("Idea"), tr("Notes"), tr("Made")])
        self.tree.setAccessibleName(tr("Ideas"))
        self.tree.setIconSize(PICTURE)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.itemSelectionChanged.connect(self._compare)
        self.tree.itemChanged.connect(self._renamed)
        self.nothing = QLabel(
            tr("Kept takes are noted here by themselves. Name a state of the song to be able to come back to it.")
        )
        self.nothing.setProperty("role", "dim")
        self.nothing.setWordWrap(True)
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.difference = DifferenceView()
        self.back = _button(tr("Go back to it"), self._go_back)
        self.hear = _button(tr("Hear"), self._hear)
        self.star = _button(tr("Star"), lambda: self._with_chosen(self._ideas.star))
        self.prune = _button(tr("Forget"), lambda: self._with_chosen(self._ideas.prune))
        self._is_filling = False
        self._lay_out()
        self._pictures: dict[int, QIcon] = {}
        self._look = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look.timeout.connect(self._compare)
        self._forgets = [ideas.changed.listen(self._fill), ideas.song_changed.listen(lambda _before, _after: self._look.start())]
        self.finished.connect(lambda _result: self._end())
        self._fill()

    def _lay_out(self) -> None:
        self.back.setProperty("role", "primary")
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.naming, 1)
        top.addWidget(self.note)
        for button in (self.back, self.hear, self.star, self.prune):
            foot.addWidget(button)
        foot.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.difference)
        scroll.setMinimumHeight(120)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addWidget(self.tree, 2)
        column.addWidget(self.words)
        column.addWidget(scroll, 1)
        column.addLayout(foot)

    @property
    def chosen(self) -> int | None:
        items = self.tree.selectedItems()
        return int(items[0].data(0, _ID)) if items else None

    def _fill(self) -> None:
        """The rows as the tree is now, what was chosen still chosen."""
        tree, chosen = self._ideas.tree, self.chosen
        self._is_filling = True
        self.tree.clear()
        rows: dict[int, QTreeWidgetItem] = {}
        for idea, _depth in tree.rows():
            row = _row(idea, is_here=idea.id == tree.at)
            row.setIcon(0, self._picture(idea))
            rows[idea.id] = row
            parent = rows.get(idea.parent)
            if parent is None:
                self.tree.addTopLevelItem(row)
            else:
                parent.addChild(row)
        self.tree.expandAll()
        self._is_filling = False
        again = rows.get(chosen if chosen is not None else tree.at)
        if again is not None:
            self.tree.setCurrentItem(again)
        self.nothing.setVisible(not rows)
        self._compare()

    def _picture(self, idea: Idea) -> QIcon:
        """All tracks of an idea in their colours, drawn once."""
        if idea.id not in self._pictures:
            dpr = self.devicePixelRatioF()
            picture = QPixmap(PICTURE * dpr)
            picture.setDevicePixelRatio(dpr)
            picture.fill(themes.current().colour("bg"))
            tracks = [track for track in idea.song.tracks if len(track.notes)]
            if tracks:
                place, span = QRectF(0, 2, PICTURE.width(), PICTURE.height() - 4), Span(0, idea.song.end_tick)
                pitches = pitch_range(np.concatenate([track.notes.rows for track in tracks]))
                with QPainter(picture) as painter:
                    for track in tracks:
                        colour = themes.current().track(track.colour)
                        paint_miniature(painter, track.notes.rows, place, span, colour, pitches=pitches)
            self._pictures[idea.id] = QIcon(picture)
            self._pictures[idea.id].addPixmap(picture, QIcon.Mode.Selected)
        return self._pictures[idea.id]

    def _compare(self) -> None:
        if self._is_filling:
            return
        chosen = self.chosen
        for button in (self.back, self.hear, self.star, self.prune):
            button.setEnabled(chosen is not None)
        comparison = None if chosen is None else self._ideas.compared(chosen)
        self.words.setText(
            "" if comparison is None else tr("From this idea to the song now: {comparison}", comparison=comparison.words())
        )
        self.difference.show_comparison(comparison)
        announce(self, self.words.text())

    def _name(self) -> None:
        if self._ideas.name(self.naming.text()) is not None:
            self.naming.clear()
            self.tree.clearSelection()
            self._fill()

    def _renamed(self, row: QTreeWidgetItem, column: int) -> None:
        if not self._is_filling and column == 0:
            self._ideas.rename(int(row.data(0, _ID)), row.text(0).removeprefix(HERE).removeprefix("★ "))

    def _go_back(self) -> None:
        self._with_chosen(self._ideas.go_back)

    def _hear(self) -> None:
        if self._ideas.is_hearing:
            self._ideas.end_hearing()
        else:
            self._with_chosen(self._ideas.hear)
        self.hear.setText(tr("Stop") if self._ideas.is_hearing else tr("Hear"))

    def _end(self) -> None:
        self._look.stop()
        for forget in self._forgets:
            forget()
        self._ideas.end_hearing()

    def _with_chosen(self, call: Callable[[int], object]) -> None:
        if self.chosen is not None:
            call(self.chosen)


def _row(idea: Idea, *, is_here: bool) -> QTreeWidgetItem:
    name = f"{HERE if is_here else ''}{'★ ' if idea.is_starred else ''}{idea.name}"
    row = QTreeWidgetItem([name, str(idea.song.note_count), _when(idea.made)])
    row.setData(0, _ID, idea.id)
    row.setFlags(row.flags() | Qt.ItemFlag.ItemIsEditable)
    return row


def _when(made: str) -> str:
    try:
        return datetime.fromisoformat(made).strftime("%d %b %H:%M")
    except ValueError:
        return made


def _button(words: str, call: Callable[[], object]) -> QPushButton:
    made = QPushButton(words)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: call())
    return made

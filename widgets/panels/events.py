"""The event list: every note with its values, to read, to choose and to type; what the roll shows, without the roll."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.edits import notes
from studio.session import Session
from studio.words import counted, mark, tr
from widgets.controls.announce import announce
from widgets.event_table import TITLES, EventTable
from widgets.panel import Panel

_Flag = QItemSelectionModel.SelectionFlag
MANY_ROWS = 200


class _Table(QTableView):
    """Qt tells screen readers of a changed selection by listing every cell of it, which takes seconds where notes are many."""

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """The count of what is chosen is announced by the list itself."""
        rows = sum(ranges.at(index).height() for ranges in (selected, deselected) for index in range(ranges.count()))
        if rows > MANY_ROWS:
            self.viewport().update()
        else:
            super().selectionChanged(selected, deselected)


class EventList(Panel):
    """Rows chosen here are selected in the roll and the other way round."""

    title, area = mark("Event list"), "centre"

    def build(self, session: Session) -> None:
        self.events = EventTable(session, self)
        self._is_linking = False
        self.only = QCheckBox(tr("Only the selected notes"))
        self.only.toggled.connect(self._turn)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.table = _Table()
        self.table.setModel(self.events)
        self.table.setAccessibleName(tr("Notes"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(False)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # To see whether a whole column is chosen Qt asks for every cell of it: the header looks at a selection that stays empty.
        self.table.horizontalHeader().setSelectionModel(QItemSelectionModel(self.events, self))
        self.table.horizontalHeader().setDefaultSectionSize(88)
        self.table.horizontalHeader().setSectionResizeMode(len(TITLES) - 1, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._choose())
        top = QHBoxLayout()
        top.addWidget(self.only)
        top.addStretch(1)
        top.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        self.listen(session.song_changed, lambda _before, _after: self._look())
        self.listen(session.selection_changed, self._look)
        self.listen(session.tray.changed, self._look)
        self._look()

    def delete_chosen(self) -> None:
        """Take the chosen notes out of the song."""
        chosen = self.session.selection.note_ids
        if chosen:
            self.session.do(notes.remove(chosen), frozenset())

    def _turn(self, only: bool) -> None:
        self.events.only_selected = only
        self._look()

    def _look(self) -> None:
        """Show the notes there are, and mark those that are selected."""
        if self._is_linking:
            return
        at = self.table.currentIndex()
        self._is_linking = True
        has_changed = self.events.look()
        selection = QItemSelection()
        rows = self.events.at_rows(self.session.selection.note_ids)
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            if len(run):
                first, last = self.events.index(int(run[0]), 0), self.events.index(int(run[-1]), len(TITLES) - 1)
                selection.select(first, last)
        self.table.selectionModel().select(selection, _Flag.ClearAndSelect)
        if has_changed and at.isValid() and at.row() < len(self.events.rows):
            again = self.events.index(at.row(), at.column())
            self.table.selectionModel().setCurrentIndex(again, _Flag.NoUpdate)
        elif len(rows) and not self.table.hasFocus():
            self.table.scrollTo(self.events.index(int(rows[0]), 0))
        self._is_linking = False
        total = len(self.events.rows)
        self.count.setText(counted(total, "{n} note, {count} selected", "{n} notes, {count} selected", count=len(rows)))

    def _choose(self) -> None:
        """The rows chosen here become the selection of the song; while only selected notes are shown they stay it."""
        if self._is_linking or self.events.only_selected:
            return
        chosen = [index.row() for index in self.table.selectionModel().selectedRows()]
        ids = frozenset(self.events.rows["id"][chosen].tolist())
        self._is_linking = True
        self.session.select(ids)
        self._is_linking = False
        total = len(self.events.rows)
        self.count.setText(counted(total, "{n} note, {count} selected", "{n} notes, {count} selected", count=len(ids)))
        announce(self.table, self.count.text())


class EventWindow(QDialog):
    """The list in a window beside the main one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Event list"))
        self.resize(700, 620)
        self.list = EventList(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.finished.connect(lambda _result: self.list.close())
        self.list.table.setFocus()
        # The main window's keys do not reach another window.
        for keys, call in (
            (QKeySequence.StandardKey.Undo, session.undo),
            (QKeySequence.StandardKey.Redo, session.redo),
            (QKeySequence.StandardKey.Delete, self.list.delete_chosen),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

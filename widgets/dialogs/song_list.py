"""Which song of a file that holds several: a list with its titles, searched by typing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from studio.words import counted, tr
from widgets.dialogs.frame import lay_out

WIDTH_PX, LIST_PX = 460, 320
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
Index = QModelIndex | QPersistentModelIndex


class _Titles(QAbstractListModel):
    """The titles in which every word of a search is found. Only those that are seen are asked for: books hold thousands."""

    def __init__(self, titles: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._titles, self._searched = titles, [title.casefold() for title in titles]
        self.shown: list[int] = list(range(len(titles)))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        return self._titles[self.shown[index.row()]] if role == Qt.ItemDataRole.DisplayRole else None

    def search(self, query: str) -> None:
        words = query.casefold().split()
        self.beginResetModel()
        self.shown = [at for at, title in enumerate(self._searched) if all(word in title for word in words)]
        self.endResetModel()


class SongList(QDialog):
    """`chosen` is the place of the song in the file; letters go into the search, the arrows move in the list."""

    def __init__(self, name: str, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Songs of {name}", name=name))
        self.search = QLineEdit(placeholderText=tr("Search the titles"))
        self.search.setAccessibleName(tr("Search the titles"))
        self.search.installEventFilter(self)
        self._titles = _Titles(titles, self)
        self.list = QListView()
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(2)
        self.list.setFixedHeight(LIST_PX)
        self.list.setAccessibleName(self.windowTitle())
        self.list.setModel(self._titles)
        self.list.doubleClicked.connect(lambda _index: self.accept())
        body = QFrame(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self.list)
        about = counted(len(titles), "«{name}» holds {n} song.", "«{name}» holds {n} songs. Which one?", name=name)
        lay_out(self, about, body, tr("Open"), WIDTH_PX)
        self.search.textChanged.connect(self._look)
        self._look("")
        self.search.setFocus()

    @property
    def chosen(self) -> int | None:
        """None where no title answers the search."""
        row = self.list.currentIndex().row()
        return self._titles.shown[row] if 0 <= row < len(self._titles.shown) else None

    def accept(self) -> None:
        if self.chosen is not None:
            super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                row = max(0, min(self._titles.rowCount() - 1, self.list.currentIndex().row() + step))
                self.list.setCurrentIndex(self._titles.index(row))
                return True
        return super().eventFilter(watched, event)

    def _look(self, query: str) -> None:
        self._titles.search(query)
        self.list.setCurrentIndex(self._titles.index(0))


def asked_song(name: str, titles: Sequence[str], parent: QWidget) -> int | None:
    """Ask; None when none is to be opened."""
    dialog = SongList(name, titles, parent)
    accepted = dialog.exec()
    chosen = dialog.chosen
    dialog.deleteLater()
    return chosen if accepted else None

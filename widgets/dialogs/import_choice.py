"""The sheet that asks what becomes of files that were dropped, pasted or chosen: a new project, tracks, a take ..."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QLabel, QRadioButton, QVBoxLayout, QWidget

from studio.song.notes import Rows
from studio.words import tr
from widgets.dialogs.frame import lay_out
from widgets.miniature import Miniature
from widgets.theme import STEP_PX

WIDTH_PX, PICTURE_PX = 460, 44
INDENT_PX = 24


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be made of the files. With a `reason` it cannot, just now; `by_tempo`: it asks whose tempo holds."""

    id: str
    title: str
    about: str
    reason: str = ""
    by_tempo: bool = False


@dataclass(frozen=True, slots=True)
class ImportQuestion:
    """What is asked. `usual` is the way proposed first; `tempo` says what would be taken over, empty where nothing differs."""

    title: str
    about: str
    ways: tuple[Way, ...]
    usual: str
    tempo: str = ""
    takes_tempo: bool = False
    picture: Rows | None = None


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    """A way, and whether tempo and meter of the file are taken over."""

    way: str
    takes_tempo: bool = False


class ImportSheet(QDialog):
    """The arrows choose, Return takes it, Escape leaves everything as it is."""

    def __init__(self, asked: ImportQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(asked.title)
        self._asked = asked
        self.picture = Miniature(self)
        self.picture.setFixedHeight(PICTURE_PX)
        if asked.picture is not None:
            self.picture.show_rows(asked.picture, track_colour=0)
        self.picture.setVisible(asked.picture is not None)
        self.choices = {way.id: self._choice(way) for way in asked.ways}
        body = QFrame(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.picture)
        for way, choice in zip(asked.ways, self.choices.values(), strict=True):
            column.addSpacing(2 * STEP_PX)
            column.addWidget(choice)
            column.addWidget(self._told(way))
        self.tempo = QCheckBox(asked.tempo)
        self.tempo.setChecked(asked.takes_tempo)
        self.tempo.setVisible(bool(asked.tempo))
        lay_out(self, asked.about, body, tr("Import"), WIDTH_PX, self.tempo)
        self.choices[self._first()].setChecked(True)
        self._follow()
        self.choices[self.way].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def way(self) -> str:
        """What is chosen."""
        return next(id_ for id_, choice in self.choices.items() if choice.isChecked())

    @property
    def answer(self) -> ImportAnswer:
        return ImportAnswer(self.way, self.tempo.isVisibleTo(self) and self.tempo.isEnabled() and self.tempo.isChecked())

    # Inside

    def _first(self) -> str:
        """The usual way where it can be gone, else the first that can."""
        usable = [way.id for way in self._asked.ways if not way.reason]
        return self._asked.usual if self._asked.usual in usable else usable[0]

    def _choice(self, way: Way) -> QRadioButton:
        choice = QRadioButton(way.title)
        choice.setEnabled(not way.reason)
        choice.setAccessibleDescription(way.reason or way.about)
        choice.toggled.connect(self._follow)
        return choice

    @staticmethod
    def _told(way: Way) -> QLabel:
        told = QLabel(way.reason or way.about)
        told.setProperty("role", "dim")
        told.setWordWrap(True)
        told.setIndent(INDENT_PX)
        return told

    def _follow(self) -> None:
        """The tempo is asked about only where the file comes into the song."""
        if hasattr(self, "tempo"):
            by_tempo = {way.id for way in self._asked.ways if way.by_tempo}
            self.tempo.setEnabled(any(choice.isChecked() for id_, choice in self.choices.items() if id_ in by_tempo))


def asked_way(asked: ImportQuestion, parent: QWidget) -> ImportAnswer | None:
    """Ask; None when everything is to stay as it is."""
    sheet = ImportSheet(asked, parent)
    accepted = sheet.exec()
    answer = sheet.answer
    sheet.deleteLater()
    return answer if accepted else None

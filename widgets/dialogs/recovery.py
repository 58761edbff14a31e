"""Recovery: what an earlier run left unsaved, with pictures; and earlier versions of a document. Nothing is deleted here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from studio.song.song import Song
from studio.words import counted, tr
from widgets.miniature import Miniature
from widgets.theme import STEP_PX

PICTURE_PX = 34
Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be had back: what it is called, what is known of it, and what can be done, each by a button.

    `look` is asked for its song and calls back with it, now or later; None for one that cannot be read.
    """

    title: str
    about: str
    acts: tuple[tuple[str, Act], ...]
    look: Callable[[Callable[[Song | None], object]], object]


class OffersDialog(QDialog):
    """A list of offers. It does not stand in the way: the window goes on, and it may be left and come back to."""

    def __init__(self, title: str, words: str, offers: Sequence[Offer], folder: Act, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(False)
        about = QLabel(words)
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2 * STEP_PX)
        self.rows = [self._row(offer) for offer in offers]
        for row in self.rows:
            rows.addWidget(row)
        rows.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(body)
        self.folder, self.later = QPushButton(tr("Open the folder")), QPushButton(tr("Later"))
        self.folder.clicked.connect(folder)
        self.later.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.folder)
        foot.addStretch(1)
        foot.addWidget(self.later)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(14)
        column.addWidget(about)
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        self.resize(620, min(560, 200 + 124 * max(1, len(offers))))
        first = next((button for row in self.rows for button in row.buttons), self.later)
        first.setDefault(True)
        first.setFocus()

    def _row(self, offer: Offer) -> OfferRow:
        row = OfferRow(offer, self)
        for button, (_, act) in zip(row.buttons, offer.acts, strict=True):
            button.clicked.connect(self._doing(act))
        return row

    def _doing(self, act: Act) -> Callable[[], None]:
        def do() -> None:
            self.accept()
            act()

        return do


class OfferRow(QFrame):
    """Title, what is known, a picture of the notes, and the buttons."""

    def __init__(self, offer: Offer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        title, about = QLabel(offer.title), QLabel(offer.about)
        title.setProperty("role", "strong")
        title.setTextFormat(Qt.TextFormat.PlainText)
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setProperty("role", "dim")
        about.setWordWrap(True)
        self.size_words = QLabel("")
        self.size_words.setProperty("role", "dim")
        self.picture = Miniature(self)
        self.picture.setFixedHeight(PICTURE_PX)
        self.buttons = [QPushButton(words) for words, _ in offer.acts]
        for button, (words, _) in zip(self.buttons, offer.acts, strict=True):
            button.setAccessibleName(f"{words}: {offer.title}")
        left, line = QVBoxLayout(), QHBoxLayout()
        for part in (title, self.picture, self.size_words, about):
            left.addWidget(part)
        line.addLayout(left, 1)
        for button in self.buttons:
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * STEP_PX, 2 * STEP_PX, 2 * STEP_PX, 2 * STEP_PX)
        whole.addLayout(line)
        offer.look(self._show)

    def _show(self, song: Song | None) -> None:
        if song is None or not isValid(self):  # the dialog may have been left before the song was read
            return
        rows = [track.notes.rows for track in song.tracks if len(track.notes)]
        bars, notes = counted(song.bar_count, "{n} bar", "{n} bars"), counted(song.note_count, "{n} note", "{n} notes")
        self.size_words.setText(f"{bars}, {notes}")
        if rows:
            self.picture.show_rows(np.concatenate(rows), track_colour=0)

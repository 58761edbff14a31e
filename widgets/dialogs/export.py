"""ExportDialog: what of the song, as what, to where; what the file will not hold is said before it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.knobs import KnobValue
from studio.words import tr
from widgets.controls.elided_label import ElidedLabel
from widgets.controls.switch import Switch
from widgets.dialogs.export_part import PartPanel
from widgets.dialogs.export_way import Way, WayPanel
from widgets.theme import STEP_PX

LOOK_MS = 40
"""After the last change; so that a drag over a slider does not wait for every value."""
PART_PX, SIZE_PX = 290, (900, 640)


@dataclass(frozen=True, slots=True)
class Begin:
    """What the dialog shows at first: parts by label, formats with what is remembered of them, the folder of last time."""

    scopes: tuple[str, ...]
    ways: Sequence[Way]
    way_id: str
    folder: Path
    kept: Mapping[str, Mapping[str, KnobValue]]
    is_marked: bool = True
    scope: int = 0


class ExportDialog(QDialog):
    """It decides nothing: `looked` asks whoever opened it to say what is chosen now, `folder_wanted` for another folder.

    Accepted, it has a part, a format with settings, a name and a folder.
    """

    scope_chosen = Signal(int)
    looked = Signal()
    folder_wanted = Signal()

    def __init__(self, begin: Begin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self.part = PartPanel(begin.scopes)
        self.part.setFixedWidth(PART_PX)
        self.ways = WayPanel(begin.ways, begin.kept)
        self.folder = begin.folder
        self._proposed = ""
        self.may_go: Callable[[], bool] = lambda: True
        """Asked before it is accepted."""
        self.losses = QLabel()
        self.losses.setProperty("role", "muted")
        self.losses.setWordWrap(True)
        self.losses.setTextFormat(Qt.TextFormat.PlainText)
        self.short = QFrame()
        self.short_words, self.short_button = QLabel(), QPushButton(tr("One file per track"))
        self.short_words.setProperty("role", "warn")
        self.short_words.setWordWrap(True)
        self.short_button.setAutoDefault(False)
        self.marked = Switch(tr("Say that models helped"))
        self.marked.setChecked(begin.is_marked)
        self.marked.setToolTip(
            tr("A line in the file that names the models, and the origin of each note in a small file beside it.")
        )
        self.models = QLabel()
        self.models.setProperty("role", "label")
        self.models.setWordWrap(True)
        self.name = QLineEdit()
        self.suffix_words = QLabel()
        self.suffix_words.setProperty("role", "muted")
        self.folder_words = ElidedLabel(80)
        self.folder_words.setProperty("role", "muted")
        self.choose_folder = QPushButton(tr("Folder..."))
        self.choose_folder.setAutoDefault(False)
        self.problem = QLabel()
        self.problem.setProperty("role", "warn")
        self.problem.setWordWrap(True)
        self.cancel, self.go = QPushButton(tr("Cancel")), QPushButton(tr("Export"))
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self._lay_out()
        self._later = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._later.timeout.connect(self.looked)
        self._wire()
        for first, then in pairwise((self.name, self.choose_folder, self.marked, self.cancel, self.go)):
            QDialog.setTabOrder(first, then)
        self.part.scope.setCurrentIndex(begin.scope)
        self.ways.choose(begin.way_id)
        self.show_folder(begin.folder)
        self.resize(*SIZE_PX)
        self.ways.list.setFocus()

    # What is said

    def show_losses(self, sentences: Sequence[str]) -> None:
        """What this song loses in this format."""
        words = " ".join(sentences) if sentences else tr("Nothing.")
        self.losses.setText(words)
        self.go.setAccessibleDescription(words)

    def show_short(self, words: str) -> None:
        """The tracks want more channels than there are: offer a file for each. Empty: they do not."""
        self.short_words.setText(words)
        self.short.setVisible(bool(words))

    def show_models(self, words: str) -> None:
        """Which models gave notes to what is chosen."""
        self.models.setText(words)
        self.marked.setAccessibleDescription(words)

    def propose(self, name: str) -> None:
        """A name for the file; one that was typed stays."""
        if self.name.text() in ("", self._proposed):
            self.name.setText(name)
        self._proposed = name
        self.suffix_words.setText(tr("(a folder)") if self.ways.is_separate else self.ways.suffix)

    def show_folder(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.folder_words.setText(str(self.folder))

    def refuse(self, reason: str) -> None:
        """Say why this cannot be exported; an empty reason: it can."""
        self.problem.setText(reason)
        self.problem.setVisible(bool(reason))
        self.go.setEnabled(not reason)

    @property
    def target(self) -> Path:
        """The file, or the folder when each track is one; a suffix that was typed is not written twice."""
        name = self.name.text().strip() or self._proposed
        if self.ways.is_separate:
            return self.folder / name
        typed = Path(name).suffix.lower()
        return self.folder / (name if typed in self.ways.way.suffixes else name + self.ways.suffix)

    def accept(self) -> None:
        """Go, where nothing speaks against it and whoever opened it agrees."""
        self.look()
        if self.go.isEnabled() and self.may_go():
            super().accept()

    def look(self) -> None:
        """At once, not when the timer fires."""
        self._later.stop()
        self.looked.emit()

    # Inside

    def _lay_out(self) -> None:
        inside = QHBoxLayout(self.short)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.short_words, 1)
        inside.addWidget(self.short_button)
        self.short.hide()
        self.problem.hide()
        above = QHBoxLayout()
        above.setSpacing(6 * STEP_PX)
        above.addWidget(self.part)
        above.addWidget(self.ways, 1)
        lost, name, folder = (QLabel(words) for words in (tr("What is lost"), tr("Name"), tr("Folder")))
        name.setBuddy(self.name)
        self.name.setAccessibleName(tr("Name of the file"))
        self.choose_folder.setAccessibleName(tr("Choose a folder"))
        below = QGridLayout()
        below.setHorizontalSpacing(3 * STEP_PX)
        below.setVerticalSpacing(2 * STEP_PX)
        for row, (label, widget) in enumerate(((lost, self.losses), (name, self.name), (folder, self.folder_words))):
            label.setAlignment(Qt.AlignmentFlag.AlignTop if row == 0 else Qt.AlignmentFlag.AlignVCenter)
            below.addWidget(label, row, 0)
            below.addWidget(widget, row, 1, 1, 2 if row == 0 else 1)
        below.addWidget(self.suffix_words, 1, 2)
        below.addWidget(self.choose_folder, 2, 2)
        below.setColumnStretch(1, 1)
        marks = QVBoxLayout()
        marks.setSpacing(0)
        marks.addWidget(self.marked)
        marks.addWidget(self.models)
        foot = QHBoxLayout()
        foot.addWidget(self.problem, 1)
        foot.addStretch(0)
        foot.addWidget(self.cancel)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(3 * STEP_PX)
        column.addLayout(above, 1)
        column.addWidget(self.short)
        column.addLayout(below)
        column.addLayout(marks)
        column.addLayout(foot)

    def _wire(self) -> None:
        self.part.scope_chosen.connect(self.scope_chosen)
        self.part.scope_chosen.connect(self._later.start)
        self.part.tracks_chosen.connect(self._later.start)
        self.ways.way_chosen.connect(self._later.start)
        self.ways.turned.connect(self._later.start)
        self.ways.refused.connect(self.refuse)
        self.short_button.clicked.connect(lambda: self.ways.separate(True))
        self.choose_folder.clicked.connect(self.folder_wanted)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)

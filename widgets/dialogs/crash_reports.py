"""Crash reports, the newest first: to read before one copies or saves any of them. They are sent nowhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from studio.words import mark, tr
from widgets.dialogs.sheet import Sheet

ABOUT = mark(
    "What is known of errors and sudden ends: versions, where the program stood, and the names of the last edits. It holds no "
    "notes, stays on this machine and is sent nowhere."
)


class CrashReportsDialog(Sheet):
    """`listed` holds what each report is called; `read` gives its text."""

    def __init__(
        self, listed: Sequence[str], read: Callable[[int], str], show_folder: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        self.which = QComboBox()
        self.which.addItems(list(listed))
        self.which.setAccessibleName(tr("Which report"))
        super().__init__(tr("Crash reports"), tr(ABOUT), read(0), parent, self.which)
        self._read = read
        self.which.currentIndexChanged.connect(self._show)
        self.folder = QPushButton(tr("Show in folder"))
        self.folder.clicked.connect(show_folder)
        self.foot.insertWidget(2, self.folder)

    def _show(self, index: int) -> None:
        self.sheet.setPlainText(self._read(index))
        self.copy.setText(tr("Copy"))

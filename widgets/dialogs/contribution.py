"""The contribution sheet, to read, to copy, to save."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.words import mark, tr

ABOUT = mark("Who made the notes of this song. It is counted from the notes themselves and sent nowhere.")


class ContributionDialog(QDialog):
    """`save_wanted(text)` when the sheet is to become a file."""

    save_wanted = Signal(str)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Contribution sheet"))
        self.resize(760, 460)
        about = QLabel(tr(ABOUT))
        about.setProperty("role", "muted")
        self.sheet = QPlainTextEdit(text)
        self.sheet.setReadOnly(True)
        self.sheet.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.sheet.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.sheet.setAccessibleName(tr("Contribution sheet"))
        self.copy, self.save, close = QPushButton(tr("Copy")), QPushButton(tr("Save...")), QPushButton(tr("Close"))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(lambda: self.save_wanted.emit(text))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        for button in (self.copy, self.save):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addWidget(self.sheet, 1)
        column.addLayout(foot)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.sheet.toPlainText())
        self.copy.setText(tr("Copied"))

"""A sheet: text to read, to copy, to save, with a line about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.words import tr


class Sheet(QDialog):
    """`save_wanted(text)` when it is to become a file. `above` stands between the line about it and the text."""

    save_wanted = Signal(str)

    def __init__(self, title: str, about: str, text: str, parent: QWidget | None = None, above: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(760, 460)
        words = QLabel(about)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.sheet = QPlainTextEdit(text)
        self.sheet.setReadOnly(True)
        self.sheet.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.sheet.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.sheet.setAccessibleName(title)
        self.copy, self.save, close = QPushButton(tr("Copy")), QPushButton(tr("Save...")), QPushButton(tr("Close"))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.sheet.toPlainText()))
        close.clicked.connect(self.accept)
        self.foot = QHBoxLayout()
        for button in (self.copy, self.save):
            self.foot.addWidget(button)
        self.foot.addStretch(1)
        self.foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(12)
        column.addWidget(words)
        if above is not None:
            column.addWidget(above)
        column.addWidget(self.sheet, 1)
        column.addLayout(self.foot)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.sheet.toPlainText())
        self.copy.setText(tr("Copied"))

"""Where the selected notes come from: a sentence for each take, and the way to ask for it again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.generation.origin_words import Told
from studio.song.origin import Origin
from studio.words import mark, tr
from widgets.controls.fitting_scroll import FittingScroll

ABOUT = mark("What the project remembers of these notes.")


class OriginDialog(QDialog):
    """`repeat_wanted(origin, more)`: the request of a take again with its own seed, or (more) with the next one."""

    repeat_wanted = Signal(object, bool)

    def __init__(self, told: Sequence[Told], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Where these notes come from"))
        self.setMinimumWidth(480)
        about = QLabel(tr(ABOUT))
        about.setProperty("role", "muted")
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        for each in told:
            rows.addWidget(self._row(each))
        rows.addStretch(1)
        copy, close = QPushButton(tr("Copy")), QPushButton(tr("Close"))
        close.setDefault(True)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText("\n".join(each.sentence for each in told)))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(copy)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addWidget(FittingScroll(body, least_px=90), 1)
        column.addLayout(foot)

    def _row(self, told: Told) -> QWidget:
        row = QFrame()
        inside = QVBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 6)
        inside.setSpacing(6)
        words = QLabel(told.sentence)
        words.setWordWrap(True)
        inside.addWidget(words)
        if told.origin is not None:
            inside.addLayout(self._buttons(told.origin))
        return row

    def _buttons(self, origin: Origin) -> QHBoxLayout:
        again, more = QPushButton(tr("Repeat exactly")), QPushButton(tr("More like this"))
        again.setToolTip(tr("The same request and seed: the same notes, as long as what was heard then is still the same"))
        more.setToolTip(tr("The same request with the next seed"))
        buttons = QHBoxLayout()
        for button, is_more in ((again, False), (more, True)):
            button.clicked.connect(lambda _checked=False, is_more=is_more: self._repeat(origin, is_more))
            buttons.addWidget(button)
        buttons.addStretch(1)
        return buttons

    def _repeat(self, origin: Origin, is_more: bool) -> None:
        self.accept()
        self.repeat_wanted.emit(origin, is_more)

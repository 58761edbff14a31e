"""Choices: a box that opens a list, and a few words side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from studio.words import tr
from widgets import theme
from widgets.controls.pressable import Pressable, paint_focus, paint_ground
from widgets.theme import BUTTON_RADIUS_PX, TARGET_PX


class ChoiceBox(QComboBox):
    """A combo box with a mark that says so; it leaves the wheel to the panel that scrolls under it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setPen(theme.current().colour("muted"))
            painter.setFont(theme.font(theme.TEXT_PX - 1))
            room = QRectF(self.rect()).adjusted(0, 0, -8, 0)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), "▾")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Segment(Pressable):
    """One word of Segments."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)
        self.setFont(theme.font(theme.TEXT_PX - 1))

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 20, TARGET_PX + 2)

    def nextCheckState(self) -> None:
        self.setChecked(True)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        if self.isChecked():
            paint_ground(painter, rect, tokens.colour("accent"), None, BUTTON_RADIUS_PX)
        elif self.is_hovered:
            paint_ground(painter, rect, tokens.colour("line"), None, BUTTON_RADIUS_PX)
        painter.setPen(tokens.colour("on_accent" if self.isChecked() else "muted"))
        painter.setFont(self.font())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.hasFocus():
            paint_focus(painter, rect, BUTTON_RADIUS_PX)


class Segments(QWidget):
    """A few short words of which one holds; Left and Right walk them. They are shown in the user's language."""

    changed = Signal(str)

    def __init__(self, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._words = tuple(words)
        self.segments = [_Segment(tr(word)) for word in words]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for segment in self.segments:
            row.addWidget(segment)
            segment.clicked.connect(self._pressed)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        for word, segment in zip(self._words, self.segments, strict=True):
            segment.setChecked(word == text)
            # One stop for Tab: the word that holds.
            segment.setFocusPolicy(Qt.FocusPolicy.TabFocus if segment.isChecked() else Qt.FocusPolicy.NoFocus)
        self.changed.emit(text)

    def set_words(self, name: str, description: str) -> None:
        """What a screen reader says of each word."""
        self.setAccessibleName(name)
        for segment in self.segments:
            segment.setAccessibleName(f"{name}: {segment.text()}")
            segment.setAccessibleDescription(description)
            segment.setToolTip(description)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        at = next((index for index, segment in enumerate(self.segments) if segment.isChecked()), 0)
        target = self.segments[min(len(self.segments) - 1, max(0, at + step))]
        self.set_text(self._words[self.segments.index(target)])
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, _Segment):
            self.set_text(self._words[self.segments.index(sender)])

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_ground(painter, QRectF(self.rect()), theme.current().colour("raised"), None, BUTTON_RADIUS_PX + 1)

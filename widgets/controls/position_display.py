"""Where the playhead is, in bars, beats and ticks, or in minutes and seconds; a click changes between them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.song.timeline import Timeline
from studio.words import tr
from widgets import theme
from widgets.theme import CARD_RADIUS_PX


class PositionDisplay(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._shows_seconds = False
        self._timeline = Timeline()
        self._tick = 0
        self.setFixedSize(self.sizeHint())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tr("Position: bar, beat and tick. Click for minutes and seconds"))
        self.show_position(self._timeline, 0)

    def sizeHint(self) -> QSize:
        return QSize(150, 32)

    def show_position(self, timeline: Timeline, tick: int) -> None:
        self._timeline, self._tick = timeline, tick
        text = position_words(timeline, tick, self._shows_seconds)
        if text != self.text:
            self.text = text
            self.setAccessibleName(tr("Position {words}", words=text))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._shows_seconds = not self._shows_seconds
        self.show_position(self._timeline, self._tick)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.colour("line"), 1))
            painter.setBrush(tokens.colour("bg"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS_PX - 1, CARD_RADIUS_PX - 1)
            painter.setPen(tokens.colour("text"))
            painter.setFont(theme.mono(16))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)


def position_words(timeline: Timeline, tick: int, as_seconds: bool = False) -> str:
    """Such as "7 . 2 . 240", or "1:23.45"."""
    if as_seconds:
        seconds = float(timeline.seconds_at(tick))
        return f"{int(seconds // 60)}:{seconds % 60:05.2f}"
    at = timeline.position(tick)
    return f"{at.bar} . {at.beat} . {at.tick:03d}"

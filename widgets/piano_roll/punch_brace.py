"""PunchBrace: the range that is recorded, red under the loop's brace; its ends and its middle can be dragged."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.recording.recorder import Recorder
from studio.song.ticks import Span
from studio.words import tr
from widgets import theme as themes
from widgets.piano_roll.intents import Keys
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import aligned, scale_of

TOP_PX, HEIGHT_PX = 5, 7
BRACE_PX = 4
REACH_PX = 5
"""So far beyond its ends the hand still finds them."""
HANDLE_PX = 6.0
Grip = Literal["start", "end", "body"]


class PunchBrace(QWidget):
    """Stands on the ruler, as wide as the range: everywhere else the ruler has the mouse."""

    def __init__(self, state: RollState, recorder: Recorder, ruler: QWidget) -> None:
        super().__init__(ruler)
        self._ruler = ruler
        self.state, self._recorder = state, recorder
        self._grip: Grip | None = None
        self._pressed_tick = 0.0
        self._dragged: Span | None = None
        self.setMouseTracking(True)
        self.setToolTip(tr("What is recorded: drag its ends or its middle, double-click to be rid of it (Shift+P)"))
        self.setAccessibleName(tr("Punch range"))
        ruler.installEventFilter(self)
        recorder.changed.listen(self._place)
        state.viewport_changed.listen(self._place)
        self._place()

    @property
    def span(self) -> Span | None:
        return self._dragged or self._recorder.punch

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        is_on = self._recorder.punches or self._dragged is not None
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("warn", 0.95 if is_on else 0.4))
            painter.drawRoundedRect(QRectF(REACH_PX, 1, max(2, self.width() - 2 * REACH_PX), BRACE_PX), 2, 2)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._recorder.punch is not None:
            self._grip = self._grip_at(event.position().x())
            self._pressed_tick = self._tick(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            is_end = self._grip_at(event.position().x()) != "body"
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.OpenHandCursor)
            return
        self._dragged = self._dragged_to(event)
        self._place()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        span, self._dragged, self._grip = self._dragged, None, None
        if span is not None:
            self._recorder.set_punch(span)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self._recorder.set_punch(None)

    # Inside

    def _grip_at(self, x: float) -> Grip:
        if self.width() - REACH_PX - x <= HANDLE_PX:
            return "end"
        return "start" if x - REACH_PX <= HANDLE_PX else "body"

    def _tick(self, event: QMouseEvent) -> float:
        return aligned(self.state.viewport).tick_at(event.position().x() + self.x())

    def _dragged_to(self, event: QMouseEvent) -> Span:
        state, punch, to_tick = self.state, self._recorder.punch, self._tick(event)
        assert punch is not None
        bypass = Keys.of(event.modifiers()).bypass
        step = max(1, state.grid_at(punch.start_tick))
        if self._grip == "start":
            return Span(max(0, min(state.snapped(to_tick, bypass), punch.end_tick - step)), punch.end_tick)
        if self._grip == "end":
            return Span(punch.start_tick, max(state.snapped(to_tick, bypass), punch.start_tick + step))
        by = state.snapped_move(punch.start_tick, to_tick - self._pressed_tick, bypass)
        return punch.moved(max(by, -punch.start_tick))

    def _place(self) -> None:
        span = self.span
        self.setVisible(span is not None)
        if span is None:
            return
        scale = scale_of(self.state.viewport)
        left, right = round(scale.x_of(span.start_tick)), round(scale.x_of(span.end_tick))
        left, right = max(left, -1000), min(right, self._ruler.width() + 1000)
        self.setGeometry(left - REACH_PX, TOP_PX, max(2, right - left) + 2 * REACH_PX, HEIGHT_PX)
        self.update()

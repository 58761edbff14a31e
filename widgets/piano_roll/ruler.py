"""Ruler: bar numbers; the loop brace in its upper part, bar selection in its lower part; a click moves the playhead."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from studio.song.ticks import Span
from widgets import theme as themes
from widgets.piano_roll.backdrop import bar_step, bars_seen
from widgets.piano_roll.ghosts import paint_triangle
from widgets.piano_roll.intents import Intents, Keys
from widgets.piano_roll.marks import paint_padlocks
from widgets.piano_roll.notes import notes_within
from widgets.piano_roll.shapes import Scale, Sheet
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import aligned, scale_of
from widgets.piano_roll.wheel import wheeled

RULER_PX = 28
LOOP_PX = 11
BRACE_PX = 4
HANDLE_PX = 6.0
LEAST_NUMBER_PX = 34.0
Grip = Literal["new", "start", "end", "body", "bars"]


class Ruler(QWidget):
    """A timeline header over the canvas, sharing its viewport."""

    def __init__(self, state: RollState, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.intents = state, intents
        self._grip: Grip | None = None
        self._pressed = QPointF()
        self._is_drag = False
        self._span: Span | None = None
        self.setFixedHeight(RULER_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Bar ruler"))
        self.setToolTip(self.tr("Click: move the playhead. Drag below: select bars. Drag above: set the loop."))
        state.viewport_changed.listen(self.update)
        state.shown_changed.listen(self.update)
        state.playhead_moved.listen(self._playhead_moved)

    def sizeHint(self) -> QSize:
        return QSize(400, RULER_PX)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, state = themes.current(), self.state
        with QPainter(self) as painter:
            scale = scale_of(state.viewport)
            painter.fillRect(event.rect(), theme.colour("panel"))
            bars = self._span if self._grip == "bars" else state.region
            if bars is not None:
                left, right = scale.x_of(bars.start_tick), scale.x_of(bars.end_tick)
                painter.fillRect(QRectF(left, LOOP_PX, right - left, RULER_PX - LOOP_PX), theme.colour("proposed", 0.22))
            if state.track is not None:
                strip = QRectF(0, LOOP_PX, self.width(), RULER_PX - LOOP_PX - 1)
                paint_padlocks(Sheet(painter, scale, strip, theme), state.track, state.viewport.span)
            self._paint_numbers(painter, scale)
            loop = self._span if self._grip not in (None, "bars") else state.loop
            if loop is not None:
                left, right = scale.x_of(loop.start_tick), scale.x_of(loop.end_tick)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent", 0.95 if state.loop_is_on else 0.45))
                painter.drawRoundedRect(QRectF(left, 1, max(2.0, right - left), BRACE_PX), 2, 2)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.fillRect(0, RULER_PX - 1, self.width(), 1, theme.colour("line"))
            paint_triangle(painter, scale.x_of(state.playhead_tick), RULER_PX - 2, theme)

    def _paint_numbers(self, painter: QPainter, scale: Scale) -> None:
        theme, timeline = themes.current(), self.state.song.timeline
        span = self.state.viewport.span
        step = bar_step(timeline, span.start_tick, scale.ticks_per_px, LEAST_NUMBER_PX)
        painter.setFont(themes.font(themes.LABEL_PX))
        ink, line = theme.colour("muted"), theme.colour("line_strong")
        for bar, tick in bars_seen(timeline, span, step):
            x = scale.crisp_x(tick)
            painter.fillRect(QRectF(x, 8, scale.hair_px, RULER_PX - 8), line)
            painter.setPen(ink)
            painter.drawText(QRectF(x + 7, LOOP_PX - 3, 60, RULER_PX - LOOP_PX), Qt.AlignmentFlag.AlignVCenter, str(bar))

    def _playhead_moved(self, from_tick: int, to_tick: int) -> None:
        scale = scale_of(self.state.viewport)
        for tick in (from_tick, to_tick):
            self.update(round(scale.x_of(tick)) - 8, 0, 18, RULER_PX)

    # The mouse

    def _tick(self, event: QMouseEvent) -> float:
        return aligned(self.state.viewport).tick_at(event.position().x())

    def _grip_at(self, position: QPointF) -> Grip:
        if position.y() >= LOOP_PX:
            return "bars"
        loop = self.state.loop
        if loop is None:
            return "new"
        scale = scale_of(self.state.viewport)
        left, right = scale.x_of(loop.start_tick), scale.x_of(loop.end_tick)
        if abs(position.x() - right) <= HANDLE_PX:
            return "end"
        if abs(position.x() - left) <= HANDLE_PX:
            return "start"
        return "body" if left < position.x() < right else "new"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed, self._is_drag = event.position(), False
        self._grip = self._grip_at(event.position())
        self._span = self.state.region if self._grip == "bars" else self.state.loop

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            self._show_cursor(self._grip_at(event.position()))
            return
        by = (event.position() - self._pressed).manhattanLength()
        self._is_drag = self._is_drag or by >= QApplication.styleHints().startDragDistance()
        if self._is_drag:
            self._span = self._dragged_to(event)
            self.update()

    def _dragged_to(self, event: QMouseEvent) -> Span:
        state, keys = self.state, Keys.of(event.modifiers())
        from_tick = aligned(state.viewport).tick_at(self._pressed.x())
        to_tick = self._tick(event)
        if self._grip == "bars":
            first, last = sorted((max(0, int(from_tick)), max(0, int(to_tick))))
            return state.song.timeline.whole_bars(Span(first, last + 1))
        loop = state.loop
        if self._grip == "new" or loop is None:
            left, right = sorted((from_tick, to_tick))
            return self._held(state.snapped_below(left, keys.bypass), state.snapped(right, keys.bypass))
        if self._grip == "start":
            return self._held(min(state.snapped(to_tick, keys.bypass), loop.end_tick - 1), loop.end_tick, keep_end=True)
        if self._grip == "end":
            return self._held(loop.start_tick, state.snapped(to_tick, keys.bypass))
        by = state.snapped_move(loop.start_tick, to_tick - from_tick, keys.bypass)
        return loop.moved(max(by, -loop.start_tick))

    def _held(self, start_tick: int, end_tick: int, keep_end: bool = False) -> Span:
        """A loop of one grid step at least: a loop of nothing cannot be made."""
        step = max(1, self.state.grid_at(start_tick))
        if keep_end:
            return Span(max(0, min(start_tick, end_tick - step)), end_tick)
        return Span(start_tick, max(end_tick, start_tick + step))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._grip is None:
            return
        grip, self._grip = self._grip, None
        span, self._span = self._span, None
        keys = Keys.of(event.modifiers())
        if not self._is_drag:
            self.intents.sought.emit(self.state.snapped(self._tick(event), keys.bypass))
        elif grip == "bars" and keys.toggle and span is not None:
            shown = self.state.song.tracks if keys.extend else (self.state.track,)
            found = [notes_within(track.notes, span, 0, 127) for track in shown if track is not None]
            self.intents.selected.emit(frozenset[int]().union(*found))
        elif grip == "bars":
            self.intents.bars_selected.emit(span)
        else:
            self.intents.looped.emit(span)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the brace: no loop any more. On a bar: that bar is selected."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        grip = self._grip_at(event.position())
        if grip == "body":
            self.intents.looped.emit(None)
        elif grip == "bars":
            timeline = self.state.song.timeline
            self.intents.bars_selected.emit(timeline.bar_span(timeline.bar_of(max(0, int(self._tick(event))))))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.state.look(wheeled(self.state.viewport, event))
        self.intents.scrolled.emit(0.0)
        event.accept()

    def _show_cursor(self, grip: Grip) -> None:
        shapes = Qt.CursorShape
        cursors = {"start": shapes.SizeHorCursor, "end": shapes.SizeHorCursor, "body": shapes.OpenHandCursor}
        self.setCursor(cursors.get(grip, shapes.ArrowCursor))

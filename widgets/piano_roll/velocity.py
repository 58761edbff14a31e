"""Velocity lane: a stem for each note under the roll, dragged or drawn over; it shares the time axis.

A drag on a head moves the chosen heads by the same amount, with Alt by the same share. Elsewhere a drag draws; Shift draws a
straight line, Shift and Alt a curve that changes late.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.edits.proposals import FIRST_ID
from studio.edits.velocities import curved
from studio.song.notes import Rows, notes_of
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.piano_roll.ghosts import paint_playhead
from widgets.piano_roll.intents import Intents, Keys, is_escape_override
from widgets.piano_roll.lane import Lane
from widgets.piano_roll.shapes import Sheet, draw
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import aligned, scale_of
from widgets.piano_roll.wheel import wheeled
from widgets.still import Still

LANE_PX = 96
TOP_PX, BOTTOM_PX = 12.0, 2.0
DOT_PX = 3.5
STEM_PX = 2.0
GRASP_PX = 8.0
CURVE = 0.5
"""How late a curve drawn with Shift and Alt changes; see studio.edits.velocities.curved."""
DOTS_LIMIT = 900

Floats = NDArray[np.float64]


class VelocityLane(Lane):
    """Stems of the track in front; violet ones belong to the proposed take and cannot be dragged."""

    def __init__(self, state: RollState, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.intents = intents
        self._changed: dict[int, int] = {}
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._grasped: dict[int, int] | None = None
        self._still = Still(self, self._paint_still)
        self.settle(self.tr("Velocity lane"), LANE_PX)
        self.setToolTip(
            self.tr("Drag a head: louder or softer (Alt: by share). Drag beside: draw (Shift: line, with Alt: curve).")
        )

    # Velocity and height

    def y_of(self, velocity: Floats) -> Floats:
        """The height of a velocity, or of an array of them."""
        return self.height() - BOTTOM_PX - (self.height() - TOP_PX - BOTTOM_PX) * velocity / 127

    def velocity_at(self, y: float) -> int:
        share = (self.height() - BOTTOM_PX - y) / (self.height() - TOP_PX - BOTTOM_PX)
        return max(1, min(127, round(share * 127)))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still.picture(self.state.stamp, self.state.viewport, tuple(self._changed.items())))
            scale, theme = scale_of(self.state.viewport), themes.current()
            paint_playhead(painter, scale.x_of(self.state.playhead_tick), self.height(), theme)
            if self._changed and self._pressed is not None:
                self._paint_value(painter)

    def _paint_still(self, pixmap: QPixmap) -> None:
        state, theme = self.state, themes.current()
        with QPainter(pixmap) as painter:
            sheet = self.ground(painter)
            region = state.take.span if state.take is not None else state.region
            if region is not None:
                left, right = sheet.scale.x_of(region.start_tick), sheet.scale.x_of(region.end_tick)
                painter.fillRect(QRectF(left, 0, right - left, self.height()), theme.colour("proposed", 0.05))
            painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
            track = state.track
            if track is not None:
                self._paint_stems(sheet, theme.track(track.colour))

    def _paint_stems(self, sheet: Sheet, colour: QColor) -> None:
        state, theme = self.state, sheet.theme
        rows = self._with_changes(state.notes.starting_in(state.viewport.span))
        proposed = rows["id"] >= FIRST_ID
        selected = state.is_selected(rows)
        dim = QColor(colour)
        dim.setAlphaF(0.35)
        dimmed = bool(selected.any())
        self._stems(sheet, rows[~selected & ~proposed], dim if dimmed else colour)
        self._stems(sheet, rows[selected & ~proposed], colour, theme.colour("text"))
        self._stems(sheet, rows[proposed & ~selected], theme.colour("proposed"))
        self._stems(sheet, rows[proposed & selected], theme.colour("proposed"), theme.colour("text"))

    def _stems(self, sheet: Sheet, rows: Rows, colour: QColor, dot: QColor | None = None) -> None:
        if not len(rows):
            return
        painter, scale = sheet.painter, sheet.scale
        x = scale.crisp(rows["start"] / scale.ticks_per_px - scale.left_px)
        velocity = rows["velocity"].astype(float)
        if len(rows) > 4 * self.width():
            x, velocity = _loudest_per_pixel(x, velocity, self.width())
        top = self.y_of(velocity)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        draw(painter, np.column_stack((x, top, np.full(len(x), STEM_PX), self.height() - BOTTOM_PX - top)))
        painter.setBrush(dot or colour)
        if len(x) > DOTS_LIMIT:
            draw(painter, np.column_stack((x - 1, top - 1, np.full(len(x), 4.0), np.full(len(x), 3.0))))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for at, height in zip(x.tolist(), top.tolist(), strict=True):
            painter.drawEllipse(QPointF(at + STEM_PX / 2, height), DOT_PX, DOT_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _with_changes(self, rows: Rows) -> Rows:
        if not self._changed:
            return rows
        shown = rows.copy()
        shown["velocity"] = [self._changed.get(i, v) for i, v in zip(rows["id"].tolist(), rows["velocity"].tolist(), strict=True)]
        return shown

    def _paint_value(self, painter: QPainter) -> None:
        """The velocity under the hand, as a number beside it."""
        theme = themes.current()
        painter.setFont(themes.mono(themes.LABEL_PX))
        text = str(self.velocity_at(self._last.y()))
        x = min(self._last.x() + 12, self.width() - 34)
        box = QRectF(x, max(2.0, self._last.y() - 9), 30, 18)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # The mouse

    def _editable(self, span: Span) -> Rows:
        """Rows that may be changed here: the selected ones when there are any, never locked ones."""
        rows = self.state.notes.starting_in(span)
        free = ~self.state.locked(rows)
        if len(self.state.selected_rows()):
            free &= self.state.is_selected(rows)
        editable: Rows = rows[free]
        return editable

    def _near(self, position: QPointF) -> Rows:
        view = aligned(self.state.viewport)
        reach = GRASP_PX * view.ticks_per_px
        tick = view.tick_at(position.x())
        span = Span(max(0, int(tick - reach)), max(0, int(tick + reach) + 1))
        rows = self._editable(span)
        if not len(rows):
            return rows
        away_x = np.abs(rows["start"] - tick) / view.ticks_per_px
        away_y = np.abs(self.y_of(rows["velocity"].astype(float)) - position.y())
        away = np.maximum(away_x, away_y)
        nearest_first = np.argsort(away, kind="stable")[: int((away <= GRASP_PX).sum())]
        near: Rows = rows[nearest_first]
        return near

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = self._last = event.position()
        self._changed, self._grasped = {}, None
        near = self._near(event.position())
        if len(near):
            first = next(notes_of(near[:1]))
            rows = self.state.selected_rows() if first.id in self.state.selected else near[near["start"] == first.start_tick]
            rows = rows[~self.state.locked(rows)]
            self._grasped = dict(zip(rows["id"].tolist(), rows["velocity"].tolist(), strict=True))
            self.intents.sounded.emit(first.pitch, first.velocity)
        else:
            self._draw_between(event.position(), event.position())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            near = len(self._near(event.position())) > 0
            self.setCursor(Qt.CursorShape.SizeVerCursor if near else Qt.CursorShape.CrossCursor)
            return
        keys = Keys.of(event.modifiers())
        if self._grasped is not None:
            first, now = self.velocity_at(self._pressed.y()), self.velocity_at(event.position().y())
            self._changed = _dragged(self._grasped, first, now, by_share=keys.bypass) if now != first else {}
        elif keys.extend:
            self._changed = {}
            self._draw_between(self._pressed, event.position(), CURVE if keys.bypass else 0.0)
        else:
            self._draw_between(self._last, event.position())
        self._last = event.position()
        self.update()

    def _draw_between(self, from_: QPointF, to: QPointF, bend: float = 0.0) -> None:
        """Velocities along a line (or a curve from where it began), for the stems between its ends, a hand's breadth at least."""
        view = aligned(self.state.viewport)
        left, right = sorted((from_, to), key=lambda point: point.x())
        span = Span(max(0, int(view.tick_at(left.x() - 3))), max(0, int(view.tick_at(right.x() + 3)) + 1))
        width = max(1e-9, right.x() - left.x())
        for note in notes_of(self._editable(span)):
            share = min(1.0, max(0.0, (view.x_of(note.start_tick) - left.x()) / width)) if width > 1 else 1.0
            way = curved(np.array(share if from_ is left else 1 - share), bend)
            self._changed[note.id] = self.velocity_at(from_.y() + float(way) * (to.y() - from_.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        changed = self._changed
        self._give_up()
        self.intents.hushed.emit(0)
        if changed:
            self.intents.velocities_set.emit(changed)

    def _give_up(self) -> None:
        self._pressed, self._grasped, self._changed = None, None, {}
        self.update()

    def event(self, event: QEvent) -> bool:
        """While a drag lasts Esc gives it up, whatever action has that key otherwise."""
        if self._pressed is not None and is_escape_override(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._pressed is not None:
            self._give_up()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        viewport = wheeled(self.state.viewport, event)
        self.state.look(viewport)
        event.accept()


def _dragged(grasped: dict[int, int], first: int, now: int, *, by_share: bool) -> dict[int, int]:
    """What becomes of velocities when the hand goes from one height to another."""
    moved = {note_id: velocity * now / first if by_share else velocity + now - first for note_id, velocity in grasped.items()}
    return {note_id: max(1, min(127, round(velocity))) for note_id, velocity in moved.items()}


def _loudest_per_pixel(x: Floats, velocity: Floats, width: int) -> tuple[Floats, Floats]:
    """One stem for each pixel column: the loudest there."""
    loudest = np.zeros(width + 1)
    np.maximum.at(loudest, np.clip(x, 0, width).astype(np.intp), velocity)
    at = np.flatnonzero(loudest)
    return at.astype(float), loudest[at]

"""Control lane: the points of one controller under the notes, drawn freely, along lines, moved, joined by glides, typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QApplication, QWidget

from studio.edits import lanes
from studio.edits.lanes import Point
from studio.events import Signal
from studio.song.controls import BEND, CONTROLLER, DRAWN, Points, rest_value
from studio.song.ticks import Span
from studio.words import tr, within
from widgets import theme as themes
from widgets.controls.inline_edit import InlineEdit
from widgets.piano_roll.ghosts import paint_playhead
from widgets.piano_roll.intents import Intents, Keys
from widgets.piano_roll.lane import POINT_KEYS, PointLane
from widgets.piano_roll.lane_kinds import is_stepped, lane_name, value_typed, value_words
from widgets.piano_roll.shapes import Sheet, draw
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import aligned, scale_of
from widgets.still import Still

LANE_PX = 84
AIR_PX = 8.0
DOT_PX = 3.5
GRASP_PX = 8.0
DOTS_LIMIT, SMOOTH_LIMIT, WORDS_LIMIT = 400, 120, 60
"""More points in view than these are drawn without dots, without smooth lines, without words."""
SAMPLE_PX = 4.0
Stroke = Literal["draw", "line", "move", "choose", "erase"]


@dataclass(slots=True)
class _Held:
    """A stroke of the hand: where it began and is, and what it has drawn so far."""

    stroke: Stroke
    pressed: QPointF
    now: QPointF
    is_drag: bool = False
    samples: dict[int, int] = field(default_factory=dict)
    by_ticks: int = 0
    by_value: int = 0


class ControlLane(PointLane):
    """A drag draws, with Shift along a line, with Ctrl it chooses points; a point is dragged, its value typed.

    `laid(span, points)`, `moved(ticks, by ticks, by value)`, `removed(ticks)`, `erased(span)`, `glided(ticks, on)`.
    """

    def __init__(self, state: RollState, intents: Intents, lane: lanes.Lane, parent: QWidget | None = None) -> None:
        super().__init__(state, intents, parent)
        self.lane = lane
        self.chosen: frozenset[int] = frozenset()
        self._held: _Held | None = None
        self._still = Still(self, self._paint_still)
        self.laid: Signal[Span, tuple[Point, ...]] = Signal()
        self.moved: Signal[frozenset[int], int, int] = Signal()
        self.removed: Signal[frozenset[int]] = Signal()
        self.erased: Signal[Span] = Signal()
        self.menu_asked: Signal[int, bool, QPointF] = Signal()
        """(tick, a point is there, place on the screen)."""
        self.settle(lane_name(lane), LANE_PX)
        self.setToolTip(self.tr("Drag: draw (Shift: a line, Ctrl: choose points). Double-click: add or type. Right-click: more"))

    def show_lane(self, lane: lanes.Lane) -> None:
        """Another controller in this place."""
        self.lane, self.chosen, self._held = lane, frozenset(), None
        self.setAccessibleName(lane_name(lane))
        self.update()

    # Values and places

    def y_of(self, value: float) -> float:
        share = (value - self.lane.low) / (self.lane.high - self.lane.low)
        return self.height() - AIR_PX - (self.height() - 2 * AIR_PX) * share

    def value_at(self, y: float) -> int:
        share = (self.height() - AIR_PX - y) / (self.height() - 2 * AIR_PX)
        value = self.lane.held(self.lane.low + share * (self.lane.high - self.lane.low))
        if is_stepped(self.lane) and self.lane.kind == CONTROLLER:
            return 127 if value >= 64 else 0
        # Near the middle of a bend the hand means none at all.
        return 0 if self.lane.kind == BEND and abs(self.y_of(value) - self.y_of(0)) < 3 else value

    def points(self) -> Points:
        """The lane's points as drawn, with what the hand is doing to them."""
        track = self.state.track
        present = track.controls.of_lane(self.lane.kind, self.lane.number) if track is not None else np.zeros(0, DRAWN)
        held = self._held
        if held is None or held.stroke != "move" or not held.is_drag:
            return present
        moving = np.isin(present["tick"], list(self.chosen))
        shown = present.copy()
        shown["tick"][moving] += held.by_ticks
        shown["value"][moving] = np.clip(shown["value"][moving] + held.by_value, self.lane.low, self.lane.high)
        moved: Points = shown[np.argsort(shown["tick"], kind="stable")]
        return moved

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        held, state = self._held, self.state
        moving = (held.by_ticks, held.by_value) if held is not None and held.stroke == "move" and held.is_drag else None
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still.picture(state.stamp, state.viewport, self.lane, self.chosen, moving))
            scale = scale_of(state.viewport)
            self._paint_stroke(Sheet(painter, scale, QRectF(self.rect()), themes.current()))
            paint_playhead(painter, scale.x_of(state.playhead_tick), self.height(), themes.current())

    def _paint_still(self, pixmap: QPixmap) -> None:
        state, theme = self.state, themes.current()
        with QPainter(pixmap) as painter:
            sheet = self.ground(painter)
            middle = self.y_of(rest_value(self.lane.kind, self.lane.number))
            painter.fillRect(QRectF(0, round(middle), self.width(), 1), theme.colour("line", 0.8))
            painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
            track = state.track
            if track is not None and not track.is_audio:
                self._paint_points(sheet, theme.track(track.colour))

    def _paint_points(self, sheet: Sheet, colour: QColor) -> None:
        points, span = self.points(), self.state.viewport.span
        first = max(0, int(np.searchsorted(points["tick"], span.start_tick)) - 1)
        last = int(np.searchsorted(points["tick"], span.end_tick)) + 1
        seen = points[first:last]
        if len(seen) > DOTS_LIMIT:
            self._paint_columns(sheet, seen, colour)
        elif len(seen):
            self._paint_line(sheet, seen, colour)

    def _paint_columns(self, sheet: Sheet, seen: Points, colour: QColor) -> None:
        """So many points that each pixel shows what holds there."""
        x = np.arange(max(0, int(sheet.scale.x_of(int(seen["tick"][0])))), self.width())
        ticks = (x + sheet.scale.left_px) * sheet.scale.ticks_per_px
        values = seen["value"][np.maximum(0, np.searchsorted(seen["tick"], ticks, side="right") - 1)]
        top, foot = self.y_of(self.lane.high), self.y_of(self.lane.low)
        y = foot + (top - foot) * (values - self.lane.low) / (self.lane.high - self.lane.low)
        base = np.full(len(x), self.y_of(0))
        painter = sheet.painter
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(colour))
        draw(painter, np.column_stack((x, np.minimum(y, base), np.ones(len(x)), np.abs(base - y))))
        painter.setBrush(colour)
        draw(painter, np.column_stack((x, y - 1, np.ones(len(x)), np.full(len(x), 2.0))))

    def _paint_line(self, sheet: Sheet, seen: Points, colour: QColor) -> None:
        painter, scale = sheet.painter, sheet.scale
        x = (seen["tick"] / scale.ticks_per_px - scale.left_px).tolist()
        y = [self.y_of(value) for value in seen["value"].tolist()]
        line = QPolygonF()
        for at, glides in enumerate(seen["glides"].tolist()):
            line.append(QPointF(x[at], y[at]))
            following = x[at + 1] if at + 1 < len(seen) else max(x[at], float(self.width()))
            if not (glides and at + 1 < len(seen)):
                line.append(QPointF(following, y[at]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(seen) <= SMOOTH_LIMIT)
        self._fill_under(painter, line, colour)
        painter.setPen(QPen(colour, 1.5))
        painter.drawPolyline(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, tick in enumerate(seen["tick"].tolist()):
            is_chosen = tick in self.chosen or (self._held is not None and tick - self._held.by_ticks in self.chosen)
            painter.setPen(QPen(sheet.theme.colour("text"), 1.5) if is_chosen else Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(x[at], y[at]), DOT_PX, DOT_PX)
        if is_stepped(self.lane) and len(seen) <= WORDS_LIMIT:
            painter.setFont(themes.font(themes.LABEL_PX - 1))
            painter.setPen(sheet.theme.colour("muted"))
            for at, value in enumerate(seen["value"].tolist()):
                painter.drawText(QPointF(max(2.0, x[at] + 6), max(12.0, y[at] - 4)), value_words(self.lane, value))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _fill_under(self, painter: QPainter, line: QPolygonF, colour: QColor) -> None:
        base = self.y_of(0)
        area = QPolygonF(line)
        area.append(QPointF(line.last().x(), base))
        area.append(QPointF(line.first().x(), base))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(colour))
        painter.drawPolygon(area)

    def _paint_stroke(self, sheet: Sheet) -> None:
        held, painter, theme = self._held, sheet.painter, sheet.theme
        if held is None or not (held.is_drag or held.stroke == "draw"):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("text"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if held.stroke == "draw":
            points = [QPointF(sheet.scale.x_of(tick), self.y_of(value)) for tick, value in sorted(held.samples.items())]
            painter.drawPolyline(QPolygonF(points))
        elif held.stroke == "line":
            painter.drawLine(held.pressed, held.now)
        elif held.stroke in ("choose", "erase"):
            painter.setBrush(theme.colour("warn" if held.stroke == "erase" else "accent", 0.15))
            painter.drawRect(self._box(held))
        if held.stroke != "erase":
            self._paint_value(painter, held)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_value(self, painter: QPainter, held: _Held) -> None:
        """The value under the hand."""
        theme = themes.current()
        text = value_words(self.lane, self.value_at(held.now.y()))
        painter.setFont(themes.mono(themes.LABEL_PX))
        width = painter.fontMetrics().horizontalAdvance(text) + 12
        x = min(held.now.x() + 12, self.width() - width - 4)
        box = QRectF(x, min(max(2.0, held.now.y() - 9), self.height() - 20.0), width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _box(self, held: _Held) -> QRectF:
        box = QRectF(held.pressed, held.now).normalized()
        return QRectF(box.left(), 1, box.width(), self.height() - 2) if held.stroke == "erase" else box

    # The mouse

    def _tick(self, at: QPointF, bypass: bool = False) -> int:
        return self.state.snapped(aligned(self.state.viewport).tick_at(at.x()), bypass)

    def _found(self, at: QPointF) -> int | None:
        """The tick of the point under the pointer."""
        scale = scale_of(self.state.viewport)
        near = [
            (abs(scale.x_of(tick) - at.x()) + abs(self.y_of(value) - at.y()), tick)
            for tick, value in self._near(at)
            if abs(scale.x_of(tick) - at.x()) <= GRASP_PX and abs(self.y_of(value) - at.y()) <= GRASP_PX
        ]
        return min(near)[1] if near else None

    def _near(self, at: QPointF) -> list[tuple[int, int]]:
        points, view = self.points(), aligned(self.state.viewport)
        first, last = np.searchsorted(points["tick"], (view.tick_at(at.x() - GRASP_PX), view.tick_at(at.x() + GRASP_PX)))
        return [(tick, value) for tick, _, _, value, _ in points[max(0, first - 1) : last + 1].tolist()]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, keys = event.position(), Keys.of(event.modifiers())
        found = self._found(at)
        if event.button() == Qt.MouseButton.RightButton:
            if self.state.tool in ("select", "lock"):
                if found is not None and found not in self.chosen:
                    self.choose(frozenset((found,)))
                self.menu_asked.emit(found if found is not None else self._tick(at), found is not None, event.globalPosition())
            else:
                self._held = _Held("erase", at, at)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.state.tool == "erase":
            self._held = _Held("erase", at, at)
        elif found is not None and not keys.extend:
            if found not in self.chosen:
                self.choose(self.chosen | {found} if keys.toggle else frozenset((found,)))
            self._held = _Held("move", at, at)
        elif keys.toggle:
            self._held = _Held("choose", at, at)
        else:
            self.choose(frozenset())
            self._held = _Held("line" if keys.extend else "draw", at, at)
            self._sample(self._held, at, keys.bypass)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        held, at, keys = self._held, event.position(), Keys.of(event.modifiers())
        if held is None:
            self.setCursor(Qt.CursorShape.SizeAllCursor if self._found(at) is not None else Qt.CursorShape.CrossCursor)
            return
        far = (at - held.pressed).manhattanLength() >= QApplication.styleHints().startDragDistance()
        held.is_drag = held.is_drag or far
        if held.stroke == "draw":
            self._draw_to(held, at)
        elif held.stroke == "move":
            view = aligned(self.state.viewport)
            first = min(self.chosen, default=0)
            by_x, by_y = at.x() - held.pressed.x(), at.y() - held.pressed.y()
            if keys.extend:
                by_x, by_y = (by_x, 0.0) if abs(by_x) > abs(by_y) else (0.0, by_y)
            held.by_ticks = max(-first, self.state.snapped_move(first, by_x * view.ticks_per_px, keys.bypass))
            per_px = (self.lane.high - self.lane.low) / (self.height() - 2 * AIR_PX)
            held.by_value = round(-by_y * per_px)
        held.now = at
        self.update()

    def _draw_to(self, held: _Held, at: QPointF) -> None:
        """Samples on the way from the last place of the hand, a few pixels apart."""
        steps = max(1, int(abs(at.x() - held.now.x()) / SAMPLE_PX))
        for step in range(1, steps + 1):
            self._sample(held, held.now + (at - held.now) * (step / steps), True)

    def _sample(self, held: _Held, at: QPointF, bypass: bool) -> None:
        tick = self._tick(at, bypass) if is_stepped(self.lane) or not held.samples else self._tick(at, True)
        held.samples[tick] = self.value_at(at.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        self.update()
        if held is None:
            return
        keys = Keys.of(event.modifiers())
        if held.stroke == "move" and held.is_drag:
            chosen, self.chosen = self.chosen, frozenset(tick + held.by_ticks for tick in self.chosen)
            self.moved.emit(chosen, held.by_ticks, held.by_value)
        elif held.stroke == "choose":
            self._choose_in(self._box(held))
        elif held.stroke == "erase":
            span = self._span(held.pressed, held.now)
            self.erased.emit(span)
        elif held.stroke == "line" and held.is_drag:
            self._lay_line(held, keys.bypass)
        elif held.stroke == "draw" and held.is_drag:
            self._lay_drawn(held)

    def _span(self, one: QPointF, other: QPointF) -> Span:
        view = aligned(self.state.viewport)
        ticks = sorted(max(0, round(view.tick_at(at.x()))) for at in (one, other))
        return Span(ticks[0], ticks[1] + 1)

    def _lay_drawn(self, held: _Held) -> None:
        stepped = is_stepped(self.lane)
        samples = sorted(held.samples.items())
        drawn = [Point(tick, value, not stepped) for tick, value in samples]
        if stepped:
            kept = [point for at, point in enumerate(drawn) if at == 0 or drawn[at - 1].value != point.value]
        else:
            kept = lanes.thinned(drawn, (self.lane.high - self.lane.low) / 100)
        kept[-1] = kept[-1]._replace(glides=False)
        self.laid.emit(Span(samples[0][0], samples[-1][0]), tuple(kept))

    def _lay_line(self, held: _Held, bypass: bool) -> None:
        ends = sorted((held.pressed, held.now), key=lambda at: at.x())
        first, last = (Point(self._tick(at, bypass), self.value_at(at.y())) for at in ends)
        if last.tick > first.tick:
            points = (first._replace(glides=not is_stepped(self.lane)), last)
            self.laid.emit(Span(first.tick, last.tick), points)

    def _choose_in(self, box: QRectF) -> None:
        scale, points = scale_of(self.state.viewport), self.points()
        inside = [t for t, _, _, v, _ in points.tolist() if box.contains(QPointF(scale.x_of(t), self.y_of(v)))]
        self.choose(self.chosen | frozenset(inside))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type the value of a point; elsewhere a new one."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = None
        at, found = event.position(), self._found(event.position())
        if found is not None:
            self.edit(found)
            return
        tick = self._tick(at, Keys.of(event.modifiers()).bypass)
        self.laid.emit(Span(tick, tick), (Point(tick, self.value_at(at.y())),))
        self.choose(frozenset((tick,)))

    def choose(self, ticks: frozenset[int]) -> None:
        """These points are what moves, Del and the menu act on."""
        self.chosen = ticks
        points = self.points()
        chosen = [f"{value_words(self.lane, value)}" for tick, _, _, value, _ in points.tolist() if tick in ticks]
        words = tr("{count} points", count=len(chosen)) if len(chosen) != 1 else chosen[0]
        self.setAccessibleDescription(words if chosen else "")
        self.update()

    def edit(self, tick: int) -> None:
        """Type the value of the point at a tick, or of a new one there."""
        present = self.points()
        value = lanes.value_at(present, tick, rest_value(self.lane.kind, self.lane.number))
        x = int(min(max(0.0, scale_of(self.state.viewport).x_of(tick)), self.width() - 110))
        y = int(min(max(2.0, self.y_of(value) - 24), self.height() - 24))
        InlineEdit(
            self, QRect(x, y, 108, 22), value_words(self.lane, value), lane_name(self.lane), lambda text: self._typed(tick, text)
        )

    def _typed(self, tick: int, text: str) -> None:
        value = value_typed(self.lane, text)
        if value is None:
            self.intents.refused.emit(
                tr("«{words}» is no value of {lane}. Type a number.", words=text, lane=within(lane_name(self.lane)))
            )
            return
        present = self.points()
        there = present[present["tick"] == tick]
        glides = bool(there["glides"][-1]) if len(there) else False
        bank = int(there["number"][-1]) if len(there) else 0
        self.laid.emit(Span(tick, tick), (Point(tick, value, glides, bank),))

    # Keys

    @property
    def wants_keys(self) -> bool:
        return bool(self.chosen) or self._held is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = Qt.Key(event.key()), Qt.Key
        if key == keys.Key_Escape:
            self._held = None
            self.choose(frozenset())
        elif not self.chosen or key not in POINT_KEYS:
            super().keyPressEvent(event)
        elif key in (keys.Key_Delete, keys.Key_Backspace):
            self.removed.emit(self.chosen)
            self.choose(frozenset())
        elif key in (keys.Key_Return, keys.Key_Enter):
            self.edit(min(self.chosen))
        elif key in (keys.Key_Up, keys.Key_Down):
            step = 128 if self.lane.kind == BEND else 1
            self.moved.emit(self.chosen, 0, step if key == keys.Key_Up else -step)
        else:
            self._step(1 if key == keys.Key_Right else -1)

    def _step(self, by: int) -> None:
        """Choose the next point, or the one before."""
        ticks = sorted({int(tick) for tick in self.points()["tick"].tolist()})
        from_ = max(self.chosen) if by > 0 else min(self.chosen)
        at = ticks.index(from_) + by if from_ in ticks else 0
        target = ticks[max(0, min(len(ticks) - 1, at))]
        self.choose(frozenset((target,)))
        self.state.look(self.state.viewport.revealing(Span(target, target)))


def _faint(colour: QColor) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(0.16)
    return faint

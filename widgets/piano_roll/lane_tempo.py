"""Tempo lane: tempo as points and ramps over the notes, meters as flags above; dragged, typed, joined, removed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QApplication, QWidget

from studio.events import Signal
from studio.song.tempo import TempoChange
from studio.song.ticks import Span
from studio.song.timeline import MeterChange
from studio.words import tr
from widgets import theme as themes
from widgets.controls.inline_edit import InlineEdit
from widgets.piano_roll.ghosts import paint_playhead
from widgets.piano_roll.intents import Intents, Keys
from widgets.piano_roll.lane import PointLane
from widgets.piano_roll.shapes import Sheet, draw
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import aligned, scale_of
from widgets.still import Still

LANE_PX = 78
METERS_PX = 20
DOT_PX = 4.0
GRASP_PX = 8.0
AIR_BPM = 15.0
LABEL_PX = 40.0
DOTS_LIMIT = 200
"""More changes in view are drawn as a line alone, and cannot be taken hold of."""
Kind = Literal["tempo", "meter"]


@dataclass(slots=True)
class _Held:
    """What is in the hand: a tempo point, only its height (a segment was taken), or a meter."""

    what: Literal["point", "height", "meter"]
    tick: int
    bpm: float
    pressed: QPointF
    low: float
    high: float
    is_drag: bool = False
    to_tick: int = 0
    to_bpm: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """A version of the tempos as columns, made once."""

    tempos: tuple[TempoChange, ...]
    ticks: NDArray[np.int64]
    bpm: NDArray[np.float64]

    @classmethod
    def of(cls, tempos: tuple[TempoChange, ...]) -> _Table:
        ticks = np.fromiter((change.tick for change in tempos), np.int64, len(tempos))
        return cls(tempos, ticks, 60e6 / np.fromiter((change.us_per_beat for change in tempos), np.float64, len(tempos)))

    @property
    def reach(self) -> tuple[float, float]:
        return max(0.0, float(self.bpm.min()) - AIR_BPM), float(self.bpm.max()) + AIR_BPM


class TempoLane(PointLane):
    """A click chooses a point; then arrows change it, Enter types it, Del removes it."""

    def __init__(self, state: RollState, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(state, intents, parent)
        self.chosen: tuple[Kind, int] | None = None
        self._held: _Held | None = None
        self._still = Still(self, self._paint_still)
        self._table: _Table | None = None
        self.tempo_set: Signal[int, float] = Signal()
        self.tempo_moved: Signal[int, int, float] = Signal()
        self.meter_set: Signal[int, str] = Signal()
        self.meter_moved: Signal[int, int] = Signal()
        self.removed: Signal[Kind, int] = Signal()
        self.menu_asked: Signal[Kind, int, bool, QPointF] = Signal()
        """(what, tick, a point is there, place on the screen)."""
        self.settle(self.tr("Tempo and meter lane"), LANE_PX)
        self.setToolTip(self.tr("Double-click adds a point or types its value; drag it; right-click for ramps"))

    # Tempo and height

    @property
    def reach(self) -> tuple[float, float]:
        """The lowest and highest tempo that is shown; looked for once in each version of the timeline."""
        if self._held is not None:
            return self._held.low, self._held.high
        tempos = self._tempos()
        if self._table is None or self._table.tempos is not tempos:
            self._table = _Table.of(tempos)
        return self._table.reach

    def y_of(self, bpm: float) -> float:
        low, high = self.reach
        return self.height() - 6 - (self.height() - METERS_PX - 18) * (bpm - low) / (high - low)

    def bpm_at(self, y: float) -> float:
        """To whole beats a minute."""
        low, high = self.reach
        share = (self.height() - 6 - y) / (self.height() - METERS_PX - 18)
        return min(1000.0, max(10.0, float(round(low + share * (high - low)))))

    def _tempos(self) -> tuple[TempoChange, ...]:
        return self.state.song.timeline.tempos

    def _seen(self) -> list[TempoChange]:
        """The changes in view, with one more on either side; none where there are too many to take hold of."""
        tempos, span = self._tempos(), self.state.viewport.span
        first = bisect_right(tempos, span.start_tick, key=lambda change: change.tick)
        last = bisect_right(tempos, span.end_tick, key=lambda change: change.tick)
        return list(tempos[max(0, first - 2) : last + 1]) if last - first <= DOTS_LIMIT else []

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        held, state = self._held, self.state
        moving = (held.to_tick, held.to_bpm) if held is not None and held.is_drag else None
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still.picture(state.stamp, state.viewport, self.chosen, moving))
            paint_playhead(painter, scale_of(state.viewport).x_of(state.playhead_tick), self.height(), themes.current())

    def _paint_still(self, pixmap: QPixmap) -> None:
        theme = themes.current()
        with QPainter(pixmap) as painter:
            sheet = self.ground(painter)
            painter.fillRect(0, METERS_PX, self.width(), 1, theme.colour("line", 0.6))
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_tempo(sheet)
            self._paint_meters(sheet)

    def _shown_tempos(self) -> list[TempoChange]:
        """The changes with the one in the hand where it would go."""
        held = self._held
        listed = self._seen()
        if held is not None and held.is_drag and held.what != "meter":
            moved = TempoChange(held.to_tick, round(60e6 / held.to_bpm))
            listed = [c._replace(tick=moved.tick, us_per_beat=moved.us_per_beat) if c.tick == held.tick else c for c in listed]
        return sorted(listed)

    def _paint_tempo(self, sheet: Sheet) -> None:
        painter, scale, theme = sheet.painter, sheet.scale, sheet.theme
        tempos = self._shown_tempos()
        if not tempos:
            self._paint_columns(sheet)
            return
        places = [QPointF(scale.x_of(change.tick), self.y_of(change.bpm)) for change in tempos]
        line = QPolygonF()
        for at, (change, place) in enumerate(zip(tempos, places, strict=True)):
            line.append(place)
            is_last = at + 1 == len(places)
            if is_last or not change.is_ramp:
                line.append(QPointF(max(place.x(), sheet.size.width()) if is_last else places[at + 1].x(), place.y()))
        painter.setPen(QPen(theme.colour("accent", 0.9), 1.5))
        painter.drawPolyline(line)
        painter.setFont(themes.mono(themes.LABEL_PX - 1))
        last_x = -1e9
        for change, place in zip(tempos, places, strict=True):
            is_chosen = self.chosen == ("tempo", change.tick)
            painter.setPen(QPen(theme.colour("text"), 1.5) if is_chosen else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(place, DOT_PX, DOT_PX)
            if place.x() - last_x > LABEL_PX or is_chosen:
                painter.setPen(theme.colour("text" if is_chosen else "muted"))
                painter.drawText(QPointF(max(2.0, place.x() + 6), place.y() - 4), f"{change.bpm:.4g}")
                last_x = place.x()

    def _paint_columns(self, sheet: Sheet) -> None:
        """So many changes that each pixel shows what is heard there."""
        (low, high), table = self.reach, self._table
        if table is None:
            return
        x = np.arange(round(sheet.size.width()))
        at = np.searchsorted(table.ticks, (x + sheet.scale.left_px) * sheet.scale.ticks_per_px, side="right") - 1
        bpm = table.bpm[np.maximum(0, at)]
        top, foot = self.y_of(high), self.y_of(low)
        y = foot + (top - foot) * (bpm - low) / (high - low)
        sheet.painter.setPen(Qt.PenStyle.NoPen)
        sheet.painter.setBrush(sheet.theme.colour("accent", 0.9))
        draw(sheet.painter, np.column_stack((x, y - 1, np.ones(len(x)), np.full(len(x), 2.0))))

    def _paint_meters(self, sheet: Sheet) -> None:
        painter, theme, held = sheet.painter, sheet.theme, self._held
        painter.setFont(themes.font(themes.LABEL_PX, bold=True))
        for meter in self._seen_meters():
            is_held = held is not None and held.is_drag and held.what == "meter" and held.tick == meter.tick
            tick = held.to_tick if held is not None and is_held else meter.tick
            flag = self._flag(meter, tick)
            is_chosen = self.chosen == ("meter", meter.tick)
            painter.setPen(theme.colour("accent") if is_chosen else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawRoundedRect(flag, 3, 3)
            painter.setPen(theme.colour("text"))
            painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, f"{meter.numerator}/{meter.denominator}")

    def _seen_meters(self) -> tuple[MeterChange, ...]:
        meters, span = self.state.song.timeline.meters, self.state.viewport.span
        first = bisect_right(meters, span.start_tick, key=lambda change: change.tick)
        last = bisect_right(meters, span.end_tick, key=lambda change: change.tick)
        return meters[max(0, first - 2) : min(last, first + self.width())]

    def _flag(self, meter: MeterChange, tick: int) -> QRectF:
        x = scale_of(self.state.viewport).x_of(tick)
        return QRectF(x + 1, 2, 34, METERS_PX - 4)

    # The mouse

    def _found(self, at: QPointF) -> tuple[Kind, int] | None:
        """The point or the flag under the pointer."""
        if at.y() < METERS_PX:
            flags = [m.tick for m in self._seen_meters() if self._flag(m, m.tick).adjusted(-3, -2, 3, 2).contains(at)]
            return ("meter", flags[-1]) if flags else None
        scale = scale_of(self.state.viewport)
        near = [
            (abs(scale.x_of(change.tick) - at.x()) + abs(self.y_of(change.bpm) - at.y()), change.tick)
            for change in self._seen()
            if abs(scale.x_of(change.tick) - at.x()) <= GRASP_PX and abs(self.y_of(change.bpm) - at.y()) <= GRASP_PX
        ]
        return ("tempo", min(near)[1]) if near else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        found = self._found(at)
        tick = aligned(self.state.viewport).tick_at(at.x())
        if event.button() == Qt.MouseButton.RightButton:
            kind: Kind = "meter" if at.y() < METERS_PX else "tempo"
            self._choose(found)
            place = found[1] if found is not None else self.state.snapped(tick)
            self.menu_asked.emit(kind, place, found is not None, event.globalPosition())
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._choose(found)
        low, high = self.reach
        if found is not None and found[0] == "meter":
            self._held = _Held("meter", found[1], 0.0, at, low, high)
        elif at.y() >= METERS_PX:
            change = self.state.song.timeline.tempo_change_at(found[1] if found is not None else max(0, int(tick)))
            self._held = _Held("point" if found is not None else "height", change.tick, change.bpm, at, low, high)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        held, at = self._held, event.position()
        if held is None:
            shapes = Qt.CursorShape
            self.setCursor(shapes.SizeAllCursor if self._found(at) else shapes.ArrowCursor)
            return
        far = (at - held.pressed).manhattanLength() >= QApplication.styleHints().startDragDistance()
        held.is_drag = held.is_drag or far
        keys, view = Keys.of(event.modifiers()), aligned(self.state.viewport)
        by_x, by_y = at.x() - held.pressed.x(), at.y() - held.pressed.y()
        if keys.extend and held.what == "point":
            by_x, by_y = (by_x, 0.0) if abs(by_x) > abs(by_y) else (0.0, by_y)
        tick = held.tick + by_x * view.ticks_per_px
        held.to_tick = held.tick if held.what == "height" or not held.tick else self.state.snapped(tick, keys.bypass)
        held.to_bpm = self.bpm_at(self.y_of(held.bpm) + by_y) if by_y else held.bpm
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if event.button() != Qt.MouseButton.LeftButton or held is None or not held.is_drag:
            self.update()
            return
        if held.what == "meter":
            self.meter_moved.emit(held.tick, held.to_tick)
        else:
            self.tempo_moved.emit(held.tick, held.to_tick, held.to_bpm)
        self._choose(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type what is there; in an empty place, a new one."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = None
        at, found = event.position(), self._found(event.position())
        tick = self.state.snapped(aligned(self.state.viewport).tick_at(at.x()))
        if found is not None:
            self.edit(*found)
        elif at.y() < METERS_PX:
            self.edit("meter", tick)
        else:
            self.tempo_set.emit(tick, self.bpm_at(at.y()))

    def edit(self, kind: Kind, tick: int) -> None:
        """Type the tempo or the meter of a place."""
        timeline = self.state.song.timeline
        x = int(min(max(0.0, scale_of(self.state.viewport).x_of(tick)), self.width() - 62))
        if kind == "meter":
            meter = timeline.meter_at(tick)
            words = f"{meter.numerator}/{meter.denominator}" if meter.tick == tick else ""
            InlineEdit(
                self, QRect(x, 0, 60, METERS_PX + 2), words, self.tr("Meter"), lambda text: self.meter_set.emit(tick, text)
            )
        else:
            InlineEdit(self, QRect(x, METERS_PX + 2, 60, 22), f"{timeline.tempo_at(tick).bpm:.5g}", self.tr("Tempo"),
                       lambda text: self._typed(tick, text))  # fmt: skip

    def _typed(self, tick: int, text: str) -> None:
        try:
            self.tempo_set.emit(tick, float(text.replace(",", ".").lower().removesuffix("bpm")))
        except ValueError:
            self.intents.refused.emit(tr("«{words}» is no tempo. Type beats a minute, such as 92.", words=text))

    def _choose(self, found: tuple[Kind, int] | None) -> None:
        self.chosen = found
        timeline = self.state.song.timeline
        if found is not None:
            bar = timeline.bar_of(found[1])
            meter = timeline.meter_at(found[1])
            value = f"{timeline.tempo_at(found[1]).bpm:.4g}" if found[0] == "tempo" else f"{meter.numerator}/{meter.denominator}"
            self.setAccessibleDescription(tr("{found} {value}, bar {bar}", found=found[0].capitalize(), value=value, bar=bar))
        self.update()

    # Keys

    @property
    def wants_keys(self) -> bool:
        return self.chosen is not None or self._held is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = Qt.Key(event.key()), Qt.Key
        if key == keys.Key_Escape:
            self._held = None
            self._choose(None)
        elif self.chosen is None:
            super().keyPressEvent(event)
        elif key in (keys.Key_Delete, keys.Key_Backspace):
            self.removed.emit(*self.chosen)
            self._choose(None)
        elif key in (keys.Key_Return, keys.Key_Enter):
            self.edit(*self.chosen)
        elif key in (keys.Key_Left, keys.Key_Right):
            self._step(1 if key == keys.Key_Right else -1)
        elif key in (keys.Key_Up, keys.Key_Down) and self.chosen[0] == "tempo":
            by = 1 if key == keys.Key_Up else -1
            bpm = self.state.song.timeline.tempo_change_at(self.chosen[1]).bpm
            self.tempo_set.emit(self.chosen[1], min(1000.0, max(10.0, round(bpm + by, 2))))
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        """Choose the next point or flag of the kind, or the one before."""
        if self.chosen is None:
            return
        kind, tick = self.chosen
        timeline = self.state.song.timeline
        ticks = [change.tick for change in (timeline.tempos if kind == "tempo" else timeline.meters)]
        at = (ticks.index(tick) if tick in ticks else 0) + by
        target = ticks[max(0, min(len(ticks) - 1, at))]
        self._choose((kind, target))
        self.state.look(self.state.viewport.revealing(Span(target, target)))

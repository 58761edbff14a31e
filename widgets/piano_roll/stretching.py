"""Stretching: the handles beside a selection, and the drag that scales its time."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt

from studio.edits.changing import count_of
from studio.edits.timing import stretched
from studio.song.song import span_of
from studio.song.ticks import Span
from studio.words import tr
from widgets.piano_roll.intents import Intents, Place
from widgets.piano_roll.shapes import Sheet
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tools import Preview
from widgets.viewport import Viewport

HANDLE_PX, HANDLE_HIGH_PX, BESIDE_PX = 5.0, 26.0, 5.0
REACH_PX = 4.0


@dataclass(frozen=True, slots=True)
class Handle:
    """A grip beside the selection: at its start or its end."""

    is_start: bool
    place: QRectF


def handles(state: RollState, viewport: Viewport) -> tuple[Handle, ...]:
    """Both grips, when there are several notes to stretch."""
    bounds = state.selection_bounds()
    if bounds is None or bounds.count < 2:
        return ()
    top, bottom = viewport.y_of(bounds.high_pitch), viewport.y_of(bounds.low_pitch) + viewport.row_px
    middle = (max(0.0, top) + min(float(viewport.height_px), bottom)) / 2
    high = min(HANDLE_HIGH_PX, max(14.0, bottom - top))
    left, right = viewport.x_of(bounds.span.start_tick), viewport.x_of(bounds.span.end_tick)
    size = (HANDLE_PX, high)
    return (
        Handle(True, QRectF(left - BESIDE_PX - HANDLE_PX, middle - high / 2, *size)),
        Handle(False, QRectF(right + BESIDE_PX, middle - high / 2, *size)),
    )


def handle_under(state: RollState, viewport: Viewport, position: QPointF) -> Handle | None:
    found = (grip for grip in handles(state, viewport) if grip.place.adjusted(-REACH_PX, -2, REACH_PX, 2).contains(position))
    return next(found, None)


def paint_handles(sheet: Sheet, state: RollState, viewport: Viewport) -> None:
    painter, theme = sheet.painter, sheet.theme
    for grip in handles(state, viewport):
        if not grip.place.intersects(sheet.size):
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("text", 0.75))
        painter.drawRoundedRect(grip.place, HANDLE_PX / 2, HANDLE_PX / 2)


class Stretch:
    """Scales starts and lengths of the selection in proportion; the other side stays."""

    acts_at_once = False

    def __init__(self, state: RollState, intents: Intents, start: Place, ids: frozenset[int], *, is_start: bool) -> None:
        self._state, self._intents, self._start, self._is_start = state, intents, start, is_start
        rows = state.notes.with_ids(ids)
        self._rows = rows[~state.locked(rows)]
        self._first = int(rows["start"][0]) if len(rows) else None
        self._span = span_of(self._rows) or Span(0, 1)
        self.preview = Preview()

    def _to(self, at: Place) -> Span:
        state, span = self._state, self._span
        by = at.tick - self._start.tick
        least = 1 if at.keys.bypass else state.step_at(span.start_tick)
        if self._is_start:
            return Span(max(0, min(state.snapped(span.start_tick + by, at.keys.bypass), span.end_tick - least)), span.end_tick)
        return Span(span.start_tick, max(state.snapped(span.end_tick + by, at.keys.bypass), span.start_tick + least))

    def move(self, at: Place) -> None:
        to = self._to(at)
        percent = f"{100 * to.length_ticks / self._span.length_ticks:.0f} %"
        self.preview = Preview(rows=stretched(self._rows, self._span, to), label=(at.x, at.y, percent))
        self._state.show(faded=frozenset(self._rows["id"].tolist()))

    def release(self, at: Place) -> None:
        to = self._to(at)
        self.cancel()
        if not len(self._rows):
            self._intents.refused.emit(self._state.why_locked(self._first))
        elif to != self._span:
            rows = stretched(self._rows, self._span, to)
            self._intents.reshaped.emit(rows, tr("Stretch {notes}", notes=count_of(len(rows))))

    def cancel(self) -> None:
        self.preview = Preview()
        self._state.show(faded=frozenset())

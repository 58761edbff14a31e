"""RangeHand: bars of some tracks marked in the lanes with Shift, then dragged to other bars and tracks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QApplication

from studio.events import Signal
from studio.song.region import Region
from studio.song.song import Song
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.piano_roll.intents import Keys


class LaneSpace(Protocol):
    """Where lanes and ticks are."""

    @property
    def lane_px(self) -> float: ...
    @property
    def lanes_top(self) -> float: ...
    def x_of(self, tick: float) -> float: ...
    def tick_at(self, x: float) -> float: ...


@dataclass(slots=True)
class _Held:
    what: Literal["mark", "move"]
    pressed: QPointF
    now: QPointF
    is_drag: bool = False
    copies: bool = False


class RangeHand:
    """Holds the marked region and the drag. `marked(region)`, `moved(region, to tick, by tracks, a copy)`."""

    def __init__(self, space: LaneSpace) -> None:
        self._space = space
        self.region: Region | None = None
        self._song = Song()
        self._held: _Held | None = None
        self.marked: Signal[Region] = Signal()
        self.moved: Signal[Region, int, int, bool] = Signal()

    def show(self, song: Song, region: Region | None) -> None:
        self._song, self.region = song, region

    @property
    def is_busy(self) -> bool:
        return self._held is not None

    @property
    def is_moving(self) -> bool:
        return self._held is not None and self._held.what == "move" and self._held.is_drag

    def holds(self, at: QPointF) -> bool:
        """Whether the pointer is over the marked region."""
        return self.region is not None and self.rect(self.region).contains(at)

    def press(self, at: QPointF, keys: Keys) -> bool:
        """Whether the press begins something here: marking with Shift, moving over what is marked."""
        if keys.extend and self._song.tracks:
            self._held = _Held("mark", at, at)
        elif self.holds(at):
            self._held = _Held("move", at, at)
        return self._held is not None

    def drag(self, at: QPointF, keys: Keys) -> None:
        held = self._held
        if held is not None:
            held.now, held.copies = at, keys.copy
            far = (at - held.pressed).manhattanLength() >= QApplication.styleHints().startDragDistance()
            held.is_drag = held.is_drag or far

    def release(self) -> None:
        held = self._held
        if held is None:
            return
        if held.what == "mark":
            self.marked.emit(self._marked(held))
        elif held.is_drag and self.region is not None:
            to_tick, by_tracks = self._target(held, self.region)
            self.moved.emit(self.region, to_tick, by_tracks, held.copies)
        self._held = None

    def give_up(self) -> None:
        self._held = None

    def rect(self, region: Region) -> QRectF:
        """Where a region is seen; its tracks stand together."""
        order = [track.id for track in self._song.tracks]
        rows = [order.index(track_id) for track_id in region.track_ids if track_id in order]
        if not rows:
            return QRectF()
        space = self._space
        left, right = space.x_of(region.span.start_tick), space.x_of(region.span.end_tick)
        top = space.lanes_top + min(rows) * space.lane_px
        return QRectF(left, top, max(3.0, right - left), (max(rows) - min(rows) + 1) * space.lane_px)

    def paint(self, painter: QPainter) -> None:
        theme, held = themes.current(), self._held
        shown = self._marked(held) if held is not None and held.what == "mark" else self.region
        if shown is None:
            return
        painter.setPen(QPen(theme.colour("accent"), 1))
        painter.setBrush(theme.colour("accent", 0.16))
        painter.drawRect(self.rect(shown).adjusted(0.5, 0.5, -0.5, -0.5))
        if held is not None and held.what == "move" and held.is_drag:
            to_tick, by_tracks = self._target(held, shown)
            rect = self.rect(Region(shown.track_ids, shown.span.moved(to_tick - shown.span.start_tick)))
            pen = QPen(theme.colour("accent"), 1.5, Qt.PenStyle.SolidLine if held.copies else Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(theme.colour("accent", 0.3))
            painter.drawRect(rect.translated(0, by_tracks * self._space.lane_px).adjusted(0.5, 0.5, -0.5, -0.5))

    def _row_at(self, y: float) -> int:
        row = int((y - self._space.lanes_top) // max(1.0, self._space.lane_px))
        return max(0, min(len(self._song.tracks) - 1, row))

    def _marked(self, held: _Held) -> Region:
        first, last = sorted(max(0, int(self._space.tick_at(at.x()))) for at in (held.pressed, held.now))
        low, high = sorted(self._row_at(at.y()) for at in (held.pressed, held.now))
        ids = tuple(track.id for track in self._song.tracks[low : high + 1])
        return Region(ids, self._song.timeline.whole_bars(Span(first, last + 1)))

    def _target(self, held: _Held, region: Region) -> tuple[int, int]:
        """The bar line where the region would begin, and by how many tracks it would move."""
        by_x = self._space.tick_at(held.now.x()) - self._space.tick_at(held.pressed.x())
        tick, timeline = max(0, round(region.span.start_tick + by_x)), self._song.timeline
        low, high = timeline.bar_start(timeline.bar_of(tick)), timeline.bar_start(timeline.bar_of(tick) + 1)
        order = [track.id for track in self._song.tracks]
        rows = [order.index(track_id) for track_id in region.track_ids if track_id in order] or [0]
        by = self._row_at(held.now.y()) - self._row_at(held.pressed.y())
        by = max(-min(rows), min(len(order) - 1 - max(rows), by))
        return (low if tick - low < high - tick else high), by

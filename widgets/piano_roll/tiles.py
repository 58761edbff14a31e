"""Tiles: the still part of the canvas (grid, ghosts, notes) in pictures of 512 px, repainted only when they differ."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

from studio.song.notes import Notes, Rows, ends
from studio.song.song import Track
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.folding import PITCHES
from widgets.piano_roll.backdrop import paint_lines, paint_rows, seen_span
from widgets.piano_roll.colouring import Made
from widgets.piano_roll.notes import Look, paint_flat, paint_notes
from widgets.piano_roll.overview import paint_overview
from widgets.piano_roll.shapes import Scale, Sheet
from widgets.piano_roll.state import RollState
from widgets.viewport import Viewport

TILE_PX = 512
KEPT_TILES = 72
"""A megabyte each on a plain screen."""
KEPT_GROUNDS = 6
CROWDED_NOTES = 6000
"""More visible notes than this are drawn as an overview picture (performance.md 3)."""
GHOST_OPACITY = 0.17
AT_ONCE_NOTES = 20_000
BUDGET_S = 0.010
"""In long songs, after this long in one repaint the remaining tiles wait for the next, and older pictures stand in."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The rows of one track in a column of tiles."""

    track: Track
    notes: Notes
    rows: Rows


class _Same:
    """Equal only to the very same object, and keeps it alive so that no other takes its place."""

    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)


@dataclass(slots=True, eq=False)
class _Column:
    stamp: int
    span: Span
    ghosts: list[Layer]
    front: Layer | None
    signature: tuple[Hashable, ...] = ()

    @property
    def note_count(self) -> int:
        return sum(len(layer.rows) for layer in self.ghosts) + (len(self.front.rows) if self.front else 0)


@dataclass(slots=True, eq=False)
class _Tile:
    pixmap: QPixmap
    stamp: int
    signature: tuple[Hashable, ...]


class Tiles:
    """Paints the visible tiles; `rows_drawn` counts the rows ever drawn, for tests of what a repaint costs."""

    def __init__(self, state: RollState) -> None:
        self._state = state
        self._tiles: dict[tuple[int, int], _Tile] = {}
        self._columns: dict[int, _Column] = {}
        self._scale_key: tuple[Hashable, ...] = ()
        self._old: tuple[float, float, dict[tuple[int, int], _Tile]] = (1.0, 1.0, {})
        self._grounds: dict[tuple[Hashable, ...], QPixmap] = {}
        self.rows_drawn = 0
        self.tiles_drawn = 0

    def paint(self, painter: QPainter, exposed: QRect, budget_s: float = BUDGET_S) -> bool:
        """Paint the exposed part; False when tiles are missing or old because the time was up."""
        viewport = aligned(self._state.viewport)
        dpr = viewport.dpr
        is_new_scale = self._begin(viewport)
        left, top = corner(viewport)
        is_whole = exposed.contains(QRect(0, 0, viewport.width_px, viewport.height_px))
        if is_new_scale and is_whole and self._paint_at_once(painter, viewport):
            return True
        began = time.perf_counter()
        is_long = self._state.song.note_count > AT_ONCE_NOTES
        complete = True
        for ix in range(int((left + exposed.left()) // TILE_PX), int((left + exposed.right() + 1) // TILE_PX) + 1):
            for iy in range(int((top + exposed.top()) // TILE_PX), int((top + exposed.bottom() + 1) // TILE_PX) + 1):
                x, y = ix * TILE_PX - left, iy * TILE_PX - top
                late = is_long and time.perf_counter() - began > budget_s
                tile = self._tile(ix, iy, viewport, dpr, may_paint=not late)
                if tile is not None:
                    painter.drawPixmap(QPointF(x, y), tile.pixmap)
                else:
                    self._stand_in(painter, QRectF(x, y, TILE_PX, TILE_PX), viewport)
                complete &= tile is not None and tile.stamp == self._state.stamp
        self._drop_far(viewport)
        return complete

    def paint_ahead(self) -> bool:
        """Paint one missing tile beside the visible ones, for scrolling that goes on; False when none is missing."""
        viewport = aligned(self._state.viewport)
        if self._scale_key != self._key(viewport) or not self._tiles:
            return False
        left, top = corner(viewport)
        first, last = int(left // TILE_PX), int((left + viewport.width_px) // TILE_PX)
        rows = range(int(top // TILE_PX), int((top + viewport.height_px) // TILE_PX) + 1)
        for ix in (last + 1, first - 1):
            missing = [iy for iy in rows if (ix, iy) not in self._tiles]
            if ix >= 0 and missing and ix * TILE_PX * viewport.ticks_per_px < viewport.end_tick:
                if self._is_crowded(self._column(ix, viewport)):
                    return False
                self._tile(ix, missing[0], viewport, viewport.dpr, may_paint=True)
                return True
        return False

    def forget(self) -> None:
        """Paint everything anew next time."""
        self._tiles.clear()
        self._columns.clear()
        self._grounds.clear()

    def _paint_at_once(self, painter: QPainter, viewport: Viewport) -> bool:
        """While zooming every frame has another scale: tiles reach over the edges and would be thrown away.

        False when there are so many notes that only tiles keep the time.
        """
        column = _Column(self._state.stamp, viewport.span, *layers_in(self._state, viewport.span))
        if column.note_count > AT_ONCE_NOTES:
            return False
        size = QRectF(0, 0, viewport.width_px, viewport.height_px)
        painter.save()
        self._paint_column(Sheet(painter, scale_of(viewport), size, themes.current()), column, column.note_count > CROWDED_NOTES)
        painter.restore()
        return True

    @staticmethod
    def _key(viewport: Viewport) -> tuple[Hashable, ...]:
        return (viewport.ticks_per_px, viewport.row_px, viewport.dpr, themes.current().name, viewport.fold)

    def _begin(self, viewport: Viewport) -> bool:
        """Make ready for this scale; whether it is another than before."""
        key = self._key(viewport)
        if key == self._scale_key:
            return False
        if self._scale_key and self._tiles and key[2:] == self._scale_key[2:]:
            per_px, row_px = self._scale_key[:2]
            assert isinstance(per_px, float)
            assert isinstance(row_px, float)
            self._old = (per_px, row_px, self._tiles)
        else:
            self._old = (1.0, 1.0, {})
        self._tiles, self._columns, self._scale_key = {}, {}, key
        return True

    def _tile(self, ix: int, iy: int, viewport: Viewport, dpr: float, may_paint: bool) -> _Tile | None:
        tile = self._tiles.pop((ix, iy), None)
        if tile is not None:
            self._tiles[(ix, iy)] = tile  # last in line to be forgotten
        if tile is not None and tile.stamp == self._state.stamp:
            return tile
        if not may_paint:
            return tile
        column = self._column(ix, viewport)
        if tile is None or tile.signature != column.signature:
            tile = _Tile(self._painted(ix, iy, column, viewport, dpr), self._state.stamp, column.signature)
        tile.stamp = self._state.stamp
        self._tiles[(ix, iy)] = tile
        return tile

    def _column(self, ix: int, viewport: Viewport) -> _Column:
        found = self._columns.get(ix)
        if found is not None and found.stamp == self._state.stamp:
            return found
        per_px = viewport.ticks_per_px
        start = max(0, int((ix * TILE_PX - 2) * per_px))
        span = Span(start, max(start, int(((ix + 1) * TILE_PX + 2) * per_px)))
        column = _Column(self._state.stamp, span, *layers_in(self._state, span))
        column.signature = self._signature(column, found)
        self._columns[ix] = column
        return column

    def _signature(self, column: _Column, before: _Column | None) -> tuple[Hashable, ...]:
        """Equal signatures mean equal pictures."""
        state = self._state
        timeline = state.song.timeline
        seen = []
        for layer in [*column.ghosts, *([column.front] if column.front else [])]:
            rows: Hashable = hash(layer.rows.tobytes()) if len(layer.rows) <= CROWDED_NOTES else _Same(layer.notes)
            seen.append((layer.track.colour, layer.track.instrument.is_drum, rows))
        marked: tuple[Hashable, ...] = ()
        if column.front is not None and (state.selected or state.faded):
            of_front = column.front.rows
            marked = (hash(state.is_selected(of_front).tobytes()), hash(state.is_faded(of_front).tobytes()))
        take = _Same(state.take if state.take is not None and state.take.span.overlaps(column.span) else None)
        how = (state.colouring, state.shows_names, state.song.origins if state.colouring == "origin" else ())
        scene = (timeline.keys, timeline.meters, state.snap, self._is_crowded(column))
        return (state.track_id, tuple(seen), marked, take, scene, how)

    def _is_crowded(self, column: _Column) -> bool:
        columns_seen = max(1, self._state.viewport.width_px / TILE_PX)
        return column.note_count * columns_seen > CROWDED_NOTES

    def _painted(self, ix: int, iy: int, column: _Column, viewport: Viewport, dpr: float) -> QPixmap:
        scale = Scale(viewport.ticks_per_px, viewport.row_px, ix * TILE_PX, iy * TILE_PX, viewport.dpr, viewport.fold)
        ground = self._ground(iy, scale, column, dpr)
        pixmap = _blank(dpr) if ground is None else ground.copy()
        with QPainter(pixmap) as painter:
            sheet = Sheet(painter, scale, QRectF(0, 0, TILE_PX, TILE_PX), themes.current())
            self._paint_column(sheet, column, self._is_crowded(column), has_rows=ground is not None)
        self.tiles_drawn += 1
        return pixmap

    def _ground(self, iy: int, scale: Scale, column: _Column, dpr: float) -> QPixmap | None:
        """The rows of all tiles at this height, made once; None where the key changes within the tile."""
        keys = self._state.song.timeline.keys
        if any(column.span.start_tick < change.tick < column.span.end_tick for change in keys):
            return None
        key = self._state.song.timeline.key_at(column.span.start_tick)
        wanted = (iy, key, self._state.is_drum, self._scale_key)
        found = self._grounds.get(wanted)
        if found is None:
            found = _blank(dpr)
            with QPainter(found) as painter:
                sheet = Sheet(painter, scale, QRectF(0, 0, TILE_PX, TILE_PX), themes.current())
                paint_rows(sheet, self._state.song.timeline, column.span, self._state.is_drum)
            while len(self._grounds) >= KEPT_GROUNDS:
                self._grounds.pop(next(iter(self._grounds)))
            self._grounds[wanted] = found
        return found

    def _paint_column(self, sheet: Sheet, column: _Column, is_crowded: bool, *, has_rows: bool = False) -> None:
        timeline, span = self._state.song.timeline, seen_span(sheet)
        if not has_rows:
            paint_rows(sheet, timeline, span, self._state.is_drum)
        paint_lines(sheet, timeline, self._state.snap, span)
        if is_crowded:
            self._paint_crowd(sheet, column)
        else:
            self._paint_each(sheet, column)

    def _paint_crowd(self, sheet: Sheet, column: _Column) -> None:
        theme = sheet.theme
        for layer in column.ghosts:
            paint_overview(sheet, layer.rows, theme.track(layer.track.colour), GHOST_OPACITY)
        if column.front is not None:
            paint_overview(sheet, column.front.rows, theme.track(column.front.track.colour))
            marked = self._state.is_selected(column.front.rows)
            if marked.any():
                paint_overview(sheet, column.front.rows[marked], theme.colour("text"), 0.8)
        self.rows_drawn += column.note_count

    def _paint_each(self, sheet: Sheet, column: _Column) -> None:
        scale, theme = sheet.scale, sheet.theme
        for layer in column.ghosts:
            rows = _within(layer.rows, scale, sheet.size.height())
            self.rows_drawn += len(rows)
            paint_flat(sheet, rows, theme.track(layer.track.colour, GHOST_OPACITY), is_drum=layer.track.instrument.is_drum)
        if column.front is None:
            return
        rows = _within(column.front.rows, scale, sheet.size.height())
        self.rows_drawn += len(rows)
        state = self._state
        faded = state.is_faded(rows)
        key = state.song.timeline.key_at(column.span.start_tick)
        is_drum = column.front.track.instrument.is_drum
        flats = None if is_drum or not state.shows_names else bool(key is not None and key.prefers_flats)
        look = Look(theme.track(column.front.track.colour), flats, state.colouring, Made.of(state.song.origins), is_drum)
        if state.take is not None:
            replaced = state.take.replaces(rows, column.front.track) & ~np.isin(
                rows["id"], state.notes.with_ids(rows["id"])["id"]
            )
            paint_flat(sheet, rows[replaced], theme.track(column.front.track.colour, GHOST_OPACITY), is_drum=is_drum)
            rows, faded = rows[~replaced], faded[~replaced]
        paint_notes(sheet, rows, look, state.is_selected(rows), faded)

    def _stand_in(self, painter: QPainter, place: QRectF, viewport: Viewport) -> None:
        """Stretch what was painted at the zoom before over a tile that is still missing."""
        painter.fillRect(place, themes.current().colour("bg"))
        per_px, row_px, tiles = self._old
        wide, high = per_px / viewport.ticks_per_px, viewport.row_px / row_px
        left, top = corner(viewport)
        painter.save()
        painter.setClipRect(place)
        for (ix, iy), tile in tiles.items():
            x, y = ix * TILE_PX * wide - left, iy * TILE_PX * high - top
            target = QRectF(x, y, TILE_PX * wide, TILE_PX * high)
            if target.intersects(place):
                painter.drawPixmap(target, tile.pixmap, QRectF(tile.pixmap.rect()))
        painter.restore()

    def _drop_far(self, viewport: Viewport) -> None:
        """Forget the tiles used longest ago: a fine screen makes them large, a large one needs many."""
        seen = (viewport.width_px // TILE_PX + 2) * (viewport.height_px // TILE_PX + 2)
        kept = max(int(KEPT_TILES / viewport.dpr**2), 2 * seen)
        while len(self._tiles) > kept:
            self._tiles.pop(next(iter(self._tiles)))
        while len(self._columns) > KEPT_TILES:
            self._columns.pop(next(iter(self._columns)))


def _blank(dpr: float) -> QPixmap:
    pixmap = QPixmap(round(TILE_PX * dpr), round(TILE_PX * dpr))
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def corner(viewport: Viewport) -> tuple[float, float]:
    """Where the view begins, in pixels from tick 0 and the top of pitch 127, aligned to device pixels."""
    dpr = viewport.dpr
    left = round(viewport.left_tick / viewport.ticks_per_px * dpr) / dpr
    return left, round((len(viewport.fold) - viewport.top_pitch) * viewport.row_px * dpr) / dpr


def shift(before: Viewport, after: Viewport) -> tuple[int, int] | None:
    """By how many pixels the picture of one view moves to become that of the other; None where it is not moved by whole ones."""
    if (before.ticks_per_px, before.row_px, before.dpr) != (after.ticks_per_px, after.row_px, after.dpr):
        return None
    if (before.width_px, before.height_px, before.fold) != (after.width_px, after.height_px, after.fold):
        return None
    (left, top), (new_left, new_top) = corner(before), corner(after)
    right, down = left - new_left, top - new_top
    if right != int(right) or down != int(down) or max(abs(right) / after.width_px, abs(down) / after.height_px) >= 1:
        return None
    return int(right), int(down)


def aligned(viewport: Viewport) -> Viewport:
    """The same view moved by less than a pixel, so that tiles and what lies over them meet exactly."""
    left, top = corner(viewport)
    return replace(viewport, left_tick=left * viewport.ticks_per_px, top_pitch=len(viewport.fold) - top / viewport.row_px)


def scale_of(viewport: Viewport) -> Scale:
    """The scale of things painted over the tiles."""
    left, top = corner(viewport)
    return Scale(viewport.ticks_per_px, viewport.row_px, left, top, viewport.dpr, viewport.fold)


def layers_in(state: RollState, span: Span) -> tuple[list[Layer], Layer | None]:
    """Other tracks' rows in a span (drums and pitched tracks are no ghosts of each other), and those of the front track."""
    front = state.track
    ghosts = []
    for track in state.song.tracks if state.shows_ghosts else ():
        if front is None or track.id == front.id or track.id in state.hidden_ghosts:
            continue
        if track.instrument.is_drum != front.instrument.is_drum:
            continue
        rows = track.notes.sounding_in(span)
        if len(rows):
            ghosts.append(Layer(track, track.notes, rows))
    return ghosts, Layer(front, front.notes, front.notes.sounding_in(span)) if front is not None else None


def _within(rows: Rows, scale: Scale, height_px: float) -> Rows:
    """Rows of the pitches seen."""
    tops = scale.tops(rows["pitch"])
    inside = (tops < height_px) & (tops + scale.row_px > 0) & (ends(rows) > scale.tick_at(-4))
    if len(scale.fold) < PITCHES:
        inside &= scale.fold.has_row(rows["pitch"])
    return rows[inside]

"""Lanes: every track in miniature over the whole song, each picture kept until its notes change."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from studio.song.notes import LOCKED, Notes, Rows, ends
from studio.song.song import Track
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.miniature import MANY_NOTES, paint_miniature, pitch_range
from widgets.piano_roll.marks import bar_pattern, locked_spans
from widgets.piano_roll.overview import occupancy, tinted
from widgets.piano_roll.shapes import Scale, draw

MUTED_OPACITY = 0.35
LEAST_LANE_PX, MOST_LANE_PX = 3.0, 26.0
BUDGET_S = 0.012
"""After this long in one repaint, lanes that changed wait for the next."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where lanes go: the area's size in pixels, its span of time, the scale of the screen."""

    width_px: float
    lane_px: float
    span: Span
    dpr: float


@dataclass(slots=True, eq=False)
class _Picture:
    notes: Notes
    key: Hashable
    pixmap: QPixmap


class Lanes:
    """Paints lanes. `drawn` counts the pictures made, for tests of what an edit costs."""

    def __init__(self) -> None:
        self._pictures: dict[int, _Picture] = {}
        self.drawn = 0

    def paint(self, painter: QPainter, tracks: tuple[Track, ...], top_px: float, band: Band) -> bool:
        """Every track's lane, one under the other; False where older pictures stand in because the time was up."""
        is_complete, began = True, time.perf_counter()
        for index, track in enumerate(tracks):
            painter.setOpacity(MUTED_OPACITY if track.strip.is_muted else 1.0)
            is_late = time.perf_counter() - began > BUDGET_S
            is_complete &= not is_late or self._is_new(track, band)
            painter.drawPixmap(QPointF(0, top_px + index * band.lane_px), self._picture(track, band, may_wait=is_late))
        painter.setOpacity(1.0)
        for gone in self._pictures.keys() - {track.id for track in tracks}:
            del self._pictures[gone]
        return is_complete

    @staticmethod
    def _key(track: Track, band: Band) -> Hashable:
        return (track.colour, band, themes.current().name, track.is_locked, track.locks)

    def _is_new(self, track: Track, band: Band) -> bool:
        found = self._pictures.get(track.id)
        return found is not None and found.notes is track.notes and found.key == self._key(track, band)

    def _picture(self, track: Track, band: Band, *, may_wait: bool) -> QPixmap:
        found, key = self._pictures.get(track.id), self._key(track, band)
        if found is not None and (may_wait or self._is_new(track, band)):
            return found.pixmap
        pixmap = self._drawn(track, band)
        self._pictures[track.id] = _Picture(track.notes, key, pixmap)
        return pixmap

    def _drawn(self, track: Track, band: Band) -> QPixmap:
        self.drawn += 1
        pixmap = QPixmap(max(1, round(band.width_px * band.dpr)), max(1, round(band.lane_px * band.dpr)))
        pixmap.setDevicePixelRatio(band.dpr)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            place = lane_place(band)
            colour = themes.current().track(track.colour, 0.85)
            rows = track.notes.rows
            if len(rows) > MANY_NOTES:
                low, high = pitch_range(rows)
                scale = Scale(band.span.length_ticks / max(1.0, band.width_px), 1.0, 0.0, 0.0)
                image = tinted(occupancy(rows, scale, round(band.width_px)), colour, 0.85)
                painter.drawImage(place, image, QRectF(0, 127 - high, band.width_px, high - low + 1))
            else:
                paint_miniature(painter, rows, place, band.span, colour)
            _paint_locks(painter, track, band)
        return pixmap


def _paint_locks(painter: QPainter, track: Track, band: Band) -> None:
    """Strokes over locked bars, and a line along the foot of the lane there and wherever locked notes sound."""
    rows = track.notes.rows if track.notes.has_flag(LOCKED) else track.notes.rows[:0]
    locked = rows[rows["flags"] & LOCKED != 0]
    spans = locked_spans(track, band.span)
    if not len(locked) and not spans:
        return
    per_px = band.span.length_ticks / max(1.0, band.width_px)
    for span in spans:
        place = QRectF(span.start_tick / per_px, 0, span.length_ticks / per_px, band.lane_px)
        bar_pattern(painter, place, themes.current())
    starts = np.concatenate((locked["start"], [span.start_tick for span in spans]))
    stops = np.concatenate((ends(locked), [span.end_tick for span in spans]))
    left = np.floor(starts / per_px)
    width = np.maximum(2.0, np.ceil(stops / per_px) - left)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(themes.current().colour("text", 0.85))
    thick = min(2.0, band.lane_px / 3)
    draw(painter, np.column_stack((left, np.full(len(left), band.lane_px - thick), width, np.full(len(left), thick))))


def lane_place(band: Band) -> QRectF:
    """Where notes go inside a lane, with a little air above and below."""
    air = min(3.0, band.lane_px / 6)
    return QRectF(0, air, band.width_px, max(1.0, band.lane_px - 2 * air))


def paint_take(painter: QPainter, take_rows: Rows, around: Rows, top_px: float, band: Band) -> None:
    """A proposed take in its lane, on the pitches of the notes that stand there."""
    if not len(take_rows):
        return
    both = np.concatenate((take_rows, around)) if len(around) else take_rows
    place = lane_place(band).translated(0, top_px)
    seen = take_rows[ends(take_rows) > band.span.start_tick]
    paint_miniature(painter, seen, place, band.span, themes.current().colour("proposed"), pitches=pitch_range(both))

"""Marks: what on the track in front is painted for a take, and what is locked, drawn over the notes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QTransform

from studio.song.region import Patch
from studio.song.song import Track
from studio.song.ticks import Span
from widgets import icons
from widgets.piano_roll.shapes import Scale, Sheet
from widgets.theme import Theme

WASH_OPACITY, HATCH_OPACITY, EDGE_OPACITY = 0.1, 0.24, 0.75
LOCK_WASH, LOCK_HATCH = 0.035, 0.16
STROKE_PX = 8
PADLOCK_PX = 14.0
LEAST_PADLOCK_PX = 20.0


def paint_patches(sheet: Sheet, patches: Iterable[Patch], track_id: int) -> None:
    """The painted parts of a track: a violet wash with a diagonal hatch between dashed lines."""
    for patch in patches:
        box = _box(sheet.scale, sheet.size, patch)
        if patch.track_id != track_id or not box.intersects(sheet.size):
            continue
        hatch(sheet.painter, box, sheet.theme, sheet.scale.left_px)
        pen = QPen(sheet.theme.colour("proposed", EDGE_OPACITY), 1)
        pen.setDashPattern([4, 4])
        sheet.painter.setPen(pen)
        x, right = box.left() + 0.5, box.right() - 0.5
        sheet.painter.drawLines([QLineF(x, box.top(), x, box.bottom()), QLineF(right, box.top(), right, box.bottom())])
        if patch.low_pitch > 0 or patch.high_pitch < 127:
            y, bottom = box.top() + 0.5, box.bottom() - 0.5
            sheet.painter.drawLines([QLineF(x, y, right, y), QLineF(x, bottom, right, bottom)])


def hatch(painter: QPainter, box: QRectF, theme: Theme, left_px: float = 0.0) -> None:
    """The violet of what is painted."""
    painter.fillRect(box, theme.colour("proposed", WASH_OPACITY))
    _pattern(painter, box, theme.colour("proposed", HATCH_OPACITY), left_px, rising=True)


def bar_pattern(painter: QPainter, box: QRectF, theme: Theme, left_px: float = 0.0) -> None:
    """The grey of what is locked: strokes the other way than those of what is painted."""
    painter.fillRect(box, theme.colour("text", LOCK_WASH))
    _pattern(painter, box, theme.colour("text", LOCK_HATCH), left_px, rising=False)


def _pattern(painter: QPainter, box: QRectF, colour: QColor, left_px: float, *, rising: bool) -> None:
    brush = _strokes(colour.rgba(), painter.device().devicePixelRatioF(), rising)
    painter.setBrushOrigin(QPointF(-left_px % STROKE_PX, 0))  # the strokes move with what they lie on
    painter.fillRect(box, brush)
    painter.setBrushOrigin(QPointF(0, 0))


@lru_cache(maxsize=32)
def _strokes(rgba: int, dpr: float, rising: bool) -> QBrush:
    """Diagonal strokes as far apart on every screen: a plain pattern would be finer on a fine one."""
    side = round(STROKE_PX * dpr)
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    with QPainter(tile) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor.fromRgba(rgba), max(1.0, dpr)))
        for shift in (-side, 0, side):
            first, last = (side, 0) if rising else (0, side)
            painter.drawLine(QLineF(shift, first, shift + side, last))
    brush = QBrush(tile)
    brush.setTransform(QTransform.fromScale(STROKE_PX / side, STROKE_PX / side))
    return brush


def _box(scale: Scale, size: QRectF, patch: Patch) -> QRectF:
    left, right = scale.crisp_x(patch.span.start_tick), scale.crisp_x(patch.span.end_tick)
    lines = scale.fold.lines(np.array((patch.low_pitch, patch.high_pitch)))
    count, top, bottom = len(scale.fold), 0.0, size.height()
    if patch.high_pitch < 127:
        top = (count - 1 - np.floor(lines[1])) * scale.row_px - scale.top_px
    if patch.low_pitch > 0:
        bottom = (count - np.ceil(lines[0])) * scale.row_px - scale.top_px
    top, bottom = max(-1.0, round(top)), min(size.height() + 1, round(bottom))
    return QRectF(left, top, max(1.0, right - left), max(1.0, bottom - top))


def locked_spans(track: Track, seen: Span) -> list[Span]:
    """What of a stretch is locked on the track."""
    if track.is_locked:
        return [seen]
    return [Span(max(s.start_tick, seen.start_tick), min(s.end_tick, seen.end_tick)) for s in track.locks if s.overlaps(seen)]


def paint_locks(sheet: Sheet, track: Track, seen: Span) -> None:
    """Locked stretches over all pitches, each with a line where it begins and ends."""
    for span in locked_spans(track, seen):
        left, right = sheet.scale.crisp_x(span.start_tick), sheet.scale.crisp_x(span.end_tick)
        box = QRectF(max(-2.0, left), 0, min(right, sheet.size.width() + 2) - max(-2.0, left), sheet.size.height())
        bar_pattern(sheet.painter, box, sheet.theme, sheet.scale.left_px)


def paint_padlocks(strip: Sheet, track: Track, seen: Span) -> None:
    """On a strip of a ruler: the pattern of locked stretches, and a padlock where there is room."""
    scale, size = strip.scale, strip.size
    for span in locked_spans(track, seen):
        left, right = max(size.left() - 2, scale.crisp_x(span.start_tick)), min(size.right() + 2, scale.crisp_x(span.end_tick))
        box = QRectF(left, size.top(), right - left, size.height())
        bar_pattern(strip.painter, box, strip.theme, scale.left_px)
        if box.width() >= LEAST_PADLOCK_PX:
            place = QRectF(right - PADLOCK_PX - 4, box.center().y() - PADLOCK_PX / 2, PADLOCK_PX, PADLOCK_PX)
            icons.paint(strip.painter, "locked", place, strip.theme.colour("text"))

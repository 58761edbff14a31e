"""Ghosts: what lies over the still picture: the region asked about, a proposed take, drags, the rubber band, the playhead."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.song.notes import MUTED, Rows, ends
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.piano_roll.shapes import Scale, Sheet, diamonds, draw, draw_form, outline, rectangles
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tools import Preview
from widgets.theme import Theme

WASH_OPACITY = 0.075
TAKE_OPACITY = 0.36
OTHER_PART_OPACITY = 0.14
PLAYHEAD_PX = 2
TRIANGLE_PX = 6.0


def paint_region(sheet: Sheet, span: Span, *, is_whole: bool = True) -> None:
    """A violet wash between two dashed lines; the lines alone where only parts of it are meant."""
    painter, scale, size, theme = sheet.painter, sheet.scale, sheet.size, sheet.theme
    left, right = scale.crisp_x(span.start_tick), scale.crisp_x(span.end_tick)
    if right < 0 or left > size.width():
        return
    if is_whole:
        painter.fillRect(QRectF(left, 0, right - left, size.height()), theme.colour("proposed", WASH_OPACITY))
    pen = QPen(theme.colour("proposed", 0.8), 1)
    pen.setDashPattern([4, 4])
    painter.setPen(pen)
    for x in (left, right):
        painter.drawLine(QLineF(x + 0.5, 0, x + 0.5, size.height()))


def paint_take(sheet: Sheet, state: RollState, exposed: QRectF) -> int:
    """The proposed take: violet with a dashed edge on the track in front, faint on the others; how many notes."""
    take = state.take
    if take is None:
        return 0
    drawn = 0
    for track_id, rows in take.parts:
        seen = rows_seen(rows, sheet.scale, exposed)
        opacity = TAKE_OPACITY if track_id == state.track_id else OTHER_PART_OPACITY
        is_front = track_id == state.track_id
        faded = state.is_faded(seen) if is_front else np.zeros(len(seen), bool)
        _dashed(sheet, seen[~faded], opacity, is_drum=state.is_drum and is_front)
        _dashed(sheet, seen[faded], opacity / 3, is_drum=state.is_drum and is_front)
        if is_front:
            chosen = seen[state.is_selected(seen) & ~faded]
            shapes = (diamonds if state.is_drum else rectangles)(chosen, sheet.scale)
            outline(sheet.painter, shapes, sheet.theme.colour("text"), 1.6, "diamond" if state.is_drum else "round")
        drawn += len(seen)
    return drawn


def rows_seen(rows: Rows, scale: Scale, exposed: QRectF) -> Rows:
    """Those of a take's few hundred rows that cross the exposed part."""
    first, last = scale.tick_at(exposed.left() - 2), scale.tick_at(exposed.right() + 2)
    return rows[(rows["start"] < last) & (ends(rows) > first)]


def _dashed(sheet: Sheet, rows: Rows, opacity: float, *, is_drum: bool) -> None:
    painter, scale, theme = sheet.painter, sheet.scale, sheet.theme
    fill, edge = theme.colour("proposed", opacity), theme.colour("proposed", min(1.0, opacity * 2.6))
    muted = rows["flags"] & MUTED != 0
    shapes = (diamonds if is_drum else rectangles)(rows, scale)
    if scale.row_px < 5 or len(rows) > 1500:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        draw(painter, shapes)
        return
    pen = QPen(edge, 1.2)
    pen.setDashPattern([2.4, 1.6])
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for (x, y, width, height), is_hollow in zip(shapes.tolist(), muted.tolist(), strict=True):
        painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else fill)
        box = QRectF(x + 0.5, y + 0.5, max(1.5, width - 1), max(1.5, height - 1))
        draw_form(painter, box, "diamond" if is_drum else "round")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_preview(sheet: Sheet, preview: Preview, colour: QColor, *, is_drum: bool = False) -> None:
    """Notes as a drag would leave them, the rubber band or lasso, and a word beside the pointer."""
    painter, scale, size, theme = sheet.painter, sheet.scale, sheet.size, sheet.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.colour("text"), 1.6))
    for rows, fill in ((preview.rows, colour), (preview.outlined, None)):
        seen = rows_seen(rows, scale, size)
        painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
        for x, y, width, height in (diamonds if is_drum else rectangles)(seen, scale)[:4000].tolist():
            box = QRectF(x + 0.3, y + 0.3, max(1.0, width - 0.6), max(1.0, height - 0.6))
            draw_form(painter, box, "diamond" if is_drum else "round")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if preview.band is not None:
        first, last, low, high = preview.band
        top, bottom = scale.y_of(high), scale.y_of(low) + scale.row_px
        painter.setPen(QPen(theme.colour("text", 0.7), 1))
        painter.setBrush(theme.colour("text", 0.07))
        painter.drawRect(QRectF(scale.x_of(first), top, scale.x_of(last) - scale.x_of(first), bottom - top))
    if preview.around:
        line = [
            QPointF(scale.x_of(tick), (len(scale.fold) - height) * scale.row_px - scale.top_px) for tick, height in preview.around
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.colour("text", 0.7), 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("text", 0.07))
        painter.drawPolygon(QPolygonF(line))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if preview.label is not None:
        _paint_label(sheet, *preview.label)


def _paint_label(sheet: Sheet, x: float, y: float, words: str) -> None:
    painter, theme = sheet.painter, sheet.theme
    painter.setFont(themes.font(themes.LABEL_PX, bold=True))
    width = painter.fontMetrics().horizontalAdvance(words) + 14
    place = QRectF(min(x + 14, sheet.size.width() - width - 4), max(4.0, y - 30), width, 20)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.colour("line_strong"), 1))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(place, 5, 5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(theme.colour("text"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


def paint_playhead(painter: QPainter, x: float, height: float, theme: Theme) -> None:
    painter.fillRect(QRectF(round(x), 0, PLAYHEAD_PX, height), theme.colour("accent"))


def paint_triangle(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """The head of the playhead, pointing down to `y`."""
    centre = round(x) + PLAYHEAD_PX / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    corners = [QPointF(centre - TRIANGLE_PX, y - 8), QPointF(centre + TRIANGLE_PX, y - 8), QPointF(centre, y)]
    painter.drawPolygon(QPolygonF(corners))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_cursor(painter: QPainter, x: float, height: float, theme: Theme) -> None:
    """The edit cursor: a thin dotted line where pasting and step input go."""
    pen = QPen(theme.colour("muted", 0.8), 1)
    pen.setDashPattern([1, 3])
    painter.setPen(pen)
    painter.drawLine(QLineF(round(x) + 0.5, 0, round(x) + 0.5, height))

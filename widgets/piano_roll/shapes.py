"""Shapes: notes as arrays of rectangles, and one call that draws a whole array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.song.notes import Rows
from widgets.folding import UNFOLDED, Fold
from widgets.theme import Theme

Rectangles = NDArray[np.float64]
"""[rectangle, (x, y, width, height)], contiguous: the memory layout of an array of QRectF."""

Form = Literal["plain", "round", "diamond"]
"""How notes are drawn: many as plain boxes, few with round corners, drums as diamonds."""

GAP_PX = 1.0
MOST_DIAMOND_PX, MOST_RADIUS_PX = 8.0, 3.0
DIAMOND_SHAPE = 1.25
"""Height to width, where the row has room."""
LEAST_WIDTH_PX = 2.0
BANDS = 8
"""Velocities are drawn in this many steps of opacity."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Ticks and pitches to pixels, counted from a corner of the picture being drawn."""

    ticks_per_px: float
    row_px: float
    left_px: float
    top_px: float
    dpr: float = 1.0
    fold: Fold = UNFOLDED

    @property
    def hair_px(self) -> float:
        """The thickness of a thin line: whole device pixels, near one pixel."""
        return max(1, int(self.dpr + 0.01)) / self.dpr

    def crisp(self, pixels: NDArray[np.floating[Any]]) -> Rectangles:
        """Rounded to device pixels."""
        rounded: Rectangles = np.rint(pixels * self.dpr) / self.dpr
        return rounded

    def crisp_x(self, tick: float) -> float:
        return round(self.x_of(tick) * self.dpr) / self.dpr

    def crisp_y(self, pitch: float) -> float:
        """The upper edge of a row."""
        return round(self.y_of(pitch) * self.dpr) / self.dpr

    def crisp_bottom(self, pitch: float) -> float:
        return round((self.y_of(pitch) + self.row_px) * self.dpr) / self.dpr

    def tops(self, pitches: NDArray[Any]) -> Rectangles:
        """The upper edges of rows, not rounded."""
        return (len(self.fold) - 1 - self.fold.lines(pitches)) * self.row_px - self.top_px

    def x_of(self, tick: float) -> float:
        return tick / self.ticks_per_px - self.left_px

    def y_of(self, pitch: float) -> float:
        return (len(self.fold) - 1 - self.fold.line(pitch)) * self.row_px - self.top_px

    def tick_at(self, x: float) -> float:
        return (x + self.left_px) * self.ticks_per_px


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is being painted on: the painter, where ticks and pitches fall, the size, the theme."""

    painter: QPainter
    scale: Scale
    size: QRectF
    theme: Theme


def rectangles(rows: Rows, scale: Scale) -> Rectangles:
    """Where each row is drawn, a gap of a pixel between neighbours."""
    made = np.empty((len(rows), 4))
    start = rows["start"] / scale.ticks_per_px
    made[:, 0] = start - scale.left_px
    made[:, 1] = scale.tops(rows["pitch"])
    made[:, 2] = np.maximum(rows["length"] / scale.ticks_per_px - GAP_PX, LEAST_WIDTH_PX)
    made[:, 3] = max(1.0, scale.row_px - GAP_PX)
    if scale.row_px >= 4:
        # Whole device pixels keep edges crisp and equal notes equally wide. The right edge is rounded, not the width.
        right = scale.crisp(made[:, 0] + made[:, 2])
        top = scale.crisp(made[:, 1])
        bottom = scale.crisp(made[:, 1] + scale.row_px) - scale.hair_px
        made[:, 0] = scale.crisp(made[:, 0])
        made[:, 2] = np.maximum(right - made[:, 0], LEAST_WIDTH_PX)
        made[:, 1], made[:, 3] = top, np.maximum(bottom - top, 1.0)
    return made


def diamond_px(row_px: float) -> float:
    """Half the width of a drum's diamond."""
    return min(MOST_DIAMOND_PX, row_px * 0.5)


def diamonds(rows: Rows, scale: Scale) -> Rectangles:
    """The box around each row's diamond, its middle on the start."""
    made = rectangles(rows, scale)
    half = diamond_px(scale.row_px)
    made[:, 0] = scale.crisp(rows["start"] / scale.ticks_per_px - scale.left_px) - half
    made[:, 2] = 2 * half
    height = np.minimum(made[:, 3], DIAMOND_SHAPE * 2 * half)
    made[:, 1] = scale.crisp(made[:, 1] + (made[:, 3] - height) / 2)
    made[:, 3] = height
    return made


def bands(rows: Rows) -> NDArray[np.intp]:
    """The velocity band of each row, 0 to BANDS - 1."""
    return (rows["velocity"].astype(np.intp) * BANDS) >> 7


def opacity(band: int) -> float:
    """How opaque notes of a velocity band are: soft ones stay well visible."""
    return 0.5 + 0.5 * (band + 1) / BANDS


def fill(painter: QPainter, shapes: Rectangles, colour: QColor, form: Form) -> None:
    """Fill all boxes with a colour; the painter has no pen."""
    painter.setBrush(colour)
    if form == "plain":
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        draw(painter, shapes)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for x, y, width, height in shapes.tolist():
        draw_form(painter, QRectF(x, y, width, height), form)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def outline(painter: QPainter, shapes: Rectangles, colour: QColor, width_px: float, form: Form) -> None:
    """An edge inside all boxes."""
    if not len(shapes):
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, width_px))
    if form == "plain":
        draw(painter, shapes)
    else:
        inset = width_px / 2 - 0.5 if width_px > 1 else 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, width_px > 1 or form == "diamond")
        for x, y, width, height in shapes.tolist():
            box = QRectF(x + inset, y + inset, max(1.0, width - 2 * inset), max(1.0, height - 2 * inset))
            draw_form(painter, box, form)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)


def draw_form(painter: QPainter, box: QRectF, form: Form) -> None:
    """One note with the painter's pen and brush."""
    if form == "diamond":
        centre = box.center()
        corners = [QPointF(centre.x(), box.top()), QPointF(box.right(), centre.y())]
        painter.drawPolygon(QPolygonF([*corners, QPointF(centre.x(), box.bottom()), QPointF(box.left(), centre.y())]))
        return
    corner = min(MOST_RADIUS_PX, box.height() / 5, box.width() / 2)
    painter.drawRoundedRect(box, corner, corner)


def draw(painter: QPainter, shapes: Rectangles) -> None:
    """Fill all rectangles with the painter's brush in one call, without an object for each."""
    count = len(shapes)
    if not count:
        return
    held = np.ascontiguousarray(shapes, dtype=np.float64)
    first: Any = shiboken6.wrapInstance(held.ctypes.data, QRectF)
    painter.drawRects(first, count)

"""PadGeometry: where the pad's places and cells lie in its widget, and which place a pixel is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize

from studio.explore.mixing import CORNERS, Place

SIDE_PX, ABOVE_PX = 46.0, 38.0
"""Room around the field, for the badges on its corners and their names."""
BADGE_PX = 15.0
"""Half the width of a badge."""
HANDLE_PX = 5.5
GRAB_PX = 13.0
"""So near a handle or badge, a press takes it."""
WIDEST = 1.6
"""The field is at most so many times as wide as high."""
GAP_PX, CELL_RADIUS_PX = 7.0, 4.0


@dataclass(frozen=True, slots=True)
class PadGeometry:
    """The field, in the widget's pixels, with a grid of `cells` x `cells` in it."""

    field: QRectF
    cells: int

    @classmethod
    def within(cls, size: QSize, cells: int) -> PadGeometry:
        """As large as the widget allows, in its middle."""
        width, height = max(60.0, size.width() - 2 * SIDE_PX), max(60.0, size.height() - 2 * ABOVE_PX)
        width = min(width, height * WIDEST)
        return cls(QRectF(round((size.width() - width) / 2), ABOVE_PX, round(width), round(height)), cells)

    def point(self, place: Place) -> QPointF:
        return QPointF(self.field.left() + place[0] * self.field.width(), self.field.top() + place[1] * self.field.height())

    def place(self, point: QPointF) -> Place:
        """The place at a point; points beside the field are drawn onto its edge."""
        x = (point.x() - self.field.left()) / self.field.width()
        y = (point.y() - self.field.top()) / self.field.height()
        return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))

    def cell(self, column: int, row: int) -> QRectF:
        """The tile of a cell, a gap away from its neighbours."""
        wide, high = self.field.width() / self.cells, self.field.height() / self.cells
        left, top = self.field.left() + column * wide, self.field.top() + row * high
        return QRectF(left, top, wide, high).adjusted(GAP_PX / 2, GAP_PX / 2, -GAP_PX / 2, -GAP_PX / 2)

    def corner_near(self, point: QPointF) -> int:
        """The corner in whose quarter of the field a point lies."""
        x, y = self.place(point)
        return (x >= 0.5) + 2 * (y >= 0.5)

    def corner(self, slot: int) -> QPointF:
        return self.point(CORNERS[slot])

    def around(self, place: Place, reach_px: float) -> QRectF:
        """A square about a place."""
        centre = self.point(place)
        return QRectF(centre.x() - reach_px, centre.y() - reach_px, 2 * reach_px, 2 * reach_px)

    def is_within(self, one: QPointF, place: Place, reach_px: float = GRAB_PX) -> bool:
        other = self.point(place)
        return (one.x() - other.x()) ** 2 + (one.y() - other.y()) ** 2 <= reach_px**2

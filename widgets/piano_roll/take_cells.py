"""TakeCells: beside the lanes of takes, which take each is, its star or its points."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.words import tr
from widgets import icons
from widgets import theme as themes
from widgets.phrase_drag import Grab
from widgets.piano_roll.backdrop import mixed
from widgets.piano_roll.keys import KEYS_PX
from widgets.piano_roll.take_lanes import ROW_PX, TakeLanes
from widgets.piano_roll.take_rows import LaneRow
from widgets.theme import Theme

STAR_PX = 12.0


class TakeCells(QWidget):
    """Beside the lanes: which take each is, its star or points."""

    def __init__(self, lanes: TakeLanes, parent: QWidget) -> None:
        super().__init__(parent)
        self.lanes = lanes
        self.carry_out: Callable[[int, Qt.KeyboardModifier], bool] = lambda _index, _keys: True
        """Set by the panel: a take that a hand pulls away (`drag_out.GoingOut.carry`)."""
        self._grab = Grab()
        self._pressed: int | None = None
        self._pulled: int | None = None
        lanes.scrolled.listen(self.update)
        self.setFixedWidth(KEYS_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, lanes = themes.current(), self.lanes
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.colour("panel"))
            painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
            for row, lane in enumerate(lanes.lanes[lanes.first : lanes.first + lanes.most]):
                self._paint_cell(painter, theme, QRectF(0, 1 + row * ROW_PX, self.width(), ROW_PX - 1), lane)

    def _paint_cell(self, painter: QPainter, theme: Theme, place: QRectF, lane: LaneRow) -> None:
        painter.fillRect(QRectF(0, place.bottom(), place.width(), 1), theme.colour("line", 0.7))
        if lane.lit:
            tint = theme.colour("proposed")
            painter.fillRect(place, mixed(theme.colour("panel"), tint, 0.14))
            painter.fillRect(QRectF(0, place.top(), 3, place.height()), tint)
        painter.setFont(themes.font(themes.LABEL_PX, bold=bool(lane.lit)))
        painter.setPen(theme.colour("text" if lane.lit else "muted"))
        name = tr("Before") if lane.index is None else str(lane.number)
        painter.drawText(place.adjusted(8, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, name)
        if lane.is_edited:
            left = 12 + painter.fontMetrics().horizontalAdvance(name)
            icons.paint(painter, "pencil", QRectF(left, place.center().y() - 5, 10, 10), painter.pen().color())
        if lane.is_starred:
            icon = QRectF(place.right() - STAR_PX - 5, place.center().y() - STAR_PX / 2, STAR_PX, STAR_PX)
            icons.paint(painter, "starred", icon, theme.colour("accent"))
        elif lane.points:
            self._paint_points(painter, place, lane.points, theme.colour("accent"))

    def _paint_points(self, painter: QPainter, place: QRectF, points: int, colour: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for at in range(points):
            painter.drawEllipse(QPointF(place.right() - 6 - 5 * (points - 1 - at), place.center().y()), 1.6, 1.6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull a take onto a track, the pad, or out of the window."""
        if self._grab.begins(event):
            self._pulled = self._pressed
        if self._pulled is not None and self.carry_out(self._pulled, event.modifiers()):
            self._pulled = None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grab.release()
        self._pulled = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.lanes.lane_at(event.position().y())
        self._grab.press(event)
        self._pressed = None if at is None else self.lanes.lanes[at].index
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            lane = self.lanes.lanes[at]
            on_star = event.position().x() > self.width() - 20 and lane.index is not None
            if on_star and lane.index is not None:
                self.lanes.acted.emit("star", lane.index)
            else:
                self.lanes.shown.emit(lane.index)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self.lanes.show_tip(event.pos(), event.globalPos())
            return True
        return super().event(event)

"""HeaderChips: what takes on a track keep to, small on its row; a click changes a chip, its cross takes it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from studio.generation.constraint_words import Demand
from studio.words import tr
from widgets import theme
from widgets.controls.pressable import paint_ground
from widgets.controls.removable_chip import paint_cross
from widgets.theme import LABEL_PX, STEP_PX

HEIGHT_PX = 22
CHIP_PX = 18
PADDING_PX = 7
CROSS_PX = 14


class HeaderChips(QWidget):
    """`wanted()` when one is to be changed, `removed(Demand)` when one is to go. As many are shown as there is room for, then
    how many more there are."""

    wanted = Signal()
    removed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.demands: tuple[Demand, ...] = ()
        self._under: int | None = None
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_demands(self, demands: tuple[Demand, ...]) -> None:
        if demands != self.demands:
            self.demands = demands
            self.setAccessibleName(self.words())
            self.update()
        self.setVisible(bool(demands))

    def words(self) -> str:
        """All of them in a sentence; empty for none."""
        return tr("Takes keep to: {demands}", demands="; ".join(each.told for each in self.demands)) if self.demands else ""

    def places(self) -> list[QRectF]:
        """Where the chips are that have room."""
        found, x = [], 0.0
        for at, demand in enumerate(self.demands):
            width = self._width(demand.words)
            rest = len(self.demands) - at - 1
            if at and x + width + (self._width(f"+{rest}") + STEP_PX if rest else 0) > self.width():
                break
            found.append(QRectF(x, (HEIGHT_PX - CHIP_PX) / 2, min(width, self.width() - x), CHIP_PX))
            x += width + STEP_PX
        return found

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self._chip_at(event.position())
        if under != self._under:
            self._under = under
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        at = self._chip_at(event.position())
        if at is not None and event.position().x() > self.places()[at].right() - CROSS_PX:
            self.removed.emit(self.demands[at])
        else:
            self.wanted.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            at = self._chip_at(QPointF(self.mapFromGlobal(self.cursor().pos())))
            told = self.words() if at is None else tr("{demand}. Click to change it.", demand=self.demands[at].told)
            QToolTip.showText(self.cursor().pos(), told, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        places = self.places()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font(LABEL_PX))
            for at, place in enumerate(places):
                ground = tokens.colour("line" if at == self._under else "bg")
                paint_ground(painter, place, ground, tokens.colour("line_strong"), CHIP_PX / 2)
                room = place.adjusted(PADDING_PX, 0, -CROSS_PX, 0)
                words = painter.fontMetrics().elidedText(
                    self.demands[at].words, Qt.TextElideMode.ElideRight, int(room.width()) + 1
                )
                painter.setPen(tokens.colour("text"))
                painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
                paint_cross(painter, QPointF(place.right() - CROSS_PX / 2 - 1, place.center().y()), 2.3)
            more = len(self.demands) - len(places)
            if more and places:
                painter.setPen(tokens.colour("muted"))
                rest = QRectF(places[-1].right() + STEP_PX, 0, self.width(), HEIGHT_PX)
                painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter), f"+{more}")

    def _width(self, words: str) -> float:
        self.setFont(theme.font(LABEL_PX))
        return self.fontMetrics().horizontalAdvance(words) + PADDING_PX + CROSS_PX + 2

    def _chip_at(self, place: QPointF) -> int | None:
        return next((at for at, chip in enumerate(self.places()) if chip.contains(place)), None)

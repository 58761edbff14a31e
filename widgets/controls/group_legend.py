"""GroupLegend: which mark and colour stands for which group of bars."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme
from widgets.controls.latent_map import paint_mark

ROW_PX, MARK_PX, GAP_PX = 20, 16, 14


class GroupLegend(QWidget):
    """Marks with names after them, in as many rows as are needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._groups: tuple[str, ...] = ()

    def show_groups(self, groups: tuple[str, ...]) -> None:
        if groups != self._groups:
            self._groups = groups
            self.setAccessibleName(", ".join(groups))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        return ROW_PX * (1 + int(self._places(width)[-1].y() // ROW_PX) if self._groups else 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font(theme.LABEL_PX))
            for group, (words, place) in enumerate(zip(self._groups, self._places(self.width()), strict=True)):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.track(group))
                paint_mark(painter, place + QPointF(5, ROW_PX / 2), group, 4)
                painter.setPen(tokens.colour("muted"))
                field = QRectF(place.x() + MARK_PX, place.y(), 400, ROW_PX)
                painter.drawText(field, int(Qt.AlignmentFlag.AlignVCenter), words)

    def _places(self, width: int) -> list[QPointF]:
        measure = QFontMetrics(theme.font(theme.LABEL_PX))
        places, x, y = [], 0.0, 0.0
        for words in self._groups:
            extent = MARK_PX + measure.horizontalAdvance(words) + GAP_PX
            if x and x + extent > width:
                x, y = 0.0, y + ROW_PX
            places.append(QPointF(x, y))
            x += extent
        return places

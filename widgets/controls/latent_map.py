"""LatentMap: a whole plane of drum bars drawn as small grids, the bars learnt from over it as points or ellipses."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.generation.lecture import Material, Side, chances
from studio.words import tr
from widgets import theme
from widgets.controls.pressable import paint_focus
from widgets.still import Still
from widgets.theme import CARD_RADIUS_PX

INK = 0.5
"""So strong is a certain hit in the ground: the points over it have to be seen first."""
POINT_PX = 3.2
NEAR_PX = 9.0
GAP = 2
"""Steps and voices left free around a cell, so that one bar is told from the next."""
WIDER, HIGHER = 2, 4
"""Pixels of a hit in the picture that is shrunk onto the widget."""
SHAPES = 3
"""Circles, squares, diamonds: groups beyond the eight colours are told apart by these."""


class LatentMap(QWidget):
    """One model's space. `chosen(row, column)` when a cell is clicked, dragged over or walked to with the arrow keys."""

    chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setAccessibleName(name)
        self.setAccessibleDescription(tr("Every cell is a drum bar. Arrow keys walk over the cells."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._material: Material | None = None
        self._side: Side | None = None
        self._temperature = 0.0
        self.cell: tuple[int, int] | None = None
        self._still = Still(self, self._paint_ground)

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 300)

    def show_side(self, material: Material, side: Side, temperature: float) -> None:
        self._material, self._side, self._temperature = material, side, temperature
        self.update()

    def show_cell(self, cell: tuple[int, int] | None) -> None:
        """Mark the cell that was chosen."""
        self.cell = cell
        self.update()

    @property
    def square(self) -> QRectF:
        """Where the plane is drawn."""
        side = min(self.width(), self.height()) - 2.0
        return QRectF((self.width() - side) / 2, 1, side, side)

    def spot(self, x: float, y: float) -> QPointF:
        """Where a point of the space is drawn."""
        square, reach = self.square, self._side.map.reach if self._side else 1.0
        return QPointF(
            square.center().x() + x / reach * square.width() / 2, square.center().y() - y / reach * square.height() / 2
        )

    def place_at(self, spot: QPointF) -> tuple[float, float]:
        """The point of the space that is drawn there."""
        square, reach = self.square, self._side.map.reach if self._side else 1.0
        x, y = spot.x() - square.center().x(), square.center().y() - spot.y()
        return 2 * x / square.width() * reach, 2 * y / square.height() * reach

    def nearest_bar(self, spot: QPointF) -> int | None:
        """The bar whose point is drawn close by."""
        if self._side is None or not len(self._side.means):
            return None
        x, y = self.place_at(spot)
        far = np.hypot(*(self._side.means - (x, y)).T) / self._side.map.reach * self.square.width() / 2
        nearest = int(far.argmin())
        return nearest if far[nearest] <= NEAR_PX else None

    # Gestures

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}.get(
            Qt.Key(event.key())
        )
        if step is None or self._side is None:
            super().keyPressEvent(event)
            return
        side = len(self._side.map.odds)
        row, column = self.cell or (side // 2, side // 2)
        self._take(min(side - 1, max(0, row + step[0])), min(side - 1, max(0, column + step[1])))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = self.nearest_bar(QPointF(event.pos()))
            words = "" if bar is None or self._material is None else self._material.places[bar]
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _choose(self, spot: QPointF) -> None:
        found = self._side.map.cell_at(*self.place_at(spot)) if self._side is not None else None
        if found is not None and found != self.cell:
            self._take(*found)

    def _take(self, row: int, column: int) -> None:
        self.show_cell((row, column))
        self.chosen.emit(row, column)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still.picture(id(self._side), self._temperature))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._side is not None and self.cell is not None:
                extent = self.square.width() / len(self._side.map.odds)
                row, column = self.cell
                corner = self.square.topLeft() + QPointF(column * extent, row * extent)
                painter.setPen(QPen(theme.current().colour("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(corner, QSize(1, 1) * extent).adjusted(-1, -1, 1, 1), 3, 3)
            if self.hasFocus():
                paint_focus(painter, self.square, CARD_RADIUS_PX)

    def _paint_ground(self, pixmap: QPixmap) -> None:
        tokens = theme.current()
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setPen(tokens.colour("line"))
            painter.setBrush(tokens.colour("bg"))
            painter.drawRoundedRect(self.square, CARD_RADIUS_PX, CARD_RADIUS_PX)
            if self._side is None:
                painter.setPen(tokens.colour("dim"))
                painter.drawText(self.square, int(Qt.AlignmentFlag.AlignCenter), "learning …")
                return
            painter.drawImage(self.square, cells_image(self._side, self._temperature, tokens.colour("text")))
            painter.setClipRect(self.square)
            self._paint_prior(painter, self._side)
            self._paint_bars(painter, self._side)
            self._paint_reach(painter, self._side)

    def _paint_prior(self, painter: QPainter, side: Side) -> None:
        """One and two deviations of the standard normal distribution, where the model knows one."""
        if side.figures.kl_bits is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.current().colour("muted"), 1, Qt.PenStyle.DashLine))
        for radius in (1, 2):
            extent = radius / side.map.reach * self.square.width() / 2
            painter.drawEllipse(self.square.center(), extent, extent)

    def _paint_bars(self, painter: QPainter, side: Side) -> None:
        if self._material is None:
            return
        tokens = theme.current()
        scale = self.square.width() / 2 / side.map.reach
        edge = QPen(tokens.colour("bg", 0.7), 1)
        for bar, ((x, y), (wide, high)) in enumerate(zip(side.means.tolist(), side.deviations.tolist(), strict=True)):
            group = int(self._material.group_of[bar])
            spot = self.spot(x, y)
            across, up = wide * scale, high * scale
            if max(across, up) > POINT_PX:
                painter.setPen(QPen(tokens.track(group, 0.6), 1))
                painter.setBrush(tokens.track(group, 0.05))
                painter.drawEllipse(spot, max(across, 0.6), max(up, 0.6))
            painter.setPen(edge)
            painter.setBrush(tokens.track(group))
            paint_mark(painter, spot, group, POINT_PX if max(across, up) <= POINT_PX else 1.8)

    def _paint_reach(self, painter: QPainter, side: Side) -> None:
        """How far the square reaches, at its right and upper edges."""
        painter.setFont(theme.mono(theme.LABEL_PX))
        words = f"±{side.map.reach:.1f}"
        extent = painter.fontMetrics().horizontalAdvance(words) + 12
        field = QRectF(self.square.right() - extent - 6, self.square.bottom() - 24, extent, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().colour("panel", 0.9))
        painter.drawRoundedRect(field, 4, 4)
        painter.setPen(theme.current().colour("muted"))
        painter.drawText(field, int(Qt.AlignmentFlag.AlignCenter), words)


def paint_mark(painter: QPainter, spot: QPointF, group: int, size: float) -> None:
    """The mark of a group: its shape changes where colours begin anew."""
    shape = group // len(theme.current().tracks) % SHAPES
    if shape == 0:
        painter.drawEllipse(spot, size, size)
    elif shape == 1:
        painter.drawRect(QRectF(spot.x() - size, spot.y() - size, 2 * size, 2 * size))
    else:
        far = size * math.sqrt(2)
        painter.drawPolygon([spot + QPointF(0, -far), spot + QPointF(far, 0), spot + QPointF(0, far), spot + QPointF(-far, 0)])


def cells_image(side: Side, temperature: float, ink: QColor) -> QImage:
    """Every cell as its bar: steps to the right, the lowest voice (the kick) at the bottom, a hit as strong as it is likely."""
    shares = chances(side.map.odds, temperature)  # [row, column, step, voice]
    rows, columns, steps, voices = shares.shape
    drawn = np.zeros((rows, voices + 2 * GAP, columns, steps + 2 * GAP), np.float32)
    drawn[:, GAP:-GAP, :, GAP:-GAP] = shares[..., ::-1].transpose(0, 3, 1, 2)
    flat = drawn.reshape(rows * (voices + 2 * GAP), columns * (steps + 2 * GAP))
    shown = flat.repeat(HIGHER, axis=0).repeat(WIDER, axis=1)
    pixels = np.empty((*shown.shape, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = ink.blue(), ink.green(), ink.red()
    pixels[..., 3] = (shown * (255 * INK)).astype(np.uint8)
    return QImage(pixels.tobytes(), shown.shape[1], shown.shape[0], 4 * shown.shape[1], QImage.Format.Format_ARGB32).copy()

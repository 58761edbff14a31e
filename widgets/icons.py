"""Icons by name, drawn as paths in a box of 16 by 16, so that they are sharp at every scale and take any colour."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

Draw = Callable[[QPainter], None]
BOX = 16.0


@contextmanager
def strokes(painter: QPainter, rect: QRectF, colour: QColor, box: float, thick: float) -> Iterator[None]:
    """Draw in a square of `box` units, with round strokes of this colour and thickness, which fills the rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / box, rect.height() / box)
    painter.setPen(QPen(colour, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    yield
    painter.restore()


def as_icon(draw: Callable[[QPainter, QRectF], object], px: int = 16) -> QIcon:
    """What is drawn into a square as an icon for menus, sharp at twice the scale."""
    pixmap = QPixmap(2 * px, 2 * px)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        draw(painter, QRectF(0, 0, px, px))
    return QIcon(pixmap)


def paint(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw an icon to fill a square."""
    with strokes(painter, rect, colour, BOX, 1.5):
        _DRAWN[name](painter)


def icon(name: str, colour: QColor, px: int = 16) -> QIcon:
    """The same as a QIcon, for menus."""
    return as_icon(lambda painter, square: paint(painter, name, square, colour), px)


def _filled(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _line(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _to_start(painter: QPainter) -> None:
    _line(painter, (3.5, 3), (3.5, 13))
    _filled(painter, (12.5, 3.2), (12.5, 12.8), (6, 8))


def _play(painter: QPainter) -> None:
    _filled(painter, (4.5, 2.8), (4.5, 13.2), (13, 8))


def _pause(painter: QPainter) -> None:
    for left in (4.0, 9.5):
        painter.fillRect(QRectF(left, 3, 2.6, 10), painter.pen().color())


def _stop(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawRoundedRect(QRectF(4, 4, 8, 8), 1, 1)


def _record(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QPointF(8, 8), 4.6, 4.6)


def _metronome(painter: QPainter) -> None:
    path = QPainterPath(QPointF(3.2, 13.4))
    for x, y in ((6, 2.4), (10, 2.4), (12.8, 13.4)):
        path.lineTo(x, y)
    path.closeSubpath()
    painter.drawPath(path)
    _line(painter, (8, 11.2), (13, 3.6))
    _line(painter, (4.4, 11.2), (11.6, 11.2))


def _punch(painter: QPainter) -> None:
    _line(painter, (5.4, 3), (2.6, 3), (2.6, 13), (5.4, 13))
    _line(painter, (10.6, 3), (13.4, 3), (13.4, 13), (10.6, 13))
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QPointF(8, 8), 2.2, 2.2)


def _loop(painter: QPainter) -> None:
    for flip in (False, True):
        if flip:
            painter.translate(BOX, BOX)
            painter.rotate(180)
        path = QPainterPath(QPointF(2.5, 7.6))
        path.lineTo(2.5, 6.6)
        path.quadTo(2.5, 4.2, 5, 4.2)
        path.lineTo(13, 4.2)
        painter.drawPath(path)
        _line(painter, (10.8, 2), (13.2, 4.2), (10.8, 6.4))


def _plus(painter: QPainter) -> None:
    _line(painter, (8, 3), (8, 13))
    _line(painter, (3, 8), (13, 8))


def _down(painter: QPainter) -> None:
    _line(painter, (4, 6.2), (8, 10.2), (12, 6.2))


def _folded(painter: QPainter) -> None:
    _line(painter, (6.2, 4), (10.2, 8), (6.2, 12))


def _close(painter: QPainter) -> None:
    _line(painter, (4, 4), (12, 12))
    _line(painter, (12, 4), (4, 12))


def _out(painter: QPainter) -> None:
    """An arrow that leaves a box."""
    _line(painter, (9, 3), (3.5, 3), (3.5, 12.5), (13, 12.5), (13, 9.5))
    _line(painter, (7, 9), (13.2, 2.8))
    _line(painter, (9.8, 2.8), (13.2, 2.8), (13.2, 6.2))


def _folder(painter: QPainter) -> None:
    path = QPainterPath(QPointF(2, 12.8))
    for x, y in ((2, 3.6), (6.2, 3.6), (7.8, 5.4), (14, 5.4), (14, 12.8)):
        path.lineTo(x, y)
    path.closeSubpath()
    painter.drawPath(path)


def _note(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QRectF(2.6, 10.2, 4, 3.2))
    painter.drawEllipse(QRectF(9.4, 8.8, 4, 3.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _line(painter, (6.4, 11.6), (6.4, 3.9), (13.2, 2.5), (13.2, 10.2))


def _dice(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(2.5, 2.5, 11, 11), 2.4, 2.4)
    painter.setBrush(painter.pen().color())
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y in ((5.6, 5.6), (10.4, 5.6), (8, 8), (5.6, 10.4), (10.4, 10.4)):
        painter.drawEllipse(QPointF(x, y), 1.1, 1.1)


def _pencil(painter: QPainter) -> None:
    path = QPainterPath(QPointF(3, 13))
    for x, y in ((3.6, 10), (10.6, 3), (13, 5.4), (6, 12.4)):
        path.lineTo(x, y)
    path.closeSubpath()
    painter.drawPath(path)


def _search(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(2.5, 2.5, 8.4, 8.4))
    _line(painter, (9.8, 9.8), (13.4, 13.4))


def _star_shape() -> QPolygonF:
    turns = [math.pi * (step / 5 - 0.5) for step in range(10)]
    return QPolygonF(
        [
            QPointF(8 + radius * math.cos(turn), 8.4 + radius * math.sin(turn))
            for turn, radius in zip(turns, (6.6, 2.8) * 5, strict=True)
        ]
    )


def _star(painter: QPainter) -> None:
    painter.drawPolygon(_star_shape())


def _starred(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(_star_shape())


def _locked(painter: QPainter) -> None:
    painter.drawArc(QRectF(5.2, 2.4, 5.6, 7.6), 0, 180 * 16)
    painter.setBrush(painter.pen().color())
    painter.drawRoundedRect(QRectF(3.4, 7, 9.2, 6.6), 1.2, 1.2)


def _unlocked(painter: QPainter) -> None:
    painter.drawArc(QRectF(5.2, 2.4, 5.6, 7.6), 20 * 16, 160 * 16)
    painter.drawRoundedRect(QRectF(3.4, 7, 9.2, 6.6), 1.2, 1.2)


def _info(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(2, 2, 12, 12))
    _line(painter, (8, 7.4), (8, 11))
    painter.drawPoint(QPointF(8, 5))


_DRAWN: dict[str, Draw] = {
    "to start": _to_start,
    "play": _play,
    "pause": _pause,
    "stop": _stop,
    "loop": _loop,
    "record": _record,
    "metronome": _metronome,
    "punch": _punch,
    "out": _out,
    "plus": _plus,
    "down": _down,
    "folded": _folded,
    "unfolded": _down,
    "close": _close,
    "folder": _folder,
    "note": _note,
    "dice": _dice,
    "pencil": _pencil,
    "search": _search,
    "star": _star,
    "starred": _starred,
    "locked": _locked,
    "unlocked": _unlocked,
    "info": _info,
}
NAMES = tuple(_DRAWN)

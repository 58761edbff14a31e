"""Swatches: the eight colours of tracks and sections by name, as icons for menus."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QPixmap

from studio.words import mark

COLOUR_NAMES = (
    mark("Blue"),
    mark("Green"),
    mark("Yellow"),
    mark("Orange"),
    mark("Pink"),
    mark("Periwinkle"),
    mark("Lime"),
    mark("Salmon"),
)


def swatch(colour: QColor) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(colour)
    return QIcon(pixmap)

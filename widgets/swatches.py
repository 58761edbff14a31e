"""Swatches: the eight colours of tracks and sections by name, as icons for menus."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QPixmap

COLOUR_NAMES = ("Blue", "Green", "Yellow", "Orange", "Pink", "Periwinkle", "Lime", "Salmon")


def swatch(colour: QColor) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(colour)
    return QIcon(pixmap)

"""Overview: so many notes that each is a pixel or less, drawn as one picture of how full every place is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from studio.song.notes import Rows
from widgets.piano_roll.shapes import Scale, Sheet

PITCHES = 128
GAMMA = 0.45
"""Below 1: a single short note stays visible beside full places."""


def occupancy(rows: Rows, scale: Scale, width_px: int) -> NDArray[np.float64]:
    """The share of each pixel that notes fill, 0 to 1, [pitch, x]."""
    start = np.clip(rows["start"] / scale.ticks_per_px - scale.left_px, 0, width_px)
    end = np.clip((rows["start"] + rows["length"]) / scale.ticks_per_px - scale.left_px, 0, width_px)
    # Coverage rises at a start and falls at an end; an edge inside a pixel shares its step between two pixels.
    slots = width_px + 2
    cells = np.zeros(PITCHES * slots)
    base = rows["pitch"].astype(np.int64) * slots
    for edge, sign in ((start, 1.0), (end, -1.0)):
        whole = edge.astype(np.int64)
        part = sign * (edge - whole)
        at = base + whole
        cells += np.bincount(at, weights=sign - part, minlength=len(cells))[: len(cells)]
        cells[1:] += np.bincount(at, weights=part, minlength=len(cells))[: len(cells) - 1]
    covered: NDArray[np.float64] = np.clip(np.cumsum(cells.reshape(PITCHES, slots), axis=1)[:, :width_px], 0.0, 1.0)
    return covered


def tinted(share: NDArray[np.float64], colour: QColor, opacity: float = 1.0) -> QImage:
    """The picture of an occupancy in one colour, highest row at the top; the image owns its pixels."""
    alpha = np.where(share > 1e-6, np.maximum(share, 1 / 255) ** GAMMA, 0.0)[::-1] * opacity
    pixels = np.empty((*alpha.shape, 4), np.uint8)
    for channel, value in enumerate((colour.blueF(), colour.greenF(), colour.redF())):
        pixels[..., channel] = np.rint(alpha * value * 255)
    pixels[..., 3] = np.rint(alpha * 255)
    height, width = alpha.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()


def paint_overview(sheet: Sheet, rows: Rows, colour: QColor, opacity: float = 1.0) -> None:
    """Paint all rows as one stretched picture."""
    width_px, scale = round(sheet.size.width()), sheet.scale
    share = occupancy(rows, scale, width_px)[list(scale.fold.pitches)]
    image = tinted(share, colour, opacity)
    sheet.painter.drawImage(QRectF(0, -scale.top_px, width_px, len(scale.fold) * scale.row_px), image)

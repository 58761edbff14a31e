"""PadGround: the pad's background as a picture that is kept: tints of the corners, tiles, miniatures of the grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from studio.explore import mixing
from studio.explore.pad import Pad
from studio.song.clip import Clip
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.controls.pad_geometry import CELL_RADIUS_PX, PadGeometry
from widgets.miniature import paint_miniature
from widgets.small_map import corner_colours
from widgets.theme import Theme

Cell = tuple[int, int]
NODES = 15
"""The tint is reckoned at so many places each way; the picture is drawn smoothly between them."""
TINTS = {"dark": 0.35, "light": 0.36, "high contrast": 0.34}
TILES = {"dark": ("text", 0.05), "light": ("panel", 0.62), "high contrast": ("raised", 0.7)}
"""The colour of a tile over the tint, and how much of it."""
INK = 0.66
"""Miniatures are that much of the text's colour."""
FURTHER_TRACKS = (4, 5, 6, 7)


def anchor_colour(theme: Theme, slot: int) -> QColor:
    """A to D as on the small map, E to H further colours of tracks."""
    corners = corner_colours(theme)
    return corners[slot] if slot < len(corners) else theme.track(FURTHER_TRACKS[slot - len(corners)])


class PadGround:
    """`picture` draws what has changed: all of it for another size, theme or pad, else only the cells named since."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._tint: QPixmap | None = None
        self._made_for: object = None
        self._stale_cells: set[Cell] = set()

    def forget(self) -> None:
        self._picture = None

    def forget_cells(self, cells: Iterable[Cell]) -> None:
        self._stale_cells.update(cells)

    def picture(self, size: QSize, dpr: float, geometry: PadGeometry, pad: Pad, grid: Mapping[Cell, Clip]) -> QPixmap:
        theme = themes.current()
        wanted = (size.width(), size.height(), dpr, theme.name, pad.mode, _anchor_places(pad))
        if self._picture is None or wanted != self._made_for:
            self._picture, self._made_for = QPixmap(size * dpr), wanted
            self._picture.setDevicePixelRatio(dpr)
            self._picture.fill(theme.colour("bg"))
            self._tint = QPixmap.fromImage(_tint(pad, theme))
            self._stale_cells = {(column, row) for column in range(geometry.cells) for row in range(geometry.cells)}
            with QPainter(self._picture) as painter:
                self._paint_tint(painter, geometry, geometry.field)
                painter.setPen(QPen(theme.colour("line_strong"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(geometry.field)
        if self._stale_cells:
            with QPainter(self._picture) as painter:
                for cell in self._stale_cells:
                    self._paint_cell(painter, geometry, cell, grid.get(cell))
            self._stale_cells = set()
        return self._picture

    def _paint_tint(self, painter: QPainter, geometry: PadGeometry, place: QRectF) -> None:
        """The stretch of the tint under `place`. Its outermost nodes are the field's edges."""
        assert self._tint is not None
        field, inner = geometry.field, NODES - 1
        source = QRectF(
            0.5 + (place.left() - field.left()) / field.width() * inner,
            0.5 + (place.top() - field.top()) / field.height() * inner,
            place.width() / field.width() * inner,
            place.height() / field.height() * inner,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._tint, source)

    def _paint_cell(self, painter: QPainter, geometry: PadGeometry, cell: Cell, clip: Clip | None) -> None:
        theme, tile = themes.current(), geometry.cell(*cell)
        inside = tile.adjusted(-1, -1, 1, 1).intersected(geometry.field.adjusted(1, 1, -1, -1))
        self._paint_tint(painter, geometry, inside)
        role, share = TILES.get(theme.name, TILES["dark"])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 1) if theme.name == "high contrast" else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role, share))
        painter.drawRoundedRect(tile, CELL_RADIUS_PX, CELL_RADIUS_PX)
        if clip is not None:
            beside, above = (8 if tile.width() > 60 else 3), (9 if tile.height() > 60 else 5)
            room = tile.adjusted(beside, above, -beside, -above)
            paint_miniature(painter, clip.rows, room, Span(0, max(1, clip.length_ticks)), theme.colour("text", INK))


def _anchor_places(pad: Pad) -> object:
    return tuple(None if anchor is None else (anchor.x, anchor.y) for anchor in pad.anchors)


def _tint(pad: Pad, theme: Theme) -> QImage:
    """The corners' colours in the mixture that is heard, strongest where one of them has most of it."""
    colours = np.array([_parts(anchor_colour(theme, slot)) for slot in range(len(pad.anchors))], np.float64)
    ground = np.array(_parts(theme.colour("bg")), np.float64)
    image = QImage(NODES, NODES, QImage.Format.Format_RGB32)
    slots = pad.slots
    for row in range(NODES):
        for column in range(NODES):
            x, y = column / (NODES - 1), row / (NODES - 1)
            if pad.mode == "corners":
                # An empty corner stays dark: its share is not dealt out here, though it is in what is heard.
                shares = mixing.corner_weights(x, y) * [anchor is not None for anchor in pad.anchors]
            else:
                shares = pad.weights(x, y) if slots else np.zeros(len(pad.anchors))
            strength = TINTS.get(theme.name, TINTS["dark"]) * float((shares**2).sum() ** 0.7)
            total = float(shares.sum())
            mixed = ground if total == 0 else (1 - strength) * ground + strength * (shares @ colours) / total
            image.setPixelColor(column, row, QColor(*(round(part) for part in mixed.tolist())))
    return image


def _parts(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()

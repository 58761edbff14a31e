"""Miniature: a phrase drawn small, for takes, pad corners, palette, arrangement and history."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.song.notes import ROW, Rows
from studio.song.song import span_of
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.piano_roll.shapes import Rectangles, draw

LEAST_PX = 1.5
LEAST_PITCHES = 12
"""A phrase of one note is not blown up over the whole height."""
MANY_NOTES = 4000


def pitch_range(rows: Rows) -> tuple[int, int]:
    """The pitches to show, an octave at least."""
    if not len(rows):
        return 54, 66
    low, high = int(rows["pitch"].min()), int(rows["pitch"].max())
    missing = max(0, LEAST_PITCHES - (high - low))
    return low - missing // 2, high + missing - missing // 2


def miniature_shapes(rows: Rows, place: QRectF, span: Span, pitches: tuple[int, int]) -> Rectangles:
    """Where each row goes inside `place`: high pitches above, a note never smaller than can be seen."""
    low, high = pitches
    per_tick = place.width() / max(1, span.length_ticks)
    thick = min(max(LEAST_PX, place.height() / (high - low + 1)), 3.0)
    made = np.empty((len(rows), 4))
    made[:, 0] = place.left() + (rows["start"] - span.start_tick) * per_tick
    made[:, 1] = place.top() + (high - rows["pitch"].astype(float)) / max(1, high - low) * (place.height() - thick)
    made[:, 2] = np.maximum(rows["length"] * per_tick - 0.5, LEAST_PX)
    made[:, 3] = thick
    return made


def paint_miniature(
    painter: QPainter, rows: Rows, place: QRectF, span: Span, colour: QColor, *, pitches: tuple[int, int] | None = None
) -> None:
    """Draw rows as small bars; thousands of notes in one place are thinned to what a pixel can show."""
    if not len(rows):
        return
    shapes = miniature_shapes(rows, place, span, pitches or pitch_range(rows))
    if len(shapes) > MANY_NOTES:
        shapes = _one_per_pixel(shapes)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    draw(painter, shapes)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _one_per_pixel(shapes: Rectangles) -> Rectangles:
    """The longest bar that begins in each pixel."""
    longest_first = shapes[np.argsort(-shapes[:, 2], kind="stable")]
    cells = np.rint(longest_first[:, :2]).astype(np.int64)
    _, first = np.unique(cells[:, 0] * 65536 + cells[:, 1], return_index=True)
    return longest_first[first]


class Miniature(QWidget):
    """A phrase as a picture. It keeps its drawing until rows, colour, size or theme change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Rows = np.zeros(0, ROW)
        self._span: Span | None = None
        self._role = "proposed"
        self._track: int | None = None
        self._progress: float | None = None
        self._picture: QPixmap | None = None
        self._picture_theme = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(160, 28)

    def show_rows(self, rows: Rows, span: Span | None = None, *, role: str = "proposed", track_colour: int | None = None) -> None:
        """Draw these rows over `span` (default: from first start to last end) in a colour role or a track's colour."""
        self._rows, self._span, self._role, self._track = rows, span or span_of(rows), role, track_colour
        self._picture = None
        self.setAccessibleName(self.tr("%n note(s)", "", len(rows)))
        self.update()

    def set_progress(self, share: float | None) -> None:
        """A playhead at this share of the span, or none."""
        if share != self._progress:
            self._progress = share
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, dpr = themes.current(), self.devicePixelRatioF()
        wanted = QSize(round(self.width() * dpr), round(self.height() * dpr))
        if self._picture is None or self._picture.size() != wanted or self._picture_theme != theme.name:
            self._picture, self._picture_theme = self._drawn(wanted, dpr), theme.name
        with QPainter(self) as painter:
            painter.drawPixmap(QPoint(0, 0), self._picture)
            if self._progress is not None:
                painter.fillRect(QRectF(round(self._progress * (self.width() - 1)), 0, 1, self.height()), theme.colour("accent"))

    def _drawn(self, size: QSize, dpr: float) -> QPixmap:
        theme = themes.current()
        picture = QPixmap(size)
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        if self._span is not None:
            with QPainter(picture) as painter:
                colour = theme.track(self._track) if self._track is not None else theme.colour(self._role)
                paint_miniature(painter, self._rows, QRectF(1, 2, self.width() - 2, self.height() - 4), self._span, colour)
        return picture

"""DifferenceView: two states of a song over each other; what stayed is pale, what is gone outlined, what is new lit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ideas.compare import Comparison, TrackDifference
from studio.song.notes import Rows, ends
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.miniature import miniature_shapes, paint_miniature, pitch_range
from widgets.theme import LABEL_PX

LANE_PX, NAME_PX, GAP_PX = 46, 96, 6
MOST_OUTLINES = 4000


class DifferenceView(QWidget):
    """A lane for each track that has notes in either state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes: tuple[TrackDifference, ...] = ()
        self._span = Span(0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_comparison(self, comparison: Comparison | None) -> None:
        lanes = () if comparison is None else comparison.tracks
        self._lanes = tuple(lane for lane in lanes if len(lane.same) or len(lane.gone) or len(lane.new))
        last = [int(ends(rows).max()) for lane in self._lanes for rows in _parts(lane) if len(rows)]
        self._span = Span(0, max(last, default=1))
        self.setAccessibleName("" if comparison is None else comparison.words())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, max(1, len(self._lanes)) * (LANE_PX + GAP_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.setFont(themes.font(LABEL_PX))
            for at, lane in enumerate(self._lanes):
                top = at * (LANE_PX + GAP_PX)
                if top > event.rect().bottom() or top + LANE_PX < event.rect().top():
                    continue
                place = QRectF(NAME_PX, top, self.width() - NAME_PX, LANE_PX)
                painter.fillRect(place, theme.colour("bg"))
                painter.setPen(theme.colour("muted"))
                name = painter.fontMetrics().elidedText(lane.name, Qt.TextElideMode.ElideRight, NAME_PX - 10)
                painter.drawText(QRectF(0, top, NAME_PX - 10, LANE_PX), int(Qt.AlignmentFlag.AlignVCenter), name)
                self._paint_lane(painter, lane, place.adjusted(4, 4, -4, -4))

    def _paint_lane(self, painter: QPainter, lane: TrackDifference, place: QRectF) -> None:
        theme = themes.current()
        pitches = pitch_range(np.concatenate(_parts(lane)))
        paint_miniature(painter, lane.same, place, self._span, theme.colour("dim"), pitches=pitches)
        paint_miniature(painter, lane.new, place, self._span, theme.colour("proposed"), pitches=pitches)
        painter.setPen(QPen(theme.colour("warn"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x, y, width, height in miniature_shapes(lane.gone[:MOST_OUTLINES], place, self._span, pitches):
            painter.drawRect(QRectF(x, y - 1, width, height + 1))


def _parts(lane: TrackDifference) -> tuple[Rows, Rows, Rows]:
    return lane.same, lane.gone, lane.new

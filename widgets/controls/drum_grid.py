"""DrumGrid: one bar of drums, voices by name, sixteenths side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.words import tr
from widgets import theme

NAMES_PX = 72
ROW_PX = 15


class DrumGrid(QWidget):
    """The bar that was chosen. A hit is drawn in the colour of what is proposed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._voices: tuple[str, ...] = ()
        self._hits: NDArray[np.bool_] = np.zeros((16, 0), bool)
        self.setAccessibleName(tr("The chosen bar"))

    def sizeHint(self) -> QSize:
        return QSize(280, 9 * ROW_PX + 2)

    def show_bar(self, hits: NDArray[np.bool_], voices: tuple[str, ...]) -> None:
        """Hits [step, voice]."""
        self._hits, self._voices = hits, voices
        said = [tr("{voice} on {steps}", voice=voice, steps=', '.join(str(step + 1) for step in np.flatnonzero(hits[:, at])))
                for at, voice in enumerate(voices) if hits[:, at].any()]  # fmt: skip
        self.setAccessibleDescription("; ".join(said) or "silent")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        steps = len(self._hits)
        extent = (self.width() - NAMES_PX) / steps
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font(theme.LABEL_PX))
            for at, voice in enumerate(self._voices):
                top = (len(self._voices) - 1 - at) * ROW_PX
                painter.setPen(tokens.colour("muted"))
                painter.drawText(QRectF(0, top, NAMES_PX - 8, ROW_PX), int(Qt.AlignmentFlag.AlignVCenter), voice)
                painter.setPen(Qt.PenStyle.NoPen)
                for step in range(steps):
                    place = QRectF(NAMES_PX + step * extent, top, extent, ROW_PX).adjusted(1, 1, -1, -1)
                    resting = tokens.colour("line_strong" if step % 4 == 0 else "line")
                    painter.setBrush(tokens.colour("proposed") if self._hits[step, at] else resting)
                    painter.drawRoundedRect(place, 2, 2)

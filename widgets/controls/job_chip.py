"""JobChip: how far a job is, what it is at, and its Cancel, which answers at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from studio.jobs.job import JobState
from studio.words import tr
from widgets import theme
from widgets.controls.pressable import Pressable, paint_focus
from widgets.theme import BUTTON_RADIUS_PX, TARGET_PX


class ProgressLine(QWidget):
    """A thin bar, violet: what is made here is proposed. Without a share it shows a short resting piece."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def share(self) -> float | None:
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(80, 6)

    def show_share(self, share: float | None) -> None:
        """From 0 to 1; None where nobody knows yet."""
        self._share = None if share is None else min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("line_strong"))
            painter.drawRoundedRect(QRectF(0, 2, self.width(), 2), 1, 1)
            painter.setBrush(tokens.colour("proposed"))
            width = self.width() * (0.06 if self._share is None else self._share)
            painter.drawRoundedRect(QRectF(0, 1, width, 4), 2, 2)


class CancelLink(Pressable):
    """ "Cancel Esc" in the warning colour."""

    def sizeHint(self) -> QSize:
        # The sheet's own size comes late: measured and drawn is what the theme says.
        return QSize(QFontMetrics(theme.font(theme.LABEL_PX)).horizontalAdvance(self.text()) + 10, TARGET_PX)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        painter.setFont(theme.font(theme.LABEL_PX))
        painter.setPen(theme.current().colour("warn" if self.isEnabled() else "dim"))
        painter.drawText(
            rect.adjusted(0, 0, -4, 0), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.text()
        )
        if self.hasFocus() or (self.is_hovered and self.isEnabled()):
            paint_focus(painter, rect, BUTTON_RADIUS_PX)


class JobChip(QWidget):
    """Shows one job; `cancelled` when its Cancel was pressed."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = ProgressLine()
        self.words = QLabel()
        self.words.setProperty("role", "label")
        self.link = CancelLink(tr("Cancel  Esc"))
        self.link.setAccessibleName(tr("Cancel"))
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(0)
        rows.addWidget(self.line, 0, 0, 1, 2)
        rows.addWidget(self.words, 1, 0)
        rows.addWidget(self.link, 1, 1)
        rows.setColumnStretch(0, 1)
        self.link.clicked.connect(self.cancelled)

    def show_state(self, state: JobState, done: float, total: float, note: str) -> None:
        """What the job says of itself."""
        is_stopping = state is JobState.STOPPING
        self.link.setEnabled(not is_stopping)
        self.line.show_share(done / total if total > 0 else None)
        words = {JobState.QUEUED: tr("Waiting for its turn"), JobState.STOPPING: tr("Stopping …")}.get(state, note)
        self.words.setText(words)
        self.line.setAccessibleName(words)

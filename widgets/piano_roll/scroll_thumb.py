"""ScrollThumb: where among the 128 pitches the roll looks, and where the track has notes; dragged up and down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.song.notes import Notes
from widgets import theme as themes
from widgets.piano_roll.state import RollState
from widgets.piano_roll.wheel import wheeled

WIDTH_PX = 12
THIN_PX, THICK_PX = 3.0, 6.0
LEAST_PX = 24.0
LATER_MS = 200


class ScrollThumb(QWidget):
    """A slim bar over the right edge of the canvas; it grows under the pointer."""

    def __init__(self, state: RollState, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.state = state
        self._grip_px: float | None = None
        self._is_hovered = False
        self.setFixedWidth(WIDTH_PX)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(self.tr("Vertical position"))
        state.viewport_changed.listen(self.refresh)
        state.shown_changed.listen(self._shown_changed)
        self._used: tuple[int, int] | None = None
        self._seen: Notes | None = None
        # Looking at every note costs more than an edit of one: it waits until the hand rests.
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._look_at_notes)
        self._look_at_notes()

    def _shown_changed(self) -> None:
        if self.state.notes is not self._seen:
            self._later.start()

    def _look_at_notes(self) -> None:
        """Which pitches the track in front uses."""
        self._seen = self.state.notes
        pitches = self._seen.rows["pitch"]
        self._used = (int(pitches.min()), int(pitches.max())) if len(pitches) else None
        self.update()

    def refresh(self) -> None:
        self.setVisible(self.share < 0.999)
        self.update()

    @property
    def share(self) -> float:
        """Which part of all pitches is seen, 0 to 1."""
        view = self.state.viewport
        return view.height_px / view.row_px / len(view.fold)

    def thumb(self) -> QRectF:
        view = self.state.viewport
        length = max(LEAST_PX, self.share * self.height())
        room = self.height() - length
        count = len(view.fold)
        place = (count - view.top_pitch) / max(1e-9, count * (1 - self.share))
        thick = THICK_PX if self._is_hovered or self._grip_px is not None else THIN_PX
        return QRectF(self.width() - thick - 2, room * min(1.0, max(0.0, place)), thick, length)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(Qt.PenStyle.NoPen)
            rect = self.thumb()
            track, used = self.state.track, self._used
            if track is not None and used is not None:
                fold = self.state.viewport.fold
                top, bottom = (len(fold) - 1 - fold.line(used[1])) / len(fold), (len(fold) - fold.line(used[0])) / len(fold)
                painter.setBrush(theme.track(track.colour, 0.4))
                height = max(3.0, (bottom - top) * self.height())
                painter.drawRoundedRect(QRectF(self.width() - 4, top * self.height(), 2, height), 1, 1)
            painter.setBrush(theme.colour("text", 0.45 if self._is_hovered else 0.22))
            painter.drawRoundedRect(rect, rect.width() / 2, rect.width() / 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        rect, y = self.thumb(), event.position().y()
        self._grip_px = y - rect.top() if rect.top() <= y <= rect.bottom() else rect.height() / 2
        self._drag_to(y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip_px is not None:
            self._drag_to(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip_px = None
        self.update()

    def _drag_to(self, y: float) -> None:
        view, rect = self.state.viewport, self.thumb()
        place = (y - (self._grip_px or 0.0)) / max(1.0, self.height() - rect.height())
        top = len(view.fold) - place * len(view.fold) * (1 - self.share)
        self.state.look(view.scrolled(0.0, (view.top_pitch - top) * view.row_px))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.state.look(wheeled(self.state.viewport, event))
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._is_hovered = False
        self.update()

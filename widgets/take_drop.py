"""TakeDrop: a take carried onto another widget goes to the bar and the track under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets import theme
from widgets.phrase_drag import taken_index


@dataclass(frozen=True, slots=True)
class Target:
    """Where a take would go: a track (None: a new one) and a tick (None: where it is from), and what lights up."""

    track_id: int | None
    tick: int | None
    place: QRectF


class TakeDrop(QObject):
    """Watches one widget. `target_of` is asked at every move, `dropped(index, target)` called at the end."""

    def __init__(
        self, widget: QWidget, target_of: Callable[[QPointF], Target | None], dropped: Callable[[int, Target], object]
    ) -> None:
        super().__init__(widget)
        self._target_of, self._dropped = target_of, dropped
        self._mark = _Mark(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self._mark.hide()
        is_drag = event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
        if not is_drag or not isinstance(event, QDropEvent | QDragMoveEvent):
            return False
        index = taken_index(event.mimeData())
        if index is None:
            return False
        target = self._target_of(event.position())
        if target is None:
            self._mark.hide()
            event.ignore()
            return event.type() != QEvent.Type.DragEnter or self._enter(event)
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._mark.hide()
            self._dropped(index, target)
        else:
            self._mark.show_at(target.place)
        return True

    @staticmethod
    def _enter(event: QDropEvent | QDragMoveEvent) -> bool:
        """Entered over nothing, it may still go to somewhere: moves are to be told."""
        event.acceptProposedAction()
        return True


class _Mark(QWidget):
    """A violet plate with a dashed edge over the place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, place: QRectF) -> None:
        self.setGeometry(place.toAlignedRect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.colour("proposed"), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(tokens.colour("proposed", 0.22))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

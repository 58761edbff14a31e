"""Overlay: a widget in the middle of another one, wherever that one's edges go."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QWidget

LEAST_TOP_PX = 8


class Overlay(QWidget):
    """Lies over `over`, `lift_px` above its middle. Subclasses say in `size_in` how large they want to be."""

    def __init__(self, over: QWidget, lift_px: int = 0) -> None:
        super().__init__(over)
        self._over, self._lift_px = over, lift_px
        over.installEventFilter(self)

    def size_in(self, room: QSize) -> QSize:
        """The size wanted over a widget of the size `room`."""
        return self.sizeHint()

    def place(self) -> None:
        """Go to the middle; called by itself when the widget below changes its size."""
        room = self._over.size()
        size = self.size_in(room)
        top = max(LEAST_TOP_PX, (room.height() - size.height()) // 2 - self._lift_px)
        self.setGeometry((room.width() - size.width()) // 2, top, size.width(), size.height())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.place()
        return False

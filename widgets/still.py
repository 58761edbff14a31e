"""Still: the resting part of a widget as a picture, drawn anew only when something it shows is another."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from widgets import theme as themes


class Still:
    """`paint` draws on a pixmap of the widget's size; size, screen and theme belong to every key."""

    def __init__(self, widget: QWidget, paint: Callable[[QPixmap], object]) -> None:
        self._widget = widget
        self._paint = paint
        self._kept: tuple[Hashable, QPixmap] | None = None

    def picture(self, *shown: Hashable) -> QPixmap:
        """The picture of what is shown; equal values give the very same one."""
        widget, dpr = self._widget, self._widget.devicePixelRatioF()
        key = (shown, dpr, widget.size().toTuple(), themes.current().name)
        if self._kept is None or self._kept[0] != key:
            pixmap = QPixmap(round(widget.width() * dpr), round(widget.height() * dpr))
            pixmap.setDevicePixelRatio(dpr)
            self._paint(pixmap)
            self._kept = (key, pixmap)
        return self._kept[1]

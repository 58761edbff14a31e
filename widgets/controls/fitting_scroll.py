"""FittingScroll: a stretch of a panel that is as high as its contents where there is room, and scrolls where not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget


class FittingScroll(QScrollArea):
    """Never higher than its contents, never lower than `least_px` (or the contents, where those are less).

    It asks for no more than `most_px`, so that long contents leave room to what stands below.
    """

    def __init__(self, body: QWidget, least_px: int, most_px: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_px = least_px
        self._most_px = most_px
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setWidget(body)

    def sizeHint(self) -> QSize:
        wanted_px = self._wanted_px()
        return QSize(280, wanted_px if self._most_px is None else min(wanted_px, self._most_px))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, min(self._least_px, self._wanted_px()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Keys belong to what is inside and to the panel around.
        event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _wanted_px(self) -> int:
        body = self.widget()
        layout = body.layout() if body is not None else None
        if body is None or layout is None:
            return self._least_px
        width = max(self.viewport().width(), 200)
        return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()

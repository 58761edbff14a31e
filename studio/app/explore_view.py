"""ExploreView: the panels of Explore side by side, phrases and sliders left of the pad."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from studio.explore.explorer import Explorer
from widgets.panel import Panel
from widgets.panels.attributes import Attributes
from widgets.panels.latent import Latent
from widgets.panels.palette import Palette

BESIDE_PX, LEAST_BESIDE_PX, BESIDE_SHARE = 308, 284, 0.3


class ExploreView(QSplitter):
    """The window builds it when Explore is first shown."""

    def __init__(self, explorer: Explorer, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHandleWidth(1)
        beside = QWidget(self)
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.phrases = Palette(explorer, beside)
        self.attributes = Attributes(explorer, beside)
        column.addWidget(self.phrases)
        column.addWidget(self.attributes, 1)
        self.latent = Latent(explorer, self)
        for index in range(self.count()):
            self.setCollapsible(index, False)
            self.setStretchFactor(index, index)
        beside_px = max(LEAST_BESIDE_PX, min(BESIDE_PX, round(parent.width() * BESIDE_SHARE)))
        self.setSizes([beside_px, max(1, parent.width() - beside_px)])

    @property
    def panels(self) -> tuple[Panel, ...]:
        return self.latent, self.phrases, self.attributes

"""The page of keys in the settings: whole maps to choose from, single keys, and maps in files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.words import mark, tr
from widgets.controls.choice_box import ChoiceBox

OWN = mark("Of your own")


class KeyMaps(Protocol):
    """Whoever keeps the keys."""

    def presets(self) -> Sequence[str]: ...
    def present(self) -> str:
        """The map in force by name; empty when it is none of them."""

    def use(self, name: str) -> None: ...
    def change(self) -> None:
        """Open the dialog in which single commands are given keys."""

    def save(self) -> None: ...
    def load(self) -> None: ...


class KeysPage(QWidget):
    def __init__(self, maps: KeyMaps) -> None:
        super().__init__()
        self._maps = maps
        self.box = ChoiceBox()
        self.box.setAccessibleName(tr("Key map"))
        for name in maps.presets():
            self.box.addItem(tr(name), name)
        self.box.activated.connect(self._chosen)
        label = QLabel(tr("Key map"))
        label.setBuddy(self.box)
        about = QLabel(tr("Every command keeps a key wherever the map has one; what a map leaves free keeps its usual key."))
        about.setProperty("role", "dim")
        about.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(label, 1)
        head.addWidget(self.box)
        foot = QHBoxLayout()
        for words, call in (
            (tr("Change keys..."), maps.change),
            (tr("Save the map..."), maps.save),
            (tr("Load a map..."), maps.load),
        ):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, call=call: call())
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(about)
        column.addLayout(foot)
        self.refresh()

    def refresh(self) -> None:
        """Show which map is in force."""
        present = self._maps.present()
        own = self.box.findData("")
        if not present and own < 0:
            self.box.addItem(tr(OWN), "")
        elif present and own >= 0:
            self.box.removeItem(own)
        self.box.setCurrentIndex(self.box.findData(present))

    def _chosen(self, _index: int) -> None:
        name = str(self.box.currentData())
        if name:
            self._maps.use(name)

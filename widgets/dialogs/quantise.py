"""How selected notes are drawn to the grid."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget


@dataclass(frozen=True, slots=True)
class Quantising:
    """Strength 0 to 1; swing 0.5 (straight) to 0.75; `ends` moves the ends too."""

    strength: float = 1.0
    swing: float = 0.5
    ends: bool = False


class QuantiseDialog(QDialog):
    """`choice` holds the settings once accepted."""

    def __init__(self, grid: str, present: Quantising, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quantise")
        self.strength = _percent(0, 100, round(present.strength * 100))
        self.strength.setToolTip("How far each note goes towards the grid")
        self.swing = _percent(50, 75, round(present.swing * 100))
        self.swing.setToolTip("Where the second of two grid steps falls: 50 % is straight, 67 % a triplet feel")
        self.ends = QCheckBox("Ends too")
        self.ends.setChecked(present.ends)
        about = QLabel(f"The grid is the roll's: {grid}.")
        about.setProperty("role", "muted")
        form = QFormLayout()
        form.setSpacing(10)
        form.addRow("Strength", self.strength)
        form.addRow("Swing", self.swing)
        form.addRow("", self.ends)
        cancel, go = QPushButton("Cancel"), QPushButton("Quantise")
        go.setProperty("role", "primary")
        go.setDefault(True)
        cancel.clicked.connect(self.reject)
        go.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(go)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(14)
        column.addWidget(about)
        column.addLayout(form)
        column.addLayout(foot)
        self.setMinimumWidth(320)

    @property
    def choice(self) -> Quantising:
        return Quantising(self.strength.value() / 100, self.swing.value() / 100, self.ends.isChecked())


def _percent(low: int, high: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setSuffix(" %")
    box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # arrows and wheel step it
    box.setValue(value)
    return box

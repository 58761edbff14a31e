"""How selected notes are drawn to the grid."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QSpinBox, QWidget

from widgets.dialogs.frame import lay_out


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
        form = QFormLayout()
        form.addRow("Strength", self.strength)
        form.addRow("Swing", self.swing)
        form.addRow("", self.ends)
        lay_out(self, f"The grid is the roll's: {grid}.", form, "Quantise", 320)

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

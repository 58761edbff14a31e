"""The options of a WAV export; the target is asked after them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from studio.words import mark, tr
from widgets.controls.choice_box import ChoiceBox
from widgets.dialogs.frame import lay_out

RATES = (44_100, 48_000, 96_000)
DEPTHS = ((16, mark("16 bit")), (24, mark("24 bit")), (32, mark("32 bit float")))


@dataclass(frozen=True, slots=True)
class WavChoice:
    rate: int = 48_000
    bits: int = 24


class ExportDialog(QDialog):
    """Asks for rate and depth; `choice` holds them once accepted."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export WAV"))
        self.rate = ChoiceBox()
        for rate in RATES:
            self.rate.addItem(f"{rate:,} Hz".replace(",", " "), rate)
        self.rate.setCurrentIndex(1)
        self.bits = ChoiceBox()
        for bits, name in DEPTHS:
            self.bits.addItem(tr(name), bits)
        self.bits.setCurrentIndex(1)
        form = QFormLayout()
        form.addRow(tr("Sample rate"), self.rate)
        form.addRow(tr("Depth"), self.bits)
        lay_out(self, words, form, tr("Choose a file..."), 360)

    @property
    def choice(self) -> WavChoice:
        return WavChoice(int(self.rate.currentData()), int(self.bits.currentData()))

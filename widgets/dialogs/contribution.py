"""The contribution sheet, to read, to copy, to save."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.words import mark, tr
from widgets.dialogs.sheet import Sheet

ABOUT = mark("Who made the notes of this song. It is counted from the notes themselves and sent nowhere.")


class ContributionDialog(Sheet):
    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Contribution sheet"), tr(ABOUT), text, parent)

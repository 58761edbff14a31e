"""KnobDialog: asks for a few settings and shows what they would do while they are turned."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from studio.knobs import Knob, KnobValue
from widgets.dialogs.frame import lay_out
from widgets.form import KnobForm

TRY_MS = 40
"""After the last turn of a knob; so that a drag over a slider does not wait for every value."""


class KnobDialog(QDialog):
    """`tried` is emitted when it opens and whenever a value has changed; `values()` once accepted."""

    tried = Signal()

    def __init__(
        self, title: str, about: str, knobs: tuple[Knob, ...], values: Mapping[str, KnobValue], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.form = KnobForm(self)
        self.form.set_knobs(knobs)
        self.form.set_values(values)
        self.problem = QLabel("")
        self.problem.setProperty("role", "warn")
        self.problem.setWordWrap(True)
        self.problem.hide()
        lay_out(self, about, self.form, title, 360, self.problem)
        self._later = QTimer(self, singleShot=True, interval=TRY_MS)
        self._later.timeout.connect(self.tried)
        self.form.changed.connect(self._later.start)
        self.form.refused.connect(self.refuse)
        self._later.start()

    def values(self) -> dict[str, KnobValue]:
        return self.form.values()

    def refuse(self, reason: str) -> None:
        """Say why these values cannot be used; an empty reason: they can."""
        self.problem.setText(reason)
        self.problem.setVisible(bool(reason))

"""SteeringRow: one of the three questions that every model is asked, with its usual answer in the words of a composer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from studio.generation.steering import DENSITY
from studio.generation.steering_words import question, told, turned
from studio.knobs import Knob, KnobValue
from studio.words import tr
from widgets.controls.slider import SliderRow

FIELD_PX = 104


class SteeringRow(SliderRow):
    """How different, how busy, how surprising. The slider shows what composers are asked (`turned`); `value` is the knob's."""

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        self._own = knob
        shown = replace(knob, label=question(knob.name, knob.label), help=told(knob.name, knob.help))
        super().__init__(replace(shown, default=turned(knob.name, knob.default)), parent=parent)
        self.field.setFixedWidth(FIELD_PX)
        low, high = float(knob.low or 0), float(knob.high if knob.high is not None else 1)
        if knob.name == DENSITY and high > low:
            self.groove.origin = (float(knob.default) - low) / (high - low)

    @property
    def value(self) -> int | float:
        return self._number(turned(self._own.name, self._value))

    def set_value(self, value: KnobValue) -> None:
        """The knob's own value; UnsupportedRequest outside its range."""
        self._move_to(turned(self._own.name, self._own.checked(value)))

    def words(self) -> str:
        if self._own.name != DENSITY:
            return super().words()
        return tr("as it comes") if self._value == self._own.default else f"{self._value:+.2f}"

"""SteeringRow: one of the three questions that every model is asked, with its usual answer in the words of a composer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from studio.knobs import Knob, KnobValue
from studio.words import tr
from widgets.controls.slider import SliderRow

RESEMBLANCE, DENSITY, TEMPERATURE = "resemblance", "density", "temperature"
STEERED = (RESEMBLANCE, DENSITY, TEMPERATURE)
FIELD_PX = 92


class SteeringRow(SliderRow):
    """How different, how busy, how surprising. Models speak of resemblance; the composer of how different it may get: that
    slider runs the other way round. `value` is always the knob's own."""

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        self._is_mirrored = knob.name == RESEMBLANCE
        self._own = knob
        low, high = float(knob.low or 0), float(knob.high if knob.high is not None else 1)
        self._sum = low + high
        label, told = asked_as(knob)
        shown = replace(knob, label=label, help=told)
        if self._is_mirrored and isinstance(knob.default, int | float):
            shown = replace(shown, default=self._sum - knob.default)
        super().__init__(shown, parent=parent)
        self.field.setFixedWidth(FIELD_PX)
        if knob.name == DENSITY and high > low:
            self.groove.origin = (float(knob.default) - low) / (high - low)

    @property
    def value(self) -> int | float:
        return round(self._sum - self._value, 6) if self._is_mirrored else self._value

    def set_value(self, value: KnobValue) -> None:
        """The knob's own value; UnsupportedRequest outside its range."""
        own = self._own.checked(value)
        self._move_to(round(self._sum - float(own), 6) if self._is_mirrored else own)

    def words(self) -> str:
        if self._own.name != DENSITY:
            return super().words()
        return tr("as it comes") if self._value == self._own.default else f"{self._value:+.2f}"


def asked_as(knob: Knob) -> tuple[str, str]:
    """The composer's question for a knob, and what stands beside it; the knob's own words where it is none of the three."""
    if knob.name == RESEMBLANCE:
        return tr("How different"), tr("How far takes may go from what is there. To the left: close to it.")
    if knob.name == DENSITY:
        return tr("How busy"), tr("To the left fewer notes, to the right more. Double-click: as it comes.")
    if knob.name == TEMPERATURE:
        return tr("How surprising"), tr("To the left what one expects, to the right bolder turns.")
    return knob.label, knob.help

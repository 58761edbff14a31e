"""Knob: one named setting with its range and help; models, formats and preferences share it."""

from __future__ import annotations

from dataclasses import dataclass

from studio.errors import UnsupportedRequest
from studio.words import tr

KnobValue = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Knob:
    """A setting. A numeric knob has `low` and `high`; a choice has `choices`; a switch has a bool default."""

    name: str
    label: str
    default: KnobValue
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    help: str = ""
    expert: bool = False
    unit: str = ""

    def checked(self, value: object) -> KnobValue:
        """The value as this knob's type (text is parsed); UnsupportedRequest outside the range."""
        if isinstance(self.default, bool):
            return self._switch(value)
        if self.choices:
            if value not in self.choices:
                raise UnsupportedRequest(
                    tr("{label} cannot be {value!r}.", label=tr(self.label), value=value),
                    tr("Choose one of: {choices}.", choices=", ".join(map(tr, self.choices))),
                )
            return str(value)
        if isinstance(self.default, str):
            return str(value)
        return self._number(value)

    def _switch(self, value: object) -> bool:
        words = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}
        found = words.get(str(value).lower())
        if found is None:
            raise UnsupportedRequest(tr("{label} cannot be {value!r}.", label=tr(self.label), value=value), tr("Use on or off."))
        return found

    def _number(self, value: object) -> int | float:
        whole = isinstance(self.default, int)
        try:
            number = int(str(value)) if whole else float(str(value))
        except ValueError:
            kind = tr("a whole number") if whole else tr("a number")
            raise UnsupportedRequest(
                tr("{label} cannot be {value!r}.", label=tr(self.label), value=value), tr("Use {kind}.", kind=kind)
            ) from None
        below = self.low is not None and not number >= self.low
        above = self.high is not None and not number <= self.high
        if below or above:
            raise UnsupportedRequest(
                tr("{label} cannot be {value!r}.", label=tr(self.label), value=value),
                tr("Use a value from {low:g} to {high:g}.", low=self.low, high=self.high),
            )
        return number


def filled(knobs: tuple[Knob, ...], values: dict[str, object]) -> dict[str, KnobValue]:
    """Every knob with its value checked, defaults filled in; an unknown name is UnsupportedRequest."""
    known = {knob.name: knob for knob in knobs}
    for name in values:
        if name not in known:
            raise UnsupportedRequest(
                tr("There is no setting named {name!r}.", name=name), tr("Known: {known}.", known=", ".join(known) or "none")
            )
    return {name: knob.checked(values.get(name, knob.default)) for name, knob in known.items()}

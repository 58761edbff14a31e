"""The three questions that steer every model, in a composer's words, and values as they are shown for them."""

from __future__ import annotations

from studio.generation.steering import DENSITY, RESEMBLANCE, TEMPERATURE
from studio.knobs import KnobValue
from studio.words import mark, tr

_QUESTIONS = {RESEMBLANCE: mark("How different"), DENSITY: mark("How busy"), TEMPERATURE: mark("How surprising")}
_TOLD = {
    RESEMBLANCE: mark("How far takes may go from what is there. To the left: close to it."),
    DENSITY: mark("To the left fewer notes, to the right more. Double-click: as it comes."),
    TEMPERATURE: mark("To the left what one expects, to the right bolder turns."),
}
STEERED = tuple(_QUESTIONS)
"""In the order in which they are asked."""


def question(name: str, label: str = "") -> str:
    """How a knob is called where composers read it; `label` for one that is none of the three, else its name."""
    if name in _QUESTIONS:
        return tr(_QUESTIONS[name])
    return label or name.replace("_", " ").capitalize()


def told(name: str, otherwise: str) -> str:
    """What stands beside the question."""
    return tr(_TOLD[name]) if name in _TOLD else otherwise


def turned(name: str, value: KnobValue) -> KnobValue:
    """A knob's value as it is shown, and back: models speak of resemblance, composers of how different it may get."""
    return round(1 - value, 6) if name == RESEMBLANCE and isinstance(value, int | float) else value


def value_words(name: str, value: KnobValue) -> str:
    """As it stands on the axis of a sweep."""
    shown = turned(name, value)
    if isinstance(shown, bool):
        return tr("on") if shown else tr("off")
    return f"{shown:g}" if isinstance(shown, float) else str(shown)

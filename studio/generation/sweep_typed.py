"""The axes of a sweep as composers type them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studio.errors import UnsupportedRequest
from studio.generation.contract import Axis
from studio.generation.steering_words import question, turned, value_words
from studio.generation.sweep import MOST_VALUES
from studio.knobs import Knob, KnobValue
from studio.words import tr


def can_be_swept(knob: Knob) -> bool:
    """Whether its values can be listed: a number in a range, a few words, on and off."""
    is_text = isinstance(knob.default, str) and not knob.choices
    return not is_text and (
        isinstance(knob.default, bool) or bool(knob.choices) or (knob.low is not None and knob.high is not None)
    )


def usual_values(knob: Knob) -> tuple[KnobValue, ...]:
    """Values worth a try: the lowest, what is usual, the highest; all words; off and on. As the knob has them."""
    if isinstance(knob.default, bool):
        return False, True
    if knob.choices:
        return knob.choices[:MOST_VALUES]
    low, high = float(knob.low or 0), float(knob.high or 0)
    middle = float(knob.default) if low < float(knob.default) < high else (low + high) / 2
    spread = (low, middle, high)
    if isinstance(knob.default, int):
        return tuple(sorted({round(value) for value in spread}))
    return tuple(round(value, 3) for value in spread)


def typed(knob: Knob, values: Sequence[KnobValue]) -> str:
    """The values as they would be typed, lowest first as they are shown."""
    words = [value_words(knob.name, value) for value in values]
    return " ".join(sorted(words, key=float)) if _is_number(knob) else ", ".join(words)


def axis_of(knob: Knob, text: str) -> Axis:
    """What was typed as an axis; UnsupportedRequest for none, too many, one twice, or what the knob cannot be."""
    named = question(knob.name, knob.label)
    words = [word.strip() for word in re.split(r"[,;]" if re.search(r"[,;]", text) or not _is_number(knob) else r"\s+", text)]
    found = tuple(_value(knob, word) for word in words if word)
    if not found:
        raise UnsupportedRequest(tr("«{knob}» has no values to try.", knob=named), tr("Type some, such as {values}.",
                                 values=typed(knob, usual_values(knob))))  # fmt: skip
    if len(found) > MOST_VALUES:
        words_of = tr("«{knob}» has {n} values: too many to compare.", knob=named, n=len(found))
        raise UnsupportedRequest(words_of, tr("Try {most} at most.", most=MOST_VALUES))
    if len(set(found)) < len(found):
        raise UnsupportedRequest(tr("«{knob}» is tried twice at one value.", knob=named), tr("Give different ones."))
    return Axis(knob.name, found)


def _value(knob: Knob, word: str) -> KnobValue:
    try:
        return knob.checked(turned(knob.name, float(word)) if _is_number(knob) and not isinstance(knob.default, int) else word)
    except ValueError:
        label = question(knob.name, knob.label)
        raise UnsupportedRequest(tr("«{word}» is no number that «{knob}» can be.", word=word, knob=label),
                                 tr("Type numbers with spaces between them.")) from None  # fmt: skip


def _is_number(knob: Knob) -> bool:
    return not isinstance(knob.default, bool | str)

"""What `--constrain` and `--sweep` say: "track=Bass low=C2 most=8 keep=rhythm follows=Chords", "temperature=0.6,1,1.4"."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from fractions import Fraction

from studio.errors import UnsupportedRequest
from studio.generation.constraint_words import pitch_named, rate_named
from studio.generation.contract import Axis
from studio.song.constraint import Constraint
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import tr

KEPT = {"rhythm": "keeps_rhythm", "pitches": "keeps_pitches"}
KINDS = "track, low, high, least, most, voices, shortest, longest, keep, follows"

Find = Callable[[str], int]
"""A track's id by its name or number."""


def constraint_of(text: str, find: Find, otherwise: int) -> Constraint:
    """The constraint; for the track `otherwise` where it names none. UnsupportedRequest says which word is none."""
    found: dict[str, int | float | bool | None] = {"track_id": otherwise}
    try:
        words = shlex.split(text)
    except ValueError:
        raise UnsupportedRequest(tr("«{words}» has an open quotation mark.", words=text), tr("Close it.")) from None
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not value:
            hint = tr("Write what it keeps to, such as low=C2 or most=8. There are: {kinds}.", kinds=KINDS)
            raise UnsupportedRequest(tr("«{word}» is no constraint.", word=word), hint)
        field, meant = _meant(name, value, find)
        found[field] = meant
    return Constraint(**found)  # type: ignore[arg-type]  # each field is of the kind that its word has


def axis_of(text: str) -> Axis:
    """A knob and the values it is tried at; what they may be only the model knows."""
    name, equals, values = text.partition("=")
    listed = tuple(value.strip() for value in values.split(",") if value.strip())
    if not name.strip() or not equals or not listed:
        hint = tr("Write a setting and its values, such as temperature=0.6,1,1.4.")
        raise UnsupportedRequest(tr("«{words}» is no sweep.", words=text), hint)
    return Axis(name.strip(), listed)


def _meant(name: str, value: str, find: Find) -> tuple[str, int | float | bool | None]:
    if name == "keep":
        if value not in KEPT:
            raise UnsupportedRequest(tr("«{value}» cannot be kept.", value=value), tr("Use keep=rhythm or keep=pitches."))
        return KEPT[value], True
    if name in ("track", "follows"):
        return ("track_id" if name == "track" else name), find(value)
    if name in ("low", "high"):
        return f"{name}_pitch", pitch_named(value)
    if name in ("least", "most"):
        return f"{name}_per_bar", rate_named(value)
    if name in ("shortest", "longest"):
        return f"{name}_ticks", _length(value)
    if name in ("voices", "polyphony"):
        return "polyphony", _count(value)
    raise UnsupportedRequest(tr("«{name}» is no constraint.", name=name), tr("There are: {kinds}.", kinds=KINDS))


def _length(text: str) -> int:
    try:
        ticks = Fraction(text) * 4 * TICKS_PER_BEAT
    except (ValueError, ZeroDivisionError):
        raise UnsupportedRequest(tr("«{words}» is no length of a note.", words=text), tr("Write one such as 1/16.")) from None
    return round(ticks)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise UnsupportedRequest(tr("«{words}» is no count of voices.", words=text), tr("Write one such as 1 or 4."))
    return int(text)

"""How many events a measure holds: notes and signs, counted by themselves so that a report can be held against them."""

from __future__ import annotations

from collections.abc import Callable

from studio.files.musicxml.tree import Node

DRAWN_ONLY = ("tied", "tuplet")
"""Notations that only draw what is said elsewhere."""
SILENT_ATTRIBUTES = ("time-only", "id", "divisions")


def events_in(measure: Node) -> int:
    """Rests, clefs, layout and the cursor's moves are no events."""
    return sum(_in_element(child) for child in measure.children)


def _in_element(node: Node) -> int:
    count = _COUNTS.get(node.tag)
    return count(node) if count is not None else int(node.tag in ("harmony", "figured-bass"))


def _in_note(node: Node) -> int:
    notations = (mark for group in node.all("notations") for mark in group.children)
    return int(node.child("rest") is None) + sum(map(is_sung, node.all("lyric"))) + sum(map(is_mark, notations))


def is_sung(lyric: Node) -> bool:
    return bool(lyric.words("text"))


def is_mark(node: Node) -> bool:
    """Whether a notation says something of its own; the end of a slur does not."""
    return node.tag not in DRAWN_ONLY and not (node.tag == "slur" and node.attributes.get("type") != "start")


def _in_attributes(node: Node) -> int:
    return sum(child.tag in ("key", "time", "transpose") for child in node.children)


def _in_direction(node: Node) -> int:
    return sum(len(kind.children) for kind in node.all("direction-type")) + sum(map(in_sound, node.all("sound")))


def in_sound(node: Node) -> int:
    """Each attribute of a sound is an event, and each element in it."""
    return sum(name not in SILENT_ATTRIBUTES for name in node.attributes) + len(node.children)


def _in_barline(node: Node) -> int:
    return sum(child.tag in ("repeat", "ending", "segno", "coda", "fermata", "wavy-line") for child in node.children)


_COUNTS: dict[str, Callable[[Node], int]] = {
    "note": _in_note,
    "attributes": _in_attributes,
    "direction": _in_direction,
    "sound": in_sound,
    "barline": _in_barline,
}

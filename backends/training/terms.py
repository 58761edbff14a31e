"""On what terms well-known training sets stand, so that a card says it without being told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from studio.generation.card import DataSource

PERMISSIVE = ("mit", "bsd", "cc0", "cc by 4.0", "cc by 3.0", "public domain")

SETS: Mapping[str, tuple[str, str]] = {
    "pop909": ("POP909", "MIT"),
    "openewld": ("OpenEWLD", "MIT, public-domain songs"),
    "nottingham": ("Nottingham (Jukedeck's cleaned edition)", "GPL-3.0"),
    "folk_abc": ("Folk tunes in ABC", "not stated"),
    "groove": ("Groove MIDI", "CC BY 4.0"),
    "lpd": ("Lakh Pianoroll, cleansed", "CC BY 4.0"),
    "maestro": ("MAESTRO", "CC BY-NC-SA 4.0"),
    "asap": ("ASAP", "CC BY-NC-SA 4.0"),
    "nesmdb": ("NES Music Database", "research only"),
    "jsb_chorales": ("JSB chorales", "not stated"),
    "js_fakes": ("JS Fake Chorales", "CC BY 4.0"),
}
"""By a part of the folder's path: title and licence."""


def is_permissive(licence: str) -> bool:
    """Whether the terms begin with one of those that let anyone do anything (decisions.md 12)."""
    words = licence.lower().replace("-", " ")
    return any(words == known or words.startswith((known + ",", known + " (")) for known in PERMISSIVE)


def source_for(place: Path, share: float, licences: Mapping[str, str]) -> DataSource:
    """What the card says of one folder; `licences` (by folder name) is the user's word and wins over the table."""
    parts = [part.lower() for part in reversed(place.parts)]
    known = next((entry for part in parts for name, entry in SETS.items() if part.startswith(name)), None)
    title, licence = known or (place.name, "unknown licence")
    licence = licences.get(place.name, licence)
    return DataSource(title, licence, is_permissive(licence), round(share, 4))


def sources_for(places: Iterable[tuple[Path, int]], licences: Mapping[str, str]) -> tuple[DataSource, ...]:
    """One entry for each set among the folders, with its share of the training steps."""
    listed = list(places)
    total = max(1, sum(steps for _, steps in listed))
    joined: dict[str, DataSource] = {}
    for place, steps in listed:
        source = source_for(place, steps / total, licences)
        before = joined.get(source.name)
        share = round(source.share + (before.share if before else 0), 4)
        joined[source.name] = DataSource(source.name, source.licence, source.permissive, min(1.0, share))
    return tuple(joined.values())

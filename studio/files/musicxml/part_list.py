"""The part list of a score: names, sounds and drums of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from studio.files.midi.general_midi import PROGRAMS
from studio.files.musicxml.tree import Node

_BY_NAME = {
    "piano": 0, "klavier": 0, "harpsichord": 6, "cembalo": 6, "celesta": 8, "glockenspiel": 9, "vibraphone": 11, "marimba": 12,
    "xylophone": 13, "church organ": 19, "organ": 19, "orgel": 19, "accordion": 21, "electric guitar": 27, "acoustic guitar": 25,
    "guitar": 24, "gitarre": 24, "electric bass": 33, "bass guitar": 33, "double bass": 43, "contrabass": 43, "violin": 40,
    "violine": 40, "viola": 41, "violoncello": 42, "cello": 42, "harp": 46, "timpani": 47, "strings": 48, "choir": 52,
    "soprano": 52, "alto": 52, "tenor": 52, "baritone": 52, "voice": 52, "english horn": 69, "french horn": 60, "horn": 60,
    "trumpet": 56, "trombone": 57, "tuba": 58, "soprano saxophone": 64, "alto saxophone": 65, "tenor saxophone": 66,
    "baritone saxophone": 67, "saxophone": 65, "oboe": 68, "bassoon": 70, "clarinet": 71, "piccolo": 72, "flute": 73,
    "recorder": 74, "banjo": 105, "fiddle": 110,
}  # fmt: skip
_KNOWN = {name.lower(): number for number, name in enumerate(PROGRAMS)} | _BY_NAME


@dataclass(slots=True)
class PartFacts:
    """What the part list says of a part."""

    name: str = ""
    program: int = 0
    bank: int = 0
    is_drum: bool = False
    drums: dict[str, int] = field(default_factory=dict)


def facts_of(node: Node) -> PartFacts:
    """A part that names no program sounds as its instrument's name says, where we know it."""
    facts = PartFacts(node.words("part-name"))
    names = [each.words("instrument-name") for each in node.all("score-instrument")]
    facts.program = next(_programs_named([*names, facts.name]), 0)
    for number, instrument in enumerate(node.all("midi-instrument")):
        facts.is_drum = facts.is_drum or instrument.words("midi-channel") == "10"
        program, bank = _from_one(instrument.words("midi-program"), 128), _from_one(instrument.words("midi-bank"), 16384)
        drum = _from_one(instrument.words("midi-unpitched"), 128)
        if not number:
            facts.program = facts.program if program is None else program
            facts.bank = bank or 0
        if drum is not None:
            facts.drums[instrument.attributes.get("id", "")] = drum
    return facts


def _programs_named(names: list[str]) -> Iterator[int]:
    """The programs that these names are known to mean: as a whole, else by words in them."""
    longest_first = sorted(_BY_NAME, key=len, reverse=True)
    for name in names:
        plain = re.sub(r"[^a-z ]", " ", name[:80].lower()).strip()
        if plain in _KNOWN:
            yield _KNOWN[plain]
        yield from (_BY_NAME[known] for known in longest_first if re.search(rf"\b{known}s?\b", plain))


def _from_one(text: str, most: int) -> int | None:
    """A number that files count from 1, from 0; None where it is none."""
    return min(most, max(1, int(text))) - 1 if re.fullmatch(r"[0-9]{1,5}", text) else None

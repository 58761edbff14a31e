"""Notes of one part: pitches as they sound, lengths, ties, graces, drums and syllables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from studio.errors import UnreadableFile
from studio.files.midi.texts import clean_name
from studio.files.midi.wire import spaced
from studio.files.musicxml.counting import is_mark, is_sung
from studio.files.musicxml.tree import Node
from studio.files.notation.sheet import MOST_NOTES, PLAIN_VELOCITY, Bar, Lyric, Sheet, SheetNote, graces
from studio.words import mark, tr

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_BY_PLACE = {"F4": 36, "A4": 41, "C5": 38, "D5": 47, "E5": 50, "F5": 51, "G5": 42, "A5": 49, "D4": 44}
"""Where drums are drawn on their staff, as most scores have it."""
_MICROTONE = mark("quarter tones rounded")
_GUESSED = mark("drum strokes known by their place on the staff only")
_ORNAMENT = mark("ornaments and articulations")

Line = tuple[str, str]
"""Staff and voice, as the file names them."""


@dataclass(slots=True)
class NoteReading:
    """What a part's notes need: transposition, loudness, drums; `lines` numbers each (staff, voice) in order of appearance.

    A note's `part` is that number until the whole part has been read.
    """

    sheet: Sheet
    name: str
    """The file's, for messages."""
    drums: dict[str, int]
    """Pitch of each percussion instrument by its id."""
    semitones: int = 0
    velocity: int = PLAIN_VELOCITY
    lines: dict[Line, int] = field(default_factory=dict)
    has_pitched: bool = False
    has_unpitched: bool = False
    last_start: Fraction = Fraction(0)
    waiting: list[tuple[int, list[int]]] = field(default_factory=list)
    """Grace notes not placed yet: line, pitches that sound together."""

    def begin(self) -> None:
        """A new measure."""
        self.last_start = Fraction(0)

    def note(self, node: Node, bar: Bar, at: Fraction, length: Fraction) -> Fraction:
        """Take one note or rest at the cursor; where the cursor stands after it."""
        self._aside(node)
        is_chord, is_grace = node.child("chord") is not None, node.child("grace") is not None
        start = self.last_start if is_chord else at
        if not is_grace:
            self.place_graces(at, bar)
            if not is_chord:
                self.last_start, at = at, at + length
        if node.child("rest") is not None:
            self._drop_lyrics(node)
        elif node.child("cue") is not None:
            self._drop(node, mark("cue notes"))
        elif (found := self._pitch(node)) is None or not (length or is_grace):
            self._drop(node, mark("notes without pitch or length"))
        else:
            self._count()
            line = self.lines.setdefault((node.words("staff", "1"), node.words("voice", "1")), len(self.lines))
            if is_grace:
                self._drop_lyrics(node)
                if is_chord and self.waiting:
                    self.waiting[-1][1].append(found[0])
                else:
                    self.waiting.append((line, [found[0]]))
            else:
                ties_on = any(tie.attributes.get("type") == "start" for tie in node.all("tie"))
                syllables = tuple(_lyrics(node))
                bar.notes.append(
                    SheetNote(line, start, length, found[0], self._loudness(node), ties_on, found[1], lyrics=syllables)
                )
        return at

    def place_graces(self, at: Fraction, bar: Bar) -> None:
        """Those that wait end here."""
        for line in dict.fromkeys(line for line, _ in self.waiting):
            bar.notes += graces(line, at, [pitches for other, pitches in self.waiting if other == line], self.velocity)
        self.waiting.clear()

    def _count(self) -> None:
        self.sheet.written += 1
        if self.sheet.written > MOST_NOTES:
            raise UnreadableFile(
                tr("«{name}» has more than {most} notes.", name=self.name, most=spaced(MOST_NOTES)), tr("Cut it into parts.")
            )

    def _drop(self, node: Node, kind: str) -> None:
        self.sheet.dropped[kind] += 1
        self._drop_lyrics(node)

    def _drop_lyrics(self, node: Node) -> None:
        if count := sum(map(is_sung, node.all("lyric"))):
            self.sheet.dropped[mark("lyrics without a note")] += count

    def _aside(self, node: Node) -> None:
        for group in node.all("notations"):
            for sign in group.children:
                if is_mark(sign):
                    self.sheet.dropped[mark("slurs") if sign.tag == "slur" else _ORNAMENT] += 1

    def _loudness(self, node: Node) -> int:
        """A note's own, where it says one; else that of the last mark."""
        return velocity_of_percent(node.attributes["dynamics"]) if "dynamics" in node.attributes else self.velocity

    def _pitch(self, node: Node) -> tuple[int, str] | None:
        """The pitch as it sounds and how it was altered; None where there is none."""
        drawn = node.child("unpitched")
        if drawn is not None:
            self.has_unpitched = True
            instrument = node.child("instrument")
            known = self.drums.get(instrument.attributes.get("id", "") if instrument else "")
            if known is not None:
                return known, ""
            place = drawn.words("display-step") + drawn.words("display-octave")
            return next(iter(self.drums.values())) if len(self.drums) == 1 else _BY_PLACE.get(place, 38), _GUESSED
        found = node.child("pitch")
        step, octave = (found.words("step"), found.words("octave")) if found else ("", "")
        if found is None or step not in _STEPS or not re.fullmatch(r"-?[0-9]{1,2}", octave):
            return None
        self.has_pitched = True
        alter = number(found.words("alter", "0"))
        pitch = 12 * (int(octave) + 1) + _STEPS[step] + round(alter) + self.semitones
        return (pitch, _MICROTONE if alter.denominator != 1 else "") if 0 <= pitch <= 127 else None


def _lyrics(node: Node) -> Iterator[Lyric]:
    for lyric in node.all("lyric"):
        if is_sung(lyric):
            number_of = re.search(r"\d{1,2}", lyric.attributes.get("number", "")[-8:])
            text = clean_name(" ".join(each.text for each in lyric.all("text")))
            goes_on = lyric.words("syllabic") in ("begin", "middle")
            yield Lyric(text + "-" * goes_on, int(number_of[0]) if number_of else 1)


def velocity_of_percent(percent: str) -> int:
    """A loudness in percent of forte, which is a velocity of 90."""
    return min(127, max(1, round(0.9 * float(number(percent)))))


@lru_cache(maxsize=4096)
def number(text: str) -> Fraction:
    """A decimal number of the file; 0 when it is none or absurdly long."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return Fraction(int(text))
    try:
        value = Fraction(text) if len(text) <= 24 and not set(text.lower()) & set("/e_") else Fraction(0)
    except ValueError:
        return Fraction(0)
    return value if abs(value) < 10**9 else Fraction(0)

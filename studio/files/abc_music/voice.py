"""One voice of a tune being read: its bars, its place in the bar, and what waits for the next note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from studio.files.abc_music.fields import KeyField
from studio.files.notation.sheet import PLAIN_VELOCITY, Bar, SheetNote

Sounded = tuple[int, Fraction, bool, str]
"""Pitch, length in quarters, whether it is tied to what follows, and how it was altered."""


@dataclass(slots=True)
class Voice:
    """State of a voice. Lengths and places are quarters; `part` is its index among the tune's voices."""

    part: int
    name: str
    meter: tuple[int, int] | None
    unit: Fraction
    key: KeyField
    us_per_beat: int | None
    program: int = 0
    semitones: int = 0
    """Added to every written pitch: a clef an octave off, a transposing voice."""
    velocity: int = PLAIN_VELOCITY
    bars: list[Bar] = field(default_factory=list)
    bar: Bar | None = None
    at: Fraction = Fraction(0)
    longest: Fraction = Fraction(0)
    accidentals: dict[str, int] = field(default_factory=dict)
    section: str = ""
    starts_repeat: bool = False
    endings: frozenset[int] = frozenset()
    last: tuple[list[SheetNote], Fraction] | None = None
    """The notes and length of the latest note, chord or rest, for `>` and ties."""
    tied: dict[tuple[str, int], int] = field(default_factory=dict)
    """Pitch of each written note (letter, octave) that is tied to what follows."""
    broken: Fraction = Fraction(1)
    tuplet: Fraction = Fraction(1)
    tuplet_left: int = 0
    waiting: list[list[int]] = field(default_factory=list)
    """Grace notes in front of the next note: pitches that sound together."""
    line: list[SheetNote | None] = field(default_factory=list)
    """Notes of the present line that take syllables, None at each bar line."""

    def open_bar(self) -> Bar:
        """The bar being read; a new one takes what is in force."""
        if self.bar is None:
            self.bar = Bar(meter=self.meter, key=self.key.key, us_per_beat=self.us_per_beat, section=self.section)
            self.bar.starts_repeat, self.bar.endings = self.starts_repeat, self.endings
            self.section, self.starts_repeat = "", False
        return self.bar

    def close_bar(self) -> None:
        """Bar line: the bar ends if anything stands in it."""
        if self.bar is not None and max(self.at, self.longest):
            self.bar.length = max(self.at, self.longest)
            self.bars.append(self.bar)
            self.bar = None
        self.at = self.longest = Fraction(0)
        self.accidentals.clear()
        self.last, self.broken = None, Fraction(1)
        self.line.append(None)

    def factor(self) -> Fraction:
        """What tuplet and broken rhythm make of the next length; uses them up."""
        factor = self.broken
        self.broken = Fraction(1)
        if self.tuplet_left:
            self.tuplet_left -= 1
            factor *= self.tuplet
        return factor

    def sound(self, notes: Sequence[Sounded], length: Fraction) -> list[SheetNote]:
        """A note, a chord, or (no notes) a rest, after which the place moves on by `length`; lengths are quarters.

        The notes made: none of those without a length.
        """
        bar = self.open_bar()
        factor = self.factor()
        made = [
            SheetNote(self.part, self.at, own * factor, pitch, self.velocity, ties_on, altered)
            for pitch, own, ties_on, altered in notes
            if own
        ]
        bar.notes += made
        self.last = (made, length * factor)
        self.at += length * factor
        if made:
            self.line.append(made[0])
        return made

    def break_rhythm(self, marks: str) -> bool:
        """`>` lengthens the last and shortens the next, `<` the other way; False when there is nothing before."""
        if self.last is None:
            return False
        short = Fraction(1, 2 ** min(len(marks), 4))
        mine, self.broken = (2 - short, short) if marks[0] == ">" else (short, 2 - short)
        notes, length = self.last
        for note in notes:
            note.length *= mine
        self.at += length * (mine - 1)
        self.last = (notes, length * mine)
        return True

    def overlay(self) -> None:
        """`&`: back to the beginning of the bar."""
        self.longest = max(self.longest, self.at)
        self.at, self.last = Fraction(0), None

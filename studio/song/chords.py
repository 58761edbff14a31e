"""Chords of a key: stacked thirds on its degrees, their Roman numerals, inversions, and where they lie near a pitch."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.song.harmony import SCALES, Key

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
DEGREES = len(NUMERALS)
SIZES = {3: "triad", 4: "seventh", 5: "ninth"}
_FIGURES = {3: "", 4: "7", 5: "9"}


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord on a degree (0 to 6) of a key, of 3 to 5 notes a third apart; `inversion` puts so many of them an octave up.

    A scale that has not seven steps gives the chords of the major scale.
    """

    key: Key
    degree: int = 0
    size: int = 3
    inversion: int = 0

    @property
    def intervals(self) -> tuple[int, ...]:
        """Semitones above the tonic, ascending, the inversion in."""
        scale = SCALES[self.key.scale if has_degrees(self.key) else "major"]
        stacked = [scale[at % DEGREES] + 12 * (at // DEGREES) for at in range(self.degree, self.degree + 2 * self.size, 2)]
        for _ in range(self.inversion):
            stacked = [*stacked[1:], stacked[0] + 12]
        return tuple(sorted(stacked))

    @property
    def name(self) -> str:
        """Such as ii7 or vii°: capital with a major third, ° and + where the fifth is not perfect."""
        root, third, fifth = replace(self, size=3, inversion=0).intervals
        numeral = NUMERALS[self.degree] if third - root > 3 else NUMERALS[self.degree].lower()
        mark = {6: "°", 8: "+"}.get(fifth - root, "")
        return f"{numeral}{mark}{_FIGURES[self.size]}"

    def inverted(self, by: int) -> Chord:
        """The next inversion, or the one before; after the last comes the first."""
        return replace(self, inversion=(self.inversion + by) % self.size)

    def near(self, pitch: int) -> tuple[int, ...]:
        """Pitches with the lowest within half an octave of this one, as far as all stay within 0 to 127."""
        lowest = self.intervals[0] + self.key.tonic
        shift = round((pitch - lowest) / 12) * 12
        made = [interval + self.key.tonic + shift for interval in self.intervals]
        while made[0] < 0:
            made = [each + 12 for each in made]
        while made[-1] > 127:
            made = [each - 12 for each in made]
        return tuple(made)


def diatonic(key: Key, size: int = 3) -> tuple[Chord, ...]:
    """The seven chords of a key."""
    return tuple(Chord(key, degree, size) for degree in range(DEGREES))


def has_degrees(key: Key) -> bool:
    """Whether the scale has seven steps to build chords on."""
    return len(SCALES[key.scale]) == DEGREES

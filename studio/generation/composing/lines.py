"""Melodic lines: drawn against chords, weighed, and transformed (sequence, fitting, ornament)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from studio.generation.composing.tonal import Chord, ChordSpan, chord_at

CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Tone:
    """One melody note in degrees. `start_tick` counts from the beginning of the song."""

    start_tick: int
    length_ticks: int
    degree: int

    @property
    def end_tick(self) -> int:
        return self.start_tick + self.length_ticks


@dataclass(frozen=True, slots=True)
class Frame:
    """What a line is drawn within: chords, the pulse and how often it is accented, the degrees it may use."""

    chords: Sequence[ChordSpan]
    pulse_ticks: int
    accent_ticks: int
    low: int
    high: int

    def chord(self, tick: int) -> Chord:
        return chord_at(self.chords, tick)

    def counts(self, tone: Tone) -> bool:
        """Whether the ear weighs the note against the chord: on an accent, or long."""
        return tone.start_tick % self.accent_ticks == 0 or tone.length_ticks >= 2 * self.pulse_ticks

    def fits(self, tone: Tone) -> bool:
        """Whether the note belongs to the chord under it (and to the next, when it lasts into it)."""
        step = tone.degree % 7
        return step in self.chord(tone.start_tick).tones and step in self.chord(tone.end_tick - 1).tones


def placed_rhythm(lengths: Sequence[int], start_tick: int) -> list[tuple[int, int]]:
    """Lengths one after the other as (start, length)."""
    made = []
    for length in lengths:
        made.append((start_tick, length))
        start_tick += length
    return made


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a line begins (near a degree), and, if given, the degrees of any octave on which it ends."""

    near: int
    ending: tuple[int, ...] = ()


def drawn_line(rng: Random, rhythm: Sequence[tuple[int, int]], frame: Frame, wish: Wish) -> list[Tone]:
    """The best of some random walks over this rhythm of (start, length)."""
    drawn = [_walk(rng, rhythm, frame, wish) for _ in range(CANDIDATES)]
    return max(drawn, key=lambda line: _worth(line, frame, wish.near))


def _walk(rng: Random, rhythm: Sequence[tuple[int, int]], frame: Frame, wish: Wish) -> list[Tone]:
    line: list[Tone] = []
    heading = rng.choice((-1, 1))
    at = wish.near
    for index, (start, length) in enumerate(rhythm):
        if index == len(rhythm) - 1 and wish.ending:
            choices = [degree for degree in range(frame.low, frame.high + 1) if degree % 7 in wish.ending]
            at = min(choices, key=lambda degree, here=at: (abs(degree - here), degree))  # type: ignore[misc]
        elif index == 0 or frame.counts(Tone(start, length, at)):
            at = _chord_step(rng, frame, Tone(start, length, at), heading)
        else:
            at += heading * rng.choices((1, 0, 2, -1), (6, 1, 1.5, 2))[0]
        if not frame.low <= at <= frame.high:
            at = min(max(at, frame.low), frame.high)
            heading = -heading
        elif rng.random() < 0.25:
            heading = -heading
        line.append(Tone(start, length, at))
    return line


def _chord_step(rng: Random, frame: Frame, here: Tone, heading: int) -> int:
    """A tone of the chord near `here` (the note's place, on the degree before), rather onwards than back."""
    at = here.degree
    reach = range(max(frame.low, at - 4), min(frame.high, at + 4) + 1)
    choices = [degree for degree in reach if frame.fits(replace(here, degree=degree))]
    choices = choices or [degree for degree in reach if degree % 7 in frame.chord(here.start_tick).tones] or [at]
    weights = [(3.0 if (d - at) * heading > 0 else 1.2) / (1 + abs(d - at)) * (0.5 if d == at else 1.0) for d in choices]
    return rng.choices(choices, weights)[0]


def _worth(line: Sequence[Tone], frame: Frame, near: int) -> float:
    """What a listener likes: chord tones where it counts, steps, few leaps that turn back, one peak, a shape."""
    degrees = [tone.degree for tone in line]
    steps = [after - before for before, after in pairwise(degrees)]
    worth = -0.25 * abs(degrees[0] - near)
    worth -= 4.0 * sum(frame.counts(tone) and not frame.fits(tone) for tone in line)
    # A dissonance that leaves by leap sounds like a mistake.
    worth -= 3.0 * sum(abs(step) > 1 and not frame.fits(tone) for tone, step in zip(line, steps, strict=False))
    for index, step in enumerate(steps):
        worth += {0: -0.6, 1: 0.5, 2: 0.3}.get(abs(step), -0.7)
        if abs(step) >= 3 and index + 1 < len(steps) and steps[index + 1] * step >= 0:
            worth -= 1.5
        worth -= 2.0 * max(0, abs(step) - 5)
        worth -= 2.5 * _is_awkward(line[index], line[index + 1], frame)
    span = max(degrees) - min(degrees)
    worth += 1.0 if 3 <= span <= 6 else -0.6 * abs(span - 4)
    worth += 0.8 if degrees.count(max(degrees)) == 1 else 0.0
    worth -= 0.8 * sum(first == second == 0 for first, second in pairwise(steps))
    return worth - 0.5 * (len(set(degrees)) < 3)


def _is_awkward(first: Tone, second: Tone, frame: Frame) -> bool:
    """An augmented second (sixth to leading tone) inside a minor dominant."""
    pair = {first.degree % 7, second.degree % 7}
    return pair == {5, 6} and frame.chord(second.start_tick).has_leading_tone


def moved(line: Sequence[Tone], ticks: int, degrees: int = 0) -> list[Tone]:
    return [replace(tone, start_tick=tone.start_tick + ticks, degree=tone.degree + degrees) for tone in line]


def answered(line: Sequence[Tone], ticks: int, frame: Frame, shifts: Sequence[int]) -> tuple[list[Tone], int]:
    """The line moved in time and by the shift that suits the chords best; strong notes are then fitted. And the shift."""
    best = max(shifts, key=lambda shift: _suits(moved(line, ticks, shift), frame) - 0.3 * abs(shift))
    return fitted(moved(line, ticks, best), frame), best


def _suits(line: Sequence[Tone], frame: Frame) -> float:
    worth = 0.0
    for tone in line:
        worth += (1.0 if frame.fits(tone) else -1.5) * frame.counts(tone)
        worth -= 2.0 * (not frame.low <= tone.degree <= frame.high)
    return worth


def fitted(line: Sequence[Tone], frame: Frame) -> list[Tone]:
    """Strong and long notes moved to the nearest chord tone; what lies out of range comes an octave nearer."""
    made: list[Tone] = []
    for tone in line:
        degree = tone.degree
        while degree > frame.high:
            degree -= 7
        while degree < frame.low:
            degree += 7
        if frame.counts(tone) and not frame.fits(replace(tone, degree=degree)):
            reach = range(max(frame.low, degree - 3), min(frame.high, degree + 3) + 1)
            near = [d for d in reach if frame.fits(replace(tone, degree=d))]
            near = near or [d for d in reach if d % 7 in frame.chord(tone.start_tick).tones]
            degree = min(near, key=lambda d: (abs(d - degree), -d)) if near else degree
        made.append(replace(tone, degree=degree))
    return made


def ornamented(rng: Random, line: Sequence[Tone], frame: Frame, smallest_ticks: int) -> list[Tone]:
    """Some longer notes broken up: a passing note where the next lies a third away, a turn where it repeats."""
    made: list[Tone] = []
    for index, tone in enumerate(line):
        after = line[index + 1] if index + 1 < len(line) else None
        if after is None or tone.length_ticks < 2 * smallest_ticks or after.start_tick != tone.end_tick or rng.random() < 0.3:
            made.append(tone)
            continue
        gap = after.degree - tone.degree
        half = max(smallest_ticks, tone.length_ticks // 4 // smallest_ticks * smallest_ticks)
        passing = tone.degree + (1 if gap > 0 else -1)
        if abs(gap) == 2 or (gap == 0 and tone.length_ticks >= 2 * frame.pulse_ticks):
            passing = tone.degree + 1 if gap == 0 else passing
            made.append(replace(tone, length_ticks=tone.length_ticks - half))
            made.append(Tone(tone.end_tick - half, half, passing))
        else:
            made.append(tone)
    return made

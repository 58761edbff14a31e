"""The tune of a plan: an idea stated, answered, varied, contrasted, returning, and brought to its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from studio.generation.composing.lines import Frame, Tone, Wish, answered, drawn_line, fitted, moved, ornamented, placed_rhythm
from studio.generation.composing.plan import Plan, Section
from studio.generation.composing.progressions import Bars, spans_of
from studio.generation.composing.styles import EIGHTH, RHYTHMS, SETTLING
from studio.generation.composing.tonal import ChordSpan

_OTHER_TEMPER = {"calm": "lively", "lively": "calm", "syncopated": "calm"}
LOWEST, HIGHEST = -3, 8
"""Degrees a tune may use."""

FEWEST = 5
"""Notes of an idea."""


@dataclass(frozen=True, slots=True)
class Tune:
    """Melody and chords of the whole piece, and what a listener may be told of them."""

    tones: tuple[Tone, ...]
    chords: tuple[ChordSpan, ...]
    answer_shift: int
    motif: tuple[Tone, ...]


def composed(plan: Plan) -> Tune:
    """Write the tune of a plan."""
    return _Composing(plan).tune()


class _Composing:
    """Writes section after section; the first A is kept and returns."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.style = plan.style
        self.bar = plan.style.bar_ticks
        self.rng = Random(f"tune {plan.seed}")
        self.chords: list[ChordSpan] = []
        self.motif: list[Tone] = []
        self.first_a: list[Tone] = []
        self.answer_shift = 0

    def tune(self) -> Tune:
        tones: list[Tone] = []
        for section in self.plan.sections:
            bars = self._bars(section)
            spans = spans_of(bars, section.first_bar * self.bar, self.bar, self.plan.key.scale, self.style.has_sevenths)
            self.chords += spans
            frame = Frame(spans, self.style.pulse_ticks, self.style.accent_ticks, LOWEST, HIGHEST)
            tones += self._section(section, frame, tones)
        return Tune(tuple(tones), tuple(self.chords), self.answer_shift, tuple(self.motif))

    def _bars(self, section: Section) -> Bars:
        harmony = self.plan.harmony
        if section.kind == "A":
            return (*harmony.opening, *harmony.closing)
        if section.kind == "B":
            return harmony.contrast
        if section.kind == "coda":
            return harmony.coda[-section.bars :] if section.bars < 4 else harmony.coda
        return harmony.opening if section.bars == 4 else (harmony.opening[0], harmony.opening[3])

    def _section(self, section: Section, frame: Frame, before: list[Tone]) -> list[Tone]:
        start = section.first_bar * self.bar
        if section.kind == "A":
            return self._statement(start, frame) if not self.first_a else self._return(section, start, frame)
        if section.kind == "B":
            return self._contrast(start, frame)
        return self._coda(section, start, frame, before) if section.kind == "coda" else []

    # A

    def _statement(self, start: int, frame: Frame) -> list[Tone]:
        """Idea, answer, restatement or break-up, and a close that is not yet final."""
        rhythm = self._idea_rhythm(self.style.temper, start)
        self.motif = drawn_line(self.rng, rhythm, frame, Wish(self.rng.choice((0, 2, 4))))
        answer, self.answer_shift = answered(self.motif, 2 * self.bar, frame, (-2, -1, 1, 2, 3))
        line = [*self.motif, *_breathing(answer), *self._third_pair(start + 4 * self.bar, frame)]
        has_more = sum(section.kind == "A" for section in self.plan.sections) > 2
        line += self._cadence(start + 6 * self.bar, frame, line[-1].degree, (2, 4) if has_more else (0,))
        self.first_a = line
        return line

    def _third_pair(self, start: int, frame: Frame) -> list[Tone]:
        ticks = start - self.motif[0].start_tick
        if self.plan.is_period:
            return fitted(moved(self.motif, ticks), frame)
        head = [tone for tone in self.motif if tone.start_tick < self.motif[0].start_tick + self.bar]
        first, _ = answered(head, ticks, frame, (0, 1, 2))
        second, _ = answered(head, ticks + self.bar, frame, (1, 2, 3, -1, -2))
        return [*first, *second]

    def _return(self, section: Section, start: int, frame: Frame) -> list[Tone]:
        """The idea as it was; what follows is ornamented; a close on the tonic."""
        line = moved(self.first_a, start - self.first_a[0].start_tick)
        idea = [tone for tone in line if tone.start_tick < start + 2 * self.bar]
        rest = [tone for tone in line if start + 2 * self.bar <= tone.start_tick < start + 6 * self.bar]
        smallest = EIGHTH if self.style.swings or self.style.meter == (6, 8) else EIGHTH // 2
        varied = ornamented(self.rng, rest, frame, smallest)
        return [*idea, *varied, *self._cadence(start + 6 * self.bar, frame, varied[-1].degree, (0,))]

    def _cadence(self, start: int, frame: Frame, near: int, ending: tuple[int, ...]) -> list[Tone]:
        """Two bars to a rest on one of these degrees."""
        rhythm = [*self._rhythm(self.style.temper, start), (start + self.bar, self.bar)]
        return _breathing(drawn_line(self.rng, rhythm, frame, Wish(near, ending)))

    # B

    def _contrast(self, start: int, frame: Frame) -> list[Tone]:
        """Another rhythm in a higher place, led down by steps to an open end."""
        temper = _OTHER_TEMPER[self.style.temper]
        rhythm = self._idea_rhythm(temper, start)
        idea = drawn_line(self.rng, rhythm, frame, Wish(self.rng.choice((4, 5, 7))))
        answer, _ = answered(idea, 2 * self.bar, frame, (-2, -1, 1))
        head = [tone for tone in idea if tone.start_tick < start + self.bar]
        third, _ = answered(head, 4 * self.bar, frame, (0, 1, -1))
        fourth, _ = answered(head, 5 * self.bar, frame, (-1, -2, 1))
        line = [*idea, *_breathing(answer), *third, *fourth]
        last = frame.chord(start + 8 * self.bar - 1)
        rhythm = [*self._rhythm(self.style.temper, start + 6 * self.bar), (start + 7 * self.bar, self.bar)]
        return line + _breathing(drawn_line(self.rng, rhythm, frame, Wish(line[-1].degree, last.tones[:3])))

    # Coda

    def _coda(self, section: Section, start: int, frame: Frame, before: list[Tone]) -> list[Tone]:
        """The idea once more over other chords (its head only, in a short coda), then the tonic for a whole bar."""
        final_bar = start + (section.bars - 1) * self.bar
        first = self.motif[0].start_tick
        echo = [tone for tone in self.motif if tone.start_tick < first + min(2, section.bars - 1) * self.bar]
        line = fitted(moved(echo, start - first), frame)
        if section.bars > 3:
            calm = self._rhythm("calm", start + 2 * self.bar)
            line = [
                *_breathing(line),
                *drawn_line(self.rng, calm, frame, Wish(line[-1].degree, frame.chord(final_bar - 1).tones[1:3])),
            ]
        near = line[-1].degree
        home = min((-7, 0, 7), key=lambda degree: abs(degree - near) + (3 if degree < 0 else 0))
        return [*line, Tone(final_bar, self.bar, max(home, 0))]

    def _idea_rhythm(self, temper: str, start: int) -> list[tuple[int, int]]:
        """A bar that moves and a bar that settles, of enough notes to be known again."""
        rhythm: list[tuple[int, int]] = []
        while len(rhythm) < FEWEST:
            rhythm = [*self._rhythm(temper, start), *self._rhythm("", start + self.bar)]
        return rhythm

    def _rhythm(self, temper: str, start: int) -> list[tuple[int, int]]:
        bars = RHYTHMS[self.style.meter][temper] if temper else SETTLING[self.style.meter]
        return placed_rhythm([length * EIGHTH for length in self.rng.choice(bars)], start)


def _breathing(line: list[Tone]) -> list[Tone]:
    """The last note shortened, so that the phrase breathes."""
    last = line[-1]
    breath = EIGHTH if last.length_ticks > 4 * EIGHTH else EIGHTH // 2
    return [*line[:-1], replace(last, length_ticks=max(EIGHTH, last.length_ticks - breath))]

"""Chords in scale degrees, and degrees as pitches. Degree 0 is the tonic, 7 the octave above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from studio.song.harmony import PITCH_CLASSES, SCALES, SHARP_CLASSES, Key

ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII")


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord on a degree (0 to 6). `has_leading_tone` raises the seventh degree while it sounds (V in minor)."""

    root: int
    has_seventh: bool = False
    has_leading_tone: bool = False

    @property
    def tones(self) -> tuple[int, ...]:
        """Its degrees, 0 to 6, root first."""
        steps = (0, 2, 4, 6) if self.has_seventh else (0, 2, 4)
        return tuple((self.root + step) % 7 for step in steps)


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord in its place, in ticks."""

    start_tick: int
    end_tick: int
    chord: Chord


def chord_at(spans: Sequence[ChordSpan], tick: int) -> Chord:
    """The chord that sounds at this tick; the last one after the end."""
    return next((span.chord for span in spans if span.start_tick <= tick < span.end_tick), spans[-1].chord)


@dataclass(frozen=True, slots=True)
class Tonality:
    """A key with the pitch of its tonic; turns degrees into pitches."""

    key: Key
    tonic_pitch: int

    def pitch(self, degree: int, chord: Chord | None = None) -> int:
        """The pitch of a degree (any octave) while this chord sounds."""
        octave, step = divmod(degree, 7)
        raised = int(chord is not None and chord.has_leading_tone and step == 6 and SCALES[self.key.scale][6] == 10)
        return self.tonic_pitch + 12 * octave + SCALES[self.key.scale][step] + raised

    def pitch_classes(self, chord: Chord) -> tuple[int, ...]:
        return tuple(self.pitch(tone, chord) % 12 for tone in chord.tones)

    def name(self, chord: Chord) -> str:
        """Such as "Dm7" or "A7"."""
        classes = self.pitch_classes(chord)
        third, fifth = (classes[1] - classes[0]) % 12, (classes[2] - classes[0]) % 12
        quality = {(4, 7): "", (3, 7): "m", (3, 6): "dim", (4, 8): "+"}.get((third, fifth), "?")
        seventh = {10: "7", 11: "maj7", 9: "6"}.get((classes[3] - classes[0]) % 12, "") if chord.has_seventh else ""
        return (PITCH_CLASSES if self.key.prefers_flats else SHARP_CLASSES)[classes[0]] + quality + seventh


def led_voicings(tonality: Tonality, chords: Sequence[Chord], low: int, high: int) -> list[tuple[int, ...]]:
    """Close voicings between two pitches, each as near to the one before as can be; all tones of a chord are there."""
    made: list[tuple[int, ...]] = []
    centre = (low + high) / 2
    for chord in chords:
        voicings = _voicings(tonality.pitch_classes(chord), low, high)
        before = made[-1] if made else None

        def cost(voicing: tuple[int, ...], before: tuple[int, ...] | None = before) -> tuple[float, tuple[int, ...]]:
            drift = abs(sum(voicing) / len(voicing) - centre) * 0.4
            return (drift + (_movement(before, voicing) if before else 0.0), voicing)

        made.append(min(voicings, key=cost))
    return made


def _voicings(classes: tuple[int, ...], low: int, high: int) -> list[tuple[int, ...]]:
    choices = [[pitch for pitch in range(low, high + 1) if pitch % 12 == wanted] for wanted in classes]
    found = {tuple(sorted(chosen)) for chosen in product(*choices)}
    return sorted(voicing for voicing in found if voicing[-1] - voicing[0] <= 14)


def _movement(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    """Semitones moved, top voice counted twice, so that it sings; every voice the same way costs extra."""
    pairs = list(zip(before[-len(after) :], after[-len(before) :], strict=True))
    steps = [new - old for old, new in pairs]
    total = float(sum(abs(step) for step in steps) + abs(steps[-1]))
    one_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return total + (3.0 if one_way else 0.0)

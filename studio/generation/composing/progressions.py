"""Chord plans for phrases: eight-bar sections in major, minor and two modes, with the cadence each ends on."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from studio.generation.composing.tonal import Chord, ChordSpan
from studio.words import mark

Bars = tuple[tuple[int, ...], ...]
"""For each bar the degrees of its chords, equally long."""

_OPENINGS: dict[str, tuple[Bars, ...]] = {
    "major": (
        ((0,), (5,), (3,), (4,)),
        ((0,), (3,), (0,), (4,)),
        ((0,), (2,), (3,), (4,)),
        ((0,), (5,), (1,), (4,)),
        ((0,), (4,), (5,), (3, 4)),
    ),
    "minor": (
        ((0,), (5,), (3,), (4,)),
        ((0,), (3,), (0,), (4,)),
        ((0,), (6,), (5,), (4,)),
        ((0,), (2,), (5,), (4,)),
        ((0,), (3,), (5,), (4,)),
    ),
    "dorian": (((0,), (3,), (0,), (6,)), ((0,), (6,), (3,), (6,)), ((0,), (2,), (3,), (6,)), ((0,), (3,), (2,), (6,))),
    "mixolydian": (((0,), (6,), (3,), (4,)), ((0,), (3,), (6,), (4,)), ((0,), (4,), (3,), (6,)), ((0,), (6,), (0,), (3,))),
}
_CLOSINGS: dict[str, tuple[Bars, ...]] = {
    "major": (((0,), (5,), (1, 4), (0,)), ((0,), (3,), (1, 4), (0,)), ((5,), (3,), (0, 4), (0,)), ((2,), (5,), (3, 4), (0,))),
    "minor": (((0,), (5,), (3, 4), (0,)), ((0,), (6,), (5, 4), (0,)), ((2,), (5,), (3, 4), (0,)), ((0,), (3,), (4,), (0,))),
    "dorian": (((0,), (3,), (2, 6), (0,)), ((2,), (3,), (6,), (0,)), ((0,), (6,), (3, 6), (0,))),
    "mixolydian": (((0,), (6,), (3,), (0,)), ((0,), (4,), (3, 6), (0,)), ((3,), (0,), (6,), (0,))),
}
_CONTRASTS: dict[str, tuple[Bars, ...]] = {
    "major": (
        ((3,), (0,), (3,), (0,), (5,), (2,), (1,), (4,)),
        ((5,), (2,), (3,), (0,), (5,), (2,), (1,), (4,)),
        ((5,), (4,), (3,), (0,), (1,), (5,), (3,), (4,)),
    ),
    "minor": (
        ((2,), (6,), (5,), (2,), (3,), (0,), (5,), (4,)),
        ((5,), (2,), (6,), (0,), (5,), (2,), (3,), (4,)),
        ((3,), (6,), (2,), (5,), (3,), (0,), (3,), (4,)),
    ),
    "dorian": (((2,), (6,), (3,), (0,), (2,), (6,), (3,), (6,)), ((6,), (3,), (6,), (0,), (2,), (3,), (3,), (6,))),
    "mixolydian": (((3,), (0,), (6,), (3,), (3,), (0,), (6,), (4,)), ((6,), (3,), (6,), (0,), (1,), (3,), (6,), (4,))),
}
CONTRAST_PLACES = {"major": {3: mark("the subdominant"), 5: mark("the relative minor")}}
CONTRAST_PLACES["minor"] = {2: mark("the relative major"), 5: mark("the submediant"), 3: mark("the subdominant")}
CONTRAST_PLACES["dorian"] = {2: mark("the relative major"), 6: mark("the chord below the tonic")}
CONTRAST_PLACES["mixolydian"] = {3: mark("the subdominant"), 6: mark("the chord below the tonic")}

_CODAS: dict[str, Bars] = {
    "major": ((3,), (0,), (1, 4), (0,)),
    "minor": ((3,), (0,), (3, 4), (0,)),
    "dorian": ((3,), (0,), (2, 6), (0,)),
    "mixolydian": ((6,), (3,), (3, 6), (0,)),
}


@dataclass(frozen=True, slots=True)
class Harmony:
    """The chord plans of a piece: a first half, an open and a closed second half, a contrast."""

    opening: Bars
    closing: Bars
    contrast: Bars
    coda: Bars


def drawn_harmony(rng: Random, mode: str) -> Harmony:
    return Harmony(rng.choice(_OPENINGS[mode]), rng.choice(_CLOSINGS[mode]), rng.choice(_CONTRASTS[mode]), _CODAS[mode])


def spans_of(bars: Bars, start_tick: int, bar_ticks: int, mode: str, has_sevenths: bool) -> list[ChordSpan]:
    """The chords of these bars in their places."""
    spans = []
    for number, degrees in enumerate(bars):
        share = bar_ticks // len(degrees)
        for place, degree in enumerate(degrees):
            start = start_tick + number * bar_ticks + place * share
            spans.append(ChordSpan(start, start + share, chord_on(degree, mode, has_sevenths)))
    return spans


def chord_on(degree: int, mode: str, has_sevenths: bool) -> Chord:
    """A degree's chord: dominants of major and minor lead to the tonic; a diminished triad is filled up to a seventh."""
    leads = mode == "minor" and degree == 4
    is_dominant = degree == 4 and mode in ("major", "minor")
    is_hollow = mode == "major" and degree == 6
    return Chord(degree, is_dominant or is_hollow or (has_sevenths and not leads), leads)

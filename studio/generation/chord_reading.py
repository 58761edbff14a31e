"""Which chord a track plays when: by template matching over its pitch classes, completed in the key where it plays too few.

Templates after Fujishima, "Realtime chord recognition of musical sound", 1999: a chord's score is what it covers of the weight of
the notes, less what it leaves out on either side.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.generation.metric import bar_parts
from studio.song.chords import diatonic
from studio.song.harmony import Key, estimate_key
from studio.song.notes import Rows, ends
from studio.song.song import Song
from studio.song.ticks import Span

KINDS = (
    (0, 4, 7),
    (0, 3, 7),
    (0, 3, 6),
    (0, 4, 8),
    (0, 5, 7),
    (0, 2, 7),
    (0, 4, 7, 11),
    (0, 3, 7, 10),
    (0, 4, 7, 10),
    (0, 3, 6, 10),
    (0, 3, 6, 9),
)
"""Semitones above the root, the usual ones first: of equal scores the first is taken."""
FEWEST = 3
"""Pitch classes from which on a chord is read as it stands."""
MISSING = 0.12
"""What a chord tone that is not played costs, of all the weight."""
BLOCK = 3
"""So many notes beginning together on a beat change the chord."""

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Harmony:
    """The pitch classes of the chord from each tick on; an empty set where no chord is known."""

    ticks: tuple[int, ...]
    chords: tuple[frozenset[int], ...]

    def at(self, tick: int) -> frozenset[int]:
        """The chord that sounds at a tick; empty when none is known."""
        where = bisect_right(self.ticks, tick) - 1
        return self.chords[where] if where >= 0 else frozenset()

    @property
    def is_known(self) -> bool:
        return any(self.chords)


def harmony(song: Song, track_id: int, span: Span) -> Harmony:
    """The chords of a track in a region, one for each half bar, or from each block of notes on; one that was played goes on
    through silence."""
    rows = song.track(track_id).notes.sounding_in(Span(max(0, span.start_tick - span.length_ticks), span.end_tick))
    key = song.timeline.key_at(span.start_tick) or estimate_key(rows["pitch"], rows["length"]) or Key(0)
    ticks, chords = [], []
    before: frozenset[int] = _chord(_weights_in(rows, Span(0, span.start_tick)), key)
    for part in _parts(song, rows, span):
        heard = _weights_in(rows, part)
        before = _chord(heard, key) if heard.any() else before
        ticks.append(part.start_tick)
        chords.append(before)
    return Harmony(tuple(ticks), tuple(chords))


def _parts(song: Song, rows: Rows, span: Span) -> Iterator[Span]:
    edges = {span.start_tick}
    for bar in bar_parts(song.timeline, span):
        meter = song.timeline.meter_at(bar.span.start_tick)
        start, beats = song.timeline.bar_start(bar.number), meter.bar_ticks // meter.beat_ticks
        edges |= {start, start + meter.bar_ticks // 2} if beats % 2 == 0 else {start}
        for beat in range(beats):
            tick = start + beat * meter.beat_ticks
            near = np.abs(rows["start"] - tick) < meter.beat_ticks // 8
            if near.sum() >= BLOCK:
                edges.add(tick)
    inside = sorted(tick for tick in edges if span.start_tick <= tick < span.end_tick)
    yield from (Span(*pair) for pair in zip(inside, [*inside[1:], span.end_tick], strict=True))


def _weights_in(rows: Rows, part: Span) -> Weights:
    """How long each pitch class sounds in a stretch, the lowest note of it twice, [class]."""
    stops = np.minimum(ends(rows), part.end_tick)
    heard = np.maximum(stops - np.maximum(rows["start"], part.start_tick), 0).astype(np.float64)
    found = np.bincount(rows["pitch"].astype(np.int64) % 12, weights=heard, minlength=12)
    if heard.any():
        lowest = int(rows["pitch"][heard > 0].min()) % 12
        found[lowest] += found[lowest]
    result: Weights = found.astype(np.float64)
    return result


def _chord(heard: Weights, key: Key) -> frozenset[int]:
    """The chord that fits these weights; of few pitch classes a triad of the key that holds them."""
    total = float(heard.sum())
    if not total:
        return frozenset()
    if int((heard > 0.05 * total).sum()) >= FEWEST:
        known = [frozenset((root + step) % 12 for step in kind) for kind in KINDS for root in range(12)]
        return max(known, key=lambda chord: _score(chord, heard / total))
    loudest = int(heard.argmax())
    triads = [chord.intervals for chord in diatonic(key)]
    named = [(frozenset((key.tonic + step) % 12 for step in steps), (key.tonic + steps[0]) % 12) for steps in triads]
    if not any(loudest in chord for chord, _ in named):
        return frozenset((loudest + step) % 12 for step in KINDS[0])
    best, _ = max(named, key=lambda found: _score(found[0], heard / total) + 0.3 * (found[1] == loudest))
    return best


def _score(chord: frozenset[int], shares: Weights) -> float:
    inside = [float(shares[name]) for name in chord]
    return 2 * sum(inside) - 1 - MISSING * sum(share < 0.02 for share in inside)

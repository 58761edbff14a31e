"""From performed notes to written ones: moved to a grid, split into voices, cut into values that can be drawn.

Positions and lengths are ticks. The song itself stays as it was played; what is written is a draft score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.song.notes import Rows, sorted_rows, without_overlaps
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import MeterChange, Timeline
from studio.words import mark

GRIDS: dict[str, tuple[int, ...]] = {
    "1/4": (960,),
    "1/8": (480,),
    "1/16": (240,),
    "1/32": (120,),
    mark("1/16 and triplets"): (240, 160),
}
"""The steps of each grid a composer may choose; of two the one that fits the notes of a beat better is taken there."""

STRAIGHT_FAVOUR = 0.75
"""Triplets are written where their grid misses the starts in a beat by less than this share of what the straight one does."""

_PLAIN = ((3840, "whole"), (1920, "half"), (960, "quarter"), (480, "eighth"), (240, "16th"), (120, "32nd"), (60, "64th"))
_THIRDS = ((640, "quarter"), (320, "eighth"), (160, "16th"), (80, "32nd"))


@dataclass(frozen=True, slots=True)
class Value:
    """A length as it is drawn."""

    ticks: int
    type: str
    dots: int = 0
    is_third: bool = False
    """Three of these in the time of two."""


VALUES = (
    *(Value(ticks, name) for ticks, name in _PLAIN),
    *(Value(ticks * 3 // 2, name, 1) for ticks, name in _PLAIN[:-1]),
    *(Value(ticks, name, 0, True) for ticks, name in _THIRDS),
)
_BY_TICKS = {value.ticks: value for value in VALUES}
_OF_BEATS = (3840, 2880, 1920, 960)
_INSIDE = {False: (720, 480, 360, 240, 180, 120, 60), True: (640, 320, 160, 80)}


@dataclass(frozen=True, slots=True)
class Chord:
    """Notes of one voice that begin and end together, in one bar and of one drawn value; without rows a rest.

    `ties` says of each row whether it goes on in the next chord of the voice, `tied` whether it came from the one before.
    """

    start: int
    value: Value
    rows: tuple[int, ...] = ()
    ties: bool = False
    tied: bool = False


@dataclass(slots=True)
class Voice:
    """Groups of rows that follow one another: (start, end, rows)."""

    groups: list[tuple[int, int, tuple[int, ...]]] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.groups[-1][1] if self.groups else 0


def on_grid(rows: Rows, timeline: Timeline, steps: Sequence[int]) -> Rows:
    """A copy with starts and ends on the grid, each note at least a step long; equal pitches still do not overlap.

    Each quarter of a bar has a grid of its own: triplets only where bars count in quarters.
    """
    if not len(rows):
        return rows.copy()
    moved = sorted_rows(rows)
    starts, _ = timeline.bar_bounds(moved["start"])
    beats = starts + (moved["start"] - starts) // TICKS_PER_BEAT * TICKS_PER_BEAT
    step = _chosen_steps(moved["start"] - beats, beats, steps, timeline)
    begin = beats + (moved["start"] - beats + step // 2) // step * step
    end = moved["start"] + moved["length"]
    end_bars, _ = timeline.bar_bounds(end)
    end_beats = end_bars + (end - end_bars) // TICKS_PER_BEAT * TICKS_PER_BEAT
    known = dict(zip(beats.tolist(), step.tolist(), strict=True))
    end_step = np.array([known.get(beat, steps[0]) for beat in end_beats.tolist()], np.int64)
    finish = end_beats + (end - end_beats + end_step // 2) // end_step * end_step
    moved["start"] = begin
    moved["length"] = np.maximum(finish - begin, np.where(finish > begin, 1, step))
    settled, _, _ = without_overlaps(moved)
    return settled


def _chosen_steps(
    offsets: NDArray[np.int64], beats: NDArray[np.int64], steps: Sequence[int], timeline: Timeline
) -> NDArray[np.int64]:
    """The grid step at each note: the one that moves the starts of its beat least."""
    straight = steps[0]
    chosen = np.full(len(offsets), straight, np.int64)
    if len(steps) < 2:
        return chosen
    thirds = steps[1]
    for beat in np.unique(beats).tolist():
        inside = beats == beat
        if timeline.meter_at(beat).denominator > 4:
            continue
        missed = [np.abs(offsets[inside] - (offsets[inside] + step // 2) // step * step).sum() for step in (straight, thirds)]
        if missed[1] < STRAIGHT_FAVOUR * missed[0]:
            chosen[inside] = thirds
    return chosen


def voices_of(rows: Rows) -> list[Voice]:
    """Rows as voices in which nothing overlaps: notes that begin and end together are one chord; higher ones come first."""
    groups: dict[tuple[int, int], list[int]] = {}
    order = np.lexsort((-rows["pitch"].astype(np.int64), rows["start"]))
    for index in order.tolist():
        start = int(rows["start"][index])
        groups.setdefault((start, start + int(rows["length"][index])), []).append(index)
    voices: list[Voice] = []
    for (start, end), members in sorted(groups.items(), key=lambda item: (item[0][0], order_of(rows, item[1]))):
        home = next((voice for voice in voices if voice.end <= start), None)
        if home is None:
            home = Voice()
            voices.append(home)
        home.groups.append((start, end, tuple(sorted(members, key=lambda index: int(rows["pitch"][index])))))
    return voices


def order_of(rows: Rows, members: Sequence[int]) -> int:
    """High chords before low ones that begin with them."""
    return -max(int(rows["pitch"][index]) for index in members)


def bar_of_voice(groups: Sequence[tuple[int, int, tuple[int, ...]]], bar: Span, meter: MeterChange) -> list[Chord]:
    """What the voice has in a bar, rests between, cut into drawn values; `groups` are those that touch the bar."""
    found: list[Chord] = []
    at = bar.start_tick
    for start, end, rows in groups:
        begin, stop = max(start, bar.start_tick), min(end, bar.end_tick)
        if begin > at:
            found += (Chord(tick, value) for tick, value in pieces(at, begin, bar, meter))
        parts = list(pieces(begin, stop, bar, meter))
        last = len(parts) - 1
        found += (
            Chord(tick, value, rows, ties=number < last or end > bar.end_tick, tied=number > 0 or start < bar.start_tick)
            for number, (tick, value) in enumerate(parts)
        )
        at = stop
    if at < bar.end_tick:
        found += (Chord(tick, value) for tick, value in pieces(at, bar.end_tick, bar, meter))
    return found


def pieces(start: int, end: int, bar: Span, meter: MeterChange) -> Iterator[tuple[int, Value]]:
    """A stretch of a bar as values that can be drawn: whole beats together where it begins on one, else up to the next.

    What no value fits is left as a value of the ticks that remain, drawn as a 64th.
    """
    compound = meter.denominator == 8 and meter.numerator % 3 == 0
    beat = TICKS_PER_BEAT * 3 // 2 if compound else TICKS_PER_BEAT
    at = start
    while at < end:
        since = (at - bar.start_tick) % beat
        left = end - at
        if compound:
            length = _largest(left if not since else min(left, beat - since), (2880, 1440, 960, *_INSIDE[False]))
        elif not since and left >= TICKS_PER_BEAT:
            length = _largest(left, _OF_BEATS)
        else:
            room = min(left, beat - since)
            is_third = since % 120 != 0 or room % 120 != 0
            length = room if room in _BY_TICKS and _BY_TICKS[room].is_third == is_third else _largest(room, _INSIDE[is_third])
        yield at, _BY_TICKS.get(length, Value(length, "64th"))
        at += length


def _largest(room: int, values: Sequence[int]) -> int:
    return next((value for value in values if value <= room), room)

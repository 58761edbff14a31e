"""Note-ons and note-offs to notes: first in, first out for each pitch, then no equal pitches overlapping."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.files import limits

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Indices into the events given: `on` sorted by pitch, then time; `off` beside it, -1 where a note is never closed.

    `stray` are ends without a beginning; `forced` marks notes closed because too many of their pitch were sounding
    (their `off` is the note-on that pushed them out).
    """

    on: Indices
    off: Indices
    stray: Indices
    forced: NDArray[np.bool_]


def paired(pitch: NDArray[np.integer], is_on: NDArray[np.bool_], watch: Callable[[], None]) -> Pairs:
    """Pair the note events of one channel, given in file order. `watch` is called often, and what it raises goes through."""
    order = np.argsort(pitch, kind="stable")
    opens = is_on[order]
    pitches = pitch[order]
    begins_group = np.ones(len(order), bool)
    begins_group[1:] = pitches[1:] != pitches[:-1]
    group = np.cumsum(begins_group) - 1
    running = np.cumsum(np.where(opens, 1, -1))
    first = np.flatnonzero(begins_group)
    before = np.concatenate(([0], running[first[1:] - 1])) if len(first) else np.zeros(0, np.int64)
    depth = running - before[group]
    watch()
    # An end without a beginning takes the running count to a new low below zero; the offset keeps pitches apart.
    apart = group * (2 * len(order) + 2)
    low = np.minimum(np.minimum.accumulate(depth - apart) + apart, 0)
    low_before = np.concatenate(([0], low[:-1]))
    low_before[begins_group] = 0
    strays = ~opens & (depth < low_before)
    if len(depth) and int((depth - low).max()) > limits.MIDI_ALIVE:
        return _paired_one_by_one(pitch, is_on, watch)
    watch()
    closes = ~opens & ~strays
    on, off = order[opens], order[closes]
    on_group, off_group = group[opens], group[closes]
    count = len(first)
    off_counts = np.bincount(off_group, minlength=count)
    on_start = np.searchsorted(on_group, np.arange(count))
    off_start = np.cumsum(off_counts) - off_counts
    rank = np.arange(len(on)) - on_start[on_group]
    has_off = rank < off_counts[on_group]
    partner = np.full(len(on), -1, np.int64)
    partner[has_off] = off[(off_start[on_group] + rank)[has_off]]
    return Pairs(on, partner, order[strays], np.zeros(len(on), bool))


def _paired_one_by_one(pitch: NDArray[np.integer], is_on: NDArray[np.bool_], watch: Callable[[], None]) -> Pairs:
    """The same with the oldest note closed where more than the limit would sound."""
    alive: dict[int, deque[int]] = {}
    partner = np.full(len(pitch), -1, np.int64)
    forced = np.zeros(len(pitch), bool)
    stray = []
    for index, (key, opens) in enumerate(zip(pitch.tolist(), is_on.tolist(), strict=True)):
        if not index & 0x7FFF:
            watch()
        sounding = alive.setdefault(key, deque())
        if opens:
            if len(sounding) == limits.MIDI_ALIVE:
                oldest = sounding.popleft()
                partner[oldest], forced[oldest] = index, True
            sounding.append(index)
        elif sounding:
            partner[sounding.popleft()] = index
        else:
            stray.append(index)
    on = np.flatnonzero(is_on)
    on = on[np.argsort(pitch[on], kind="stable")]
    return Pairs(on, partner[on], np.array(stray, np.int64), forced[on])


@dataclass(slots=True)
class Settled:
    """Notes without overlaps, and what was done to each pair: boolean marks over the pairs given."""

    start: Indices
    length: Indices
    pitch: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    merged_away: NDArray[np.bool_]
    grown: NDArray[np.bool_]
    cut: NDArray[np.bool_]


def settled(start: Indices, length: Indices, pitch: NDArray[np.uint8], velocity: NDArray[np.uint8]) -> Settled:
    """Apply the song's overlap rule to notes sorted by pitch, then start (`studio.song.notes.without_overlaps`)."""
    count = len(start)
    same_pitch = np.zeros(count, bool)
    same_pitch[1:] = pitch[1:] == pitch[:-1]
    merged_away = same_pitch.copy()
    merged_away[1:] &= start[1:] == start[:-1]
    kept = np.flatnonzero(~merged_away)
    length, velocity = length.copy(), velocity.copy()
    grown = np.zeros(count, bool)
    if len(kept) < count:
        longest = np.maximum.reduceat(length, kept)
        loudest = np.maximum.reduceat(velocity, kept)
        grown[kept] = (longest > length[kept]) | (loudest > velocity[kept])
        length[kept], velocity[kept] = longest, loudest
    cut = np.zeros(count, bool)
    if len(kept) > 1:
        room = np.diff(start[kept])
        too_long = (pitch[kept[1:]] == pitch[kept[:-1]]) & (length[kept[:-1]] > room)
        cut[kept[:-1][too_long]] = True
        length[kept[:-1][too_long]] = room[too_long]
    return Settled(start[kept], length[kept], pitch[kept], velocity[kept], merged_away, grown, cut)

"""Figures of notes: histograms, density, range, likeness of phrases; used to judge takes and by training.

Histograms have fixed bins (stated at each function) and hold counts, so that those of many phrases can be added
before they are compared. Rows are those of one melody or track, sorted by start.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.song.notes import Rows
from studio.song.ticks import TICKS_PER_BEAT

Counts = NDArray[np.float64]

SIXTEENTH_TICKS = TICKS_PER_BEAT // 4
WIDEST_INTERVAL = 12
LONGEST_SIXTEENTHS = 16
VELOCITY_BINS = 16
REST, SUSTAIN, FIRST_ATTACK = 0, 1, 2
"""Symbols of a line, a sixteenth each."""


def pitch_class_histogram(rows: Rows) -> Counts:
    """Notes per pitch class from C, 12 bins."""
    return _counted(rows["pitch"].astype(np.int64) % 12, 12)


def interval_histogram(rows: Rows) -> Counts:
    """Steps from note to next note in semitones, -12 to 12, wider ones in the outer bins: 25 bins."""
    pitches = rows["pitch"].astype(np.int64)
    steps = pitches[1:] - pitches[:-1]
    return _counted(np.clip(steps, -WIDEST_INTERVAL, WIDEST_INTERVAL) + WIDEST_INTERVAL, 2 * WIDEST_INTERVAL + 1)


def duration_histogram(rows: Rows) -> Counts:
    """Lengths in whole sixteenths, 1 to 16 and longer: 16 bins."""
    sixteenths = np.floor(rows["length"] / SIXTEENTH_TICKS + 0.5).astype(np.int64)
    return _counted(np.clip(sixteenths, 1, LONGEST_SIXTEENTHS) - 1, LONGEST_SIXTEENTHS)


def onset_histogram(rows: Rows, bar_start_tick: int = 0, bar_ticks: int = 4 * TICKS_PER_BEAT) -> Counts:
    """Starts by nearest sixteenth of the bar, as many bins as the bar has; any bar line before or among the notes will do."""
    bins = max(1, bar_ticks // SIXTEENTH_TICKS)
    since = rows["start"].astype(np.int64) - bar_start_tick
    sixteenths: NDArray[np.int64] = np.floor(since / SIXTEENTH_TICKS + 0.5).astype(np.int64)
    return _counted(sixteenths % bins, bins)


def velocity_histogram(rows: Rows) -> Counts:
    """Velocities in 16 bins of 8."""
    return _counted(rows["velocity"].astype(np.int64) * VELOCITY_BINS // 128, VELOCITY_BINS)


def density(rows: Rows, length_ticks: int) -> float:
    """Notes a quarter; 0 for no time."""
    return len(rows) * TICKS_PER_BEAT / length_ticks if length_ticks > 0 else 0.0


def pitch_range(rows: Rows) -> int:
    """Semitones from the lowest note to the highest; 0 without notes."""
    return int(rows["pitch"].max()) - int(rows["pitch"].min()) if len(rows) else 0


def share_in(rows: Rows, pitch_classes: frozenset[int]) -> float:
    """Share of notes whose pitch class is among these; 1 without notes."""
    inside = np.isin(rows["pitch"].astype(np.int64) % 12, sorted(pitch_classes))
    return float(inside.mean()) if len(rows) else 1.0


def overlap_area(one: Counts, other: Counts) -> float:
    """The area two histograms share once each is scaled to 1: 1 for equal shapes, 0 for disjoint or empty ones.

    After Yang and Lerch, "On the evaluation of generative models in music", 2018.
    """
    total, other_total = float(one.sum()), float(other.sum())
    if not total or not other_total:
        return 0.0
    return float(np.minimum(one / total, other / other_total).sum())


def kl_divergence(one: Counts, other: Counts, added: float = 0.5) -> float:
    """Nats by which `one` departs from `other`, `added` put into every bin of both first (models.md 17)."""
    p, q = one + added, other + added
    p, q = p / p.sum(), q / q.sum()
    return float((p * np.log(p / q)).sum())


def line_symbols(rows: Rows, step_count: int, *, lowest: bool = False) -> NDArray[np.int16]:
    """The line of the rows on the grid of sixteenths from tick 0, [step]: REST, SUSTAIN, or FIRST_ATTACK + pitch.

    Of equal starts the highest counts (the lowest, if asked); what starts below it is left out while it sounds on for
    two steps or more, else it ends there.
    """
    found = np.full(step_count, REST, np.int16)
    starts, pitches = _steps(rows["start"]), rows["pitch"].astype(np.int64)
    stops = np.maximum(_steps(rows["start"] + rows["length"]), starts + 1)
    order = np.lexsort((pitches if lowest else -pitches, starts))
    held_stop, held_pitch = 0, 0
    for start, stop, pitch in zip(starts[order].tolist(), stops[order].tolist(), pitches[order].tolist(), strict=True):
        is_inner = pitch > held_pitch if lowest else pitch < held_pitch
        is_hidden = is_inner and start < held_stop and held_stop >= min(stop, start + 2)
        if not 0 <= start < step_count or is_hidden or found[start] >= FIRST_ATTACK:
            continue
        found[start:held_stop] = REST
        found[start + 1 : stop] = SUSTAIN
        found[start] = FIRST_ATTACK + pitch
        held_stop, held_pitch = stop, pitch
    return found


def drum_symbols(rows: Rows, step_count: int, voices: NDArray[Any]) -> NDArray[np.int64]:
    """The hits on the grid of sixteenths from tick 0, [step], voices as bits. `voices`: that of each pitch, below 0 for none."""
    found = np.zeros(step_count, np.int64)
    starts, voice = _steps(rows["start"]), np.asarray(voices)[rows["pitch"]].astype(np.int64)
    counted = (starts >= 0) & (starts < step_count) & (voice >= 0)
    np.bitwise_or.at(found, starts[counted], np.int64(1) << voice[counted])
    return found


def phrase_distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Share of grid steps whose symbols differ; the shorter phrase is tiled. 0 for two empty phrases.

    Symbols are any integers: sustain, release, attack with pitch, [step].
    """
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if not len(longer):
        return 0.0
    if not len(shorter):
        return 1.0
    tiled = np.resize(shorter, len(longer))
    return float((longer != tiled).mean())


def aligned_run(primer: NDArray[Any], take: NDArray[Any], bar_steps: int) -> int:
    """Bars of the longest stretch of the take that equals, step by step, as many consecutive bars of the primer.

    Both stretches start on bar lines, which lie every `bar_steps` steps from each one's beginning; bars without an
    attack (all symbols negative, or 0 and 1 in classes) count too. Incomplete bars at the ends do not.
    """
    ours, theirs = _bars(primer, bar_steps), _bars(take, bar_steps)
    if not len(ours) or not len(theirs):
        return 0
    equal = (ours[:, None, :] == theirs[None, :, :]).all(-1)
    longest = 0
    running = np.zeros(len(theirs) + 1, np.int64)
    for row in equal:
        running[1:] = np.where(row, running[:-1] + 1, 0)
        longest = max(longest, int(running.max()))
    return longest


def repeated_share(take: NDArray[Any], note_count: int, no_event: int = 0) -> float:
    """Share of runs of `note_count` symbols (other than `no_event`) that occurred earlier in the take."""
    symbols = [int(symbol) for symbol in take if symbol != no_event]
    runs = [tuple(symbols[at : at + note_count]) for at in range(len(symbols) - note_count + 1)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def pooled(histograms: Sequence[Counts]) -> Counts:
    """The histograms added up; all of one kind."""
    total: Counts = np.sum(np.stack(list(histograms)), axis=0)
    return total


def _steps(ticks: NDArray[Any]) -> NDArray[np.int64]:
    """Ticks to the nearest sixteenth."""
    return np.floor(ticks / SIXTEENTH_TICKS + 0.5).astype(np.int64)


def _bars(symbols: NDArray[Any], bar_steps: int) -> NDArray[Any]:
    count = len(symbols) // bar_steps
    return np.asarray(symbols)[: count * bar_steps].reshape(count, bar_steps)


def _counted(values: NDArray[np.int64], bins: int) -> Counts:
    return np.bincount(values, minlength=bins).astype(np.float64)

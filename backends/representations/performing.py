"""How a melody is played: velocity by metrical place, articulation, swing; learnt from notes, given to a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import erf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.representations.melody import STEP_TICKS, STEPS_PER_BEAT, Line, attacks
from studio.song.notes import Rows, rows_from_columns

Column = NDArray[np.float64]

PLACES = 4
"""Metrical places: first of the bar, on a beat, on an eighth between, on a sixteenth between."""

LENGTH_CLASSES = 3
"""Of one sixteenth, of two or three, of four and more."""

FEWEST_NOTES = 8
"""With fewer notes than this a context shows a loudness, but no habits: those come from the data."""

SHORTEST_TICKS = 30
MEMORY = 0.3
"""Correlation of the velocities of neighbouring notes, their places taken out: 0.29 over 150 songs of POP909."""

CONTOUR = 0.35
"""Weight of phrase shape in a velocity; the rest is chance."""

# Measured over the melodies of 150 songs of POP909 (49 000 notes): mean velocity of each place beside the song's mean,
# and quantiles 0.01, 0.05, 0.1, 0.2 ... 0.9, 0.95, 0.99 of what the place leaves unexplained. Lengths in that set
# carry only the noise of its alignment, so notes are full length where nothing else is known.
DATA_ACCENTS = (2.1, 1.8, -1.0, -1.9)
DATA_RESIDUALS = (-24.2, -15.3, -11.0, -6.2, -3.5, -1.3, 0.2, 2.1, 4.0, 6.4, 10.4, 14.4, 22.0)
DATA_RANKS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
DATA_VELOCITY = 88.0
"""Chosen, not measured (the melodies lie at 107): it leaves room above for the composer."""


@dataclass(frozen=True, slots=True)
class Feel:
    """Habits of playing. Velocities 1-127; times in ticks.

    `accents`: mean velocity of each metrical place. `residuals`: sorted deviations from it. `offsets`: how late
    each sixteenth of the beat is played, `jitter`: sorted deviations from that. `gaps`: for each length class the
    sorted differences between the end played and the end on the grid. `follows_pitch`: correlation of velocity and pitch.
    """

    accents: tuple[float, ...]
    residuals: Column
    offsets: tuple[float, ...] = (0.0,) * STEPS_PER_BEAT
    jitter: Column = field(default_factory=lambda: np.zeros(1))
    gaps: tuple[Column, ...] = field(default_factory=lambda: (np.zeros(1),) * LENGTH_CLASSES)
    follows_pitch: float = 0.2


def data_feel(centre: float = DATA_VELOCITY) -> Feel:
    """What the training data do, around a mean velocity."""
    ranks = np.linspace(0.01, 0.99, 99)
    return Feel(tuple(centre + accent for accent in DATA_ACCENTS), np.interp(ranks, DATA_RANKS, DATA_RESIDUALS))


def learnt_feel(rows: Rows, origin_tick: int, bar: int) -> Feel:
    """How these notes are played; `origin_tick` is a bar line, `bar` the steps of a bar.

    Of notes struck together only the highest counts. Too few notes give their loudness to what the data do,
    unless they are all equally loud.
    """
    rows = _top_notes(rows, origin_tick)
    if not len(rows):
        return data_feel()
    velocities = rows["velocity"].astype(np.float64)
    exact = (rows["start"] - origin_tick) / STEP_TICKS
    steps = np.floor(exact + 0.5).astype(np.int64)
    flat = len(rows) > 1 and velocities.min() == velocities.max()
    if flat:
        accents, residuals = (float(velocities[0]),) * PLACES, np.zeros(1)
    elif len(rows) < FEWEST_NOTES:
        borrowed = data_feel(float(velocities.mean()))
        accents, residuals = borrowed.accents, borrowed.residuals
    else:
        places = _places(steps, bar)
        accents = _shrunk_means(velocities, places, PLACES, strength=1)
        residuals = np.sort(velocities - np.array(accents)[places])
    late = (exact - steps) * STEP_TICKS
    offsets = _shrunk_means(late, steps % STEPS_PER_BEAT, STEPS_PER_BEAT, strength=3)
    jitter = late - np.array(offsets)[steps % STEPS_PER_BEAT]
    on_grid = np.abs(jitter).mean() < STEP_TICKS / 8
    ends = rows["start"] + rows["length"] - origin_tick
    lengths = np.maximum(np.floor(ends / STEP_TICKS + 0.5).astype(np.int64) - steps, 1)
    return Feel(
        accents,
        residuals,
        offsets,
        np.sort(jitter) if on_grid else np.zeros(1),
        _gaps(ends - (steps + lengths) * STEP_TICKS, _length_classes(lengths)),
        _correlation(velocities, rows["pitch"].astype(np.float64)),
    )


def performed(line: Line, start_tick: int, bar: int, feel: Feel, rng: np.random.Generator) -> Rows:
    """The notes of a line played so; its first step is a bar line at `start_tick`.

    Every note begins after the one before it and ends no later than the next begins.
    """
    steps, lengths, pitches = attacks(line)
    count = len(steps)
    if not count:
        return rows_from_columns(steps, lengths, pitches, 80)
    shape = _standard(CONTOUR * _arc(steps, bar) + feel.follows_pitch * _standard(pitches.astype(np.float64)))
    chance = _wandering(count, rng)
    ranks = _ranks(CONTOUR * shape + sqrt(1 - CONTOUR**2) * chance)
    velocities = np.array(feel.accents)[_places(steps, bar)] + np.quantile(feel.residuals, ranks)
    late = np.array(feel.offsets)[steps % STEPS_PER_BEAT] + np.quantile(feel.jitter, _ranks(_wandering(count, rng)))
    starts = start_tick + steps * STEP_TICKS + np.clip(np.rint(late), -STEP_TICKS // 2, STEP_TICKS // 2).astype(np.int64)
    starts = np.maximum(starts, start_tick)
    starts = np.maximum.accumulate(starts - SHORTEST_TICKS * np.arange(count)) + SHORTEST_TICKS * np.arange(count)
    ends = start_tick + (steps + lengths) * STEP_TICKS + _drawn_gaps(lengths, feel, rng)
    ends = np.minimum(ends, np.append(starts[1:], np.iinfo(np.int64).max))
    ends = np.maximum(ends, starts + SHORTEST_TICKS)
    return rows_from_columns(starts, ends - starts, pitches, np.clip(np.rint(velocities), 1, 127))


def _top_notes(rows: Rows, origin_tick: int) -> Rows:
    """The highest of the notes of each step, by start."""
    steps = (rows["start"] - origin_tick + STEP_TICKS // 2) // STEP_TICKS
    ordered = rows[np.lexsort((-rows["pitch"].astype(np.int64), steps))]
    found = np.sort(steps)
    first = np.concatenate(([True], found[1:] != found[:-1])) if len(found) else np.zeros(0, bool)
    return ordered[first]


def _places(steps: NDArray[np.int64], bar: int) -> NDArray[np.int64]:
    beat = np.where(steps % STEPS_PER_BEAT == 0, 1, np.where(steps % 2 == 0, 2, 3))
    return np.where(steps % bar == 0, 0, beat)


def _length_classes(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(lengths <= 1, 0, np.where(lengths <= 3, 1, 2))


def _shrunk_means(values: Column, groups: NDArray[np.int64], count: int, strength: float) -> tuple[float, ...]:
    """The mean of each group, drawn to the mean of all as if `strength` more values lay there."""
    overall = float(values.mean())
    sizes = np.bincount(groups, minlength=count)
    sums = np.bincount(groups, weights=values, minlength=count)
    return tuple(((sums + strength * overall) / (sizes + strength)).tolist())


def _gaps(differences: NDArray[Any], classes: NDArray[np.int64]) -> tuple[Column, ...]:
    """Sorted differences of each class; a class without notes takes all."""
    every = np.sort(differences.astype(np.float64))
    own = [np.sort(differences[classes == kind].astype(np.float64)) for kind in range(LENGTH_CLASSES)]
    return tuple(found if len(found) else every for found in own)


def _drawn_gaps(lengths: NDArray[np.int64], feel: Feel, rng: np.random.Generator) -> NDArray[np.int64]:
    ranks = rng.random(len(lengths))
    classes = _length_classes(lengths)
    found = np.zeros(len(lengths))
    for kind in range(LENGTH_CLASSES):
        found[classes == kind] = np.quantile(feel.gaps[kind], ranks[classes == kind])
    return np.rint(found).astype(np.int64)


def _correlation(one: Column, other: Column) -> float:
    if len(one) < FEWEST_NOTES or one.std() == 0 or other.std() == 0:
        return 0.2
    return float(np.clip(np.corrcoef(one, other)[0, 1], -0.6, 0.6))


def _arc(steps: NDArray[np.int64], bar: int) -> Column:
    """A phrase of four bars swells and falls: highest past its middle, [note]."""
    within = (steps % (4 * bar)) / (4 * bar)
    return np.asarray(np.sin(np.pi * within**1.2) * 2 - 1)


def _standard(values: Column) -> Column:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))


def _wandering(count: int, rng: np.random.Generator) -> Column:
    """Standard normal values, neighbours correlated by MEMORY."""
    values = rng.standard_normal(count)
    for at in range(1, count):
        values[at] = MEMORY * values[at - 1] + sqrt(1 - MEMORY**2) * values[at]
    return values


def _ranks(values: Column) -> Column:
    """Standard normal values as ranks in 0-1."""
    return np.array([(1 + erf(value / sqrt(2))) / 2 for value in values.tolist()])

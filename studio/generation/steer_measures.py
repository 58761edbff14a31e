"""What the three steering knobs are measured by, whatever model made the notes: distance, busyness, surprise.

Surprise is information content: the mean negative log probability of each note under tables of what came before it, one for
each way of looking at a note (interval, pitch class, rhythm; of drums also accent and timing), learnt from the music around and
from the take itself as it goes (Conklin and Witten, "Multiple viewpoint systems for music prediction", 1995; Pearce, "The
construction and evaluation of statistical models of melodic structure", 2005).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.generation.contract import Request
from studio.song import masking
from studio.song.measures import SIXTEENTH_TICKS, overlap_area, pitch_class_histogram
from studio.song.notes import Rows
from studio.song.ticks import Span

READ_BARS, MOST_NOTES = 16, 512
"""So many bars around the region, and so many notes of a track, tell what is to be expected."""
WIDEST = 13
LONGEST = 17
PLAYED = 16
"""Classes of velocity, and of timing within a sixteenth."""
TRUST = 2.0
"""How many sightings a table's guess from a wider view weighs."""


def distance(rows: Rows, there: Rows) -> float:
    """How far notes are from others, 0 (the same) to 1: half by notes of one pitch that begin near each other (less so the more
    start, length and velocity differ), a quarter by onsets of any pitch, a quarter by pitch classes."""
    if not len(rows) or not len(there):
        return 0.0 if len(rows) == len(there) else 1.0
    notes = 2 * _matched(rows, there) / (len(rows) + len(there))
    ours, theirs = (np.unique(_sixteenths(each["start"])) for each in (rows, there))
    onsets = 2 * len(np.intersect1d(ours, theirs)) / (len(ours) + len(theirs))
    classes = overlap_area(pitch_class_histogram(rows), pitch_class_histogram(there))
    return 1.0 - (0.5 * notes + 0.25 * onsets + 0.25 * classes)


def notes_a_bar(rows: Rows, span: Span, bar_ticks: int) -> float:
    """How busy: notes that begin, a bar."""
    return len(rows) * bar_ticks / span.length_ticks if span.length_ticks else 0.0


def surprise(rows: Rows, around: Rows, bar_ticks: int, *, is_drum: bool = False) -> float:
    """Nats a note by which `rows` depart from what `around` and they themselves lead one to expect; 0 without notes. Both are
    sorted by start."""
    expectation = Expectation(bar_ticks, is_drum=is_drum)
    expectation.nats(around)
    found = expectation.nats(rows)
    return found / len(rows) if len(rows) else 0.0


def there(request: Request, track_id: int) -> Rows:
    """What the takes of a track are close to or far from: the notes they would replace; where there are none, as much as
    stands before, brought to the region."""
    rows = masking.replaced(request.song.track(track_id), request.mask)
    if len(rows):
        return rows
    span = request.span
    before = Span(max(0, span.start_tick - span.length_ticks), span.start_tick)
    found = request.song.track(track_id).notes.starting_in(before).copy()
    found["start"] += span.length_ticks
    return found


def around(request: Request, track_id: int) -> Rows:
    """The notes of the track near the region, what is to be replaced among them: what a listener knows."""
    timeline, span = request.song.timeline, request.span
    first = timeline.bar_start(max(1, timeline.bar_of(span.start_tick) - READ_BARS))
    rows = request.song.track(track_id).notes.starting_in(Span(first, span.end_tick + span.length_ticks))
    return rows[-MOST_NOTES:]


@dataclass
class _Table:
    """Counts of what came after what; a guess where little was seen."""

    guess: dict[Hashable, float]
    floor: float
    seen: dict[Hashable, Counter[Hashable]] = field(default_factory=lambda: defaultdict(Counter))

    def nats(self, after: Hashable, symbol: Hashable) -> float:
        """What the symbol costs after this, and learn it. The narrow view leans on the wide one, that on the guess."""
        wide, narrow = self.seen[None], self.seen[after]
        guessed = self.guess.get(symbol, self.floor)
        chance = (wide[symbol] + TRUST * guessed) / (wide.total() + TRUST)
        chance = (narrow[symbol] + TRUST * chance) / (narrow.total() + TRUST)
        wide[symbol] += 1
        narrow[symbol] += 1
        return -math.log(chance)


class Expectation:
    """Tables that read notes one after another, and say what each cost."""

    def __init__(self, bar_ticks: int, *, is_drum: bool) -> None:
        self._bar, self._is_drum = max(1, round(bar_ticks / SIXTEENTH_TICKS)), is_drum
        steps = {step: math.exp(-abs(step) / 3) for step in range(-WIDEST, WIDEST + 1)}
        total = sum(steps.values())
        self._intervals = _Table({step: weight / total for step, weight in steps.items()}, 1e-3)
        self._classes = _Table({}, 1 / 128 if is_drum else 1 / 12)
        self._rhythm = _Table({}, 1 / self._bar if is_drum else 1 / (LONGEST + 1))
        self._loudness, self._lateness = _Table({}, 1 / PLAYED), _Table({}, 1 / PLAYED)

    def nats(self, rows: Rows) -> float:
        """What these notes cost altogether; they are learnt."""
        return sum(self._drum_nats(rows) if self._is_drum else self._pitched_nats(rows))

    def _drum_nats(self, rows: Rows) -> Iterator[float]:
        """Which drum, when, and how it is played: a drummer surprises by accents and by timing as well."""
        sixteenths = _sixteenths(rows["start"])
        places = sixteenths % self._bar
        loud = rows["velocity"].astype(np.int64) * PLAYED // 128
        late = np.clip((rows["start"] - sixteenths * SIXTEENTH_TICKS) * PLAYED // SIXTEENTH_TICKS + PLAYED // 2, 0, PLAYED - 1)
        before: Hashable = None
        columns = (places.tolist(), rows["pitch"].tolist(), loud.tolist(), late.tolist())
        for place, pitch, velocity, offset in zip(*columns, strict=True):
            played = self._loudness.nats((pitch, place), velocity) + self._lateness.nats((pitch, place), offset)
            yield self._classes.nats(place, pitch) + self._rhythm.nats((before, pitch), place) + 0.5 * played
            before = place

    def _pitched_nats(self, rows: Rows) -> Iterator[float]:
        starts, pitches = _sixteenths(rows["start"]), rows["pitch"].astype(np.int64)
        gaps = np.clip(np.diff(starts, prepend=starts[:1]), 0, LONGEST).tolist()
        steps = np.clip(np.diff(pitches, prepend=pitches[:1]), -WIDEST, WIDEST).tolist()
        last_gap, last_step = -1, 0
        for gap, step, name, place in zip(gaps, steps, (pitches % 12).tolist(), (starts % self._bar).tolist(), strict=True):
            pitch_nats = 0.5 * (self._intervals.nats(_kind(last_step), step) + self._classes.nats(place % 4 == 0, name))
            yield pitch_nats + self._rhythm.nats((last_gap, place % 4), gap)
            last_gap, last_step = gap, step


def _kind(step: int) -> int:
    """A repetition 0, a step 1, a leap 2, with the direction as sign."""
    return (step > 0) - (step < 0) if abs(step) <= 2 else (2 if step > 0 else -2)


def _sixteenths(starts: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.floor(starts / SIXTEENTH_TICKS + 0.5).astype(np.int64)
    return found


def _matched(rows: Rows, others: Rows) -> float:
    """Notes that have a partner of their pitch within a sixteenth, each counted by how like it is."""
    total = 0.0
    for pitch in np.intersect1d(rows["pitch"], others["pitch"]):
        ours, theirs = rows[rows["pitch"] == pitch], others[others["pitch"] == pitch]
        free = np.ones(len(theirs), bool)
        for row in ours:
            apart = np.where(free, np.abs(theirs["start"] - row["start"]), SIXTEENTH_TICKS)
            best = int(apart.argmin())
            if apart[best] >= SIXTEENTH_TICKS:
                continue
            free[best] = False
            total += _likeness(row, theirs[best], float(apart[best]))
    return total


def _likeness(row: np.void, other: np.void, apart: float) -> float:
    longer = max(int(row["length"]), int(other["length"]), 1)
    length = abs(int(row["length"]) - int(other["length"])) / longer
    velocity = abs(int(row["velocity"]) - int(other["velocity"])) / 127
    return 1.0 - 0.5 * apart / SIXTEENTH_TICKS - 0.25 * length - 0.25 * velocity

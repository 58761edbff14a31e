"""Notes, tempo and bars found in piano-roll arrays; what was altered on the way is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.fates import NAMES, Fate
from studio.files.midi.wire import spaced
from studio.files.report import Report
from studio.song.notes import Rows, rows_from_columns, sorted_rows
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import DEFAULT_TEMPO_US, MeterChange, TempoChange
from studio.words import mark, tr

BINARY_VELOCITY = 80
"""Of notes from a roll that holds on and off only."""
BLOCK_PITCHES = 8
"""Pitches looked at together: what is made on the way stays a fraction of the roll."""
_LOUDNESS = mark("loudness brought into 1 to 127")
_NO_BAR = mark("bar lines that no time signature fits")


@dataclass(slots=True)
class Counts:
    """What was seen, and what became of it."""

    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def take(self, count: int, altered: int, kind: str) -> None:
        self.read += count - altered
        if altered:
            self.changed[kind] += altered

    def report(self) -> Report:
        return Report(self.read, dict(self.dropped), dict(self.changed))


def rows_of(roll: NDArray[Any], resolution: int, counts: Counts) -> Rows:
    """Rows of every run of equal, sounding values along the steps of a pitch, [step, pitch]."""
    scale = _scale(roll)
    found = []
    total = 0
    for low in range(0, 128, BLOCK_PITCHES):
        pitch, first, last, levels, odd = _runs(roll[:, low : low + BLOCK_PITCHES], scale)
        total += len(first)
        if total > limits.MIDI_EVENTS:
            most = spaced(limits.MIDI_EVENTS)
            raise UnreadableFile(
                tr("A piano-roll holds more than {most} notes, the most that can be read.", most=most),
                tr("It is probably no music."),
            )
        found.append((pitch + low, first, last, levels, odd))
    pitch, first, last, levels, odd = (np.concatenate(column) for column in zip(*found, strict=True))
    moved = ((first * TICKS_PER_BEAT) % resolution != 0) | ((last * TICKS_PER_BEAT) % resolution != 0)
    counts.take(len(odd), int(odd.sum()), _LOUDNESS)
    altered = int((moved & ~odd).sum())
    counts.take(0, altered, NAMES[Fate.ROUNDED])
    start = _ticks(first, resolution)
    length = np.maximum(_ticks(last, resolution) - start, 1)
    return sorted_rows(rows_from_columns(start, length, pitch, levels))


def _scale(roll: NDArray[Any]) -> float:
    """What makes a velocity of a value: decimals up to 1 are shares of the loudest."""
    if roll.dtype.kind != "f" or not roll.size:
        return 1.0
    highest = float(np.nanmax(roll, initial=0.0))
    return 127.0 if 0 < highest <= 1 else 1.0


def _runs(roll: NDArray[Any], scale: float) -> tuple[NDArray[Any], ...]:
    """Pitch, first step, step after the last, velocity and whether that was out of range, of each run."""
    if roll.dtype == bool:
        levels = np.where(roll, np.uint8(BINARY_VELOCITY), np.uint8(0))
        out = np.zeros(roll.shape, bool)
    elif roll.dtype.kind == "f":
        plain = np.nan_to_num(roll * scale, nan=0.0, posinf=128.0, neginf=0.0)
        levels, out = np.clip(np.rint(plain), 0, 127).astype(np.uint8), plain >= 127.5
    else:
        levels, out = np.clip(roll, 0, 127).astype(np.uint8), roll > 127
    padded = np.zeros((levels.shape[0] + 2, levels.shape[1]), np.uint8)
    padded[1:-1] = levels
    changes = padded[1:] != padded[:-1]
    pitch, first = np.nonzero((changes & (padded[1:] > 0)).T)
    # Per pitch the runs begin and end in turn, so both lists, sorted by pitch and step, belong together.
    _, last = np.nonzero((changes & (padded[:-1] > 0)).T)
    if not len(first):
        return pitch, first, last, np.zeros(0, np.uint8), np.zeros(0, bool)
    return pitch, first, last, levels[first, pitch], out[first, pitch]


def _ticks(steps: NDArray[np.int64], resolution: int) -> NDArray[np.int64]:
    return (2 * steps * TICKS_PER_BEAT + resolution) // (2 * resolution)


def tempos_of(tempo: Any, resolution: int, counts: Counts) -> tuple[TempoChange, ...]:
    """A change wherever the value of a step is another than the one before it."""
    if tempo is None or not np.size(tempo):
        return (TempoChange(0, DEFAULT_TEMPO_US),)
    values = np.asarray(tempo, float).reshape(-1)
    plain = np.where(np.isfinite(values) & (values > 0), values, 120.0)
    at = np.flatnonzero(np.concatenate(([True], plain[1:] != plain[:-1])))
    within = np.clip(plain[at], limits.TEMPO_LOW_BPM, limits.TEMPO_HIGH_BPM)
    us = np.rint(60e6 / within).astype(int)
    odd = within != values[at]
    found = dict(zip(_ticks(at, resolution).tolist(), us.tolist(), strict=True))
    replaced = len(at) - len(found)
    if replaced:
        counts.dropped[NAMES[Fate.REPLACED]] += replaced
    counts.take(len(found), min(len(found), int(odd.sum())), NAMES[Fate.TEMPO_CLAMPED])
    return tuple(TempoChange(*pair) for pair in found.items())


def meters_of(downbeat: Any, resolution: int, counts: Counts) -> tuple[MeterChange, ...]:
    """Meters whose bars are as long as the downbeats lie apart; 4/4 where they say nothing that can be written."""
    found = {0: MeterChange(0, 4, 4)}
    lines = _ticks(np.flatnonzero(np.asarray(downbeat).reshape(-1)), resolution).tolist() if downbeat is not None else []
    before = 0
    for tick, following in pairwise(lines):
        length = following - tick
        denominator = next((d for d in (4, 8, 16, 32) if length % (TICKS_PER_BEAT * 4 // d) == 0), 0)
        numerator = length * denominator // (4 * TICKS_PER_BEAT)
        if not denominator or not 1 <= numerator <= limits.METER_HIGH:
            counts.dropped[_NO_BAR] += 1
            continue
        counts.read += 1
        if length != before:
            found[tick] = MeterChange(tick, numerator, denominator)
            before = length
    counts.read += bool(lines)
    return tuple(found[tick] for tick in sorted(found))

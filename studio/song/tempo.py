"""Tempo: its changes, and what a ramp from one to the next sounds like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from studio.song.ticks import TICKS_PER_BEAT

DEFAULT_TEMPO_US = 500_000
STEP_TICKS = TICKS_PER_BEAT // 4
STEP_BPM = 0.5
"""A ramp goes in steps no coarser than a sixteenth or half a beat a minute (EX-04)."""


class TempoChange(NamedTuple):
    """From this tick on a quarter lasts `us_per_beat` microseconds (24 bits in a MIDI file).

    With `is_ramp` the tempo goes evenly to that of the next change, where there is one.
    """

    tick: int
    us_per_beat: int
    is_ramp: bool = False

    @property
    def bpm(self) -> float:
        return 60e6 / self.us_per_beat


def stepped(changes: Iterable[TempoChange]) -> tuple[TempoChange, ...]:
    """The changes as they are played and exported: each ramp as its steps, beginning with its own tempo."""
    listed = tuple(changes)
    if not any(change.is_ramp for change in listed):
        return listed
    made = [step for here, there in pairwise(listed) for step in _steps(here, there)]
    return (*made, listed[-1]._replace(is_ramp=False))


def _steps(here: TempoChange, there: TempoChange) -> Iterator[TempoChange]:
    yield here._replace(is_ramp=False)
    if not here.is_ramp:
        return
    length, rise = there.tick - here.tick, there.bpm - here.bpm
    count = min(ceil(length / STEP_TICKS), ceil(abs(rise) / STEP_BPM))
    for index in range(1, count):
        yield TempoChange(here.tick + length * index // count, round(60e6 / (here.bpm + rise * index / count)))

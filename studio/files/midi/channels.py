"""The events of one channel of one track to notes, controller points and the instrument."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.files.midi.fates import Fate, Fates
from studio.files.midi.pairing import paired, settled
from studio.files.midi.wire import CONTROL, DRUM_CHANNEL, NOTE_OFF, NOTE_ON, POLY, PROGRAM_CHANGE, TOUCH, WHEEL
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, POINT, PRESSURE, PROGRAM, Points
from studio.song.notes import Rows, rows_from_columns
from studio.song.song import Instrument

_POINT_KINDS = np.zeros(16, np.uint8)
_POINT_KINDS[[POLY, CONTROL, TOUCH, WHEEL]] = KEY_PRESSURE, CONTROLLER, PRESSURE, BEND


@dataclass(frozen=True, slots=True)
class ChannelEvents:
    """Columns over the channel's events in file order; `ticks` are song ticks, `kinds` the upper half of the status."""

    channel: int
    ticks: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    first: NDArray[np.uint8]
    second: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Part:
    """What one channel of one track amounts to. Rows carry no ids yet.

    `program_tick` is where the file set the instrument; None where it did not.
    """

    channel: int
    rows: Rows
    points: Points
    instrument: Instrument
    program_tick: int | None
    fates: Fates


def part_of(events: ChannelEvents, end_tick: int, fates: Fates) -> Part:
    """Notes, points and instrument; `fates` (over the same events, rounding already noted) is filled in."""
    rows = _notes(events, end_tick, fates)
    first_note = int(rows["start"].min()) if len(rows) else None
    points, instrument, program_tick = _points(events, first_note, fates)
    return Part(events.channel, rows, points, instrument, program_tick, fates)


def _notes(events: ChannelEvents, end_tick: int, fates: Fates) -> Rows:
    chosen = np.flatnonzero(events.kinds <= NOTE_ON)
    pitch, velocity = events.first[chosen], events.second[chosen]
    ticks = events.ticks[chosen]
    is_on = (events.kinds[chosen] == NOTE_ON) & (velocity > 0)
    pairs = paired(pitch, is_on)
    start = ticks[pairs.on]
    is_closed = pairs.off >= 0
    end = np.where(is_closed, ticks[pairs.off], end_tick)
    length = end - start
    is_empty = length <= 0
    result = settled(start, np.maximum(length, 1), pitch[pairs.on], velocity[pairs.on])

    on, off = chosen[pairs.on], chosen[pairs.off]
    has_own_off = is_closed & ~pairs.forced
    released = (events.kinds == NOTE_OFF) & (events.second != 0) & (events.second != 64)
    fates[released] = Fate.RELEASE
    fates[off[is_empty & has_own_off]] = Fate.ZERO_LENGTH
    fates[off[result.cut & has_own_off]] = Fate.CUT
    fates[on[result.grown]] = Fate.GROWN
    fates[on[~is_closed]] = Fate.UNCLOSED
    fates[on[pairs.forced]] = Fate.PUSHED_OUT
    fates[on[result.merged_away]] = Fate.DOUBLED
    fates[off[result.merged_away & has_own_off]] = Fate.DOUBLED
    fates[chosen[pairs.stray]] = Fate.STRAY_OFF
    return rows_from_columns(result.start, result.length, result.pitch, result.velocity)


def _points(events: ChannelEvents, first_note: int | None, fates: Fates) -> tuple[Points, Instrument, int | None]:
    """Everything but notes. Bank selections that a program change takes up become part of it."""
    is_other = events.kinds > NOTE_ON
    is_program = events.kinds == PROGRAM_CHANGE
    is_bank = (events.kinds == CONTROL) & ((events.first == 0) | (events.first == 32))
    taken_up = np.zeros(len(events.kinds), bool)
    instrument = Instrument(is_drum=events.channel == DRUM_CHANNEL)
    banks = np.zeros(len(events.kinds) if is_program.any() else 0, np.int32)
    chosen = -1
    if is_program.any():
        msb, lsb, waiting = 0, 0, []
        selected: list[int] = []
        replaced: list[int] = []
        for index in np.flatnonzero(is_program | is_bank).tolist():
            if not is_program[index]:
                waiting.append(index)
                if events.first[index] == 0:
                    msb = int(events.second[index])
                else:
                    lsb = int(events.second[index])
                continue
            taken_up[waiting] = True
            banks[index] = msb * 128 + lsb
            if first_note is None or events.ticks[index] <= first_note:
                if chosen >= 0:
                    replaced += (chosen, *selected)
                    is_other[chosen] = False
                chosen, selected = index, waiting
            waiting = []
        fates[replaced] = Fate.PROGRAM_REPLACED
        if chosen >= 0:
            is_other[chosen] = False
            instrument = Instrument(int(events.first[chosen]), int(banks[chosen]), events.channel == DRUM_CHANNEL)
            if events.ticks[chosen] > 0:
                fates[chosen] = Fate.FIRST_PROGRAM
    rest = np.flatnonzero(is_other & ~taken_up)
    points = np.zeros(len(rest), POINT)
    kinds, first, second = events.kinds[rest], events.first[rest], events.second[rest]
    points["tick"] = events.ticks[rest]
    points["kind"] = _POINT_KINDS[kinds]
    points["number"] = np.where((kinds == CONTROL) | (kinds == POLY), first, 0)
    points["value"] = np.where((kinds == CONTROL) | (kinds == POLY), second, first)
    is_wheel = kinds == WHEEL
    points["value"][is_wheel] = (second[is_wheel].astype(np.int32) << 7 | first[is_wheel]) - 8192
    is_program_point = kinds == PROGRAM_CHANGE
    points["kind"][is_program_point] = PROGRAM
    points["number"][is_program_point] = banks[rest[is_program_point]] if len(banks) else 0
    return points, instrument, int(events.ticks[chosen]) if chosen >= 0 else None

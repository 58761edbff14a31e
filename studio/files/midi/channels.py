"""The events of one channel of one track to notes, controller points and the instrument."""

from __future__ import annotations

from collections.abc import Callable
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


def part_of(events: ChannelEvents, end_tick: int, fates: Fates, watch: Callable[[], None]) -> Part:
    """Notes, points and instrument; `fates` (over the same events, rounding already noted) is filled in."""
    rows = _notes(events, end_tick, fates, watch)
    watch()
    first_note = int(rows["start"].min()) if len(rows) else None
    points, instrument, program_tick = _points(events, first_note, fates)
    return Part(events.channel, rows, points, instrument, program_tick, fates)


def _notes(events: ChannelEvents, end_tick: int, fates: Fates, watch: Callable[[], None]) -> Rows:
    chosen = np.flatnonzero(events.kinds <= NOTE_ON)
    pitch, velocity = events.first[chosen], events.second[chosen]
    ticks = events.ticks[chosen]
    is_on = (events.kinds[chosen] == NOTE_ON) & (velocity > 0)
    watch()
    pairs = paired(pitch, is_on, watch)
    watch()
    start = ticks[pairs.on]
    is_closed = pairs.off >= 0
    end = np.where(is_closed, ticks[pairs.off], end_tick)
    length = end - start
    is_empty = length <= 0
    result = settled(start, np.maximum(length, 1), pitch[pairs.on], velocity[pairs.on])

    watch()
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
    watch()
    return rows_from_columns(result.start, result.length, result.pitch, result.velocity)


def _points(events: ChannelEvents, first_note: int | None, fates: Fates) -> tuple[Points, Instrument, int | None]:
    """Everything but notes. Bank selections that a program change takes up become part of it."""
    is_other = events.kinds > NOTE_ON
    programs = np.flatnonzero(events.kinds == PROGRAM_CHANGE)
    banks = _banks(events, programs, is_other)
    early = len(programs) if first_note is None else int(np.searchsorted(events.ticks[programs], first_note, side="right"))
    instrument, program_tick = Instrument(is_drum=events.channel == DRUM_CHANNEL), None
    if early:
        chosen = int(programs[early - 1])
        program_tick = int(events.ticks[chosen])
        instrument = Instrument(int(events.first[chosen]), int(banks[early - 1]), events.channel == DRUM_CHANNEL)
        is_other[chosen] = False
        if program_tick > 0:
            fates[chosen] = Fate.FIRST_PROGRAM
    if early > 1:  # with the banks selected for them
        last = int(programs[early - 2])
        replaced = np.flatnonzero(_selects_bank(events)[:last])
        fates[replaced] = fates[programs[: early - 1]] = Fate.PROGRAM_REPLACED
        is_other[programs[: early - 1]] = False
    rest = np.flatnonzero(is_other)
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
    points["number"][is_program_point] = banks[early:]
    return points, instrument, program_tick


def _selects_bank(events: ChannelEvents) -> NDArray[np.bool_]:
    chosen: NDArray[np.bool_] = (events.kinds == CONTROL) & ((events.first == 0) | (events.first == 32))
    return chosen


def _banks(events: ChannelEvents, programs: NDArray[np.intp], is_other: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The bank in force at each program change; selections that a later one takes up are no points of their own."""
    if not len(programs):
        return np.zeros(0, np.int32)
    selects = np.flatnonzero(_selects_bank(events)[: programs[-1]])
    is_other[selects] = False
    bank = np.zeros(len(programs), np.int32)
    for controller, weight in ((0, 128), (32, 1)):
        at = selects[events.first[selects] == controller]
        latest = np.searchsorted(at, programs)
        values = np.concatenate(([0], events.second[at]))
        bank += weight * values[latest].astype(np.int32)
    return bank

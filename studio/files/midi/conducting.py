"""Tempo, meter, key signatures and markers of all tracks to one timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.files import limits
from studio.files.midi.fates import Fate, Fates
from studio.files.midi.texts import is_section_name, name_of
from studio.files.midi.wire import KEY, MARKER, METER, QUARTER_CLICK, TEMPO
from studio.song.harmony import Key
from studio.song.timeline import DEFAULT_TEMPO_US, KeyChange, Marker, MeterChange, TempoChange, Timeline, coloured

KINDS = (MARKER, TEMPO, METER, KEY)

BLOCK = 1 << 14
"""So many objects are made between two looks at the cancel flag."""

Columns = NDArray[np.int64]
Change = TypeVar("Change", TempoChange, MeterChange, KeyChange)

_SLOWEST_US = round(60e6 / limits.TEMPO_LOW_BPM)
_FASTEST_US = round(60e6 / limits.TEMPO_HIGH_BPM)
_MOST_SHARPS = 7
_MODES = 2


@dataclass(frozen=True, slots=True)
class Conducted:
    """The conductor events of one track.

    `events` [event, column]: song tick, kind, start and length of the payload in the file, place in `fates`, where what
    becomes of it is noted.
    """

    events: Columns
    fates: Fates


@dataclass(slots=True)
class _Gathered:
    """The events of all tracks by song tick, those of one tick in the order of the tracks; `fate` is over the same events."""

    octets: NDArray[np.uint8]
    ticks: Columns
    kinds: Columns
    starts: Columns
    lengths: Columns
    fate: Fates

    def of(self, kind: int, least: int, most: int = 1 << 28) -> Columns:
        """Which are of a kind; those too short or too long for it are left out, and noted."""
        chosen = np.flatnonzero(self.kinds == kind)
        fits = (self.lengths[chosen] >= least) & (self.lengths[chosen] <= most)
        self.fate[chosen[~fits]] = Fate.MALFORMED
        return chosen[fits]

    def byte(self, chosen: Columns, place: int) -> Columns:
        """One byte of each payload; anything where the payload ends before it."""
        return self.octets[np.minimum(self.starts[chosen] + place, len(self.octets) - 1)].astype(np.int64)

    def last_of_each_tick(self, chosen: Columns, values: Columns) -> tuple[list[int], list[int]]:
        """Ticks and values of the changes that hold; what is replaced by another value at its tick is noted."""
        ticks = self.ticks[chosen]
        holds = np.ones(len(chosen), bool)
        holds[:-1] = ticks[:-1] != ticks[1:]
        replaced = ~holds
        replaced[:-1] &= values[:-1] != values[1:]
        self.fate[chosen[replaced]] = Fate.REPLACED
        return ticks[holds].tolist(), values[holds].tolist()


def timeline_of(data: bytes, tracks: list[Conducted], is_smpte: bool, watch: Callable[[], None]) -> Timeline:
    """Merge the conductor events of all tracks (given track by track); of two at one place the later one holds."""
    table = np.concatenate([track.events for track in tracks]) if tracks else np.zeros((0, 5), np.int64)
    fates = np.concatenate([track.fates[track.events[:, 4]] for track in tracks]) if tracks else np.zeros(0, np.uint8)
    order = np.argsort(table[:, 0], kind="stable")
    ticks, kinds, starts, lengths = table[order, :4].T
    gathered = _Gathered(np.frombuffer(data, np.uint8), ticks, kinds, starts, lengths, fates[order])
    watch()
    tempos = [] if is_smpte else _tempos(gathered, watch)
    if is_smpte:
        gathered.fate[gathered.kinds == TEMPO] = Fate.TEMPO_IN_FRAMES
    meters = _meters(gathered, watch)
    keys = _keys(gathered, watch)
    markers = _markers(gathered, data, watch)
    fates[order] = gathered.fate
    begin = 0
    for track in tracks:
        track.fates[track.events[:, 4]] = fates[begin : begin + len(track.events)]
        begin += len(track.events)
    if not tempos or tempos[0].tick:
        tempos.insert(0, TempoChange(0, DEFAULT_TEMPO_US))
    if not meters or meters[0].tick:
        meters.insert(0, MeterChange(0, 4, 4))
    watch()
    return Timeline(tuple(tempos), tuple(meters), tuple(keys), coloured(markers))


def _tempos(gathered: _Gathered, watch: Callable[[], None]) -> list[TempoChange]:
    chosen = gathered.of(TEMPO, 3, 3)
    us = gathered.byte(chosen, 0) << 16 | gathered.byte(chosen, 1) << 8 | gathered.byte(chosen, 2)
    within = np.where(us == 0, DEFAULT_TEMPO_US, np.clip(us, _FASTEST_US, _SLOWEST_US))
    gathered.fate[chosen[within != us]] = Fate.TEMPO_CLAMPED
    ticks, values = gathered.last_of_each_tick(chosen, within)
    return _made(TempoChange, watch, ticks, values)


def _meters(gathered: _Gathered, watch: Callable[[], None]) -> list[MeterChange]:
    chosen = gathered.of(METER, 2)
    numerators, powers = gathered.byte(chosen, 0), gathered.byte(chosen, 1)
    possible = (numerators >= 1) & (numerators <= limits.METER_HIGH) & (1 << np.minimum(powers, 62) <= limits.METER_HIGH)
    gathered.fate[chosen[~possible]] = Fate.METER_IMPOSSIBLE
    chosen, numerators, powers = chosen[possible], numerators[possible], powers[possible]
    usual = gathered.lengths[chosen] == 2 + len(QUARTER_CLICK)
    for place, octet in enumerate(QUARTER_CLICK, 2):
        usual &= gathered.byte(chosen, place) == octet
    gathered.fate[chosen[~usual]] = Fate.CLICK
    ticks, values = gathered.last_of_each_tick(chosen, numerators << 8 | 1 << powers)
    return _made(MeterChange, watch, ticks, [value >> 8 for value in values], [value & 0xFF for value in values])


def _keys(gathered: _Gathered, watch: Callable[[], None]) -> list[KeyChange]:
    chosen = gathered.of(KEY, 2, 2)
    sharps, modes = gathered.byte(chosen, 0), gathered.byte(chosen, 1)
    sharps = np.where(sharps > 127, sharps - 256, sharps)
    possible = (np.abs(sharps) <= _MOST_SHARPS) & (modes < _MODES)
    gathered.fate[chosen[~possible]] = Fate.KEY_IMPOSSIBLE
    chosen, signatures = chosen[possible], (_MODES * (sharps + _MOST_SHARPS) + modes)[possible]
    known = _all_keys()
    respelt = np.array([key.sharps != place // _MODES - _MOST_SHARPS for place, key in enumerate(known)])
    gathered.fate[chosen[respelt[signatures]]] = Fate.KEY_RESPELT
    first_alike = np.array([known.index(key) for key in known])
    ticks, values = gathered.last_of_each_tick(chosen, first_alike[signatures])
    return _made(KeyChange, watch, ticks, [known[value] for value in values])


@cache
def _all_keys() -> tuple[Key, ...]:
    """Those of all signatures from seven flats to seven sharps, major and minor by turns."""
    return tuple(Key.from_signature(place // _MODES - _MOST_SHARPS, place % _MODES == 1) for place in range(15 * _MODES))


def _markers(gathered: _Gathered, data: bytes, watch: Callable[[], None]) -> list[Marker]:
    chosen = gathered.of(MARKER, 0)
    markers = []
    for block in _blocks(len(chosen), watch):
        places = chosen[block]
        columns = (column[places].tolist() for column in (gathered.ticks, gathered.starts, gathered.lengths))
        for place, tick, start, length in zip(places.tolist(), *columns, strict=True):
            text, is_exact = name_of(data[start : start + length])
            if not is_exact:
                gathered.fate[place] = Fate.CLEANED
            markers.append(Marker(tick, text, is_section_name(text)))
    return markers


def _made(
    change: Callable[..., Change], watch: Callable[[], None], *columns: list[object] | list[int] | list[Key]
) -> list[Change]:
    """An object for each row of the columns."""
    made: list[Change] = []
    for block in _blocks(len(columns[0]), watch):
        made += map(change, *(column[block] for column in columns))
    return made


def _blocks(count: int, watch: Callable[[], None]) -> Iterator[slice]:
    for first in range(0, count, BLOCK):
        watch()
        yield slice(first, first + BLOCK)

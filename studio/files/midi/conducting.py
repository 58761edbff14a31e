"""Tempo, meter, key signatures and markers of all tracks to one timeline."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from studio.files import limits
from studio.files.midi.fates import Fate, Fates
from studio.files.midi.texts import clean_name, is_section_name, text_of
from studio.files.midi.wire import KEY, MARKER, METER, QUARTER_CLICK, TEMPO
from studio.song.harmony import Key
from studio.song.timeline import DEFAULT_TEMPO_US, KeyChange, Marker, MeterChange, TempoChange, Timeline, coloured

KINDS = (MARKER, TEMPO, METER, KEY)

Value = TypeVar("Value")

_SLOWEST_US = round(60e6 / limits.TEMPO_LOW_BPM)
_FASTEST_US = round(60e6 / limits.TEMPO_HIGH_BPM)


class Conducted(NamedTuple):
    """One conductor event: song tick, kind, payload, and where its fate is to be noted."""

    tick: int
    kind: int
    payload: bytes
    fates: Fates
    place: int


def timeline_of(events: list[Conducted], is_smpte: bool) -> Timeline:
    """Merge the conductor events of all tracks (given track by track); of two at one place the later one holds."""
    tempos: dict[int, tuple[int, Conducted]] = {}
    meters: dict[int, tuple[tuple[int, int], Conducted]] = {}
    keys: dict[int, tuple[Key, Conducted]] = {}
    markers: list[Marker] = []
    for event in sorted(events, key=lambda event: event.tick):
        if event.kind == MARKER:
            text = clean_name(text_of(event.payload))
            markers.append(Marker(event.tick, text, is_section_name(text)))
        elif event.kind == TEMPO and is_smpte:
            event.fates[event.place] = Fate.TEMPO_IN_FRAMES
        elif event.kind == TEMPO and len(event.payload) == 3:
            _place(tempos, event, _tempo(event))
        elif event.kind == METER and len(event.payload) >= 2:
            meter = _meter(event)
            if meter is not None:
                _place(meters, event, meter)
        elif event.kind == KEY and len(event.payload) == 2:
            key = _key(event)
            if key is not None:
                _place(keys, event, key)
        else:
            event.fates[event.place] = Fate.MALFORMED
    changes = [TempoChange(tick, value) for tick, (value, _) in tempos.items()]
    signatures = [MeterChange(tick, *value) for tick, (value, _) in meters.items()]
    if not changes or changes[0].tick:
        changes.insert(0, TempoChange(0, DEFAULT_TEMPO_US))
    if not signatures or signatures[0].tick:
        signatures.insert(0, MeterChange(0, 4, 4))
    return Timeline(
        tuple(changes), tuple(signatures), tuple(KeyChange(tick, key) for tick, (key, _) in keys.items()), coloured(markers)
    )


def _place(table: dict[int, tuple[Value, Conducted]], event: Conducted, value: Value) -> None:
    before = table.get(event.tick)
    if before is not None and before[0] != value:
        before[1].fates[before[1].place] = Fate.REPLACED
    table[event.tick] = (value, event)


def _tempo(event: Conducted) -> int:
    us = int.from_bytes(event.payload, "big")
    if not us:
        event.fates[event.place] = Fate.TEMPO_CLAMPED
        return DEFAULT_TEMPO_US
    within = min(max(us, _FASTEST_US), _SLOWEST_US)
    if within != us:
        event.fates[event.place] = Fate.TEMPO_CLAMPED
    return within


def _meter(event: Conducted) -> tuple[int, int] | None:
    numerator, power = event.payload[0], event.payload[1]
    if not 1 <= numerator <= limits.METER_HIGH or power > 6:
        event.fates[event.place] = Fate.METER_IMPOSSIBLE
        return None
    if event.payload[2:] != QUARTER_CLICK:
        event.fates[event.place] = Fate.CLICK
    return numerator, 1 << power


def _key(event: Conducted) -> Key | None:
    sharps = int.from_bytes(event.payload[:1], "big", signed=True)
    mode = event.payload[1]
    if not -7 <= sharps <= 7 or mode > 1:
        event.fates[event.place] = Fate.KEY_IMPOSSIBLE
        return None
    key = Key.from_signature(sharps, mode == 1)
    if key.sharps != sharps:
        event.fates[event.place] = Fate.KEY_RESPELT
    return key

"""A song to a MIDI file's bytes, the same bytes every time (workstation.md EX-01 to EX-15)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnsupportedRequest
from studio.files.midi.encoding import Lines, header_bytes, track_bytes
from studio.files.midi.general_midi import sound_name
from studio.files.midi.plan import AS_READ, GM, WRITTEN_TEXT_BYTES, Plan, PlannedTrack, plan_of, written_name
from studio.files.midi.texts import text_of
from studio.files.midi.wire import (
    CONTROL,
    COPYRIGHT,
    INSTRUMENT_NAME,
    KEY,
    MARKER,
    META,
    METER,
    NOTE_OFF,
    NOTE_ON,
    POLY,
    PORT,
    PROGRAM_CHANGE,
    QUARTER_CLICK,
    TEMPO,
    TEXT,
    TOUCH,
    TRACK_NAME,
    WHEEL,
    meta_bytes,
)
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM, Points
from studio.song.harmony import MINOR_LIKE
from studio.song.notes import ends
from studio.song.song import SILENT_DB, Song, Strip
from studio.song.timeline import MeterChange
from studio.words import tr

COARSE, FINE = 480, 960
HIGHEST_TEMPO_US = 0xFFFFFF
RELEASE_VELOCITY = 64

# Same-tick order (EX-07); within a class the lower half of the rank orders.
_META, _OFF, _SOUND, _CONTROL, _BEND, _ON, _AFTER = (place << 32 for place in range(7))
_BEND_RANGE = ((101, 0), (100, 0), (6, 2), (38, 0), (101, 127), (100, 127))

Blob = tuple[int, int, bytes]
Events = NDArray[np.int64]
"""[event, column]: tick, rank, status << 16 | first << 8 | second."""
_NOTHING: Events = np.zeros((0, 3), np.int64)


def bytes_of(song: Song, options: Mapping[str, object] | None = None, mark: str = "") -> tuple[bytes, Plan]:
    """The whole file, and the plan it was written by (with its remarks); `mark` is text for its start."""
    plan = plan_of(song.ungrouped(), options or {})
    conductor = _conductor(plan) + _marks(plan, mark)
    bodies = [(_channel_events(planned, plan), _track_blobs(planned, plan)) for planned in plan.tracks]
    if plan.aside:
        bodies.append((_NOTHING, [(event.tick, place, event.data) for place, event in enumerate(plan.aside)]))
    end_tick = _end_tick(plan, conductor, bodies)
    if plan.is_single:
        events, blobs = bodies[0] if bodies else (_NOTHING, [])
        tracks = [(events, conductor + blobs)]
    else:
        tracks = [(_NOTHING, conductor), *bodies]
    division = _division(tracks, end_tick)
    try:
        chunks = [track_bytes(_lines(events, blobs, end_tick, FINE // division)) for events, blobs in tracks]
    except ValueError as problem:
        raise UnsupportedRequest(tr("The song is too long for a MIDI file."), tr("Export it in parts.")) from problem
    return header_bytes(0 if plan.is_single else 1, len(tracks), division) + b"".join(chunks), plan


def _end_tick(plan: Plan, conductor: list[Blob], bodies: list[tuple[Events, list[Blob]]]) -> int:
    """The bar line at or after everything (EX-10); at least one bar."""
    timeline = plan.song.timeline
    last = max([timeline.bar_start(1 + int(plan.settings["bars"])), *(tick for tick, _, _ in conductor)])
    for events, blobs in bodies:
        last = max([last, int(events[:, 0].max()) if len(events) else 0, *(tick for tick, _, _ in blobs)])
    return timeline.bar_start(timeline.bar_of(max(0, last - 1)) + 1)


def _division(tracks: list[tuple[Events, list[Blob]]], end_tick: int) -> int:
    odd = end_tick % 2
    for events, blobs in tracks:
        odd |= bool((events[:, 0] & 1).any()) or any(tick % 2 for tick, _, _ in blobs)
    return FINE if odd else COARSE


def _lines(events: Events, blobs: list[Blob], end_tick: int, ticks_each: int) -> Lines:
    packed = events[:, 0] // ticks_each << 24 | events[:, 2]
    return Lines(packed, events[:, 1], [(tick // ticks_each, rank, data) for tick, rank, data in blobs], end_tick // ticks_each)


# The conductor


def _conductor(plan: Plan) -> list[Blob]:
    """Title, copyright, tempo, meter, keys, markers (EX-03); a tempo and a meter at the start, or none at all (EX-04, EX-35)."""
    timeline = plan.song.timeline
    blobs: list[Blob] = []
    if plan.title and not (plan.is_single and plan.tracks and plan.tracks[0].name == plan.title):
        blobs.append((0, 0, meta_bytes(TRACK_NAME, plan.title.encode())))
    if plan.settings["tempo"]:
        for tempo in timeline.tempo_steps:
            us = min(max(tempo.us_per_beat, 1), HIGHEST_TEMPO_US)
            blobs.append((tempo.tick, 3, meta_bytes(TEMPO, us.to_bytes(3, "big"))))
        blobs += [(meter.tick, 4, _meter_bytes(meter)) for meter in timeline.meters]
    for change in timeline.keys:
        is_minor = change.key.scale in MINOR_LIKE
        blobs.append((change.tick, 5, meta_bytes(KEY, change.key.sharps.to_bytes(1, "big", signed=True) + bytes((is_minor,)))))
    for marker in timeline.markers:
        text = written_name(marker.text, bool(plan.settings["ascii"]), "")
        blobs.append((marker.tick, 6, meta_bytes(MARKER, text.encode())))
    tracks_foreign = [event for planned in plan.tracks for event in planned.track.controls.foreign]
    for event in [*plan.song.foreign, *(() if plan.preset == AS_READ else tracks_foreign)]:
        is_copyright = event.data[:2] == bytes((META, COPYRIGHT))
        if plan.preset == AS_READ and event.data[0] >= 0xF0:
            blobs.append((event.tick, 2 if is_copyright else 7, event.data))
        elif is_copyright:
            blobs.append((event.tick, 2, _cleaned(event.data, bool(plan.settings["ascii"]))))
    return blobs


def _marks(plan: Plan, mark: str) -> list[Blob]:
    """The mark as text events of whole words, none longer than EX-12 allows; one that was read before is not said twice."""
    lines: list[str] = []
    for word in mark.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and len(longer.encode()) <= WRITTEN_TEXT_BYTES:
            lines[-1] = longer
        else:
            lines.append(word)
    texts = [written_name(line, bool(plan.settings["ascii"]), "") for line in lines]
    blobs = [(0, 7, meta_bytes(TEXT, text.encode())) for text in texts if text]
    kept = [*plan.song.foreign, *(event for planned in plan.tracks for event in planned.track.controls.foreign)]
    there = {event.data for event in kept} if plan.preset == AS_READ else set()
    return [blob for blob in blobs if blob[2] not in there]


def _cleaned(event: bytes, is_ascii: bool) -> bytes:
    """A text event that was read from a file, as ours are written (EX-12)."""
    start = 2
    while event[start] & 0x80:  # the length of what follows
        start += 1
    return meta_bytes(event[1], written_name(text_of(event[start + 1 :]), is_ascii, "").encode())


def _meter_bytes(meter: MeterChange) -> bytes:
    power = meter.denominator.bit_length() - 1
    return meta_bytes(METER, bytes((meter.numerator, power)) + QUARTER_CLICK)


# One track


def _track_blobs(planned: PlannedTrack, plan: Plan) -> list[Blob]:
    """Name and instrument name, the port where ports are used, and what was kept aside when it is asked for."""
    blobs: list[Blob] = [(0, 1, meta_bytes(TRACK_NAME, planned.name.encode()))]
    foreign = planned.track.controls.foreign if plan.preset == AS_READ else ()
    named = any(event.data[:2] == bytes((META, INSTRUMENT_NAME)) for event in foreign)
    if not named:
        sound = sound_name(planned.instrument.program, planned.instrument.is_drum)
        blobs.append((0, 8, meta_bytes(INSTRUMENT_NAME, sound.encode())))
    if plan.has_ports:
        blobs.append((0, 9, meta_bytes(PORT, bytes((planned.port,)))))
        foreign = tuple(event for event in foreign if event.data[:2] != bytes((META, PORT)))
    return blobs + [(event.tick, 10, event.data) for event in foreign]


def _channel_events(planned: PlannedTrack, plan: Plan) -> Events:
    points = planned.track.controls.points
    head = _sounds(planned, points)
    if (points["kind"] == BEND).any() and not _sets_bend_range(points) and plan.preset != AS_READ:
        head += [(0, _CONTROL + place, _short(CONTROL, *pair)) for place, pair in enumerate(_BEND_RANGE)]
    if plan.preset == GM:
        at_start = points[(points["kind"] == CONTROLLER) & (points["tick"] == 0)]["number"].tolist()
        levels = [(number, value) for number, value in _mixer(planned.track.strip) if number not in at_start]
        head += [(0, _CONTROL + 8 + place, _short(CONTROL, *pair)) for place, pair in enumerate(levels)]
    parts = [np.array(head, np.int64).reshape(-1, 3), _notes(planned), _points(points)]
    events = np.concatenate(parts)
    events[:, 2] |= planned.channel << 16
    return events


def _short(kind: int, first: int, second: int) -> int:
    return kind << 20 | first << 8 | second


def _sounds(planned: PlannedTrack, points: Points) -> list[tuple[int, int, int]]:
    """The instrument at the start and the program points after the first note; a bank only where it changes (EX-06)."""
    first_note = int(planned.rows["start"].min()) if len(planned.rows) else None
    changes = [(0, planned.instrument.bank, planned.instrument.program)]
    for tick, kind, number, value in points.tolist():
        if kind == PROGRAM and first_note is not None and tick > first_note:
            changes.append((tick, number, value))
    events = []
    bank = 0
    for place, (tick, wanted, program) in enumerate(changes):
        rank = _SOUND + 4 * place
        if wanted != bank:
            events += [(tick, rank, _short(CONTROL, 0, wanted >> 7 & 127)), (tick, rank + 1, _short(CONTROL, 32, wanted & 127))]
            bank = wanted
        events.append((tick, rank + 2, _short(PROGRAM_CHANGE, program, 0)))
    return events


def _sets_bend_range(points: Points) -> bool:
    selectors = points[(points["kind"] == CONTROLLER) & np.isin(points["number"], (100, 101))]
    return bool((selectors["value"] == 0).any())


def _mixer(strip: Strip) -> list[tuple[int, int]]:
    """Levels as General MIDI players have them: 100 is 0 dB, loudness goes with the square of the value."""
    level = 0 if strip.gain_db <= SILENT_DB else round(100 * 10 ** (strip.gain_db / 40))
    pan = 64 + round(strip.pan * (63 if strip.pan > 0 else 64) / 100)
    return [(7, min(127, level)), (10, min(127, max(0, pan))), (91, strip.reverb), (93, strip.chorus)]


def _notes(planned: PlannedTrack) -> Events:
    rows = planned.rows
    pitch = rows["pitch"].astype(np.int64)
    events = np.zeros((2 * len(rows), 3), np.int64)
    on, off = events[: len(rows)], events[len(rows) :]
    on[:, 0], on[:, 1] = rows["start"], _ON + pitch
    on[:, 2] = NOTE_ON << 20 | pitch << 8 | np.clip(rows["velocity"], 1, 127)
    off[:, 0], off[:, 1] = ends(rows), _OFF + pitch
    off[:, 2] = NOTE_OFF << 20 | pitch << 8 | RELEASE_VELOCITY
    return events


def _points(points: Points) -> Events:
    """Every point but programs, in file order within a tick (never by controller number: RPN and NRPN would break)."""
    rest = points[points["kind"] != PROGRAM]
    kind = rest["kind"]
    number = np.clip(rest["number"].astype(np.int64), 0, 127)
    value = np.clip(rest["value"].astype(np.int64), 0, 127)
    wheel = np.clip(rest["value"].astype(np.int64) + 8192, 0, 16383)
    is_bend, is_pressure, is_key = kind == BEND, kind == PRESSURE, kind == KEY_PRESSURE
    events = np.zeros((len(rest), 3), np.int64)
    events[:, 0] = rest["tick"]
    events[:, 1] = np.where(is_bend, _BEND, np.where(is_key, _AFTER, _CONTROL)) + 16 + np.arange(len(rest))
    status = np.select((is_bend, is_pressure, is_key), (WHEEL, TOUCH, POLY), CONTROL) << 20
    data = np.select((is_bend, is_pressure), ((wheel & 127) << 8 | wheel >> 7, value << 8), number << 8 | value)
    events[:, 2] = status | data
    return events

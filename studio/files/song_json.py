"""A song as plain JSON values, notes as integer columns; and back, every value checked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from studio.files.fields import HIGHEST, Fields
from studio.files.mixing_json import (
    effects_from_json,
    effects_to_json,
    group_from_json,
    group_to_json,
    instrument_from_json,
    instrument_to_json,
    strip_from_json,
    strip_to_json,
)
from studio.song.constraint import Constraint
from studio.song.controls import DRAWN, Controls, ForeignEvent, Points
from studio.song.harmony import SCALES, Key
from studio.song.locks import Locks
from studio.song.notes import ROW, Notes, Rows
from studio.song.origin import Origin
from studio.song.song import Song, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline
from studio.words import tr

Json = dict[str, Any]

_ROW_LIMITS = {"start": HIGHEST, "length": HIGHEST, "id": HIGHEST, "origin": 2**31 - 1, "pitch": 127, "velocity": 127}
_ROW_LIMITS |= {"flags": 255}
_POINT_LIMITS = {"tick": (0, HIGHEST), "kind": (0, 4), "number": (0, 16383), "value": (-8192, 8191), "glides": (0, 1)}


# Out


def song_to_json(song: Song) -> Json:
    """Everything a song holds."""
    return {
        "title": song.title,
        "next_id": song.next_id,
        "timeline": timeline_to_json(song.timeline),
        "master": strip_to_json(song.master),
        "is_limited": song.is_limited,
        "groups": [group_to_json(group) for group in song.groups],
        "effects": effects_to_json(song.effects),
        "constraints": [_constraint_to_json(constraint) for constraint in song.constraints],
        "tracks": [_track_to_json(track) for track in song.tracks],
        "origins": [origin_to_json(origin) for origin in song.origins],
        "foreign": _foreign_to_json(song.foreign),
    }


def timeline_to_json(timeline: Timeline) -> Json:
    return {
        "tempos": [list(change) for change in timeline.tempos],
        "meters": [list(change) for change in timeline.meters],
        "keys": [[change.tick, change.key.tonic, change.key.scale] for change in timeline.keys],
        "markers": [list(marker) for marker in timeline.markers],
    }


def origin_to_json(origin: Origin) -> Json:
    return {name: getattr(origin, name) for name in Origin.__slots__}


def rows_to_json(rows: Rows) -> Json:
    """Notes as integer columns of equal length."""
    return {name: rows[name].tolist() for name in ROW.names or ()}


def points_to_json(points: Points) -> Json:
    return {name: points[name].astype(np.int64).tolist() for name in DRAWN.names or ()}


def _foreign_to_json(events: Iterable[ForeignEvent]) -> list[list[object]]:
    return [[event.tick, event.data.hex()] for event in events]


def _constraint_to_json(constraint: Constraint) -> Json:
    """Only what is demanded."""
    free = Constraint(constraint.track_id)
    values = {name: getattr(constraint, name) for name in Constraint.__slots__}
    return {name: value for name, value in values.items() if name == "track_id" or value != getattr(free, name)}


def _track_to_json(track: Track) -> Json:
    return {
        "id": track.id,
        "name": track.name,
        "colour": track.colour,
        "instrument": instrument_to_json(track.instrument),
        "strip": strip_to_json(track.strip),
        "is_audio": track.is_audio,
        "icon": track.icon,
        "is_hidden": track.is_hidden,
        "group": track.group,
        "is_frozen": track.is_frozen,
        "is_locked": track.is_locked,
        "locks": [[span.start_tick, span.end_tick] for span in track.locks],
        "notes": rows_to_json(track.notes.rows),
        "controls": points_to_json(track.controls.drawn),
        "foreign": _foreign_to_json(track.controls.foreign),
        "clips": [{name: getattr(clip, name) for name in AudioClip.__slots__} for clip in track.clips],
    }


# Back


def song_from_json(value: object, name: str) -> Song:
    """The song of `song_to_json`; UnreadableFile says which value is wrong. `name` is the file's."""
    fields = Fields(value if isinstance(value, dict) else {}, "", name)
    return Song(
        title=fields.text("title"),
        tracks=tuple(_track(inner) for inner in fields.inners("tracks")),
        timeline=timeline_from_json(fields.inner("timeline")),
        origins=tuple(origin_from_json(inner) for inner in fields.inners("origins")),
        master=strip_from_json(fields.inner("master")),
        is_limited=fields.flag("is_limited"),
        groups=tuple(group_from_json(inner) for inner in fields.inners("groups")),
        effects=effects_from_json(fields.inner("effects")),
        constraints=tuple(_constraint(inner) for inner in fields.inners("constraints")),
        next_id=fields.whole("next_id", 1),
        foreign=_foreign(fields, "foreign"),
    )


def timeline_from_json(fields: Fields) -> Timeline:
    keys = fields.tuples("keys", int, int, str)
    if any(tonic > 11 or scale not in SCALES for _, tonic, scale in keys):
        raise fields.refused("keys", tr("keys that exist"))
    tempos, meters = fields.tuples("tempos", int, int, bool), fields.tuples("meters", int, int, int)
    if any(not 1 <= tempo[1] < 2**24 for tempo in tempos):
        raise fields.refused("tempos", tr("microseconds of 24 bits"))
    if any(not 1 <= part <= 64 for meter in meters for part in meter[1:]):
        raise fields.refused("meters", tr("time signatures from 1/1 to 64/64"))
    try:
        return Timeline(
            tuple(TempoChange(*change) for change in tempos),
            tuple(MeterChange(*change) for change in meters),
            tuple(KeyChange(tick, Key(tonic, scale)) for tick, tonic, scale in keys),
            tuple(Marker(*marker) for marker in fields.tuples("markers", int, str, bool, int)),
        )
    except ValueError as problem:
        raise fields.refused("tempos", tr("in order and begin at 0, as all changes")) from problem


def rows_from_json(fields: Fields) -> Rows:
    """Integer columns as rows, each value in range."""
    lows = {"length": 1, "velocity": 1}
    columns = {name: fields.column(name, lows.get(name, 0), high) for name, high in _ROW_LIMITS.items()}
    if len({len(column) for column in columns.values()}) > 1:
        raise fields.refused("start", tr("as long as the other columns"))
    rows = np.zeros(len(columns["start"]), ROW)
    for name, column in columns.items():
        rows[name] = column
    return rows


def points_from_json(fields: Fields) -> Points:
    columns = {name: fields.column(name, *span) for name, span in _POINT_LIMITS.items()}
    if len({len(column) for column in columns.values()}) > 1:
        raise fields.refused("tick", tr("as long as the other columns"))
    points = np.zeros(len(columns["tick"]), DRAWN)
    for name, column in columns.items():
        points[name] = column
    return points


def _foreign(fields: Fields, key: str) -> tuple[ForeignEvent, ...]:
    try:
        return tuple(ForeignEvent(tick, bytes.fromhex(text)) for tick, text in fields.tuples(key, int, str))
    except ValueError as problem:
        raise fields.refused(key, tr("bytes in hexadecimal")) from problem


def _constraint(fields: Fields) -> Constraint:
    def whole(key: str, low: int, high: int) -> int | None:
        return fields.whole(key, low, high) if key in fields.values else None

    def decimal(key: str) -> float | None:
        return fields.decimal(key) if key in fields.values else None

    return Constraint(
        track_id=fields.whole("track_id", 1),
        low_pitch=whole("low_pitch", 0, 127),
        high_pitch=whole("high_pitch", 0, 127),
        least_per_bar=decimal("least_per_bar"),
        most_per_bar=decimal("most_per_bar"),
        polyphony=whole("polyphony", 1, 128),
        shortest_ticks=whole("shortest_ticks", 1, HIGHEST),
        longest_ticks=whole("longest_ticks", 1, HIGHEST),
        keeps_rhythm="keeps_rhythm" in fields.values and fields.flag("keeps_rhythm"),
        keeps_pitches="keeps_pitches" in fields.values and fields.flag("keeps_pitches"),
        follows=whole("follows", 1, HIGHEST),
    )


def _track(fields: Fields) -> Track:
    points, foreign = points_from_json(fields.inner("controls")), _foreign(fields, "foreign")
    rows = rows_from_json(fields.inner("notes"))
    return Track(
        id=fields.whole("id", 1),
        name=fields.text("name"),
        colour=fields.whole("colour", 0, 255),
        instrument=instrument_from_json(fields.inner("instrument")),
        strip=strip_from_json(fields.inner("strip")),
        notes=Notes(rows) if len(rows) else Notes.EMPTY,
        controls=Controls(points, foreign) if len(points) or foreign else Controls.EMPTY,
        is_audio=fields.flag("is_audio"),
        icon=fields.text("icon"),
        is_hidden=fields.flag("is_hidden"),
        group=fields.whole("group"),
        is_frozen=fields.flag("is_frozen"),
        is_locked=fields.flag("is_locked"),
        locks=_locks(fields),
        clips=tuple(_clip(inner) for inner in fields.inners("clips")),
    )


def _locks(fields: Fields) -> Locks:
    edges = fields.tuples("locks", int, int)
    if any(not start < end <= HIGHEST for start, end in edges) or any(here[1] >= next_[0] for here, next_ in pairwise(edges)):
        raise fields.refused("locks", tr("stretches in order that do not touch"))
    return tuple(Span(*edge) for edge in edges)


def _clip(fields: Fields) -> AudioClip:
    return AudioClip(
        id=fields.whole("id", 1),
        sha256=fields.text("sha256"),
        start_tick=fields.whole("start_tick"),
        duration_s=fields.decimal("duration_s"),
        trim_s=fields.decimal("trim_s"),
        gain_db=fields.decimal("gain_db"),
        fade_in_s=fields.decimal("fade_in_s"),
        fade_out_s=fields.decimal("fade_out_s"),
        origin=fields.whole("origin"),
    )


def origin_from_json(fields: Fields, lowest_id: int = 1) -> Origin:
    """An origin; those of takes that are not in a song yet have the id 0."""
    return Origin(
        id=fields.whole("id", lowest_id),
        model=fields.text("model"),
        weights_sha256=fields.text("weights_sha256"),
        capability=fields.text("capability"),
        seed=fields.whole("seed", -HIGHEST),
        take=fields.whole("take"),
        request=fields.text("request"),
        version=fields.text("version"),
        edited=fields.flag("edited"),
        parent=fields.whole("parent"),
    )

"""Upgrades: what an older project file says, step by step in the words of the present schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio.files.mixing_json import EFFECTS
from studio.song.timeline import Marker, coloured

Json = dict[str, Any]


def upgraded(document: object, schema: int) -> object:
    """The song of a project file of this schema in the present words; the reader refuses what is no song."""
    for step in _STEPS[schema - 1 :]:
        if isinstance(document, dict):
            document = step(document)
    return document


def _to_2(song: Json) -> Json:
    """Tempo ramps, colours of sections, gliding controllers, strips that are safe from solo, the limiter of the master."""
    timeline = song.get("timeline")
    if isinstance(timeline, dict):
        timeline = {
            **timeline,
            "tempos": _longer(timeline.get("tempos"), 2, False),
            "markers": _coloured(timeline.get("markers")),
        }
    tracks = song.get("tracks")
    if isinstance(tracks, list):
        tracks = [_track_to_2(track) if isinstance(track, dict) else track for track in tracks]
    return {**song, "timeline": timeline, "tracks": tracks, "master": _strip_to_2(song.get("master")), "is_limited": True}


def _to_3(song: Json) -> Json:
    """What this schema added to songs and tracks, as it was before: absent."""
    tracks = song.get("tracks")
    if isinstance(tracks, list):
        tracks = [_track_to_3(track) if isinstance(track, dict) else track for track in tracks]
    return {**song, "tracks": tracks, "constraints": [], "groups": [], "effects": EFFECTS}


def _track_to_3(track: Json) -> Json:
    instrument = track.get("instrument")
    if isinstance(instrument, dict):
        instrument = {**instrument, "font": None}
    locks = {"is_locked": False, "locks": []}
    return {**track, "instrument": instrument, "icon": "", "is_hidden": False, "group": 0, "is_frozen": False, **locks}


def _track_to_2(track: Json) -> Json:
    controls = track.get("controls")
    if isinstance(controls, dict) and isinstance(controls.get("tick"), list):
        controls = {**controls, "glides": [0] * len(controls["tick"])}
    return {**track, "controls": controls, "strip": _strip_to_2(track.get("strip"))}


def _strip_to_2(strip: object) -> object:
    return {**strip, "is_solo_safe": False} if isinstance(strip, dict) else strip


def _coloured(markers: object) -> object:
    if not isinstance(markers, list) or any(not isinstance(row, list) or len(row) != 3 for row in markers):
        return markers
    if any(not isinstance(text, str) for _, text, _ in markers):
        return markers
    return [list(marker) for marker in coloured(Marker(*row) for row in markers)]


def _longer(rows: object, length: int, value: object) -> object:
    """Each row of this length with one more value."""
    if not isinstance(rows, list):
        return rows
    return [[*row, value] if isinstance(row, list) and len(row) == length else row for row in rows]


_STEPS: tuple[Callable[[Json], Json], ...] = (_to_2, _to_3)

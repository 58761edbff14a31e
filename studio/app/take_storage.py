"""Takes that were not kept yet, in the project file: what was asked for, and every take's notes (workstation.md 6.2).

The song that a request heard is not written again: an open project's request hears the song of the project, and takes whose
place had changed before they were saved stay marked so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from studio.errors import UnreadableFile
from studio.files.song_json import Fields, Json, origin_from_json, origin_to_json, rows_from_json, rows_to_json
from studio.generation.contract import Capability, Request, Take
from studio.generation.tray import TakeSet
from studio.knobs import KnobValue
from studio.song.clip import Clip
from studio.song.region import Mask, Region
from studio.song.song import Song
from studio.song.ticks import Span

FORMAT = 1
LAST_TICK = 1 << 40
MOST_TAKES, MOST_COUNT = 1000, 1000
MOST_KNOBS, LONGEST_TEXT = 200, 4000


def takes_to_json(take_set: TakeSet | None) -> tuple[Json, ...]:
    """The request with what is shown and starred, then the takes; nothing for an empty tray."""
    if take_set is None or not take_set.takes:
        return ()
    head = {
        "format": FORMAT,
        "request": _request_to_json(take_set.request),
        "active": -1 if take_set.active is None else take_set.active,
        "starred": sorted(take_set.starred),
        "stale": take_set.is_stale,
        "carried": take_set.carried,
        "comp": [-1 if index is None else index for index in take_set.comp],
    }
    return head, *(_take_to_json(take) for take in take_set.takes)


def takes_from_json(listed: Sequence[Mapping[str, Any]], song: Song) -> tuple[TakeSet | None, str]:
    """The takes of a project, and in a sentence what was wrong with them; a fault costs the takes, never the song."""
    if not listed:
        return None, ""
    try:
        return _read(listed, song), ""
    except UnreadableFile as problem:
        reason = problem.message.rstrip(".")
        return None, f"The takes that were not kept could not be read; the song is all there ({reason})."


def _read(listed: Sequence[Mapping[str, Any]], song: Song) -> TakeSet:
    head, *rest = (Fields(value, "", f"take {number}") for number, value in enumerate(listed))
    if head.whole("format", 1) > FORMAT:
        raise UnreadableFile("They were made by a later Ricercar. Update it.")
    if not 1 <= len(rest) <= MOST_TAKES:
        raise UnreadableFile("There are none, or too many.")
    request = _request(head.inner("request"), song)
    active = head.whole("active", -1, len(rest) - 1)
    comp = head.column("comp", -1, len(rest) - 1).tolist()
    take_set = TakeSet(
        request,
        [_take(fields, request.span) for fields in rest],
        None if active < 0 else active,
        set(head.column("starred", 0, len(rest) - 1).tolist()),
        head.flag("stale"),
        head.whole("carried", 0, len(rest)),
        tuple(None if index < 0 else index for index in comp),
    )
    if comp and len(comp) != len(take_set.bars):
        raise head.refused("comp", "a take for each bar")
    return take_set


def _request_to_json(request: Request) -> Json:
    mask = request.mask
    return {
        "capability": request.capability,
        "model": request.model,
        "tracks": list(mask.region.track_ids),
        "from": request.span.start_tick,
        "to": request.span.end_tick,
        "low": mask.low_pitch,
        "high": mask.high_pitch,
        "hear": list(request.hear),
        "knobs": dict(request.knobs),
        "seed": request.seed,
        "count": request.count,
        "clips": [_clip_to_json(clip) for clip in request.clips],
    }


def _request(fields: Fields, song: Song) -> Request:
    capability = fields.text("capability")
    if capability not in get_args(Capability):
        raise fields.refused("capability", f"one of {', '.join(get_args(Capability))}")
    region = Region(_track_ids(fields, "tracks", song), _span(fields))
    mask = Mask(region, fields.whole("low", 0, 127), fields.whole("high", 0, 127))
    return Request(
        capability,  # type: ignore[arg-type]  # it was looked up above
        fields.text("model"),
        song,
        mask,
        _track_ids(fields, "hear", song),
        _knobs(fields.inner("knobs")),
        fields.whole("seed", -(2**53), 2**53),
        fields.whole("count", 1, MOST_COUNT),
        tuple(_clip(inner) for inner in fields.inners("clips")),
    )


def _track_ids(fields: Fields, key: str, song: Song) -> tuple[int, ...]:
    """Ids of tracks that the song has: takes for a track that was deleted before the save have no place any more."""
    return tuple(found for found in fields.column(key, 1, 2**53).tolist() if song.has_track(found))


def _span(fields: Fields) -> Span:
    start = fields.whole("from", 0, LAST_TICK)
    return Span(start, fields.whole("to", start, LAST_TICK))


def _knobs(fields: Fields) -> dict[str, KnobValue]:
    if len(fields.values) > MOST_KNOBS:
        raise UnreadableFile(f"There are more than {MOST_KNOBS} settings.")
    for name, value in fields.values.items():
        if type(value) not in (bool, int, float, str) or (isinstance(value, str) and len(value) > LONGEST_TEXT):
            raise fields.refused(name, "a number, a text, true or false")
    return dict(fields.values)


def _clip_to_json(clip: Clip) -> Json:
    parts = [{"offset": offset, "notes": rows_to_json(rows)} for offset, rows in clip.parts]
    return {"length": clip.length_ticks, "parts": parts}


def _clip(fields: Fields) -> Clip:
    parts = tuple((item.whole("offset", 0, 4096), rows_from_json(item.inner("notes"))) for item in fields.inners("parts"))
    return Clip(parts, fields.whole("length", 1, LAST_TICK))


def _take_to_json(take: Take) -> Json:
    return {
        "number": take.number,
        "from": take.span.start_tick,
        "to": take.span.end_tick,
        "parts": [{"track": track_id, "notes": rows_to_json(rows)} for track_id, rows in take.parts],
        "origin": origin_to_json(take.origin),
        "remarks": list(take.remarks),
        "figures": [[name, float(value)] for name, value in take.figures if math.isfinite(value)],
    }


def _take(fields: Fields, span: Span) -> Take:
    """A take whose notes begin inside the request's span, as those of every model are made to."""
    own = _span(fields)
    parts = tuple((item.whole("track", 1), rows_from_json(item.inner("notes"))) for item in fields.inners("parts"))
    for _, rows in parts:
        if len(rows) and not (own.start_tick <= int(rows["start"].min()) and int(rows["start"].max()) < own.end_tick):
            raise fields.refused("parts", "notes that begin inside the take")
    if own != span:
        raise fields.refused("from", "where its request is")
    remarks = fields.values.get("remarks")
    if not isinstance(remarks, list) or not all(isinstance(words, str) and len(words) <= LONGEST_TEXT for words in remarks):
        raise fields.refused("remarks", "a list of texts")
    return Take(
        fields.whole("number", 0, 10**6),
        own,
        parts,
        origin_from_json(fields.inner("origin"), lowest_id=0),
        tuple(remarks),
        tuple((name, value) for name, value in fields.tuples("figures", str, float)),
    )

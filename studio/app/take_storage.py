"""Takes that were not kept yet, in the project file: what was asked for, and every take's notes (workstation.md 6.2).

The song that a request heard is not written again: an open project's request hears the song of the project, and takes whose
place had changed before they were saved stay marked so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from studio.errors import UnreadableFile
from studio.files.fields import Fields
from studio.files.song_json import (
    Json,
    origin_from_json,
    origin_to_json,
    points_from_json,
    points_to_json,
    rows_from_json,
    rows_to_json,
)
from studio.generation.contract import Axis, Capability, Request, Take
from studio.generation.judging import MOST_POINTS, ORDERS
from studio.generation.sweep import MOST_VALUES
from studio.generation.tray import LONGEST_LABEL, TakeSet
from studio.knobs import KnobValue
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import tr

FORMAT = 2
"""1: one set. 2: several, each with how many takes follow it, and what was said of each take."""
LAST_TICK = 1 << 40
MOST_TAKES, MOST_COUNT = 1000, 1000
MOST_KNOBS, LONGEST_TEXT = 200, 4000
_CONSTRAINT_KINDS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("low_pitch", "high_pitch", "polyphony", "shortest_ticks", "longest_ticks", "follows"), (int,)),
    **dict.fromkeys(("least_per_bar", "most_per_bar"), (int, float)),
    **dict.fromkeys(("keeps_rhythm", "keeps_pitches"), (bool,)),
}


def takes_to_json(current: TakeSet | None, aside: Sequence[TakeSet] = ()) -> tuple[Json, ...]:
    """Each set with takes: its request with what is shown and what was said of takes, then the takes."""
    shown = () if current is None else _set_to_json(current, is_aside=False)
    return (*shown, *(member for take_set in aside for member in _set_to_json(take_set, is_aside=True)))


def _set_to_json(take_set: TakeSet, *, is_aside: bool) -> tuple[Json, ...]:
    kept = [index for index in range(len(take_set.takes)) if index not in take_set.undone]
    if not kept:
        return ()
    packed = take_set if len(kept) == len(take_set.takes) else take_set.only(take_set.request, kept)
    head = {
        "format": FORMAT,
        "count": len(packed.takes),
        "aside": is_aside,
        "request": _request_to_json(packed.request),
        "active": -1 if packed.active is None else packed.active,
        "starred": sorted(packed.starred),
        "stale": packed.is_stale,
        "carried": packed.carried,
        "comp": [-1 if index is None else index for index in packed.comp],
        "ratings": sorted(map(list, packed.ratings.items())),
        "labels": sorted(map(list, packed.labels.items())),
        "trashed": sorted(packed.trashed),
        "forks": sorted(map(list, packed.forks.items())),
        "order": packed.order,
    }
    return head, *(_take_to_json(take) for take in packed.takes)


def takes_from_json(listed: Sequence[Mapping[str, Any]], song: Song) -> tuple[TakeSet | None, tuple[TakeSet, ...], str]:
    """The set that was shown, those put aside, and in a sentence what was wrong; a fault costs the takes, never the song."""
    try:
        found = tuple(_sets(listed, song))
    except UnreadableFile as problem:
        reason = problem.message.rstrip(".")
        said = tr("The takes that were not kept could not be read; the song is all there ({reason}).", reason=reason)
        return None, (), said
    shown = next((take_set for is_aside, take_set in found if not is_aside), None)
    return shown, tuple(take_set for is_aside, take_set in found if is_aside), ""


def _sets(listed: Sequence[Mapping[str, Any]], song: Song) -> Iterator[tuple[bool, TakeSet]]:
    members = [Fields(value, "", tr("take {number}", number=number)) for number, value in enumerate(listed)]
    if len(members) > MOST_TAKES:
        raise UnreadableFile(tr("There are too many."))
    while members:
        head, *rest = members
        version = head.whole("format", 1)
        if version > FORMAT:
            raise UnreadableFile(tr("They were made by a later Ricercar. Update it."))
        count = len(rest) if version == 1 else head.whole("count", 1)
        if not 1 <= count <= len(rest):
            raise UnreadableFile(tr("Some are missing."))
        yield version > 1 and head.flag("aside"), _read(head, rest[:count], song)
        members = rest[count:]


def _read(head: Fields, rest: Sequence[Fields], song: Song) -> TakeSet:
    request, last = _request(head.inner("request"), song), len(rest) - 1
    active = head.whole("active", -1, last)
    comp = head.column("comp", -1, last).tolist()
    take_set = TakeSet(
        request,
        [_take(fields, request.span) for fields in rest],
        None if active < 0 else active,
        set(head.column("starred", 0, last).tolist()),
        head.flag("stale"),
        head.whole("carried", 0, len(rest)),
        tuple(None if index < 0 else index for index in comp),
    )
    if comp and len(comp) != len(take_set.bars):
        raise head.refused("comp", tr("a take for each bar"))
    if head.whole("format", 1) > 1:
        _read_judgements(head, take_set)
    return take_set


def _read_judgements(head: Fields, take_set: TakeSet) -> None:
    """What was said of the takes; since format 2."""
    last = len(take_set.takes) - 1
    take_set.ratings = dict(head.tuples("ratings", int, int))
    take_set.labels = dict(head.tuples("labels", int, str))
    take_set.trashed = set(head.column("trashed", 0, last).tolist())
    take_set.forks = dict(head.tuples("forks", int, int))
    order = head.text("order")
    if not all(0 <= index <= last and 1 <= points <= MOST_POINTS for index, points in take_set.ratings.items()):
        raise head.refused("ratings", tr("takes with 1 to {most} points", most=MOST_POINTS))
    if not all(0 <= index <= last and 0 < len(text) <= LONGEST_LABEL for index, text in take_set.labels.items()):
        raise head.refused("labels", tr("takes with short texts"))
    if not all(0 <= of < index <= last for index, of in take_set.forks.items()):
        raise head.refused("forks", tr("takes that come after what they were made from"))
    if order not in ORDERS:
        raise head.refused("order", tr("one of {orders}", orders=", ".join(ORDERS)))
    take_set.order = next(each for each in ORDERS if each == order)


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
        "patches": [
            [each.track_id, each.span.start_tick, each.span.end_tick, each.low_pitch, each.high_pitch] for each in mask.patches
        ],
        "constraints": [_constraint_to_json(constraint) for constraint in request.constraints],
        "sweep": [{"knob": axis.knob, "values": list(axis.values)} for axis in request.sweep],
    }


def _request(fields: Fields, song: Song) -> Request:
    capability = fields.text("capability")
    if capability not in get_args(Capability):
        raise fields.refused("capability", tr("one of {task}", task=", ".join(get_args(Capability))))
    region = Region(_track_ids(fields, "tracks", song), _span(fields))
    mask = Mask(region, fields.whole("low", 0, 127), fields.whole("high", 0, 127), _patches(fields))
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
        tuple(_constraint(inner) for inner in fields.inners("constraints")) if "constraints" in fields.values else (),
        tuple(_axis(inner) for inner in fields.inners("sweep")) if "sweep" in fields.values else (),
    )


def _patches(fields: Fields) -> tuple[Patch, ...]:
    """What was painted, on tracks that are gone as well: without it everything might be changed. Format 1 says nothing of it."""
    listed = fields.tuples("patches", int, int, int, int, int) if "patches" in fields.values else []
    for _, start, end, low, high in listed:
        if not 0 <= start <= end <= LAST_TICK or not 0 <= low <= high <= 127:
            raise fields.refused("patches", tr("painted parts"))
    return tuple(Patch(id_, Span(start, end), low, high) for id_, start, end, low, high in listed)


def _constraint_to_json(constraint: Constraint) -> Json:
    """Only what is demanded."""
    values = {name: getattr(constraint, name) for name in _CONSTRAINT_KINDS}
    return {"track_id": constraint.track_id, **{name: value for name, value in values.items() if value not in (None, False)}}


def _constraint(fields: Fields) -> Constraint:
    values = {name: value for name, value in fields.values.items() if name != "track_id"}
    for name, value in values.items():
        if name not in _CONSTRAINT_KINDS or type(value) not in _CONSTRAINT_KINDS[name] or not -1 < value < LAST_TICK:
            raise fields.refused(name, tr("something that can be demanded"))
    return Constraint(fields.whole("track_id", 1), **values)


def _axis(fields: Fields) -> Axis:
    values = fields.values.get("values")
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES or not all(map(_is_knob_value, values)):
        raise fields.refused("values", tr("values of a setting"))
    return Axis(fields.text("knob"), tuple(values))


def _track_ids(fields: Fields, key: str, song: Song) -> tuple[int, ...]:
    """Ids of tracks that the song has: takes for a track that was deleted before the save have no place any more."""
    return tuple(found for found in fields.column(key, 1, 2**53).tolist() if song.has_track(found))


def _span(fields: Fields) -> Span:
    start = fields.whole("from", 0, LAST_TICK)
    return Span(start, fields.whole("to", start, LAST_TICK))


def _knobs(fields: Fields) -> dict[str, KnobValue]:
    if len(fields.values) > MOST_KNOBS:
        raise UnreadableFile(tr("There are more than {most} settings.", most=MOST_KNOBS))
    for name, value in fields.values.items():
        if not _is_knob_value(value):
            raise fields.refused(name, tr("a number, a text, true or false"))
    return dict(fields.values)


def _is_knob_value(value: object) -> bool:
    return type(value) in (bool, int, float, str) and not (isinstance(value, str) and len(value) > LONGEST_TEXT)


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
        "controls": [{"track": track_id, "points": points_to_json(points)} for track_id, points in take.points],
    }


def _take(fields: Fields, span: Span) -> Take:
    """A take whose notes begin inside the request's span, as those of every model are made to."""
    own = _span(fields)
    parts = tuple((item.whole("track", 1), rows_from_json(item.inner("notes"))) for item in fields.inners("parts"))
    for _, rows in parts:
        if len(rows) and not (own.start_tick <= int(rows["start"].min()) and int(rows["start"].max()) < own.end_tick):
            raise fields.refused("parts", tr("notes that begin inside the take"))
    if own != span:
        raise fields.refused("from", tr("where its request is"))
    turned = fields.inners("controls") if "controls" in fields.values else ()
    remarks = fields.values.get("remarks")
    if not isinstance(remarks, list) or not all(isinstance(words, str) and len(words) <= LONGEST_TEXT for words in remarks):
        raise fields.refused("remarks", tr("a list of texts"))
    return Take(
        fields.whole("number", 0, 10**6),
        own,
        parts,
        origin_from_json(fields.inner("origin"), lowest_id=0),
        tuple(remarks),
        tuple((name, value) for name, value in fields.tuples("figures", str, float)),
        tuple((item.whole("track", 1), points_from_json(item.inner("points"))) for item in turned),
    )

"""A request out of what a take's origin records, so that it can be asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast, get_args

import numpy as np

from studio.errors import UnsupportedRequest
from studio.generation.contract import Axis, Capability, Request
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.notes import rows_from_columns
from studio.song.origin import Origin
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song
from studio.song.ticks import Span
from studio.strict_json import FaultyJson, parsed
from studio.words import tr

LARGEST_RECORD = 8 << 20


def request_of(origin: Origin, song: Song) -> Request:
    """What was asked for then, of the song as it is now; UnsupportedRequest when the record does not say."""
    try:
        said = parsed(origin.request.encode(), LARGEST_RECORD)
        if "pad" in said:
            raise UnsupportedRequest(
                tr("These notes came from a place on a pad, not from a request."), tr("Open that place: O in the roll.")
            )
        return _request(said, origin, song)
    except (FaultyJson, KeyError, TypeError, ValueError, IndexError, UnicodeEncodeError) as problem:
        raise UnsupportedRequest(
            tr("What was asked for then is not recorded, so it cannot be asked for again."), tr("Generate anew.")
        ) from problem


def asked_count(origin: Origin) -> int:
    """How many takes were asked for together with this one; 0 where it is not known."""
    try:
        count = parsed(origin.request.encode(), LARGEST_RECORD)["count"]
    except (FaultyJson, KeyError, TypeError, UnicodeEncodeError):
        return 0
    return count if type(count) is int and count > 0 else 0


def _request(said: Mapping[str, Any], origin: Origin, song: Song) -> Request:
    capability, model = said["capability"], said["model"]
    if capability not in get_args(Capability) or not isinstance(model, str):
        raise ValueError(f"no such request: {capability}")
    (start, end), (low, high) = said["span"], said["pitches"]
    tracks = tuple(int(id_) for id_ in said["tracks"])
    if not tracks or not all(song.has_track(id_) for id_ in tracks):
        raise UnsupportedRequest(tr("The track these takes were made for is gone."), tr("Choose a track and generate anew."))
    painted = tuple(Patch(id_, Span(first, last), floor, top) for id_, first, last, floor, top in said.get("painted", ()))
    known = {field.name for field in fields(Constraint)}
    constraints = tuple(Constraint(**{name: each[name] for name in known & set(each)}) for each in said.get("constraints", ()))
    return Request(
        cast(Capability, capability),
        model,
        song,
        Mask(Region(tracks, Span(start, end)), low, high, painted),
        tuple(int(id_) for id_ in said["hear"] if song.has_track(id_)),
        dict(said["knobs"]),
        origin.seed,
        max(1, int(said["count"])),
        tuple(_clip(each) for each in said.get("clips", ())),
        constraints,
        tuple(Axis(str(knob), tuple(values)) for knob, values in said.get("sweep", ())),
    )


def _clip(said: Mapping[str, Any]) -> Clip:
    parts = []
    for offset, listed in said["parts"].items():
        columns = np.array(listed, np.int64).reshape(-1, 4)
        parts.append((int(offset), rows_from_columns(*columns.T)))
    return Clip(tuple(parts), int(said["length"]))

"""A request as JSON without its song: what a take's origin records, so that it can be asked for again."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from studio.generation.contract import Request
from studio.generation.demands import constraint_plain
from studio.song.clip import Clip
from studio.song.origin import Origin


def request_text(request: Request) -> str:
    """The same text for equal requests."""
    return json.dumps(request_plain(request), sort_keys=True, ensure_ascii=False)


def request_plain(request: Request) -> dict[str, Any]:
    span, mask = request.span, request.mask
    found: dict[str, Any] = {
        "capability": request.capability,
        "model": request.model,
        "tracks": list(mask.region.track_ids),
        "span": [span.start_tick, span.end_tick],
        "pitches": [mask.low_pitch, mask.high_pitch],
        "hear": list(request.hear),
        "knobs": dict(request.knobs),
        "seed": request.seed,
        "count": request.count,
    }
    if request.constraints:
        found["constraints"] = [constraint_plain(constraint) for constraint in request.constraints]
    if mask.patches:
        found["painted"] = [[p.track_id, p.span.start_tick, p.span.end_tick, p.low_pitch, p.high_pitch] for p in mask.patches]
    if request.sweep:
        found["sweep"] = [[axis.knob, list(axis.values)] for axis in request.sweep]
    if request.clips:
        found["clips"] = [clip_plain(clip) for clip in request.clips]
    return found


def clip_plain(clip: Clip) -> dict[str, Any]:
    """A clip's parts by offset; a note as start, length, pitch and velocity, which is all that a model reads of it."""
    columns = ("start", "length", "pitch", "velocity")
    parts = {str(offset): np.stack([rows[name].astype(np.int64) for name in columns], 1).tolist() for offset, rows in clip.parts}
    return {"length": clip.length_ticks, "parts": parts}


def take_origin(request: Request, number: int, weights_sha256: str, version: str) -> Origin:
    """Where a take comes from; its id is dealt when it is kept."""
    return Origin(
        id=0,
        model=request.model,
        weights_sha256=weights_sha256,
        capability=request.capability,
        seed=request.seed,
        take=number,
        request=request_text(request),
        version=version,
    )

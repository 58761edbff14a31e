"""What models gave to a song: the mark that its exports carry, and the sidecar that tells the origin of each note (EX-26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio import VERSION
from studio.song.origin import Origin
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.strict_json import dumped

SCHEMA = 1
MADE_BY = f"Ricercar {VERSION}"
FIELD = "made with the help of models"
"""What the mark is called where a format wants a name for it."""
_COLUMNS = ("start", "length", "pitch", "velocity")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a model beyond its id: its title, and name and licence of each set of data it was trained on."""

    title: str
    data: tuple[tuple[str, str], ...] = ()


def models_of(song: Song) -> tuple[str, ...]:
    """Ids of the models that gave notes or sounds which are still there, in the order in which they first gave some."""
    return tuple(dict.fromkeys(origin.model for origin in _given(song)))


def mark_text(song: Song, about: Mapping[str, About] | None = None) -> str:
    """One sentence that names program, version and models; empty where nothing in the song is from a model.

    It is English whatever the language of the window: who will read it is not known, and the same song gives the same bytes.
    """
    models = models_of(song)
    if not models:
        return ""
    known = about or {}
    named = [f"{model} ({known[model].title})" if model in known else model for model in models]
    return f"Parts of this music were made with the help of models: {', '.join(named)}. Written by {MADE_BY}."


def sidecar_bytes(
    song: Song, files: Mapping[str, str] | None = None, about: Mapping[str, About] | None = None, span: Span | None = None
) -> bytes:
    """The origin of every note, as JSON: of each track the notes of each origin, as rows of start, length, pitch, velocity.

    `files` tells which export it stands beside, name and SHA-256 of each; `span` which stretch of the song is heard there.
    Origin 0 is a hand. The same song gives the same bytes.
    """
    given = _given(song)
    known = about or {}
    return dumped(
        {
            "schema": SCHEMA,
            "program": MADE_BY,
            "files": [{"name": name, "sha256": sha256} for name, sha256 in (files or {}).items()],
            "title": song.title,
            "mark": mark_text(song, about),
            "ticks_per_beat": TICKS_PER_BEAT,
            **({} if span is None else {"span": [span.start_tick, span.end_tick]}),
            "origins": [_origin(origin, known.get(origin.model)) for origin in given],
            "columns": list(_COLUMNS),
            "tracks": [_track(track, {origin.id for origin in given}) for track in song.tracks],
        }
    )


def _given(song: Song) -> tuple[Origin, ...]:
    """Origins that are a model's and of which something is there; what hands recorded names no model."""
    used: set[int] = set()
    for track in song.tracks:
        used.update(np.unique(track.notes.rows["origin"]).tolist(), (clip.origin for clip in track.clips))
    return tuple(origin for origin in song.origins if origin.id in used and origin.model)


def _origin(origin: Origin, about: About | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": origin.id,
        "model": origin.model,
        "weights_sha256": origin.weights_sha256,
        "verb": origin.capability,
        "seed": origin.seed,
        "take": origin.take,
        "version": origin.version,
        "edited_since": origin.edited,
    }
    if about is not None:
        found["title"] = about.title
        found["data"] = [{"name": name, "licence": licence} for name, licence in about.data]
    return found


def _track(track: Track, given: set[int]) -> dict[str, Any]:
    rows = track.notes.rows
    origins = np.where(np.isin(rows["origin"], sorted(given)), rows["origin"], 0)
    columns = np.stack([rows[name].astype(np.int64) for name in _COLUMNS], axis=1)
    groups = [{"origin": origin, "rows": columns[origins == origin].tolist()} for origin in np.unique(origins).tolist()]
    found: dict[str, Any] = {"name": track.name, "notes": groups}
    if track.clips:
        found["sounds"] = [
            {"start": clip.start_tick, "seconds": clip.duration_s, "origin": clip.origin if clip.origin in given else 0}
            for clip in track.clips
        ]
    return found

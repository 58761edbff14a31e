"""LatentScene: what a latent model sees of a request: tiles of its window's length, the tracks its parts go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from backends.representations.melody import STEP_TICKS
from backends.representations.performing import Feel, learnt_feel
from backends.representations.phrases import BAR_STEPS
from studio.errors import UnsupportedRequest
from studio.generation.contract import Request
from studio.generation.describe import part_words
from studio.generation.latent import Phrase
from studio.song.clip import Clip
from studio.song.notes import ROW, Rows
from studio.song.song import Track
from studio.song.ticks import Span
from studio.words import tr

BASS_PROGRAMS = range(32, 40)
BAR_TICKS = BAR_STEPS * STEP_TICKS


@dataclass(frozen=True, slots=True, eq=False)
class LatentScene:
    """`tiles`: the spans of windows from the region's start on, the last one perhaps cut by its end. `tracks`: for each part
    of the model the track it is written on, None where there is none."""

    tiles: tuple[Span, ...]
    tracks: tuple[int | None, ...]
    feels: tuple[Feel | None, ...]
    remarks: tuple[str, ...] = field(default=())

    @property
    def start_tick(self) -> int:
        return self.tiles[0].start_tick


def latent_scene(request: Request, parts: Sequence[str], bars: int) -> LatentScene:
    """UnsupportedRequest when the region or its tracks cannot be written by a model with these parts."""
    tracks = _tracks(request, parts)
    if all(track is None for track in tracks):
        raise UnsupportedRequest(
            tr("No selected track can take {parts}.", parts=tr(" or ").join(map(part_words, parts))), _remedy(parts)
        )
    span = request.span
    if span.length_ticks < STEP_TICKS:
        raise UnsupportedRequest(tr("The region is shorter than a sixteenth."), tr("Select at least one bar."))
    window = bars * BAR_TICKS
    tiles = tuple(Span(start, start + window) for start in range(span.start_tick, span.end_tick, window))
    return LatentScene(
        tiles=tiles,
        tracks=tuple(track.id if track is not None else None for track in tracks),
        feels=tuple(_feel(request, track) for track in tracks),
        remarks=_remarks(request, tiles, tracks, parts, bars),
    )


def phrase_at(request: Request, scene: LatentScene, span: Span, source: str = "") -> Phrase:
    """What stands in a span on the scene's tracks, as a phrase whose parts are those of the model."""
    clip_parts, drums = [], []
    for at, track_id in enumerate(scene.tracks):
        if track_id is None:
            continue
        track = request.song.track(track_id)
        rows = track.notes.starting_in(span).copy()
        rows["start"] -= span.start_tick
        clip_parts.append((at, rows))
        if track.instrument.is_drum:
            drums.append(at)
    return Phrase(Clip(tuple(clip_parts), span.length_ticks), source, tuple(drums))


def has_notes(phrase: Phrase) -> bool:
    return phrase.clip.note_count > 0


def _tracks(request: Request, parts: Sequence[str]) -> list[Track | None]:
    """The track of each part among the selected ones; of several the first that fits."""
    chosen = [request.song.track(track_id) for track_id in request.mask.region.track_ids]
    usable = [track for track in chosen if not track.is_audio]
    drums = [track for track in usable if track.instrument.is_drum]
    pitched = [track for track in usable if not track.instrument.is_drum]
    basses = [track for track in pitched if track.instrument.program in BASS_PROGRAMS or "bass" in track.name.lower()]
    if "bass" not in parts:
        basses = []
    melodies = [track for track in pitched if track not in basses]
    held = {"melody": melodies, "bass": basses, "drums": drums}
    return [held[part][0] if held[part] else None for part in parts]


def _remedy(parts: Sequence[str]) -> str:
    if list(parts) == ["drums"]:
        return tr("Select a drum track.")
    return (
        tr("Select a track with a pitched instrument.")
        if "drums" not in parts
        else tr("Select a melody, a bass and a drum track.")
    )


def _feel(request: Request, track: Track | None) -> Feel | None:
    """How the track is played around the region; None when nothing tells."""
    if track is None:
        return None
    rows: Rows = track.notes.rows
    span = request.span
    near = rows[(rows["start"] >= span.start_tick - 16 * BAR_TICKS) & (rows["start"] < span.end_tick + 8 * BAR_TICKS)]
    near = near if len(near) else np.zeros(0, ROW)
    return learnt_feel(near, span.start_tick % BAR_TICKS, BAR_STEPS) if len(near) >= 4 else None


def _remarks(
    request: Request, tiles: tuple[Span, ...], tracks: Sequence[Track | None], parts: Sequence[str], bars: int
) -> tuple[str, ...]:
    found = []
    absent = [part for part, track in zip(parts, tracks, strict=True) if track is None]
    if absent:
        found.append(
            tr("There is no selected track for the {absent}: left out.", absent=tr(" and the ").join(map(part_words, absent)))
        )
    unused = len(request.mask.region.track_ids) - sum(track is not None for track in tracks)
    if unused > 0:
        names = [track.name for track in tracks if track is not None]
        found.append(tr("Written on {names} only.", names=tr(" and ").join(f"«{name}»" for name in names)))
    if len(tiles) > 1:
        found.append(tr("The region is longer than {bars} bars: it was made in {count} pieces.", bars=bars, count=len(tiles)))
    if tiles[-1].end_tick > request.span.end_tick:
        found.append(tr("The region is no multiple of {bars} bars: the last piece is cut at its end.", bars=bars))
    meters = {request.song.timeline.meter_at(tile.start_tick).bar_ticks for tile in tiles}
    if meters != {BAR_TICKS}:
        found.append(tr("The model thinks in 4/4: its {bars}-bar phrases lie across the bar lines here.", bars=bars))
    return tuple(found)

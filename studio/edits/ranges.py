"""Ranges: bars of some tracks, moved or copied to other bars and tracks, repeated, cleared.

What stands at the place where a range is laid makes room for it; locked notes stay, there and where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from studio.edits.changing import count_of
from studio.edits.history import Edit
from studio.errors import UnsupportedRequest
from studio.song.controls import Controls, Points
from studio.song.notes import LOCKED, Rows
from studio.song.region import Region
from studio.song.song import Song, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.words import tr

MOST_REPEATS = 99


def move_range(region: Region, to_tick: int, by_tracks: int = 0, *, copies: bool = False) -> Edit:
    """Lay what begins in a region at another place, so many tracks lower; the original stays where it `copies`."""

    def apply(song: Song) -> Song:
        targets = _targets(song, region, by_tracks)
        if to_tick < 0:
            raise UnsupportedRequest(tr("Nothing can stand before bar 1."), tr("Move it less far."))
        if not by_tracks and to_tick == region.span.start_tick:
            return song
        taken = [_taken(song.track(source), region.span, copies=copies) for source in region.track_ids]
        if not copies:
            song = _cleared(song, region)
        there = Span(to_tick, to_tick + region.span.length_ticks)
        for target, stretch in zip(targets, taken, strict=True):
            song = _laid(song, target, there, stretch, to_tick - region.span.start_tick, is_new=copies)
        return song

    where = count_of(len(region.track_ids), "track")
    return Edit(
        tr("Copy bars of {tracks}", tracks=where) if copies else tr("Move bars of {tracks}", tracks=where),
        apply,
        asked=None if copies else _notes_of(region),
    )


def repeat_range(region: Region, times: int = 1) -> Edit:
    """Lay a region again right after itself, so many times more, in place of what stands there."""
    if not 1 <= times <= MOST_REPEATS:
        raise UnsupportedRequest(
            tr("Bars cannot be repeated {times} times.", times=times), tr("Use 1 to {most}.", most=MOST_REPEATS)
        )

    def apply(song: Song) -> Song:
        for track_id in region.track_ids:
            stretch = _taken(song.track(track_id), region.span, copies=True)
            for time in range(1, times + 1):
                by = time * region.span.length_ticks
                song = _laid(song, track_id, region.span.moved(by), stretch, by, is_new=True)
        return song

    tracks = count_of(len(region.track_ids), "track")
    return Edit(
        tr("Duplicate bars of {tracks}", tracks=tracks) if times == 1 else tr("Repeat bars of {tracks}", tracks=tracks), apply
    )


def clear_range(region: Region) -> Edit:
    """Take out what begins in a region; locked notes stay."""
    label = tr("Clear bars of {tracks}", tracks=count_of(len(region.track_ids), "track"))
    return Edit(label, lambda song: _cleared(song, region), asked=_notes_of(region))


def _notes_of(region: Region) -> Callable[[Song], Mapping[int, Rows]]:
    return lambda song: song.notes_in(region)


Stretch = tuple[Rows, Points, tuple[AudioClip, ...]]


def _targets(song: Song, region: Region, by_tracks: int) -> Sequence[int]:
    order = [track.id for track in song.tracks]
    places = [order.index(source) + by_tracks for source in region.track_ids]
    if any(not 0 <= place < len(order) for place in places):
        raise UnsupportedRequest(tr("There is no track there to take the bars."), tr("Add one first (Ctrl+T)."))
    for source, place in zip(region.track_ids, places, strict=True):
        if song.track(source).is_audio != song.tracks[place].is_audio:
            raise UnsupportedRequest(
                tr("Notes stay on note tracks, and sounds on audio tracks."), tr("Choose a track of the same kind.")
            )
    return [order[place] for place in places]


def _taken(track: Track, span: Span, *, copies: bool) -> Stretch:
    """What a move takes along, or what a copy is made of."""
    rows = track.notes.starting_in(span)
    if not copies:
        rows = rows[~track.locked(rows)]
    points = track.controls.drawn
    clips = tuple(clip for clip in track.clips if clip.start_tick in span)
    if copies:
        return rows, points[_inside(points, span)], clips
    return rows, points[_free(track, span)], tuple(clip for clip in clips if not track.is_shut(clip.start_tick))


def _inside(points: Points, span: Span) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (points["tick"] >= span.start_tick) & (
        points["tick"] < span.end_tick
    )
    return inside


def _free(track: Track, span: Span) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which points of a track lie in a span, and are not locked."""
    points = track.controls.drawn
    found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = _inside(points, span) & ~track.shut(points["tick"])
    return found


def _cleared(song: Song, region: Region) -> Song:
    for track_id in region.track_ids:
        song = song.with_track(_without(song.track(track_id), region.span))
    return song


def _without(track: Track, span: Span) -> Track:
    rows = track.notes.starting_in(span)
    gone = rows["id"][~track.locked(rows)]
    inside = _free(track, span)
    clips = tuple(clip for clip in track.clips if clip.start_tick not in span or track.is_shut(clip.start_tick))
    if not len(gone) and not inside.any() and len(clips) == len(track.clips):
        return track
    controls = Controls(track.controls.drawn[~inside], track.controls.foreign) if inside.any() else track.controls
    return replace(track, notes=track.notes.spliced(gone), controls=controls, clips=clips)


def _laid(song: Song, track_id: int, there: Span, stretch: Stretch, by: int, *, is_new: bool) -> Song:
    rows, points, clips = stretch
    track = _without(song.track(track_id), there)
    rows, points, next_id = rows.copy(), points.copy(), song.next_id
    rows["start"] += by
    points["tick"] += by
    placed = tuple(replace(clip, start_tick=clip.start_tick + by) for clip in clips)
    if is_new:
        rows["id"] = np.arange(next_id, next_id + len(rows))
        rows["flags"] &= ~np.uint8(LOCKED)
        placed = tuple(replace(clip, id=next_id + len(rows) + index) for index, clip in enumerate(placed))
        next_id += len(rows) + len(placed)
    controls = track.controls
    if len(points):
        controls = Controls(np.concatenate((controls.drawn, points)), controls.foreign)
    changed = replace(track, notes=track.laid(rows), controls=controls, clips=(*track.clips, *placed))
    return replace(song.with_track(changed), next_id=next_id)

"""Edits of time: copy and paste clips, duplicate and repeat, insert and delete bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from studio.edits.changing import count_of, with_rows_added
from studio.edits.history import Edit
from studio.song.clip import Clip
from studio.song.controls import Controls
from studio.song.notes import Notes, Rows
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Timeline


def copied(song: Song, ids: Iterable[int], from_tick: int | None = None) -> Clip | None:
    """The notes of these ids as a clip that begins at `from_tick` (default: their first start); None without notes."""
    wanted = frozenset(ids)
    found = [(index, track.notes.with_ids(wanted)) for index, track in enumerate(song.tracks)]
    found = [(index, rows) for index, rows in found if len(rows)]
    if not found:
        return None
    first_track = found[0][0]
    begin = min(int(rows["start"].min()) for _, rows in found) if from_tick is None else from_tick
    end = max(int((rows["start"] + rows["length"]).max()) for _, rows in found)
    parts = tuple((index - first_track, _moved(rows, -begin)) for index, rows in found)
    return Clip(parts, end - begin)


def paste(clip: Clip, track_id: int, at_tick: int, label: str = "") -> Edit:
    """Lay a clip at a tick, its first track on `track_id`, the others on the tracks below (as far as there are any)."""

    def apply(song: Song) -> Song:
        first = next(index for index, track in enumerate(song.tracks) if track.id == track_id)
        for offset, rows in clip.parts:
            if first + offset < len(song.tracks):
                unlocked = _moved(rows, at_tick)
                unlocked["flags"] = 0
                song = with_rows_added(song, song.tracks[first + offset].id, unlocked)
        return song

    return Edit(label or f"Paste {count_of(clip.note_count)}", apply)


def insert_time(span: Span) -> Edit:
    """Push everything from the span's start to the right by its length, on all tracks; tempo and markers too."""

    def moved_later(rows: Rows) -> Rows:
        rows = rows.copy()
        rows["start"][rows["start"] >= span.start_tick] += span.length_ticks
        return rows

    def later(tick: int) -> int | None:
        return tick + span.length_ticks if tick >= span.start_tick and tick else tick

    return Edit("Insert time", lambda song: _retimed(song, moved_later, later))


def delete_time(span: Span) -> Edit:
    """Take a stretch of time out on all tracks; notes that reach into it are cut at its start."""

    def closed_up(rows: Rows) -> Rows:
        rows = rows[~((rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick))].copy()
        end = rows["start"] + rows["length"]
        reaches = (rows["start"] < span.start_tick) & (end > span.start_tick)
        rows["length"][reaches] = np.maximum(span.start_tick, end[reaches] - span.length_ticks) - rows["start"][reaches]
        rows["start"][rows["start"] >= span.end_tick] -= span.length_ticks
        return rows

    def earlier(tick: int) -> int | None:
        if tick in span and tick:
            return None
        return tick - span.length_ticks if tick >= span.end_tick else tick

    return Edit("Delete time", lambda song: _retimed(song, closed_up, earlier))


def _moved(rows: Rows, by_ticks: int) -> Rows:
    moved = rows.copy()
    moved["start"] += by_ticks
    return moved


def _retimed(song: Song, change: Callable[[Rows], Rows], place: Callable[[int], int | None]) -> Song:
    tracks = tuple(_retimed_track(track, change, place) for track in song.tracks)
    return replace(song, tracks=tracks, timeline=_retimed_timeline(song.timeline, place))


def _retimed_track(track: Track, change: Callable[[Rows], Rows], place: Callable[[int], int | None]) -> Track:
    points = track.controls.points
    places = [place(tick) for tick in points["tick"].tolist()]
    kept = points[[at is not None for at in places]].copy() if len(points) else points
    if len(points):
        kept["tick"] = [at for at in places if at is not None]
    foreign = [replace(event, tick=at) for event in track.controls.foreign if (at := place(event.tick)) is not None]
    clips = [replace(clip, start_tick=at) for clip in track.clips if (at := place(clip.start_tick)) is not None]
    return replace(track, notes=Notes(change(track.notes.rows)), controls=Controls(kept, foreign), clips=tuple(clips))


def _retimed_timeline(timeline: Timeline, place: Callable[[int], int | None]) -> Timeline:
    changed = {}
    for name in ("tempos", "meters", "keys", "markers"):
        moved = {}
        for index, change in enumerate(getattr(timeline, name)):
            at = place(change.tick)
            if at is not None:
                moved[(at, index if name == "markers" else 0)] = change._replace(tick=at)
        changed[name] = tuple(moved.values())
    return replace(timeline, **changed)

"""Pieces: a song put together anew from stretches of itself; what inserting, deleting, repeating and moving bars share.

Whatever was in force where a piece began (tempo, meter, key, section, controllers, program) is in force where it begins now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from studio.edits.controller_pieces import controls_of
from studio.song.controls import ForeignEvent
from studio.song.locks import Locks, joined
from studio.song.notes import LOCKED, Notes, Rows, ends
from studio.song.song import Song, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline

END_OF_TIME = 2**50


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the song as it was. A copy gets ids of its own and is unlocked; an empty one is silence of that length."""

    span: Span
    is_copy: bool = False
    is_empty: bool = False


class Placed(NamedTuple):
    """A piece, and the tick at which it begins now."""

    piece: Piece
    at: int

    @property
    def by(self) -> int:
        return self.at - self.piece.span.start_tick


def assembled(song: Song, pieces: Iterable[Piece], track_ids: Collection[int] | None = None) -> Song:
    """The song made of these pieces, one after the other; the last should reach to END_OF_TIME.

    With `track_ids` only those tracks are put together anew and the timeline stays.
    """
    placed = _placed(_joined(pieces))
    next_id = song.next_id
    tracks = []
    for track in song.tracks:
        if track_ids is None or track.id in track_ids:
            made_anew, next_id = _track_of(track, placed, next_id)
            tracks.append(made_anew)
        else:
            tracks.append(track)
    made = replace(song, tracks=tuple(tracks), next_id=next_id)
    if track_ids is not None:
        return made
    return replace(made, timeline=_timeline_of(song, placed), foreign=tuple(_events_of(song.foreign, placed)))


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Without empty stretches, and neighbours that were neighbours before as one piece: nothing is cut between them."""
    made: list[Piece] = []
    for piece in pieces:
        if not piece.span.length_ticks:
            continue
        if made and _goes_on(made[-1], piece):
            made[-1] = replace(made[-1], span=Span(made[-1].span.start_tick, piece.span.end_tick))
        else:
            made.append(piece)
    return made


def _goes_on(one: Piece, other: Piece) -> bool:
    alike = one.is_copy == other.is_copy and not one.is_empty and not other.is_empty
    return alike and one.span.end_tick == other.span.start_tick


def _placed(pieces: Sequence[Piece]) -> list[Placed]:
    at, made = 0, []
    for piece in pieces:
        made.append(Placed(piece, at))
        at += piece.span.length_ticks
    return made


def _track_of(track: Track, placed: Sequence[Placed], next_id: int) -> tuple[Track, int]:
    parts = [_rows_of(track.notes.rows, here, there) for here, there in _with_next(placed)]
    rows = np.concatenate(parts) if parts else track.notes.rows[:0]
    fresh = rows["id"] == 0
    rows["id"][fresh] = np.arange(next_id, next_id + int(fresh.sum()))
    next_id += int(fresh.sum())
    clips, next_id = _clips_of(track.clips, placed, next_id)
    controls = controls_of(track, placed, _events_of(track.controls.foreign, placed)) if track.controls else track.controls
    kept = _locks_of(track.locks, placed)
    same = len(rows) == 0 == len(track.notes) and not clips and controls is track.controls and kept == track.locks
    return (track if same else replace(track, notes=Notes(rows), clips=clips, controls=controls, locks=kept)), next_id


def _with_next(placed: Sequence[Placed]) -> Iterator[tuple[Placed, Piece | None]]:
    for index, here in enumerate(placed):
        yield here, placed[index + 1].piece if index + 1 < len(placed) else None


def _rows_of(rows: Rows, here: Placed, following: Piece | None) -> Rows:
    """The notes that begin in a piece, at their new place; copies with the id 0. What rings past its end is cut there,
    goes on into what followed, or rings into silence."""
    span = here.piece.span
    first, last = np.searchsorted(rows["start"], (span.start_tick, span.end_tick))
    if here.piece.is_empty:
        return rows[:0].copy()
    part: Rows = rows[first:last].copy()
    if following is not None and not following.is_empty:
        end = ends(part)
        resumes = following.span.start_tick if following.span.start_tick >= span.end_tick else END_OF_TIME
        kept = np.minimum(end, span.end_tick) + np.maximum(0, end - resumes)
        part["length"] = kept - part["start"]
    part["start"] += here.by
    if here.piece.is_copy:
        part["id"] = 0
        part["flags"] &= ~np.uint8(LOCKED)
    return part


def _locks_of(spans: Locks, placed: Iterable[Placed]) -> Locks:
    """What was locked is so at its new place; copies are not."""
    made = []
    for piece, by in ((here.piece, here.by) for here in placed if not here.piece.is_copy and not here.piece.is_empty):
        inside = (span for span in spans if span.overlaps(piece.span))
        made += [Span(max(s.start_tick, piece.span.start_tick), min(s.end_tick, piece.span.end_tick)).moved(by) for s in inside]
    return joined(made)


def _clips_of(clips: Iterable[AudioClip], placed: Sequence[Placed], next_id: int) -> tuple[tuple[AudioClip, ...], int]:
    made = []
    for here in placed:
        for clip in clips:
            if clip.start_tick in here.piece.span and not here.piece.is_empty:
                identity = next_id if here.piece.is_copy else clip.id
                next_id += here.piece.is_copy
                made.append(replace(clip, id=identity, start_tick=clip.start_tick + here.by))
    return tuple(made), next_id


def _events_of(events: Iterable[ForeignEvent], placed: Sequence[Placed]) -> Iterator[ForeignEvent]:
    listed = tuple(events)
    for here in placed:
        if not here.piece.is_empty:
            inside = (event for event in listed if event.tick in here.piece.span)
            yield from (replace(event, tick=event.tick + here.by) for event in inside)


# The timeline


def _timeline_of(song: Song, placed: Sequence[Placed]) -> Timeline:
    timeline = song.timeline
    markers = _markers_of(timeline, placed, song.end_tick)
    return Timeline(_tempos_of(timeline, placed), _meters_of(timeline, placed), _keys_of(timeline, placed), markers)


def _tempos_of(timeline: Timeline, placed: Sequence[Placed]) -> tuple[TempoChange, ...]:
    made: list[TempoChange] = []
    for here in placed:
        span = here.piece.span
        set_there = timeline.tempo_change_at(span.start_tick)
        first = TempoChange(
            here.at, timeline.tempo_at(span.start_tick).us_per_beat, set_there.is_ramp and not here.piece.is_empty
        )
        inside = [] if here.piece.is_empty else [c for c in timeline.tempos if span.start_tick < c.tick < span.end_tick]
        for change in (first, *(c._replace(tick=c.tick + here.by) for c in inside)):
            if not made or change.is_ramp or made[-1].is_ramp or change.us_per_beat != made[-1].us_per_beat:
                made.append(change)
    return tuple(made)


def _meters_of(timeline: Timeline, placed: Sequence[Placed]) -> tuple[MeterChange, ...]:
    made: list[MeterChange] = []
    for here in placed:
        span = here.piece.span
        inside = [] if here.piece.is_empty else [c for c in timeline.meters if span.start_tick < c.tick < span.end_tick]
        for change in (
            timeline.meter_at(span.start_tick)._replace(tick=here.at),
            *(c._replace(tick=c.tick + here.by) for c in inside),
        ):
            if not made or change[1:] != made[-1][1:] or (change.tick - made[-1].tick) % made[-1].bar_ticks:
                made.append(change)
    return tuple(made)


def _keys_of(timeline: Timeline, placed: Sequence[Placed]) -> tuple[KeyChange, ...]:
    made: list[KeyChange] = []
    for here in placed:
        span, key = here.piece.span, timeline.key_at(here.piece.span.start_tick)
        inside = [] if here.piece.is_empty else [c for c in timeline.keys if span.start_tick < c.tick < span.end_tick]
        first = [KeyChange(here.at, key)] if key is not None else []
        for change in (*first, *(c._replace(tick=c.tick + here.by) for c in inside)):
            if not made or change.key != made[-1].key:
                made.append(change)
    return tuple(made)


def _markers_of(timeline: Timeline, placed: Sequence[Placed], end_tick: int) -> tuple[Marker, ...]:
    """Markers move with their places; where the rest of a section stands by itself, it keeps its name."""
    made: list[Marker] = []
    running: Marker | None = None
    for here in placed:
        span = here.piece.span
        if here.piece.is_empty:
            continue
        inside = [mark for mark in timeline.markers if mark.tick in span]
        before = [mark for mark in timeline.markers if mark.is_section and mark.tick <= span.start_tick]
        begins = any(mark.is_section and mark.tick == span.start_tick for mark in inside)
        is_music = before and not begins and span.start_tick < end_tick
        if is_music and (running is None or running[1:] != before[-1][1:]):
            made.append(before[-1]._replace(tick=here.at))
        made += [mark._replace(tick=mark.tick + here.by) for mark in inside]
        running = next((mark for mark in reversed(made) if mark.is_section), None)
    return tuple(made)

"""Merging: another song laid into this one as one undo step, as tracks of its own or onto a track that is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.edits import merging_time
from studio.edits.history import Edit
from studio.errors import UnsupportedRequest
from studio.song.controls import Controls, ForeignEvent
from studio.song.notes import LOCKED, Notes, Rows
from studio.song.rows import copied_rows, joined
from studio.song.song import TRACK_COLOURS, Song, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Tick
from studio.words import tr

_SYSTEM = (b"\xf0", b"\xf7")
_LONGEST_LABEL = 60


def merge(
    other: Song,
    at_tick: Tick,
    label: str = "",
    *,
    onto: int | None = None,
    takes_tempo: bool = False,
    sounds: Collection[str] = (),
) -> Edit:
    """Lay `other` into the song, its beginning at a tick (which should be a bar line), its beats on beats.

    Without `onto` its tracks come below those that are there; with it all its notes of that track's kind go onto that track.
    Notes that are there stay as they are: others of their pitch give way. `takes_tempo`: its tempos and meters hold as long
    as it lasts. Of its sounds only those are taken along whose SHA-256 is among `sounds`.
    """
    words = label or tr("Import {title}", title=other.title[:_LONGEST_LABEL])

    def apply(song: Song) -> Song:
        made = with_tracks_of(song, other, at_tick, sounds) if onto is None else with_notes_of(song, other, at_tick, onto)
        timeline = (
            merging_time.taken_over(song, other, at_tick) if takes_tempo else merging_time.with_markers(song, other, at_tick)
        )
        return made if timeline == song.timeline else replace(made, timeline=timeline)

    return Edit(words, apply)


def with_tracks_of(song: Song, other: Song, at_tick: Tick, sounds: Collection[str] = ()) -> Song:
    """The tracks of another song below those of this one, with names, instruments, mixer and controllers, under fresh ids.

    They come unlocked and thawed, and on solo none.
    """
    tracks = [track for track in other.tracks if _holds_something(track, sounds)]
    ids = _Ids(song.next_id)
    track_ids = {track.id: ids.next() for track in tracks}
    group_ids = {group.id: ids.next() for group in other.groups if any(track.group == group.id for track in tracks)}
    origin_ids = {origin.id: ids.next() for origin in other.origins}
    colour_of = _colours(song, tracks)
    made = []
    for track in tracks:
        fresh = replace(
            track,
            id=track_ids[track.id],
            colour=colour_of[track.id],
            group=group_ids.get(track.group, 0),
            strip=replace(track.strip, is_solo=False),
            notes=Notes(ids.dealt(_moved(track.notes.rows, at_tick, origin_ids))),
            controls=_controls(track.controls, at_tick),
            clips=tuple(_clips(track.clips, at_tick, ids, origin_ids, sounds)),
        )
        made.append(replace(fresh, is_frozen=False, is_locked=False, locks=(), is_hidden=False))
    groups = [replace(group, id=group_ids[group.id]) for group in other.groups if group.id in group_ids]
    groups = [replace(group, strip=replace(group.strip, is_solo=False)) for group in groups]
    origins = [replace(each, id=origin_ids[each.id], parent=origin_ids.get(each.parent, 0)) for each in other.origins]
    demands = [
        replace(each, track_id=track_ids[each.track_id], follows=None if each.follows is None else track_ids.get(each.follows))
        for each in other.constraints
        if each.track_id in track_ids
    ]
    kept = (each for each in demands if not each.is_free)
    return replace(
        song,
        tracks=(*song.tracks, *made),
        groups=(*song.groups, *groups),
        origins=(*song.origins, *origins),
        constraints=tuple(sorted((*song.constraints, *kept), key=lambda each: each.track_id)),
        foreign=_in_order((*song.foreign, *_events(other.foreign, at_tick))),
        next_id=ids.free,
    )


def with_notes_of(song: Song, other: Song, at_tick: Tick, onto: int) -> Song:
    """The notes of another song that suit a track, laid onto it; UnsupportedRequest where none does."""
    track = song.track(onto)
    reason = misfit(track, other)
    if reason:
        raise UnsupportedRequest(reason, tr("Add its tracks, or choose another one."))
    rows = joined([each.notes.rows for each in suiting(track, other)])
    origin_ids = {origin.id: song.next_id + at for at, origin in enumerate(other.origins)}
    origins = [replace(each, id=origin_ids[each.id], parent=origin_ids.get(each.parent, 0)) for each in other.origins]
    ids = _Ids(song.next_id + len(origins))
    fresh = ids.dealt(_moved(rows, at_tick, origin_ids))
    first = song.next_id

    def is_there(both: Rows) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = both["id"] < first
        return found

    laid = track.with_notes(track.notes.laid(fresh, held=is_there))
    return replace(song.with_track(laid), origins=(*song.origins, *origins), next_id=ids.free)


def suiting(track: Track, other: Song) -> tuple[Track, ...]:
    """The tracks of another song whose notes can go onto this one: drums to drums, the rest to the rest."""
    if track.is_audio:
        return ()
    alike = (each for each in other.tracks if len(each.notes) and each.instrument.is_drum == track.instrument.is_drum)
    return tuple(alike)


def misfit(track: Track, other: Song) -> str:
    """Why no notes of another song can go onto a track; empty where some can."""
    if track.is_audio:
        return tr("«{track}» holds sound, not notes.", track=track.name)
    if suiting(track, other):
        return ""
    if not other.note_count:
        return tr("«{title}» has no notes.", title=other.title)
    if track.instrument.is_drum:
        return tr("«{track}» plays drums, and «{title}» has none.", track=track.name, title=other.title)
    return tr("«{title}» has nothing but drums, and «{track}» plays none.", track=track.name, title=other.title)


class _Ids:
    """Deals fresh ids."""

    def __init__(self, free: int) -> None:
        self.free = free

    def next(self) -> int:
        self.free += 1
        return self.free - 1

    def dealt(self, rows: Rows) -> Rows:
        """The rows, which are the caller's own, with fresh ids."""
        rows["id"] = np.arange(self.free, self.free + len(rows))
        self.free += len(rows)
        return rows


def _holds_something(track: Track, sounds: Collection[str]) -> bool:
    return bool(len(track.notes) or track.controls or any(clip.sha256 in sounds for clip in track.clips))


def _colours(song: Song, tracks: list[Track]) -> dict[int, int]:
    """The colours they have, where somebody chose them; those that were only dealt in turn are dealt on from ours."""
    in_turn = all(track.colour == at % TRACK_COLOURS for at, track in enumerate(tracks))
    first = len(song.tracks) if in_turn else 0
    return {track.id: (first + at) % TRACK_COLOURS if in_turn else track.colour for at, track in enumerate(tracks)}


def _moved(rows: Rows, by_ticks: int, origin_ids: Mapping[int, int]) -> Rows:
    moved = copied_rows(rows)
    moved["start"] += by_ticks
    moved["flags"] &= ~np.uint8(LOCKED)
    if origin_ids:
        known = np.array([0, *sorted(origin_ids)], np.int64)
        fresh = np.array([0, *(origin_ids[id_] for id_ in sorted(origin_ids))], np.int64)
        at = np.minimum(np.searchsorted(known, moved["origin"]), len(known) - 1)
        moved["origin"] = np.where(known[at] == moved["origin"], fresh[at], 0)
    else:
        moved["origin"] = 0
    return moved


def _controls(controls: Controls, by_ticks: int) -> Controls:
    if not controls:
        return Controls.EMPTY
    points = controls.drawn.copy()
    points["tick"] += by_ticks
    return Controls(points, _events(controls.foreign, by_ticks))


def _events(events: Iterable[ForeignEvent], by_ticks: int) -> Iterable[ForeignEvent]:
    """Texts at their new place. System messages are left out: most of them reset the whole synthesiser, and what plays on it."""
    return (replace(each, tick=each.tick + by_ticks) for each in events if each.data[:1] not in _SYSTEM)


def _in_order(events: tuple[ForeignEvent, ...]) -> tuple[ForeignEvent, ...]:
    return tuple(sorted(events, key=lambda event: event.tick))


def _clips(
    clips: Iterable[AudioClip], by_ticks: int, ids: _Ids, origin_ids: Mapping[int, int], sounds: Collection[str]
) -> Iterable[AudioClip]:
    for clip in clips:
        if clip.sha256 in sounds:
            place, origin = clip.start_tick + by_ticks, origin_ids.get(clip.origin, 0)
            yield replace(clip, id=ids.next(), start_tick=place, origin=origin)


def lost(before: Song, after: Song, other: Song, onto: int) -> int:
    """How many notes became one with notes that were there already."""
    meant = sum(len(track.notes) for track in suiting(before.track(onto), other))
    return meant - (after.note_count - before.note_count)

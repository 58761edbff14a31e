"""The guard at the door to every change: what is locked stays as it is, whoever asks (workstation.md 6.1)."""

from __future__ import annotations

import numpy as np

from studio.errors import UnsupportedRequest
from studio.song.notes import Rows
from studio.song.song import Song, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.words import mark, tr

UNLOCK_NOTES, UNLOCK_BARS = mark("Unlock them first (K)."), mark("Unlock them first (Shift+K).")
UNFREEZE = mark("Unfreeze it first (Track > Freeze).")
UNLOCK_TRACK = mark("Unlock it first: the padlock in its row.")


class LockedThere(UnsupportedRequest):
    """An edit would change what is locked."""


def assert_keeps_locked(before: Song, after: Song) -> None:
    """LockedThere when the song after an edit lacks or alters anything that was locked, or has more where it is shut."""
    left = {track.id: track for track in after.tracks}
    for track in before.tracks:
        now = left.get(track.id)
        if now is track:
            continue
        if now is None:
            if holds_locked(track):
                raise refusal(before, track)
            continue
        if (track.is_locked, track.locks) != (now.is_locked, now.locks):
            raise refusal(before, track)
        place = _altered(track, now)
        if place is not None:
            raise refusal(before, track, place)


def assert_keeps_frozen(before: Song, after: Song) -> None:
    """UnsupportedRequest when the sound of a track that is frozen would be another after an edit."""
    left = {track.id: track for track in after.tracks}
    for track in before.tracks:
        now = left.get(track.id)
        if track.is_frozen and now is not None and now.is_frozen and now is not track and _sounds_otherwise(track, now):
            raise UnsupportedRequest(tr("«{track}» is frozen, so nothing was changed.", track=track.name), tr(UNFREEZE))


def _sounds_otherwise(track: Track, now: Track) -> bool:
    """Fader, pan, mute and solo come after what is frozen."""
    was, will = track.strip, now.strip
    if (was.reverb, was.chorus, track.instrument) != (will.reverb, will.chorus, now.instrument):
        return True
    if track.controls is not now.controls and track.controls != now.controls:
        return True
    return track.notes is not now.notes and track.notes != now.notes


def holds_locked(track: Track) -> bool:
    """Whether anything on the track is locked."""
    return track.holds_locked


def refusal(song: Song, track: Track, tick: int | None = None) -> LockedThere:
    """Why nothing was changed, and how to unlock what is in the way."""
    if track.is_locked:
        return LockedThere(tr("«{track}» is locked, so nothing was changed.", track=track.name), tr(UNLOCK_TRACK))
    lock = next((span for span in track.locks if tick is None or tick in span), None)
    if lock is None:
        return LockedThere(tr("Locked notes of «{track}» stay as they are.", track=track.name), tr(UNLOCK_NOTES))
    places = {"bars": bars_words(song, lock), "track": track.name}
    if _bar_count(song, lock) > 1:
        return LockedThere(tr("{bars} of «{track}» are locked, so nothing was changed.", **places), tr(UNLOCK_BARS))
    return LockedThere(tr("{bars} of «{track}» is locked, so nothing was changed.", **places), tr("Unlock it first (Shift+K)."))


def bars_words(song: Song, span: Span) -> str:
    """Such as "Bar 5" or "Bars 5-8"."""
    first = song.timeline.bar_of(span.start_tick)
    last = first + _bar_count(song, span) - 1
    return tr("Bar {first}", first=first) if first == last else tr("Bars {first}-{last}", first=first, last=last)


def _bar_count(song: Song, span: Span) -> int:
    timeline = song.timeline
    return timeline.bar_of(max(span.start_tick, span.end_tick - 1)) - timeline.bar_of(span.start_tick) + 1


def _altered(track: Track, now: Track) -> int | None:
    """The tick of something locked that is other now, or of something new where it is shut; None where all is as it was."""
    if now.notes is not track.notes:
        place = _notes_altered(track, now)
        if place is not None:
            return place
    if not (track.is_locked or track.locks):
        return None
    if now.controls is not track.controls:
        old, new = (points[track.shut(points["tick"])] for points in (track.controls.drawn, now.controls.drawn))
        if not np.array_equal(old, new):
            return int((old if len(old) else new)["tick"][0])
    if now.clips is not track.clips:
        was, are = (_clips_where_shut(track, each) for each in (track, now))
        if was != are:
            return int((was or are)[0].start_tick)
    return None


def _notes_altered(track: Track, now: Track) -> int | None:
    if not track.holds_locked:
        return None
    old, new = track.notes.apart_from(now.notes)  # all that differs is among these few
    held = _by_id(old[track.locked(old)])
    is_held = np.isin(new["id"], held["id"])
    stayed, came = _by_id(new[is_held]), new[~is_held]
    came = came[track.shut(came["start"])]
    if len(came):
        return int(came["start"][0])
    if len(stayed) != len(held):
        gone = held[~np.isin(held["id"], stayed["id"])]
        return int(gone["start"][0])
    differs = held != stayed
    return int(held["start"][differs][0]) if differs.any() else None


def _by_id(rows: Rows) -> Rows:
    return rows[np.argsort(rows["id"])]


def _clips_where_shut(track: Track, of: Track) -> list[AudioClip]:
    starts = np.array([clip.start_tick for clip in of.clips], np.int64)
    return [clip for clip, is_shut in zip(of.clips, track.shut(starts).tolist(), strict=True) if is_shut]

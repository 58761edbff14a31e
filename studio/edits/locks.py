"""Locks of bars and of whole tracks; those of notes are `notes.set_locked`."""

from __future__ import annotations

from dataclasses import replace

from studio.edits.guard import bars_words
from studio.edits.history import Edit
from studio.song.locks import holds, joined, without
from studio.song.region import Region
from studio.song.song import Song
from studio.words import tr


def set_bars_locked(region: Region, locked: bool) -> Edit:
    """Lock a stretch of some tracks, or unlock it: what begins there nobody changes, and nothing is added."""

    def apply(song: Song) -> Song:
        for track_id in region.track_ids:
            track = song.track(track_id)
            spans = joined((*track.locks, region.span)) if locked else without(track.locks, region.span)
            if spans != track.locks:
                song = song.with_track(replace(track, locks=spans))
        return song

    return Edit(tr("Lock bars") if locked else tr("Unlock bars"), apply, over_locks=True)


def set_track_locked(track_id: int, locked: bool) -> Edit:
    """Lock all of a track, mixer and instrument apart; unlocking it leaves its locked bars and notes as they are."""

    def apply(song: Song) -> Song:
        track = song.track(track_id)
        return song if track.is_locked == locked else song.with_track(replace(track, is_locked=locked))

    return Edit(tr("Lock track") if locked else tr("Unlock track"), apply, over_locks=True)


def are_locked(song: Song, region: Region) -> bool:
    """Whether all of these bars are locked on all of these tracks."""
    return all(holds(song.track(track_id).locks, region.span) for track_id in region.track_ids)


def words(song: Song, region: Region, locked: bool) -> str:
    """What the status line says of bars that were locked or unlocked."""
    bars = bars_words(song, region.span)
    names = ", ".join(f"«{song.track(track_id).name}»" for track_id in region.track_ids)
    if locked:
        return tr("{bars} of {tracks}: locked. Nothing changes them until Shift+K unlocks them.", bars=bars, tracks=names)
    return tr("{bars} of {tracks}: unlocked.", bars=bars, tracks=names)

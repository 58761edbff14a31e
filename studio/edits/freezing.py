"""Frozen tracks: they play the sound that was rendered of them, and whoever would change what is in it is asked to unfreeze."""

from __future__ import annotations

from dataclasses import replace

from studio.edits.history import Edit
from studio.errors import UnsupportedRequest
from studio.song.song import Song
from studio.words import tr


def freeze(track_id: int) -> Edit:
    def apply(song: Song) -> Song:
        track = song.track(track_id)
        if track.is_audio:
            raise UnsupportedRequest(tr("«{track}» holds recorded sound: there is nothing to freeze.", track=track.name))
        return song.with_track(replace(track, is_frozen=True))

    return Edit(tr("Freeze track"), apply)


def unfreeze(track_id: int) -> Edit:
    return Edit(tr("Unfreeze track"), lambda song: song.with_track(replace(song.track(track_id), is_frozen=False)))

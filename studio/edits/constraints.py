"""Edits of what models keep to on a track."""

from __future__ import annotations

from dataclasses import replace

from studio.edits.history import Edit, GestureId
from studio.song.constraint import Constraint
from studio.song.song import Song
from studio.words import tr

Demands = tuple[Constraint, ...]


def constrain(wanted: Constraint, label: str = "", gesture: GestureId | None = None) -> Edit:
    """From now on takes on its track keep to this; to nothing when it demands nothing."""

    def apply(song: Song) -> Song:
        if song.constraint(wanted.track_id) == wanted or not song.has_track(wanted.track_id):
            return song
        return replace(song, constraints=_with(song, wanted))

    return Edit(label or tr("Change constraints"), apply, gesture)


def without(song: Song, track_id: int) -> Demands:
    """The demands when a track is gone: none is left of it, and nobody follows its chords."""
    rest = [each for each in song.constraints if each.track_id != track_id]
    freed = (replace(each, follows=None) if each.follows == track_id else each for each in rest)
    return tuple(each for each in freed if not each.is_free)


def copied(song: Song, track_id: int, to_id: int) -> Demands:
    """The demands when a track was copied: the copy keeps to the same."""
    own = song.constraint(track_id)
    return song.constraints if own.is_free else _with(song, replace(own, track_id=to_id))


def _with(song: Song, wanted: Constraint) -> Demands:
    rest = [each for each in song.constraints if each.track_id != wanted.track_id]
    return tuple(sorted(rest if wanted.is_free else [*rest, wanted], key=lambda each: each.track_id))

"""What two states of a song do not share, note by note: for the difference view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.song.notes import Notes, Rows
from studio.song.song import Song
from studio.words import counted, tr

_SOUNDING = ("start", "length", "pitch", "velocity")


@dataclass(frozen=True, slots=True, eq=False)
class TrackDifference:
    """One track's notes: in both, only before, only after. A note that was moved or changed stands in both of the last."""

    name: str
    same: Rows
    gone: Rows
    new: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    tracks: tuple[TrackDifference, ...]
    others: tuple[str, ...]
    """What differs beside notes, in words."""

    @property
    def is_same(self) -> bool:
        return not self.others and not any(len(track.gone) or len(track.new) for track in self.tracks)

    def words(self) -> str:
        """One sentence."""
        if self.is_same:
            return tr("Both are the same.")
        gone, new = (sum(len(getattr(track, name)) for track in self.tracks) for name in ("gone", "new"))
        notes = [tr("{notes} gone", notes=_notes(gone))] * bool(gone) + [tr("{notes} new", notes=_notes(new))] * bool(new)
        return f"{', '.join([*notes, *self.others])}."


def compare(before: Song, after: Song) -> Comparison:
    """Tracks are matched by id, notes by what is heard of them: when, how long, which, how loud."""
    names = {track.id: track.name for track in (*before.tracks, *after.tracks)}
    tracks = tuple(_track(name, _notes_of(before, track_id), _notes_of(after, track_id)) for track_id, name in names.items())
    return Comparison(tracks, tuple(_others(before, after)))


def _notes_of(song: Song, track_id: int) -> Notes:
    return song.track(track_id).notes if song.has_track(track_id) else Notes.EMPTY


def _track(name: str, before: Notes, after: Notes) -> TrackDifference:
    old, new = before.rows, after.rows
    if before is after:
        return TrackDifference(name, new, old[:0], new[:0])
    old_keys, new_keys = _keys(old), _keys(new)
    stays = np.isin(new_keys, old_keys)
    return TrackDifference(name, new[stays], old[~np.isin(old_keys, new_keys)], new[~stays])


def _keys(rows: Rows) -> NDArray[np.void]:
    columns = np.empty(len(rows), [(name, np.int64) for name in _SOUNDING])
    for name in _SOUNDING:
        columns[name] = rows[name]
    return columns


def _others(before: Song, after: Song) -> list[str]:
    old, new = {track.id for track in before.tracks}, {track.id for track in after.tracks}
    said = []
    if old - new:
        said.append(counted(len(old - new), "{n} track gone", "{n} tracks gone"))
    if new - old:
        said.append(counted(len(new - old), "{n} track new", "{n} tracks new"))
    shared = [(before.track(track_id), after.track(track_id)) for track_id in old & new]
    if any(was.strip != now.strip or was.instrument != now.instrument for was, now in shared) or before.master != after.master:
        said.append(tr("another mix"))
    if any(was.controls != now.controls for was, now in shared):
        said.append(tr("other controllers"))
    if before.timeline != after.timeline:
        said.append(tr("another tempo, meter, key or sections"))
    return said


def _notes(count: int) -> str:
    return counted(count, "{n} note", "{n} notes")

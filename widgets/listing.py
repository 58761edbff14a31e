"""Listing: what the track list and the mixer show, in order: groups, the tracks in them, and tracks by themselves."""

from __future__ import annotations

from studio.song.mixing import Group
from studio.song.song import Song, Track


def listed(song: Song, with_hidden: bool) -> list[Group | Track]:
    """Each group ahead of its members; those of a folded group and hidden tracks are left out."""
    entries: list[Group | Track] = []
    begun: set[int] = set()
    for track in song.tracks:
        if track.is_hidden and not with_hidden:
            continue
        group = song.group(track.group) if track.group else None
        if group is not None and group.id not in begun:
            begun.add(group.id)
            entries.append(group)
        if group is None or not group.is_folded:
            entries.append(track)
    return entries


def shown_ids(song: Song, with_hidden: bool) -> list[int]:
    """The tracks among them."""
    return [entry.id for entry in listed(song, with_hidden) if isinstance(entry, Track)]

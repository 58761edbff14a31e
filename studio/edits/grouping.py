"""Edits of groups: tracks under one name and one fader, side by side; a group that has no member left is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from studio.edits.history import Edit, GestureId
from studio.errors import UnsupportedRequest
from studio.song.mixing import Group, Strip
from studio.song.song import TRACK_COLOURS, Song, Track
from studio.words import tr

LONGEST_NAME = 255


def group_tracks(track_ids: Collection[int], name: str = "") -> Edit:
    """Put these tracks into a new group, below the first of them."""

    def apply(song: Song) -> Song:
        members = [replace(track, group=song.next_id) for track in song.tracks if track.id in track_ids]
        if not members:
            raise UnsupportedRequest(tr("A group needs a track."), tr("Choose one first."))
        title = cleaned(name) or tr("Group {count}", count=len(song.groups) + 1)
        group = Group(song.next_id, title, members[0].colour)
        at = next(index for index, track in enumerate(song.tracks) if track.id in track_ids)
        rest = [track for track in song.tracks if track.id not in track_ids]
        tracks = (*rest[:at], *members, *rest[at:])
        return tidy(replace(song, tracks=tracks, groups=(*song.groups, group), next_id=song.next_id + 1))

    return Edit(tr("Group tracks"), apply)


def join_group(track_id: int, group_id: int) -> Edit:
    """Put a track at the end of a group."""

    def apply(song: Song) -> Song:
        joining = replace(song.track(track_id), group=group_id)
        others = [track for track in song.tracks if track.id != track_id]
        places = [index for index, track in enumerate(others) if track.group == group_id]
        if not places:
            return song
        others.insert(places[-1] + 1, joining)
        return tidy(replace(song, tracks=tuple(others)))

    return Edit(tr("Move into group"), apply)


def leave_group(track_id: int) -> Edit:
    """Take a track out of its group, to the place below it."""

    def apply(song: Song) -> Song:
        leaving = song.track(track_id)
        if not leaving.group:
            return song
        others = [track for track in song.tracks if track.id != track_id]
        places = [index for index, track in enumerate(others) if track.group == leaving.group]
        at = places[-1] + 1 if places else song.tracks.index(leaving)
        others.insert(at, replace(leaving, group=0))
        return tidy(replace(song, tracks=tuple(others)))

    return Edit(tr("Take out of group"), apply)


def ungroup(group_id: int) -> Edit:
    """The tracks stay where they are, under no group's fader."""

    def apply(song: Song) -> Song:
        members = [replace(track, group=0) for track in song.tracks if track.group == group_id]
        return tidy(song.with_tracks(members))

    return Edit(tr("Ungroup"), apply)


def move_group(group_id: int, by: int) -> Edit:
    """Put a group with its tracks before the track or group ahead of it, or behind the next one."""

    def apply(song: Song) -> Song:
        blocks = _blocks(song.tracks)
        at = next((index for index, block in enumerate(blocks) if block[0].group == group_id), None)
        if at is None:
            return song
        moving = blocks.pop(at)
        blocks.insert(max(0, min(at + by, len(blocks))), moving)
        return replace(song, tracks=tuple(track for block in blocks for track in block))

    return Edit(tr("Reorder tracks"), apply)


def rename_group(group_id: int, name: str) -> Edit:
    title = cleaned(name)
    if not title:
        raise UnsupportedRequest(tr("A group needs a name."), tr("Type at least one letter."))
    return _group_edit(tr("Rename group to {name}", name=title), group_id, name=title)


def set_group_colour(group_id: int, colour: int) -> Edit:
    return _group_edit(tr("Change colour of group"), group_id, colour=colour % TRACK_COLOURS)


def fold_group(group_id: int, is_folded: bool) -> Edit:
    return _group_edit(tr("Fold group") if is_folded else tr("Unfold group"), group_id, is_folded=is_folded)


def set_group_strip(group_id: int, strip: Strip, label: str, gesture: GestureId | None = None) -> Edit:
    """Fader and buttons of the group, which hold for all its members."""
    gain_db = min(6.0, max(-120.0, strip.gain_db))
    return _group_edit(label, group_id, gesture, strip=replace(strip, gain_db=gain_db))


def moved(song: Song, track_id: int, to_index: int) -> Song:
    """With a track at another place in the order. Between two members of a group it becomes one; away from its own it is none."""
    moving = song.track(track_id)
    others = [track for track in song.tracks if track.id != track_id]
    at = max(0, min(to_index, len(others)))
    above = others[at - 1].group if at else 0
    below = others[at].group if at < len(others) else 0
    stays = moving.group if moving.group in (above, below) else 0
    others.insert(at, replace(moving, group=above if above and above == below else stays))
    return tidy(replace(song, tracks=tuple(others)))


def tidy(song: Song) -> Song:
    """Without groups that have no member."""
    used = {track.group for track in song.tracks}
    kept = tuple(group for group in song.groups if group.id in used)
    return song if len(kept) == len(song.groups) else replace(song, groups=kept)


def cleaned(name: str) -> str:
    """A name as it can be shown on one line."""
    return "".join(sign for sign in name if sign.isprintable()).strip()[:LONGEST_NAME]


def _blocks(tracks: Iterable[Track]) -> list[list[Track]]:
    """Tracks by themselves, and the members of each group together."""
    blocks: list[list[Track]] = []
    for track in tracks:
        if track.group and blocks and blocks[-1][0].group == track.group:
            blocks[-1].append(track)
        else:
            blocks.append([track])
    return blocks


def _group_edit(label: str, group_id: int, gesture: GestureId | None = None, **fields: Any) -> Edit:
    def apply(song: Song) -> Song:
        changed = tuple(replace(group, **fields) if group.id == group_id else group for group in song.groups)
        return replace(song, groups=changed)

    return Edit(label, apply, gesture)

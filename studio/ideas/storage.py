"""The tree in the project file: each idea as its difference from the one it grew from, so that a hundred cost little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studio.errors import UnreadableFile
from studio.files.fields import HIGHEST, Fields
from studio.files.loading import load_json
from studio.files.project import SCHEMA
from studio.files.song_json import rows_from_json, rows_to_json, song_from_json, song_to_json
from studio.files.upgrades import upgraded
from studio.ideas.tree import BESIDE, LONGEST_NAME, MOST_IDEAS, Idea, Tree
from studio.song.check import check
from studio.song.difference import Difference, NoteDifference, applied, difference
from studio.song.song import Song
from studio.strict_json import dumped
from studio.words import tr

FORMAT = 1
FOLDER = "history/"
TREE = "history/ideas.json"

Json = dict[str, Any]


def members(tree: Tree) -> dict[str, bytes]:
    """The tree as members of a project; equal trees give equal bytes."""
    listed = [
        {
            "id": idea.id,
            "parent": idea.parent,
            "name": idea.name,
            "made": idea.made,
            "starred": idea.is_starred,
            "named": idea.is_named,
        }
        for idea in tree.ideas
    ]
    found = {TREE: dumped({"format": FORMAT, "schema": SCHEMA, "at": tree.at, "ideas": listed})}
    for idea in tree.ideas:
        parent = tree.by_id.get(idea.parent)
        found[_member(idea.id)] = dumped(_change_to_json(difference(Song() if parent is None else parent.song, idea.song)))
    return found


def tree_of(extras: Mapping[str, bytes]) -> tuple[Tree | None, str]:
    """The tree of a project, and what was wrong with it in a sentence; None when there is none, or it cannot be read."""
    if TREE not in extras:
        return None, ""
    try:
        return _read(extras), ""
    except UnreadableFile as problem:
        reason = problem.message.rstrip(".")
        return None, tr("The ideas of this song could not be read; the song itself is all there ({reason}).", reason=reason)


def extras_with(extras: Mapping[str, bytes], beside: Mapping[str, object]) -> dict[str, bytes]:
    """A project's further members, with the tree the session keeps; what could not be read stays as it was."""
    tree = beside.get(BESIDE)
    if not isinstance(tree, Tree):
        return dict(extras)
    others = {name: data for name, data in extras.items() if not name.startswith(FOLDER)}
    return others | (members(tree) if tree.ideas else {})


def _member(idea_id: int) -> str:
    return f"{FOLDER}{idea_id:04}.json"


def _read(extras: Mapping[str, bytes]) -> Tree:
    value = load_json(extras[TREE], TREE)
    fields = Fields(value if isinstance(value, dict) else {}, "", TREE)
    if fields.whole("format", 1) > FORMAT or fields.whole("schema", 1) > SCHEMA:
        raise UnreadableFile(tr("They were made by a later Ricercar. Update it."))
    listed = fields.inners("ideas")
    if len(listed) > MOST_IDEAS:
        raise UnreadableFile(tr("There are more than {most} ideas.", most=MOST_IDEAS))
    songs: dict[int, Song] = {0: Song()}
    ideas = []
    for item in listed:
        idea = _idea(item, songs, extras, fields.whole("schema", 1))
        songs[idea.id] = idea.song
        ideas.append(idea)
    at = fields.whole("at")
    return Tree(tuple(ideas), at if at in songs else 0)


def _idea(item: Fields, songs: Mapping[int, Song], extras: Mapping[str, bytes], schema: int) -> Idea:
    idea_id, parent = item.whole("id", 1), item.whole("parent")
    if parent not in songs or idea_id in songs or _member(idea_id) not in extras:
        raise item.refused("parent", tr("an idea before this one"))
    name, made = item.text("name"), item.text("made")
    if len(name) > LONGEST_NAME or len(made) > LONGEST_NAME:
        raise item.refused("name", tr("a text of at most {most} letters", most=LONGEST_NAME))
    member = _member(idea_id)
    song = _changed(load_json(extras[member], member), songs[parent], schema, member)
    return Idea(idea_id, parent, name, song, made, item.flag("starred"), item.flag("named"))


def _change_to_json(change: Difference) -> Json:
    notes = [
        {"track": each.track_id, "removed": list(each.removed), "added": rows_to_json(each.added)} for each in change.changes
    ]
    frame = replace(change.frame, tracks=change.tracks)
    return {"frame": song_to_json(frame), "order": list(change.order), "notes": notes}


def _changed(value: object, before: Song, schema: int, name: str) -> Song:
    fields = Fields(value if isinstance(value, dict) else {}, "", name)
    frame = song_from_json(upgraded(fields.inner("frame").values, schema), name)
    changes = tuple(
        NoteDifference(
            item.whole("track", 1), tuple(item.column("removed", 1, HIGHEST).tolist()), rows_from_json(item.inner("added"))
        )
        for item in fields.inners("notes")
    )
    order = tuple(fields.column("order", 1, HIGHEST).tolist())
    known = {track.id for track in (*before.tracks, *frame.tracks)}
    if len(set(order)) != len(order) or not known.issuperset(order) or not known.issuperset(each.track_id for each in changes):
        raise fields.refused("order", tr("tracks that are there, each once"))
    song = applied(Difference(replace(frame, tracks=()), order, frame.tracks, changes), before)
    faults = check(song)
    if faults:
        raise UnreadableFile(tr("One contradicts itself: {fault}", fault=faults[0]))
    return song

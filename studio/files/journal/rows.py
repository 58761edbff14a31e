"""Rows of the journal: what one edit changed, small and in bytes; and replay, which lets the last word on each thing stand.

A row is no command. It says what songs, tracks and notes are after it: fields of the song, heads of tracks, ids of notes that
went, notes that came. So replay need not build the songs in between: it keeps for every field, track and note what was said
last, and builds one song at the end (reliability.md R6).

In bytes: a mark, a checksum, the length of a JSON object, the object, then blocks of little-endian columns in the order
that it names them.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnreadableFile
from studio.files.project import SCHEMA
from studio.files.song_json import origin_to_json, song_from_json, song_to_json
from studio.files.upgrades import upgraded
from studio.song.controls import DRAWN, Controls, ForeignEvent
from studio.song.notes import ROW, Notes, Rows
from studio.song.song import Song, Track
from studio.words import mark, tr

Json = dict[str, Any]

PLAIN, PACKED = b"R", b"Z"
"""How a row begins: as it is, or deflated."""
PACKS_FROM = 1 << 16
_LENGTH = struct.Struct("<I")
_IDS = np.dtype("<i8")
_NOTE_BYTES, _POINT_BYTES = ROW.newbyteorder("<"), DRAWN.newbyteorder("<")
_SONG_FIELDS = tuple(each.name for each in fields(Song) if each.name not in ("tracks", "origins"))
_HEAD_FIELDS = tuple(each.name for each in fields(Track) if each.name not in ("notes", "controls"))


# Writing


def encoded(before: Song, after: Song) -> bytes:
    """What `after` has otherwise than `before`. Cost grows with what differs: what two songs share is not looked at."""
    said: Json = {}
    blocks: list[bytes] = []
    changed = [name for name in _SONG_FIELDS if getattr(before, name) is not getattr(after, name)]
    changed = [name for name in changed if getattr(before, name) != getattr(after, name)]
    if changed:
        whole = song_to_json(Song(**{name: getattr(after, name) for name in changed}))
        said["song"] = {name: whole[name] for name in changed}
    if before.origins is not after.origins:
        same = _same_length(before.origins, after.origins)
        said["origins"] = [same, [origin_to_json(origin) for origin in after.origins[same:]]]
    order = [track.id for track in after.tracks]
    if order != [track.id for track in before.tracks]:
        said["order"] = order
    old = {track.id: track for track in before.tracks}
    tracks = [_track_said(old.get(track.id), track, blocks) for track in after.tracks if old.get(track.id) is not track]
    if any(tracks):
        said["tracks"] = [each for each in tracks if each]
    words = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    row = b"".join((_LENGTH.pack(len(words)), words, *blocks))
    mark, body = (PACKED, zlib.compress(row, 1)) if len(row) >= PACKS_FROM else (PLAIN, row)
    return b"".join((mark, _LENGTH.pack(zlib.crc32(body)), body))


def _same_length(before: tuple[object, ...], after: tuple[object, ...]) -> int:
    """How many entries both begin with."""
    for index, (old, new) in enumerate(zip(before, after, strict=False)):
        if old is not new and old != new:
            return index
    return min(len(before), len(after))


def _track_said(old: Track | None, new: Track, blocks: list[bytes]) -> Json | None:
    """What is said of one track; its columns are added to the blocks."""
    said: Json = {"id": new.id}
    if old is None or any(getattr(old, name) != getattr(new, name) for name in _HEAD_FIELDS):
        head = replace(new, notes=Notes.EMPTY, controls=Controls.EMPTY)
        said["head"] = song_to_json(Song(tracks=(head,)))["tracks"][0]
    old_controls = Controls.EMPTY if old is None else old.controls
    if old_controls is not new.controls and old_controls != new.controls:
        drawn = new.controls.drawn.astype(_POINT_BYTES)
        said["controls"] = [len(drawn), [[event.tick, event.data.hex()] for event in new.controls.foreign]]
        blocks.append(drawn.tobytes())
    old_notes = Notes.EMPTY if old is None else old.notes
    if old_notes is not new.notes:
        removed, added = _notes_changed(old_notes, new.notes)
        if len(removed) or len(added):
            said["notes"] = [len(removed), len(added)]
            blocks += [removed.astype(_IDS).tobytes(), added.astype(_NOTE_BYTES).tobytes()]
    return said if len(said) > 1 else None


def _notes_changed(old_notes: Notes, new_notes: Notes) -> tuple[NDArray[np.int64], Rows]:
    """The ids that went, and the rows that came or are other now."""
    old, new = old_notes.apart_from(new_notes)
    old_by_id, new_by_id = old[np.argsort(old["id"])], new[np.argsort(new["id"])]
    _, at_old, at_new = np.intersect1d(old_by_id["id"], new_by_id["id"], assume_unique=True, return_indices=True)
    stays = np.zeros(len(new_by_id), bool)
    stays[at_new] = old_by_id[at_old] == new_by_id[at_new]
    removed: NDArray[np.int64] = np.setdiff1d(old["id"], new["id"], assume_unique=True)
    return removed, new_by_id[~stays]


# Reading


@dataclass(eq=False)
class _Said:
    """What the rows say of one track, and of its notes in the order it was said. `is_anew`: it was deleted, so that what the
    base has under this id counts no more."""

    is_anew: bool = False
    head: Json | None = None
    controls: Controls | None = None
    notes: list[tuple[NDArray[np.int64], Rows]] = field(default_factory=list)


class Replay:
    """Rows applied to a song, in order; `song` is where they lead."""

    def __init__(self, base: Song, schema: int = SCHEMA) -> None:
        """`schema` is that of the program that wrote the rows."""
        self._base, self._schema = base, schema
        self._said: Json = {}
        self._origins = [origin_to_json(origin) for origin in base.origins]
        self._has_origins = False
        self._order = [track.id for track in base.tracks]
        self._tracks: dict[int, _Said] = {}
        self.count = 0

    def take(self, row: bytes) -> None:
        """The next row; UnreadableFile where it is none, and then nothing of it is taken."""
        try:
            said, blocks = _opened(row)
            tracks = [(int(each["id"]), each, _columns(each, blocks)) for each in said.get("tracks", ())]
            order = [int(track_id) for track_id in said.get("order", self._order)]
            same, more = said.get("origins", (len(self._origins), ()))
            if blocks.rest or not 0 <= same <= len(self._origins):
                raise ValueError("it holds other than it says")
        except (ValueError, KeyError, TypeError, AttributeError, struct.error, zlib.error, RecursionError) as problem:
            raise UnreadableFile(
                tr("Edit {number} of the journal is damaged: {reason}.", number=self.count + 1, reason=problem), tr(_AGAIN)
            ) from problem
        gone = set(self._order) - set(order)
        self._order = order
        for track_id in gone:
            self._tracks[track_id] = _Said(is_anew=True)
        self._said |= said.get("song", {})
        if "origins" in said:
            self._origins[same:] = more
            self._has_origins = True
        for track_id, each, (controls, notes) in tracks:
            known = self._tracks.setdefault(track_id, _Said())
            known.head = each.get("head", known.head)
            known.controls = known.controls if controls is None else controls
            if notes is not None:
                known.notes.append(notes)
        self.count += 1

    @property
    def song(self) -> Song:
        """The song after the rows taken so far; UnreadableFile where they contradict themselves."""
        base = {track.id: track for track in self._base.tracks}
        heads = [said.head for track_id, said in self._tracks.items() if said.head is not None and track_id in set(self._order)]
        said = upgraded({**self._said, "tracks": heads}, self._schema)
        assert isinstance(said, dict)
        frame = song_to_json(replace(self._base, tracks=(), origins=())) | {name: said[name] for name in self._said}
        frame |= {"tracks": said["tracks"], "origins": self._origins if self._has_origins else []}
        read = song_from_json(frame, tr("the journal"))
        if not self._has_origins:
            read = replace(read, origins=self._base.origins)
        known = base | {track.id: track for track in read.tracks}
        if not set(self._order) <= set(known):
            raise UnreadableFile(tr("The journal speaks of a track that it never described."), tr(_AGAIN))
        return replace(read, tracks=tuple(self._track(track_id, known[track_id], base) for track_id in self._order))

    def _track(self, track_id: int, head: Track, base: dict[int, Track]) -> Track:
        said = self._tracks.get(track_id)
        if said is None:
            return head
        before = Track(track_id, "") if said.is_anew else base.get(track_id, Track(track_id, ""))
        controls = before.controls if said.controls is None else said.controls
        return replace(head, notes=_replayed(before.notes, said.notes), controls=controls)


_AGAIN = mark("What was saved before it is all there.")


@dataclass(eq=False)
class _Blocks:
    """The columns behind a row's words, taken from the front."""

    rest: bytes

    def taken(self, dtype: np.dtype[Any], count: int) -> NDArray[Any]:
        size = dtype.itemsize * count
        if count < 0 or size > len(self.rest):
            raise ValueError("it ends too early")
        found = np.frombuffer(self.rest[:size], dtype)
        self.rest = self.rest[size:]
        return found


def _opened(row: bytes) -> tuple[Json, _Blocks]:
    mark, body = row[:1], row[1 + _LENGTH.size :]
    if mark not in (PLAIN, PACKED):
        raise ValueError("it does not begin as a row")
    if _LENGTH.unpack_from(row, 1) != (zlib.crc32(body),):
        raise ValueError("it is not what was written")
    body = zlib.decompress(body) if mark == PACKED else body
    (length,) = _LENGTH.unpack_from(body)
    said = json.loads(body[_LENGTH.size : _LENGTH.size + length].decode("utf-8", "surrogatepass"))
    if not isinstance(said, dict):
        raise ValueError("it says nothing")
    return said, _Blocks(body[_LENGTH.size + length :])


def _columns(said: Json, blocks: _Blocks) -> tuple[Controls | None, tuple[NDArray[np.int64], Rows] | None]:
    controls = notes = None
    if "controls" in said:
        count, foreign = said["controls"]
        drawn = blocks.taken(_POINT_BYTES, int(count)).astype(DRAWN)
        controls = Controls(drawn, tuple(ForeignEvent(int(tick), bytes.fromhex(data)) for tick, data in foreign))
    if "notes" in said:
        removed, added = said["notes"]
        notes = blocks.taken(_IDS, int(removed)).astype(np.int64), blocks.taken(_NOTE_BYTES, int(added)).astype(ROW)
    return controls, notes


def _replayed(base: Notes, changes: list[tuple[NDArray[np.int64], Rows]]) -> Notes:
    """The notes after all changes: of each id the last that was said."""
    if not changes:
        return base
    touched = np.unique(np.concatenate([part for removed, added in changes for part in (removed, added["id"])]))
    last = dict.fromkeys(touched.tolist(), -1)
    every = np.concatenate([added for _, added in changes])
    for index, note_id in _events(changes):
        last[note_id] = index
    kept = np.fromiter((index for index in last.values() if index >= 0), np.int64)
    return base.spliced(touched, every[kept])


def _events(changes: list[tuple[NDArray[np.int64], Rows]]) -> Iterator[tuple[int, int]]:
    """In order: where the note of an id stands among all that were added, -1 where it went."""
    at = 0
    for removed, added in changes:
        for note_id in removed.tolist():
            yield -1, note_id
        for note_id in added["id"].tolist():
            yield at, note_id
            at += 1

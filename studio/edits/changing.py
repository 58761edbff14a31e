"""What the edits of notes share: the rows of chosen notes, put back changed, with origins marked as edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.edits.history import Edit, GestureId
from studio.song.notes import LOCKED, Notes, Rows
from studio.song.rows import among, copied_rows, distinct, id_array, joined, taken
from studio.song.song import Song, Track
from studio.words import counted, mark

Ids = Iterable[int]


_COUNTED = {
    "note": (mark("{n} note"), mark("{n} notes")),
    "point": (mark("{n} point"), mark("{n} points")),
    "track": (mark("{n} track"), mark("{n} tracks")),
    "step": (mark("{n} step"), mark("{n} steps")),
    "phrase": (mark("{n} phrase"), mark("{n} phrases")),
    "time": (mark("{n} time"), mark("{n} times")),
}


def count_of(number: int, noun: str = "note") -> str:
    """Such as "1 note" or "12 notes", for labels."""
    return counted(number, *_COUNTED[noun])


def with_rows_added(song: Song, track_id: int, rows: Rows, origin: int | None = None) -> Song:
    """The song with rows laid on a track under fresh ids."""
    if not len(rows):
        return song
    dealt = copied_rows(rows)
    dealt["id"] = np.arange(song.next_id, song.next_id + len(rows))
    if origin is not None:
        dealt["origin"] = origin
    track = song.track(track_id)
    changed = song.with_track(track.with_notes(track.laid(dealt)))
    return replace(changed, next_id=song.next_id + len(rows))


def rows_by_track(song: Song, ids: Ids, *, locked_too: bool = False) -> dict[int, Rows]:
    wanted = id_array(ids)
    found = {}
    for track in song.tracks:
        rows = track.notes.with_ids(wanted)
        if not locked_too and track.holds_locked:
            rows = taken(rows, ~track.locked(rows))
        if len(rows):
            found[track.id] = rows
    return found


def each_track(song: Song, ids: frozenset[int], change: Callable[[Track, Rows], Notes]) -> Song:
    touched = []
    for track_id, rows in rows_by_track(song, ids).items():
        track = song.track(track_id)
        touched.append(rows)
        song = song.with_track(track.with_notes(change(track, rows)))
    return marked_as_edited(song, touched)


def marked_as_edited(song: Song, before: Sequence[Rows], fresh: Ids = ()) -> Song:
    """The song with new origins for the notes that were generated and are other now than in `before`, or are `fresh`.

    Such a note comes from an entry of its own, marked as edited, whose parent is the take's: notes of the take that nobody
    touched stay as generated. Origin 0, by hand, has no entry.
    """
    if not before or not _generated(song):
        return song
    old = _of_origins(joined(before), _generated(song))
    looked_at = np.concatenate((old["id"], np.fromiter(fresh, np.int64)))
    if not len(looked_at):
        return song
    for track_id, now in rows_by_track(song, looked_at).items():
        song, marked, changed = with_marks(song, now, old)
        if changed.any():
            track = song.track(track_id)
            song = song.with_track(track.with_notes(track.notes.replaced(taken(marked, changed))))
    return song


def with_marks(song: Song, rows: Rows, old: Rows, *, fresh_too: bool = True) -> tuple[Song, Rows, NDArray[np.bool_]]:
    """Rows with the origins of edited notes where they were generated and are not as in `old`; and where those are.

    The song has the entries that they name. `fresh_too`: rows that `old` does not have are edited as well.
    """
    differs = np.isin(rows["origin"], _generated(song))
    if not fresh_too and differs.any():
        differs &= among(rows["id"], id_array(old["id"]))
    if not differs.any():
        return song, rows, differs
    old = taken(old, np.argsort(old["id"]))
    differs[differs] = _differs(taken(rows, differs), old)
    song, origins = _edited(song, rows["origin"][differs])
    marked = copied_rows(rows)
    marked["origin"][differs] = origins
    return song, marked, differs


def _generated(song: Song) -> list[int]:
    """The origins of notes that nobody has touched since they were generated."""
    return [entry.id for entry in song.origins if not entry.edited]


def _of_origins(rows: Rows, origins: list[int]) -> Rows:
    return taken(rows, np.isin(rows["origin"], origins))


def _differs(rows: Rows, old: Rows) -> NDArray[np.bool_]:
    """Which rows are not as the old ones of their ids, which are sorted by id."""
    if not len(old):
        return np.ones(len(rows), np.bool_)
    at = np.minimum(np.searchsorted(old["id"], rows["id"]), len(old) - 1)
    same = old["id"][at] == rows["id"]
    for name in ("start", "length", "pitch", "velocity"):
        same &= old[name][at] == rows[name]
    found: NDArray[np.bool_] = ~same
    return found


def _edited(song: Song, origins: NDArray[np.int32]) -> tuple[Song, NDArray[np.int32]]:
    """The song with entries for what is edited of these origins, and for each origin that entry."""
    found, there = origins.copy(), set(distinct(origins))
    for entry in song.origins:
        if entry.edited or entry.id not in there:
            continue
        child = next((each for each in song.origins if each.parent == entry.id and each.edited), None)
        if child is None:
            child = replace(entry, id=song.next_id, edited=True, parent=entry.id)
            song = replace(song, origins=(*song.origins, child), next_id=song.next_id + 1)
        found[origins == entry.id] = child.id
    return song, found


def changed(song: Song, ids: frozenset[int], change: Callable[[Rows], Rows], *, by_hand: bool = False) -> Song:
    """The song with the notes of these ids, but for locked ones, as `change` leaves them.

    What would begin in a locked bar then stays as it was, unless it was brought there `by_hand`: that is refused by the guard.
    """

    found = rows_by_track(song, ids)
    if any(song.track(track_id).holds_locked for track_id in found):
        return each_track(song, ids, lambda track, rows: _laid_around_locks(track, rows, change(rows), by_hand=by_hand))
    for track_id, rows in found.items():
        track = song.track(track_id)

        def marked(settled: Rows, rows: Rows = rows) -> Rows:
            nonlocal song
            song, made, _ = with_marks(song, settled, rows, fresh_too=False)
            return made

        notes = track.notes.laid(change(rows), rows["id"], finish=marked)
        song = song.with_track(track.with_notes(notes))
    return song


def _laid_around_locks(track: Track, rows: Rows, made: Rows, *, by_hand: bool) -> Notes:
    return track.laid(made if by_hand else _staying_out(track, rows, made), rows["id"])


def changed_in_place(song: Song, ids: frozenset[int], change: Callable[[Rows], Rows]) -> Song:
    """As `changed`, where starts, lengths and pitches stay: no note can meet another, so the overlap rule need not be asked."""
    for track_id, rows in rows_by_track(song, ids).items():
        song, made, _ = with_marks(song, change(rows), rows)
        track = song.track(track_id)
        song = song.with_track(track.with_notes(track.notes.replaced(made)))
    return song


def _staying_out(track: Track, rows: Rows, made: Rows) -> Rows:
    """The rows that were made of others, those as they were that would begin where nothing may."""
    shut = track.shut(made["start"])
    return joined((taken(made, ~shut), taken(rows, np.isin(rows["id"], made["id"][shut])))) if shut.any() else made


def of_notes(ids: Ids, label: str, apply: Callable[[Song], Song], gesture: GestureId | None = None) -> Edit:
    """An edit for the notes of these ids: locked ones among them are left alone, and counted."""
    chosen = frozenset(ids)
    return Edit(label, apply, gesture, asked=lambda song: rows_by_track(song, chosen, locked_too=True))


def flagged(song: Song, ids: frozenset[int], flag: int, on: bool) -> Song:
    for track_id, rows in rows_by_track(song, ids, locked_too=flag == LOCKED).items():
        changed = copied_rows(rows)
        changed["flags"] = changed["flags"] | flag if on else changed["flags"] & ~np.uint8(flag)
        track = song.track(track_id)
        song = song.with_track(track.with_notes(track.notes.replaced(changed)))
    return song

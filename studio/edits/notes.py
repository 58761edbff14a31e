"""Edits of notes: add, remove, move, resize, velocity, quantise, transpose, split, join.

Each function names the tracks or ids it works on and returns an Edit; ids that are gone are ignored. Equal pitches
that would overlap on one track are settled as Notes.laid says. Locked notes are left alone by every edit here but
`set_locked`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.edits.history import Edit, GestureId
from studio.errors import UnsupportedRequest
from studio.song.notes import LOCKED, MUTED, ROW, Note, Notes, Rows, rows_of
from studio.song.song import Song, Track
from studio.song.timeline import Timeline

Ids = Iterable[int]


def count_of(number: int, noun: str = "note") -> str:
    """Such as "1 note" or "12 notes", for labels."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def add(track_id: int, notes: Iterable[Note], label: str = "") -> Edit:
    """Put notes on a track under fresh ids, in the order given (the first gets `song.next_id`)."""
    return add_rows(track_id, rows_of(notes), label)


def add_rows(track_id: int, rows: Rows, label: str = "") -> Edit:
    """As `add`, for rows; their ids are dealt anew."""

    def apply(song: Song) -> Song:
        return with_rows_added(song, track_id, rows)

    return Edit(label or f"Add {count_of(len(rows))}", apply)


def with_rows_added(song: Song, track_id: int, rows: Rows, origin: int | None = None) -> Song:
    """The song with rows laid on a track under fresh ids."""
    if not len(rows):
        return song
    dealt = rows.copy()
    dealt["id"] = np.arange(song.next_id, song.next_id + len(rows))
    if origin is not None:
        dealt["origin"] = origin
    track = song.track(track_id)
    changed = song.with_track(track.with_notes(track.notes.laid(dealt)))
    return replace(changed, next_id=song.next_id + len(rows))


def remove(ids: Ids) -> Edit:
    gone = frozenset(ids)

    def apply(song: Song) -> Song:
        return _each_track(song, gone, lambda track, rows: track.notes.spliced(rows["id"]))

    return Edit(f"Delete {count_of(len(gone))}", apply)


def move(ids: Ids, by_ticks: int, by_pitches: int = 0, gesture: GestureId | None = None) -> Edit:
    """Move notes in time and pitch. Refused as a whole when a pitch would leave 0-127; time stops at 0 together."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        return _shifted(rows, 0, by_pitches)

    def apply(song: Song) -> Song:
        earliest = min((int(rows["start"].min()) for rows in _rows_by_track(song, chosen).values()), default=0)
        ticks = max(by_ticks, -earliest)
        return _changed(song, chosen, lambda rows: _shifted(change(rows), ticks, 0))

    label = "Transpose" if not by_ticks else "Move"
    return Edit(f"{label} {count_of(len(chosen))}", apply, gesture)


def transpose(ids: Ids, semitones: int) -> Edit:
    return move(ids, 0, semitones)


def transpose_in_key(ids: Ids, steps: int) -> Edit:
    """Move notes by scale steps of the key where each begins. A note outside the scale keeps its distance from the step below."""
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        return _changed(song, chosen, lambda rows: _stepped(rows, steps, song.timeline))

    return Edit(f"Transpose {count_of(len(chosen))} in key", apply)


def move_to_track(ids: Ids, track_id: int) -> Edit:
    """Carry notes over to another track, places and pitches kept."""
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        taken = _rows_by_track(song, chosen)
        taken.pop(track_id, None)
        for source, rows in taken.items():
            track = song.track(source)
            song = song.with_track(track.with_notes(track.notes.spliced(rows["id"])))
            target = song.track(track_id)
            song = song.with_track(target.with_notes(target.notes.laid(rows)))
        return song

    return Edit(f"Move {count_of(len(chosen))} to another track", apply)


def resize(ids: Ids, by_ticks: int, from_start: bool = False, least_ticks: int = 1, gesture: GestureId | None = None) -> Edit:
    """Move the end (or the start) of notes; none gets shorter than `least_ticks` or begins before 0."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        rows = rows.copy()
        floor = np.minimum(rows["length"], least_ticks)
        if from_start:
            end = rows["start"] + rows["length"]
            rows["start"] = np.clip(rows["start"] + by_ticks, 0, end - floor)
            rows["length"] = end - rows["start"]
        else:
            rows["length"] = np.maximum(rows["length"] + by_ticks, floor)
        return rows

    return Edit(f"Resize {count_of(len(chosen))}", lambda song: _changed(song, chosen, change), gesture)


def set_lengths(ids: Ids, length_ticks: int) -> Edit:
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        rows = rows.copy()
        rows["length"] = max(1, length_ticks)
        return rows

    return Edit(f"Set length of {count_of(len(chosen))}", lambda song: _changed(song, chosen, change))


def set_velocities(velocities: Mapping[int, int], gesture: GestureId | None = None) -> Edit:
    """Give each id its velocity, kept within 1-127."""
    wanted = dict(velocities)

    def change(rows: Rows) -> Rows:
        rows = rows.copy()
        rows["velocity"] = [min(127, max(1, wanted[note_id])) for note_id in rows["id"].tolist()]
        return rows

    return Edit(f"Set velocity of {count_of(len(wanted))}", lambda song: _changed(song, frozenset(wanted), change), gesture)


def change_velocity(ids: Ids, by: int) -> Edit:
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        rows = rows.copy()
        rows["velocity"] = np.clip(rows["velocity"].astype(int) + by, 1, 127)
        return rows

    return Edit(f"Change velocity of {count_of(len(chosen))}", lambda song: _changed(song, chosen, change))


def quantise(
    ids: Ids, grid_ticks: int, strength: float = 1.0, swing: float = 0.5, *, starts: bool = True, ends: bool = False
) -> Edit:
    """Pull starts (and ends) towards the grid by `strength` (0 to 1).

    `swing` is where the second of each pair of grid steps falls within the pair: 0.5 is straight, 0.66 triplets.
    """
    if grid_ticks < 1:
        raise UnsupportedRequest("Quantising needs a grid, and the snap is off.", "Choose a snap value first.")
    chosen = frozenset(ids)

    def nearest(ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        steps = np.rint(ticks / grid_ticks)
        late = np.where(steps % 2 == 1, (2 * swing - 1) * grid_ticks, 0.0)
        pulled: NDArray[np.int64] = np.rint(ticks + strength * (steps * grid_ticks + late - ticks)).astype(np.int64)
        return pulled

    def change(rows: Rows) -> Rows:
        rows = rows.copy()
        if ends:
            end = nearest(rows["start"] + rows["length"])
            rows["length"] = np.maximum(end - rows["start"], 1)
        if starts:
            start = nearest(rows["start"])
            if ends:
                rows["length"] = np.maximum(rows["length"] + rows["start"] - start, 1)
            rows["start"] = start
        return rows

    return Edit(f"Quantise {count_of(len(chosen))}", lambda song: _changed(song, chosen, change))


def split(ids: Ids, at_tick: int) -> Edit:
    """Cut the notes that sound across a tick in two; the second half gets a new id, both keep their velocity."""
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        for track_id, rows in _rows_by_track(song, chosen).items():
            crossing = rows[(rows["start"] < at_tick) & (rows["start"] + rows["length"] > at_tick)]
            if not len(crossing):
                continue
            first, second = crossing.copy(), crossing.copy()
            first["length"] = at_tick - first["start"]
            second["length"] = second["start"] + second["length"] - at_tick
            second["start"] = at_tick
            second["id"] = np.arange(song.next_id, song.next_id + len(second))
            track = song.track(track_id)
            notes = track.notes.spliced(crossing["id"], np.concatenate((first, second)))
            song = replace(song.with_track(track.with_notes(notes)), next_id=song.next_id + len(second))
        return song

    return Edit(f"Split {count_of(len(chosen))}", apply)


def join(ids: Ids) -> Edit:
    """Join notes of one pitch on one track from the first start to the last end, under the first one's id."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        made = []
        for pitch in np.unique(rows["pitch"]):
            same = rows[rows["pitch"] == pitch]
            joined = same[:1].copy()
            joined["length"] = (same["start"] + same["length"]).max() - joined["start"]
            made.append(joined)
        return np.concatenate(made)

    return Edit(f"Join {count_of(len(chosen))}", lambda song: _changed(song, chosen, change))


def set_muted(ids: Ids, muted: bool) -> Edit:
    chosen = frozenset(ids)
    return Edit(f"{'Mute' if muted else 'Unmute'} {count_of(len(chosen))}", lambda song: _flagged(song, chosen, MUTED, muted))


def set_locked(ids: Ids, locked: bool) -> Edit:
    chosen = frozenset(ids)
    return Edit(f"{'Lock' if locked else 'Unlock'} {count_of(len(chosen))}", lambda song: _flagged(song, chosen, LOCKED, locked))


# What the edits share


def _rows_by_track(song: Song, ids: frozenset[int], *, locked_too: bool = False) -> dict[int, Rows]:
    wanted = np.fromiter(ids, np.int64, len(ids))
    found = {}
    for track in song.tracks:
        rows = track.notes.with_ids(wanted)
        if not locked_too:
            rows = rows[rows["flags"] & LOCKED == 0]
        if len(rows):
            found[track.id] = rows
    return found


def _each_track(song: Song, ids: frozenset[int], change: Callable[[Track, Rows], Notes]) -> Song:
    touched: set[int] = set()
    for track_id, rows in _rows_by_track(song, ids).items():
        track = song.track(track_id)
        touched |= set(np.unique(rows["origin"]).tolist())
        song = song.with_track(track.with_notes(change(track, rows)))
    return _marked_as_edited(song, touched)


def _marked_as_edited(song: Song, origin_ids: set[int]) -> Song:
    """The song with these origins marked: generated, then edited by hand. Origin 0, by hand from the start, has no entry."""
    if not any(entry.id in origin_ids and not entry.edited for entry in song.origins):
        return song
    entries = tuple(replace(entry, edited=True) if entry.id in origin_ids else entry for entry in song.origins)
    return replace(song, origins=entries)


def _changed(song: Song, ids: frozenset[int], change: Callable[[Rows], Rows]) -> Song:
    return _each_track(song, ids, lambda track, rows: track.notes.laid(change(rows), rows["id"]))


def _flagged(song: Song, ids: frozenset[int], flag: int, on: bool) -> Song:
    for track_id, rows in _rows_by_track(song, ids, locked_too=True).items():
        changed = rows.copy()
        changed["flags"] = changed["flags"] | flag if on else changed["flags"] & ~np.uint8(flag)
        track = song.track(track_id)
        song = song.with_track(track.with_notes(track.notes.spliced(rows["id"], changed)))
    return song


def _stepped(rows: Rows, steps: int, timeline: Timeline) -> Rows:
    moved = rows.copy()
    for index, (start, pitch) in enumerate(rows[["start", "pitch"]].tolist()):
        key = timeline.key_at(start)
        if key is None:
            raise UnsupportedRequest("The song has no key here, so no scale steps.", "Choose a key first, or move by semitones.")
        scale = [candidate for candidate in range(-12, 140) if candidate % 12 in key.pitch_classes]
        below = bisect_right(scale, pitch) - 1
        target = scale[max(0, min(len(scale) - 1, below + steps))] + pitch - scale[below]
        if not 0 <= target <= 127:
            raise UnsupportedRequest(
                "The notes were not moved: one of them would leave the range of MIDI.", "Move them less far."
            )
        moved["pitch"][index] = target
    return moved


def _shifted(rows: Rows, by_ticks: int, by_pitches: int) -> Rows:
    moved = np.array(rows, dtype=ROW)
    pitches = moved["pitch"].astype(int) + by_pitches
    if len(pitches) and (pitches.min() < 0 or pitches.max() > 127):
        edge = "above G9 (127)" if pitches.max() > 127 else "below C-1 (0)"
        raise UnsupportedRequest(f"The notes were not moved: one of them would go {edge}.", "Move them less far.")
    moved["pitch"] = pitches
    moved["start"] += by_ticks
    return moved

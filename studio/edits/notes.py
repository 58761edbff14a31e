"""Edits of notes: add, remove, move, resize, velocity, transpose, split, join, mute, lock.

Each function names the tracks or ids it works on and returns an Edit; ids that are gone are ignored. Equal pitches
that would overlap on one track are settled as Notes.laid says. Locked notes are left alone by every edit here but
`set_locked`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from studio.edits.changing import (
    Ids,
    changed,
    changed_in_place,
    count_of,
    each_track,
    flagged,
    of_notes,
    rows_by_track,
    with_rows_added,
)
from studio.edits.history import Edit, GestureId
from studio.errors import UnsupportedRequest
from studio.song.harmony import pitch_name
from studio.song.notes import LOCKED, MUTED, Note, Rows, rows_of
from studio.song.rows import copied_rows
from studio.song.song import Song
from studio.words import tr


def add(track_id: int, notes: Iterable[Note], label: str = "") -> Edit:
    """Put notes on a track under fresh ids, in the order given (the first gets `song.next_id`)."""
    return add_rows(track_id, rows_of(notes), label)


def add_rows(track_id: int, rows: Rows, label: str = "") -> Edit:
    """As `add`, for rows; their ids are dealt anew."""

    def apply(song: Song) -> Song:
        _refuse_audio(song, track_id)
        return with_rows_added(song, track_id, rows)

    return Edit(label or tr("Add {notes}", notes=count_of(len(rows))), apply)


def remove(ids: Ids) -> Edit:
    gone = frozenset(ids)

    def apply(song: Song) -> Song:
        return each_track(song, gone, lambda track, rows: track.notes.spliced(rows["id"]))

    return of_notes(gone, tr("Delete {notes}", notes=count_of(len(gone))), apply)


def move(ids: Ids, by_ticks: int, by_pitches: int = 0, gesture: GestureId | None = None) -> Edit:
    """Move notes in time and pitch. Refused as a whole when a pitch would leave 0-127; time stops at 0 together."""
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        found = rows_by_track(song, chosen).values() if by_ticks < 0 else ()
        ticks = max(by_ticks, -min((int(rows["start"].min()) for rows in found), default=-by_ticks))
        return changed(song, chosen, lambda rows: _shifted(rows, ticks, by_pitches), by_hand=True)

    label = tr("Transpose") if not by_ticks else tr("Move")
    return of_notes(chosen, f"{label} {count_of(len(chosen))}", apply, gesture)


def transpose(ids: Ids, semitones: int) -> Edit:
    return move(ids, 0, semitones)


def move_to_track(ids: Ids, track_id: int) -> Edit:
    """Carry notes over to another track, places and pitches kept."""
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        _refuse_audio(song, track_id)
        taken = rows_by_track(song, chosen)
        taken.pop(track_id, None)
        for source, rows in taken.items():
            track = song.track(source)
            song = song.with_track(track.with_notes(track.notes.spliced(rows["id"])))
            target = song.track(track_id)
            song = song.with_track(target.with_notes(target.laid(rows)))
        return song

    return of_notes(chosen, tr("Move {notes} to another track", notes=count_of(len(chosen))), apply)


def resize(ids: Ids, by_ticks: int, from_start: bool = False, least_ticks: int = 1, gesture: GestureId | None = None) -> Edit:
    """Move the end (or the start) of notes; none gets shorter than `least_ticks` or begins before 0."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        rows = copied_rows(rows)
        floor = np.minimum(rows["length"], least_ticks)
        if from_start:
            end = rows["start"] + rows["length"]
            rows["start"] = np.clip(rows["start"] + by_ticks, 0, end - floor)
            rows["length"] = end - rows["start"]
        else:
            rows["length"] = np.maximum(rows["length"] + by_ticks, floor)
        return rows

    return of_notes(
        chosen,
        tr("Resize {notes}", notes=count_of(len(chosen))),
        lambda song: changed(song, chosen, change, by_hand=True),
        gesture,
    )


def set_lengths(ids: Ids, length_ticks: int) -> Edit:
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        rows = copied_rows(rows)
        rows["length"] = max(1, length_ticks)
        return rows

    return of_notes(chosen, tr("Set length of {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change))


def set_velocities(velocities: Mapping[int, int], gesture: GestureId | None = None) -> Edit:
    """Give each id its velocity, kept within 1-127."""
    chosen = frozenset(velocities)
    ids = np.fromiter(velocities, np.int64, len(velocities))
    values = np.clip(np.fromiter(velocities.values(), np.int64, len(velocities)), 1, 127)[np.argsort(ids)]
    ids.sort()

    def change(rows: Rows) -> Rows:
        rows = copied_rows(rows)
        rows["velocity"] = values[np.searchsorted(ids, rows["id"])]
        return rows

    label = tr("Set velocity of {notes}", notes=count_of(len(chosen)))
    return of_notes(chosen, label, lambda song: changed_in_place(song, chosen, change), gesture)


def change_velocity(ids: Ids, by: int) -> Edit:
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        rows = copied_rows(rows)
        rows["velocity"] = np.clip(rows["velocity"].astype(int) + by, 1, 127)
        return rows

    return of_notes(
        chosen, tr("Change velocity of {notes}", notes=count_of(len(chosen))), lambda song: changed_in_place(song, chosen, change)
    )


def rewrite(rows: Rows, label: str) -> Edit:
    """Give notes, by their ids, the start, length, pitch and velocity of these rows: what a drag has shown already."""
    wanted = rows[np.argsort(rows["id"])]

    def change(present: Rows) -> Rows:
        made = present.copy()
        at = np.searchsorted(wanted["id"], present["id"])
        for name in ("start", "length", "pitch", "velocity"):
            made[name] = wanted[name][at]
        return made

    ids = frozenset(wanted["id"].tolist())
    return of_notes(ids, label, lambda song: changed(song, ids, change, by_hand=True))


def split(ids: Ids, at_tick: int) -> Edit:
    """Cut the notes that sound across a tick in two; the second half gets a new id, both keep their velocity."""
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        for track_id, rows in rows_by_track(song, chosen).items():
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

    return of_notes(chosen, tr("Split {notes}", notes=count_of(len(chosen))), apply)


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

    return of_notes(chosen, tr("Join {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change))


def set_muted(ids: Ids, muted: bool) -> Edit:
    chosen = frozenset(ids)
    count = count_of(len(chosen))
    label = tr("Mute {notes}", notes=count) if muted else tr("Unmute {notes}", notes=count)
    return of_notes(chosen, label, lambda song: flagged(song, chosen, MUTED, muted))


def set_locked(ids: Ids, locked: bool) -> Edit:
    chosen = frozenset(ids)
    count = count_of(len(chosen))
    label = tr("Lock {notes}", notes=count) if locked else tr("Unlock {notes}", notes=count)
    return Edit(label, lambda song: flagged(song, chosen, LOCKED, locked), over_locks=True)


def _refuse_audio(song: Song, track_id: int) -> None:
    track = song.track(track_id)
    if track.is_audio:
        raise UnsupportedRequest(tr("«{track}» holds sound, not notes.", track=track.name), tr("Choose a note track."))


def _shifted(rows: Rows, by_ticks: int, by_pitches: int) -> Rows:
    moved = copied_rows(rows)
    pitches = moved["pitch"].astype(int) + by_pitches
    if len(pitches) and (pitches.min() < 0 or pitches.max() > 127):
        edge = (
            tr("above {note} (127)", note=pitch_name(127)) if pitches.max() > 127 else tr("below {note} (0)", note=pitch_name(0))
        )
        raise UnsupportedRequest(
            tr("The notes were not moved: one of them would go {edge}.", edge=edge), tr("Move them less far.")
        )
    moved["pitch"] = pitches
    moved["start"] += by_ticks
    return moved

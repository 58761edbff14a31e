"""Edits that make several notes of one, or of one phrase: cut, tuplets, arpeggios, repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from studio.edits.changing import Ids, count_of, marked_as_edited, rows_by_track, with_rows_added
from studio.edits.history import Edit
from studio.edits.timing import chords_of
from studio.errors import UnsupportedRequest
from studio.song.clip import Clip
from studio.song.notes import Rows, ends
from studio.song.song import Song

MOST_PARTS = 64
MOST_REPEATS = 256
PATTERNS = ("up", "down", "up and down")


def cut(ids: Ids, at_ticks: Iterable[int]) -> Edit:
    """Cut notes wherever one of the ticks falls inside them; every piece keeps pitch and velocity, the first its id."""
    chosen, lines = frozenset(ids), np.unique(np.fromiter(at_ticks, np.int64))

    def pieces(rows: Rows) -> list[Rows]:
        first, last = np.searchsorted(lines, rows["start"], side="right"), np.searchsorted(lines, ends(rows))
        return [_pieces(row, lines[low:high]) for row, low, high in zip(_single(rows), first, last, strict=True)]

    return Edit(f"Cut {count_of(len(chosen))}", lambda song: _divided(song, chosen, pieces))


def divide(ids: Ids, parts: int) -> Edit:
    """Cut each note into so many of equal length; one that has fewer ticks stays whole."""
    if not 2 <= parts <= MOST_PARTS:
        raise UnsupportedRequest(f"Notes cannot be divided into {parts}.", f"Choose from 2 to {MOST_PARTS} parts.")
    chosen = frozenset(ids)

    def pieces(rows: Rows) -> list[Rows]:
        made = []
        for row in _single(rows):
            length = int(row["length"][0])
            within = np.rint(np.arange(1, parts) * length / parts).astype(np.int64) if length >= parts else np.zeros(0, np.int64)
            made.append(_pieces(row, int(row["start"][0]) + within))
        return made

    return Edit(f"Divide {count_of(len(chosen))} in {parts}", lambda song: _divided(song, chosen, pieces))


def arpeggiate(ids: Ids, step_ticks: int, pattern: str = "up") -> Edit:
    """Make each chord a run of single notes, one a step, as long as the chord lasted; single notes stay."""
    if step_ticks < 1 or pattern not in PATTERNS:
        raise UnsupportedRequest("An arpeggio needs a grid and a direction.", "Turn the snap on first.")
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        for track_id, rows in rows_by_track(song, chosen).items():
            chords = [chord for chord in chords_of(rows) if len(chord) > 1]
            if chords:
                track = song.track(track_id)
                gone, first_id = np.concatenate([chord["id"] for chord in chords]), song.next_id
                song = song.with_track(track.with_notes(track.notes.spliced(gone)))
                song = with_rows_added(song, track_id, np.concatenate([_run(chord, step_ticks, pattern) for chord in chords]))
                song = marked_as_edited(song, chords, range(first_id, song.next_id))
        return song

    return Edit(f"Arpeggiate {count_of(len(chosen))}", apply)


def repeat(clip: Clip, track_id: int, at_tick: int, period_ticks: int, times: int) -> Edit:
    """Lay a clip so many times, one `period_ticks` after the other; tracks as in `bars.paste`."""
    if not 1 <= times <= MOST_REPEATS or period_ticks < 1:
        raise UnsupportedRequest(f"Notes cannot be repeated {times} times.", f"Choose from 1 to {MOST_REPEATS}.")

    def apply(song: Song) -> Song:
        first = song.tracks.index(song.track(track_id))
        for offset, rows in clip.parts:
            if first + offset < len(song.tracks) and not song.tracks[first + offset].is_audio:
                copies = np.tile(rows, times)
                copies["start"] += at_tick + np.repeat(np.arange(times), len(rows)) * period_ticks
                copies["flags"] = 0
                song = with_rows_added(song, song.tracks[first + offset].id, copies)
        return song

    return Edit(f"Repeat {count_of(clip.note_count)} {count_of(times, 'time')}", apply)


def _single(rows: Rows) -> list[Rows]:
    return [rows[at : at + 1] for at in range(len(rows))]


def _pieces(row: Rows, at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Rows:
    """One row cut at ticks inside it; pieces after the first have no id yet."""
    made = np.repeat(row, len(at) + 1)
    made["start"][1:] = at
    made["length"] = np.append(at, ends(row)) - made["start"]
    made["id"][1:] = 0
    return made


def _divided(song: Song, ids: frozenset[int], pieces: Callable[[Rows], list[Rows]]) -> Song:
    for track_id, rows in rows_by_track(song, ids).items():
        made = np.concatenate(pieces(rows))
        if len(made) == len(rows):
            continue
        fresh = made["id"] == 0
        count = int(fresh.sum())
        made["id"][fresh] = np.arange(song.next_id, song.next_id + count)
        track = song.track(track_id)
        song = replace(song.with_track(track.with_notes(track.notes.spliced(rows["id"], made))), next_id=song.next_id + count)
        song = marked_as_edited(song, [rows], made["id"][fresh].tolist())
    return song


def _run(chord: Rows, step_ticks: int, pattern: str) -> Rows:
    """The notes of a chord one after the other until its last end."""
    order = np.argsort(chord["pitch"], kind="stable")
    order = order[::-1] if pattern == "down" else order
    if pattern == "up and down":
        order = np.concatenate((order, order[-2:0:-1]))
    begin, end = int(chord["start"].min()), int(ends(chord).max())
    count = max(1, -(-(end - begin) // step_ticks))
    made = chord[np.resize(order, count)].copy()
    made["start"] = begin + np.arange(count) * step_ticks
    made["length"] = np.minimum(step_ticks, end - made["start"])
    return made

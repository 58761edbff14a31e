"""Edits that make several notes of one, or of one phrase: cut, tuplets, arpeggios, repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from studio.edits.changing import Ids, count_of, marked_as_edited, of_notes, rows_by_track, with_marks, with_rows_added
from studio.edits.history import Edit
from studio.edits.timing import Ticks, chord_numbers
from studio.errors import UnsupportedRequest
from studio.song.clip import Clip
from studio.song.notes import Rows, ends, sorted_rows
from studio.song.rows import joined, taken
from studio.song.song import Song, Track
from studio.words import tr

MOST_PARTS = 64
MOST_REPEATS = 256
PATTERNS = ("up", "down", "up and down")


def cut(ids: Ids, at_ticks: Iterable[int]) -> Edit:
    """Cut notes wherever one of the ticks falls inside them; every piece keeps pitch and velocity, the first its id."""
    chosen, lines = frozenset(ids), np.unique(np.fromiter(at_ticks, np.int64))

    def pieces(rows: Rows) -> Rows:
        first, last = np.searchsorted(lines, rows["start"], side="right"), np.searchsorted(lines, ends(rows))
        held = np.append(lines, 0)  # so that there is always something to look up
        return _pieces(rows, last - first, lambda owner, piece: held[np.minimum(first[owner] + piece - 1, len(lines))])

    return of_notes(chosen, tr("Cut {notes}", notes=count_of(len(chosen))), lambda song: _divided(song, chosen, pieces))


def divide(ids: Ids, parts: int) -> Edit:
    """Cut each note into so many of equal length; one that has fewer ticks stays whole."""
    if not 2 <= parts <= MOST_PARTS:
        raise UnsupportedRequest(
            tr("Notes cannot be divided into {parts}.", parts=parts), tr("Choose from 2 to {most} parts.", most=MOST_PARTS)
        )
    chosen = frozenset(ids)

    def pieces(rows: Rows) -> Rows:
        cuts = np.where(rows["length"] >= parts, parts - 1, 0)
        begin, length = rows["start"], rows["length"]
        return _pieces(rows, cuts, lambda owner, piece: begin[owner] + np.rint(piece * length[owner] / parts).astype(np.int64))

    return of_notes(
        chosen,
        tr("Divide {notes} in {parts}", notes=count_of(len(chosen)), parts=parts),
        lambda song: _divided(song, chosen, pieces),
    )


def arpeggiate(ids: Ids, step_ticks: int, pattern: str = "up") -> Edit:
    """Make each chord a run of single notes, one a step, as long as the chord lasted; single notes stay."""
    if step_ticks < 1 or pattern not in PATTERNS:
        raise UnsupportedRequest(tr("An arpeggio needs a grid and a direction."), tr("Turn the snap on first."))
    chosen = frozenset(ids)

    def apply(song: Song) -> Song:
        for track_id, found in rows_by_track(song, chosen).items():
            rows = sorted_rows(found)
            chord = chord_numbers(rows["start"])
            chords = taken(rows, np.bincount(chord)[chord] > 1)
            if len(chords):
                track = song.track(track_id)
                song = song.with_track(track.with_notes(track.notes.spliced(chords["id"])))
                song = with_rows_added(song, track_id, _runs(chords, step_ticks, pattern))
                song = marked_as_edited(song, [chords])
        return song

    return of_notes(chosen, tr("Arpeggiate {notes}", notes=count_of(len(chosen))), apply)


def repeat(clip: Clip, track_id: int, at_tick: int, period_ticks: int, times: int) -> Edit:
    """Lay a clip so many times, one `period_ticks` after the other; tracks as in `bars.paste`."""
    if not 1 <= times <= MOST_REPEATS or period_ticks < 1:
        raise UnsupportedRequest(
            tr("Notes cannot be repeated {times} times.", times=times), tr("Choose from 1 to {most}.", most=MOST_REPEATS)
        )

    def apply(song: Song) -> Song:
        first = song.tracks.index(song.track(track_id))
        for offset, rows in clip.parts:
            if first + offset < len(song.tracks) and not song.tracks[first + offset].is_audio:
                copies = np.tile(rows, times)
                copies["start"] += at_tick + np.repeat(np.arange(times), len(rows)) * period_ticks
                copies["flags"] = 0
                song = with_rows_added(song, song.tracks[first + offset].id, copies)
        return song

    return Edit(tr("Repeat {notes} {times}", notes=count_of(clip.note_count), times=count_of(times, "time")), apply)


def _pieces(rows: Rows, cuts: Ticks, at: Callable[[Ticks, Ticks], Ticks]) -> Rows:
    """Rows cut so many times each; `at(row, piece)` is where a piece after the first begins. New pieces have no id yet."""
    counts = cuts + 1
    owner = np.repeat(np.arange(len(rows)), counts)
    piece = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    made = taken(rows, owner)
    made["start"] = np.where(piece > 0, at(owner, piece), rows["start"][owner])
    made["length"] = np.where(piece < cuts[owner], at(owner, piece + 1), ends(rows)[owner]) - made["start"]
    made["id"][piece > 0] = 0
    return made


def _divided(song: Song, ids: frozenset[int], pieces: Callable[[Rows], Rows]) -> Song:
    for track_id, rows in rows_by_track(song, ids).items():
        made = _outside_locks(song.track(track_id), rows, pieces(rows))
        if len(made) == len(rows):
            continue
        fresh = made["id"] == 0
        count = int(fresh.sum())
        made["id"][fresh] = np.arange(song.next_id, song.next_id + count)
        song, made, _ = with_marks(replace(song, next_id=song.next_id + count), made, rows)
        track = song.track(track_id)
        song = song.with_track(track.with_notes(track.notes.spliced(rows["id"], made)))
    return song


def _outside_locks(track: Track, rows: Rows, made: Rows) -> Rows:
    """The pieces made of rows, those rows whole of which a piece would begin where nothing may."""
    fresh = made["id"] == 0
    owner = np.cumsum(~fresh) - 1
    whole = np.unique(owner[fresh & track.shut(made["start"])])
    return joined((taken(rows, whole), taken(made, ~np.isin(owner, whole)))) if len(whole) else made


def _runs(rows: Rows, step_ticks: int, pattern: str) -> Rows:
    """The notes of each chord one after the other until its last end."""
    chord = chord_numbers(rows["start"])
    rows = taken(rows, np.lexsort((rows["pitch"], chord)))
    sizes = np.bincount(chord)
    first = np.cumsum(sizes) - sizes
    begin, end = np.minimum.reduceat(rows["start"], first), np.maximum.reduceat(ends(rows), first)
    counts = np.maximum(1, -(-(end - begin) // step_ticks))
    owner = np.repeat(np.arange(len(sizes)), counts)
    slot = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    size = sizes[owner]
    if pattern == "up and down":
        turn = slot % (2 * size - 2)
        rank = np.minimum(turn, 2 * size - 2 - turn)
    else:
        rank = size - 1 - slot % size if pattern == "down" else slot % size
    made = taken(rows, first[owner] + rank)
    made["start"] = begin[owner] + slot * step_ticks
    made["length"] = np.minimum(step_ticks, end[owner] - made["start"])
    return made

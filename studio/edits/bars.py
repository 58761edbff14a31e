"""Edits of time: copy and paste clips; insert, delete, repeat and move bars."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from studio.edits.changing import count_of, with_rows_added
from studio.edits.guard import UNLOCK_BARS, UNLOCK_NOTES, UNLOCK_TRACK, LockedThere, refusal
from studio.edits.history import Edit
from studio.edits.pieces import END_OF_TIME, Piece, assembled
from studio.errors import UnsupportedRequest
from studio.song.clip import Clip
from studio.song.notes import Rows, ends
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import tr

Tracks = Collection[int] | None
"""Ids of the tracks that an edit of time is for; None: all, and the timeline with them."""
MOST_REPEATS = 99


def copied(song: Song, ids: Iterable[int], from_tick: int | None = None) -> Clip | None:
    """The notes of these ids as a clip that begins at `from_tick` (default: their first start); None without notes."""
    wanted = frozenset(ids)
    found = [(index, track.notes.with_ids(wanted)) for index, track in enumerate(song.tracks)]
    found = [(index, rows) for index, rows in found if len(rows)]
    if not found:
        return None
    first_track = found[0][0]
    begin = min(int(rows["start"].min()) for _, rows in found) if from_tick is None else from_tick
    end = max(int((rows["start"] + rows["length"]).max()) for _, rows in found)
    parts = tuple((index - first_track, _moved(rows, -begin)) for index, rows in found)
    return Clip(parts, end - begin)


def paste(clip: Clip, track_id: int, at_tick: int, label: str = "") -> Edit:
    """Lay a clip at a tick, its first track on `track_id`, the others on the tracks below (as far as there are any)."""

    def apply(song: Song) -> Song:
        first = song.tracks.index(song.track(track_id))
        for offset, rows in clip.parts:
            if first + offset < len(song.tracks) and not song.tracks[first + offset].is_audio:
                unlocked = _moved(rows, at_tick)
                unlocked["flags"] = 0
                song = with_rows_added(song, song.tracks[first + offset].id, unlocked)
        return song

    return Edit(label or tr("Paste {notes}", notes=count_of(clip.note_count)), apply)


def insert_time(span: Span, track_ids: Tracks = None) -> Edit:
    """Push everything from the span's start to the right by its length; on all tracks tempo, meter and markers too."""

    def apply(song: Song) -> Song:
        _refuse_shifting_locked(song, span.start_tick, track_ids)
        return assembled(song, (_before(span.start_tick), Piece(span, is_empty=True), _from(span.start_tick)), track_ids)

    return Edit(tr("Insert time"), apply, over_locks=track_ids is None)


def delete_time(span: Span, track_ids: Tracks = None) -> Edit:
    """Take a stretch of time out; notes that reach into it are cut at its start. Refused where a locked note would be."""

    def apply(song: Song) -> Song:
        _refuse_touching_locked(song, span, track_ids)
        _refuse_shifting_locked(song, span.end_tick, track_ids)
        return assembled(song, (_before(span.start_tick), _from(span.end_tick)), track_ids)

    return Edit(tr("Delete time"), apply, over_locks=track_ids is None)


def repeat_time(span: Span, times: int = 1) -> Edit:
    """Play a stretch of all tracks again right after itself, so many times more; what follows moves to the right."""
    if not 1 <= times <= MOST_REPEATS:
        raise UnsupportedRequest(
            tr("Bars cannot be repeated {times} times.", times=times), tr("Use 1 to {most}.", most=MOST_REPEATS)
        )

    def apply(song: Song) -> Song:
        _refuse_cutting_locked(song, (span.end_tick,))
        return assembled(song, (_before(span.end_tick), *(Piece(span, is_copy=True),) * times, _from(span.end_tick)))

    return Edit(tr("Duplicate bars") if times == 1 else tr("Repeat bars {times} times", times=times), apply, over_locks=True)


def move_time(span: Span, to_tick: int, *, copies: bool = False, label: str = "") -> Edit:
    """Move (or copy) a stretch of all tracks to another place, between what stands there; the rest closes up."""

    def apply(song: Song) -> Song:
        if span.start_tick <= to_tick <= span.end_tick and not copies:
            return song
        _refuse_cutting_locked(song, (to_tick,) if copies else (span.start_tick, span.end_tick, to_tick))
        if copies:
            return assembled(song, (_before(to_tick), Piece(span, is_copy=True), _from(to_tick)))
        if to_tick < span.start_tick:
            order = (_before(to_tick), Piece(span), Piece(Span(to_tick, span.start_tick)), _from(span.end_tick))
        else:
            order = (_before(span.start_tick), Piece(Span(span.end_tick, to_tick)), Piece(span), _from(to_tick))
        return assembled(song, order)

    return Edit(label or (tr("Copy bars") if copies else tr("Move bars")), apply, over_locks=True)


def _before(tick: int) -> Piece:
    return Piece(Span(0, tick))


def _from(tick: int) -> Piece:
    return Piece(Span(tick, END_OF_TIME))


def _among(song: Song, track_ids: Tracks) -> list[Track]:
    return [track for track in song.tracks if track_ids is None or track.id in track_ids]


def _refuse_touching_locked(song: Song, span: Span, track_ids: Tracks) -> None:
    for track in _among(song, track_ids):
        if track.locked(track.notes.sounding_in(span)).any():
            raise LockedThere(
                tr("{track} has locked notes there, so nothing was deleted.", track=track.name), _how_to_unlock(track, span)
            )
        if any(lock.overlaps(span) for lock in track.locks):
            raise refusal(song, track, next(lock.start_tick for lock in track.locks if lock.overlaps(span)))


def _refuse_cutting_locked(song: Song, ticks: Iterable[int]) -> None:
    for tick in ticks:
        for track in song.tracks:
            rows = track.notes.sounding_in(Span(max(0, tick - 1), tick))
            if (track.locked(rows) & (ends(rows) > tick)).any():
                raise LockedThere(
                    tr("A locked note of {track} sounds across that bar line and would be cut.", track=track.name),
                    _how_to_unlock(track, Span(max(0, tick - 1), tick)),
                )


def _refuse_shifting_locked(song: Song, from_tick: int, track_ids: Tracks) -> None:
    """With all tracks the bars themselves move and what is locked with them; on single tracks it would leave its bars."""
    for track in _among(song, track_ids or ()):
        rows = track.notes.starting_in(Span(from_tick, END_OF_TIME))
        if track.is_locked or track.locked(rows).any() or any(lock.end_tick > from_tick for lock in track.locks):
            raise LockedThere(
                tr("What is locked on {track} would move, so nothing was changed.", track=track.name),
                _how_to_unlock(track, Span(from_tick, END_OF_TIME)),
            )


def _how_to_unlock(track: Track, span: Span) -> str:
    if track.is_locked:
        return tr(UNLOCK_TRACK)
    return tr(UNLOCK_BARS if any(lock.overlaps(span) for lock in track.locks) else UNLOCK_NOTES)


def _moved(rows: Rows, by_ticks: int) -> Rows:
    moved = rows.copy()
    moved["start"] += by_ticks
    return moved

"""Edits while a take is shown: what of them is for its notes, which are in no song yet, and what for the song."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from studio.edits.takes import EDITED, FOREIGN, OWN
from studio.errors import UnsupportedRequest
from studio.song.notes import ROW, Rows, sorted_rows
from studio.song.region import Mask
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import mark, tr

FIRST_ID = 1 << 30
"""Notes of a take that is shown have ids from here on, where no song comes to: the selection tells them by it."""
KEEP_FIRST = mark("Keep or discard the take first (Ctrl+Enter, Ctrl+Backspace).")
_SEEN = ("start", "length", "pitch", "velocity", "flags")


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """`parts`: the take's notes by track after an edit, None where it leaves them alone; whether the song changes too."""

    parts: tuple[tuple[int, Rows], ...] | None
    changes_song: bool


def divided(song: Song, shown: Song, after: Song, song_after: Song | None, mask: Mask) -> Division:
    """What an edit did, given the song, the song as it is shown with the take in it, and both after it (the first None where
    it cannot be edited so). UnsupportedRequest when no part of it can be done alone and its parts do not fit together."""
    ordinary = Division(None, True)
    if after is song_after or not _is_of_notes(shown, after):
        return ordinary
    own = _own_ids(shown, after)
    if own is None:
        return ordinary
    of_take, of_song, is_elsewhere = [], [], False
    for track in after.tracks:
        before = shown.track(track.id)
        if before is track:
            continue
        if before is song.track(track.id) and song_after is not None and _is_same(track, song_after.track(track.id)):
            is_elsewhere = True  # a track without the take, and the edit does the same to it in both songs
            continue
        old, new = before.notes.apart_from(track.notes)
        old, new = _differing(old, new)
        takes_old, takes_new = old["id"] >= FIRST_ID, _is_of_take(new, shown, track, mask)
        _refuse_leaving(old[~takes_old], new, track, mask, shown)
        if takes_old.any() or takes_new.any():
            of_take.append(track.id)
        if not takes_old.all() or not takes_new.all():
            of_song.append((track.id, old[~takes_old], new[~takes_new]))
    if not of_take:
        return ordinary
    if (of_song or is_elsewhere) and (song_after is None or not _are_same(of_song, song, song_after, after)):
        raise UnsupportedRequest(tr("This would change notes of the take and of the song together."), tr(KEEP_FIRST))
    parts = [(track_id, _packed(after.track(track_id), shown, mask, own)) for track_id in mask.region.track_ids]
    return Division(tuple((track_id, rows) for track_id, rows in parts if len(rows)), bool(of_song) or is_elsewhere)


def touches_take(shown: Song, after: Song, song_after: Song | None, mask: Mask) -> bool:
    """Whether an edit of notes changed any that are proposed, or wrote where they are."""
    if after is song_after or not _is_of_notes(shown, after):
        return False
    for track in after.tracks:
        old, new = _differing(*shown.track(track.id).notes.apart_from(track.notes))
        if (old["id"] >= FIRST_ID).any() or _is_of_take(new, shown, track, mask).any():
            return True
    return False


def moved_ids(ids: Iterable[int], after: Song, shown: Song) -> frozenset[int]:
    """A selection among the notes after an edit as ids of the same notes in the song that is shown then."""
    wanted = np.fromiter(ids, np.int64)
    found = set(wanted[wanted < FIRST_ID].tolist())
    wanted = wanted[wanted >= FIRST_ID]
    for track in after.tracks if len(wanted) else ():
        rows = track.notes.with_ids(wanted)
        if len(rows) and shown.has_track(track.id):
            there = shown.track(track.id).notes.starting_in(Span(int(rows["start"].min()), int(rows["start"].max()) + 1))
            same = np.isin(there["start"] * 128 + there["pitch"], rows["start"] * 128 + rows["pitch"])
            found |= set(there["id"][same & (there["id"] >= FIRST_ID)].tolist())
    return frozenset(found)


def _is_of_notes(shown: Song, after: Song) -> bool:
    """Whether the edit left time and tracks as they are."""
    same_tracks = [track.id for track in shown.tracks] == [track.id for track in after.tracks]
    return same_tracks and after.timeline is shown.timeline


def _own_ids(shown: Song, after: Song) -> tuple[int, int] | None:
    """The origins of the take's notes: as the model made them, and edited; None when the edit brings other origins along."""
    own = max((entry.id for entry in shown.origins if entry.id >= FIRST_ID and not entry.edited), default=0)
    known = {entry.id for entry in shown.origins}
    fresh = [entry for entry in after.origins if entry.id not in known]
    if any(entry.parent != own or not entry.edited for entry in fresh):
        return None
    edited = next((entry.id for entry in after.origins if entry.parent == own and entry.edited), -1)
    return own, edited


def _differing(old: Rows, new: Rows) -> tuple[Rows, Rows]:
    """Without the rows that are the same in both; sorted by id."""
    old, new = old[np.argsort(old["id"])], new[np.argsort(new["id"])]
    if not len(old) or not len(new):
        return old, new
    at = np.minimum(np.searchsorted(old["id"], new["id"]), len(old) - 1)
    same = old["id"][at] == new["id"]
    for name in (*_SEEN, "origin"):
        same &= old[name][at] == new[name]
    gone = np.ones(len(old), bool)
    gone[at[same]] = False
    return old[gone], new[~same]


def _is_of_take(new: Rows, shown: Song, track: Track, mask: Mask) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Notes of the take, and fresh ones where it may write."""
    inside = mask.covers(track.id, new["start"], new["pitch"])
    is_fresh = new["id"] >= shown.next_id
    found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = np.where(is_fresh, inside, new["id"] >= FIRST_ID)
    return found


def _refuse_leaving(old: Rows, new: Rows, track: Track, mask: Mask, shown: Song) -> None:
    """Notes of a take stay where it may write, and notes of the song do not go under it."""
    inside = mask.covers(track.id, new["start"], new["pitch"])
    is_of_take = (new["id"] >= FIRST_ID) & (new["id"] < shown.next_id)
    if (is_of_take & ~inside).any():
        raise UnsupportedRequest(tr("A note of the take would leave the bars and pitches that it is for."), tr(KEEP_FIRST))
    was_inside = old["id"][mask.covers(track.id, old["start"], old["pitch"])]
    comes = (new["id"] < FIRST_ID) & inside & ~np.isin(new["id"], was_inside)
    if comes.any():
        raise UnsupportedRequest(tr("A note of the song would go where the take is."), tr(KEEP_FIRST))


def _is_same(one: Track, other: Track) -> bool:
    """Whether two tracks that came of the same edit have the very same notes; looks only at what they do not share."""
    first, second = one.notes.apart_from(other.notes)
    return len(first) == len(second) and first.tobytes() == second.tobytes()


def _are_same(of_song: list[tuple[int, Rows, Rows]], song: Song, song_after: Song, after: Song) -> bool:
    """Whether the edit does to the song alone what it did to the song's notes beside the take's."""
    wanted = {track_id: (old, new) for track_id, old, new in of_song}
    if not _is_of_notes(song, song_after):
        return False
    for track in song_after.tracks:
        if track is song.track(track.id) and track.id not in wanted:
            continue
        if track.id not in wanted and _is_same(track, after.track(track.id)):
            continue
        old, new = _differing(*song.track(track.id).notes.apart_from(track.notes))
        meant_old, meant_new = wanted.get(track.id, (old[:0], new[:0]))
        if not _alike(old, meant_old, with_ids=True) or not _alike(new, meant_new, with_ids=False):
            return False
    return True


def _alike(one: Rows, other: Rows, *, with_ids: bool) -> bool:
    """Whether these are the same notes; fresh ones have other ids, so that start and pitch tell which is which."""
    if len(one) != len(other):
        return False
    first, second = (rows[np.argsort(rows["id"] if with_ids else rows["start"] * 128 + rows["pitch"])] for rows in (one, other))
    return all(bool((first[name] == second[name]).all()) for name in (*_SEEN, *(("id",) if with_ids else ())))


def _packed(track: Track, shown: Song, mask: Mask, own: tuple[int, int]) -> Rows:
    """The take's notes on a track as rows of a take."""
    rows = track.notes.starting_in(mask.region.span)
    rows = rows[_is_of_take(rows, shown, track, mask)]
    made = np.zeros(len(rows), ROW)
    for name in _SEEN:
        made[name] = rows[name]
    as_made, edited = own
    said = rows["origin"]
    made["origin"] = np.where(said == as_made, OWN, np.where(said == edited, EDITED, said + FOREIGN))
    return sorted_rows(made)

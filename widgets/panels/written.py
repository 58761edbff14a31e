"""What a request writes: its tracks, and whether they can keep to what is demanded of them."""

from __future__ import annotations

from studio.errors import RicercarError
from studio.explore import voicing
from studio.generation.asking import Aim, Wish, request_of
from studio.generation.demands import check_constraints
from studio.song.song import Song


def contradiction(wish: Wish, song: Song) -> str:
    """Why what is written cannot keep to what is demanded of it; empty when it can, or when nothing can be asked anyway."""
    if all(constraint.is_free for constraint in wish.constraints):
        return ""
    try:
        request = request_of(wish, song)
    except RicercarError:
        return ""
    try:
        check_constraints(request)
    except RicercarError as problem:
        return str(problem)
    return ""


def written_tracks(song: Song, aim: Aim, parts: tuple[str, ...]) -> tuple[int, ...]:
    """The tracks that a request for a model with these parts writes, the one aimed at first."""
    painted = tuple(patch.track_id for patch in aim.patches)
    return tuple(dict.fromkeys((aim.track_id, *(painted or further_tracks(song, aim.track_id, parts)))))


def is_drum_track(song: Song, track_id: int) -> bool:
    return song.has_track(track_id) and song.track(track_id).instrument.is_drum


def further_tracks(song: Song, track_id: int, parts: tuple[str, ...]) -> tuple[int, ...]:
    """The song's tracks for the other parts of a model that writes several."""
    if len(parts) < 2:
        return ()
    placed = voicing.seats(song, parts, track_id)
    return tuple(seat.track.id for seat in placed if not seat.is_new and seat.track.id != track_id)

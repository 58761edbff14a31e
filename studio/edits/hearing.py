"""What of a song is heard while takes are tried: all of it, the take alone, or the take without what was there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from studio.edits.proposals import FIRST_ID
from studio.song.mixing import Strip
from studio.song.notes import Notes
from studio.song.song import Song, Track

Hearing = Literal["context", "solo", "alone"]
"""In the song; only the tracks that takes are for; in the song, but without any other note of those tracks."""
HEARINGS: tuple[Hearing, ...] = ("context", "solo", "alone")


def heard(song: Song, shown: Song, track_ids: Collection[int], hearing: Hearing, gain_db: float = 0.0) -> Song:
    """The song with what is proposed, for the ear; `gain_db` is what the tracks of the take get more."""
    if hearing == "context" and not gain_db:
        return shown
    tracks = []
    for track in shown.tracks:
        is_for = track.id in track_ids
        notes = _proposed(track) if is_for and hearing == "alone" and shown is not song else track.notes
        strip = _strip(track.strip, is_for, hearing == "solo", gain_db)
        is_same = notes is track.notes and strip is track.strip
        tracks.append(track if is_same else replace(track, notes=notes, strip=strip))
    return replace(shown, tracks=tuple(tracks))


def _proposed(track: Track) -> Notes:
    rows = track.notes.rows
    return Notes(rows[rows["id"] >= FIRST_ID])


def _strip(strip: Strip, is_for: bool, is_solo: bool, gain_db: float) -> Strip:
    if is_solo:
        strip = replace(strip, is_muted=not is_for, is_solo=False, is_solo_safe=False)
    return replace(strip, gain_db=strip.gain_db + gain_db) if is_for and gain_db else strip

"""Keep a take: one undo step that writes it into the song with its origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.edits.changing import with_rows_added
from studio.edits.history import Edit
from studio.song import masking
from studio.song.notes import Rows
from studio.song.origin import Origin
from studio.song.region import Mask, Region
from studio.song.song import TRACK_COLOURS, Song, Track
from studio.song.ticks import Span
from studio.words import tr

Parts = Iterable[tuple[int, Rows]]


OWN, EDITED, FOREIGN = 0, 1, 2
"""What the origin column of a take's rows says: as the model made it; changed by hand since; and, added to FOREIGN, the id of
an entry of the song's table (0: drawn by hand)."""


def keep(parts: Parts, mask: Mask, origin: Origin, label: str, first_id: int = 0) -> Edit:
    """Replace what the mask covers by the take's notes. What is locked, and all outside the mask, stays as it is and is given
    way to.

    `origin.id` is dealt here, not below `first_id`; the take's notes refer to it.
    """
    listed = tuple(parts)

    def apply(song: Song) -> Song:
        dealt = replace(origin, id=max(song.next_id, first_id), edited=False)
        made = [dealt, replace(dealt, id=dealt.id + 1, edited=True, parent=dealt.id)]
        used = made[: 1 + any((rows["origin"] == EDITED).any() for _, rows in listed)]
        song = replace(song, origins=(*song.origins, *used), next_id=used[-1].id + 1)
        for track_id in mask.region.track_ids:
            track = song.track(track_id)
            song = song.with_track(track.with_notes(track.notes.spliced(masking.replaced(track, mask)["id"])))
        for track_id, rows in listed:
            fitted = _with_marks(masking.fitted(rows, song.track(track_id), mask), rows, dealt.id)
            song = with_rows_added(song, track_id, fitted)
        return song

    return Edit(label, apply)


def _with_marks(fitted: Rows, rows: Rows, own_id: int) -> Rows:
    """Fitted rows of a take with the flags and the origins that they had in it, as a song's table numbers them."""
    order = np.argsort(_keys(rows), kind="stable")
    at = order[np.searchsorted(_keys(rows)[order], _keys(fitted))] if len(fitted) else order[:0]
    said = rows["origin"][at]
    fitted["flags"] = rows["flags"][at]
    fitted["origin"] = np.where(said == OWN, own_id, np.where(said == EDITED, own_id + 1, said - FOREIGN))
    return fitted


def _keys(rows: Rows) -> NDArray[np.int64]:
    """Start and pitch as one number: no two notes of a track share both."""
    keys: NDArray[np.int64] = rows["start"] * 128 + rows["pitch"]
    return keys


def lay(parts: Parts, by_ticks: int, mask: Mask, origin: Origin, label: str) -> Edit:
    """Keep a take elsewhere: its parts are for the tracks of the mask, `by_ticks` later."""
    moved = []
    for track_id, rows in parts:
        later = rows.copy()
        later["start"] += by_ticks
        moved.append((track_id, later))
    return keep(moved, mask, origin, label)


def promote(parts: Parts, span: Span, origin: Origin, label: str, number: int) -> Edit:
    """A new track below each that the take is for, like it, with the take's notes alone."""
    listed = tuple(parts)

    def apply(song: Song) -> Song:
        made = []
        for track_id, rows in listed:
            source = song.track(track_id)
            strip = replace(source.strip, is_muted=False, is_solo=False)
            name = tr("{track}, take {number}", track=source.name, number=number)
            fresh = Track(song.next_id, name, _free_colour(song), source.instrument, strip, icon=source.icon, group=source.group)
            at = song.tracks.index(source) + 1
            song = replace(song, tracks=(*song.tracks[:at], fresh, *song.tracks[at:]), next_id=song.next_id + 1)
            made.append((fresh.id, rows))
        mask = Mask(Region(tuple(track_id for track_id, _ in made), span))
        return keep(made, mask, origin, label).apply(song)

    return Edit(label, apply)


def _free_colour(song: Song) -> int:
    used = [track.colour for track in song.tracks]
    return min(range(TRACK_COLOURS), key=lambda index: (used.count(index), index))

"""Keep a take: one undo step that writes it into the song with its origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.edits.changing import with_rows_added
from studio.edits.history import Edit
from studio.song.notes import LOCKED, Rows
from studio.song.origin import Origin
from studio.song.region import Mask
from studio.song.song import Song

Parts = Iterable[tuple[int, Rows]]


def keep(parts: Parts, mask: Mask, origin: Origin, label: str) -> Edit:
    """Replace what the mask covers by the take's notes. Locked notes, and all outside the mask, stay as they are.

    `origin.id` is dealt here; the take's notes refer to it.
    """
    listed = tuple(parts)

    def apply(song: Song) -> Song:
        dealt = replace(origin, id=song.next_id)
        song = replace(song, origins=(*song.origins, dealt), next_id=song.next_id + 1)
        for track_id in mask.region.track_ids:
            track = song.track(track_id)
            there = track.notes.starting_in(mask.region.span)
            inside = (there["pitch"] >= mask.low_pitch) & (there["pitch"] <= mask.high_pitch) & (there["flags"] & LOCKED == 0)
            song = song.with_track(track.with_notes(track.notes.spliced(there["id"][inside])))
        for track_id, rows in listed:
            song = with_rows_added(song, track_id, rows, origin=dealt.id)
        return song

    return Edit(label, apply)

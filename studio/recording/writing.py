"""Writing: what was recorded as an edit of the song, one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from studio.edits.changing import with_rows_added
from studio.edits.history import Edit, GestureId
from studio.edits.points import with_points
from studio.recording.phrase import Recorded
from studio.song.rows import taken
from studio.song.song import Song
from studio.words import counted, tr

Nearest = Callable[[int], int]
"""The line of the grid that is nearest to a tick."""


def write(track_id: int, recorded: Recorded, *, replaces: bool, label: str = "", gesture: GestureId | None = None) -> Edit:
    """Lay notes and controllers on a track. With `replaces` what began there before goes; what is locked stays, and where
    the track is shut nothing comes."""

    def apply(song: Song) -> Song:
        track = song.track(track_id)
        if replaces:
            there = track.notes.starting_in(recorded.span)
            gone = taken(there, ~track.locked(there))
            track = track.with_notes(track.notes.spliced(gone["id"]))
        song = song.with_track(with_points(track, recorded.points))
        return with_rows_added(song, track_id, taken(recorded.rows, ~track.shut(recorded.rows["start"])))

    return Edit(label or label_of(len(recorded.rows), len(recorded.points)), apply, gesture)


def label_of(notes: int, points: int = 0) -> str:
    """Such as "Record 24 notes"."""
    if not notes and points:
        return tr("Record controllers")
    return counted(notes, "Record {n} note", "Record {n} notes")


def on_grid(recorded: Recorded, nearest: Nearest, *, is_loop: bool) -> Recorded:
    """Starts put on the grid, lengths kept. What would go to the end of the pass goes to its beginning where the music turns
    there, and stays where it was played where it does not."""
    rows, span = recorded.rows.copy(), recorded.span
    starts = np.array([nearest(tick) for tick in rows["start"].tolist()], np.int64)
    if not recorded.is_bounded:
        rows["start"] = np.maximum(starts, span.start_tick)
        return replace(recorded, rows=rows)
    late = starts >= span.end_tick
    starts[late] = span.start_tick if is_loop else rows["start"][late]
    rows["start"] = np.maximum(starts, span.start_tick)
    rows["length"] = np.minimum(rows["length"], span.end_tick - rows["start"])
    return replace(recorded, rows=rows)

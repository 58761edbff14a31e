"""Takes out of files: what a file plays, laid on the bars that were chosen, to be compared and kept like any other take."""

from __future__ import annotations

import json

import numpy as np

from studio import VERSION
from studio.edits.merging import suiting
from studio.edits.takes import FOREIGN
from studio.errors import UnsupportedRequest
from studio.generation.contract import Request, Take
from studio.recording.takes import HUMAN
from studio.session import Session
from studio.song.notes import LOCKED, Rows, cut_to, without_overlaps
from studio.song.origin import Origin
from studio.song.region import Mask, Region
from studio.song.rows import joined
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import tr


def add_takes(session: Session, files: list[tuple[str, Song]], region: Region) -> int:
    """A take for each file (name and song) that has notes for these tracks, after all that lie there already; how many."""
    mask = Mask(region)
    found = [(name, parts) for name, song in files if (parts := _parts(session.song, song, region))]
    if not found:
        raise UnsupportedRequest(
            tr("There are no notes for these tracks in the first bars of the file."), tr("Add its tracks instead.")
        )
    tray = session.tray
    take_set = tray.begin(Request("import", HUMAN, session.song, mask, count=len(found)), keeps_all=True)
    for number, (name, parts) in enumerate(found, 1):
        origin = Origin(0, HUMAN, "", "import", 0, number, json.dumps({"by": "file", "file": name}), VERSION)
        tray.add(take_set, Take(number, region.span, parts, origin, remarks=(tr("From the file «{name}».", name=name),)))
        tray.label(len(take_set.takes) - 1, name)
    return len(found)


def _parts(song: Song, other: Song, region: Region) -> tuple[tuple[int, Rows], ...]:
    """What of a file goes on which track: on several tracks one of its own after the other, on a single one all of its kind."""
    tracks = [song.track(track_id) for track_id in region.track_ids]
    first = min((int(track.notes.rows["start"][0]) for track in other.tracks if len(track.notes)), default=0)
    begins = other.timeline.bar_start(other.timeline.bar_of(first))
    left = list(other.tracks)
    parts = []
    for at, track in enumerate(tracks):
        kind = [each for each in suiting(track, other) if each in left]
        is_last = not any(later.instrument.is_drum == track.instrument.is_drum for later in tracks[at + 1 :])
        chosen = kind if is_last else kind[:1]
        left = [each for each in left if each not in chosen]
        rows = _laid(chosen, begins, region.span)
        if len(rows):
            parts.append((track.id, rows))
    return tuple(parts)


def _laid(tracks: list[Track], begins: int, span: Span) -> Rows:
    """Their notes from a bar of the file on, where the span begins, and no further than it goes."""
    rows = joined([track.notes.rows for track in tracks])
    rows["start"] += span.start_tick - begins
    rows["id"], rows["flags"] = 0, rows["flags"] & ~np.uint8(LOCKED)
    settled, _, _ = without_overlaps(cut_to(rows, span))
    settled["origin"] = FOREIGN  # by hand, as far as models are concerned, whatever becomes of the take
    return settled

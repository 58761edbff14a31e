"""Undo: what 1 000 edits of one note each keep of memory, in a song of 100 000 notes, against one copy of that song.

Counted is what Python and numpy have allocated in addition after the edits, with their steps in the history, all undone and
redone once. "Shown" asks for the rows of every version as one array, as drawing a whole track does: of that one copy is kept,
whatever the number of edits, for the version that was asked last; the goal is for what the edits keep.
`python benchmarks/undo_memory.py [--json]`
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from studio.edits import notes
from studio.edits.history import History
from studio.song.song import Song, Track
from tests.every_action import large_song

EDITS, NOTES, GOAL = 1_000, 100_000, 2.0


def one_track(count: int) -> Song:
    """All notes on one track: the hardest case, since versions share tracks that are not touched."""
    song = large_song(count)
    rows = np.concatenate([track.notes.rows for track in song.tracks])
    first = Track(song.tracks[0].id, "Track")
    return Song("One track", (first.with_notes(first.notes.laid(rows)),), song.timeline, next_id=song.next_id)


def allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def kept_by_edits(song: Song, is_shown: bool) -> tuple[int, int]:
    """Bytes of one copy of the song, and bytes that the edits have added."""
    tracemalloc.start()
    before = allocated()
    copy = Song(song.title, tuple(track.with_notes(type(track.notes)(track.notes.rows)) for track in song.tracks), song.timeline)
    one_copy = allocated() - before
    history = History(copy)
    ids = np.concatenate([track.notes.rows["id"] for track in copy.tracks])
    chosen = np.random.default_rng(1).choice(ids, EDITS, replace=False).tolist()
    before = allocated()
    for at, note_id in enumerate(chosen):
        history.do(notes.change_velocity([note_id], 1 if at % 2 else -1), frozenset((note_id,)))
        if is_shown:
            assert all(len(track.notes.rows) for track in history.song.tracks)
    while history.undo_label is not None:
        history.undo()
    while history.redo_label is not None:
        history.redo()
    kept = allocated() - before
    tracemalloc.stop()
    return one_copy, kept


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    found = {}
    for name, song in (("one track", one_track(NOTES)), ("five tracks", large_song(NOTES))):
        for is_shown in (False, True):
            one_copy, kept = kept_by_edits(song, is_shown)
            found[f"{name}, shown" if is_shown else name] = {"copy": one_copy, "kept": kept, "ratio": round(kept / one_copy, 3)}
    worst = max(row["ratio"] for name, row in found.items() if not name.endswith("shown"))
    if asked.json:
        print(json.dumps({"rows": found, "worst": worst, "goal": GOAL}))
    else:
        for name, row in found.items():
            print(f"{name:20} one copy {row['copy'] / 1e6:6.2f} MB, kept {row['kept'] / 1e6:6.2f} MB: {row['ratio']:.2f}")
        print(f"worst {worst:.2f} (goal {GOAL:g})")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

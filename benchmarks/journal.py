"""The journal: one row an edit on the thread that edits, while another makes them safe; and replaying ten thousand edits.

`journal_row`: one note of a song of 100 000 moved, 2 000 times, a millisecond apart; how long recording takes while another
thread makes the rows safe every half a second, as the window does. `journal_replay`: the same journal with 10 000 rows, read
and replayed.
`python benchmarks/journal.py [--json]`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from studio.edits import notes
from studio.files.journal.book import Book, newest, recovered
from studio.files.journal.disk import Folder
from studio.files.project import new_document
from studio.song.notes import Notes, rows_from_columns
from studio.song.song import Song, Track

NOTES, ROWS, REPLAYED = 100_000, 2_000, 10_000
ROW_GOAL_MS, REPLAY_GOAL_S = 1.0, 2.0
SAFE_EVERY_S, APART_S = 0.5, 0.001


def song_with(count: int) -> Song:
    rows = rows_from_columns(np.arange(count) * 60, 50, 30 + np.arange(count) % 60, 80, id=np.arange(2, count + 2))
    return Song(tracks=(Track(1, "Lead", notes=Notes(rows)),), next_id=count + 2)


def recorded(book: Book, song: Song, count: int, apart_s: float = 0) -> tuple[Song, list[float]]:
    """The song after so many edits, and milliseconds for each row."""
    took = []
    for number in range(count):
        after = notes.transpose([2 + number * 37 % NOTES], 1 if number % 2 else -1).apply(song)
        began = time.perf_counter()
        book.record(song, after, "Transpose 1 note")
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(apart_s)
        song = after
    return song, took


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        disk, song = Folder(Path(place)), song_with(NOTES)
        book = Book.begin(disk, new_document(song), None, is_saved=False)
        stop = threading.Event()

        def make_safe() -> None:
            while not stop.wait(SAFE_EVERY_S):
                book.make_safe()

        beside = threading.Thread(target=make_safe)
        beside.start()
        song, took = recorded(book, song, ROWS, APART_S)
        stop.set()
        beside.join()
        song, _ = recorded(book, song, REPLAYED - ROWS)
        began = time.perf_counter()
        document = recovered(disk, newest(disk))
        replay_s = time.perf_counter() - began
        assert document.song == song, "the journal led elsewhere"
    p50, p99 = np.percentile(took, (50, 99))
    if asked.json:
        print(json.dumps({"p50_ms": p50, "p99_ms": p99, "worst_ms": max(took), "replay_s": replay_s}))
    else:
        print(
            f"journal_row     p50 {p50:.3f} ms   p99 {p99:.3f} ms   worst {max(took):.2f} ms   (goal p99 <= {ROW_GOAL_MS:g} ms)"
        )
        print(f"journal_replay  {REPLAYED} edits in a song of {NOTES} notes: {replay_s:.2f} s   (goal <= {REPLAY_GOAL_S:g} s)")
    return 0 if p99 <= ROW_GOAL_MS and replay_s <= REPLAY_GOAL_S else 1


if __name__ == "__main__":
    sys.exit(main())

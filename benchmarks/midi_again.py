"""Songs written "as read" and read again: which share comes back equal, of made-up ones and of every file in folders.

Equal: title, tempo, time signatures, keys and markers; of each track the name, the instrument, every note with its place,
length, pitch and velocity, and every controller, bend, pressure and program point, in order within its kind.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402

from studio.errors import RicercarError  # noqa: E402
from studio.files.midi.plan import written_name  # noqa: E402
from studio.files.midi.reading import song_from_bytes  # noqa: E402
from studio.files.midi.writing import bytes_of  # noqa: E402
from studio.song.song import Song, Track  # noqa: E402
from tests.midi_songs import songs  # noqa: E402

COLUMNS = ["start", "length", "pitch", "velocity"]
KINDS = range(5)
OPTIONS = {"preset": "as read", "muted": True}


def differences(song: Song) -> list[str]:
    """What is not the same after writing and reading, in words; empty where all is."""
    data, plan = bytes_of(song, OPTIONS)
    opened = song_from_bytes(data, "again.mid")
    again = opened.song
    found = [] if opened.report.is_exact else [f"report: {'; '.join(opened.report.sentences())}"]
    found += ["title"] * (again.title != (plan.title or "again"))
    found += [name for name in ("tempos", "meters", "keys") if getattr(again.timeline, name) != getattr(song.timeline, name)]
    marks = [[(marker.tick, marker.text) for marker in each.timeline.markers] for each in (song, again)]
    found += ["markers"] * (marks[0] != marks[1])
    if len(again.tracks) != len(song.tracks):
        return [*found, f"{len(again.tracks)} tracks instead of {len(song.tracks)}"]
    for number, (before, after) in enumerate(zip(song.tracks, again.tracks, strict=True), 1):
        found += [f"track {number}: {what}" for what in _track_differences(before, after, number)]
    return found


def _track_differences(before: Track, after: Track, number: int) -> list[str]:
    found = ["name"] * (after.name != written_name(before.name, False, f"Track {number}"))
    found += ["notes"] * (before.notes.rows[COLUMNS].tolist() != after.notes.rows[COLUMNS].tolist())
    if len(before.notes):  # in a track that plays nothing the last program is the instrument
        found += ["instrument"] * (before.instrument != after.instrument)
        points = [
            [each.controls.points[each.controls.points["kind"] == kind].tolist() for kind in KINDS] for each in (before, after)
        ]
        found += ["points"] * (points[0] != points[1])
    return found


def made_up(count: int) -> Counter[str]:
    totals: Counter[str] = Counter()

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(songs())
    def again(song: Song) -> None:
        totals["songs"] += 1
        totals["equal"] += not differences(song)

    again()
    return totals


def folder(path: Path, limit: int | None) -> Counter[str]:
    files = sorted(each for each in path.rglob("*") if each.suffix.lower() in (".mid", ".midi", ".kar", ".rmi"))
    if limit and len(files) > limit:
        files = [files[place * len(files) // limit] for place in range(limit)]
    totals: Counter[str] = Counter(songs=0, equal=0)
    for each in files:
        try:
            song = song_from_bytes(each.read_bytes(), each.name, partial=True).song
        except RicercarError as problem:
            print(f"  {problem}")
            continue
        totals["songs"] += 1
        totals["notes"] += song.note_count
        try:
            found = differences(song)
        except RicercarError as problem:
            found = [str(problem)]
        totals["equal"] += not found
        if found:
            print(f"  {each.name}: {', '.join(found[:5])}")
    return totals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--songs", type=int, default=2000, help="so many made-up ones")
    parser.add_argument("--limit", type=int, help="at most so many files of each folder, evenly chosen")
    options = parser.parse_args()
    print(f"made up: {dict(made_up(options.songs))}", flush=True)
    for path in options.folders:
        print(f"{path.name}: {dict(folder(path, options.limit))}", flush=True)


if __name__ == "__main__":
    main()

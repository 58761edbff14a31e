"""Our MIDI reader against two independent ones on folders of real files: every note, every difference counted.

    python benchmarks/midi_agreement.py FOLDER... [--limit N] [--json]

The same rules are applied to what mido's messages and symusic's notes give: positions rounded to 960 ticks a quarter,
notes never closed ended with their track (mido; symusic drops them), equal pitches of one track cut, equal starts
merged, zero lengths made one tick. Notes are then compared as multisets of (start, length, pitch, velocity, drum).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from studio.errors import RicercarError  # noqa: E402
from studio.files.formats.midi import read  # noqa: E402
from studio.song.song import Song  # noqa: E402

Sounding = tuple[int, int, int, int, bool]
"""Start, length, pitch, velocity, drum."""


def ours(song: Song) -> Counter[Sounding]:
    found: Counter[Sounding] = Counter()
    for track in song.tracks:
        columns = (track.notes.rows[name].tolist() for name in ("start", "length", "pitch", "velocity"))
        found.update((*note, track.instrument.is_drum) for note in zip(*columns, strict=True))
    return found


def settled(notes: Iterable[tuple[int, int, int, int]], is_drum: bool) -> Counter[Sounding]:
    """The rules, written a second time and one note at a time: (start, end, pitch, velocity) of one track and channel."""
    pitches: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for start, end, pitch, velocity in notes:
        length, loudest = pitches[pitch].get(start, (1, 0))
        pitches[pitch][start] = max(length, end - start), max(loudest, velocity)
    found: Counter[Sounding] = Counter()
    for pitch, starts in pitches.items():
        ordered = sorted(starts)
        for start, following in zip(ordered, [*ordered[1:], None], strict=True):
            length, velocity = starts[start]
            room = length if following is None else following - start
            found[start, min(length, room), pitch, velocity, is_drum] += 1
    return found


def to_song_tick(tick: int, ticks_per_beat: int) -> int:
    return (2 * 960 * tick + ticks_per_beat) // (2 * ticks_per_beat)


def by_mido(path: Path) -> Counter[Sounding]:
    import mido

    file = mido.MidiFile(path, clip=True)
    found: Counter[Sounding] = Counter()
    for track in file.tracks:
        tick = 0
        open_notes: dict[tuple[int, int], deque[tuple[int, int]]] = defaultdict(deque)
        closed: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        for message in track:
            tick += message.time
            if message.type == "end_of_track":
                break
            if message.type == "note_on" and message.velocity:
                open_notes[message.channel, message.note].append((tick, message.velocity))
            elif message.type in ("note_on", "note_off") and open_notes[message.channel, message.note]:
                start, velocity = open_notes[message.channel, message.note].popleft()
                closed[message.channel].append((start, tick, message.note, velocity))
        for (channel, pitch), left in open_notes.items():
            closed[channel] += [(start, tick, pitch, velocity) for start, velocity in left]
        beat = file.ticks_per_beat
        for channel, notes in closed.items():
            rounded = [(to_song_tick(start, beat), to_song_tick(end, beat), pitch, vel) for start, end, pitch, vel in notes]
            found += settled(rounded, channel == 9)
    return found


def by_symusic(path: Path) -> Counter[Sounding]:
    import symusic

    score = symusic.Score(str(path), ttype="tick")
    found: Counter[Sounding] = Counter()
    for track in score.tracks:
        beat = score.ticks_per_quarter
        notes = (
            (to_song_tick(note.start, beat), to_song_tick(note.end, beat), note.pitch, note.velocity) for note in track.notes
        )
        found += settled(notes, track.is_drum)
    return found


READERS = {"mido": by_mido, "symusic": by_symusic}


def compared(path: Path) -> dict[str, object]:
    """Notes ours, and per reader how many differ (missing there plus missing here)."""
    try:
        opened = read(path)
    except RicercarError as problem:
        return {"refused": str(problem)}
    mine = ours(opened.song)
    row: dict[str, object] = {"notes": sum(mine.values()), "report": opened.report}
    for name, reader in READERS.items():
        try:
            theirs = reader(path)
        except Exception as problem:  # other people's readers fail in any way they like
            row[name] = f"{type(problem).__name__}: {problem}"
            continue
        row[name] = ((mine - theirs).total(), (theirs - mine).total())
    return row


def folder_table(folder: Path, limit: int | None) -> dict[str, object]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".mid", ".midi"))
    if limit and len(files) > limit:
        files = [files[place * len(files) // limit] for place in range(limit)]
    table: dict[str, object] = {"folder": folder.name, "files": len(files), "opened": 0, "notes": 0}
    reports: Counter[str] = Counter()
    differing: dict[str, list[str]] = {name: [] for name in READERS}
    totals: Counter[str] = Counter()
    for path in files:
        row = compared(path)
        if "refused" in row:
            reports["refused: " + str(row["refused"])] += 1
            continue
        totals["opened"] += 1
        totals["notes"] += int(str(row["notes"]))
        report = row["report"]
        reports.update(report.dropped)  # type: ignore[attr-defined]
        reports.update(report.changed)  # type: ignore[attr-defined]
        for name in READERS:
            verdict = row[name]
            if isinstance(verdict, str):
                totals[f"{name} cannot open"] += 1
            else:
                here, there = verdict  # type: ignore[misc]
                totals[f"{name}: only here"] += here
                totals[f"{name}: only there"] += there
                if here or there:
                    differing[name].append(f"{path.name}: only here {here}, only there {there}")
    return {**table, **totals, "report": dict(reports), "differing": differing}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, help="at most so many files of each folder, evenly chosen")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tables = [folder_table(folder, options.limit) for folder in options.folders]
    if options.json:
        print(json.dumps(tables))
        return
    for table in tables:
        differing = table.pop("differing")
        print(json.dumps(table, indent=1))
        for name, lines in differing.items():  # type: ignore[attr-defined]
            print(f"  differs from {name}: {len(lines)} files")
            for line in lines[:12]:
                print("    " + line)


if __name__ == "__main__":
    main()

"""Songs -> whole lines on the sixteenth grid (melodies, basses, drum sets), in three parts, packed in one file.

Reading thousands of songs takes minutes, a packed file seconds: training elsewhere needs only that file.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from backends.representations.melody import STEP_TICKS, attacks, read_line
from backends.representations.phrases import drum_numbers
from backends.training.corpus import NAMES_OF_MELODY, PARTS, part_of
from studio.jobs.progress import Progress
from studio.paths import write_atomically
from studio.song.song import Song, Track
from studio.song.ticks import Span

KINDS = ("melody", "bass", "drums")
BAR = 16
FEWEST_NOTES = 16
LEAST_MONOPHONIC = 0.9
"""Share of notes that a track without a telling name must keep as a single line to count as one."""
LEAST_ON_GRID = 0.9
"""Songs an index says are less on the grid are left out."""
COARSEST = 0.12
"""Mean distance from the grid, in steps, above which a line was not played to it."""
BASS = range(32, 40)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line of a song over a stretch in 4/4. `values`: raw melody symbols or drum-set numbers, [step], from a bar line.

    `stretch` tells the stretches of one song apart: lines of one song and stretch sound together.
    """

    kind: int
    song: int
    stretch: int
    values: NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """All lines of some folders; per song its part (0 train, 1 valid, 2 test) and its folder's place in the list."""

    lines: tuple[Line, ...]
    parts: NDArray[np.int8]
    folders: NDArray[np.int16]
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> Iterator[Line]:
        return (line for line in self.lines if line.kind == KINDS.index(kind))

    def described(self) -> str:
        """One line per count."""
        sizes = [f"{part}: {int((self.parts == at).sum())} songs" for at, part in enumerate(PARTS)]
        found = Counter(KINDS[line.kind] for line in self.lines)
        return "\n".join(
            sizes + [f"{kind} lines: {found[kind]}" for kind in KINDS] + [f"{k}: {n}" for k, n in sorted(self.counts.items())]
        )


Songs = Iterable[tuple[Path, Iterable[tuple[str, Song]]]]


def read_lines(folders: Songs, progress: Progress | None = None) -> Lines:
    """Every line of every song. An `index.csv` or `info.csv` with a `split` column is the official split and is kept;
    else songs are split 90/5/5 by a hash of their tune."""
    counts: Counter[str] = Counter()
    lines: list[Line] = []
    parts: list[int] = []
    owners: list[int] = []
    for folder, (place, songs) in enumerate(folders):
        index = read_index(place)
        table = "kit" if "groove" in str(place).lower() else "general"
        for name, song in songs:
            if progress is not None:
                progress.stop_if_cancelled()
            counts["songs read"] += 1
            entry = index.get(name.split("#")[0])
            if entry is not None and entry.on_grid < LEAST_ON_GRID:
                counts["songs off the grid"] += 1
                continue
            found = list(_song_lines(song, len(parts), table, counts))
            if not found:
                counts["songs without a line in 4/4"] += 1
                continue
            lines += found
            parts.append(PARTS.index(entry.part) if entry is not None else PARTS.index(part_of(_tune_digest(found))))
            owners.append(folder)
    return Lines(tuple(lines), np.array(parts, np.int8), np.array(owners, np.int16), dict(counts))


@dataclass(frozen=True, slots=True)
class Entry:
    part: str
    on_grid: float = 1.0


def read_index(place: Path) -> dict[str, Entry]:
    """The official split beside the songs, by the path below the folder; empty when there is none."""
    for name in ("index.csv", "info.csv"):
        path = place / name
        if not path.is_file():
            continue
        with open(path, encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        key = next((name for name in ("file", "midi_filename") if rows and name in rows[0]), "")
        if key and "split" in rows[0]:
            called = {"train": "train", "validation": "valid", "valid": "valid", "test": "test"}
            known = [row for row in rows if row["split"] in called]
            return {row[key]: Entry(called[row["split"]], float(row.get("on_grid") or 1.0)) for row in known}
    return {}


def _song_lines(song: Song, number: int, table: str, counts: Counter[str]) -> Iterator[Line]:
    for stretch, span in enumerate(_common_time(song)):
        drums = [track for track in song.tracks if track.instrument.is_drum and track.notes]
        if drums:
            rows = np.concatenate([track.notes.rows for track in drums])
            yield Line(2, number, stretch, drum_numbers(rows, span, table))
        for track in song.tracks:
            if track.is_audio or track.instrument.is_drum or len(track.notes) < FEWEST_NOTES:
                continue
            kind = _kind_of(track, len(song.tracks))
            reading = read_line(track.notes.rows, span)
            if reading.error_steps > COARSEST:
                counts["tracks off the grid"] += 1
                continue
            attack_count = int((reading.line >= 0).sum())
            is_line = attack_count >= LEAST_MONOPHONIC * (attack_count + reading.dropped + reading.cut)
            if kind is not None and attack_count >= FEWEST_NOTES and (is_line or _is_named_melody(track)):
                yield Line(kind, number, stretch, reading.line)


def _common_time(song: Song) -> Iterator[Span]:
    """The stretches in 4/4, whole bars."""
    end = max((track.notes.end_tick for track in song.tracks), default=0)
    meters = song.timeline.meters
    stops = [meter.tick for meter in meters[1:]] + [end]
    bar_ticks = BAR * STEP_TICKS
    for meter, stop in zip(meters, stops, strict=True):
        bars = -(-(min(stop, end) - meter.tick) // bar_ticks)
        if meter.bar_ticks == bar_ticks and bars > 0:
            yield Span(meter.tick, meter.tick + bars * bar_ticks)


def _is_named_melody(track: Track) -> bool:
    return any(word in track.name.lower() for word in NAMES_OF_MELODY)


def _kind_of(track: Track, track_count: int) -> int | None:
    """Melody (0), bass (1), or neither: accompaniment below the middle is no melody."""
    if track.instrument.program in BASS or "bass" in track.name.lower():
        return 1
    if _is_named_melody(track) or track_count == 1:
        return 0
    return 0 if float(np.mean(track.notes.rows["pitch"])) >= 60 else None


def _tune_digest(lines: list[Line]) -> bytes:
    """The same for transpositions of one tune: the intervals and steps of its first line."""
    for line in lines:
        if line.kind == 2:
            continue
        starts, _, pitches = attacks(line.values)
        return hashlib.sha256(np.stack([np.diff(pitches), np.diff(starts)]).astype(np.int16).tobytes()).digest()
    return hashlib.sha256(lines[0].values.tobytes()).digest()


# The packed file


def save_lines(lines: Lines, path: Path) -> None:
    """One compressed file of plain arrays."""
    lengths = np.array([len(line.values) for line in lines.lines], np.int32)
    table = np.array([(line.kind, line.song, line.stretch) for line in lines.lines], np.int32).reshape(-1, 3)
    values = np.concatenate([line.values for line in lines.lines]) if lines.lines else np.zeros(0, np.int16)
    names = np.array([*lines.counts], dtype=np.str_)
    counts = np.array([*lines.counts.values()], np.int64)

    def fill(stream: IO[bytes]) -> None:
        np.savez_compressed(
            stream,
            lengths=lengths,
            table=table,
            values=values,
            parts=lines.parts,
            folders=lines.folders,
            names=names,
            counts=counts,
        )

    write_atomically(path, fill)


def load_lines(path: Path) -> Lines:
    """What `save_lines` wrote."""
    with np.load(path) as found:
        pieces = np.split(found["values"], np.cumsum(found["lengths"])[:-1]) if len(found["lengths"]) else []
        lines = tuple(
            Line(int(kind), int(song), int(stretch), piece)
            for (kind, song, stretch), piece in zip(found["table"], pieces, strict=True)
        )
        counts = dict(zip(found["names"].tolist(), found["counts"].tolist(), strict=True))
        return Lines(lines, found["parts"], found["folders"], counts)

"""Drum performances -> two-bar windows at a one-bar hop, in the three parts of the set's own split."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.representations.drums import (
    BAR_STEPS,
    GENERAL_MIDI,
    KIT,
    STEP_TICKS,
    VOICE_COUNT,
    WINDOW_STEPS,
    Groove,
    read_groove,
)
from backends.training.corpus import PARTS, part_of
from backends.training.latent_lines import LEAST_ON_GRID, read_index
from studio.errors import UnreadableFile
from studio.jobs.progress import Progress
from studio.song.notes import Rows, ends
from studio.song.song import Song
from studio.words import tr

FEWEST_HITS = 4
FEWEST_STIFF = 12
STIFF = "stiff"


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows side by side: hits, velocities, offsets [window, step, voice], and the tempo of each in quarters a minute."""

    hits: NDArray[np.bool_]
    velocities: NDArray[np.float32]
    offsets: NDArray[np.float32]
    tempos: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.hits)

    def chosen(self, index: NDArray[np.int64]) -> Windows:
        return Windows(self.hits[index], self.velocities[index], self.offsets[index], self.tempos[index])

    def then(self, other: Windows) -> Windows:
        """These, and the others after them."""
        pairs = zip(self.columns, other.columns, strict=True)
        return Windows(*(np.concatenate(pair) for pair in pairs))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        return self.hits, self.velocities, self.offsets, self.tempos


@dataclass(frozen=True, slots=True)
class DrumCorpus:
    """The three parts of what drummers played, windows of drums that were written on the grid (which to hit is learnt from
    them, not how), and counts of what was read, skipped and why."""

    parts: Mapping[str, Windows]
    stiff: Windows
    counts: Mapping[str, int]

    def described(self) -> str:
        """One line per part and count, for a log."""
        sizes = [f"{part}: {len(held)} windows, {int(held.hits.sum())} hits" for part, held in self.parts.items()]
        sizes.append(f"on the grid, for training: {len(self.stiff)} windows, {int(self.stiff.hits.sum())} hits")
        return "\n".join(sizes + [f"{name}: {count}" for name, count in sorted(self.counts.items())])


@dataclass(frozen=True, slots=True)
class Listing:
    """What a set's own list says of one file."""

    part: str
    is_beat: bool
    meter: str


@dataclass(slots=True)
class _Found:
    """Windows gathered so far; under "stiff" those of drums on the grid."""

    counts: Counter[str] = field(default_factory=Counter)
    held: dict[str, list[tuple[Groove, float]]] = field(default_factory=lambda: {part: [] for part in (*PARTS, STIFF)})
    seen: set[bytes] = field(default_factory=set)

    def take(self, song: Song, rows: Rows, part: str, table: Mapping[int, int]) -> None:
        steps = -(-int(ends(rows).max()) // (STEP_TICKS * BAR_STEPS)) * BAR_STEPS
        reading = read_groove(rows, 0, steps, table)
        self.counts["hits read"] += len(reading.rows)
        self.counts["hits behind a louder one"] += reading.lost
        self.counts["notes outside the table"] += sum(reading.outside.values())
        for first in range(0, max(1, steps - WINDOW_STEPS + 1), BAR_STEPS):
            window = reading.groove.part(first, WINDOW_STEPS)
            if window.hits.sum() < (FEWEST_STIFF if part == STIFF else FEWEST_HITS):
                self.counts["windows nearly empty"] += 1
                continue
            told = window.hits if part == STIFF else window.stacked
            digest = hashlib.sha256(part.encode() * (part == STIFF) + told.tobytes()).digest()
            if digest in self.seen:
                self.counts["exact doubles dropped"] += 1
                continue
            self.seen.add(digest)
            self.held[part].append((window, song.timeline.tempo_at(first * STEP_TICKS).bpm))


def build_windows(folders: Iterable[tuple[Path, Iterable[tuple[str, Song]]]], progress: Progress | None = None) -> DrumCorpus:
    """Windows of every folder. One with Groove's info.csv keeps its split and its beats in 4/4 alone, and is read with the
    kit's table. Of one with an index.csv that says how far songs lie on the grid, the training part is taken, as drums on the
    grid. Any other is split 90/5/5 by a hash of its content."""
    found = _Found()
    for place, songs in folders:
        listed = listings(place)
        index = read_index(place) if listed is None else {}
        for name, song in songs:
            if progress is not None:
                progress.stop_if_cancelled()
            found.counts["songs read"] += 1
            entry, line = (listed or {}).get(name), index.get(name.split("#")[0])
            if listed is not None and (entry is None or not entry.is_beat or entry.meter != "4-4"):
                found.counts["skipped, no beat in 4/4 of the list"] += 1
                continue
            if index and (line is None or line.part != "train" or line.on_grid < LEAST_ON_GRID):
                found.counts["skipped, kept back by the list or off the grid"] += 1
                continue
            rows = drum_rows(song)
            if not len(rows):
                found.counts["skipped, no drums"] += 1
                continue
            if any((meter.numerator, meter.denominator) != (4, 4) for meter in song.timeline.meters):
                found.counts["skipped, not in 4/4"] += 1
                continue
            part = STIFF if index else entry.part if entry is not None else part_of(rows.tobytes())
            found.take(song, rows, part, KIT if listed is not None else GENERAL_MIDI)
    held = {part: stacked_windows(pairs) for part, pairs in found.held.items()}
    stiff = held.pop(STIFF)
    return DrumCorpus(held, stiff, dict(found.counts))


def drum_rows(song: Song) -> Rows:
    """The notes of all drum tracks."""
    found = [track.notes.rows for track in song.tracks if track.instrument.is_drum and track.notes]
    return np.concatenate(found) if found else song.tracks[0].notes.rows[:0]


def listings(place: Path) -> dict[str, Listing] | None:
    """Groove's info.csv by file name, None where the folder has none."""
    path = place / "info.csv"
    if not path.is_file():
        return None
    names = {"train": "train", "validation": "valid", "test": "test"}
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return {
                line["midi_filename"]: Listing(names[line["split"]], line["beat_type"] == "beat", line["time_signature"])
                for line in csv.DictReader(stream)
            }
    except (KeyError, TypeError, UnicodeDecodeError, csv.Error) as problem:
        raise UnreadableFile(
            tr("«{path}» is no list of the Groove data ({problem}).", path=path, problem=problem),
            tr("Give the folder as it was unpacked, or remove the list."),
        ) from problem


def stacked_windows(found: list[tuple[Groove, float]]) -> Windows:
    shape = (0, WINDOW_STEPS, VOICE_COUNT)
    if not found:
        return Windows(np.zeros(shape, bool), np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(0, np.float32))
    grooves = [groove for groove, _ in found]
    return Windows(
        np.stack([groove.hits for groove in grooves]),
        np.stack([groove.velocities for groove in grooves]),
        np.stack([groove.offsets for groove in grooves]),
        np.array([tempo for _, tempo in found], np.float32),
    )

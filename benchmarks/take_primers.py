"""Held-out stretches of melody for judging takes: eight bars to go on from, and the eight that really followed.

They come from songs of one part of the split that training makes of the same folders: the test part to judge by, the
validation part to fit a card's habits to. No model trained on those folders has learnt from either.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from frame import ROOT
from numpy.typing import NDArray

from backends.representations.melody import STEP_TICKS, Line, MelodyCodec, bar_steps, read_line
from backends.training.corpus import build, melody_track
from studio.files.folder import songs_in
from studio.song.notes import ROW, Notes, Rows, sorted_rows
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.song.timeline import MeterChange, Timeline

Part = Literal["test", "valid"]
PRIMER_BARS, NEXT_BARS = 8, 8
MOST_PER_SONG = 4
STRIDE_BARS = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sixteen bars of `bar` steps, from tick 0: rows as played, metre, and the data folder they are from."""

    rows: Rows
    bar: int
    meter: MeterChange
    folder: str

    @property
    def bar_ticks(self) -> int:
        return self.bar * STEP_TICKS

    @property
    def line(self) -> Line:
        return read_line(self.rows, Span(0, (PRIMER_BARS + NEXT_BARS) * self.bar_ticks)).line

    def song(self, without: Span) -> Song:
        """The stretch as a song of one track, the notes that begin in a span left out."""
        kept = self.rows[(self.rows["start"] < without.start_tick) | (self.rows["start"] >= without.end_tick)]
        track = Track(1, "Melody").with_notes(Notes(kept))
        return Song(tracks=(track,), timeline=Timeline(meters=(self.meter._replace(tick=0),)), next_id=10**6)


def held_out(folders: Sequence[Path], count: int, part: Part = "test", seed: int = 1) -> list[Stretch]:
    """Up to `count` stretches of songs of that part."""
    songs: dict[str, Song] = {}
    for at, folder in enumerate(folders):
        if not folder.is_dir():
            raise SystemExit(f"{folder} is no folder; beside the repository it would be under {ROOT.parent}")
        for name, song in songs_in(folder):
            songs[f"{at}:{name}"] = song
    corpus = build(songs.items(), MelodyCodec())
    rng = np.random.default_rng(seed)
    sources = sorted({melody.source for melody in corpus.parts[part]})
    found = [stretch for source in sources for stretch in _of_song(songs[source], folders[int(source.split(":")[0])].name, rng)]
    return [found[at] for at in rng.permutation(len(found))[:count]]


def asked_for(arguments: argparse.Namespace, part: Part) -> list[Stretch]:
    """The stretches of a benchmark's --data, or those that its --primers file keeps."""
    if arguments.primers and arguments.primers.exists():
        return loaded(arguments.primers)
    found = held_out(arguments.data, arguments.count, part)
    if arguments.primers:
        saved(arguments.primers, found)
    return found


def primer_parser(description: str | None) -> argparse.ArgumentParser:
    """The arguments of a benchmark on primers."""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", default=[], help="folders as in the card's command")
    parser.add_argument("--primers", type=Path, help="keep the stretches in this file, or take them from it")
    parser.add_argument("--count", type=int, default=1000, help="at most so many")
    return parser


def _of_song(song: Song, folder: str, rng: np.random.Generator) -> list[Stretch]:
    """Up to MOST_PER_SONG stretches that do not overlap."""
    track = melody_track(song)
    found = list(_stretches(song, track[0], folder)) if track else []
    kept: dict[int, Stretch] = {}
    for at in rng.permutation(len(found)):
        start, stretch = found[at]
        length = (PRIMER_BARS + NEXT_BARS) * stretch.bar_ticks
        if len(kept) < MOST_PER_SONG and all(abs(start - other) >= length for other in kept):
            kept[start] = stretch
    return [kept[start] for start in sorted(kept)]


def _stretches(song: Song, track: Track, folder: str) -> Iterator[tuple[int, Stretch]]:
    """Every sixteen bars of one metre, that have a melody going on in them."""
    meters = song.timeline.meters
    ends_at = [meter.tick for meter in meters[1:]] + [track.notes.end_tick]
    for meter, end in zip(meters, ends_at, strict=True):
        bar = bar_steps(meter)
        length = (PRIMER_BARS + NEXT_BARS) * bar * STEP_TICKS
        for start in range(meter.tick, end - length + 1, STRIDE_BARS * bar * STEP_TICKS):
            rows = track.notes.starting_in(Span(start, start + length)).copy()
            rows["start"] -= start
            stretch = Stretch(rows, bar, meter, folder)
            struck = (stretch.line >= 0).reshape(-1, bar).any(axis=1)
            if len(rows) >= 32 and _goes_on(struck) and len(np.unique(rows["pitch"] % 12)) >= 5:
                yield start, stretch


def _goes_on(struck: NDArray[np.bool_]) -> bool:
    """Whether notes begin in the bars on either side of each join, and in one of any two bars elsewhere."""
    return bool(struck[[0, 7, 8, 11, 12]].all() and (struck[1:] | struck[:-1]).all())


def saved(path: Path, stretches: Sequence[Stretch]) -> None:
    """Keep stretches in a file of plain arrays."""
    np.savez_compressed(
        path,
        rows=np.concatenate([stretch.rows for stretch in stretches]),
        sizes=np.array([len(stretch.rows) for stretch in stretches]),
        bars=np.array([stretch.bar for stretch in stretches]),
        meters=np.array([tuple(stretch.meter) for stretch in stretches]),
        folders=np.array([stretch.folder for stretch in stretches]),
    )


def loaded(path: Path) -> list[Stretch]:
    found = np.load(path)
    pieces = np.split(found["rows"].astype(ROW), np.cumsum(found["sizes"])[:-1])
    return [
        Stretch(sorted_rows(rows), int(bar), MeterChange(*(int(value) for value in meter)), str(folder))
        for rows, bar, meter, folder in zip(pieces, found["bars"], found["meters"], found["folders"], strict=True)
    ]


def described(stretches: Sequence[Stretch]) -> str:
    counts = Counter(stretch.folder for stretch in stretches)
    return ", ".join(f"{count} of {folder}" for folder, count in sorted(counts.items()))

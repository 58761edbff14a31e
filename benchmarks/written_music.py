"""Scores and tunes of a folder: how many are read, what became of their signs, how many bars are as long as they should be,
and how Nottingham's tunes agree with the MIDI files that another program made of them.

    python benchmarks/written_music.py FOLDER... [--abc2midi]

With `--abc2midi` every tune is given to that program as well (package abcmidi) and the notes are compared; what it plays in a way
of its own is taken out of the text first: grace notes, ornaments, and the field that makes it swing hornpipes.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from studio.errors import RicercarError
from studio.files.abc_music.book import FIELD, Tune, text_of_book, tunes
from studio.files.abc_music.reading import song_of_tune
from studio.files.format import open_song
from studio.files.report import Opened
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT

BEGINNING = 24
"""Notes of a tune that come before anything is repeated or tied."""


@dataclass
class Table:
    """What a folder holds."""

    files: int = 0
    read: int = 0
    refused: list[str] = field(default_factory=list)
    notes: int = 0
    exact: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    bars: int = 0
    odd_bars: int = 0

    def add(self, opened: Opened) -> None:
        self.read += 1
        self.notes += opened.song.note_count
        self.exact += opened.report.read
        self.dropped.update(opened.report.dropped)
        self.changed.update(opened.report.changed)
        regular, odd = bar_lengths(opened.song)
        self.bars, self.odd_bars = self.bars + regular + odd, self.odd_bars + odd

    @property
    def events(self) -> int:
        return self.exact + self.dropped.total() + self.changed.total()


def bar_lengths(song: Song) -> tuple[int, int]:
    """Bars of a song, and those that had to begin anew inside the one before: its notes do not fill it, or are too many."""
    timeline = song.timeline
    bars = timeline.bar_of(max(0, song.end_tick - 1))
    cut = sum(
        (meter.tick - before.tick) % (before.numerator * 4 * TICKS_PER_BEAT // before.denominator) != 0
        for before, meter in zip(timeline.meters, timeline.meters[1:], strict=False)
    )
    return bars - cut, cut


def books(folder: Path) -> Iterator[tuple[Path, Tune]]:
    for path in sorted(folder.rglob("*.abc")):
        for tune in tunes(text_of_book(path.read_bytes())):
            yield path, tune


def table_of(folder: Path) -> Table:
    """Every ABC tune and every score below the folder."""
    table = Table()
    for path, tune in books(folder):
        try:
            table.add(song_of_tune(tune, path.name))
        except RicercarError as problem:
            table.refused.append(str(problem))
    scores = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".mxl", ".musicxml", ".xml"))
    for path in scores:
        try:
            table.add(open_song(path))
        except RicercarError as problem:
            table.refused.append(str(problem))
    table.files = len({path for path, _ in books(folder)}) + len(scores)
    return table


@dataclass
class Agreement:
    """Nottingham's tunes beside the MIDI files of the set."""

    tunes: int = 0
    same_count: int = 0
    same_pitches: int = 0
    same_starts: int = 0
    notes: int = 0
    notes_apart: int = 0
    chords: int = 0
    chords_apart: int = 0
    others: list[str] = field(default_factory=list)
    same_beginnings: int = 0
    """Of the others."""


def agreement(folder: Path, chosen: Iterable[tuple[Path, Tune]] | None = None) -> Agreement:
    """Melodies and chords of each tune that has a MIDI file, its book and its number.

    Where the counts differ, the other program plays other repeats or breaks ties: then the beginnings are compared.
    """
    found = Agreement()
    midi = {path.stem: path for path in folder.rglob("*.mid") if path.parent.name == "MIDI"}
    for path, tune in chosen if chosen is not None else books(folder):
        number = tune.lines[0].split(":")[1].strip()
        other = midi.get(f"{path.stem}{number}")
        if other is None:
            continue
        mine, theirs = song_of_tune(tune, path.name).song, open_song(other).song
        found.tunes += 1
        melody = mine.tracks[0].notes.rows
        plain = _melody(theirs).notes.rows
        if len(melody) != len(plain):
            found.others.append(f"{path.stem}{number}: {len(melody)} notes here, {len(plain)} there")
            first = [rows[["start", "pitch"]][:BEGINNING].tolist() for rows in (melody, plain)]
            found.same_beginnings += first[0] == first[1]
            continue
        found.same_count += 1
        apart = int((melody["pitch"] != plain["pitch"]).sum())
        found.same_pitches += not apart
        found.same_starts += bool(np.array_equal(melody["start"], plain["start"]))
        found.notes, found.notes_apart = found.notes + len(plain), found.notes_apart + apart
        if len(mine.tracks) > 1 and len(theirs.tracks) > 1 and np.array_equal(melody["start"], plain["start"]):
            _compare_chords(mine.tracks[-1], min(theirs.tracks, key=_height), found)
    return found


PLAYED_ITS_WAY = re.compile(r"\{[^}\n]*\}|![a-z]+!|\+[a-z]+\+|[~THLMOPSuv](?=[^:])")
NEAR_TICKS = 4
"""abc2midi counts 480 parts a quarter."""


def beside_abc2midi(folder: Path) -> Agreement:
    """Notes of each tune as we read it and as abc2midi plays it."""
    found = Agreement()
    with tempfile.TemporaryDirectory() as place:
        text, played = Path(place, "tune.abc"), Path(place, "tune.mid")
        for path, tune in books(folder):
            plain = Tune(tune.first_line, tuple(_plain(line) for line in tune.lines if not line.startswith("R:")), tune.preface)
            lines = (*plain.preface, plain.lines[0], "%%MIDI chordattack 0", *plain.lines[1:])
            text.write_text("\n".join(lines) + "\n")
            played.unlink(missing_ok=True)
            subprocess.run(["abc2midi", text, "-o", played, "-NGUI"], capture_output=True, check=False)
            if not played.exists():
                found.others.append(f"{path.stem}, line {tune.first_line}: abc2midi gives nothing")
                continue
            found.tunes += 1
            mine = song_of_tune(plain, path.name).song.tracks[0].notes.rows
            theirs = max(open_song(played).song.tracks, key=lambda track: len(track.notes)).notes.rows
            if len(mine) != len(theirs):
                found.others.append(f"{path.stem}, line {tune.first_line}: {len(mine)} notes here, {len(theirs)} there")
                continue
            lead = int(mine["start"][0]) - int(theirs["start"][0])
            found.same_count += 1
            found.same_pitches += bool(np.array_equal(mine["pitch"], theirs["pitch"]))
            found.same_starts += bool((np.abs(mine["start"] - theirs["start"] - lead) <= NEAR_TICKS).all())
    return found


def _plain(line: str) -> str:
    return line if FIELD.match(line) else PLAYED_ITS_WAY.sub("", line)


def _melody(song: Song) -> Track:
    return max(song.tracks, key=_height)


def _height(track: Track) -> float:
    return float(track.notes.rows["pitch"].mean()) if track.notes else 0.0


def _compare_chords(mine: Track, theirs: Track, found: Agreement) -> None:
    """At each chord of theirs: are its pitch classes those that sound here?"""
    rows, others = mine.notes.rows, theirs.notes.rows
    for start in np.unique(others["start"]).tolist():
        want = set((others["pitch"][others["start"] == start] % 12).tolist())
        sounding = rows[(rows["start"] <= start) & (rows["start"] + rows["length"] > start)]
        found.chords += 1
        found.chords_apart += want != set((sounding["pitch"] % 12).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--abc2midi", action="store_true")
    chosen = parser.parse_args()
    for folder in chosen.folders:
        table = table_of(folder)
        print(f"{folder.name}: {table.files} files, {table.read} read, {len(table.refused)} refused, {table.notes} notes")
        print(f"  events {table.events}: as they were {table.exact}, left out {table.dropped.total()}", end="")
        print(f", altered {table.changed.total()}")
        print(f"  bars {table.bars}, of these {table.odd_bars} not as long as their meter says")
        for kind, count in (*table.dropped.most_common(), *table.changed.most_common()):
            print(f"    {kind}: {count}")
        for sentence in table.refused:
            print(f"    {sentence}")
        agreed = agreement(folder)
        if agreed.tunes:
            print(f"  {agreed.tunes} tunes with a MIDI file, {agreed.same_count} of them of as many notes:")
            print(f"    all starts equal in {agreed.same_starts}, all pitches in {agreed.same_pitches};", end="")
            print(f" {agreed.notes_apart} of {agreed.notes} notes and {agreed.chords_apart} of {agreed.chords} chords differ")
            print(f"    of the other {len(agreed.others)} tunes {agreed.same_beginnings} begin with the same {BEGINNING} notes")
        if chosen.abc2midi:
            beside = beside_abc2midi(folder)
            print(
                f"  abc2midi plays {beside.tunes} tunes: {beside.same_count} of as many notes, {beside.same_pitches} of the",
                end="",
            )
            print(f" same pitches, {beside.same_starts} of the same starts")


if __name__ == "__main__":
    main()

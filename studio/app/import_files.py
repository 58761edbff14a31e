"""Files on their way in: which of them are music or SoundFonts, and what was read of those that are music."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from studio.errors import RicercarError
from studio.files import format as formats
from studio.files.report import Opened, Report
from studio.files.several import Several, open_nth, open_or_list
from studio.jobs.progress import Progress
from studio.song.notes import Rows
from studio.song.rows import joined, taken
from studio.song.song import Song
from studio.words import counted, tr

FONTS, SOUNDS = (".sf2", ".sf3"), (".wav", ".flac")
MOST_PICTURED = 20_000
"""Of more notes than a small picture can show, some are left out of it."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """Files by what they are; `refused` says of each other one, in a sentence, why nothing comes of it."""

    music: tuple[Path, ...] = ()
    fonts: tuple[Path, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was read. `which` is the place of the song in it, where it holds several; `is_part`: it is broken, and this
    is what could be read."""

    path: Path
    opened: Opened
    which: int | None = None
    is_part: bool = False

    @property
    def song(self) -> Song:
        return self.opened.song


@dataclass(slots=True)
class Reading:
    """What was read of some files: songs, those that hold several, and what was wrong with the rest."""

    files: list[Incoming] = field(default_factory=list)
    books: list[tuple[Path, Several]] = field(default_factory=list)
    faults: list[RicercarError] = field(default_factory=list)


def sorting(paths: Iterable[Path]) -> Sorting:
    """By suffix and, where that says nothing, by content; the kind that another program names in a drag is not asked."""
    music, fonts, refused = [], [], []
    for path in dict.fromkeys(paths):
        suffix = path.suffix.lower()
        if path.is_dir():
            refused.append(tr("«{name}» is a folder. Drop the files in it.", name=path.name))
        elif suffix in FONTS:
            fonts.append(path)
        elif suffix in SOUNDS:
            words = tr("«{name}» is sound, not notes. A song has sounds only where its project brought them.", name=path.name)
            refused.append(words)
        elif suffix in formats.suffixes(formats.readable()) or formats.is_midi(path):
            music.append(path)
        else:
            known = ", ".join(formats.suffixes(formats.readable()))
            refused.append(tr("«{name}» is no music that can be read. Known: {known}.", name=path.name, known=known))
    return Sorting(tuple(music), tuple(fonts), tuple(refused))


def read(paths: Sequence[Path], progress: Progress, *, partly: bool = False) -> Reading:
    """Read these files, one after the other. A single one that is broken is refused as ever; of several the sound ones come."""
    reading = Reading()
    for path in paths:
        progress.stop_if_cancelled()
        try:
            found = formats.open_partly(path, progress) if partly else open_or_list(path, progress)
        except RicercarError as problem:
            if len(paths) == 1:
                raise
            reading.faults.append(problem)
            continue
        if isinstance(found, Several):
            reading.books.append((path, found))
        else:
            reading.files.append(Incoming(path, found, is_part=partly))
    return reading


def read_nth(path: Path, which: int, progress: Progress) -> Incoming:
    return Incoming(path, open_nth(path, which, progress), which)


def report_of(files: Sequence[Incoming]) -> Report:
    """One report for all of them; the remarks of several say which file they are about."""
    if len(files) == 1:
        return files[0].opened.report

    reports = [file.opened.report for file in files]
    return Report(
        sum(report.read for report in reports),
        sum((Counter(report.dropped) for report in reports), Counter()),
        sum((Counter(report.changed) for report in reports), Counter()),
        tuple(f"{file.path.name}: {remark}" for file in files for remark in file.opened.report.remarks),
    )


def contents_words(files: Sequence[Incoming]) -> str:
    """Such as "2 files: 812 notes, 3 tracks, 24 bars"."""
    notes = sum(file.song.note_count for file in files)
    tracks = sum(len(file.song.tracks) for file in files)
    bars = max(file.song.bar_count for file in files)
    counts = (
        counted(notes, "{n} note", "{n} notes"),
        counted(tracks, "{n} track", "{n} tracks"),
        counted(bars, "{n} bar", "{n} bars"),
    )
    words = ", ".join(counts)
    return words if len(files) == 1 else counted(len(files), "{n} file: {contents}", "{n} files: {contents}", contents=words)


def picture_of(files: Sequence[Incoming]) -> Rows | None:
    """Their notes for a small picture, by far not all where they are very many; None without any."""
    rows = joined([track.notes.rows for file in files for track in file.song.tracks])
    if len(rows) > MOST_PICTURED:
        rows = taken(rows, np.arange(0, len(rows), len(rows) // MOST_PICTURED + 1))
    return rows if len(rows) else None

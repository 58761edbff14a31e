"""MusicXML scores, both ways (plain and packed)."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import IO

from studio.errors import UnwritableFile
from studio.files import limits
from studio.files.exchange import heard_rows
from studio.files.format import MARKED, Format
from studio.files.made_with import FIELD
from studio.files.musicxml.container import CONTAINER, load_score
from studio.files.musicxml.score import song_of_score
from studio.files.musicxml.writing import score_bytes, written_rows
from studio.files.notation.writing import GRIDS
from studio.files.report import Opened
from studio.jobs.progress import Portion, Progress
from studio.knobs import Knob
from studio.paths import write_atomically
from studio.song.song import Song
from studio.words import counted, tr

FORMAT = Format(
    name="MusicXML score",
    suffixes=(".musicxml", ".mxl", ".xml"),
    loses=("timing finer than the grid", "controllers", "audio tracks", "the mix", "locks and origins of notes", "muted notes"),
    knobs=(
        Knob("grid", "Grid", "1/16 and triplets", choices=tuple(GRIDS), help="Notes are written on this grid: a draft score."),
    ),
    marking=MARKED,
)
PACKED = ".mxl"
_ROOT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles><rootfile full-path="score.musicxml" '
    b'media-type="application/vnd.recordare.musicxml+xml"/></rootfiles></container>\n'
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read(path: Path, progress: Progress | None = None, *, partial: bool = False) -> Opened:
    """A score with its repeats played out; UnreadableFile names the line of what is wrong.

    PartlyReadable where a broken file has music before that place: `partial` takes it.
    """
    return song_of_score(load_score(path), path.name, progress, partial=partial)


def write(
    song: Song,
    path: Path,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    mark: str = "",
) -> tuple[str, ...]:
    """Write a draft score and read it back before it takes its place; returns what it could not hold, in sentences.

    `mark` becomes one of the miscellaneous fields.
    """
    watched, song = progress or Progress(), song.ungrouped()
    grid = str((options or {}).get("grid", FORMAT.knobs[0].default))
    data = score_bytes(song, grid, ((FIELD, mark),) if mark else (), Portion(watched, 0, 2))
    if len(data) > limits.XML_BYTES:
        raise UnwritableFile(tr("The score would be larger than notation programs read."), tr("Export a part of the song."))
    packed = _packed(data) if path.suffix.lower() == PACKED else data

    def fill(stream: IO[bytes]) -> None:
        stream.write(packed)

    def check(written: Path) -> None:
        _verify(written, song, grid, Portion(watched, 1, 2, tr("Reading back")))
        watched.stop_if_cancelled()

    write_atomically(path, fill, check)
    moved = sum(_moved(song, grid))
    return (
        (
            counted(
                moved,
                "{n} note was moved to the grid of {grid}, or left out; it is a draft score.",
                "{n} notes were moved to the grid of {grid}, or left out; it is a draft score.",
                grid=grid,
            ),
        )
        if moved
        else ()
    )


def _packed(data: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((CONTAINER, _ROOT), ("score.musicxml", data)):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _verify(written: Path, song: Song, grid: str, progress: Progress) -> None:
    """OSError when the file gives back other notes than were meant."""
    meant = sum(len(written_rows(track, song, GRIDS[grid])) for track in song.tracks if not track.strip.is_muted)
    if not meant:
        return
    found = song_of_score(load_score(written), written.name, progress).song.note_count
    if found != meant:
        raise OSError(f"reading back gave {found} notes instead of {meant}")


def _moved(song: Song, grid: str) -> list[int]:
    """Notes of each track whose start or length is another on the grid."""
    counts = []
    for track in song.tracks:
        rows = heard_rows(track)
        if track.is_audio or track.strip.is_muted or not len(rows):
            continue
        placed = written_rows(track, song, GRIDS[grid])
        before = set(zip(rows["start"].tolist(), rows["length"].tolist(), rows["pitch"].tolist(), strict=True))
        after = zip(placed["start"].tolist(), placed["length"].tolist(), placed["pitch"].tolist(), strict=True)
        counts.append(sum(each not in before for each in after) + len(rows) - len(placed))
    return counts

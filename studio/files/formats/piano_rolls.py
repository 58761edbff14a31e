"""Piano-roll arrays (.npz), both ways: what pypianoroll and models made with it read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from studio.files import limits
from studio.files.format import Format
from studio.files.loading import refuse_large_file
from studio.files.multitrack import DEFAULT_RESOLUTION, from_multitrack, rolls_of
from studio.files.notation.playing import offered
from studio.files.report import Opened
from studio.files.rolls_archive import read_rolls, write_rolls
from studio.jobs.progress import Progress
from studio.knobs import Knob
from studio.paths import write_atomically
from studio.song.song import Song
from studio.words import mark, tr

FORMAT = Format(
    name="Piano-roll arrays",
    suffixes=(".npz",),
    loses=(
        "timing finer than its steps",
        "controllers",
        "keys and sections",
        "audio tracks",
        "the mix",
        "muted tracks and notes",
    ),
    knobs=(Knob("resolution", "Steps a quarter", DEFAULT_RESOLUTION, low=1, high=960),),
)


def read(path: Path, progress: Progress | None = None, *, partial: bool = False) -> Opened:
    """The song of an archive; UnreadableFile where it is none, or would not fit into memory.

    PartlyReadable where some of its rolls are broken: `partial` takes the others.
    """
    watched = progress or Progress()
    watched.report(0, 2, tr("Reading"))
    refuse_large_file(path, limits.NPZ_BYTES, tr("an archive of piano-rolls"))
    rolls = read_rolls(path, path.name)
    watched.stop_if_cancelled()
    watched.report(1, 2, tr("Finding notes"))
    opened = from_multitrack(rolls, path.stem if not rolls.name else "")
    if not rolls.faults:
        return opened
    if not partial:
        raise offered(opened, rolls.faults[0])
    report = opened.report
    dropped = {**report.dropped, mark("arrays that are broken"): len(rolls.faults)}
    return replace(opened, report=replace(report, dropped=dropped, remarks=(*report.remarks, *rolls.faults)))


def write(
    song: Song, path: Path, options: Mapping[str, object] | None = None, progress: Progress | None = None
) -> tuple[str, ...]:
    """Write the rolls and read them back before the file takes its place."""
    watched = progress or Progress()
    watched.report(0, 2, tr("Writing"))
    rolls = rolls_of(song, int(str((options or {}).get("resolution", DEFAULT_RESOLUTION))))

    def fill(stream: IO[bytes]) -> None:
        write_rolls(rolls, stream)

    def check(written: Path) -> None:
        watched.stop_if_cancelled()
        again = read_rolls(written, path.name)
        pairs = zip(again.tracks, rolls.tracks, strict=True)
        if any((one.pianoroll != other.pianoroll).any() for one, other in pairs):
            raise OSError("reading back gave other notes")

    write_atomically(path, fill, check)
    return ()

"""Standard MIDI files, both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from studio.files import limits
from studio.files.format import MARKED, Format
from studio.files.loading import load_bytes
from studio.files.midi.plan import KNOBS, plan_of
from studio.files.midi.reading import song_from_bytes, songs_from_bytes
from studio.files.midi.texts import clean_name, file_name
from studio.files.midi.verifying import verify
from studio.files.midi.writing import bytes_of
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.paths import write_atomically
from studio.song.song import Song
from studio.words import tr

FORMAT = Format(
    name="Standard MIDI file",
    suffixes=(".mid", ".midi", ".smf", ".kar"),
    reads_also=(".rmi",),
    loses=("audio tracks", "mixer settings but levels", "locks and origins of notes", "modes of keys", "colours of sections"),
    knobs=KNOBS,
    marking=MARKED,
)


def read(path: Path, progress: Progress | None = None, partial: bool = False) -> Opened:
    """Read a MIDI file; UnreadableFile says where it breaks and what `partial` would still give."""
    return song_from_bytes(_loaded(path), clean_name(path.name) or "file", partial, progress)


def read_all(path: Path, progress: Progress | None = None) -> Iterator[Opened]:
    """The song, or every pattern of a file of format 2."""
    return songs_from_bytes(_loaded(path), clean_name(path.name) or "file", progress)


def _loaded(path: Path) -> bytes:
    return load_bytes(path, limits.MIDI_BYTES, tr("a MIDI file"))


def write(
    song: Song,
    path: Path,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    mark: str = "",
) -> tuple[str, ...]:
    """Write a MIDI file and read it back before it takes its place; returns what it could not hold, in sentences.

    `mark` becomes text events at the start.
    """
    watched = progress or Progress()
    watched.report(0, 3, tr("Writing"))
    data, plan = bytes_of(song, options, mark)
    watched.stop_if_cancelled()
    watched.report(1, 3, tr("Writing"))

    def check(written: Path) -> None:
        watched.stop_if_cancelled()
        watched.report(2, 3, tr("Reading back"))
        verify(written, plan, path.name)

    def fill(stream: IO[bytes]) -> None:
        stream.write(data)

    write_atomically(path, fill, check)
    watched.report(3, 3, tr("Written"))
    return plan.remarks


def separated(song: Song, options: Mapping[str, object] | None = None) -> Iterator[tuple[str, Song]]:
    """Name of the file and song of each track that would go out; to be written with `empty` on."""
    whole = song.ungrouped()
    for number, planned in enumerate(plan_of(whole, {**(options or {}), "ports": True}).tracks, 1):
        yield f"{number:02d} - {file_name(planned.name)}.mid", replace(whole, tracks=(planned.track,))

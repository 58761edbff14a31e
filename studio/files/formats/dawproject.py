"""DAWproject 1.0, writing: what several workstations open with tracks, mixer, tempo and markers."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from studio.files.dawproject import metadata_bytes, project_bytes
from studio.files.exchange import heard_rows
from studio.files.format import MARKED, Format
from studio.jobs.progress import Progress
from studio.paths import write_atomically
from studio.song.song import Song
from studio.words import tr

FORMAT = Format(
    name="DAWproject",
    suffixes=(".dawproject",),
    loses=(
        "audio tracks",
        "keys",
        "muted notes",
        "sends",
        "locks and origins of notes",
        "instruments (choose them in the program)",
    ),
    marking=MARKED,
    leaves_muted=False,
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(
    song: Song,
    path: Path,
    _options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    mark: str = "",
) -> tuple[str, ...]:
    """Write the project and read it back before it takes its place; returns what it could not hold, in sentences.

    `mark` becomes its comment.
    """
    watched = progress or Progress()
    watched.report(0, 2, "Writing")
    members = {"project.xml": project_bytes(song), "metadata.xml": metadata_bytes(song, mark)}

    def fill(stream: IO[bytes]) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                watched.stop_if_cancelled()
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)

    write_atomically(path, fill, lambda written: _verify(written, song))
    watched.report(2, 2, "Written")
    left_out = [track.name for track in song.tracks if track.is_audio]
    return (tr("Audio tracks are left out: {names}.", names=", ".join(left_out)),) if left_out else ()


def _verify(written: Path, song: Song) -> None:
    """OSError when the file gives back another number of notes than was meant."""
    with zipfile.ZipFile(written) as archive:
        root = ElementTree.fromstring(archive.read("project.xml"))
    found = sum(1 for _ in root.iter("Note"))
    meant = sum(len(heard_rows(track)) for track in song.tracks if not track.is_audio)
    if found != meant:
        raise OSError(f"reading back gave {found} notes instead of {meant}")

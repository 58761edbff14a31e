"""Ricercar's own projects, as one of the formats: the song alone, both ways."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from pathlib import Path

from studio.files import project
from studio.files.format import OWN, Format
from studio.files.report import Opened, Report
from studio.files.song_json import song_to_json
from studio.jobs.progress import Progress
from studio.song.song import Song
from studio.strict_json import dumped
from studio.words import tr

FORMAT = Format(
    name="Ricercar project", suffixes=(project.SUFFIX,), reads_also=(project.RESCUED,), marking=OWN, leaves_muted=False
)


def read(path: Path, progress: Progress | None = None, *, partial: bool = False) -> Opened:
    """The song of a project; takes and sounds come with `project.read`. `partial`: the song alone, whatever is with the rest."""
    if partial:
        song = project.read_song(path)
        return Opened(song, Report(song.note_count, remarks=(tr("Its takes, sounds and pads were left out."),)))
    document = project.read(path, progress)
    return Opened(document.song, Report(document.song.note_count, remarks=document.faults))


def write(song: Song, path: Path, _options: Mapping[str, object] | None = None, progress: Progress | None = None) -> None:
    """A project of this song alone; the same song gives the same bytes."""
    digest = hashlib.sha256(dumped(song_to_json(song))).hexdigest()
    project.write(project.Document(song, str(uuid.uuid5(uuid.NAMESPACE_OID, digest))), path, progress)

"""Standard MIDI files, both ways."""

from __future__ import annotations

from pathlib import Path

from studio.files.midi.container import load
from studio.files.midi.reading import song_from_bytes
from studio.files.report import Opened
from studio.jobs.progress import Progress


def read(path: Path, progress: Progress | None = None, partial: bool = False) -> Opened:
    """Read a MIDI file; UnreadableFile says where it breaks and what `partial` would still give."""
    return song_from_bytes(load(path), path.name, partial, progress)

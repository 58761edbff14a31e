"""MusicXML scores, reading (plain and packed)."""

from __future__ import annotations

from pathlib import Path

from studio.files.format import Format
from studio.files.musicxml.container import load_score
from studio.files.musicxml.score import song_of_score
from studio.files.report import Opened
from studio.jobs.progress import Progress

FORMAT = Format(name="MusicXML score", suffixes=(".musicxml", ".mxl", ".xml"))


def read(path: Path, progress: Progress | None = None) -> Opened:
    """A score with its repeats played out; UnreadableFile names the line of what is wrong."""
    return song_of_score(load_score(path), path.name, progress)

"""The training sets beside the repository, unpacked once into a cache; tests skip where they are absent."""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path

import pytest

ARCHIVES = Path(__file__).resolve().parents[2] / "shared" / "data"
CACHE = Path(tempfile.gettempdir()) / f"ricercar-sets-{os.getuid() if hasattr(os, 'getuid') else 0}"


def unpacked(name: str) -> Path:
    """The folder of a set; skips the test that asks where its archive is not there."""
    archive = ARCHIVES / name / f"{name}.tar.xz"
    if not archive.is_file():
        pytest.skip(f"the training set {name} is not beside the repository")
    place = CACHE / f"{name}-{archive.stat().st_size}"
    if not place.is_dir():
        CACHE.mkdir(mode=0o700, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=CACHE))
        with tarfile.open(archive) as stream:
            stream.extractall(fresh, filter="data")
        try:
            fresh.rename(place)
        except OSError:  # another run was first
            assert place.is_dir()
    return place


def midi_files(name: str, limit: int | None = None) -> list[Path]:
    """Its MIDI files, or so many of them, evenly chosen."""
    files = sorted(path for path in unpacked(name).rglob("*") if path.suffix.lower() in (".mid", ".midi"))
    if limit is None or len(files) <= limit:
        return files
    return [files[place * len(files) // limit] for place in range(limit)]

"""Prepared windows of drums as one file of plain arrays, so that the folders are read once."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from backends.training.corpus import PARTS
from backends.training.groovae_data import STIFF, DrumCorpus, Windows
from studio.errors import UnreadableFile
from studio.paths import write_atomically
from studio.words import tr

COLUMNS = ("hits", "velocities", "offsets", "tempos")


def save_windows(corpus: DrumCorpus, path: Path) -> None:
    """One compressed file."""
    held = {f"{part}.{name}": array for part in PARTS for name, array in zip(COLUMNS, corpus.parts[part].columns, strict=True)}
    held |= {f"{STIFF}.{name}": array for name, array in zip(COLUMNS, corpus.stiff.columns, strict=True)}
    held["names"] = np.array([*corpus.counts], dtype=np.str_)
    held["counts"] = np.array([*corpus.counts.values()], np.int64)

    def fill(stream: IO[bytes]) -> None:
        np.savez_compressed(stream, **held)  # type: ignore[arg-type]

    write_atomically(path, fill)


def load_windows(path: Path) -> DrumCorpus:
    """What `save_windows` wrote."""
    try:
        with np.load(path) as found:
            held = {part: Windows(*(found[f"{part}.{name}"] for name in COLUMNS)) for part in (*PARTS, STIFF)}
            counts = dict(zip(found["names"].tolist(), found["counts"].tolist(), strict=True))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as problem:
        raise UnreadableFile(
            tr("«{path}» holds no prepared windows of drums.", path=path), tr("Remove it, so that it is made again.")
        ) from problem
    stiff = held.pop(STIFF)
    return DrumCorpus(held, stiff, counts)

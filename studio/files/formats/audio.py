"""Sound files: blocks of samples to WAV or FLAC, written aside and swapped in whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from studio.files.format import Format
from studio.files.sound_file import INTEGER_24, SAMPLES, Shape, SoundWriter, Written, verify
from studio.jobs.progress import Progress
from studio.knobs import Knob, filled
from studio.paths import write_atomically

FORMAT = Format(
    name="Sound file",
    suffixes=(".wav", ".flac"),
    loses=("notes", "everything but the sound"),
    knobs=(Knob("samples", "Samples", INTEGER_24, choices=SAMPLES, help="16 bit is dithered; FLAC has no 32 bit float."),),
)


def write_blocks(
    path: Path,
    blocks: Iterable[NDArray[np.float32]],
    rate: int,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    *,
    tags: Mapping[str, str] | None = None,
) -> Written:
    """Write blocks [frame, side] as they come. A cancelled or failed export leaves the old file and nothing new.

    The suffix says WAV or FLAC; UnwritableFile for another one or for samples that FLAC does not have. `tags` may hold title,
    software, comment and copyright.
    """
    path, watched = Path(path), progress or Progress()
    shape = Shape.of(path.name, rate, str(filled(FORMAT.knobs, dict(options or {}))["samples"]))
    found: list[Written] = []

    def fill(stream: IO[bytes]) -> None:
        with SoundWriter(stream, shape, tags or {}, path.name) as writer:
            for block in blocks:
                watched.stop_if_cancelled()
                writer.write(block)
        found.append(writer.written)

    write_atomically(path, fill, lambda made: verify(made, found[0]))
    return found[0]

"""Stems: a sound file for each track in one folder, all or none (EX-21)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.files.midi.texts import file_name
from studio.files.sound_file import Shape, SoundWriter, Written, verify
from studio.files.together import together
from studio.jobs.progress import Progress
from studio.paths import BUFFER_BYTES
from studio.system import SYSTEM, WRITE, RawFile, System


@dataclass(frozen=True, slots=True)
class Stem:
    """One file of the folder: its name, and what its tags say."""

    name: str
    tags: Mapping[str, str]


def stem_names(tracks: Sequence[str], suffix: str) -> list[str]:
    """`NN - Track.wav`, numbered from 1 so that they sort in mixer order."""
    width = max(2, len(str(len(tracks))))
    return [f"{number:0{width}d} - {file_name(track)}{suffix}" for number, track in enumerate(tracks, 1)]


def write_stems(
    folder: Path,
    stems: Sequence[Stem],
    blocks: Iterable[NDArray[np.float32]],
    rate: int,
    samples: str,
    *,
    progress: Progress | None = None,
    system: System = SYSTEM,
) -> tuple[Written, ...]:
    """Write blocks [stem, frame, side] as they come, one file for each stem, `together`: all of them or none.

    The target folder is made; one that is there keeps what else is in it, and files of the same names are replaced at the end.
    """
    watched = progress or Progress()
    shapes = [Shape.of(stem.name, rate, samples) for stem in stems]
    with together(folder, system) as scratch:
        written = _fill(scratch, list(zip(stems, shapes, strict=True)), blocks, watched, system)
        watched.stop_if_cancelled()
        for stem, meant in zip(stems, written, strict=True):
            verify(scratch / stem.name, meant)
            system.take_after(scratch / stem.name, folder / stem.name)
    return written


def _fill(
    scratch: Path,
    stems: Sequence[tuple[Stem, Shape]],
    blocks: Iterable[NDArray[np.float32]],
    progress: Progress,
    system: System,
) -> tuple[Written, ...]:
    with ExitStack() as opened:
        raws = [opened.enter_context(RawFile(system, system.open(scratch / stem.name, WRITE))) for stem, _ in stems]
        streams = [io.BufferedWriter(raw, BUFFER_BYTES) for raw in raws]
        try:
            with ExitStack() as filling:
                writers = [
                    filling.enter_context(SoundWriter(stream, shape, stem.tags, stem.name, number))
                    for number, (stream, (stem, shape)) in enumerate(zip(streams, stems, strict=True))
                ]
                for block in blocks:
                    progress.stop_if_cancelled()
                    for writer, sound in zip(writers, block, strict=True):
                        writer.write(sound)
            for stream, raw in zip(streams, raws, strict=True):
                stream.flush()
                system.sync(raw.fileno())
        except BaseException:
            for raw in raws:
                raw.abandon()
            raise
    return tuple(writer.written for writer in writers)

"""Sound files: blocks of samples to WAV or FLAC, written aside and swapped in whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnwritableFile
from studio.files.format import Format
from studio.jobs.progress import Progress
from studio.knobs import Knob, filled
from studio.paths import write_atomically
from studio.words import tr

SAMPLES = ("16 bit", "24 bit", "32 bit float")
_SUBTYPES = {"16 bit": "PCM_16", "24 bit": "PCM_24", "32 bit float": "FLOAT"}
_KINDS = {".wav": "WAV", ".flac": "FLAC"}
_DITHER_SEED = 16

FORMAT = Format(
    name="Sound file",
    suffixes=(".wav", ".flac"),
    loses=("notes", "everything but the sound"),
    knobs=(Knob("samples", "Samples", "24 bit", choices=SAMPLES, help="16 bit is dithered; FLAC has no 32 bit float."),),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a sound file holds. `peak` is the highest sample before clipping (1.0 is full scale)."""

    frames: int
    rate: int
    peak: float
    clipped: int

    @property
    def seconds(self) -> float:
        return self.frames / self.rate

    @property
    def warning(self) -> str:
        """A sentence when samples had to be cut; empty otherwise."""
        if not self.clipped:
            return ""
        return tr(
            "{clipped} samples were above full scale (peak {peak:+.1f} dBFS) and were cut.",
            clipped=self.clipped,
            peak=20 * np.log10(self.peak),
        )


def write_blocks(
    path: Path,
    blocks: Iterable[NDArray[np.float32]],
    rate: int,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write blocks [frame, channel] as they come. A cancelled or failed export leaves the old file and nothing new.

    The suffix says WAV or FLAC; UnwritableFile for another one or for samples that FLAC does not have.
    """
    path = Path(path)
    samples = str(filled(FORMAT.knobs, dict(options or {}))["samples"])
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise UnwritableFile(tr("«{path}» has a suffix that is no sound file's.", path=path.name), tr("Use .wav or .flac."))
    if kind == "FLAC" and samples == "32 bit float":
        raise UnwritableFile(tr("«{path}»: FLAC does not hold 32 bit float samples.", path=path.name), tr("Use 24 bit, or .wav."))
    writing = _Writing(blocks, rate, kind, samples, progress or Progress())
    write_atomically(path, writing.fill)
    return Written(writing.frames, rate, writing.peak, writing.clipped)


class _Writing:
    """One file being filled; counts as it goes."""

    def __init__(self, blocks: Iterable[NDArray[np.float32]], rate: int, kind: str, samples: str, progress: Progress) -> None:
        self._blocks = iter(blocks)
        self._rate = rate
        self._kind = kind
        self._samples = samples
        self._progress = progress
        self._noise = np.random.default_rng(_DITHER_SEED)
        self.frames = self.clipped = 0
        self.peak = 0.0

    def fill(self, stream: IO[bytes]) -> None:
        import soundfile

        first = next(self._blocks, np.zeros((0, 2), np.float32))
        subtype = _SUBTYPES[self._samples]
        try:
            with soundfile.SoundFile(stream, "w", self._rate, first.shape[1], subtype, format=self._kind) as sound:
                self._write(sound, first)
                for block in self._blocks:
                    self._write(sound, block)
        except soundfile.LibsndfileError as problem:
            raise OSError(str(problem)) from problem

    def _write(self, sound: object, block: NDArray[np.float32]) -> None:
        self._progress.stop_if_cancelled()
        if not len(block):
            return
        self.peak = max(self.peak, float(np.abs(block).max()))
        if self._samples != "32 bit float":
            self.clipped += int(np.count_nonzero(np.abs(block) > 1.0))
            block = np.clip(self._dithered(block), -1.0, 1.0)
        sound.write(block)  # type: ignore[attr-defined]
        self.frames += len(block)

    def _dithered(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Triangular noise of one step, so that quiet tails fade into hiss rather than into steps."""
        if self._samples != "16 bit":
            return block
        noise = self._noise.random(block.shape, np.float32) - self._noise.random(block.shape, np.float32)
        return block + noise / np.float32(32768)

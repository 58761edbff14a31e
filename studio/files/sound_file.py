"""One sound file being filled: dither, counts of what is cut, tags; what libsndfile hides of a failing disk is raised."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnwritableFile
from studio.files.midi.texts import clean_text
from studio.words import tr

SAMPLES = INTEGER_16, INTEGER_24, FLOAT_32 = ("16 bit", "24 bit", "32 bit float")
WAV_BYTES = 2**32 - 2**16
"""A WAV file says its size in 32 bits; some is left for tags."""
_SUBTYPES = {INTEGER_16: "PCM_16", INTEGER_24: "PCM_24", FLOAT_32: "FLOAT"}
_BYTES = {INTEGER_16: 2, INTEGER_24: 3, FLOAT_32: 4}
_KINDS = {".wav": "WAV", ".flac": "FLAC"}
_DITHER_SEED = 16
_SIDES = 2
_ADD_PEAK_CHUNK = 0x1050


@dataclass(frozen=True, slots=True)
class Shape:
    """How sound is written: WAV or FLAC, frames a second, kind of samples."""

    kind: str
    rate: int
    samples: str

    @classmethod
    def of(cls, name: str, rate: int, samples: str, seconds: float = 0.0) -> Shape:
        """For a file of this name; UnwritableFile, before anything is rendered, for what cannot be held."""
        kind = _KINDS.get("." + name.lower().rpartition(".")[2])
        if kind is None:
            raise UnwritableFile(tr("«{path}» has a suffix that is no sound file's.", path=name), tr("Use .wav or .flac."))
        if kind == "FLAC" and samples == FLOAT_32:
            raise UnwritableFile(tr("«{path}»: FLAC does not hold 32 bit float samples.", path=name), tr("Use 24 bit, or .wav."))
        made = cls(kind, rate, samples)
        made.refuse_beyond(round(seconds * rate), name)
        return made

    def refuse_beyond(self, frames: int, name: str) -> None:
        if self.kind == "WAV" and frames * _BYTES[self.samples] * _SIDES > WAV_BYTES:
            raise UnwritableFile(
                tr("«{path}» would be larger than the 4 GiB that a WAV file can hold.", path=name),
                tr("Export FLAC, fewer bits, or a part of the song."),
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
        """A sentence when samples had to be cut, or will be by whoever plays them; empty otherwise."""
        if self.peak <= 1.0:
            return ""
        peak = 20 * np.log10(self.peak)
        if not self.clipped:
            return tr("Its peak is {peak:+.1f} dBFS: 32 bit float holds that, but what plays it may cut it.", peak=peak)
        return tr(
            "{clipped} samples were above full scale (peak {peak:+.1f} dBFS) and were cut.", clipped=self.clipped, peak=peak
        )


def verify(path: Path, meant: Written) -> None:
    """OSError where a file that was written cannot be opened, or says another length."""
    import soundfile

    try:
        found = soundfile.info(path)
    except soundfile.LibsndfileError as problem:
        raise OSError(errno.EIO, tr("it cannot be read again ({problem})", problem=problem)) from problem
    if (found.frames, found.samplerate) != (meant.frames, meant.rate):
        raise OSError(
            errno.EIO, tr("read again, it holds {found} frames instead of {meant}", found=found.frames, meant=meant.frames)
        )


class SoundWriter:
    """Fills an open stream. To be used with `with`; nothing is written any more once that was left by an error."""

    def __init__(self, stream: IO[bytes], shape: Shape, tags: Mapping[str, str], name: str, number: int = 0) -> None:
        """`number` tells the files of one export apart: each has a noise of its own, which do not add up to a louder one."""
        self._guard = _Guard(stream)
        self._shape, self._name = shape, name
        self._noise = np.random.default_rng([_DITHER_SEED, number] if number else _DITHER_SEED)
        self._sound = self._opened(tags)
        self._frames = self._clipped = 0
        self._peak = 0.0

    def __enter__(self) -> SoundWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, _problem: BaseException | None, _trace: TracebackType | None) -> None:
        self._guard.is_lost |= kind is not None
        self._guarded(self._sound.close)

    def write(self, block: NDArray[np.float32]) -> None:
        """Add frames, [frame, side]."""
        if not len(block):
            return
        self._shape.refuse_beyond(self._frames + len(block), self._name)
        self._peak = max(self._peak, float(np.abs(block).max()))
        if self._shape.samples != FLOAT_32:
            self._clipped += int(np.count_nonzero(np.abs(block) > 1.0))
            block = np.clip(self._dithered(block), -1.0, 1.0)
        self._guarded(self._sound.write, block)
        self._frames += len(block)

    @property
    def written(self) -> Written:
        return Written(self._frames, self._shape.rate, self._peak, self._clipped)

    def _opened(self, tags: Mapping[str, str]) -> Any:
        import soundfile

        shape = self._shape
        made = self._guarded(
            soundfile.SoundFile, self._guard, "w", shape.rate, _SIDES, _SUBTYPES[shape.samples], format=shape.kind
        )
        # without the chunk of peaks, which holds the time of day: the same sound gives the same bytes
        soundfile._snd.sf_command(made._file, _ADD_PEAK_CHUNK, soundfile._ffi.NULL, 0)
        for name, words in tags.items():
            if text := clean_text(words):
                setattr(made, name, text)
        return made

    def _guarded(self, call: Any, *arguments: object, **options: object) -> Any:
        """The call's answer. What the stream refused is raised: libsndfile asks through callbacks that lose it."""
        import soundfile

        try:
            answer = call(*arguments, **options)
        except (soundfile.LibsndfileError, AssertionError) as problem:
            self._guard.is_lost = True
            raise self._guard.problem or OSError(errno.EIO, str(problem)) from problem
        if self._guard.problem is not None:
            raise self._guard.problem
        return answer

    def _dithered(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Triangular noise of one step, so that quiet tails fade into hiss rather than into steps."""
        if self._shape.samples != INTEGER_16:
            return block
        noise = self._noise.random(block.shape, np.float32) - self._noise.random(block.shape, np.float32)
        return block + noise / np.float32(32768)


class _Guard:
    """A stream that keeps the first OSError for whoever looks; once it is lost it takes everything and touches nothing."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.problem: OSError | None = None
        self.is_lost = False

    def write(self, data: bytes) -> int:
        return len(data) if self.is_lost else self._tried(self._stream.write, data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if self.is_lost else self._tried(self._stream.seek, offset, whence)

    def tell(self) -> int:
        return 0 if self.is_lost else self._tried(self._stream.tell)

    def _tried(self, call: Callable[..., int], *arguments: Any) -> int:
        try:
            return call(*arguments)
        except OSError as problem:
            self.problem, self.is_lost = problem, True
            return 0

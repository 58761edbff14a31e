"""Sound files for audio tracks, decoded once to the engine's rate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnreadableFile
from studio.words import tr

LONGEST_S = 3600.0


def decoded(path: Path, rate: int) -> NDArray[np.float32]:
    """The sound as [frame, side] at this rate; mono on both sides, further channels left out."""
    import soundfile
    import soxr

    try:
        with soundfile.SoundFile(path) as stream:
            if stream.frames > LONGEST_S * stream.samplerate:
                raise UnreadableFile(tr("The sound «{path}» is longer than an hour.", path=path.name), tr("Cut it into pieces."))
            samples, own_rate = stream.read(dtype="float32", always_2d=True), stream.samplerate
    except (OSError, RuntimeError) as problem:
        raise UnreadableFile(
            tr("The sound «{path}» cannot be read: {problem}.", path=path.name, problem=problem), tr("Choose a WAV or FLAC file.")
        ) from problem
    stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]
    if own_rate != rate:
        stereo = soxr.resample(stereo, own_rate, rate, quality="HQ")
    return np.ascontiguousarray(stereo, np.float32)


def decoded_all(sounds: Mapping[str, Path], rate: int) -> dict[str, NDArray[np.float32]]:
    return {sha256: decoded(path, rate) for sha256, path in sounds.items()}

"""Sound files: every sample arrives, or nothing does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from studio.errors import UnsupportedRequest, UnwritableFile
from studio.files.formats.audio import SAMPLES, write_blocks
from studio.jobs.progress import Cancelled, Progress


def blocks(count: int = 5, level: float = 0.5) -> Iterator[NDArray[np.float32]]:
    rng = np.random.default_rng(1)
    for _ in range(count):
        yield (rng.uniform(-level, level, (1000, 2))).astype(np.float32)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
@pytest.mark.parametrize("samples", SAMPLES)
def test_samples_come_back_within_a_step(tmp_path: Path, suffix: str, samples: str) -> None:
    path = tmp_path / f"mix{suffix}"
    if (suffix, samples) == (".flac", "32 bit float"):
        with pytest.raises(UnwritableFile, match="FLAC does not hold"):
            write_blocks(path, blocks(), 48_000, {"samples": samples})
        assert list(tmp_path.iterdir()) == []
        return
    written = write_blocks(path, blocks(), 48_000, {"samples": samples})
    back, rate = soundfile.read(path, dtype="float32")
    expected = np.concatenate(list(blocks()))
    step = {"16 bit": 2 / 32768, "24 bit": 1 / 2**23, "32 bit float": 0.0}[samples]
    assert (rate, len(back), written.frames) == (48_000, 5000, 5000)
    assert float(np.abs(back - expected).max()) <= step + 1e-9
    assert written.seconds == pytest.approx(5000 / 48_000)
    assert written.warning == ""


def test_equal_sound_gives_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        write_blocks(tmp_path / name, blocks(), 44_100, {"samples": "16 bit"})
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_dither_keeps_a_tail_below_one_step_alive(tmp_path: Path) -> None:
    time = np.arange(48_000) / 48_000
    tail = (0.4 / 32768 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    write_blocks(tmp_path / "tail.wav", [np.stack([tail, tail], 1)], 48_000, {"samples": "16 bit"})
    back, _ = soundfile.read(tmp_path / "tail.wav")
    spectrum = np.abs(np.fft.rfft(back[:, 0]))
    assert spectrum[440] > 20 * np.median(spectrum)


def test_clipping_is_counted_and_said(tmp_path: Path) -> None:
    written = write_blocks(tmp_path / "loud.wav", blocks(level=2.0), 48_000)
    back, _ = soundfile.read(tmp_path / "loud.wav")
    assert np.abs(back).max() <= 1.0
    assert written.clipped > 1000
    assert "were above full scale" in written.warning
    assert "+6.0 dBFS" in written.warning


def test_a_failing_or_cancelled_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "mix.wav"
    path.write_bytes(b"old")
    progress = Progress()

    def cancelled() -> Iterator[NDArray[np.float32]]:
        for number, block in enumerate(blocks()):
            if number == 3:
                progress.cancel()
            yield block

    def breaking() -> Iterator[NDArray[np.float32]]:
        yield from blocks(2)
        raise OSError(28, "No space left on device")

    with pytest.raises(Cancelled):
        write_blocks(path, cancelled(), 48_000, progress=progress)
    with pytest.raises(UnwritableFile, match="No space left"):
        write_blocks(path, breaking(), 48_000)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["mix.wav"]


def test_no_sound_is_an_empty_file_and_odd_targets_are_refused(tmp_path: Path) -> None:
    assert write_blocks(tmp_path / "none.wav", [], 48_000).frames == 0
    assert soundfile.info(tmp_path / "none.wav").frames == 0
    with pytest.raises(UnwritableFile, match="no sound file"):
        write_blocks(tmp_path / "mix.mp3", blocks(), 48_000)
    with pytest.raises(UnwritableFile):
        write_blocks(tmp_path / "nowhere" / "mix.wav", blocks(), 48_000)
    with pytest.raises(UnsupportedRequest):
        write_blocks(tmp_path / "mix.wav", blocks(), 48_000, {"samples": "8 bit"})

"""Stems: one pass for all against a render of each track, how well they add up, levels; the demo songs, 48 kHz, 32 bit float.

`python benchmarks/stems.py`, and `--song FILE` for another one. Times are of the renderer alone, without a file.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from frame import ROOT
from numpy.typing import NDArray

from studio.audio.mixer import limited
from studio.audio.render import RATE, render, stem_tracks
from studio.files.format import open_song
from studio.song.song import Song

Sound = NDArray[np.float32]


def timed(song: Song, *, stems: bool = False) -> tuple[Sound, float]:
    began = time.process_time()
    blocks = list(render(song, stems=stems))
    return np.concatenate(blocks, axis=-2), time.process_time() - began


def alone(song: Song, track_id: int) -> float:
    """Processor time of a render of one track."""
    only = replace(song, tracks=tuple(track for track in song.tracks if track.id == track_id), constraints=())
    return timed(replace(only, groups=tuple(group for group in song.groups if group.id == only.tracks[0].group)))[1]


def decibels(value: float) -> float:
    return 20 * float(np.log10(max(value, 1e-9)))


def measure(path: Path) -> None:
    song = replace(open_song(path).song, is_limited=False)
    tracks = stem_tracks(song)
    mix, mix_s = timed(song)
    stems, stems_s = timed(song, stems=True)
    each_s = sum(alone(song, track.id) for track in tracks)
    assert stems.shape == (len(tracks), *mix.shape)
    error = float(np.abs(stems.astype(np.float64).sum(axis=0) - mix).max())
    seconds = len(mix) / RATE
    print(f"{path.stem}: {seconds:.1f} s, {len(tracks)} tracks, {song.note_count} notes")
    for name, spent in (("mix", mix_s), ("stems, one pass", stems_s), ("stems, a render each", each_s)):
        print(f"  {name}: {spent:.2f} s of processor time, {seconds / spent:.0f} x real time")
    print(f"  largest difference of sum and mix: {error:.1e}")
    loudest = np.abs(mix).max(axis=1)
    silent = sum(float(np.abs(stem).max()) < 1e-4 for stem in stems)
    bent = int((np.abs(limited(mix) - mix).max(axis=1) > 0).sum())
    rms = float(np.sqrt((mix.astype(float) ** 2).mean()))
    print(
        f"  peak {decibels(float(loudest.max())):.1f} dBFS, rms {decibels(rms):.1f} dBFS, "
        f"last half second {decibels(float(loudest[-RATE // 2 :].max())):.0f} dBFS; {bent} frames bent by the limiter, "
        f"{silent} silent stems"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--song", type=Path, action="append")
    for each in parser.parse_args().song or sorted((ROOT / "resources" / "songs").iterdir()):
        measure(each)

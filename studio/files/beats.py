"""Beats annotated beside a recording: a song played freely is laid on the grid its listeners heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.song.controls import Controls
from studio.song.notes import Notes, Rows
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import MeterChange, TempoChange, Timeline

NAME = "beat_midi.txt"
"""POP909 keeps one beside each song: second of each quarter, half-bar flag, bar flag."""

MOST_BYTES = 1_000_000
SHORTEST_S = 0.05
LONGEST_SONG_S = 4 * 3600


@dataclass(frozen=True, slots=True)
class Beats:
    """Seconds of the quarters, and which of them (by index) begin bars."""

    seconds: NDArray[np.float64]
    bar_starts: NDArray[np.int64]


def beats_beside(path: Path) -> Beats | None:
    """The annotated beats in the folder of a MIDI file; None where there are none that make sense."""
    beside = path.parent / NAME
    if not beside.is_file() or beside.stat().st_size > MOST_BYTES:
        return None
    try:
        table = [[float(word) for word in line.split()] for line in beside.read_text("ascii").splitlines() if line.strip()]
    except ValueError:
        return None
    if len(table) < 8 or any(len(row) != 3 for row in table):
        return None
    columns = np.array(table)
    seconds, bar_starts = columns[:, 0], np.flatnonzero(columns[:, 2] > 0)
    paces = np.diff(seconds)
    if not np.isfinite(seconds).all() or paces.min() < SHORTEST_S or seconds[-1] > LONGEST_SONG_S or len(bar_starts) < 2:
        return None
    return Beats(seconds, bar_starts)


def laid_on_beats(song: Song, beats: Beats) -> Song:
    """The song with its notes moved from ticks to the annotated quarters, and bars as annotated.

    It sounds as before, but for the silence ahead of it; keys and markers are left out, controllers too.
    Time before the first beat and after the last goes on at the nearest quarter's pace.
    """
    first_bar = int(beats.bar_starts[0])
    earliest = min(
        (float(song.timeline.seconds_at(track.notes.rows["start"][0])) for track in song.tracks if track.notes), default=0.0
    )
    pace = float(beats.seconds[1] - beats.seconds[0])
    lead = max(0, int(np.ceil((beats.seconds[0] - min(earliest, beats.seconds[0])) / pace)))
    lead += -(lead + first_bar) % 4
    before = beats.seconds[0] - pace * np.arange(lead, 0, -1)
    last_pace = float(beats.seconds[-1] - beats.seconds[-2])
    after = beats.seconds[-1] + last_pace * np.arange(1, 65)
    seconds = np.concatenate([before, beats.seconds, after])
    tracks = tuple(
        replace(track, notes=_retimed(track.notes.rows, song.timeline, seconds), controls=Controls.EMPTY) for track in song.tracks
    )
    timeline = Timeline(_tempos(seconds), _meters((beats.bar_starts + lead).tolist()))
    return replace(song, tracks=tracks, timeline=timeline)


def _retimed(rows: Rows, timeline: Timeline, seconds: NDArray[np.float64]) -> Notes:
    grid = np.arange(len(seconds)) * TICKS_PER_BEAT
    moved = rows.copy()
    starts = np.interp(timeline.seconds_at(rows["start"]), seconds, grid)
    stops = np.interp(timeline.seconds_at(rows["start"] + rows["length"]), seconds, grid)
    moved["start"] = np.round(starts).astype(np.int64)
    moved["length"] = np.maximum(1, np.round(stops).astype(np.int64) - moved["start"])
    return Notes(moved)


def _tempos(seconds: NDArray[np.float64]) -> tuple[TempoChange, ...]:
    paces = np.clip(np.round(np.diff(seconds) * 1e6), 1, 2**24 - 1).astype(np.int64).tolist()
    return tuple(
        TempoChange(beat * TICKS_PER_BEAT, pace)
        for beat, pace in enumerate(paces)
        if beat == 0 or abs(pace - paces[beat - 1]) > 1
    )


def _meters(bar_starts: list[int]) -> tuple[MeterChange, ...]:
    """A meter of as many quarters as each annotated bar has; 4 before the first."""
    meters = [MeterChange(0, 4, 4)]
    for start, following in pairwise(bar_starts):
        if following - start != meters[-1].numerator:
            meter = MeterChange(start * TICKS_PER_BEAT, following - start, 4)
            meters = [*meters[:-1], meter] if meters[-1].tick == meter.tick else [*meters, meter]
    return tuple(meters)

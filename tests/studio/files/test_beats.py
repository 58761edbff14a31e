"""Beats beside a file: notes land on the quarters that were annotated, and sound when they did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.files.beats import NAME, Beats, beats_beside, laid_on_beats
from studio.song import Note, Notes, Song, TempoChange, Timeline, Track

SECONDS = 0.3 + np.cumsum(np.tile([0.5, 0.52, 0.48, 0.5], 8))


def write(folder: Path, lines: list[str]) -> Path:
    (folder / NAME).write_text("\n".join(lines) + "\n")
    return folder / "song.mid"


def played(timeline: Timeline) -> Song:
    """A note on every annotated quarter and one halfway, written with a clock that knows nothing of them."""
    moments = np.sort(np.concatenate([SECONDS, (SECONDS[1:] + SECONDS[:-1]) / 2]))
    ticks = np.round(timeline.ticks_at(moments)).astype(int).tolist()
    return Song(tracks=(Track(1, "MELODY", notes=Notes.of(Note(tick, 200, 60) for tick in ticks)),), timeline=timeline)


def test_notes_land_on_eighths_of_the_annotated_bars() -> None:
    song = played(Timeline(tempos=(TempoChange(0, 631_000),)))
    laid = laid_on_beats(song, Beats(SECONDS, np.arange(2, 32, 4)))
    starts = laid.tracks[0].notes.rows["start"]
    assert np.abs(starts - np.round(starts / 480) * 480).max() <= 2
    assert (starts[4] + 2) % 3840 <= 4, "the third quarter, two notes each, begins a bar"


def test_sound_stays_where_it_was() -> None:
    song = played(Timeline(tempos=(TempoChange(0, 631_000),)))
    laid = laid_on_beats(song, Beats(SECONDS, np.arange(2, 32, 4)))
    before = song.timeline.seconds_at(song.tracks[0].notes.rows["start"])
    after = laid.timeline.seconds_at(laid.tracks[0].notes.rows["start"])
    assert np.diff(after) == pytest.approx(np.diff(before), abs=2e-3)


def test_a_bar_of_another_length_becomes_a_change_of_metre() -> None:
    song = played(Timeline())
    laid = laid_on_beats(song, Beats(SECONDS, np.array([0, 4, 10, 14, 18])))
    assert [(meter.tick // 960, meter.numerator) for meter in laid.timeline.meters] == [(0, 4), (4, 6), (10, 4)]


def test_notes_before_the_first_beat_keep_their_place_before_it() -> None:
    early = Song(tracks=(Track(1, "MELODY", notes=Notes.of([Note(0, 100, 60), Note(1920, 100, 62)])),))
    laid = laid_on_beats(early, Beats(1.0 + np.arange(12) * 0.5, np.array([0, 4, 8])))
    assert laid.tracks[0].notes.rows["start"].tolist() == [1920, 3840]


def test_annotations_are_read(tmp_path: Path) -> None:
    lines = [f"{0.5 + 0.5 * at:.3f} {at % 2:.1f} {float(at % 4 == 1)}" for at in range(16)]
    found = beats_beside(write(tmp_path, lines))
    assert found is not None
    assert found.bar_starts.tolist() == [1, 5, 9, 13]
    assert found.seconds[2] == 1.5


@pytest.mark.parametrize(
    "lines",
    [
        ["not beats at all"] * 10,
        ["0.5 1 1"] * 10,
        ["1 1 1", "2 0 0"],
        [f"{at} 0 0" for at in range(12)],
        [f"{at} 0" for at in range(12)],
        [f"{at * 1e-9 + 9e3} 0 1" for at in range(12)],
        [f"{'nan' if at == 3 else at} 0 1" for at in range(12)],
    ],
)
def test_what_makes_no_sense_is_no_annotation(lines: list[str], tmp_path: Path) -> None:
    assert beats_beside(write(tmp_path, lines)) is None


def test_no_file_is_no_annotation(tmp_path: Path) -> None:
    assert beats_beside(tmp_path / "song.mid") is None

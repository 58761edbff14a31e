"""Typed places, lengths and pitches mean what they say, and nonsense means nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.files.project import Document
from studio.song.harmony import pitch_name
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import MeterChange, Timeline
from studio.song.typed import length_of, length_text, pitch_of, place_of, place_text
from tests.song_values import documents


@given(documents(), st.integers(0, 10**6))
def test_pr33_a_place_reads_back(document: Document, tick: int) -> None:
    timeline = document.song.timeline
    assert place_of(timeline, place_text(timeline, tick)) == tick


@given(st.integers(1, 10**7))
def test_pr33_a_length_reads_back(ticks: int) -> None:
    assert length_of(length_text(ticks)) == ticks


@given(st.integers(0, 127))
def test_pr33_a_pitch_reads_back(pitch: int) -> None:
    assert pitch_of(pitch_name(pitch)) == pitch_of(pitch_name(pitch, flats=True)) == pitch_of(str(pitch)) == pitch


@given(st.text(max_size=12))
def test_pr33_any_text_is_a_value_or_nothing(text: str) -> None:
    timeline = Timeline()
    place, length, pitch = place_of(timeline, text), length_of(text), pitch_of(text)
    assert place is None or place >= 0
    assert length is None or length >= 1
    assert pitch is None or 0 <= pitch <= 127


def test_pr33_short_places_stand_for_whole_ones() -> None:
    timeline = Timeline(meters=(MeterChange(0, 6, 8),))
    assert place_of(timeline, "2") == 2880
    assert place_of(timeline, " 1.6 ") == 5 * TICKS_PER_BEAT // 2
    assert place_of(timeline, "1:2:10") == TICKS_PER_BEAT // 2 + 10


@pytest.mark.parametrize("text", ["0", "1.5", "1.0", "1.1.960", "-1", "one", "", "1.2.3.4"])
def test_pr33_places_that_are_none(text: str) -> None:
    assert place_of(Timeline(), text) is None


@pytest.mark.parametrize(
    ("text", "pitch"), [("Cb4", 59), ("b♭2", 46), ("f#4", 66), ("G9", 127), ("G#9", None), ("H2", None), ("128", None)]
)
def test_pr33_pitch_names(text: str, pitch: int | None) -> None:
    assert pitch_of(text) == pitch

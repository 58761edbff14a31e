"""Phrases and windows: what is written comes back, lines are chosen, lengths are fitted and said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latent_parts import BAR, beat, phrase_of, tune

from backends.representations.phrases import clip_of, read_phrase
from studio.errors import UnsupportedRequest
from studio.generation.latent import Phrase
from studio.song import Note, Notes
from studio.song.clip import Clip

melodies = st.lists(st.one_of(st.just(0), st.just(1), st.integers(10, 80)), min_size=32, max_size=32)
drum_sets = st.lists(st.integers(0, 511), min_size=32, max_size=32)


@given(melodies)
def test_a_melody_window_survives_being_played(classes: list[int]) -> None:
    window = np.array(classes, np.int16)[:, None]
    starts = np.flatnonzero(window[:, 0] >= 2)
    if not len(starts):
        return
    again = read_phrase(Phrase(clip_of(window, ("melody",))), ("melody",), 2).window
    ours = np.where(window[:, 0] >= 2, window[:, 0], 0)
    assert np.array_equal(np.where(again[:, 0] >= 2, again[:, 0], 0), ours)


@given(drum_sets)
def test_a_drum_window_survives_being_played(numbers: list[int]) -> None:
    window = np.array(numbers, np.int16)[:, None]
    if not window.any():
        return
    clip = clip_of(window, ("drums",))
    assert np.array_equal(read_phrase(Phrase(clip, drums=(0,)), ("drums",), 2).window, window)
    assert clip.length_ticks == 2 * BAR


def test_equal_windows_are_equal_clips() -> None:
    window = read_phrase(phrase_of(tune(2), 2), ("melody",), 2).window
    assert clip_of(window, ("melody",)).rows.tobytes() == clip_of(window, ("melody",)).rows.tobytes()


def test_the_line_of_a_chord_is_chosen() -> None:
    chord = [Note(at * 960, 960, pitch) for at in range(8) for pitch in (48, 60, 72)]
    first = {
        line: int(read_phrase(phrase_of(chord, 2), ("melody",), 2, line).window[0, 0]) - 2 + 21  # type: ignore[arg-type]
        for line in ("skyline", "lowest", "track")
    }
    assert first == {"skyline": 72, "lowest": 48, "track": 72}
    two = Phrase(Clip(((0, Notes.of([Note(0, BAR, 50)]).rows), (1, Notes.of([Note(0, BAR, 70)]).rows)), 2 * BAR))
    assert int(read_phrase(two, ("melody",), 2, "track").window[0, 0]) - 2 + 21 == 50
    assert int(read_phrase(two, ("melody",), 2, "skyline").window[0, 0]) - 2 + 21 == 70


def test_longer_and_shorter_phrases_are_fitted_and_said() -> None:
    long = read_phrase(phrase_of(tune(5), 5, source="Theme"), ("melody",), 2)
    assert "«Theme» is longer than 2 bars: its first 2 bars were read." in long.remarks
    assert np.array_equal(long.window, read_phrase(phrase_of(tune(5), 2), ("melody",), 2).window)
    short = read_phrase(phrase_of([Note(0, 960, 60), Note(960, 960, 62)], 0.5), ("melody",), 2)
    assert any("repeated to fill" in remark for remark in short.remarks)
    assert np.array_equal(short.window[:8], short.window[8:16])


@given(st.floats(0.01, 3.0))
def test_any_length_fills_the_window(bars: float) -> None:
    found = read_phrase(phrase_of([Note(0, 120, 64)], bars), ("melody",), 2)
    assert found.window.shape == (32, 1)
    assert (found.window[0, 0]) == 64 - 21 + 2


@pytest.mark.parametrize(("parts", "drums"), [(("melody",), True), (("drums",), False)])
def test_the_wrong_kind_of_music_is_refused(parts: tuple[str, ...], drums: bool) -> None:
    notes = beat(2) if drums else tune(2)
    with pytest.raises(UnsupportedRequest, match=f"holds no {parts[0]} to read"):
        read_phrase(phrase_of(notes, 2, drums=drums), parts, 2)


def test_a_trio_is_told_apart_by_kind_and_height() -> None:
    low = Notes.of([Note(at * 960, 960, 40) for at in range(8)]).rows
    high = Notes.of(tune(2)).rows
    phrase = Phrase(Clip(((0, low), (1, high), (2, Notes.of(beat(2)).rows)), 2 * BAR), drums=(2,))
    window = read_phrase(phrase, ("melody", "bass", "drums"), 2).window
    assert (window[::4, 1] == 40 - 21 + 2).all()
    assert (window[:, 0] >= 2).any()
    assert window[0, 2] == 0b101

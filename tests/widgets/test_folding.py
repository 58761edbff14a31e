"""Rows of some pitches only: places and pitches agree, no note is ever hidden, and unfolding brings all back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.song.notes import Note
from tests.canvas_songs import BAR, click, drag, many_notes, point, shown_roll
from widgets.folding import PITCHES, UNFOLDED, Fold
from widgets.panels.roll import Roll
from widgets.piano_roll.tiles import aligned
from widgets.viewport import Viewport

folds = st.frozensets(st.integers(0, 127), min_size=1).map(Fold.of)


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def ink(roll: Roll, pitch: int, tick: int = 700) -> QColor:
    canvas = roll.view.canvas
    return canvas.grab().toImage().pixelColor(point(canvas, tick, pitch))


@given(folds, st.floats(6, 40), st.floats(0, 128), st.integers(60, 900))
def test_pr12_every_row_that_is_seen_is_found_again_under_its_middle(fold: Fold, row_px: float, top: float, height: int) -> None:
    view = Viewport(800, height, 0, 12.0, top, row_px).folded(fold).held()
    for pitch in fold.pitches:
        y = view.y_of(pitch) + view.row_px / 2
        if 0 <= y < height:
            assert view.pitch_at(y) == pitch
    assert view.low_pitch in fold.pitches
    assert view.high_pitch in fold.pitches
    assert view.top_pitch <= len(fold)


@given(folds)
def test_pr12_lines_count_rows_and_lie_between_them_for_hidden_pitches(fold: Fold) -> None:
    every = np.arange(PITCHES)
    lines = fold.lines(every)
    assert (np.diff(lines) >= 0).all()
    assert fold.has_row(every).sum() == len(fold)
    assert [fold.pitch(fold.line(pitch)) for pitch in fold.pitches] == list(fold.pitches)
    assert Fold.of([]) is UNFOLDED


def test_pr12_folding_keeps_the_middle_the_selection_and_the_song(roll: Roll) -> None:
    roll.commands.select_all()
    song, middle = roll.session.song, roll.state.viewport.pitch_at(roll.view.canvas.height() / 2)
    before = roll.state.viewport
    roll.toggle_fold("scale")
    view = roll.state.viewport
    assert {pitch % 12 for pitch in view.fold.pitches} == {0, 2, 3, 5, 7, 8, 10}
    assert abs(view.pitch_at(view.height_px / 2) - middle) <= 2
    assert roll.session.song is song
    assert roll.session.selection.note_ids == {10, 11, 12, 13}
    roll.toggle_fold("scale")
    assert roll.state.viewport.fold is UNFOLDED
    assert roll.state.viewport.row_px == before.row_px


def test_pr12_a_chromatic_note_forces_its_row(roll: Roll) -> None:
    roll.toggle_fold("scale")
    assert 73 not in roll.state.viewport.fold.pitches
    roll.session.do(notes.move([10], 0, 1))
    assert 73 in roll.state.viewport.fold.pitches
    roll.session.undo()
    assert 73 not in roll.state.viewport.fold.pitches


def test_pr12_notes_are_drawn_and_grasped_in_their_rows(roll: Roll) -> None:
    roll.toggle_fold("used")
    assert roll.state.viewport.fold.pitches == (72, 74, 75, 79)
    canvas = roll.view.canvas
    empty = ink(roll, 79)
    assert ink(roll, 72) != empty
    click(canvas, point(canvas, 400, 72))
    assert roll.session.selection.note_ids == {10}
    drag(canvas, point(canvas, 400, 72), point(canvas, 400, 75))
    moved = roll.state.notes.note(10)
    assert moved is not None
    assert moved.pitch == 75
    assert roll.state.viewport.fold.pitches == (74, 75, 79)


def test_pr12_drags_in_a_folded_scale_move_by_its_steps(roll: Roll) -> None:
    roll.toggle_fold("scale")
    canvas = roll.view.canvas
    roll.commands.select_all()
    drag(canvas, point(canvas, 400, 72), point(canvas, 400, 74))
    assert [note.pitch for note in roll.state.notes] == [74, 75, 77, 80]


def test_pr12_without_a_key_it_says_what_is_missing(roll: Roll) -> None:
    said: list[str] = []
    roll.session.said.listen(lambda text, _is_error: said.append(text))
    roll.session.open(roll.session.song.__class__("Keyless", roll.session.song.tracks, next_id=100))
    roll.toggle_fold("scale")
    assert "once the song has a key" in said[-1]
    assert roll.state.viewport.fold is UNFOLDED


def test_pr32_unused_rows_of_drums_fold_away(roll: Roll) -> None:
    roll.session.select(frozenset(), track_id=3)
    roll.session.do(notes.add(3, [Note(BAR, 120, 42), Note(BAR, 120, 38)]))
    roll.toggle_fold("scale")
    assert roll.state.viewport.fold.pitches == (36, 38, 42)
    roll.session.select(frozenset(), track_id=1)
    assert roll.state.viewport.fold.pitches == (72, 74, 75, 79)


def test_pr12_an_empty_track_has_all_rows(roll: Roll) -> None:
    roll.toggle_fold("used")
    roll.session.do(notes.remove([10, 11, 12, 13]))
    assert roll.state.viewport.fold is UNFOLDED
    assert not roll.view.canvas.grab().isNull()


def test_pr12_crowded_views_fold_too(qtbot: QtBot) -> None:
    roll = shown_roll(qtbot, many_notes(9000))
    roll.toggle_fold("used")
    roll.zoom_to_fit()
    assert not roll.view.grab().isNull()
    assert aligned(roll.state.viewport).fold == roll.state.viewport.fold

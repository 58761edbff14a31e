"""Recipes and rules over the roll: done at once, asked about with a preview, or refused in a sentence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.song.ticks import Span
from tests.canvas_songs import BAR, CTRL, SHIFT, STEP, click, shown_roll
from widgets.dialogs.knob_dialog import KnobDialog
from widgets.panels.roll import Roll
from widgets.piano_roll.recipes import BY_ID, RECIPES, Recipe
from widgets.piano_roll.tiles import aligned


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def picked(roll: Roll) -> set[int]:
    return set(roll.session.selection.note_ids)


def starts(roll: Roll) -> list[int]:
    return [note.start_tick for note in roll.state.notes]


def open_dialog(roll: Roll) -> KnobDialog:
    dialog = roll.asking.dialog
    assert dialog is not None
    return dialog


def test_pr34_same_pitch_same_beat_and_all_to_the_right(roll: Roll) -> None:
    roll.session.do(notes.move([13], 0, -7))
    roll.session.select(frozenset((10,)))
    roll.picking.same_pitch()
    assert picked(roll) == {10, 13}
    roll.session.select(frozenset((10,)))
    roll.picking.same_beat()
    assert picked(roll) == {10, 13}
    roll.session.select(frozenset((11,)))
    roll.picking.to_the_right()
    assert picked(roll) == {11, 12, 13}
    roll.session.select(frozenset(), cursor_tick=1500)
    roll.picking.to_the_right()
    assert picked(roll) == {12, 13}


def test_pr34_range_is_the_selected_bars_or_the_bar_of_the_cursor(roll: Roll, said: list[str]) -> None:
    roll.session.select(bars=Span(BAR, 2 * BAR))
    roll.picking.in_bars()
    assert picked(roll) == {13}
    roll.session.select(keep_bars=False, cursor_tick=100)
    roll.picking.in_bars()
    assert picked(roll) == {10, 11, 12}
    roll.session.select(cursor_tick=9 * BAR)
    roll.picking.in_bars()
    assert (picked(roll), said[-1]) == (set(), "No note of this track begins in bar 10.")


def test_pr34_rules_about_others_like_it_ask_for_a_note_first(roll: Roll, said: list[str]) -> None:
    for rule in (roll.picking.same_pitch, roll.picking.same_beat):
        rule()
        assert said[-1].startswith("Select a note first")


def test_pr01_control_on_a_key_picks_its_row_and_shift_adds_one(roll: Roll) -> None:
    keys, view = roll.view.keys, aligned(roll.state.viewport)

    def key(pitch: int) -> QPoint:
        return QPoint(20, round(view.y_of(pitch) + view.row_px / 2))

    click(keys, key(72), CTRL)
    assert picked(roll) == {10}
    click(keys, key(75), SHIFT)
    assert picked(roll) == {10, 12}


def test_pr07_quantise_repeats_the_settings_of_last_time(roll: Roll) -> None:
    roll.session.do(notes.move([11], 100))
    roll.session.select(frozenset((11,)))
    assert roll.shaping.apply("quantise", {"grid": "1/4", "strength": 50})
    assert starts(roll)[1] == 1010
    roll.shaping.again("quantise")
    assert starts(roll)[1] == 985
    assert roll.session.history.labels[-1] == "Quantise 1 note"


def test_pr07_with_nothing_selected_it_asks_before_taking_the_whole_track(roll: Roll) -> None:
    roll.session.do(notes.move([11, 12], 30))
    roll.shaping.again("quantise")
    assert roll.session.history.labels == ("Move 2 notes",)
    dialog = open_dialog(roll)
    dialog.accept()
    assert starts(roll) == [0, 960, 1920, BAR]
    assert roll.session.selection.note_ids == frozenset()


def test_pr21_a_dialog_shows_what_it_would_do_before_it_does_it(roll: Roll, qtbot: QtBot) -> None:
    roll.session.select(frozenset((10, 11)))
    song = roll.session.song
    roll.shaping.asked("stretch")
    dialog = open_dialog(roll)
    qtbot.waitUntil(lambda: roll.state.faded == {10, 11})
    shown = roll.view.canvas.trial
    assert shown is not None
    assert shown.rows["length"].tolist() == [1920, 960]
    assert roll.session.song is song
    dialog.form.set_values({"percent": 50})
    qtbot.waitUntil(lambda: roll.view.canvas.trial.rows["length"].tolist() == [480, 240])
    dialog.reject()
    assert roll.session.song is song
    assert (roll.view.canvas.trial, roll.state.faded) == (None, frozenset())
    roll.shaping.asked("stretch")
    dialog = open_dialog(roll)
    dialog.form.set_values({"percent": 50})
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert starts(roll)[:2] == [0, 480]
    assert roll.shaping.values_of(BY_ID["stretch"])["percent"] == 50


def test_a_dialog_says_why_its_values_cannot_be(roll: Roll, qtbot: QtBot, said: list[str]) -> None:
    roll.session.select(frozenset((13,)))
    roll.shaping.asked("transpose")
    dialog = open_dialog(roll)
    dialog.form.set_values({"semitones": 48})
    qtbot.wait(80)
    assert dialog.problem.isHidden()
    roll.session.do(notes.move([13], 0, 30))
    dialog.form.set_values({"semitones": 47})
    qtbot.waitUntil(lambda: "above" in dialog.problem.text())
    dialog.accept()
    assert "above" in said[-1]
    assert roll.state.notes.note(13).pitch == 109


def test_pr08_humanising_again_takes_another_seed_and_does_not_add_up(roll: Roll) -> None:
    roll.commands.select_all()
    for _ in range(30):
        roll.shaping.again("humanise")
    moved = [abs(a - b) for a, b in zip(sorted(starts(roll)), [0, 960, 1920, BAR], strict=True)]
    assert 0 < max(moved) <= 24
    assert len(roll.session.history.labels) == 30


def test_pr20_repeat_lies_after_the_grid_rounded_selection_and_is_selected(roll: Roll) -> None:
    roll.session.do(notes.set_lengths([11], 100))
    roll.session.select(frozenset((11,)))
    assert roll.shaping.apply("repeat", {"times": 2})
    added = [roll.state.notes.note(i) for i in sorted(picked(roll))]
    assert [note.start_tick for note in added] == [960 + STEP, 960 + 2 * STEP]


def test_pr05_cutting_at_the_grid_selects_every_piece(roll: Roll) -> None:
    roll.session.select(frozenset((10,)))
    assert roll.shaping.apply("cut", {"grid": "1/8T"})
    assert [note.length_ticks for note in roll.state.notes if note.pitch == 72] == [320, 320, 320]
    assert len(picked(roll)) == 3


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_every_recipe_is_one_undo_step_that_leads_back_exactly(roll: Roll, recipe: Recipe) -> None:
    roll.session.do(notes.move([11], 70, 1))
    roll.session.do(notes.set_locked([12], True))
    roll.commands.select_all()
    before, locked, steps = roll.session.song, roll.state.notes.note(12), len(roll.session.history.labels)
    done = roll.shaping.apply(recipe.id)
    assert roll.state.notes.note(12) == locked
    assert len(roll.session.history.labels) == steps + done
    if done:
        roll.session.undo()
    assert roll.session.song is before
    assert roll.session.selection.note_ids == {10, 11, 12, 13}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_recipes_on_an_empty_track_say_so(roll: Roll, said: list[str], recipe: Recipe) -> None:
    roll.session.do(notes.remove([10, 11, 12, 13]))
    roll.shaping.again(recipe.id)
    roll.shaping.asked(recipe.id)
    assert said[-1].startswith("There are no notes to work on")
    assert roll.asking.dialog is None

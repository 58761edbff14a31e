"""Chord stamps and step input: by keys alone, seen and heard before they are written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.edits import notes
from tests.canvas_songs import BAR, STEP, PreviewingSound, click, shown_roll
from widgets.panels.roll import Roll
from widgets.piano_roll.chord_palette import CELL_PX, HEAD_PX

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    made = shown_roll(qtbot)
    made.session.select(cursor_tick=2 * BAR)
    return made


def keys(roll: Roll, *pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(roll.chords if roll.chords.isVisible() else roll.view.canvas, key)


def written(roll: Roll) -> list[tuple[int, int, int]]:
    return [(n.start_tick, n.length_ticks, n.pitch) for n in roll.state.notes if n.id >= 100]


def tried(roll: Roll) -> list[int]:
    trial = roll.view.canvas.trial
    return [] if trial is None else trial.rows["pitch"].tolist()


def heard(roll: Roll) -> list[object]:
    sound = roll.session.sound
    assert isinstance(sound, PreviewingSound)
    return [value[1] for value in sound.heard()]  # type: ignore[index]


def test_pr14_a_chord_is_shown_and_heard_before_it_is_stamped(roll: Roll) -> None:
    song = roll.session.song
    roll.chords.begin()
    roll.chords.pitch = 60
    keys(roll, Qt.Key.Key_5)
    assert roll.chords.chord.name == "v"
    assert tried(roll) == [55, 58, 62]
    assert heard(roll)[-3:] == [55, 58, 62]
    assert roll.session.song is song
    keys(roll, Qt.Key.Key_Return)
    assert sorted(pitch for _, _, pitch in written(roll)) == [55, 58, 62]
    assert {start for start, _, _ in written(roll)} == {2 * BAR}
    assert roll.session.selection.cursor_tick == 2 * BAR + roll.chords.length_ticks
    assert roll.session.history.labels == ("Stamp v",)


def test_pr14_escape_leaves_nothing_behind(roll: Roll) -> None:
    song = roll.session.song
    roll.chords.begin()
    keys(roll, Qt.Key.Key_4, Qt.Key.Key_Escape)
    assert roll.session.song is song
    assert tried(roll) == []
    assert not roll.chords.isVisible()
    assert roll.view.canvas.hasFocus()


def test_pr14_arrows_walk_degrees_and_inversions_tab_adds_thirds_page_keys_octaves(roll: Roll) -> None:
    roll.chords.begin()
    roll.chords.pitch = 60
    keys(roll, Qt.Key.Key_1, Qt.Key.Key_Up)
    assert tried(roll) == [63, 67, 72]
    keys(roll, Qt.Key.Key_Down, Qt.Key.Key_Left)
    assert roll.chords.chord.name == "VII"
    keys(roll, Qt.Key.Key_Right, Qt.Key.Key_Tab)
    assert (roll.chords.chord.name, tried(roll)) == ("i7", [60, 63, 67, 70])
    keys(roll, Qt.Key.Key_PageUp)
    assert tried(roll) == [72, 75, 79, 82]
    before = roll.chords.length_ticks
    keys(roll, Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Comma)
    assert roll.chords.length_ticks == 2 * before


def test_pr14_a_click_chooses_and_a_second_one_stamps(roll: Roll) -> None:
    roll.chords.begin()
    fourth = QPoint(6 + 3 * CELL_PX + 10, HEAD_PX + 10)
    click(roll.chords, fourth)
    assert (roll.chords.chord.name, written(roll)) == ("iv", [])
    click(roll.chords, fourth)
    assert len(written(roll)) == 3
    assert roll.chords.isVisible()


def test_pr14_drums_and_songs_without_a_key(roll: Roll, said: list[str]) -> None:
    roll.session.select(frozenset(), track_id=3)
    roll.chords.begin()
    assert "drums" in said[-1]
    assert not roll.chords.isVisible()
    roll.session.open(roll.session.song.__class__("Keyless", roll.session.song.tracks, next_id=100))
    roll.chords.begin()
    assert roll.chords.chord.key.name == "C major"


def test_pr23_keys_write_one_step_after_the_other(roll: Roll) -> None:
    roll.steps.toggle()
    roll.steps.low_c = 60
    keys(roll, Qt.Key.Key_A, Qt.Key.Key_Right, Qt.Key.Key_D, Qt.Key.Key_W)
    assert written(roll) == [(2 * BAR, STEP, 60), (2 * BAR + 2 * STEP, STEP, 64), (2 * BAR + 3 * STEP, STEP, 61)]
    assert roll.session.selection.cursor_tick == 2 * BAR + 4 * STEP
    assert heard(roll) == [60, 64, 61]
    roll.session.undo()
    assert len(written(roll)) == 2


def test_pr23_keys_held_together_are_a_chord(roll: Roll) -> None:
    roll.steps.toggle()
    roll.steps.low_c = 60
    canvas = roll.view.canvas
    for key in (Qt.Key.Key_A, Qt.Key.Key_D, Qt.Key.Key_G):
        QTest.keyPress(canvas, key)
    QTest.keyRelease(canvas, Qt.Key.Key_A)
    assert written(roll) == []
    for key in (Qt.Key.Key_D, Qt.Key.Key_G):
        QTest.keyRelease(canvas, key)
    assert [pitch for _, _, pitch in written(roll)] == [60, 64, 67]
    assert roll.session.selection.cursor_tick == 2 * BAR + STEP


def test_pr23_ties_back_and_taking_back(roll: Roll, said: list[str]) -> None:
    roll.steps.toggle()
    roll.steps.low_c = 60
    keys(roll, Qt.Key.Key_A)
    for _ in range(2):
        QTest.keyClick(roll.view.canvas, Qt.Key.Key_Right, SHIFT)
    assert written(roll) == [(2 * BAR, 3 * STEP, 60)]
    keys(roll, Qt.Key.Key_S, Qt.Key.Key_Backspace)
    assert written(roll) == [(2 * BAR, 3 * STEP, 60)]
    assert roll.session.selection.cursor_tick == 2 * BAR + 3 * STEP
    QTest.keyClick(roll.view.canvas, Qt.Key.Key_Right, SHIFT)
    assert "no step before" in said[-1]
    keys(roll, Qt.Key.Key_Left)
    assert roll.session.selection.cursor_tick == 2 * BAR + 2 * STEP
    roll.session.select(cursor_tick=0)
    keys(roll, Qt.Key.Key_Left, Qt.Key.Key_Backspace)
    assert roll.session.selection.cursor_tick == 0


def test_pr23_octaves_stop_at_the_ends_and_escape_ends_it(roll: Roll) -> None:
    roll.steps.toggle()
    assert roll.steps.words.isVisible()
    keys(roll, *[Qt.Key.Key_X] * 20, Qt.Key.Key_J)
    assert written(roll)[-1][2] == 119
    keys(roll, *[Qt.Key.Key_Z] * 20, Qt.Key.Key_A)
    assert written(roll)[-1][2] == 0
    keys(roll, Qt.Key.Key_Escape, Qt.Key.Key_A)
    assert len(written(roll)) == 2
    assert not roll.steps.words.isVisible()


def test_pr23_it_ends_where_notes_cannot_be_written(roll: Roll) -> None:
    roll.steps.toggle()
    roll.session.select(frozenset(), track_id=99)
    assert not roll.steps.is_on
    roll.steps.toggle()
    assert not roll.steps.is_on


def test_pr23_locked_notes_are_not_taken_back(roll: Roll) -> None:
    roll.steps.toggle()
    keys(roll, Qt.Key.Key_A)
    roll.session.do(notes.set_locked([100], True))
    keys(roll, Qt.Key.Key_Backspace)
    assert len(written(roll)) == 1

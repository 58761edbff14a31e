"""What takes keep to, by real clicks and keys: chips in the Generate panel and the sheet they open."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.song import Span
from studio.song.constraint import Constraint
from tests.generate_parts import BAR, Recorder, bench

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(put_up):
    """The right side of the window; `asked` holds the requests."""
    model = Recorder()
    found = bench(model)
    found.asked = model.asked
    put_up(found.side).activateWindow()
    return found


def press(widget, pos=None):
    QTest.mouseClick(widget, LEFT, pos=pos or QPoint(widget.width() // 2, widget.height() // 2))


def chips(made):
    return [chip.text() for chip in made.generate.constraints.row.chips()][:-1]


def opened(made):
    press(made.generate.constraints.add)
    editor = made.generate.constraints.editor
    assert editor.isVisible()
    return editor


def type_in(field, text):
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_gn_6_1_a_range_is_typed_shown_as_a_chip_and_asked_for(made):
    editor = opened(made)
    assert editor.focusWidget() is editor.low
    type_in(editor.low, "c2")
    type_in(editor.high, "60")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    assert chips(made) == ["C2–C4"]
    made.generate.generate()
    assert made.asked[0].constraints == (Constraint(1, 36, 60),)


def test_gn_6_1_everything_set_in_one_opening_is_one_step(made):
    editor = opened(made)
    type_in(editor.most, "8")
    editor.voices.setCurrentIndex(1)
    editor.voices.activated.emit(1)
    press(editor.rhythm)
    assert made.session.song.constraint(1) == Constraint(1, most_per_bar=8.0, polyphony=1, keeps_rhythm=True)
    editor.close()
    assert chips(made) == ["≤ 8 a bar", "1 voice", "rhythm kept"]
    made.session.undo()
    assert chips(made) == []


def test_gn_6_1_the_range_is_taken_from_selected_notes(made):
    assert not opened(made).take_range.isEnabled()
    made.generate.constraints.editor.close()
    made.session.select(frozenset({100, 101}))
    editor = opened(made)
    press(editor.take_range)
    assert chips(made) == ["C4–C4"]


def test_gn_6_1_a_chip_goes_by_its_cross_and_by_delete_and_comes_back_by_undo(made):
    editor = opened(made)
    type_in(editor.low, "C2")
    press(editor.pitches)
    editor.close()
    first, second = made.generate.constraints.row.chips()[:2]
    press(first, QPoint(first.width() - 12, first.height() // 2))
    assert chips(made) == ["pitches kept"]
    second = made.generate.constraints.row.chips()[0]
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Delete)
    assert chips(made) == []
    assert made.generate.constraints.add.hasFocus()
    made.session.undo()
    made.session.undo()
    assert chips(made) == ["≥ C2", "pitches kept"]


def test_gn_6_1_pressing_a_chip_opens_the_sheet(made):
    editor = opened(made)
    type_in(editor.high, "C5")
    editor.close()
    press(made.generate.constraints.row.chips()[0], QPoint(14, 10))
    assert editor.isVisible()
    assert editor.high.text() == "C5"
    press(editor.clear)
    assert made.session.song.constraints == ()


def test_gn_6_1_a_contradiction_is_said_at_once_beside_the_chip(made):
    editor = opened(made)
    type_in(editor.low, "C5")
    type_in(editor.high, "C2")
    assert "lies above its highest" in editor.warning.text()
    editor.close()
    assert "lies above its highest" in made.generate.constraints.warning.text()
    assert made.generate.constraints.warning.isVisible()
    assert made.generate.constraints.row.chips()[0].is_refused
    assert not made.generate.button.isEnabled()
    press(made.generate.constraints.row.chips()[0], QPoint(14, 10))
    type_in(editor.low, "C2")
    assert not made.generate.constraints.warning.isVisible()
    assert made.generate.button.isEnabled()


def test_gn_6_1_rhythm_kept_needs_notes_in_the_bars(made):
    made.session.select(track_id=3, bars=Span(0, BAR))
    editor = opened(made)
    press(editor.rhythm)
    editor.close()
    assert "no notes in these bars" in made.generate.constraints.warning.text()


@pytest.mark.parametrize("text", ["H2", "c", "200"])
def test_gn_6_1_nonsense_is_refused_and_what_was_there_stays(made, text):
    editor = opened(made)
    type_in(editor.low, "C2")
    type_in(editor.low, text)
    assert editor.low.text() == "C2"
    assert editor.warning.isVisible()
    assert made.session.song.constraint(1) == Constraint(1, 36)


def test_gn_6_1_following_a_track_names_it(made):
    editor = opened(made)
    assert [editor.follows.itemText(at) for at in range(editor.follows.count())] == ["nobody", "Bass", "Empty"]
    editor.follows.setCurrentIndex(1)
    editor.follows.activated.emit(1)
    assert chips(made) == ["chords of Bass"]


def test_gn_6_1_what_was_typed_last_holds_when_the_sheet_is_closed(made):
    editor = opened(made)
    editor.low.setFocus()
    QTest.keyClicks(editor.low, "C3")
    editor.close()
    assert chips(made) == ["≥ C3"]


def test_gn_6_1_chips_are_those_of_the_track_that_is_written(made):
    editor = opened(made)
    type_in(editor.low, "C2")
    editor.close()
    made.session.select(track_id=2)
    assert chips(made) == []
    made.session.select(track_id=1)
    assert chips(made) == ["≥ C2"]

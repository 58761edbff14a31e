"""A sweep asked for in the Generate panel, by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.generation.contract import Axis
from tests.generate_parts import Recorder, bench


@pytest.fixture
def made(put_up):
    model = Recorder()
    found = bench(model)
    found.asked = model.asked
    put_up(found.side).activateWindow()
    return found


def type_in(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def choose(row, name):
    at = row.box.findData(name)
    row.box.setFocus()
    while row.box.currentIndex() != at:
        QTest.keyClick(row.box, Qt.Key.Key_Down if row.box.currentIndex() < at else Qt.Key.Key_Up)


def test_gn_6_1_a_sweep_is_opened_filled_and_asked_for_by_keys(made):
    sweep = made.generate.sweep
    assert sweep.count == 0
    sweep.fold.setFocus()
    QTest.keyClick(sweep.fold, Qt.Key.Key_Return)
    assert [(row.box.currentText(), row.field.text()) for row in sweep.rows] == [("How busy", "-1 0 1"), ("nothing", "")]
    choose(sweep.rows[1], "temperature")
    type_in(sweep.rows[1].field, "0.5 1.5")
    assert sweep.words.text() == "6 takes with one seed (2 × 3)."
    assert made.generate.button.text().startswith("Generate a grid of 6 takes")
    assert not made.generate.count.isEnabled()
    made.generate.generate()
    (request,) = made.asked
    assert request.sweep == (Axis("temperature", (0.5, 1.5)), Axis("density", (-1.0, 0.0, 1.0)))
    assert request.count == 6


def test_gn_6_1_folded_a_sweep_asks_for_nothing(made):
    sweep = made.generate.sweep
    made.generate.open_sweep()
    assert sweep.rows[0].box.hasFocus()
    assert sweep.count == 3
    QTest.keyClick(sweep.fold, Qt.Key.Key_Return)
    assert sweep.count == 0
    made.generate.generate()
    assert made.asked[0].sweep == ()
    assert made.asked[0].count == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [("0 0.1 0.2 0.3 0.4 0.5", "too many to compare"), ("", "no values"), ("0 7", "cannot be"), ("0 0", "twice")],
)
def test_gn_6_1_what_cannot_be_swept_is_said_and_not_asked(made, text, words):
    made.generate.open_sweep()
    field = made.generate.sweep.rows[0].field
    type_in(field, text or " ")
    assert words in made.generate.sweep.words.text()
    assert not made.generate.button.isEnabled()
    made.generate.generate()
    assert not made.asked


def test_gn_6_1_rows_and_columns_are_different_settings(made):
    made.generate.open_sweep()
    choose(made.generate.sweep.rows[1], "density")
    assert "the same setting" in made.generate.sweep.words.text()


def test_gn_6_1_one_axis_is_enough_and_words_can_be_swept(made):
    made.generate.open_sweep()
    choose(made.generate.sweep.rows[0], "stay_in_key")
    assert made.generate.sweep.rows[0].field.text() == "off, soft, on"
    made.generate.generate()
    assert made.asked[0].sweep == (Axis("stay_in_key", ("off", "soft", "on")),)


def test_gn_6_1_an_opened_sweep_is_scrolled_to(made, qtbot):
    made.side.resize(360, 560)
    made.generate.open_sweep()
    words = made.generate.sweep.words
    qtbot.waitUntil(lambda: words.visibleRegion().boundingRect() == words.rect())

"""A form made from knobs: every kind, typing, folding, and what survives a change of model."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from studio.knobs import Knob
from tests.generate_parts import KNOBS
from widgets.controls.choice_box import ChoiceBox, Segments
from widgets.controls.slider import SliderRow, decent_step
from widgets.form import KnobForm

LEFT = Qt.MouseButton.LeftButton
LONG = Knob("mode", "Mode", "quietly", choices=("quietly", "loudly", "in between"))
WHOLE = Knob("steps", "Steps", 4, 1, 8, unit="bars")
SWITCH = Knob("swing", "Swing", False)


@pytest.fixture
def form(qtbot):
    made = KnobForm()
    qtbot.addWidget(made)
    made.set_knobs(KNOBS)
    made.resize(320, 500)
    made.show()
    qtbot.waitExposed(made)
    return made


def type_in(field, text):
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_steering_words_stand_first_and_experts_are_folded(form):
    places = {name: form.row(name).mapTo(form, QPoint(0, 0)).y() for name in form.values()}
    assert places["temperature"] < places["density"] < places["stay_in_key"] < places["key"]
    assert not form.row("top_p").isVisible()
    QTest.mouseClick(form.more, LEFT)
    assert form.row("top_p").isVisible()


def test_more_is_there_only_for_what_is_folded(form):
    form.set_knobs((SWITCH,))
    assert not form.more.isVisible()
    form.fold(QLabel("kept"))
    assert form.more.isVisible()
    form.set_knobs(KNOBS)
    QTest.mouseClick(form.more, LEFT)
    assert form.row("top_p").isVisible()


def test_defaults_are_the_knobs_own(form):
    assert form.values() == {knob.name: knob.default for knob in KNOBS}


def test_a_value_is_typed_and_the_slider_follows(form):
    row = form.row("temperature")
    type_in(row.field, "1,5")
    assert row.value == 1.5
    assert row.field.text() == "1.50"
    assert row.groove.value() > row.groove.maximum() // 2


@pytest.mark.parametrize("nonsense", ["7", "-1", "1..2", ""])
def test_nonsense_is_refused_in_a_sentence_and_the_value_stays(form, nonsense):
    said = []
    form.refused.connect(said.append)
    type_in(form.row("temperature").field, nonsense or " ")
    assert form.values()["temperature"] == 1.0
    assert form.row("temperature").field.text() == "1.00"
    assert len(said) == 1
    assert said[0].startswith("Surprise cannot be")


def test_escape_puts_the_old_number_back(form):
    field = form.row("temperature").field
    field.selectAll()
    QTest.keyClicks(field, "1.9")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "1.00"
    assert form.values()["temperature"] == 1.0


def test_a_click_jumps_and_a_double_click_brings_the_default_back(form):
    groove = form.row("temperature").groove
    QTest.mouseClick(groove, LEFT, pos=QPoint(groove.width() - 3, 10))
    assert form.values()["temperature"] == 2.0
    QTest.mouseDClick(groove, LEFT, pos=QPoint(groove.width() - 3, 10))
    assert form.values()["temperature"] == 1.0


def test_arrow_keys_move_a_slider(form):
    groove = form.row("density").groove
    QTest.keyClick(groove, Qt.Key.Key_Right)
    assert form.values()["density"] == pytest.approx(0.01)
    QTest.keyClick(groove, Qt.Key.Key_Home)
    assert form.values()["density"] == -1.0


def test_short_choices_stand_side_by_side_long_ones_in_a_list(qtbot, form):
    segments = form.row("stay_in_key").box
    assert isinstance(segments, Segments)
    QTest.mouseClick(segments.segments[2], LEFT)
    assert form.values()["stay_in_key"] == "on"
    QTest.keyClick(segments.segments[2], Qt.Key.Key_Left)
    assert form.values()["stay_in_key"] == "soft"
    form.set_knobs((LONG, SWITCH, WHOLE))
    assert isinstance(form.row("mode").box, ChoiceBox)
    form.row("mode").box.setCurrentText("loudly")
    QTest.mouseClick(form.row("swing"), LEFT, pos=QPoint(5, 10))
    type_in(form.row("steps").field, "6 bars")
    assert form.values() == {"mode": "loudly", "swing": True, "steps": 6}


def test_the_key_is_offered_and_can_be_typed(form):
    box = form.row("key").box
    assert box.itemText(0) == "auto"
    assert box.findText("F# minor") > 0
    box.setCurrentText("Bb dorian")
    assert form.values()["key"] == "Bb dorian"
    box.setCurrentText("  ")
    assert form.values()["key"] == "auto"


def test_what_was_set_by_hand_survives_a_change_of_model_where_it_fits(form):
    form.set_values({"temperature": 1.7, "density": -0.5, "stay_in_key": "on"})
    form.set_knobs((Knob("temperature", "Surprise", 1.0, 0.1, 1.2), Knob("density", "How busy", 0.0, -1.0, 1.0)))
    assert form.values() == {"temperature": 1.0, "density": -0.5}
    form.set_knobs(KNOBS)
    assert form.values()["temperature"] == 1.7
    assert form.values()["stay_in_key"] == "on"


def test_every_field_has_a_name_and_its_help(form):
    row = form.row("temperature")
    assert row.groove.accessibleName() == "Surprise, slider"
    assert row.field.accessibleName() == "Surprise, value"
    assert row.groove.accessibleDescription() == "Low: likely. High: bold."


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(-1000, 1000), st.floats(0.01, 1000), st.floats(0, 1))
def test_a_slider_shows_every_value_within_half_a_step(qapp, low, extent, share):
    """Property: what is set is what is read, and the slider stands within half a step of it."""
    low, high = round(low, 2), round(low, 2) + round(extent, 2)
    row = SliderRow(Knob("k", "K", low, low, high))
    value = min(high, max(low, low + share * (high - low)))
    row.set_value(value)
    assert row.value == value
    step = decent_step(high - low)
    assert abs(low + row.groove.value() * step - value) <= step / 2 + 1e-9 * max(1.0, abs(value))
    row.deleteLater()


FRONT = ("resemblance", "density", "temperature", "stay_in_key")
CLOSE = Knob("resemblance", "How close", 0.7, 0.0, 1.0)


@pytest.fixture
def front(qtbot):
    made = KnobForm(front=FRONT)
    qtbot.addWidget(made)
    made.set_knobs((*KNOBS, CLOSE))
    made.resize(320, 500)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_gn_6_1_three_controls_stand_up_front_and_the_rest_is_folded(front):
    places = {name: front.row(name).mapTo(front, QPoint(0, 0)).y() for name in FRONT}
    assert sorted(places, key=places.get) == list(FRONT)
    labels = [front.row(name).knob.label for name in FRONT[:3]]
    assert labels == ["How different", "How busy", "How surprising"]
    assert not front.row("key").isVisible()
    assert not front.row("top_p").isVisible()


def test_gn_6_1_how_different_runs_the_other_way_than_resemblance(front):
    row = front.row("resemblance")
    assert row.field.text() == "0.30"
    assert front.values()["resemblance"] == 0.7
    type_in(row.field, "0.9")
    assert front.values()["resemblance"] == 0.1
    before = row.groove.value()
    QTest.keyClick(row.groove, Qt.Key.Key_Right)
    assert row.groove.value() == before + 1
    assert front.values()["resemblance"] < 0.1
    front.set_values({"resemblance": 0.25})
    assert row.field.text() == "0.75"
    QTest.mouseDClick(row.groove, LEFT, pos=QPoint(30, row.groove.height() // 2))
    assert front.values()["resemblance"] == 0.7


def test_gn_6_1_how_different_survives_a_change_of_model(front):
    front.set_values({"resemblance": 0.2})
    front.set_knobs((Knob("resemblance", "Resemblance", 0.5, 0.0, 1.0),))
    assert front.values()["resemblance"] == 0.2


def test_gn_6_1_how_busy_says_that_it_is_left_to_the_music(front):
    row = front.row("density")
    assert row.field.text() == "as it comes"
    assert row.field.fontMetrics().horizontalAdvance("as it comes") < row.field.width()
    front.set_values({"density": 0.5})
    assert row.field.text() == "+0.50"
    assert row.groove.origin == 0.5

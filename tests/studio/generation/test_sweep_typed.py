"""The axes of a sweep as they are typed, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import UnsupportedRequest
from studio.generation.contract import Axis
from studio.generation.steering_words import question, turned, value_words
from studio.generation.sweep_typed import axis_of, can_be_swept, typed, usual_values
from studio.knobs import Knob

BUSY = Knob("density", "Note density", 0.0, -1.0, 1.0)
CLOSE = Knob("resemblance", "How close", 0.5, 0.0, 1.0)
WHOLE = Knob("steps", "Steps", 0, 0, 64)
KEYED = Knob("stay_in_key", "Stay in key", "soft", choices=("off", "soft", "on"))
VOICE = Knob("voice", "Drum", "auto", choices=("auto", "closed hat", "open hat"))
TEXT = Knob("key", "Key", "auto")
SWING = Knob("swing", "Swing", False)


def test_gn_6_1_values_are_typed_with_spaces_or_commas():
    assert axis_of(BUSY, "-1 0  0.5") == Axis("density", (-1.0, 0.0, 0.5))
    assert axis_of(BUSY, "-1, 0; 1") == Axis("density", (-1.0, 0.0, 1.0))
    assert axis_of(WHOLE, "4 8") == Axis("steps", (4, 8))
    assert axis_of(VOICE, "closed hat, open hat") == Axis("voice", ("closed hat", "open hat"))
    assert axis_of(SWING, "on, off") == Axis("swing", (True, False))


def test_gn_6_1_how_different_is_typed_as_it_is_shown():
    assert axis_of(CLOSE, "0.1 0.8") == Axis("resemblance", (0.9, 0.2))
    assert [value_words("resemblance", value) for value in (0.9, 0.2)] == ["0.1", "0.8"]
    assert question("resemblance") == "How different"
    assert question("top_p") == "Top p"
    assert value_words("swing", True) == "on"


@pytest.mark.parametrize(
    ("knob", "text", "words"),
    [
        (BUSY, "", "has no values to try"),
        (BUSY, "0 0.1 0.2 0.3 0.4 0.5", "too many"),
        (BUSY, "0 0.0", "twice"),
        (BUSY, "0 2", "cannot be"),
        (BUSY, "0 lots", "is no number"),
        (WHOLE, "1.5", "cannot be"),
        (KEYED, "maybe", "cannot be"),
    ],
)
def test_gn_6_1_what_cannot_be_tried_is_refused_in_a_sentence(knob, text, words):
    with pytest.raises(UnsupportedRequest, match=words):
        axis_of(knob, text)


@pytest.mark.parametrize("knob", [BUSY, CLOSE, WHOLE, KEYED, VOICE, SWING])
def test_gn_6_1_values_worth_a_try_can_be_typed(knob):
    assert can_be_swept(knob)
    found = axis_of(knob, typed(knob, usual_values(knob)))
    assert set(found.values) == set(usual_values(knob))


def test_gn_6_1_free_text_cannot_be_swept():
    assert not can_be_swept(TEXT)


@given(st.floats(0, 1))
def test_turning_twice_changes_nothing(value):
    assert turned("resemblance", turned("resemblance", value)) == pytest.approx(value, abs=2e-6)
    assert turned("density", value) == value

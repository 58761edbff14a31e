"""Strict JSON: what Python would let through is refused with line and column."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.loading import load_json
from studio.strict_json import STRETCH, dumped

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_every_plain_value_goes_both_ways(value: object) -> None:
    assert load_json(dumped(value), "x.json") == value


@given(VALUES, st.integers(0, 3 * STRETCH))
def test_long_lists_are_written_as_one_call_would_write_them(value: object, length: int) -> None:
    whole = {"columns": [list(range(length)), [value] * (length % 7)], "each": [{"a": value}] * (length % 1500), "b": value}
    assert dumped(whole) == json.dumps(whole, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ('{"a": NaN}', "line 1, column 7", "NaN"),
        ('{"a": 1,\n "b": -Infinity}', "line 2, column 7", "Infinity"),
        ('{"a": 1e999}', "line 1, column 7", "too large"),
        ('{"a": 9007199254740993}', "line 1, column 7", "too large"),
        ('{"a": 1, "b": {"c": 1},\n"a": 2}', "line 2, column 1", "a key stands twice"),
        ('{"a": [1, 2,]}', "line 1, column 13", ""),
        ('{"a": ', "line 1", ""),
        ("[" * 65 + "]" * 65, "line 1, column 65", "nested more than 64"),
        ("", "line 1, column 1", ""),
    ],
)
def test_what_is_refused_and_where(text: str, place: str, why: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        load_json(text.encode(), "x.json")
    assert place in caught.value.message
    assert why in caught.value.message


def test_depth_and_size_just_within_the_limits() -> None:
    assert load_json(b"[" * limits.JSON_DEPTH + b"]" * limits.JSON_DEPTH, "x.json")
    assert load_json(b"123", "x.json", limit=3) == 123
    with pytest.raises(UnreadableFile, match="more than"):
        load_json(b"1234", "x.json", limit=3)
    assert load_json(b'{"[[[[": "]]]]"}', "x.json") == {"[[[[": "]]]]"}


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(UnreadableFile, match="byte 1: not UTF-8"):
        load_json(b'"\xff"', "x.json")


def test_a_number_that_is_none_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumped(float("nan"))


@given(st.text(alphabet='{}[]",:0123456789.eE+-truefalsn\\ ', max_size=60))
def test_only_our_error_comes_out(text: str) -> None:
    try:
        value = load_json(text.encode(), "x.json")
    except UnreadableFile:
        return
    assert json.loads(text) == value

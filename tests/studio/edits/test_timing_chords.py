"""Which notes are one chord, found for all at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.edits.timing import CHORD_TICKS, chord_numbers


@given(st.lists(st.integers(0, 12 * CHORD_TICKS), max_size=80))
def test_chords_are_those_found_note_by_note(listed: list[int]) -> None:
    expected, begin = [], -CHORD_TICKS
    for start in sorted(listed):
        if start - begin >= CHORD_TICKS:
            expected.append(expected[-1] + 1 if expected else 0)
            begin = start
        else:
            expected.append(expected[-1])
    assert chord_numbers(np.sort(np.array(listed, np.int64))).tolist() == expected

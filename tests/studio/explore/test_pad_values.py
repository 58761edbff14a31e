"""Pads as values: slots, modes, weights, and the words for them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.explore.pad import Anchor, Pad, Shelf, Snapshot
from studio.explore.surface import weights_words
from tests.plane_space import phrase_at

PHRASE = phrase_at(0, 0, "One")


def anchor(x: float, y: float) -> Anchor:
    return Anchor("One", PHRASE, x, y)


def test_an_anchor_put_in_a_corner_stands_there():
    pad = Pad().with_anchor(3, anchor(0.2, 0.2))
    assert pad.slots == (3,)
    assert (pad.anchors[3].x, pad.anchors[3].y) == (1.0, 1.0)
    assert pad.with_anchor(3, None).is_blank


def test_a_change_of_mode_keeps_phrases_and_goes_back():
    pad = Pad().with_anchor(0, anchor(0, 0)).with_anchor(3, anchor(1, 1))
    free = pad.in_mode("anchors")
    assert len(free.anchors) == 8
    assert free.slots == (0, 3)
    assert (free.anchors[3].x, free.anchors[3].y) == (1.0, 1.0)
    crowded = free
    for slot in range(8):
        crowded = crowded.with_anchor(slot, anchor(slot / 8, 0.5))
    assert crowded.in_mode("corners").slots == (0, 1, 2, 3)


def test_a_place_near_an_anchor_is_its_own():
    pad = Pad(mode="anchors", anchors=(None,) * 8).with_anchor(2, anchor(0.5, 0.5)).with_anchor(5, anchor(0.53, 0.5))
    assert pad.slot_at(0.51, 0.5) == 2
    assert pad.slot_at(0.525, 0.5) == 5
    assert pad.slot_at(0.2, 0.2) is None
    assert Pad().slot_at(0, 0) is None


@given(st.floats(0, 1), st.floats(0, 1), st.sets(st.integers(0, 7), min_size=1))
def test_weights_of_free_anchors_stand_at_their_slots(x, y, slots):
    pad = Pad(mode="anchors", anchors=(None,) * 8)
    for slot in slots:
        pad = pad.with_anchor(slot, anchor(slot / 7, (slot % 3) / 2))
    weights = pad.weights(x, y)
    assert weights.sum() == pytest.approx(1)
    assert set(np.flatnonzero(weights).tolist()) <= slots


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=8))
def test_percentages_sum_to_a_hundred(shares):
    weights = np.array(shares) / sum(shares)
    words = weights_words(weights)
    assert words.endswith(" %")
    assert sum(int(part.split()[1]) for part in words.removesuffix(" %").split(" · ")) == 100


def test_words_leave_out_who_has_no_share():
    assert weights_words(np.array([0.28, 0.26, 0.23, 0.23])) == "A 28 · B 26 · C 23 · D 23 %"
    assert weights_words(np.array([0.0, 1.0, 0.0, 0.0])) == "B 100 %"
    assert weights_words(np.zeros(4)) == ""


def test_a_fresh_number_is_no_pads_yet():
    shelf = Shelf(Pad(id=2), (Pad(id=5),), (), (Snapshot("S", Pad(id=7), 0, 0),))
    assert shelf.next_pad_id == 8
    assert shelf.kept_pad(5) is shelf.kept[0]
    assert shelf.kept_pad(2) is None

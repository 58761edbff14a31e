"""What is said of takes: points, names, a trash, orders; and what stays when more are made (workstation.md 6.2)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.generation import judging
from studio.generation.contract import Request, Take
from studio.generation.judging import ORDERS
from studio.generation.tray import LONGEST_LABEL, MOST_ASIDE, Tray
from studio.song.notes import Note, Notes, rows_of
from studio.song.region import Mask, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span
from tests.fakes import origin_of

BAR = 3840
SPAN = Span(0, 2 * BAR)
THERE = [Note(at * 960, 960, 60 + at, id=at + 1) for at in range(8)]
SONG = Song("S", (Track(1, "Lead", notes=Notes.of(THERE)),), next_id=100)


def request_of(span: Span = SPAN) -> Request:
    return Request("vary", "m", SONG, Mask(Region((1,), span)), count=4)


def take(number: int, notes: list[Note], span: Span = SPAN) -> Take:
    return Take(number, span, ((1, rows_of(notes)),), origin_of(request_of(), number))


def tray_of(*takes: Take, span: Span = SPAN) -> Tray:
    tray = Tray()
    take_set = tray.begin(request_of(span))
    for each in takes:
        tray.add(take_set, each)
    return tray


def four() -> Tray:
    """One as it was, one a third off it, one of few notes, one of many others."""
    moved = [replace(note, pitch=note.pitch + (20 if at < 3 else 0)) for at, note in enumerate(THERE)]
    return tray_of(take(1, moved), take(2, THERE), take(3, THERE[:2]), take(4, [Note(at * 240, 240, 90) for at in range(32)]))


def test_gn_6_2_distance_and_density_say_how_far_and_how_busy() -> None:
    tray = four()
    take_set = tray.current
    assert take_set is not None
    far = [judging.distance(each, take_set.request) for each in take_set.takes]
    assert far[1] == 0.0
    assert far[3] == 1.0
    assert 0 < far[0] < far[2] < 1
    assert [judging.density(each) for each in take_set.takes] == [1.0, 1.0, 0.25, 4.0]
    assert judging.distance(take(1, []), replace(request_of(), song=replace(SONG, tracks=(Track(1, "Lead"),)))) == 0.0


@pytest.mark.parametrize(
    ("order", "expected"),
    [("made", (0, 1, 2, 3)), ("rating", (2, 0, 1, 3)), ("density", (2, 0, 1, 3)), ("distance", (1, 0, 2, 3))],
)
def test_gn_6_2_takes_are_listed_in_the_order_asked_for_and_stepped_through_in_it(order, expected) -> None:
    tray = four()
    tray.rate(2, 5)
    tray.rate(0, 1)
    tray.sort(order)
    assert tray.current is not None
    assert tray.current.listed == expected
    tray.show(expected[0])
    seen = []
    for _ in range(4):
        seen.append(tray.current.active)
        tray.step(1)
    assert tuple(seen) == expected
    assert tray.current.active == expected[0]


def test_gn_6_2_the_trash_keeps_what_was_said_and_shows_the_next_one() -> None:
    tray = four()
    tray.show(1)
    tray.label(1, "  two\nwords ")
    tray.trash(1)
    assert tray.current is not None
    assert (tray.current.active, tray.current.listed) == (2, (0, 2, 3))
    assert tray.current.labels == {1: "two words"}
    tray.trash(1)
    assert tray.current.trashed == {1}
    for index in (3, 2, 0):
        tray.trash(index)
    assert (tray.current.active, tray.current.listed) == (None, ())
    tray.step(1)
    tray.compare()
    assert tray.current.active is None
    tray.recover()
    assert tray.current.listed == (0, 1, 2, 3)
    tray.compare()
    assert tray.current.active == 0


def test_gn_6_2_a_take_in_a_comp_that_is_thrown_away_gives_its_bars_back() -> None:
    tray = four()
    tray.take_bars((1,), 3)
    assert tray.current is not None
    assert tray.current.comp == (0, 3)
    tray.trash(3)
    assert tray.current.comp == (0, None)
    tray.trash(0)
    assert (tray.current.comp, tray.current.active) == ((), None)


def test_gn_6_2_nonsense_changes_nothing() -> None:
    tray = four()
    for index, points in ((9, 3), (-1, 3), (0, 6), (0, -1)):
        tray.rate(index, points)
    tray.label(9, "x")
    tray.label(0, "   ")
    tray.label(0, "y" * 1000)
    tray.take_bars((0, 7), 1)
    tray.take_bars((), 1)
    assert tray.current is not None
    assert (tray.current.ratings, tray.current.comp) == ({}, ())
    assert len(tray.current.labels[0]) == LONGEST_LABEL
    tray.rate(0, 4)
    tray.rate(0, 0)
    assert tray.current.ratings == {}


@given(
    st.sets(st.integers(0, 3)),
    st.dictionaries(st.integers(0, 3), st.integers(1, 5)),
    st.dictionaries(st.integers(0, 3), st.just("name")),
    st.sets(st.integers(0, 3)),
)
def test_gn_6_2_what_somebody_made_something_of_stays_and_the_rest_makes_room(stars, ratings, labels, trashed) -> None:
    tray = four()
    take_set = tray.current
    assert take_set is not None
    take_set.starred, take_set.ratings, take_set.labels, take_set.trashed = stars, dict(ratings), dict(labels), set(trashed)
    worth = {at for at in range(4) if at in stars or at in labels or ratings.get(at, 0) >= 3}
    again = tray.begin(request_of())
    kept = sorted(worth | trashed)
    assert len(again.takes) == again.carried == len(kept)
    for new, old in enumerate(kept):
        assert np.array_equal(again.takes[new].rows, take_set.takes[old].rows)
        assert (new in again.starred, again.ratings.get(new), again.labels.get(new)) == (
            old in stars,
            ratings.get(old),
            labels.get(old),
        )
        assert (new in again.trashed) == (old in trashed)
    tray.add(again, take(1, THERE))
    assert again.active == len(kept)
    assert again.takes[-1].number == len(kept) + 1


def test_gn_6_2_no_more_sets_wait_than_can_be_told_apart() -> None:
    tray = Tray()
    for bar in range(MOST_ASIDE + 6):
        span = Span(bar * BAR, (bar + 1) * BAR)
        tray.add(tray.begin(request_of(span)), take(1, THERE[:1], span))
        tray.star(0)
    assert len(tray.aside) == MOST_ASIDE
    assert ORDERS[0] == "made"

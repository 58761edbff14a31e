"""Painted parts and locked stretches as sets of ticks and pitches: what is added is there, what is taken away is not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.song import locks
from studio.song.painting import erased, hull, painted
from studio.song.region import Mask, Patch, Region
from studio.song.ticks import Span

SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 30), st.integers(0, 12))
BANDS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted)
PATCHES = st.builds(lambda track, span, band: Patch(track, span, *band), st.sampled_from((1, 2)), SPANS, BANDS)


def cells(patches: tuple[Patch, ...]) -> list[tuple[int, int, int]]:
    """Every tick and pitch of every part, as often as parts have it."""
    return [
        (patch.track_id, tick, pitch)
        for patch in patches
        for tick in range(patch.span.start_tick, patch.span.end_tick)
        for pitch in range(patch.low_pitch, patch.high_pitch + 1)
    ]


@given(st.lists(PATCHES, max_size=6), PATCHES)
def test_painting_adds_and_erasing_takes_away(laid: list[Patch], more: Patch) -> None:
    made = painted((), laid)
    assert len(cells(made)) == len(set(cells(made))), "no part lies over another"
    assert set(cells(made)) == set(cells(tuple(laid)))
    assert set(cells(painted(made, (more,)))) == set(cells(made)) | set(cells((more,)))
    assert set(cells(erased(made, more))) == set(cells(made)) - set(cells((more,)))
    assert (hull(made) is None) == (not made)


@given(st.lists(PATCHES, min_size=1, max_size=5), st.integers(0, 45), st.integers(0, 9), SPANS)
def test_many_notes_are_looked_at_as_one_is(patches: list[Patch], tick: int, pitch: int, span: Span) -> None:
    mask = Mask(Region((1, 2), span), 2, 8, tuple(patches))
    for track_id in (1, 2, 3):
        found = mask.covers(track_id, np.array([tick]), np.array([pitch]))
        assert found.tolist() == [mask.allows(track_id, tick, pitch)]
    if mask.allows(1, tick, pitch):
        edge = int(mask.edges(1, np.array([tick]), np.array([pitch]))[0])
        assert all(mask.allows(1, at, pitch) for at in range(tick, edge))
        assert not mask.allows(1, edge, pitch)


@given(st.lists(SPANS, max_size=6), SPANS, st.integers(0, 45))
def test_locked_stretches_are_sets_of_ticks(spans: list[Span], gone: Span, tick: int) -> None:
    made = locks.joined(spans)
    assert all(one.end_tick < other.start_tick for one, other in pairwise(made)), "apart, in order"
    assert any(tick in span for span in made) == any(tick in span for span in spans)
    assert locks.inside(made, np.array([tick])).tolist() == [any(tick in span for span in spans)]
    left = locks.without(made, gone)
    assert any(tick in span for span in left) == (any(tick in span for span in made) and tick not in gone)
    later = [span.start_tick for span in made if span.start_tick >= tick]
    assert locks.next_starts(made, np.array([tick])).tolist() == [min(later, default=locks.NEVER)]
    if gone.length_ticks:
        assert locks.holds(made, gone) == all(any(at in span for span in made) for at in range(gone.start_tick, gone.end_tick))


def test_many_locked_stretches_are_searched() -> None:
    made = locks.joined(Span(10 * at, 10 * at + 5) for at in range(3 * locks.FEW))
    ticks = np.arange(30 * locks.FEW + 20)
    assert locks.inside(made, ticks).tolist() == [tick % 10 < 5 and tick < 30 * locks.FEW for tick in range(len(ticks))]

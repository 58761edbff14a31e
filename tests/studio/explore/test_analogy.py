"""Analogies: as one phrase is to another, so is every place of the pad to what is heard there."""

from __future__ import annotations

import numpy as np
import pytest

from studio.explore.pad import MOST_ANALOGY, Analogy
from studio.generation.latent import Locating, Phrase
from studio.song.clip import Clip
from studio.song.notes import Note, rows_of
from studio.song.ticks import Span
from tests.plane_space import BAR, CORNER_PHRASES, WINDOW, Bench, bench, filled, phrase_at

FAR = phrase_at(3, 3, "Far")
LATE = phrase_at(3.5, 3, "Later")
ONE_NOTE = Phrase(Clip(((0, rows_of([Note(0, 100, 60)])),), WINDOW), "One note")


def with_way(made: Bench, amount: float = 1.0) -> Bench:
    """The way leads half a unit to the right; its ends lie so far out that nothing is cut short."""
    made.explorer.set_analogy_phrase("start", FAR)
    made.explorer.set_analogy_phrase("goal", LATE)
    made.explorer.set_analogy_amount(amount)
    return made


@pytest.mark.parametrize("amount", [1.0, 0.5, 2.0, -0.4])
def test_every_place_moves_along_the_way_by_the_amount(amount):
    made = with_way(filled(bench()), amount)
    made.explorer.move_to(0.5, 0.5)
    assert made.heard_point == pytest.approx((0.5 + 0.5 * amount, 0.5), abs=2e-3)
    made.explorer.move_to(0.9, 0.25)
    assert made.heard_point == pytest.approx((0.9 + 0.5 * amount, 0.25), abs=2e-3)


def test_on_a_corner_what_its_phrase_becomes_is_heard_and_its_own_notes_without():
    made = with_way(filled(bench()))
    made.explorer.move_to(1, 1)
    assert not made.explorer.is_own
    assert made.heard_point == pytest.approx((1.5, 1), abs=2e-3)
    made.explorer.set_analogy_amount(0)
    assert made.explorer.is_own
    made.explorer.set_analogy_amount(1)
    made.explorer.set_analogy_phrase("goal", None)
    assert made.explorer.is_own, "a way needs both its ends"


def test_as_a_is_to_b_so_is_a_to_b():
    made = bench()
    made.explorer.place_anchor(0, CORNER_PHRASES[3])
    made.explorer.set_analogy_phrase("start", CORNER_PHRASES[3])
    made.explorer.set_analogy_phrase("goal", phrase_at(2, 0.5))
    made.explorer.move_to(0, 0)
    assert made.heard_point == pytest.approx((2, 0.5), abs=2e-3)


def test_grid_path_and_takes_are_of_the_analogy_too():
    made = with_way(filled(bench()))
    assert all(np.isclose(clip.parts[0][1]["start"].min(), 1000 * ((column + 0.5) / 7 + 0.5), atol=2)
               for (column, _), clip in made.explorer.grid.items())  # fmt: skip
    made.explorer.set_path([(0.25, 0.5), (0.75, 0.5)])
    made.explorer.set_path_steps(2)
    made.session.select(track_id=1, bars=Span(0, 4 * BAR))
    assert made.explorer.commit_path(1, 1)
    starts = made.session.song.track(1).notes.starting_in(Span(0, 4 * BAR))["start"].tolist()
    assert starts == pytest.approx([750, BAR + 500, 2 * BAR + 1250, 3 * BAR + 500], abs=2)
    kept = made.session.beside["pads"].kept[0]
    assert (kept.analogy.start, kept.analogy.goal) == (FAR, LATE)
    made.explorer.set_analogy_phrase("goal", None)
    assert made.explorer.open_place(made.session.song.origins[0].id)
    assert made.explorer.pad.analogy == Analogy(FAR, LATE, 1.0)


def test_each_phrase_is_located_once():
    made = with_way(filled(bench()))
    for amount in (0.1, 0.2, -1):
        made.explorer.set_analogy_amount(amount)
    assert sum(isinstance(request, Locating) for request in made.plane.asked) == 6


def test_a_phrase_that_the_model_cannot_read_moves_nothing_and_is_said():
    made = filled(bench())
    made.explorer.set_analogy_phrase("start", FAR)
    made.explorer.set_analogy_phrase("goal", ONE_NOTE)
    assert "no two notes" in made.said[-1]
    assert "no two notes" in made.explorer.analogy_refusal
    made.explorer.move_to(0.5, 0.5)
    assert made.heard_point == pytest.approx((0.5, 0.5), abs=2e-3)


def test_a_phrase_without_notes_is_refused_in_a_sentence_and_the_amount_has_bounds():
    made = filled(bench())
    made.explorer.set_analogy_phrase("start", Phrase(Clip((), WINDOW), "Nothing"))
    assert made.said[-1] == "«Nothing» has no notes. Choose another phrase."
    assert made.explorer.pad.analogy == Analogy()
    made.explorer.set_analogy_amount(-50)
    assert made.explorer.pad.analogy.amount == -MOST_ANALOGY

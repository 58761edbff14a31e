"""The composer's taste: learned, named by all that is heard with it, kept with the project, missed aloud."""

from __future__ import annotations

import json
from dataclasses import replace

from studio.explore import storage
from studio.explore.collection import MOST_TASTES
from studio.explore.pad import Shelf
from studio.generation.card import WeightsFile
from studio.generation.latent import Fitting, Phrase
from studio.song.clip import Clip
from studio.song.song import empty_song
from tests.generate_parts import Shelf as Models
from tests.plane_space import CORNER_PHRASES, MELODY, WINDOW, Bench, Plane, bench, filled, model_of


def learned(made: Bench) -> Bench:
    made.explorer.personalise(CORNER_PHRASES[:3])
    return made


def reopened(made: Bench, shelf: Shelf | None = None) -> Bench:
    """Another bench, with what the project file would hold of this one."""
    members = storage.members(shelf or made.session.beside["pads"])
    read, fault = storage.shelf_of(members)
    assert fault == ""
    other = bench()
    other.session.open(made.session.song, None, beside={"pads": read})
    other.explorer.wake()
    return other


def heard_taste(made: Bench):
    return made.plane.decodings[-1].taste


def test_it_is_learned_used_and_turned_off():
    made = filled(bench())
    made.explorer.set_taste(True)
    assert not made.explorer.taste_on
    assert made.said[-1] == "Nothing was learned for this model yet. Choose Learn first."
    learned(made)
    assert made.explorer.taste_on
    assert made.said[-1] == "Your taste was learned from 3 phrases in 3 s."
    made.explorer.move_to(0.5, 0.5)
    assert heard_taste(made) is made.explorer.taste.taste
    made.explorer.move_to(0, 0)
    assert not made.explorer.is_own, "a corner's phrase is drawn into the taste like every other place"
    made.explorer.set_taste(False)
    assert made.explorer.is_own
    assert made.explorer.taste is not None
    assert made.explorer.personalise([Phrase(Clip((), WINDOW), "Nothing")]) is None


def test_a_project_opens_with_the_taste_it_was_heard_with():
    made = learned(filled(bench()))
    made.explorer.move_to(0.5, 0.5)
    before = heard_taste(made)
    other = reopened(made)
    assert other.explorer.taste_on
    other.explorer.move_to(0.5, 0.5)
    after = heard_taste(other)
    assert after.model == before.model
    assert after.clip_count == before.clip_count
    assert {name: layer.tolist() for name, layer in after.weights.items()} == {
        name: layer.tolist() for name, layer in before.weights.items()
    }


def test_snapshots_and_committed_bars_bring_their_own_taste_back():
    made = learned(filled(bench()))
    first = made.explorer.pad.taste
    made.explorer.take_snapshot("First")
    made.explorer.set_path([(0.2, 0.2), (0.8, 0.8)])
    assert made.explorer.commit_path(None, 1)
    learned(made)
    assert made.explorer.pad.taste not in (0, first)
    made.explorer.set_taste(False)
    other = reopened(made)
    assert not other.explorer.taste_on
    other.explorer.restore(0)
    assert other.explorer.pad.taste == first
    assert other.explorer.taste_on
    other.explorer.set_taste(False)
    origin = other.session.song.origins[0]
    assert json.loads(origin.request)["taste"] == first
    assert other.explorer.open_place(origin.id)
    assert other.explorer.pad.taste == first
    assert heard_taste(other) is other.explorer.taste.taste


def test_turned_off_and_on_it_is_the_one_that_was_heard():
    made = learned(filled(bench()))
    first = made.explorer.pad.taste
    made.explorer.take_snapshot("First")
    learned(made)
    made.explorer.restore(0)
    made.explorer.set_taste(False)
    made.explorer.set_taste(True)
    assert made.explorer.pad.taste == first


def test_what_nothing_names_any_more_is_not_kept_for_ever():
    made = filled(bench())
    for _ in range(4):
        learned(made)
    assert len(made.session.beside["pads"].tastes) == 2, "the one that the pad named while the last was learned"
    for _ in range(MOST_TASTES + 3):
        learned(made)
        made.explorer.take_snapshot("Again")
    assert len(made.session.beside["pads"].tastes) == MOST_TASTES


def test_a_missing_taste_is_said_and_its_number_is_given_to_no_other():
    made = learned(filled(bench()))
    named = made.explorer.pad.taste
    other = reopened(made, replace(made.session.beside["pads"], tastes=()))
    assert not other.explorer.taste_on
    assert other.said.count(other.explorer.taste_fault) == 1
    assert other.explorer.taste_fault == (
        "The taste of this pad is not in this project any more: it is heard without. Learn your taste again."
    )
    other.explorer.move_to(0.5, 0.5)
    assert heard_taste(other) is None
    learned(other)
    assert other.explorer.pad.taste > named
    assert other.explorer.taste_fault == ""


def test_a_taste_of_another_version_of_the_model_is_not_used():
    made = learned(filled(bench()))
    model = model_of(MELODY)
    newer = replace(model, card=replace(model.card, weights=(WeightsFile("weights.safetensors", "f" * 64, 8),)))
    made.explorer.offer_models(Models(newer))
    assert not made.explorer.taste_on
    assert made.explorer.taste is None
    assert made.said[-1] == (
        f"The taste of this pad was learned in another version of {model.title}: it is heard without. Learn your taste again."
    )


def test_another_model_has_a_taste_of_its_own():
    made = learned(filled(bench()))
    made.explorer.offer_models(Models(model_of(MELODY), model_of(MELODY, "second")))
    made.explorer.choose_model("second")
    assert not made.explorer.taste_on
    assert made.explorer.taste is None
    assert made.explorer.taste_fault == ""
    made.explorer.choose_model("plane")
    made.explorer.set_taste(True)
    assert made.explorer.taste_on


def test_what_was_being_learned_does_not_follow_into_another_song():
    plane = Plane()

    def late(request, progress):
        if isinstance(request, Fitting):
            made.session.open(empty_song())
        yield from plane.ask(request, progress)

    made = filled(bench(ask=late))
    learned(made)
    assert any(isinstance(request, Fitting) for request in plane.asked)
    assert made.explorer.taste is None
    assert "pads" not in made.session.beside
    assert made.session.is_clean

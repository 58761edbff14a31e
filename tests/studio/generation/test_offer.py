"""What the present models can do, and which one does it."""

from dataclasses import replace
from pathlib import Path

from studio.generation.card import DataSource, ModelCard
from studio.generation.card_words import answered, figure_rows, making_lines, source_line, terms_line
from studio.generation.contract import Family
from studio.generation.library import ListedModel
from studio.generation.offer import Offer, first_choice, parts_of, suits, unsuited
from studio.knobs import Knob

CARD = ModelCard("m", "M", "f", 1, "", ("fill",), {}, {}, (DataSource("POP909", "MIT", True, 0.75),))


def model(name, *verbs, permissive=True, reason=""):
    card = replace(CARD, id=name, data=(DataSource("Set", "X", permissive),))
    return ListedModel(name, Path(), card, verbs, reason)


def test_verbs_come_from_usable_models_in_the_composers_order():
    offer = Offer((model("a", "start", "fill"), model("b", "continue"), model("c", "morph", reason="It is broken.")))
    assert offer.capabilities == ("continue", "fill", "start")
    assert Offer().capabilities == ()


def test_the_preferred_model_is_kept_where_it_can_do_it():
    offer = Offer((model("a", "fill", permissive=False), model("b", "fill"), model("c", "start")))
    assert offer.model_for("fill", "a").id == "a"
    assert offer.model_for("fill").id == "b", "permissive ones first"
    assert offer.model_for("start", "a").id == "c"
    assert offer.model_for("morph") is None
    assert Offer((model("c", "fill", reason="It is broken."),)).model_for("fill", "c") is None


def test_among_permissive_models_the_one_with_the_lowest_held_out_loss_is_the_default():
    def measured(name, loss, permissive=True):
        found = model(name, "fill", permissive=permissive)
        return replace(found, card=replace(found.card, figures={"loss": loss}))

    offer = Offer((measured("a", 1.2), measured("b", 1.1), measured("folk", 0.5, permissive=False), model("c", "fill")))
    assert offer.model_for("fill").id == "b"


def test_gn_6_1_every_model_has_the_three_knobs_its_own_where_it_has_them():
    knob = Knob("temperature", "How surprising", 0.7, 0.1, 2.0)
    offer = Offer((model("a", "fill"),), {"f": Family("f", "F", 1, ("fill",), (knob,))})
    found = {each.name: each for each in offer.knobs(offer.models[0])}
    assert sorted(found) == ["density", "resemblance", "temperature"]
    assert found["temperature"] is knob
    assert [found["density"].label, found["resemblance"].label] == ["How busy", "How close"]
    assert offer.knobs(None) == ()


def test_gn_6_1_how_close_is_offered_only_where_there_is_something_to_be_close_to():
    def names(verb, has_notes, heeds=(), *own):
        family = Family("f", "F", 1, ("start", "fill", "vary"), own, heeds=heeds)
        offer = Offer((model("a", "start", "fill", "vary"),), {"f": family})
        return {knob.name for knob in offer.knobs(offer.models[0], verb, has_notes=has_notes)}

    assert "resemblance" not in names("start", False)
    assert all("resemblance" in names(verb, True) for verb in ("start", "fill", "vary"))
    assert "resemblance" in names("vary", False), "it varies what is there"
    own = Knob("resemblance", "How close", 0.5, 0.0, 1.0)
    assert "resemblance" in names("start", False, (("resemblance", ("start",)),), own), "it has a meaning of its own"
    assert "resemblance" not in names("start", False, (("resemblance", ("vary",)),), own)


def with_parts(name, *parts, **changes):
    found = model(name, "vary")
    space = {"space": {"bars": 2, "dimensions": 4, "parts": list(parts)}}
    return replace(found, card=replace(found.card, settings=space, **changes))


def test_a_drum_track_gets_a_model_that_writes_drums_before_any_other():
    offer = Offer((with_parts("a", "melody"), with_parts("b", "drums", experimental=True), with_parts("c", "melody", "drums")))
    assert offer.model_for("vary").id == "a"
    assert offer.model_for("vary", for_drums=True).id == "c", "experimental ones come last"
    assert offer.model_for("vary", "b").id == "b", "what was chosen holds"
    assert offer.model_for("vary", "a", for_drums=True).id == "a"
    assert [parts_of(one) for one in offer.models] == [("melody",), ("drums",), ("melody", "drums")]


def test_a_model_that_writes_something_else_says_so():
    assert unsuited(with_parts("a", "melody"), for_drums=True).startswith("M writes no drums.")
    assert unsuited(with_parts("b", "drums"), for_drums=False).startswith("M writes drums only.")
    assert not unsuited(with_parts("c", "melody", "drums"), for_drums=True)
    assert not unsuited(model("d", "start"), for_drums=True), "its card says nothing of parts"


def test_without_a_space_a_groove_model_writes_drums_and_any_other_a_melody():
    assert parts_of(model("a", "groove", "fill")) == ("drums",)
    assert parts_of(model("b", "start")) == ("melody",)
    assert suits(model("a", "groove"), for_drums=True)
    assert not suits(model("a", "groove"), for_drums=False)
    assert not suits(model("b", "start"), for_drums=True)


def test_the_line_is_asked_for_only_where_there_are_several():
    knobs = (Knob("temperature", "Surprise", 1.0, 0.1, 2.0), Knob("line", "Line", "skyline", choices=("skyline", "lowest")))
    offer = Offer((model("a", "vary"),), {"f": Family("f", "F", 1, ("vary",), knobs)})
    assert knobs[1] in offer.knobs(offer.models[0])
    assert {knob.name for knob in offer.knobs(offer.models[0], has_lines=False)} == {"temperature", "resemblance", "density"}


def test_figures_stand_beside_the_n_gram():
    card = replace(
        CARD,
        figures={
            "loss": 0.5,
            "ngram_loss": 0.61,
            "accuracy": 0.8,
            "ngram_order": 5.0,
            "steps": 24000.0,
            "overlap_of_pitches": 0.91,
        },
    )
    rows = [(row.name, row.value, row.ngram) for row in figure_rows(card)]
    assert rows[0] == ("Held-out loss a step (nats, lower is better)", "0.500", "0.610")
    assert ("Right on all steps", "80.0 %", "") in rows
    assert ("Order of that n-gram", "5", "") in rows
    assert ("Training steps", "24 000", "") in rows
    assert ("Overlap of pitches", "0.91", "") in rows
    assert figure_rows(CARD) == ()


def test_terms_are_said_in_a_sentence():
    assert terms_line(CARD).startswith("Everything")
    assert "Tunes (GPL v3)" in terms_line(replace(CARD, data=(*CARD.data, DataSource("Tunes", "GPL v3", False))))
    assert "unknown" in terms_line(replace(CARD, data=()))
    assert source_line(CARD.data[0]) == "POP909, MIT, 75 % of the examples"


def test_an_unanswered_question_is_said_and_empty_lines_are_left_out():
    words = dict(answered(replace(CARD, answers={"cannot": "Chords."})))
    assert len(words) == 6
    assert words["What it cannot do"] == "Chords."
    assert words["Objective"] == "Not answered on this card."
    lines = dict(making_lines(replace(CARD, command="ricercar train", hours=0.5, machine="a laptop")))
    assert lines["Machine"] == "a laptop, 0.50 h"
    assert "Split" not in lines


def test_the_first_choice_is_proven_and_suits_the_track():
    drums, trial, melody = with_parts("d", "drums"), with_parts("t", "melody", experimental=True), with_parts("m", "melody")
    assert first_choice((drums, trial, melody), for_drums=False).id == "m"
    assert first_choice((trial, melody, drums), for_drums=True).id == "d"
    assert first_choice((trial, drums), for_drums=False).id == "d", "rather what is proven"


def test_gn_6_1_the_default_is_a_proven_model_that_suits_best():
    def measured(name, loss=None, experimental=False):
        found = model(name, "vary")
        figures = {} if loss is None else {"loss": loss}
        return replace(found, card=replace(found.card, figures=figures, experimental=experimental))

    offer = Offer((measured("teaching"), measured("wide", 1.0), measured("close", 2.0), measured("tried", 0.5, True)))
    assert offer.model_for("vary").id == "wide"
    assert offer.model_for("vary", misfits={"wide": 2, "close": 1}).id == "close"
    assert offer.model_for("vary", misfits={"wide": 2, "close": 2, "tried": 0}).id == "wide"

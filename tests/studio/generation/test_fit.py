"""Which models suit a selection: facts from their cards, reasons, remarks and the order."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.generation.asking import Aim
from studio.generation.card import DataSource, ModelCard, read_card
from studio.generation.fit import Asked, Needs, asked_of, facts, fit_of, most_at_once, needs_of, ordered
from studio.generation.library import ListedModel
from studio.paths import resources
from studio.song import Note, Notes, Span
from studio.song.constraint import Constraint
from studio.song.song import Instrument, Song, Track
from studio.song.timeline import MeterChange, Timeline

BAR = 3840
CARD = ModelCard("m", "M", "f", 1, "", ("fill",), {}, {}, (DataSource("POP909", "MIT", True, 0.75),))


def model(name, *verbs, bars=0, parts=("melody",), codec=None, says="", reason="", **changes):
    space = {"space": {"bars": bars, "dimensions": 4, "parts": list(parts)}} if bars else {}
    answers = {"representation": says}
    card = replace(CARD, id=name, title=name, settings=space, codec=codec or {}, answers=answers, **changes)
    return ListedModel(name, Path(), card, verbs or ("vary",), reason)


def shipped(name):
    card = read_card(resources() / "models" / name)
    return ListedModel(name, Path(), card, card.capabilities)


def test_gn_6_1_needs_are_read_from_the_cards_that_travel_with_the_program():
    assert needs_of(shipped("mel-2bar")) == Needs(("melody",), 2, ("4/4",), 21, 108)
    assert needs_of(shipped("trio-16bar-hier")) == Needs(("melody", "bass", "drums"), 16, ("4/4",), 21, 108)
    assert needs_of(shipped("groovae-seq2seq")) == Needs(("drums",), 2, ("4/4",))
    assert needs_of(shipped("lecture-vae-dense")) == Needs(("drums",), 1, ("4/4",))


def test_gn_6_1_what_a_card_does_not_say_is_said_to_be_unknown():
    needs = needs_of(shipped("melody-rnn-attention"))
    assert needs == Needs(("melody",), None, None, 48, 83)
    assert facts(needs) == "melody · length not stated · metre not stated · C3–B5"
    assert facts(needs_of(shipped("mel-2bar"))) == "melody · 2 bars at a time · 4/4 · A0–C8"
    assert fit_of(shipped("melody-rnn-attention"), Asked("fill", 7, ("7/8",))).fits


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked("start", 4), "It cannot start; it can: vary."),
        (Asked("vary", 4, is_drums=True), "It writes no drums: choose a track with pitches."),
    ],
)
def test_gn_6_1_a_model_is_greyed_with_a_reason_only(asked, words):
    fit = fit_of(model("a", bars=2), asked)
    assert fit.reason == words
    assert not fit.remarks


def test_gn_6_1_a_drum_model_says_that_it_writes_drums():
    assert fit_of(model("a", bars=2, parts=("drums",)), Asked("vary", 2)).reason == "It writes drums: choose a drum track."
    assert fit_of(model("a", reason="It is broken."), Asked("vary", 2)).reason == "It is broken."


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked("vary", 4), "It thinks in 2 bars: 4 come in 2 pieces."),
        (Asked("vary", 1), "It thinks in 2 bars, of which one is used."),
        (Asked("vary", 2, ("4/4", "3/4")), "It knows 4/4 only; here is 3/4."),
        (Asked("vary", 2, voices=3), "It reads and writes one line; here up to 3 notes sound at once."),
        (Asked("vary", 2, low_pitch=20, high_pitch=60), "It learned C3 to B5; the notes here go beyond."),
        (Asked("vary", 2, kept=(0, 40)), "It learned C3 to B5; takes here keep to other notes."),
    ],
)
def test_gn_6_1_what_does_not_suit_quite_is_said(asked, words):
    fit = fit_of(model("a", bars=2, says="4/4 only", codec={"low": 48, "high": 84}), asked)
    assert fit.remarks == (words,)
    assert not fit.reason


def test_gn_6_1_a_trio_tells_that_a_track_is_missing():
    trio = model("trio", bars=2, parts=("melody", "bass", "drums"))
    assert fit_of(trio, Asked("vary", 2, pitched_tracks=2, drum_tracks=1)).fits
    assert "without a track" in fit_of(trio, Asked("vary", 2, pitched_tracks=2)).remarks[0]
    assert fit_of(trio, Asked("vary", 2, voices=4, pitched_tracks=2, drum_tracks=1)).fits


def test_gn_6_1_models_are_ordered_by_fit_then_proven_free_and_good_ones():
    bound = (DataSource("Folk", "GPL", False),)
    models = (
        model("cannot", "start", bars=4),
        model("broken", bars=4, reason="It is broken."),
        model("two bars", bars=2),
        model("bound", bars=4, data=bound),
        model("tried", bars=4, experimental=True),
        model("worse", bars=4, figures={"loss": 2.0}),
        model("better", bars=4, figures={"loss": 1.0}),
    )
    order = [fit.model.id for fit in ordered(models, Asked("vary", 4))]
    assert order == ["better", "worse", "bound", "tried", "two bars", "cannot", "broken"]


def song_of(*notes, meters=((0, 4, 4),)):
    track = Track(1, "Lead", notes=Notes.of(notes))
    timeline = Timeline(meters=tuple(MeterChange(*each) for each in meters))
    return Song("S", (track, Track(2, "Kit", instrument=Instrument(0, 0, True))), timeline, next_id=99)


def test_gn_6_1_the_selection_says_what_is_asked():
    song = song_of(Note(BAR, 960, 60, id=3), Note(BAR, 960, 64, id=4), Note(2 * BAR, 960, 50, id=5))
    found = asked_of("vary", song, Aim(1, Span(BAR, 3 * BAR)))
    assert found == Asked("vary", 2, ("4/4",), False, 2, 1, 1, 50, 64)
    limited = asked_of("vary", song, Aim(1, Span(BAR, 3 * BAR)), Constraint(1, low_pitch=30, high_pitch=90))
    assert (limited.low_pitch, limited.high_pitch, limited.kept) == (50, 64, (30, 90))
    remarks = fit_of(model("a", bars=2, codec={"low": 48, "high": 84}), limited).remarks
    assert not any("learned" in words for words in remarks), "wider than the model's range is no misfit"
    assert asked_of("start", song, Aim(2, Span(BAR, 2 * BAR))).is_drums


def test_gn_6_1_all_metres_of_the_bars_count():
    song = song_of(meters=((0, 4, 4), (BAR, 3, 4)))
    assert asked_of("start", song, Aim(1, Span(0, BAR + 2880))).meters == ("4/4", "3/4")


def test_gn_6_1_a_line_played_legato_is_one_line():
    bound = [Note(at * 480, 540, 60 + at, id=at + 1) for at in range(8)]
    assert most_at_once(Notes.of(bound).rows) == 1
    assert most_at_once(Notes.of([Note(0, 960, 60, id=1), Note(480, 960, 64, id=2), Note(600, 960, 67, id=3)]).rows) == 3
    assert most_at_once(Notes.EMPTY.rows) == 0

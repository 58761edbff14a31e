"""Steering with the models that travel with the program, in a song that does: each knob moves its measure, constraints hold."""

from __future__ import annotations

from functools import cache

import pytest
from steering_parts import Engine

from backends.catalogue import Catalogue
from studio.files import format as formats
from studio.generation.contract import Capability
from studio.generation.library import Library
from studio.generation.steering import all_knobs
from studio.paths import resources
from studio.song.constraint import Constraint

SONG = resources() / "songs" / "paper-lanterns.ricercar"
BARS = (7, 8)


@cache
def engine(name: str) -> Engine:
    catalogue = Catalogue.standard()
    card = Library([resources() / "models"], catalogue.families).card(name)
    song = formats.open_song(SONG).song
    is_drum = "melody" not in str(card.settings) and card.family != "melody-rnn"
    tracks = [track.id for track in song.tracks if track.instrument.is_drum == is_drum and len(track.notes)]
    return Engine(name, catalogue.open(card, "cpu"), catalogue.family(card.family), song, tracks[0])


MOVES: list[tuple[str, Capability]] = [
    ("melody-rnn-basic", "continue"),
    ("melody-rnn-attention", "start"),
    ("mel-2bar", "vary"),
    ("mel-2bar", "morph"),
    ("drums-2bar", "vary"),
    ("groovae", "vary"),
    ("groovae", "fill"),
    ("lecture-vae-dense", "vary"),
]
CHANGELESS = {("groovae", "groove", "density"), ("groovae-seq2seq", "groove", "density")}
"""Drums that are humanised keep their hits; the take says so."""


@pytest.mark.slow
@pytest.mark.parametrize("knob", ["density", "resemblance", "temperature"])
@pytest.mark.parametrize(("name", "verb"), [*MOVES, ("groovae", "groove"), ("groovae-seq2seq", "groove")])
def test_gn_6_1_each_knob_moves_its_own_measure(name: str, verb: Capability, knob: str) -> None:
    found = engine(name)
    declared = next(each for each in all_knobs(found.family) if each.name == knob)
    low, high = (found.mean(knob, verb, value, seeds=10, bars=BARS) for value in (declared.low or 0, declared.high or 0))
    if (name, verb, knob) in CHANGELESS:
        assert low == high
    else:
        assert high > low * (1.002 if verb == "groove" else 1.02), (low, high)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "verb"), [("melody-rnn-basic", "fill"), ("mel-2bar", "vary"), ("melody-rnn-attention", "start")]
)
def test_gn_6_1_constraints_are_hardly_ever_relaxed_by_real_models(name: str, verb: Capability) -> None:
    found = engine(name)
    for constraint in (
        Constraint(found.track_id, low_pitch=48, high_pitch=67, polyphony=1),
        Constraint(found.track_id, least_per_bar=2, most_per_bar=6),
        Constraint(found.track_id, keeps_rhythm=True),
        Constraint(found.track_id, shortest_ticks=480, longest_ticks=1920),
    ):
        takes = [
            take for seed in range(4) for take in found.takes(found.request(verb, seed=seed, bars=BARS, constraint=constraint))
        ]
        assert takes
        assert not [take.remarks for take in takes if any(words.startswith("relaxed") for words in take.remarks)]

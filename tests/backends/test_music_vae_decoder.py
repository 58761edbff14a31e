"""Drawing phrases: the explicit cells agree with the network, the fast rung with both; penalties; what one seed gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from backends.checkpoints import load_weights, shapes_of
from backends.networks.music_vae import MusicVae
from backends.networks.music_vae_decoder import (
    EXACT,
    TOLERANCE,
    PhraseDecoder,
    differences,
    joined,
    likeliest,
    rungs,
    sampler,
    whole,
)
from backends.networks.phrase_model import PhraseModel, deaf
from backends.networks.tiles16 import has_tiles
from backends.training.latent import new_network
from studio.generation.card import read_card

MODELS = Path(__file__).parents[2] / "resources" / "models"

FLAT: dict[str, Any] = {
    "parts": ["melody"],
    "classes": [90],
    "units": 1,
    "unit_steps": 32,
    "encoder_units": 1,
    "latent": 24,
    "embedding": 12,
    "encoder": 8,
    "summary": 16,
    "conductor": 0,
    "decoder": 32,
    "layers": 1,
    "step_code": 16,
    "step_codes": True,
}
TRIO = FLAT | {
    "parts": ["melody", "bass", "drums"],
    "classes": [90, 90, 512],
    "units": 4,
    "unit_steps": 16,
    "encoder_units": 4,
    "conductor": 24,
}
SHAPES = {
    "flat": FLAT,
    "one code": FLAT | {"step_codes": False, "unit_steps": 48},
    "deaf": FLAT,
    "deep": FLAT | {"layers": 3},
    "deep and deaf": FLAT | {"layers": 2},
    "trio": TRIO,
    "one code trio": TRIO | {"step_codes": False},
    "deaf trio": TRIO,
}
DEAF = ["deaf", "deep and deaf", "deaf trio"]


def network(shape: str = "flat", seed: int = 3) -> MusicVae:
    """Weights larger than fresh ones, so that phrases move and logits spread as those of a trained network do."""
    found = new_network(SHAPES[shape], seed)
    with torch.no_grad():
        for name, parameter in found.named_parameters():
            if name.startswith(("decoders.", "conductor")):
                parameter.mul_(2.0)
        if "deaf" in shape:
            for decoder in found.decoders:
                for parameter in decoder.symbols.parameters():
                    parameter.zero_()
    return found.eval()


def points(count: int, latent: int = 24, seed: int = 5) -> Tensor:
    return torch.randn(count, latent, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", SHAPES)
def test_the_likeliest_phrase_is_what_the_network_finds_likeliest(name: str) -> None:
    given = network(name)
    windows = PhraseDecoder(given).draw(points(3), likeliest)
    assert windows.shape == (3, given.shape.steps, len(given.shape.parts))
    assert windows.dtype == torch.int64
    with torch.inference_mode():
        for at, logits in enumerate(given.logits(points(3), windows)):
            assert torch.equal(logits.argmax(-1).reshape(3, -1), windows[:, :, at])


def test_phrases_differ_from_point_to_point() -> None:
    windows = PhraseDecoder(network()).draw(points(8), likeliest)
    assert len({tuple(window.flatten().tolist()) for window in windows}) > 4


def test_one_seed_one_draw() -> None:
    decoder = PhraseDecoder(network("trio"))

    def drawn(seed: int, temperature: float = 1.0) -> Tensor:
        return decoder.draw(points(4), sampler(temperature, torch.Generator().manual_seed(seed)))

    assert torch.equal(drawn(1), drawn(1))
    assert not torch.equal(drawn(1), drawn(2))
    assert torch.equal(drawn(1, 1e-4), decoder.draw(points(4), likeliest))


@pytest.mark.parametrize("shape", ["flat", "trio"])
def test_a_phrase_drawn_among_others_is_the_one_drawn_alone(shape: str) -> None:
    model = PhraseModel(network(shape), [])
    places, seeds = points(40).numpy(), range(7, 47)  # more than one batch
    together = list(model.each_sampled(places, 0.8, seeds, None, _go_on))
    assert len({window.tobytes() for window in together}) > 30
    for place, seed, window in zip(places, seeds, together, strict=True):
        assert np.array_equal(window, model.sampled(place, 0.8, seed, None, _go_on))


def test_a_model_tells_by_which_rung_it_decodes() -> None:
    model = PhraseModel(network("flat"), [])
    assert model.rung(0.7) == EXACT
    assert model.rung(0.0) == PhraseDecoder(network("deaf"), fast=True).rung


def test_a_fast_decoder_draws_exactly() -> None:
    given = network()
    found = [
        PhraseDecoder(given, fast=fast).draw(points(3), sampler(1.0, torch.Generator().manual_seed(4))) for fast in (False, True)
    ]
    assert torch.equal(*found)


@pytest.mark.parametrize("name", SHAPES)
def test_the_joined_loop_agrees_when_taught_the_same_phrases(name: str) -> None:
    given = network(name)
    with torch.inference_mode():
        assert max(differences(PhraseDecoder(given), joined(given), points(512 // given.shape.steps))) < TOLERANCE


@pytest.mark.skipif(not has_tiles(), reason="this processor does not multiply tiles")
@pytest.mark.parametrize("name", DEAF)
def test_all_steps_in_one_call_agree_where_nothing_is_heard(name: str) -> None:
    given = network(name)
    assert rungs(given) == [whole, joined]
    with torch.inference_mode():
        assert max(differences(PhraseDecoder(given), whole(given), points(512 // given.shape.steps))) < TOLERANCE


def test_who_hears_has_no_such_rung() -> None:
    assert rungs(network("trio")) == [joined]


def test_a_loop_of_other_weights_does_not_agree() -> None:
    with torch.inference_mode():
        for rung in rungs(network("deaf")):
            assert max(differences(PhraseDecoder(network("deaf")), rung(network("deaf", seed=9)), points(4))) > 1


@pytest.mark.parametrize("name", ["flat", "trio", "deep", *DEAF])
def test_the_fast_rung_is_taken_named_and_nearly_the_exact_one(name: str) -> None:
    given = network(name)
    exact, fast = PhraseDecoder(given), PhraseDecoder(given, fast=True)
    assert exact.rung == EXACT
    eight = "int8, compiled" if "fbgemm" in torch.backends.quantized.supported_engines else "float32 joined, compiled"
    assert fast.rung == ("bfloat16, whole, compiled" if name in DEAF and has_tiles() else eight)
    found, wanted = fast.draw(points(12), likeliest), exact.draw(points(12), likeliest)
    firsts = (found[:, 0] == wanted[:, 0]).float().mean()
    assert firsts > 0.9
    assert (found == wanted).float().mean() > 0.7  # after one other symbol a phrase may go its own way


@pytest.mark.parametrize("name", ["trio", *DEAF])
def test_a_phrase_of_the_fast_rung_does_not_depend_on_the_batch(name: str) -> None:
    decoder = PhraseDecoder(network(name), fast=True)
    together = decoder.draw(points(19), likeliest)  # two batches of units
    for at in (0, 4, 15, 16, 18):
        assert torch.equal(together[at : at + 1], decoder.draw(points(19)[at : at + 1], likeliest))


def test_a_network_that_eight_bits_would_change_stays_exact() -> None:
    given = network()
    with torch.no_grad():
        given.decoders[0].cells.weight_hh_l0[:, 0] *= 400  # one input drowns the others' eight bits
        given.decoders[0].output.weight[:, 0] = 0
    decoder = PhraseDecoder(given, fast=True)
    assert decoder.rung == EXACT
    assert torch.equal(decoder.draw(points(2), likeliest), PhraseDecoder(given).draw(points(2), likeliest))


@pytest.mark.parametrize("name", ["flat", "deaf", "deep", "deep and deaf"])
@pytest.mark.parametrize("fast", [False, True])
def test_a_forbidden_class_is_never_taken(fast: bool, name: str) -> None:
    decoder = PhraseDecoder(network(name), fast)
    usual = decoder.draw(points(6), likeliest)
    commonest = int(torch.bincount(usual.flatten()).argmax())
    penalty = torch.zeros(90)
    penalty[commonest] = -1e4
    assert bool((usual == commonest).any())
    assert not bool((decoder.draw(points(6), likeliest, penalties=[penalty]) == commonest).any())
    assert torch.equal(decoder.draw(points(6), likeliest, penalties=[torch.zeros(90)]), usual)


@pytest.mark.parametrize("name", ["trio", "deaf trio"])
@pytest.mark.parametrize("fast", [False, True])
def test_penalties_reach_their_own_steps_and_parts(fast: bool, name: str) -> None:
    decoder = PhraseDecoder(network(name), fast)
    forced = torch.zeros(64, 90)
    forced[np.arange(64), np.arange(64) + 5] = 1e4
    windows = decoder.draw(points(2), likeliest, penalties=[None, forced, None])
    usual = decoder.draw(points(2), likeliest)
    assert torch.equal(windows[:, :, 1], torch.arange(5, 69).expand(2, -1))
    assert torch.equal(windows[:, :, [0, 2]], usual[:, :, [0, 2]])


def test_penalties_hold_for_draws_too() -> None:
    only = torch.full((90,), -1e4)
    only[[0, 1, 40, 47]] = 0
    decoder = PhraseDecoder(network())
    found = decoder.draw(points(5), sampler(2.0, torch.Generator().manual_seed(1)), penalties=[only])
    assert set(found.unique().tolist()) <= {0, 1, 40, 47}


@pytest.mark.parametrize(("fast", "beats"), [(False, 3 * 16), (True, 3)])
def test_every_step_or_part_can_be_stopped(fast: bool, beats: int) -> None:
    decoder, count = PhraseDecoder(network("trio"), fast), []
    decoder.draw(points(2), likeliest, lambda: count.append(1))
    assert len(count) == beats
    with pytest.raises(KeyboardInterrupt):
        decoder.draw(points(2), likeliest, _stop)


def _go_on() -> None:
    pass


def _stop() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("model", ["mel-2bar", "drums-2bar"])
def test_a_shipped_model_takes_the_fast_rung(model: str) -> None:
    card = read_card(MODELS / model)
    trained = MusicVae(card.hyper)
    trained.load_state_dict(load_weights(card, shapes_of(trained)))
    assert PhraseDecoder(trained, fast=True).rung != EXACT
    assert PhraseDecoder(deaf(trained), fast=True).rung == PhraseDecoder(deaf(network("deaf")), fast=True).rung

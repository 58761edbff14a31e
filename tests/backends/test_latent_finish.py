"""What comes after a MusicVAE's training: calm decoders, where phrases go on to, a model refitted in its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from latent_parts import small_card, small_network, tune

from backends.checkpoints import load_checkpoint, save_checkpoint, shapes_of
from backends.networks.latent_search import CANDIDATES, continuing
from backends.networks.music_vae import MusicVae
from backends.networks.phrase_model import PhraseModel, deaf
from backends.training.latent_calm import Calming, calm_decoders
from backends.training.latent_finish import afterwards
from backends.training.latent_follow import fit_following
from backends.training.latent_lines import read_lines, save_lines
from backends.training.latent_measure import posterior
from backends.training.latent_refit import refitted
from backends.training.latent_windows import Windows, windows_of
from studio.song import Notes, Song, Track

SHORT = Calming(steps=25, change=20.0, phrases=0.0, rate=5e-3)


def songs(count: int) -> list[tuple[str, Song]]:
    return [(f"{at}.mid", Song(tracks=(Track(1, "Melody", notes=Notes.of(tune(12, at))),))) for at in range(count)]


@pytest.fixture(scope="module")
def windows() -> Windows:
    return windows_of(read_lines([(Path("songs"), songs(40))]), ("melody",), 2).parts["train"]


def decided() -> MusicVae:
    """A network whose phrases differ from place to place."""
    network = small_network("mel-2bar").requires_grad_(False)
    network.decoders[0].output.weight.mul_(60)
    network.decoders[0].start.weight.mul_(20)
    return network


@pytest.fixture(scope="module")
def calmed(windows: Windows) -> tuple[MusicVae, list[str]]:
    network, told = decided(), list[str]()
    calm_decoders(network, windows, SHORT, 1, lambda _step, text: told.append(text))
    return network, told


def test_neighbouring_places_come_to_share_more(calmed: tuple[MusicVae, list[str]]) -> None:
    _, told = calmed
    changes = [float(text.split()[0]) for text in told]
    assert np.mean(changes[-5:]) < 0.8 * np.mean(changes[:5])


def test_what_was_learnt_stays_and_only_the_likeliest_phrase_is_calm(calmed: tuple[MusicVae, list[str]]) -> None:
    network, _ = calmed
    before = decided()
    for name, weight in before.state_dict().items():
        assert torch.equal(network.state_dict()[name], weight), name
    points = torch.randn(3, 12, generator=torch.Generator().manual_seed(1))
    nothing = torch.zeros(3, 32, 1, dtype=torch.int64)
    hidden = torch.zeros(3, 32, 1)
    (calm,) = deaf(network).logits(points, nothing, hidden)
    assert torch.allclose(calm, network.calm[0](network.codes(points), nothing[..., 0], hidden[..., 0]))
    assert not torch.allclose(calm, deaf(before).logits(points, nothing, hidden)[0])


def test_a_calm_network_is_made_again_from_its_numbers_and_weights(calmed: tuple[MusicVae, list[str]]) -> None:
    network, _ = calmed
    again = MusicVae(network.hyper)
    again.load_state_dict(network.state_dict())
    assert "25 steps" in afterwards(again.hyper)
    assert afterwards(small_network("mel-2bar").hyper) == ""


def test_where_phrases_go_on_to_is_where_real_ones_lie(windows: Windows) -> None:
    network = small_network("mel-2bar")
    fit_following(network, windows, windows[:40])
    assert network.following is not None
    half = np.concatenate([windows[:, :16], windows[:, :16]], axis=1)
    itself, there = posterior(network, half)[0], posterior(network, windows)[0]
    guessed = itself @ network.following.weight + network.following.offset
    blind = (there - there.mean(0)).square().mean()
    assert (there - guessed).square().mean() < 0.9 * blind


def test_continue_uses_it_and_one_seed_gives_one_place(windows: Windows) -> None:
    network = small_network("mel-2bar")
    fit_following(network, windows, windows[:40])
    model = PhraseModel(network, [])

    def found(seed: int) -> list[float]:
        point = continuing(model, windows[0][:16], None, torch.Generator().manual_seed(seed), lambda: None)
        return [round(float(value), 5) for value in point]

    assert found(1) == found(1)
    assert len({tuple(found(seed)) for seed in range(6)}) > 1
    assert CANDIDATES > 1


def test_a_model_is_refitted_in_its_place(tmp_path: Path) -> None:
    lines = read_lines([(Path("songs"), songs(40))])
    save_lines(lines, tmp_path / "packed.npz")
    network = small_network("mel-2bar")
    network.hyper["calm_steps"], network.calm = 1, deaf(network).decoders
    card = replace(small_card("mel-2bar"), hyper=dict(network.hyper), figures={"accuracy_sampled": 0.5})
    save_checkpoint(tmp_path / "small", card, network.state_dict())
    made = refitted(tmp_path / "small", tmp_path / "packed.npz", lambda _: None, keep_figures=True)
    again = MusicVae(made.hyper)
    read, weights = load_checkpoint(tmp_path / "small", shapes_of(again))
    again.load_state_dict(weights)
    assert again.following is not None
    assert read.figures == {"accuracy_sampled": 0.5}
    assert "Continue draws" in read.answers["strategy"]

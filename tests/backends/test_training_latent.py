"""Training MusicVAE: it learns, goes on where it stopped, fits what it should, and a folder becomes a model."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from latent_parts import band, small_hyper, small_network, tune

from backends.checkpoints import load_checkpoint, shapes_of
from backends.families.music_vae import Model
from backends.networks.attribute_push import pushed
from backends.networks.soft_attributes import probabilities, soft_attributes
from backends.training.latent import CONFIGS, LatentTask, beta_at, kl_of, new_network, own_share
from backends.training.latent_fit import attribute_values, attributes_of, fit_after_training
from backends.training.latent_lines import read_lines
from backends.training.latent_measure import accuracies, copy_share, measure, nearest, posterior
from backends.training.latent_run import train_music_vae
from backends.training.latent_windows import CLASSES, Windows, windows_of
from backends.training.loop import Plan, train
from backends.training.order import Order, Size
from studio.errors import UnsupportedRequest
from studio.jobs.progress import Progress
from studio.song import Notes, Song, Track

MELODY = ("melody",)


def songs(count: int) -> list[tuple[str, Song]]:
    return [(f"{at}.mid", Song(tracks=(Track(1, "Melody", notes=Notes.of(tune(12, at))),))) for at in range(count)]


@pytest.fixture(scope="module")
def windows() -> Windows:
    lines = read_lines([(Path("songs"), songs(60))])
    return windows_of(lines, MELODY, 2).parts["train"]


def task(config: str, windows: Windows) -> LatentTask:
    return LatentTask(replace(CONFIGS[config], batch=16, hyper=small_hyper(config)), windows, windows[:64], torch.float32)


def test_a_few_steps_lower_the_loss(windows: Windows, tmp_path: Path) -> None:
    network = small_network("mel-2bar")
    run = train(network, task("mel-2bar", windows), Plan(60, 1, 5e-3, check_every=20), tmp_path, progress=Progress()).run
    losses = [checked for _, _, checked in run.curve]
    assert losses[-1] < losses[0] - 0.05


def test_a_run_that_was_cut_goes_on_to_the_same_weights(windows: Windows, tmp_path: Path) -> None:
    plan = Plan(6, 2, 2e-3, warmup=2, check_every=3)
    whole = small_network("mel-2bar")
    train(whole, task("mel-2bar", windows), plan, tmp_path / "whole", progress=Progress())
    cut = small_network("mel-2bar")
    stopped = Progress(lambda done, total, note: stopped.cancel() if done >= 3 else None)
    train(cut, task("mel-2bar", windows), plan, tmp_path / "cut", progress=stopped)
    again = small_network("mel-2bar", seed=99)
    train(again, task("mel-2bar", windows), plan, tmp_path / "cut", progress=Progress(), resume=True)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name


@pytest.mark.parametrize("config", ["drums-2bar", "mel-16bar-flat", "mel-16bar-hier", "trio-16bar-hier"])
def test_every_configuration_takes_a_step(config: str, tmp_path: Path) -> None:
    found = CONFIGS[config]
    rng = np.random.default_rng(1)
    made = np.stack([rng.integers(0, CLASSES[part], (4, found.bars * 16)) for part in found.parts], axis=2).astype(np.int16)
    network = small_network(config)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    small = replace(found, batch=2, hyper=small_hyper(config))
    train(network, LatentTask(small, made, made, torch.float32), Plan(2, 1), tmp_path, progress=Progress())
    moved = [name for name, tensor in network.named_parameters() if not torch.equal(tensor, before[name])]
    assert any(name.startswith("encoder") for name in moved)
    assert any(name.startswith("decoders") for name in moved)


def test_bars_of_a_hierarchical_decoder_know_of_each_other_through_the_code_alone() -> None:
    network = small_network("mel-16bar-hier").eval()
    points = torch.randn(1, 12, generator=torch.Generator().manual_seed(1))
    one, other = torch.zeros(1, 256, 1, dtype=torch.int64), torch.zeros(1, 256, 1, dtype=torch.int64)
    other[:, :16] = 40
    with torch.inference_mode():
        first, second = (network.logits(points, given)[0].reshape(256, -1) for given in (one, other))
    assert not torch.equal(first[:16], second[:16])
    assert torch.equal(first[16:], second[16:])


def test_schedules_rise() -> None:
    config = replace(CONFIGS["mel-2bar"], own=0.3)
    betas = [beta_at(config, step) for step in range(0, 20_000, 500)]
    assert betas[0] == 0
    assert all(one < other for one, other in itertools.pairwise(betas))
    assert betas[-1] <= config.beta
    shares = [own_share(config, step) for step in range(0, 20_000, 500)]
    assert shares[0] < 0.001
    assert shares[-1] == pytest.approx(0.3, abs=1e-3)


def test_the_kl_of_the_unit_gaussian_is_none() -> None:
    assert float(kl_of(torch.zeros(1, 4), torch.ones(1, 4)).sum()) == pytest.approx(0)
    assert float(kl_of(torch.ones(1, 1), torch.ones(1, 1)).sum()) == pytest.approx(0.5)


def test_soft_attributes_of_certain_symbols_are_the_attributes(windows: Windows) -> None:
    certain = torch.nn.functional.one_hot(torch.from_numpy(windows[:40, :, 0].astype(np.int64)), CLASSES["melody"]).float()
    soft = soft_attributes(certain, is_drums=False).numpy()
    hard = attribute_values(windows[:40], MELODY)
    for at, attribute in enumerate(attributes_of(MELODY)):
        close = {"density": 0.01, "interval": 0.05, "range": 2.5, "syncopation": 0.15}[attribute.name]
        assert np.abs(soft[:, at] - hard[:, at]).max() < close * max(1.0, hard[:, at].max()), attribute.name


def test_the_prior_is_where_the_codes_are(windows: Windows) -> None:
    network = small_network("mel-2bar")
    fit_after_training(network, windows, windows[:40], lambda _: None)
    sampled = network.prior(4000, torch.Generator().manual_seed(1))
    assert torch.allclose(sampled.mean(0), network.prior_mean, atol=0.2)


def test_a_slider_moves_the_expected_attribute(windows: Windows, tmp_path: Path) -> None:
    network = small_network("mel-2bar")
    train(network, task("mel-2bar", windows), Plan(120, 1, 5e-3, check_every=60), tmp_path, progress=Progress())
    fit_after_training(network, windows, windows[:40], lambda _: None)
    points = torch.from_numpy(posterior(network, windows[:30])[0].numpy().copy())
    assert torch.equal(pushed(network, points, torch.zeros(4)), points), "a slider at 0 moves nothing"
    with torch.no_grad():
        before = soft_attributes(probabilities(network, points), is_drums=False)
        after = soft_attributes(probabilities(network, pushed(network, points, torch.tensor([1.0, 0, 0, 0]))), is_drums=False)
    assert ((after - before)[:, 0] > 0).all()


def test_figures_know_perfect_and_useless_answers(windows: Windows) -> None:
    (perfect,) = accuracies(windows, windows, MELODY)
    (silent,) = accuracies(np.zeros_like(windows), windows, MELODY)
    assert (perfect.steps, perfect.onsets) == (1.0, 1.0)
    assert silent.onsets == 0.0 < silent.steps
    (same,) = accuracies(nearest(windows[:5], windows, MELODY), windows[:5], MELODY)
    assert same.steps == 1.0
    long = np.tile(np.arange(20, 52, dtype=np.int16)[None, :, None], (3, 1, 1))
    assert copy_share(long, long) == 1.0
    assert copy_share(long, windows) == 0.0


def test_a_folder_becomes_a_model(tmp_path: Path) -> None:
    order = Order(
        [(Path("mine"), songs(60))],
        tmp_path / "my-tunes",
        "mel-2bar",
        Plan(4, 1, learning_rate=1e-3),
        Size(batch=8),
        licences={"mine": "CC0"},
        packed=tmp_path / "packed.npz",
    )
    said: list[str] = []
    card = train_music_vae(order, Progress(), said.append)
    assert (tmp_path / "packed.npz").is_file()
    assert card.is_permissive
    assert card.experimental, "four steps reach no goal"
    assert "misses" in card.answers["strategy"]
    assert {"accuracy_sampled", "kl_bits", "prior_overlap_worst", "accuracy_no_event"} <= set(card.figures)
    network = new_network(card.hyper, 1)
    card, weights = load_checkpoint(tmp_path / "my-tunes", shapes_of(network))
    network.load_state_dict(weights)
    assert Model(card, "cpu", network).space.parts == MELODY
    again = replace(order, songs=[(Path("mine"), [])], resume=True, plan=Plan(5, 1, learning_rate=1e-3))
    assert train_music_vae(again, Progress(), said.append).figures["steps"] == 5


def test_too_little_music_is_said(tmp_path: Path) -> None:
    order = Order([(Path("mine"), songs(1))], tmp_path / "out", "mel-2bar", Plan(1, 1), Size(batch=4))
    with pytest.raises(UnsupportedRequest, match="too few to learn from"):
        train_music_vae(order, Progress(), lambda _: None)


def test_measuring_a_band_with_a_trio(tmp_path: Path) -> None:
    lines = read_lines([(tmp_path, [("a.mid", band(20))])])
    made = windows_of(lines, ("melody", "bass", "drums"), 16, 2)
    held = next(part for part in made.parts.values() if len(part))
    figures = measure(small_network("trio-16bar-hier"), held, held)
    assert {"accuracy_sampled_bass", "accuracy_sampled_onsets_drums"} <= set(figures)
    assert all(np.isfinite(value) for value in figures.values())

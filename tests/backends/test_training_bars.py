"""The first stage of models of many bars: bars are learnt, and the whole begins where they were left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from latent_parts import small_hyper, tune
from torch import nn

from backends.networks.music_vae import MusicVae
from backends.training.latent import CONFIGS, BarStage, Config, new_network
from backends.training.latent_bars import BarVae, bars_of, begin_with_bars, join_bars
from backends.training.latent_measure import posterior
from backends.training.latent_run import train_music_vae
from backends.training.latent_windows import Windows, WindowSet
from backends.training.loop import Plan, Run
from backends.training.order import Order, Size
from studio.jobs.progress import Progress
from studio.song import Notes, Song, Track

SIZE = 3


def windows(parts: tuple[str, ...], count: int = 60, classes: int = 50) -> Windows:
    """Windows of a few bars that come again, as in music."""
    rng = np.random.default_rng(1)
    some = np.stack([rng.integers(0, classes, (9, 16)) for _ in parts], axis=2).astype(np.int16)
    return some[rng.integers(0, 9, (count, 16))].reshape(count, 256, len(parts))


def config(name: str, steps: int = 6) -> Config:
    hyper = small_hyper(name) | {"latent": 16 * SIZE}
    return replace(CONFIGS[name], batch=2, hyper=hyper, bars_first=BarStage(SIZE, steps))


def network(name: str, seed: int = 3) -> MusicVae:
    return new_network(config(name).hyper, seed)


def begun(net: MusicVae, folder: Path, *, steps: int = 6, progress: Progress | None = None, resume: bool = False) -> Run:
    held = windows(("melody",))
    return begin_with_bars(
        net,
        config("mel-16bar-hier", steps),
        WindowSet({"train": held, "valid": held[:8]}),
        Plan(1000, 1, warmup=2),
        folder,
        fast=torch.float32,
        resume=resume,
        progress=progress or Progress(),
        on_check=lambda run: None,
    ).run


@pytest.mark.parametrize("name", ["mel-16bar-hier", "trio-16bar-hier"])
def test_bars_without_noise_are_decoded_alike_before_and_after_joining(name: str) -> None:
    net = network(name).eval()
    bars = BarVae(net, SIZE).eval()
    nn.init.constant_(bars.deviation.bias, -30.0)
    nn.init.zeros_(bars.deviation.weight)
    held = windows(net.shape.parts)
    given = torch.from_numpy(held[:4].astype(np.int64))
    one = torch.from_numpy(bars_of(held[:4]).astype(np.int64))
    join_bars(net, bars, held, seed=1)
    with torch.inference_mode():
        alone, _, _ = bars(one, torch.zeros(len(one), SIZE))
        mean, _ = net.encoder(given)
        whole = net.logits(mean, given)
    for before, after in zip(alone, whole, strict=True):
        assert torch.allclose(before, after, atol=1e-3)


def test_a_joined_space_has_unit_variance_and_its_strongest_axes_first() -> None:
    net = network("mel-16bar-hier").eval()
    held = windows(("melody",), 400, classes=2)  # rests and releases stay where they are when moved
    bars = BarVae(net, SIZE).eval()
    nn.init.normal_(bars.mean.weight, std=2.0, generator=torch.Generator().manual_seed(1))
    join_bars(net, bars, held, seed=1)
    mean, deviation = posterior(net, held)
    assert torch.allclose(mean.var(0) + deviation.square().mean(0), torch.ones(16 * SIZE), atol=0.25)
    assert (deviation[0].diff() >= -1e-5).all(), "the surest first"


def test_bars_get_better(tmp_path: Path) -> None:
    run = begun(network("mel-16bar-hier"), tmp_path, steps=80)
    losses = [checked for _, _, checked in run.curve]
    assert losses[-1] < losses[0] - 0.05


def test_a_first_stage_that_was_cut_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    whole = network("mel-16bar-hier")
    begun(whole, tmp_path / "whole")
    cut = network("mel-16bar-hier")
    stopped = Progress(lambda done, total, note: stopped.cancel() if done >= 3 else None)
    assert begun(cut, tmp_path / "cut", progress=stopped).step == 3
    again = network("mel-16bar-hier")
    assert begun(again, tmp_path / "cut", resume=True).step == 6
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name


def test_the_conductor_and_the_neighbours_are_learnt_afterwards() -> None:
    net = network("mel-16bar-hier")
    join_bars(net, BarVae(net, SIZE), windows(("melody",)), seed=1)
    given = torch.from_numpy(windows(("melody",))[:4].astype(np.int64))
    logits, mean, deviation = net(given, torch.zeros(4, 16 * SIZE))
    (sum(each.square().mean() for each in logits) + mean.square().mean() + deviation.mean()).backward()
    assert net.encoder.bar_narrow is not None
    for weight in (
        net.encoder.bar_narrow.weight[:, : 2 * net.shape.encoder],
        net.decoders[0].start.weight[:, : net.shape.conductor],
    ):
        assert not weight.detach().any()
    for grown in (net.encoder.bar_narrow.weight.grad, net.decoders[0].start.weight.grad):
        assert grown is not None
        assert grown[:, :5].abs().max() > 0


@pytest.mark.slow
def test_a_model_of_many_bars_is_made_in_two_stages(tmp_path: Path) -> None:
    songs = [(f"{at}.mid", Song(tracks=(Track(1, "Melody", notes=Notes.of(tune(24, at))),))) for at in range(40)]
    place = tmp_path / "my-hier"
    order = Order([(Path("mine"), songs)], place, "mel-16bar-hier", Plan(2, 1), Size(batch=2), licences={"mine": "CC0"})
    stopped = Progress(lambda done, total, note: stopped.cancel() if total == 8 and done >= 2 else None)
    said: list[str] = []
    card = train_music_vae(order, stopped, said.append)
    assert "stopped early by hand" in card.answers["strategy"]
    assert "second stage: whole windows" not in said
    again = replace(order, songs=[(Path("mine"), songs)], resume=True)
    card = train_music_vae(again, Progress(), said.append)
    assert card.figures["steps"] == 2
    assert {"bars_that_return_in_data", "bars_that_return_in_samples"} <= set(card.figures)
    assert "by themselves" in card.answers["strategy"]
    assert said.count("first stage: bars by themselves") == 2
    train_music_vae(replace(again, songs=[(Path("mine"), songs)], plan=Plan(3, 1)), Progress(), said.append)
    assert said.count("first stage: bars by themselves") == 2, "a run of the whole goes on with the whole"

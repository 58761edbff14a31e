"""A composer's taste: a tiny variational autoencoder of latent vectors, fitted to a few clips (MidiMe: Dinculescu, Engel
and Roberts 2019, "MidiMe: Personalizing a MusicVAE model with user data")."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from studio.errors import UnsupportedRequest
from studio.generation.latent import Vector
from studio.words import tr

SMALL = 4
"""Dimensions of the space inside the space."""
WIDTH = 128
STEPS = 800
BATCH = 64
BETA = 0.02


class TasteNetwork(nn.Module):
    """Latent vector -> 4 numbers -> latent vector."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.into = nn.Linear(latent, WIDTH)
        self.mean, self.deviation = nn.Linear(WIDTH, SMALL), nn.Linear(WIDTH, SMALL)
        self.out, self.back = nn.Linear(SMALL, WIDTH), nn.Linear(WIDTH, latent)

    def encode(self, points: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.tanh(self.into(points))
        return self.mean(hidden), functional.softplus(self.deviation(hidden))

    def decode(self, small: Tensor) -> Tensor:
        found: Tensor = self.back(torch.tanh(self.out(small)))
        return found


def fitted(means: Tensor, deviations: Tensor, scale: Tensor, seed: int, on_step: Callable[[int], None]) -> dict[str, Vector]:
    """Weights of a taste for clips with these posteriors, [clip, latent]; `scale` [latent]: how far real music spreads in
    each dimension, by which errors are measured. Some seconds on one processor core."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = TasteNetwork(means.shape[1])
        centre = means.mean(0)
        nn.init.zeros_(network.back.weight)
        with torch.no_grad():
            network.back.bias.copy_(centre)
        optimiser = torch.optim.Adam(network.parameters(), lr=5e-3)
        for step in range(STEPS):
            on_step(step)
            at = torch.randint(len(means), (BATCH,))
            points = means[at] + deviations[at] * torch.randn(BATCH, means.shape[1])
            mean, deviation = network.encode((points - centre) / scale)
            decoded = network.decode(mean + deviation * torch.randn_like(mean))
            kl = 0.5 * (mean.square() + deviation.square() - 1 - 2 * torch.log(deviation + 1e-6)).sum(1).mean()
            loss = ((decoded - means[at]) / scale).square().mean() + BETA * kl
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    weights = {name: tensor.detach().numpy().copy() for name, tensor in network.state_dict().items()}
    return weights | {"centre": centre.numpy().copy(), "scale": scale.numpy().copy()}


def pulled(points: Vector, weights: Mapping[str, NDArray[np.float32]], pull: float) -> Vector:
    """Points drawn into a taste: what its autoencoder makes of them, by `pull` of the way, [point, latent].

    UnsupportedRequest when the taste, which may come out of a stranger's project, is none of this space.
    """
    if {name: np.shape(layer) for name, layer in weights.items()} != _shapes(points.shape[1]) or not (weights["scale"] > 0).all():
        raise UnsupportedRequest(
            tr("What was learned of your taste does not fit this model."), tr("Learn it again, or turn it off.")
        )
    inner = (points - weights["centre"]) / weights["scale"]
    hidden = np.tanh(inner @ weights["into.weight"].T + weights["into.bias"])
    small = hidden @ weights["mean.weight"].T + weights["mean.bias"]
    back = np.tanh(small @ weights["out.weight"].T + weights["out.bias"]) @ weights["back.weight"].T + weights["back.bias"]
    found: Vector = (points + pull * (back - points)).astype(np.float32)
    return found


def _shapes(latent: int) -> dict[str, tuple[int, ...]]:
    """The layers of `fitted` by name."""
    return {
        "into.weight": (WIDTH, latent),
        "into.bias": (WIDTH,),
        "mean.weight": (SMALL, WIDTH),
        "mean.bias": (SMALL,),
        "deviation.weight": (SMALL, WIDTH),
        "deviation.bias": (SMALL,),
        "out.weight": (WIDTH, SMALL),
        "out.bias": (WIDTH,),
        "back.weight": (latent, WIDTH),
        "back.bias": (latent,),
        "centre": (latent,),
        "scale": (latent,),
    }

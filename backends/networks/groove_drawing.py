"""From what a GrooVAE network answers to drums: chances of hits, and values drawn from distributions over bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from backends.networks.groovae import Answer, GrooveSeq2Seq, GrooveVib
from backends.representations.groove_tasks import OFFSET_EDGES, VELOCITY_EDGES

Array = NDArray[np.float32]
SOFT_STEPS = 512
"""Windows that go through a network at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """Chance of a hit [window, step, voice]; of each velocity and offset bin [window, step, voice, bin]."""

    hits: Array
    velocities: Array
    offsets: Array


def chances(answer: Answer) -> Chances:
    """Logits as probabilities."""
    return Chances(
        torch.sigmoid(answer.hits.float()).numpy(),
        torch.softmax(answer.velocities.float(), -1).numpy(),
        torch.softmax(answer.offsets.float(), -1).numpy(),
    )


def joined(parts: list[Chances]) -> Chances:
    """One after another along the windows."""
    return Chances(
        np.concatenate([part.hits for part in parts]),
        np.concatenate([part.velocities for part in parts]),
        np.concatenate([part.offsets for part in parts]),
    )


@torch.no_grad()
def answered(network: GrooveSeq2Seq | GrooveVib, seen: Array, held: Array | None = None) -> Chances:
    """What the network says of windows as `seen_array` makes them; the bottleneck's is read at the mean of z."""
    network.eval()
    device = next(network.parameters()).device
    parts = []
    for at in range(0, len(seen), SOFT_STEPS):
        piece = torch.from_numpy(seen[at : at + SOFT_STEPS]).to(device)
        if isinstance(network, GrooveVib):
            holds = None if held is None else torch.from_numpy(held[at : at + SOFT_STEPS]).to(device)
            answer = network.decode(network.encode(piece)[0], holds)
        else:
            answer = network(piece)
        parts.append(chances(Answer(*(tensor.cpu() for tensor in answer))))
    return joined(parts)


@torch.no_grad()
def decoded(network: GrooveVib, z: Array, held: Array | None = None) -> Chances:
    """What points of z, [window, dimension], stand for."""
    network.eval()
    device = next(network.parameters()).device
    holds = None if held is None else torch.from_numpy(held).to(device)
    answer = network.decode(torch.from_numpy(z.astype(np.float32)).to(device), holds)
    return chances(Answer(*(tensor.cpu() for tensor in answer)))


@torch.no_grad()
def encoded(network: GrooveVib, seen: Array) -> tuple[Array, Array]:
    """Mean and deviation of z, each [window, dimension]."""
    network.eval()
    device = next(network.parameters()).device
    pieces: list[tuple[Tensor, Tensor]] = []
    for at in range(0, len(seen), SOFT_STEPS):
        mean, log_variance = network.encode(torch.from_numpy(seen[at : at + SOFT_STEPS]).to(device))
        pieces.append((mean.cpu(), torch.exp(log_variance / 2).cpu()))
    return torch.cat([mean for mean, _ in pieces]).numpy(), torch.cat([deviation for _, deviation in pieces]).numpy()


def drawn_offsets(chance: Array, places: NDArray[np.float64]) -> Array:
    """Offsets in sixteenths; `places` in 0..1 (0.5: the middle one of the distribution), shaped as the cells."""
    return _quantiles(chance, OFFSET_EDGES, places)


def drawn_velocities(chance: Array, places: NDArray[np.float64]) -> Array:
    """Velocities, 0..1."""
    return _quantiles(chance, VELOCITY_EDGES, places)


def _quantiles(chance: Array, edges: Array, places: NDArray[np.float64]) -> Array:
    """The value below which `places` of the probability lies, evenly spread within bins."""
    total = np.cumsum(chance, axis=-1, dtype=np.float64)
    wanted = np.clip(places, 1e-6, 1 - 1e-6) * total[..., -1]
    bins = np.minimum((total < wanted[..., None]).sum(-1), chance.shape[-1] - 1)
    upper = np.take_along_axis(total, bins[..., None], -1)[..., 0]
    inside = np.take_along_axis(chance, bins[..., None], -1)[..., 0].astype(np.float64)
    share = np.clip(1 - (upper - wanted) / np.maximum(inside, 1e-12), 0, 1)
    result: Array = (edges[bins] + share * (edges[bins + 1] - edges[bins])).astype(np.float32)
    return result


def drawn_hits(chance: Array, threshold: float, width: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Hits where the chance, blurred by logistic noise of this width, passes the threshold."""
    noise = rng.logistic(size=chance.shape) * width
    clipped = np.clip(chance.astype(np.float64), 1e-6, 1 - 1e-6)
    wanted = np.log(threshold / (1 - threshold))
    hits: NDArray[np.bool_] = np.log(clipped / (1 - clipped)) + noise > wanted
    return hits


def busier(threshold: float, log_odds: float) -> float:
    """A threshold that lets through what is likelier or less likely by so many log odds; 0 leaves it as it is."""
    if not log_odds:
        return threshold
    return float(1 / (1 + np.exp(log_odds - np.log(threshold / (1 - threshold)))))


def places_for(rng: np.random.Generator, shape: tuple[int, ...], spread: float, together: float) -> NDArray[np.float64]:
    """Where in its distribution each cell, [..., step, voice], is drawn. `spread` 0: all in the middle; 1: everywhere alike.

    Drums of one step lean the same way by `together` (a correlation): a hand that is late is late on both drums.
    """
    step = rng.standard_normal((*shape[:-1], 1))
    own = rng.standard_normal(shape)
    leaning = np.sqrt(together) * step + np.sqrt(1 - together) * own
    return 0.5 + spread * (_normal_share(leaning) - 0.5)


def _normal_share(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal distribution below each value."""
    share: NDArray[np.float64] = torch.special.ndtr(torch.from_numpy(values)).numpy()
    return share

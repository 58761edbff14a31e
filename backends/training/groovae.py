"""What GrooVAE learns: windows with something taken away, and what the drummer played there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.groovae import Answer, GrooveSeq2Seq, GrooveVib
from backends.representations.drums import VOICE_COUNT
from backends.representations.groove_tasks import COPY, HUMANISE, INFILL, TAP, offset_bins, seen_array, velocity_bins
from backends.training.groovae_data import Windows
from backends.training.order import Size

CONFIGS = ("seq2seq", "vib")
SHARES = {"seq2seq": (0.35, 0.4, 0.25, 0.0), "vib": (0.15, 0.15, 0.1, 0.6)}
"""How often each task is drawn: humanise, tap, infill, copy."""

HELD_COPIES = 0.4
"""Share of the copies in which the hits are held, so that z carries the feel: groove transfer."""

FEEL_WEIGHT = {"seq2seq": 1.0, "vib": 0.5}
"""What a nat of velocity or offset counts beside one of hits. In the bottleneck less: their noise is not to fill it."""

QUIET_DROPS = 1.3
ROUND = 250
"""Validation windows that a check looks at, for each task."""


class Batch(NamedTuple):
    """Inputs [window, step, SEEN]; targets; the cells that count for hits and those that count for velocity and offset;
    hits held for the bottleneck's decoder [window, step, voice + 1]."""

    seen: Tensor
    hits: Tensor
    velocity_bins: Tensor
    offset_bins: Tensor
    asked_hits: Tensor
    asked_feel: Tensor
    held: Tensor


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The price of information: `beta` a nat, the first `free_bits` of a window cost nothing."""

    beta: float = 0.2
    free_bits: float = 48.0


def batch_of(
    windows: Windows, tasks: NDArray[np.int64], rng: np.random.Generator, *, drops: bool, hold: float = HELD_COPIES
) -> Batch:
    """The windows with what their tasks take away. `drops`: tapped notes are lost now and then, quiet ones more often."""
    count = len(windows)
    removed = _removed(windows, tasks, rng)
    hits, tapping = windows.hits, tasks == TAP
    if drops:
        rate = rng.uniform(0, 0.6, count) * (rng.random(count) < 0.5) * tapping
        lost = rng.random(hits.shape) < rate[:, None, None] * (QUIET_DROPS - windows.velocities)
        hits = hits & ~lost
    seen = seen_array(
        hits, windows.velocities * hits, windows.offsets * hits, tasks=tasks, removed=removed, tempos=windows.tempos
    )
    asked_hits = np.ones(hits.shape, np.float32)
    asked_hits[tasks == HUMANISE] = 0
    only = (tasks == INFILL)[:, None] & ~removed
    asked_hits[np.broadcast_to(only[:, None, :], hits.shape)] = 0
    asked_feel = windows.hits.astype(np.float32)
    asked_feel[np.broadcast_to(only[:, None, :], hits.shape)] = 0
    holds = (tasks == HUMANISE) | ((tasks == COPY) & (rng.random(count) < hold))
    held = np.concatenate([windows.hits, np.ones((*hits.shape[:2], 1))], -1).astype(np.float32) * holds[:, None, None]
    asked_hits[holds] = 0
    return Batch(
        *(torch.from_numpy(array) for array in (seen, windows.hits.astype(np.float32))),
        *(torch.from_numpy(array) for array in (velocity_bins(windows.velocities), offset_bins(windows.offsets))),
        *(torch.from_numpy(array) for array in (asked_hits, asked_feel, held)),
    )


def _removed(windows: Windows, tasks: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """One voice of each window, [window, voice]: mostly one that plays."""
    plays = windows.hits.any(axis=1) + 0.03
    draws = rng.gumbel(size=plays.shape) + np.log(plays)
    removed: NDArray[np.bool_] = np.eye(VOICE_COUNT, dtype=bool)[draws.argmax(axis=1)] & (tasks == INFILL)[:, None]
    return removed


def losses(answer: Answer, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Nats of hits, of velocities and of offsets, each summed over the batch."""
    hits = functional.binary_cross_entropy_with_logits(answer.hits.float(), batch.hits, reduction="none")
    asked = batch.asked_feel > 0
    velocities = functional.cross_entropy(answer.velocities[asked].float(), batch.velocity_bins[asked], reduction="sum")
    offsets = functional.cross_entropy(answer.offsets[asked].float(), batch.offset_bins[asked], reduction="sum")
    return (hits * batch.asked_hits).sum(), velocities, offsets


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Nats between each window's z and the standard normal, [window, dimension]."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


class GrooveTask:
    """Windows drawn at random, each with a task of its own; checked on the validation windows, the same ones every time."""

    def __init__(
        self, config: str, train: Windows, valid: Windows, size: Size, *, fast: torch.dtype, bottleneck: Bottleneck | None = None
    ) -> None:
        self._config, self._train, self._size, self._fast = config, train, size, fast
        self._bottleneck = bottleneck or Bottleneck()
        self._shares = np.array(SHARES[config])
        rng = np.random.default_rng(1)
        chosen = valid.chosen(rng.permutation(len(valid))[: 3 * ROUND])
        tasks = rng.choice(len(self._shares), len(chosen), p=self._shares)
        self._check = batch_of(chosen, tasks, rng, drops=False)

    def loss(self, network: nn.Module, rng: np.random.Generator) -> Tensor:
        windows = self._train.chosen(rng.integers(0, len(self._train), self._size.batch))
        tasks = rng.choice(len(self._shares), len(windows), p=self._shares)
        return self._measured(network, batch_of(windows, tasks, rng, drops=True), is_training=True)

    def check(self, network: nn.Module) -> float:
        return float(self._measured(network, self._check, is_training=False))

    def _measured(self, network: nn.Module, batch: Batch, *, is_training: bool) -> Tensor:
        device = next(network.parameters()).device
        batch = Batch(*(tensor.to(device) for tensor in batch))
        weight = FEEL_WEIGHT[self._config]
        with torch.autocast(device.type, self._fast, enabled=self._fast != torch.float32):
            if isinstance(network, GrooveVib):
                return self._through_bottleneck(network, batch, weight, is_training)
            hits, velocities, offsets = losses(network(batch.seen), batch)
        return (hits + weight * (velocities + offsets)) / len(batch.seen)

    def _through_bottleneck(self, network: GrooveVib, batch: Batch, weight: float, is_training: bool) -> Tensor:
        mean, log_variance = (tensor.float() for tensor in network.encode(batch.seen))
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean) if is_training else mean
        hits, velocities, offsets = losses(network.decode(z, batch.held), batch)
        count = len(batch.seen)
        price = (divergence(mean, log_variance).sum(1).mean() - self._bottleneck.free_bits * math.log(2)).clamp(min=0)
        return (hits + weight * (velocities + offsets)) / count + self._bottleneck.beta * price


def new_network(config: str, hyper: dict[str, object], seed: int) -> GrooveSeq2Seq | GrooveVib:
    """Fresh weights that depend on the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return GrooveSeq2Seq(hyper) if config == "seq2seq" else GrooveVib(hyper)

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
from backends.representations.drums import BAR_STEPS, VOICE_COUNT
from backends.representations.groove_tasks import COPY, HUMANISE, INFILL, TAP, TASKS, offset_bins, seen_array, velocity_bins
from backends.training.groovae_data import DrumCorpus, Windows
from backends.training.order import Size

CONFIGS = ("seq2seq", "vib")
SHARES = {"seq2seq": (0.3, 0.5, 0.2, 0.0), "vib": (0.15, 0.15, 0.1, 0.6)}
"""How often each task is drawn: humanise, tap, infill, copy."""

STIFF_SHARES = {"seq2seq": (0.0, 0.7, 0.3, 0.0), "vib": (0.0, 0.15, 0.1, 0.75)}
"""The same for drums on the grid, from which there is no feel to learn."""

ALONE, MIXED, KEPT = 0.12, 0.24, 0.3
"""Drums on the grid alone for the first part of a run; until the second their share falls to the third and stays there.
Which drum to hit is learnt from thousands of songs before the few drummers are heard."""

HELD_COPIES = 0.4
"""Share of the copies in which the hits are held, so that z carries the feel: groove transfer."""

LOUD_TAPS = 0.35
"""Share of the taps that are shown with their velocities; the others, and all that is measured as in the literature, are bare."""

HARDER = 0.25
"""Deviation of how hard one taps, in octaves of velocity."""

FEEL_WEIGHT = {"seq2seq": 1.0, "vib": 0.5}
"""What a nat of velocity or offset counts beside one of hits. In the bottleneck less: their noise is not to fill it."""

QUIET_DROPS = 1.3
SHIFT, SHAKE, UNTOLD = 0.04, 0.02, 0.1
"""Taps learnt from are moved, all alike and each by itself, by these deviations (in sixteenths), and told without timing in
this share: whoever taps is no drummer of the set."""

TEMPO_DEVIATION = 0.08
"""In octaves."""

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
    windows: Windows,
    tasks: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    stiff: int = 0,
    hold: float = 0.0,
    seen: Windows | None = None,
    loud: float = 0.0,
) -> Batch:
    """The windows with what their tasks take away. The last `stiff` of them are drums on the grid, whose feel counts for
    nothing; of the copies the share `hold` shows the hits, of the taps the share `loud` how hard they are. `seen`: the
    windows as they are seen, where that differs."""
    shown = seen or windows
    count, hits = len(windows), windows.hits
    removed = _removed(windows, tasks, rng)
    inputs = seen_array(
        *(shown.hits, shown.velocities, shown.offsets),
        tasks=tasks,
        removed=removed,
        tempos=shown.tempos,
        loud=rng.random(count) < loud,
    )
    asked_hits = np.ones(hits.shape, np.float32)
    asked_hits[tasks == HUMANISE] = 0
    only = (tasks == INFILL)[:, None] & ~removed
    asked_hits[np.broadcast_to(only[:, None, :], hits.shape)] = 0
    asked_feel = hits.astype(np.float32)
    asked_feel[np.broadcast_to(only[:, None, :], hits.shape)] = 0
    asked_feel[count - stiff :] = 0
    holds = (tasks == HUMANISE) | ((tasks == COPY) & (rng.random(count) < hold) & (np.arange(count) < count - stiff))
    held = np.concatenate([hits, np.ones((*hits.shape[:2], 1))], -1).astype(np.float32) * holds[:, None, None]
    asked_hits[holds] = 0
    return Batch(
        *(torch.from_numpy(array) for array in (inputs, hits.astype(np.float32))),
        *(torch.from_numpy(array) for array in (velocity_bins(windows.velocities), offset_bins(windows.offsets))),
        *(torch.from_numpy(array) for array in (asked_hits, asked_feel, held)),
    )


def varied(windows: Windows, tasks: NDArray[np.int64], rng: np.random.Generator) -> tuple[Windows, Windows]:
    """The windows otherwise, (as they are seen, as they were played): bars change places, tempos differ a little, and taps
    lack notes now and then (quiet ones more often) and are shifted."""
    turned = rng.random(len(windows)) < 0.5
    tempos = (windows.tempos * 2 ** rng.normal(0, TEMPO_DEVIATION, len(windows))).astype(np.float32)
    hits, velocities, offsets = (
        np.where(turned[:, None, None], np.roll(array, BAR_STEPS, 1), array) for array in windows.columns[:3]
    )
    played = Windows(hits, velocities, offsets, tempos)
    tapping = tasks == TAP
    rate = rng.uniform(0, 0.6, len(hits)) * (rng.random(len(hits)) < 0.5) * tapping
    struck = hits & ~(rng.random(hits.shape) < rate[:, None, None] * (QUIET_DROPS - velocities))
    moved = rng.normal(0, SHIFT, (len(hits), 1, 1)) + rng.normal(0, SHAKE, hits.shape)
    told = (rng.random(len(hits)) >= UNTOLD)[:, None, None]
    shifted = np.where(tapping[:, None, None], (offsets + moved) * told, offsets).clip(-0.5, 0.5)
    harder = 2 ** (rng.normal(0, HARDER, len(hits)) * tapping)
    louder = (velocities * harder[:, None, None]).clip(0, 1).astype(np.float32)
    return Windows(struck, louder * struck, (shifted * struck).astype(np.float32), tempos), played


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


def stiff_share(done: float) -> float:
    """The share of drums on the grid when this share of a run is done."""
    return float(np.interp(done, (0, ALONE, MIXED, 1), (1, 1, KEPT, KEPT)))


class GrooveTask:
    """Windows drawn at random, each with a task of its own; checked on the validation windows, the same ones every time."""

    def __init__(
        self, config: str, corpus: DrumCorpus, size: Size, *, steps: int, fast: torch.dtype, bottleneck: Bottleneck | None = None
    ) -> None:
        self._config, self._corpus, self._size, self._steps, self._fast = config, corpus, size, steps, fast
        self._bottleneck = bottleneck or Bottleneck()
        self._stiff = 0
        rng = np.random.default_rng(1)
        valid = corpus.parts["valid"]
        chosen = valid.chosen(rng.permutation(len(valid))[: 3 * ROUND])
        self._check = batch_of(chosen, self._tasks(rng, len(chosen), 0), rng, hold=HELD_COPIES)

    def begin_step(self, step: int) -> None:
        share = stiff_share(step / self._steps) if len(self._corpus.stiff) else 0.0
        self._stiff = round(share * self._size.batch)

    def loss(self, network: nn.Module, rng: np.random.Generator) -> Tensor:
        felt, stiff = self._corpus.parts["train"], self._corpus.stiff
        windows = felt.chosen(rng.integers(0, len(felt), self._size.batch - self._stiff))
        if self._stiff:
            windows = windows.then(stiff.chosen(rng.integers(0, len(stiff), self._stiff)))
        tasks = self._tasks(rng, len(windows), self._stiff)
        seen, played = varied(windows, tasks, rng)
        batch = batch_of(played, tasks, rng, stiff=self._stiff, hold=HELD_COPIES, seen=seen, loud=LOUD_TAPS)
        return self._measured(network, batch, is_training=True)

    def _tasks(self, rng: np.random.Generator, count: int, stiff: int) -> NDArray[np.int64]:
        felt = rng.choice(len(TASKS), count - stiff, p=SHARES[self._config])
        return np.concatenate([felt, rng.choice(len(TASKS), stiff, p=STIFF_SHARES[self._config])])

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

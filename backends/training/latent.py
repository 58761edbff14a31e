"""Training MusicVAE: configurations, the loss with free bits, and what the loop asks of a task."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.music_vae import MusicVae
from backends.training.latent_windows import CLASSES, Windows, transposed

MOST_SHIFT = 5
"""Melodies are learnt moved by up to this many semitones (models.md 4)."""


@dataclass(frozen=True, slots=True)
class BarStage:
    """A first stage that learns bars by themselves, each in a code of `latent` numbers (latent_bars.py)."""

    latent: int
    steps: int
    beta: float = 0.2
    rate: float = 3e-3


@dataclass(frozen=True, slots=True)
class Config:
    """One model: its window, its sizes, and how it is trained. `beta` and `free_bits` as in the paper's loss, section 3.1;
    `hidden`: share of windows of which the decoder learns from the code alone, `open`: of those where it sees every symbol
    before; in the rest any share of them is hidden. `own`: share of symbols before that are its own guesses at the end of
    training (scheduled sampling, section 3.1), reached with an inverse sigmoid of `own_rate` steps."""

    parts: tuple[str, ...]
    bars: int
    hyper: Mapping[str, Any]
    hop: int = 1
    beta: float = 0.2
    free_bits: float = 0.0
    beta_steps: int = 2000
    hidden: float = 0.3
    open: float = 0.2
    own: float = 0.0
    own_rate: float = 1000.0
    batch: int = 256
    rate: float = 2.5e-3
    steps: int = 10_000
    bars_first: BarStage | None = None
    published: Mapping[str, str] = field(default_factory=dict)


def _hyper(parts: tuple[str, ...], bars: int, **sizes: Any) -> dict[str, Any]:
    steps = bars * 16
    found: dict[str, Any] = {
        "parts": list(parts),
        "classes": [CLASSES[part] for part in parts],
        "units": 1,
        "unit_steps": steps,
        "encoder_units": 1,
        "latent": 256,
        "embedding": 48,
        "encoder": 128,
        "summary": 512,
        "conductor": 0,
        "decoder": 320,
        "layers": 1,
        "step_code": 64,
        "step_codes": True,
    }
    return found | sizes


_BARWISE = {"latent": 512, "units": 16, "unit_steps": 16, "encoder_units": 16, "conductor": 384}
_LIGHTER = {"conductor": 256, "decoder": 256, "step_code": 48}
_MELODY, _DRUMS, _TRIO = ("melody",), ("drums",), ("melody", "bass", "drums")

CONFIGS: Mapping[str, Config] = {
    "mel-2bar": Config(_MELODY, 2, _hyper(_MELODY, 2), beta=0.25, own=0.3),
    "drums-2bar": Config(_DRUMS, 2, _hyper(_DRUMS, 2), free_bits=48.0, own=0.3),
    "mel-16bar-flat": Config(
        _MELODY, 16, _hyper(_MELODY, 16, encoder_units=16, step_codes=False), hop=2, beta=0.05, free_bits=256.0, batch=32
    ),
    "mel-16bar-hier": Config(
        _MELODY, 16, _hyper(_MELODY, 16, **_BARWISE), hop=2, beta_steps=1, batch=32, rate=1e-3, bars_first=BarStage(32, 900)
    ),
    "trio-16bar-hier": Config(
        _TRIO,
        16,
        _hyper(_TRIO, 16, **_BARWISE | _LIGHTER),
        hop=2,
        beta=0.1,
        beta_steps=1,
        batch=24,
        rate=1e-3,
        bars_first=BarStage(96, 900, beta=0.1),
    ),
}


def beta_at(config: Config, step: int) -> float:
    """The weight of the KL term: rising to `beta`, 90 % of it after `beta_steps` steps."""
    return config.beta * (1 - math.exp(-math.log(10) * step / config.beta_steps))


def kl_of(mean: Tensor, deviation: Tensor) -> Tensor:
    """KL of each dimension's posterior from the unit Gaussian, in nats, [window, latent]."""
    variance = deviation.square()
    return 0.5 * (mean.square() + variance - 1 - variance.log())


class LatentTask:
    """Reconstruct windows from their codes; checked by the same loss at full weight on validation windows."""

    def __init__(self, config: Config, train: Windows, valid: Windows, fast: torch.dtype, check_windows: int = 2048) -> None:
        self._config, self._train, self._fast = config, train, fast
        rng = np.random.default_rng(0)
        chosen = rng.choice(len(valid), min(len(valid), check_windows), replace=False)
        self._valid = valid[np.sort(chosen)]
        self._step = 0

    def begin_step(self, step: int) -> None:
        self._step = step

    def loss(self, network: nn.Module, rng: np.random.Generator) -> Tensor:
        config = self._config
        at = np.sort(rng.integers(0, len(self._train), config.batch))
        shifts = rng.integers(-MOST_SHIFT, MOST_SHIFT + 1, config.batch)
        windows = torch.from_numpy(transposed(self._train[at], config.parts, shifts).astype(np.int64))
        device = next(network.parameters()).device
        windows = windows.to(device)
        noise = torch.randn(config.batch, config.hyper["latent"], device=device)
        shown = (torch.rand(windows.shape, device=device) >= _hidden_shares(config, device)).float()
        own = torch.rand(windows.shape, device=device) < 2 * own_share(config, self._step) if rng.random() < 0.5 else None
        with torch.autocast(device.type, self._fast, enabled=self._fast != torch.float32):
            logits, mean, deviation = network(windows, noise, shown, own if config.own else None)
        errors = reconstruction_loss(logits, windows).mean()
        kl = kl_of(mean, deviation).sum(1)
        spare = config.free_bits * math.log(2)
        loss = errors + beta_at(config, self._step) * torch.clamp(kl - spare, min=0).mean()
        return loss / windows[0].numel()

    def check(self, network: nn.Module) -> float:
        inner = inner_network(network)
        device = next(network.parameters()).device
        generator = torch.Generator().manual_seed(7)
        total = 0.0
        for first in range(0, len(self._valid), 256):
            windows = torch.from_numpy(self._valid[first : first + 256].astype(np.int64)).to(device)
            noise = torch.randn(len(windows), self._config.hyper["latent"], generator=generator).to(device)
            logits, mean, deviation = inner(windows, noise)
            spare = self._config.free_bits * math.log(2)
            kl = torch.clamp(kl_of(mean, deviation).sum(1) - spare, min=0)
            total += float((reconstruction_loss(logits, windows) + self._config.beta * kl).sum())
        return total / self._valid.size


def _hidden_shares(config: Config, device: torch.device) -> Tensor:
    """How much of each window's symbols before is hidden, [window, 1, 1]: nothing, all, or any share between."""
    kind = torch.rand(config.batch, 1, 1, device=device)
    share = torch.rand(config.batch, 1, 1, device=device)
    share = torch.where(kind < config.hidden, torch.ones_like(share), share)
    return torch.where(kind > 1 - config.open, torch.zeros_like(share), share)


def own_share(config: Config, step: int) -> float:
    """Share of a decoder's inputs that are its own guesses at a step: 1 - k / (k + e^(t/k)), scaled to `own`."""
    if not config.own:
        return 0.0
    rate = config.own_rate
    return float(config.own * (1 - rate / (rate + math.exp(min(50.0, step / rate)))))


def reconstruction_loss(logits: list[Tensor], windows: Tensor) -> Tensor:
    """Cross-entropy summed over steps and parts, in nats, [window]."""
    total = torch.zeros(len(windows), device=windows.device)
    for at, each in enumerate(logits):
        target = windows[:, :, at].reshape(-1)
        losses = functional.cross_entropy(each.float().flatten(0, 1), target, reduction="none")
        total = total + losses.reshape(len(windows), -1).sum(1)
    return total


def inner_network(network: nn.Module) -> nn.Module:
    """The network inside a wrapper of torch.distributed."""
    inner = getattr(network, "module", network)
    assert isinstance(inner, nn.Module)
    return inner


def new_network(hyper: Mapping[str, Any], seed: int) -> MusicVae:
    """Fresh weights that depend on the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MusicVae(hyper)

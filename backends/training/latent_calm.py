"""Decoders for the pad: they hear nothing, and what they say changes evenly from place to place.

The decoders that a network learnt with say the right thing at the places of real phrases; between them a short way often
changes several notes at once. So copies of them are trained further, on pads with four training windows at the corners:
neighbouring places are to share as much as they can, while the corners stay what they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from backends.devices import fast_format
from backends.networks.music_vae import MusicVae
from backends.networks.phrase_model import deaf
from backends.representations.melody import FIRST_PITCH
from backends.training.latent import MOST_SHIFT, reconstruction_loss
from backends.training.latent_windows import Windows, transposed


@dataclass(frozen=True, slots=True)
class Calming:
    """How it is done. `change`: weight of what differs over a short way; `phrases`: of the corners' own phrases; `density`: of
    how far the number of onsets is from that between the corners'. `noise`: of the posterior's deviation, around the codes
    of the phrases."""

    steps: int = 500
    change: float = 10.0
    phrases: float = 1.0
    density: float = 0.0
    noise: float = 0.5
    rate: float = 1.5e-3


CALMINGS: Mapping[str, Calming] = {"drums-2bar": Calming()}
"""For which configurations it is done. Not for melodies: their sliders then move other attributes by over half a deviation
(benchmarks/RESULTS.md has the figures of Calming(900, 12.0, 2.0, 1.0, rate=1.2e-3))."""
POWER = 1.5
"""Above 1: one large change counts more than many small ones."""
WAY = 0.05
"""How far apart the places are, in sides of the pad."""
WINDOWS, PADS, CODED = 96, 96, 64
WARM = 30


def calm_decoders(network: MusicVae, train: Windows, calming: Calming, seed: int, beat: Callable[[int, str], None]) -> None:
    """Give the network calm decoders; it keeps all else. `beat(step, told)` at each step."""
    device = next(network.parameters()).device
    calm = deaf(network).requires_grad_(False)
    weights = [weight for name, weight in calm.decoders.named_parameters() if "symbols" not in name]
    for weight in weights:
        weight.requires_grad_(True)
    optimiser = torch.optim.Adam(weights, lr=calming.rate, betas=(0.9, 0.98))
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    for step in range(calming.steps):
        falling = 0.525 + 0.475 * math.cos(math.pi * step / calming.steps)
        optimiser.param_groups[0]["lr"] = calming.rate * min(1.0, (step + 1) / WARM) * falling
        at = np.sort(rng.integers(0, len(train), WINDOWS))
        shifts = rng.integers(-MOST_SHIFT, MOST_SHIFT + 1, WINDOWS)
        windows = torch.from_numpy(transposed(train[at], network.shape.parts, shifts).astype(np.int64)).to(device)
        corners = torch.from_numpy(np.stack([rng.permutation(WINDOWS)[:4] for _ in range(PADS)])).to(device)
        loss, told = _loss(calm, windows, corners, calming, generator)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        beat(step, told)
    network.calm = calm.decoders.requires_grad_(False)
    network.hyper["calm_steps"] = calming.steps


def _loss(calm: MusicVae, windows: Tensor, corners: Tensor, calming: Calming, generator: torch.Generator) -> tuple[Tensor, str]:
    """Of pads with these windows at their corners [pad, 4], and what there is to say about it."""
    parts, units = calm.shape.parts, calm.shape.units
    fast = fast_format(windows.device)
    with torch.autocast(windows.device.type, fast, enabled=fast != torch.float32):
        with torch.no_grad():
            mean, deviation = calm.encoder(windows)
        one, other, shares = _two_places(mean[corners], generator)
        noise = torch.randn(CODED, mean.shape[1], generator=generator).to(mean)
        coded = mean[:CODED] + calming.noise * deviation[:CODED] * noise
        logits = [each.float() for each in _heard_by_none(calm, torch.cat([one, other, coded]))]
    pads = [each[: 2 * len(corners) * units] for each in logits]
    errors = reconstruction_loss([each[len(pads[0]) :] for each in logits], windows[:CODED]).mean() / windows[0].numel()
    starts = (windows >= torch.tensor([_first_onset(name) for name in parts], device=windows.device)).sum((1, 2)).float()
    wanted = (shares * starts[corners]).sum(1).clamp(min=1)
    changed, onsets = _changed(pads, parts, len(wanted), units)
    loss = calming.phrases * errors + calming.change * changed.clamp(min=1e-4).pow(POWER).mean()
    loss = loss + calming.density * ((onsets - wanted) / wanted).square().mean()
    return loss, (
        f"{float(changed.detach().mean()):.3f} of the onsets change, phrases {float(errors.detach()):.3f}, "
        f"onsets {float((onsets.detach() / wanted).mean()):.2f} of the corners'"
    )


def _two_places(corners: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Points [pad, latent] of two places a short way apart on each pad, and the corners' shares of the first, [pad, 4];
    `corners` [pad, 4, latent]."""
    one = torch.rand(len(corners), 2, generator=generator)
    angle = 2 * math.pi * torch.rand(len(corners), generator=generator)
    other = (one + WAY * torch.stack([angle.cos(), angle.sin()], 1)).clamp(0, 1)
    shares = _shares(one.to(corners))
    return _mixed(corners, shares), _mixed(corners, _shares(other.to(corners))), shares


def _shares(places: Tensor) -> Tensor:
    x, y = places.T
    return torch.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], dim=1)


def _mixed(corners: Tensor, shares: Tensor) -> Tensor:
    """Nearly what the pad makes of a place (studio/generation/sphere.py): mean direction, mean length."""
    lengths = corners.norm(dim=2, keepdim=True)
    direction = (shares[..., None] * corners / lengths).sum(1)
    found: Tensor = direction / direction.norm(dim=1, keepdim=True) * (shares[..., None] * lengths).sum(1)
    return found


def _heard_by_none(network: MusicVae, points: Tensor) -> list[Tensor]:
    shape = network.shape
    nothing = torch.zeros(len(points), shape.steps, len(shape.parts), dtype=torch.int64, device=points.device)
    return network.logits(points, nothing, nothing.to(points))


def _first_onset(part: str) -> int:
    return 1 if part == "drums" else FIRST_PITCH


def _changed(logits: list[Tensor], parts: tuple[str, ...], pads: int, units: int) -> tuple[Tensor, Tensor]:
    """Expected share of the onsets that differ between the places of the first half of the rows and those of the second,
    and how many onsets the first have, [pad] each."""
    same, ours, most = (torch.zeros(pads, device=logits[0].device) for _ in range(3))
    for each, name in zip(logits, parts, strict=True):
        one, other = torch.softmax(each, -1)[:, :, _first_onset(name) :].chunk(2)
        mine, theirs = (half.sum((1, 2)).reshape(-1, units).sum(1) for half in (one, other))
        same = same + torch.minimum(one, other).sum((1, 2)).reshape(-1, units).sum(1)
        ours, most = ours + mine, most + torch.maximum(mine, theirs)
    return 1 - same / most.clamp(min=1), ours

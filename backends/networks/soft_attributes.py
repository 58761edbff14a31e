"""Attributes of a phrase as smooth functions of a decoder's probabilities, so that moves can be learnt through it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from backends.representations.drum_voices import hits_of
from backends.representations.melody import FIRST_PITCH

SPAN = 32
"""Attributes are taken over two bars at a time and averaged."""
METRE = np.array([0, -4, -3, -4, -2, -4, -3, -4, -1, -4, -3, -4, -2, -4, -3, -4], float)
"""How strong each sixteenth of a bar is (Longuet-Higgins and Lee 1984)."""
REACH = 8
"""Steps over which a note can be heard as held over a stronger place."""
BRIGHT = (2, 3, 7, 8)
SOFTNESS = 2.0


def probabilities(network: Any, points: Tensor) -> Tensor:
    """What the first part's decoder of a MusicVae makes of the code alone, [point, step, class], softened: the certain
    symbols of a trained network would not tell which way to go."""
    shape = network.shape
    windows = torch.zeros(len(points), shape.steps, len(shape.parts), dtype=torch.int64, device=points.device)
    hidden = torch.zeros(windows.shape, device=points.device)
    codes = network.codes(points)
    steps = windows[:, :, 0].reshape(len(codes), shape.unit_steps)
    logits = network.decoders[0](codes, steps, hidden[:, :, 0].reshape(steps.shape))
    return torch.softmax(logits.float() / SOFTNESS, -1).reshape(len(points), shape.steps, -1)


def soft_attributes(chances: Tensor, is_drums: bool) -> Tensor:
    """The attributes of latent_fit, expected under these probabilities [phrase, step, class]: [phrase, attribute]."""
    pieces = chances.reshape(-1, min(SPAN, chances.shape[1]), chances.shape[2])
    found = _drums(pieces) if is_drums else _melody(pieces)
    return found.reshape(len(chances), -1, found.shape[1]).mean(1)


def _melody(chances: Tensor) -> Tensor:
    starts = chances[:, :, FIRST_PITCH:].sum(-1)
    pitches = torch.arange(chances.shape[2] - FIRST_PITCH, device=chances.device, dtype=chances.dtype)
    sums = chances[:, :, FIRST_PITCH:] @ pitches
    middle = sums.sum(1, keepdim=True) / (starts.sum(1, keepdim=True) + 1e-4)
    heights = (sums - starts * middle) / (starts + 1e-4)
    silent = torch.log1p(-starts.clamp(max=0.999)).cumsum(1)
    # Chance that the next note after the one at step s is that at step t.
    gap = (silent[:, None, :] - silent[:, :, None]).roll(1, dims=2)
    later = torch.ones_like(gap[0]).triu(1)
    pairs = starts[:, :, None] * starts[:, None, :] * torch.exp(gap.clamp(max=0)) * later
    leaps = (heights[:, :, None] - heights[:, None, :]).abs()
    interval = (pairs * leaps).sum((1, 2)) / (pairs.sum((1, 2)) + 1e-3)
    there = 4 * torch.log(starts + 1e-6)
    highest = (torch.softmax(heights + there, 1) * heights).sum(1)
    lowest = (torch.softmax(-heights + there, 1) * heights).sum(1)
    syncopation = _held_over(starts) / (starts.sum(1) + 1e-3)
    density = starts.sum(1) * 16 / chances.shape[1]
    return torch.stack([density, interval, highest - lowest, syncopation], dim=1)


def _drums(chances: Tensor) -> Tensor:
    voices: NDArray[np.uint8] = hits_of(np.arange(chances.shape[2]))
    hits = chances @ torch.from_numpy(voices).to(chances)
    accents = chances @ torch.from_numpy(voices[:, :2].any(1).astype(np.float32)).to(chances)
    total = hits.sum((1, 2))
    bright = hits[:, :, list(BRIGHT)].sum((1, 2))
    syncopation = _held_over(accents) / (accents.sum(1) + 1e-3)
    return torch.stack([total * 16 / chances.shape[1], bright / (total + 1e-3), syncopation], dim=1)


def _held_over(starts: Tensor) -> Tensor:
    """Expected weight of the strong places that notes from weaker ones are held over, [phrase]."""
    steps = starts.shape[1]
    metre = np.tile(METRE, steps // 16)
    ahead = np.arange(steps)[:, None] + np.arange(1, REACH + 1)
    weights = np.where(ahead < steps, metre[ahead.clip(max=steps - 1)] - metre[:, None], 0.0).clip(min=0)
    gain = torch.from_numpy(weights).to(starts)
    silent = functional.pad(torch.log1p(-starts.clamp(max=0.999)), (0, REACH))
    held = torch.exp(silent.unfold(1, REACH, 1)[:, 1:].cumsum(-1))
    found: Tensor = (starts * (held * gain).amax(-1)).sum(1)
    return found

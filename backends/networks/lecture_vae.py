"""The lecture's autoencoders of one drum bar: two numbers in the middle, dense or recurrent, with deviations or without."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from backends.representations.drums import VOICE_COUNT
from studio.generation.lecture import STEPS_IN_BAR

CELLS = STEPS_IN_BAR * VOICE_COUNT
DIMENSIONS = 2
SHAPES = ("dense", "recurrent")
HIDDEN: Mapping[str, int] = {"dense": 64, "recurrent": 64}
NARROWEST, WIDEST = -8.0, 3.0
"""Between these the logarithm of a deviation is kept: outside, its gradient would run away."""


class LectureVae(nn.Module):
    """An autoencoder, or a variational one: then it also has a head for deviations.

    Bars are hits [bar, step, voice]; places are [bar, 2]; answers are log odds [bar, step, voice]. No part of an answer is
    fed back into the decoder, so that all of a bar has to come through the two numbers.
    """

    def __init__(self, shape: str, *, variational: bool, hidden: int = 0) -> None:
        super().__init__()
        width = hidden or HIDDEN[shape]
        self.variational = variational
        self.reader: nn.Module = DenseReader(width) if shape == "dense" else RecurrentReader(width)
        self.writer: nn.Module = DenseWriter(width) if shape == "dense" else RecurrentWriter(width)
        self.mean = nn.Linear(width, DIMENSIONS)
        self.log_deviation = nn.Linear(width, DIMENSIONS) if variational else None

    def encode(self, hits: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation of each bar's place; deviation 0 without the head."""
        found = self.reader(hits)
        mean: Tensor = self.mean(found)
        if self.log_deviation is None:
            return mean, torch.zeros_like(mean)
        return mean, self.log_deviation(found).clamp(NARROWEST, WIDEST).exp()

    def decode(self, places: Tensor) -> Tensor:
        logits: Tensor = self.writer(places)
        return logits


class DenseReader(nn.Module):
    """All 144 cells at once."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(CELLS, 2 * width), nn.ReLU(), nn.Linear(2 * width, width), nn.ReLU())

    def forward(self, hits: Tensor) -> Tensor:
        found: Tensor = self.layers(hits)
        return found


class DenseWriter(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(DIMENSIONS, width), nn.ReLU(), nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, CELLS)
        )

    def forward(self, places: Tensor) -> Tensor:
        logits: Tensor = self.layers(places)
        return logits.view(-1, STEPS_IN_BAR, VOICE_COUNT)


class RecurrentReader(nn.Module):
    """Sixteenth by sixteenth; what the cell holds at the end is all that is known of the bar."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.cells = nn.GRU(VOICE_COUNT, width, batch_first=True)

    def forward(self, hits: Tensor) -> Tensor:
        _, last = self.cells(hits)
        found: Tensor = last[0]
        return found


class RecurrentWriter(nn.Module):
    """At each step the cell sees the place in the space and the place in the bar."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.spread = nn.Sequential(nn.Linear(DIMENSIONS, width), nn.Tanh())
        self.begin = nn.Linear(width, width)
        self.cells = nn.GRU(width + _clock().shape[1], width, batch_first=True)
        self.answer = nn.Linear(width, VOICE_COUNT)
        self.register_buffer("clock", _clock(), persistent=False)

    def forward(self, places: Tensor) -> Tensor:
        wide = self.spread(places)
        clock = self.get_buffer("clock")[None].expand(len(wide), -1, -1)
        seen = torch.cat([wide[:, None].expand(-1, STEPS_IN_BAR, -1), clock], dim=-1)
        found, _ = self.cells(seen, torch.tanh(self.begin(wide))[None].contiguous())
        logits: Tensor = self.answer(found)
        return logits


def _clock() -> Tensor:
    """Where a step is in bar, half, quarter and eighth: [step, 4] of -1 and 1."""
    steps = torch.arange(STEPS_IN_BAR)
    return torch.stack([2.0 * ((steps >> bit) & 1) - 1 for bit in range(4)], dim=1)

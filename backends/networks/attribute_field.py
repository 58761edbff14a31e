"""AttributePush: how to move a point so that one attribute of its phrase changes and the others stay."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WIDTH = 192


class AttributePush(nn.Module):
    """A small network from a point and slider amounts to a move, fitted after training through the decoder itself
    (backends/training/latent_fit.py). A linear direction serves for note density; attributes such as the pitch range, which
    grow outwards in many directions, have no single one, so the move depends on the point."""

    centre: Tensor
    scale: Tensor
    gain: Tensor

    def __init__(self, latent: int, count: int) -> None:
        super().__init__()
        self.count = count
        self.into, self.amount = nn.Linear(latent, WIDTH), nn.Linear(max(1, count), WIDTH, bias=False)
        self.middle, self.out = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, latent, bias=False)
        self.register_buffer("centre", torch.zeros(latent))
        self.register_buffer("scale", torch.ones(latent))
        self.register_buffer("gain", torch.ones(max(1, count)))

    def forward(self, points: Tensor, amounts: Tensor) -> Tensor:
        """Points [point, latent] moved by amounts [point, attribute] in deviations of real music; 0 moves nothing."""
        place = self.into((points - self.centre) / self.scale)
        pushed = torch.relu(self.middle(torch.relu(place + self.amount(amounts * self.gain))))
        still = torch.relu(self.middle(torch.relu(place)))
        moved: Tensor = points + self.out(pushed - still) * self.scale
        return moved

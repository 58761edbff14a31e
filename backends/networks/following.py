"""Where windows lie whose first half is known: a Gaussian around a place that depends on that half."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Following(nn.Module):
    """Fitted after training to windows of real music (backends/training/latent_follow.py): the place of a window as a linear
    function of the place of its first half followed by itself, and how far real windows lie from there."""

    weight: Tensor
    offset: Tensor
    factor: Tensor

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.eye(latent))
        self.register_buffer("offset", torch.zeros(latent))
        self.register_buffer("factor", torch.eye(latent))

    def points(self, itself: Tensor, count: int, generator: torch.Generator) -> Tensor:
        """So many places of windows that begin with a half, [point, latent]; `itself` [latent]: of that half twice."""
        noise = torch.randn(count, len(itself), generator=generator).to(itself)
        found: Tensor = itself @ self.weight + self.offset + noise @ self.factor.T
        return found

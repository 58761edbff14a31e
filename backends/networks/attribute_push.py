"""Moving a point so that one attribute of its phrase changes and the others stay, through the decoder itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.soft_attributes import probabilities, soft_attributes

STEPS = 10
RATE = 0.5
FADING = (0.8, 0.95)
"""Of the two moments of Adam: short, for so few steps."""
NEARNESS = 0.001
"""What a move costs against a deviation missed."""


class AttributeScale(nn.Module):
    """How far attributes spread in real music, measured after training: what a slider's one deviation is."""

    deviation: Tensor
    gain: Tensor
    spread: Tensor

    def __init__(self, latent: int, count: int) -> None:
        super().__init__()
        self.count = count
        self.register_buffer("deviation", torch.ones(max(1, count)))
        self.register_buffer("gain", torch.ones(max(1, count)))
        self.register_buffer("spread", torch.ones(latent))


def pushed(network: Any, points: Tensor, amounts: Tensor, beat: Callable[[], None] = lambda: None) -> Tensor:
    """Of a MusicVae: points [point, latent] near the given ones whose attributes differ by `amounts` [attribute] deviations.

    A few steps down the gradient of how far the expected attributes, as the code alone tells them, are from those asked
    for. The direction so depends on the phrase: to widen its range it moves the notes that are its highest and lowest.
    """
    scale: AttributeScale = network.attributes
    if not scale.count or not bool((amounts != 0).any()):
        return points
    is_drums = network.shape.parts[0] == "drums"
    with torch.inference_mode(False), torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        start, wanted = points.clone(), (amounts * scale.gain).clone()

        def attributes(at: Tensor) -> Tensor:
            return soft_attributes(probabilities(network, at), is_drums) / scale.deviation

        goal = attributes(start).detach() + wanted
        move = torch.zeros_like(start)
        first, second = torch.zeros_like(start), torch.zeros_like(start)
        for step in range(1, STEPS + 1):
            beat()
            move = move.detach().requires_grad_(True)
            missed = functional.huber_loss(attributes(start + move * scale.spread), goal, reduction="sum")
            (slope,) = torch.autograd.grad(missed + NEARNESS * move.square().sum(), move)
            first = FADING[0] * first + (1 - FADING[0]) * slope
            second = FADING[1] * second + (1 - FADING[1]) * slope.square()
            even = first / (1 - FADING[0] ** step), second / (1 - FADING[1] ** step)
            move = move.detach() - RATE * even[0] / (even[1].sqrt() + 1e-8)
        return (start + move * scale.spread).detach()

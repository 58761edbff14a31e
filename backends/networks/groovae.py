"""GrooVAE's two networks over two bars of drums: one from window to window, and the one with a bottleneck.

Both answer for each step and voice with the chance of a hit, and with distributions of velocity and offset over fixed bins,
so that what is drawn can be as wide as what drummers play. Axes: window, step, voice, bin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from backends.representations.drums import BAR_STEPS, VOICE_COUNT, WINDOW_STEPS
from backends.representations.groove_tasks import OFFSET_BINS, SEEN, VELOCITY_BINS
from studio.generation.plain_json import Fields

REACHES = (1, 2, 4, 8, 16, 1, 4, 8)
"""How many steps on either side each layer looks: sixteenths, eighths, quarters, halves, and the other bar."""

SKETCH = 16
"""Channels a step has beside the bottleneck, on its way in and out."""

MIXTURE = 16
"""Normal distributions that the prior is made of."""


class Answer(NamedTuple):
    """Logits of each cell: hits [window, step, voice]; velocities and offsets [window, step, voice, bin]."""

    hits: Tensor
    velocities: Tensor
    offsets: Tensor


class Heads(nn.Module):
    """From a hidden vector a step to the three answers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hits = nn.Linear(width, VOICE_COUNT)
        self.velocities = nn.Linear(width, VOICE_COUNT * VELOCITY_BINS)
        self.offsets = nn.Linear(width, VOICE_COUNT * OFFSET_BINS)

    def forward(self, hidden: Tensor) -> Answer:
        shape = hidden.shape[:2]
        velocities = self.velocities(hidden).view(*shape, VOICE_COUNT, VELOCITY_BINS)
        return Answer(self.hits(hidden), velocities, self.offsets(hidden).view(*shape, VOICE_COUNT, OFFSET_BINS))


class Round(nn.Module):
    """Residual convolutions along the steps, the window closed to a ring: what follows its end is its beginning, as in a
    loop. The same sixteenth of either bar is told by the same numbers, so that a bar means the same in both places."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.randn(BAR_STEPS, width) * 0.1)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, width, 3, padding=reach, dilation=reach, padding_mode="circular") for reach in REACHES
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in REACHES)
        self.whole = nn.Linear(width, width)
        self.last = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor) -> Tensor:
        """[window, step, channel], the same out."""
        hidden = hidden + self.places.repeat(hidden.shape[1] // BAR_STEPS, 1)
        for at, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            read = torch.relu(layer(norm(hidden).transpose(1, 2)).transpose(1, 2))
            hidden = hidden + self.dropout(read)
            if at == len(REACHES) // 2:
                hidden = hidden + self.whole(torch.relu(hidden).mean(1, keepdim=True))
        found: Tensor = self.dropout(self.last(hidden))
        return found


class GrooveSeq2Seq(nn.Module):
    """From a window to a window, all steps at once; the same answer every time."""

    def __init__(self, hyper: Mapping[str, Any]) -> None:
        super().__init__()
        fields = Fields(hyper, "hyper")
        cells = fields.whole("cells", 1, 2048)
        self.hyper = dict(hyper)
        self.enter = nn.Linear(SEEN, cells)
        self.body = Round(cells, fields.number("dropout", 0, 0.95, 0.3))
        self.heads = Heads(cells)

    def forward(self, seen: Tensor) -> Answer:
        """`seen` [window, step, SEEN]."""
        answer: Answer = self.heads(self.body(self.enter(seen)))
        return answer


class GrooveVib(nn.Module):
    """The window through a bottleneck: to a normal distribution of z, z to drums.

    Hits can be held: then they are shown to the decoder step by step, and z carries how they are played. Samples come from
    a mixture of normal distributions that is fitted to the codes of the training windows.
    """

    prior_shares: Tensor
    prior_means: Tensor
    prior_factors: Tensor

    def __init__(self, hyper: Mapping[str, Any]) -> None:
        super().__init__()
        fields = Fields(hyper, "hyper")
        cells, wide = fields.whole("cells", 1, 2048), fields.whole("decoder_cells", 1, 2048)
        self.dimensions = fields.whole("z", 1, 1024)
        dropout = fields.number("dropout", 0, 0.95, 0.3)
        self.hyper = dict(hyper)
        self.enter = nn.Linear(SEEN, cells)
        self.reader = Round(cells, dropout)
        self.sketch = nn.Linear(cells, SKETCH)
        self.mean = nn.Linear(WINDOW_STEPS * SKETCH, self.dimensions)
        self.log_variance = nn.Linear(WINDOW_STEPS * SKETCH, self.dimensions)
        self.opening = nn.Linear(self.dimensions, WINDOW_STEPS * SKETCH)
        self.unfold = nn.Linear(SKETCH, wide)
        self.mood = nn.Linear(self.dimensions, wide)
        self.held = nn.Linear(VOICE_COUNT + 1, wide)
        self.player = Round(wide, dropout)
        self.heads = Heads(wide)
        self.register_buffer("prior_shares", torch.full((MIXTURE,), 1 / MIXTURE))
        self.register_buffer("prior_means", torch.zeros(MIXTURE, self.dimensions))
        self.register_buffer("prior_factors", torch.eye(self.dimensions).repeat(MIXTURE, 1, 1))

    def encode(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of z, each [window, dimension]."""
        sketch = self.sketch(self.reader(self.enter(seen))).flatten(1)
        return self.mean(sketch), self.log_variance(sketch).clamp(-10, 4)

    def decode(self, z: Tensor, hits: Tensor | None = None) -> Answer:
        """Drums of z [window, dimension]; `hits` [window, step, voice + 1] holds them where its last column is 1."""
        hidden = self.unfold(torch.relu(self.opening(z)).view(-1, WINDOW_STEPS, SKETCH)) + self.mood(z)[:, None]
        if hits is not None:
            hidden = hidden + self.held(hits)
        answer: Answer = self.heads(self.player(hidden))
        return answer

    def prior(self, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draws of the prior, [point, dimension]."""
        shares = self.prior_shares.cpu().double().numpy()
        chosen = rng.choice(len(shares), count, p=shares / shares.sum())
        means, factors = (tensor.cpu().float().numpy() for tensor in (self.prior_means, self.prior_factors))
        noise = rng.standard_normal((count, self.dimensions)).astype(np.float32)
        found: NDArray[np.float32] = means[chosen] + np.einsum("nij,nj->ni", factors[chosen], noise)
        return found

    @property
    def code_spread(self) -> Tensor:
        """How far codes lie from their mean in each dimension, [dimension]."""
        mean = (self.prior_shares[:, None] * self.prior_means).sum(0)
        inner = self.prior_factors.square().sum(2) + (self.prior_means - mean).square()
        return (self.prior_shares[:, None] * inner).sum(0).sqrt()

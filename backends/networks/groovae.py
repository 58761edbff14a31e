"""GrooVAE's two networks over two bars of drums: Seq2Seq, step by step and deterministic, and the one with a bottleneck.

Both answer for each step and voice with the chance of a hit, and with distributions of velocity and offset over fixed bins,
so that what is drawn can be as wide as what drummers play. Axes: window, step, voice, bin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from backends.representations.drums import VOICE_COUNT, WINDOW_STEPS
from backends.representations.groove_tasks import OFFSET_BINS, SEEN, VELOCITY_BINS
from studio.generation.plain_json import Fields


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


class GrooveSeq2Seq(nn.Module):
    """A bidirectional LSTM reads the window, a second one answers step by step beside it."""

    def __init__(self, hyper: Mapping[str, Any]) -> None:
        super().__init__()
        fields = Fields(hyper, "hyper")
        cells = fields.whole("cells", 1, 2048)
        self.hyper = dict(hyper)
        self.dropout = nn.Dropout(fields.number("dropout", 0, 0.95, 0.3))
        self.enter = nn.Linear(SEEN, cells)
        self.places = nn.Parameter(torch.randn(WINDOW_STEPS, cells) * 0.1)
        self.encoder = nn.LSTM(cells, cells, batch_first=True, bidirectional=True)
        self.decoder = nn.LSTM(3 * cells, cells, batch_first=True, bidirectional=True)
        self.heads = Heads(2 * cells)

    def forward(self, seen: Tensor) -> Answer:
        """`seen` [window, step, SEEN]."""
        entered = self.dropout(torch.relu(self.enter(seen) + self.places))
        read, _ = self.encoder(entered)
        hidden, _ = self.decoder(torch.cat([self.dropout(read), entered], -1))
        answer: Answer = self.heads(self.dropout(hidden))
        return answer


class GrooveVib(nn.Module):
    """The window through a bottleneck: a bidirectional LSTM to a normal distribution of z, z to drums.

    Hits can be held: then they are shown to the decoder step by step, and z carries how they are played.
    """

    def __init__(self, hyper: Mapping[str, Any]) -> None:
        super().__init__()
        fields = Fields(hyper, "hyper")
        cells, wide = fields.whole("cells", 1, 2048), fields.whole("decoder_cells", 1, 2048)
        self.dimensions = fields.whole("z", 1, 1024)
        self.hyper = dict(hyper)
        self.dropout = nn.Dropout(fields.number("dropout", 0, 0.95, 0.3))
        self.enter = nn.Linear(SEEN, cells)
        self.places = nn.Parameter(torch.randn(WINDOW_STEPS, cells) * 0.1)
        self.encoder = nn.LSTM(cells, cells, batch_first=True, bidirectional=True)
        self.mean = nn.Linear(4 * cells, self.dimensions)
        self.log_variance = nn.Linear(4 * cells, self.dimensions)
        self.opening = nn.Linear(self.dimensions, wide)
        self.held = nn.Linear(VOICE_COUNT + 1, wide)
        self.steps = nn.Parameter(torch.randn(WINDOW_STEPS, wide) * 0.1)
        self.decoder = nn.LSTM(wide, wide, 2, batch_first=True, bidirectional=True, dropout=float(hyper.get("dropout", 0.3)))
        self.heads = Heads(2 * wide)

    def encode(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of z, each [window, dimension]."""
        entered = self.dropout(torch.relu(self.enter(seen) + self.places))
        read, (last, _) = self.encoder(entered)
        summary = self.dropout(torch.cat([last[0], last[1], read.mean(1)], -1))
        return self.mean(summary), self.log_variance(summary).clamp(-10, 4)

    def decode(self, z: Tensor, hits: Tensor | None = None) -> Answer:
        """Drums of z [window, dimension]; `hits` [window, step, voice + 1] holds them where its last column is 1."""
        hidden = self.opening(z)[:, None] + self.steps
        if hits is not None:
            hidden = hidden + self.held(hits)
        read, _ = self.decoder(torch.relu(hidden))
        answer: Answer = self.heads(self.dropout(read))
        return answer

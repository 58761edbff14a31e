"""The network of MelodyRNN: two LSTM layers, with attention over the last steps where the configuration asks for it.

Axes: batch, step, input, label. Built from `hyper` alone (it stands in the card): input_size, label_count, cells,
attention (steps looked back, 0 for none), heads, dropout.

The published attention cell feeds its mix back into the input of the next step, so it cannot be trained over all
steps at once. Here the outputs of the first layer attend to their own last 40 (scaled products, with a learned
preference for each distance), and the mix goes, beside those outputs, into the second layer and into the output
projection: the same reach, the same two places, and no loop through time. The current step counts as one of the 40.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

State = tuple[Tensor, ...]
"""h and c of layer one, h and c of layer two [batch, cells]; with attention also the keys and values of the last
steps [batch, at most attention - 1, cells]. `batched` in hand: index every tensor along its first axis."""


class MelodyLstm(nn.Module):
    """Logits of the labels of the next step. `forward` for whole melodies, `step` for one step of sampling; both agree."""

    def __init__(self, hyper: Mapping[str, Any]) -> None:
        super().__init__()
        self.hyper = dict(hyper)
        inputs, labels, cells = int(hyper["input_size"]), int(hyper["label_count"]), int(hyper["cells"])
        reach = int(hyper.get("attention", 0))
        self.cells, self.reach, self.heads = cells, reach, int(hyper.get("heads", 4))
        mixed = cells if reach else 0
        self.first = nn.LSTM(inputs, cells, batch_first=True)
        self.second = nn.LSTM(cells + mixed, cells, batch_first=True)
        self.output = nn.Linear(cells + mixed, labels)
        self.dropout = nn.Dropout(float(hyper.get("dropout", 0.5)))
        if reach:
            self.query = nn.Linear(cells, cells, bias=False)
            self.key = nn.Linear(cells, cells, bias=False)
            self.value = nn.Linear(cells, cells, bias=False)
            self.distance = nn.Parameter(torch.zeros(self.heads, reach))

    def initial_state(self, batch: int) -> State:
        like = self.output.weight
        zeros = [like.new_zeros(batch, self.cells) for _ in range(4)]
        window = [like.new_zeros(batch, 0, self.cells) for _ in range(2)] if self.reach else []
        return (*zeros, *window)

    def forward(self, features: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Logits [batch, step, label] of features [batch, step, input], and the state after the last step."""
        state = self.initial_state(len(features)) if state is None else state
        h1, c1, h2, c2 = (tensor.unsqueeze(0) for tensor in state[:4])
        low, (h1, c1) = self.first(features, (h1, c1))
        low = self.dropout(low)
        window: State = ()
        if self.reach:
            mix, window = self._mix(low, state[4], state[5])
            high, (h2, c2) = self.second(torch.cat([low, mix], -1), (h2, c2))
            high = torch.cat([self.dropout(high), self.dropout(mix)], -1)
        else:
            high, (h2, c2) = self.second(low, (h2, c2))
            high = self.dropout(high)
        return self.output(high), (h1[0], c1[0], h2[0], c2[0], *window)

    def step(self, features: Tensor, state: State) -> tuple[Tensor, State]:
        """Logits [batch, label] of one step of features [batch, input], and the next state. No dropout."""
        h1, c1 = _cell(self.first, features, state[0], state[1])
        window: State = ()
        if self.reach:
            keys = torch.cat([state[4], self.key(h1).unsqueeze(1)], 1)[:, -self.reach :]
            values = torch.cat([state[5], self.value(h1).unsqueeze(1)], 1)[:, -self.reach :]
            mix = self._attend_once(self.query(h1), keys, values)
            window = (keys[:, 1 - self.reach :], values[:, 1 - self.reach :])
            h2, c2 = _cell(self.second, torch.cat([h1, mix], -1), state[2], state[3])
            return self.output(torch.cat([h2, mix], -1)), (h1, c1, h2, c2, *window)
        h2, c2 = _cell(self.second, h1, state[2], state[3])
        return self.output(h2), (h1, c1, h2, c2)

    def _attend_once(self, query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """The mix of values [batch, window, cells] for one query [batch, cells]; the newest key is the last."""
        batch, window = keys.shape[:2]
        split = (batch, window, self.heads, self.cells // self.heads)
        scores = torch.einsum("bhd,bwhd->bhw", query.view(batch, self.heads, -1), keys.view(split))
        scores = scores * split[3] ** -0.5 + self.distance[:, :window].flip(1)
        mixed = torch.einsum("bhw,bwhd->bhd", scores.softmax(-1), values.view(split))
        return mixed.reshape(batch, self.cells)

    def _mix(self, low: Tensor, old_keys: Tensor, old_values: Tensor) -> tuple[Tensor, State]:
        """The mix at every step of [batch, step, cells], in blocks as long as the window: a band, not a square."""
        batch, steps, cells = low.shape
        reach, heads, size = self.reach, self.heads, cells // self.heads
        keys = torch.cat([old_keys, self.key(low)], 1)
        values = torch.cat([old_values, self.value(low)], 1)
        before = old_keys.shape[1]
        blocks = -(-steps // reach)
        lead, tail = reach - before, blocks * reach - steps

        def windows(tensor: Tensor) -> Tensor:
            padded = functional.pad(tensor, (0, 0, lead, tail)).view(batch, blocks + 1, reach, heads, size)
            return torch.cat([padded[:, :-1], padded[:, 1:]], 2)

        queries = functional.pad(self.query(low), (0, 0, 0, tail)).view(batch, blocks, reach, heads, size)
        scores = torch.einsum("bnqhd,bnkhd->bnhqk", queries, windows(keys)) * size**-0.5
        row = torch.arange(reach, device=low.device)[:, None]
        column = torch.arange(2 * reach, device=low.device)[None, :]
        lag = row + reach - column
        allowed = (lag >= 0) & (lag < reach)
        bias = self.distance[:, lag.clamp(0, reach - 1)]
        # Only the first block can reach before the beginning, into padding.
        real = torch.ones(blocks, 1, 2 * reach, dtype=torch.bool, device=low.device)
        real[0, 0, :lead] = False
        scores = (scores + bias).masked_fill(~(allowed & real).unsqueeze(1), -1e4)
        mixed = torch.einsum("bnhqk,bnkhd->bnqhd", scores.softmax(-1), windows(values))
        mix = mixed.reshape(batch, blocks * reach, cells)[:, :steps]
        return mix, (keys[:, 1 - reach :], values[:, 1 - reach :])


def _cell(layer: nn.LSTM, inputs: Tensor, hidden: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """One step of a one-layer LSTM: torch's layer call costs several times this for a single step."""
    from_input, from_hidden, input_bias, hidden_bias = layer.all_weights[0]
    gates = functional.linear(inputs, from_input, input_bias) + functional.linear(hidden, from_hidden, hidden_bias)
    enter, keep, fresh, leave = gates.chunk(4, -1)
    memory = keep.sigmoid() * memory + enter.sigmoid() * fresh.tanh()
    return leave.sigmoid() * memory.tanh(), memory

"""Likeliest phrases where nothing is heard of the symbols before: all steps of a layer in one call, in bfloat16.

For processors with tiles (tiles16.py). The compiler of linear8.py reads what is written here.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.linear8 import Fine8
from backends.networks.music_vae import MusicVae, UnitDecoder
from backends.networks.tiles16 import Linear16, Lstm16


class DeafSteps(nn.Module):
    """A unit decoder that hears nothing. Logits are float32: of two alike in sixteen bits the likelier is still told."""

    def __init__(self, decoder: UnitDecoder) -> None:
        super().__init__()
        shape, output = decoder.shape, decoder.output
        self.cells, self.steps, self.code = shape.decoder, shape.unit_steps, shape.step_code
        self.starts = shape.layers * shape.decoder
        head = nn.Linear(1, 1)
        head.weight = _fixed(torch.cat([decoder.start.weight, decoder.code.weight]))
        head.bias = _fixed(torch.cat([decoder.start.bias, decoder.code.bias]))
        # Eight bits are sooner read for one unit, sixteen are sooner multiplied for the sixteen of a long phrase.
        self.head: nn.Module = Fine8(head.weight, head.bias) if shape.units == 1 else Linear16(head, shape.units)
        self.number = torch.float32 if shape.units == 1 else torch.bfloat16
        skipped = [shape.embedding] + [0] * (shape.layers - 1)
        self.layers = nn.ModuleList(Lstm16(decoder.cells, layer, skipped[layer]) for layer in range(shape.layers))
        self.output, self.bias = _fixed(output.weight.T), _fixed(output.bias)

    def forward(self, codes: Tensor) -> Tensor:
        """Logits [step, unit, class] from codes [unit, code]."""
        units, n = codes.size(0), self.cells
        head = self.head(codes.to(self.number))
        first = torch.tanh(head[:, : 2 * self.starts]).to(torch.bfloat16)
        each = functional.gelu(head[:, 2 * self.starts :]).to(torch.bfloat16).reshape(units, -1, self.code).transpose(0, 1)
        each = each.expand(self.steps, units, self.code).contiguous()
        found = each
        for at, layer in enumerate(self.layers):
            hidden, state = first[:, at * n : (at + 1) * n], first[:, self.starts + at * n : self.starts + (at + 1) * n]
            found = layer(found, hidden.unsqueeze(0), state.unsqueeze(0))
        seen = torch.cat([found, each], 2).float().flatten(0, 1)
        return torch.addmm(self.bias, seen, self.output).reshape(self.steps, units, -1)


class Codes16(nn.Module):
    """Codes of units from points, [point * unit, code], by a conductor whose bars are one call."""

    def __init__(self, network: MusicVae) -> None:
        super().__init__()
        assert network.conductor is not None
        start, each = network.conductor_start, network.conductor_input
        both = nn.Linear(1, 1)
        both.weight, both.bias = _fixed(torch.cat([start.weight, each.weight])), _fixed(torch.cat([start.bias, each.bias]))
        self.head, self.bars = Linear16(both, 1), Lstm16(network.conductor)
        self.starts, self.units = network.conductor.hidden_size, network.shape.units

    def forward(self, points: Tensor) -> Tensor:
        count, n = points.size(0), self.starts
        head = self.head(points.to(torch.bfloat16))
        first = torch.tanh(head[:, : 2 * n]).unsqueeze(0)
        each = functional.gelu(head[:, 2 * n :]).reshape(count, self.units, -1)
        outputs = self.bars(each.transpose(0, 1), first[:, :, :n], first[:, :, n:]).transpose(0, 1)
        return torch.cat([outputs, each], 2).flatten(0, 1)


def is_deaf(decoder: UnitDecoder) -> bool:
    return not bool(decoder.symbols.vectors().any())


def _fixed(values: Tensor) -> nn.Parameter:
    return nn.Parameter(values.detach().clone(memory_format=torch.contiguous_format), requires_grad=False)

"""Drawing phrases from points: explicit LSTM cells, every unit of every point in one batch, everything that does not
depend on the step before computed ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from backends.networks.music_vae import MusicVae, UnitDecoder

Choose = Callable[[int, int, Tensor], Tensor]
"""(part, step of the unit, logits [row, class]) -> classes [row]: how the next symbol is taken."""


def likeliest(_part: int, _step: int, logits: Tensor) -> Tensor:
    return logits.argmax(-1)


def sampler(temperature: float, generator: torch.Generator) -> Choose:
    """Draws at a temperature; the same generator state, the same draws."""

    def choose(_part: int, _step: int, logits: Tensor) -> Tensor:
        noise = torch.rand(logits.shape, generator=generator).clamp_(1e-9, 1 - 1e-9)
        return (logits / temperature - torch.log(-torch.log(noise))).argmax(-1)

    return choose


@dataclass(eq=False)
class Cells:
    """The weights of a decoder as one matrix a layer: its input's fixed part is added from outside."""

    symbols: Tensor
    code: list[Tensor]
    matrices: list[Tensor]
    biases: list[Tensor]
    output: Tensor
    output_code: Tensor
    output_bias: Tensor


def cells_of(decoder: UnitDecoder) -> Cells:
    """Symbols are multiplied with the first layer ahead of time: a step only looks its row up."""
    shape, lstm = decoder.shape, decoder.cells
    first = lstm.weight_ih_l0
    symbols = decoder.symbols.vectors() @ first[:, : shape.embedding].T
    matrices, biases = [lstm.weight_hh_l0.T.contiguous()], [lstm.bias_ih_l0 + lstm.bias_hh_l0]
    for layer in range(1, shape.layers):
        into, own = getattr(lstm, f"weight_ih_l{layer}"), getattr(lstm, f"weight_hh_l{layer}")
        matrices.append(torch.cat([into, own], dim=1).T.contiguous())
        biases.append(getattr(lstm, f"bias_ih_l{layer}") + getattr(lstm, f"bias_hh_l{layer}"))
    weight = decoder.output.weight
    return Cells(
        symbols=symbols,
        code=[first[:, shape.embedding :].T.contiguous()],
        matrices=matrices,
        biases=biases,
        output=weight[:, : shape.decoder].T.contiguous(),
        output_code=weight[:, shape.decoder :].T.contiguous(),
        output_bias=decoder.output.bias,
    )


class PhraseDecoder:
    """Points to windows. Made once for a network; holds no state between calls."""

    def __init__(self, network: MusicVae) -> None:
        self.network = network.eval()
        with torch.inference_mode():
            self._cells = [cells_of(decoder) for decoder in _decoders(network.decoders)]

    @torch.inference_mode()
    def draw(self, points: Tensor, choose: Choose, on_step: Callable[[], None] = lambda: None) -> Tensor:
        """Windows [point, step, part] of int64."""
        codes = self.network.codes(points)
        found = [self._part(at, decoder, codes, choose, on_step) for at, decoder in enumerate(_decoders(self.network.decoders))]
        return torch.stack([part.reshape(len(points), -1) for part in found], dim=2)

    def _part(self, at: int, decoder: UnitDecoder, codes: Tensor, choose: Choose, on_step: Callable[[], None]) -> Tensor:
        cells, shape = self._cells[at], decoder.shape
        each = decoder.step_codes(codes)
        ahead = each @ cells.code[0] + cells.biases[0]
        bias = each @ cells.output_code + cells.output_bias
        hidden, state = (list(found) for found in decoder.first_state(codes))
        classes = torch.zeros(len(codes), shape.unit_steps, dtype=torch.int64, device=codes.device)
        for step in range(shape.unit_steps):
            on_step()
            gates = ahead[:, step] + hidden[0] @ cells.matrices[0]
            if step:
                gates = gates + cells.symbols[classes[:, step - 1]]
            hidden[0], state[0] = _cell(gates, state[0])
            for layer in range(1, shape.layers):
                joined = torch.cat([hidden[layer - 1], hidden[layer]], dim=1)
                hidden[layer], state[layer] = _cell(torch.addmm(cells.biases[layer], joined, cells.matrices[layer]), state[layer])
            classes[:, step] = choose(at, step, bias[:, step] + hidden[-1] @ cells.output)
        return classes


def _cell(gates: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    """One LSTM cell from its summed gates, in torch's order: in, forget, new, out."""
    into, forget, new, out = gates.chunk(4, dim=1)
    state = torch.sigmoid(forget) * state + torch.sigmoid(into) * torch.tanh(new)
    return torch.sigmoid(out) * torch.tanh(state), state


def _decoders(modules: nn.ModuleList) -> list[UnitDecoder]:
    return [module for module in modules if isinstance(module, UnitDecoder)]

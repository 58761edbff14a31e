"""A unit's likeliest symbols in one loop, written so that torch can compile it whole (linear8.py says when it can).

The compiler reads the annotations here: they are in its dialect.
"""

from typing import List, Tuple  # noqa: UP035

import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.linear8 import Fine8, Linear8, Linear32, linear8
from backends.networks.music_vae import UnitDecoder


class Steps(nn.Module):
    """A unit decoder with one product a layer and step: a layer's new state gives at once its own gates of the next step
    and what the layer above takes (at the top: the logits). Gates stand in the order in, forget, out, new, so that the
    three sigmoids are one call."""

    def __init__(self, decoder: UnitDecoder) -> None:
        super().__init__()
        shape, lstm, output = decoder.shape, decoder.cells, decoder.output
        self.layers, self.steps, self.has_step_codes = shape.layers, shape.unit_steps, shape.step_codes
        self.cells = cells = shape.decoder
        self.code = shape.step_code
        each = range(shape.layers)
        own = [_regrouped(getattr(lstm, f"weight_hh_l{layer}")) for layer in each]
        into = [_regrouped(getattr(lstm, f"weight_ih_l{layer}")) for layer in each]
        biases = [_regrouped(getattr(lstm, f"bias_ih_l{layer}") + getattr(lstm, f"bias_hh_l{layer}")) for layer in each]

        self.symbols = _fixed(decoder.symbols.vectors() @ into[0][:, : shape.embedding].T)
        self.is_deaf = not bool(self.symbols.any())
        self.output = Linear32(output.weight[:, :cells].detach().contiguous(), torch.zeros(len(output.bias)))
        heard = 0 if self.is_deaf else len(output.bias)
        above, above_bias = [*into[1:], output.weight[:heard, :cells]], [*biases[1:], torch.zeros(heard)]
        nothing = torch.zeros(4 * cells)
        self.joints = nn.ModuleList(
            linear8(torch.cat([own[layer], above[layer]]), torch.cat([nothing, above_bias[layer]])) for layer in each
        )
        self.is_eight_bit = all(isinstance(joint, Linear8) for joint in self.joints)

        # What a code gives: to the gates of a step and to its logits.
        self.code_gates, self.gates_bias = linear8(into[0][:, shape.embedding :]), _fixed(biases[0])
        self.code_logits, self.logits_bias = _fixed(output.weight[:, cells:].T), _fixed(output.bias)
        self.head = Fine8(
            torch.cat([decoder.start.weight, decoder.code.weight]), torch.cat([decoder.start.bias, decoder.code.bias])
        )

    def forward(self, codes: Tensor, penalties: Tensor, taught: Tensor) -> Tuple[Tensor, Tensor]:  # noqa: UP006
        """Classes [step, unit] from codes [unit, code]. `penalties` [step, unit, class], or empty, is added to the logits.
        When `taught` [step, unit] is not empty it holds the symbols of the steps, and the logits [step, unit, class] are
        given too. Without symbols to hear (`is_deaf`) all logits are one product at the end."""
        n, is_apart = self.cells, self.layers > 1 or self.is_deaf
        hidden, state, ahead = self._prepared(codes, penalties)
        given = ahead[:, :, : 4 * n].unbind(0) if is_apart else ahead.unbind(0)
        sums: List[Tensor] = []  # noqa: UP006
        for layer, joint in enumerate(self.joints):
            sums.append(joint(hidden[layer]))
        gates = [each[:, : 4 * n] for each in sums]
        aboves = [each[:, 4 * n :] for each in sums]
        parts = [each[:, : 4 * n].chunk(4, 1) for each in sums]
        sigmoids = [each[:, : 3 * n] for each in sums]
        lowest = gates[0] if is_apart else sums[0]
        lowest.add_(given[0])
        alone, is_taught, top = codes.size(0) == 1, taught.numel() > 0, self.layers - 1
        numbers: List[int] = []  # noqa: UP006
        chosen: List[Tensor] = []  # noqa: UP006
        logits: List[Tensor] = []  # noqa: UP006
        tops: List[Tensor] = []  # noqa: UP006
        for step in range(self.steps):
            for layer, product in enumerate(self.joints):
                if layer > 0:
                    gates[layer].add_(aboves[layer - 1])
                into, forget, out, new = parts[layer]
                torch.sigmoid_(sigmoids[layer])
                torch.tanh_(new)
                state[layer].mul_(forget).addcmul_(into, new)
                torch.tanh(state[layer], out=hidden[layer]).mul_(out)
                sums[layer].copy_(product(hidden[layer]))
            lowest.add_(given[step + 1])
            if self.is_deaf:
                tops.append(hidden[top].clone())
                continue
            if is_apart:
                aboves[top].add_(ahead[step + 1, :, 4 * n :])
            if is_taught:
                logits.append(aboves[top].clone())
                gates[0].add_(self.symbols.index_select(0, taught[step]))
            elif alone:
                number = int(aboves[top].argmax())
                numbers.append(number)
                gates[0].add_(self.symbols.select(0, number))
            else:
                classes = aboves[top].argmax(1)
                chosen.append(classes)
                gates[0].add_(self.symbols.index_select(0, classes))
        if self.is_deaf:
            found = self.output(torch.stack(tops)).add_(ahead[1:, :, 4 * n :])
            return found.argmax(2), found
        if is_taught:
            return taught, torch.stack(logits)
        if alone:
            return torch.tensor(numbers, dtype=torch.int64).unsqueeze(1), taught
        return torch.stack(chosen), taught

    def _prepared(self, codes: Tensor, penalties: Tensor) -> Tuple[List[Tensor], List[Tensor], Tensor]:  # noqa: UP006
        """Hidden and cell states of each layer, [unit, cell], and what is added at each step, [step + 1, unit, all]."""
        units, starts = codes.size(0), 2 * self.layers * self.cells
        head = self.head(codes)
        first = torch.tanh(head[:, :starts]).reshape(units, 2, self.layers, self.cells).permute(1, 2, 0, 3).contiguous()
        each = functional.gelu(head[:, starts:]).reshape(units, -1, self.code).transpose(0, 1)
        each = each.expand(self.steps, units, self.code).reshape(self.steps * units, self.code)
        # Row t holds what is added to the gates of step t and to the logits of step t - 1.
        ahead = torch.empty((self.steps + 1) * units, 4 * self.cells + self.logits_bias.size(0))
        gates, logits = ahead[:, : 4 * self.cells], ahead[:, 4 * self.cells :]
        extreme = each.abs().amax(-1, keepdim=True).clamp(min=1e-6)
        torch.addcmul(self.gates_bias, self.code_gates(each / extreme), extreme, out=gates[:-units])
        torch.addmm(self.logits_bias, each, self.code_logits, out=logits[units:])
        gates[-units:].zero_()
        logits[:units].zero_()
        ahead = ahead.reshape(self.steps + 1, units, -1)
        if penalties.numel() > 0:
            ahead[1:, :, 4 * self.cells :].add_(penalties)
        return list(first[0].unbind(0)), list(first[1].unbind(0)), ahead


class Layer8(nn.Module):
    """A layer of nn.LSTM over steps that are all known, called as it is: one product of eight bits a step, all else ahead."""

    def __init__(self, lstm: nn.LSTM) -> None:
        super().__init__()
        self.cells = lstm.hidden_size
        self.into = _fixed(_regrouped(getattr(lstm, "weight_ih_l0")).T)  # noqa: B009 - typed as tensor or module
        self.bias = _fixed(_regrouped(getattr(lstm, "bias_ih_l0") + getattr(lstm, "bias_hh_l0")))  # noqa: B009
        self.own = linear8(_regrouped(getattr(lstm, "weight_hh_l0")))  # noqa: B009

    def forward(self, inputs: Tensor, first: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:  # noqa: UP006
        """Outputs [row, step, cell] and the last states; inputs [row, step, input], first states [1, row, cell]."""
        n, rows, steps = self.cells, inputs.size(0), inputs.size(1)
        hidden, state = first[0][0], first[1][0].clone()
        ahead = torch.addmm(self.bias, inputs.reshape(rows * steps, -1), self.into).reshape(rows, steps, 4 * n).unbind(1)
        outputs = torch.empty(rows, steps, n)
        for step in range(steps):
            gates = self.own(hidden).add_(ahead[step])
            into, forget, out, new = gates.chunk(4, 1)
            torch.sigmoid_(gates[:, : 3 * n])
            torch.tanh_(new)
            state.mul_(forget).addcmul_(into, new)
            hidden = torch.tanh(state).mul_(out)
            outputs[:, step] = hidden
        return outputs, (hidden.unsqueeze(0), state.unsqueeze(0))


def _fixed(values: Tensor) -> nn.Parameter:
    return nn.Parameter(values.detach().clone(memory_format=torch.contiguous_format), requires_grad=False)


def _regrouped(weight: Tensor) -> Tensor:
    into, forget, new, out = weight.detach().chunk(4, dim=0)
    return torch.cat([into, forget, out, new])

"""Products and whole LSTM layers in bfloat16 on processors that multiply tiles (AMX): weights packed once by oneDNN.

Every step of a layer runs inside one call, so it is for inputs that are all known. A row's result does not depend on the
rows beside it. The operators are torch's own but not of its published interface: this is the one module that names them.
"""

from __future__ import annotations

import functools
from typing import List  # noqa: UP035 - in the compiler's dialect

import torch
from torch import Tensor, nn

_LSTM = 2
"""oneDNN's number of this kind of cell."""


@functools.cache
def has_tiles() -> bool:
    """Whether they are here. Without tiles bfloat16 takes twice as long for one row and six times for many, and eight bits are
    sooner done."""
    try:
        if not torch.cpu._is_amx_tile_supported():
            return False
        with torch.inference_mode():
            found = Lstm16(nn.LSTM(32, 32))(torch.zeros(1, 2, 32, dtype=torch.bfloat16), *torch.zeros(2, 1, 2, 32).bfloat16())
            return tuple(found.shape) == (1, 2, 32) and Linear16(nn.Linear(32, 32))(found[0]).dim() == 2
    except (RuntimeError, AttributeError, TypeError):  # another torch: no such operators, or not these
        return False


class Linear16(nn.Module):
    """nn.Linear from and to bfloat16, summed in float32."""

    def __init__(self, linear: nn.Linear, rows: int = 64) -> None:
        super().__init__()
        with torch.no_grad():
            self.weight = torch.ops.mkldnn._reorder_linear_weight(_half(linear.weight), rows)
            self.bias = _half(linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, "none", [], "")
        return found


class Lstm16(nn.Module):
    """A layer of nn.LSTM: inputs [step, row, in] and first states [1, row, cell] in bfloat16 -> outputs [step, row, cell].
    Sums, and a step's arithmetic, are float32."""

    def __init__(self, lstm: nn.LSTM, layer: int = 0, skipped: int = 0) -> None:
        """Without the first `skipped` numbers of the input, which are nought."""
        super().__init__()
        self.cells, self.kind = lstm.hidden_size, _LSTM
        into, own, bias, more = (getattr(lstm, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        into = _half(into[:, skipped:])
        with torch.no_grad():
            self.into, self.own = torch.ops.mkldnn._reorder_mkldnn_rnn_layer_weight(
                into, _half(own), self.cells, False, True, False, [16, 16, into.shape[1]]
            )
            self.bias, self.no_bias = _half(bias + more), torch.zeros(4 * self.cells, dtype=torch.bfloat16)

    def forward(self, inputs: Tensor, hidden: Tensor, state: Tensor) -> Tensor:
        lengths: List[int] = []  # noqa: UP006
        found: Tensor = torch.mkldnn_rnn_layer(
            inputs.contiguous(), self.into, self.own, self.bias, self.no_bias, hidden.contiguous(), state.contiguous(),
            False, lengths, self.kind, self.cells, 1, True, False, False, False,
        )[0]  # fmt: skip
        return found


def _half(values: Tensor) -> Tensor:
    return values.detach().to(torch.bfloat16).contiguous()

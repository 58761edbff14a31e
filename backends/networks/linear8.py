"""Products with weights of eight bits, and loops compiled by torch: everything used here that torch may one day drop.

torch announces that `torch.jit` and `torch.ao.quantization` will go. This is the one module that touches either; where
they are absent or refuse, `linear8` gives a product in float32 and `compiled` gives back what it was given.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

_LARGEST = 127

Network = TypeVar("Network", bound=nn.Module)


@contextmanager
def _quietly() -> Iterator[None]:
    """torch says at every use that these parts are deprecated: known, and answered by the fallbacks below."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Linear8(nn.Module):
    """x -> x W + b in eight bits, for x within -1..1: its scale is known, so none is sought at every call, and a row's
    product does not depend on the rows beside it."""

    def __init__(self, packed: Any) -> None:
        super().__init__()
        self.packed = packed

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, 1.0 / 127.0, 127, self.packed)
        return found


class Linear32(nn.Module):
    """The same in float32, where this machine has no kernels for eight bits."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.bias = nn.Parameter(bias, requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


def linear8(weight: Tensor, bias: Tensor | None = None) -> Linear8 | Linear32:
    """[row, in] within -1..1 -> [row, out] with this weight [out, in], packed once."""
    weight = weight.detach().float().contiguous()
    bias = torch.zeros(len(weight)) if bias is None else bias.detach().float().contiguous()
    try:
        found = Linear8(_packed(weight, bias)).eval()
        found(torch.zeros(1, weight.shape[1]))
        return found
    except (RuntimeError, AttributeError):  # no kernels, or no such operator in this torch
        return Linear32(weight, bias).eval()


class Fine8(nn.Module):
    """x -> x W + b where everything hangs on the one product: x of any size keeps fifteen bits, for what rounding to eight
    leaves over is a second row of the same product. Each row is scaled by itself alone."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        weight = weight.detach().float()
        # Inputs and outputs share what the eight bits of a weight must span.
        balance = weight.square().mean(0).pow(0.25).clamp(min=1e-6)
        self.product = linear8(weight / balance)
        self.balance = nn.Parameter(balance, requires_grad=False)
        self.bias = nn.Parameter(bias.detach().float().clone(), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        even = x * self.balance
        scale = torch.linalg.vector_norm(even, float("inf"), -1, True).clamp_(min=1e-6).mul_(1.0 / 127.0)
        even.div_(scale)
        whole = even.round()
        # What is left over comes as it is, whole numbers as a 127th.
        found = self.product(torch.cat([even.sub_(whole), whole.mul_(1.0 / 127.0)]))
        lower, upper = found[: len(x)], found[len(x) :]
        return torch.addcmul(self.bias, torch.add(lower, upper, alpha=127.0), scale)


def _packed(weight: Tensor, bias: Tensor) -> Any:
    """The weights in eight bits with a scale for each output, as the kernels want them."""
    with _quietly():
        scales = (weight.abs().amax(1) / _LARGEST).clamp(min=1e-12)
        whole = torch.quantize_per_channel(weight, scales, torch.zeros(len(weight), dtype=torch.int64), 0, torch.qint8)
        return torch.ops.quantized.linear_prepack(whole, bias)


def compiled(module: Network) -> tuple[Network, bool]:
    """The module as a frozen script and True; itself and False where this torch has no scripts or cannot make this one."""
    try:
        with _quietly():
            return cast(Network, torch.jit.freeze(torch.jit.script(module.eval()))), True
    except (RuntimeError, AttributeError, OSError, TypeError):  # OSError: no source text, as in a packed program
        return module, False

"""Products of eight bits and compiled loops: close to float32, row by row, quiet, and optional."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from backends.networks.linear8 import Linear8, Linear32, compiled, linear8


def weights(out: int, into: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(out, into, generator=generator), torch.randn(out, generator=generator)


@settings(max_examples=30, deadline=None)
@given(out=st.integers(1, 70), into=st.integers(1, 70), rows=st.integers(1, 9), seed=st.integers(0, 99))
def test_a_product_is_as_near_as_eight_bits_allow(out: int, into: int, rows: int, seed: int) -> None:
    weight, bias = weights(out, into, seed)
    x = torch.rand(rows, into, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    found, exact = linear8(weight, bias)(x), x @ weight.T + bias
    # Half a step of the input against the weights, and half a step of each weight against the input.
    bound = weight.abs().sum(1) / 254 + weight.abs().amax(1) / 254 * x.abs().sum(1, keepdim=True) * 1.01 + 1e-4
    assert bool(((found - exact).abs() <= bound).all())


def test_a_row_does_not_depend_on_the_rows_beside_it() -> None:
    product = linear8(*weights(64, 48))
    x = torch.rand(7, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1
    assert torch.equal(product(x)[3:4], product(x[3:4]))


def test_weights_of_nought_give_the_bias() -> None:
    assert torch.allclose(
        linear8(torch.zeros(3, 4), torch.tensor([1.0, -2.0, 0.5]))(torch.ones(1, 4)), torch.tensor([[1.0, -2, 0.5]])
    )


def test_the_product_in_float32_is_the_same_function() -> None:
    weight, bias = weights(5, 6)
    x = torch.rand(2, 6)
    assert torch.allclose(Linear32(weight, bias)(x), x @ weight.T + bias, atol=1e-6)


@pytest.mark.skipif(not torch.backends.quantized.supported_engines, reason="this torch has no kernels for eight bits")
def test_eight_bits_are_used_where_there_are_kernels() -> None:
    assert isinstance(linear8(*weights(4, 4)), Linear8 | Linear32)
    if "fbgemm" in torch.backends.quantized.supported_engines:
        assert isinstance(linear8(*weights(4, 4)), Linear8)


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.product = linear8(*weights(8, 8))

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(2):
            x = torch.tanh(self.product(x))
        return x


class Unscriptable(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.from_numpy(np.flip(x.numpy()).copy())


def test_a_compiled_module_gives_what_it_gave_before() -> None:
    module = Twice().eval()
    found, is_compiled = compiled(module)
    assert is_compiled
    x = torch.rand(3, 8)
    with torch.inference_mode():
        assert torch.equal(found(x), module(x))


def test_what_cannot_be_compiled_runs_as_it_is() -> None:
    module = Unscriptable().eval()
    found, is_compiled = compiled(module)
    assert found is module
    assert not is_compiled
    assert found(torch.tensor([1.0, 2.0])).tolist() == [2.0, 1.0]

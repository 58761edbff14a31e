"""Devices: what is there is used, what is not is refused with what there is."""

from __future__ import annotations

import pytest
import torch

from backends.devices import chosen_device, described, fast_format
from studio.errors import UnsupportedRequest


def test_the_processor_is_always_there() -> None:
    assert chosen_device("cpu").type == "cpu"
    assert chosen_device().type in ("cpu", "cuda", "mps")
    assert described()


def test_an_absent_device_is_refused_with_a_choice() -> None:
    with pytest.raises(UnsupportedRequest, match=r"Choose one of: .*cpu"):
        chosen_device("abacus")


def test_the_fast_format_is_one_that_this_processor_multiplies() -> None:
    kind = fast_format(torch.device("cpu"))
    square = torch.ones(4, 4, dtype=kind)
    assert (square @ square)[0, 0] == 4

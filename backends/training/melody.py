"""Training MelodyRNN: the four configurations, their batches, and what is measured of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.melody_lstm import MelodyLstm
from backends.representations.melody import MelodyCodec
from backends.representations.melody_coders import MelodyCoder, encode_batch
from backends.training.corpus import Melody
from backends.training.evaluate import measure
from backends.training.order import Size

CONFIGS = ("basic", "lookback", "attention", "mono")
FROM_START = 1 / 8
"""Share of training windows that begin with the melody itself rather than at any of its bars."""


def codec_for(config: str) -> MelodyCodec:
    return MelodyCodec(0, 128, transposes=False) if config == "mono" else MelodyCodec()


def coder_for(config: str, codec: MelodyCodec) -> MelodyCoder:
    return MelodyCoder(config, codec.class_count, codec.low)


def hyper_for(config: str, coder: MelodyCoder, size: Size) -> dict[str, Any]:
    """What the network is built from; stands in the card."""
    return {
        "config": config,
        "input_size": coder.input_size,
        "label_count": coder.label_count,
        "cells": size.cells,
        "attention": 40 if config == "attention" else 0,
        "heads": 4,
        "dropout": size.dropout,
    }


class MelodyTask:
    """Next-label prediction over random windows of the training melodies; checked on whole validation melodies."""

    def __init__(
        self, coder: MelodyCoder, train: Sequence[Melody], valid: Sequence[Melody], size: Size, fast: torch.dtype
    ) -> None:
        self._coder, self._train, self._valid, self._size, self._fast = coder, train, valid, size, fast
        lengths = np.array([len(melody.events) for melody in train], float)
        self._chances = lengths / lengths.sum()

    def loss(self, network: nn.Module, rng: np.random.Generator) -> Tensor:
        window = self._size.window
        pieces, bars = [], []
        for index in rng.choice(len(self._train), self._size.batch, p=self._chances):
            melody = self._train[index]
            free_bars = max(0, len(melody.events) - window) // melody.bar
            from_start = rng.random() < FROM_START
            first = 0 if from_start else int(rng.integers(0, free_bars + 1)) * melody.bar
            pieces.append(melody.events[first : first + window])
            bars.append(melody.bar)
        encoded = encode_batch(self._coder, pieces, bars)
        device = next(network.parameters()).device
        with torch.autocast(device.type, self._fast, enabled=self._fast != torch.float32):
            logits, _ = network(torch.from_numpy(encoded.inputs).to(device, torch.float32))
        losses = functional.cross_entropy(
            logits.float().flatten(0, 1), torch.from_numpy(encoded.labels).to(device).flatten(), reduction="none"
        )
        weights = torch.from_numpy(encoded.weights).to(device).flatten()
        return (losses * weights).sum() / weights.sum()

    def check(self, network: nn.Module) -> float:
        return measure(network, self._coder, self._valid).loss


def new_network(hyper: dict[str, Any], seed: int) -> MelodyLstm:
    """Fresh weights that depend on the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MelodyLstm(hyper)

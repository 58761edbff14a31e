"""What is measured of a melody network: teacher-forced figures over events, comparable with any other model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from backends.representations.melody import FIRST_PITCH, NO_EVENT
from backends.representations.melody_coders import MelodyCoder, encode_batch
from backends.training.corpus import Melody


@dataclass(frozen=True, slots=True)
class Figures:
    """Over every step of whole melodies, probabilities of labels that mean one event added: nats a step; shares right
    on all steps, on the steps where a note begins, and of steps without event."""

    loss: float
    accuracy: float
    onset_accuracy: float
    no_event: float
    steps: int

    @property
    def perplexity(self) -> float:
        return float(np.exp(self.loss))


def measure(network: nn.Module, coder: MelodyCoder, melodies: Sequence[Melody], batch: int = 32) -> Figures:
    """Teacher-forced figures; the network is left in evaluation mode."""
    network.eval()
    logs, right, onset_right, onsets, silent, steps = 0.0, 0, 0, 0, 0, 0
    for events, folded, real in folded_batches(network, coder, melodies, batch):
        chosen = np.take_along_axis(folded, events[..., None], -1)[..., 0]
        hits = (folded.argmax(-1) == events) & real
        starts = (events >= FIRST_PITCH) & real
        logs += float(chosen[real].sum(dtype=np.float64))
        right, onset_right = right + int(hits.sum()), onset_right + int((hits & starts).sum())
        onsets, silent = onsets + int(starts.sum()), silent + int(((events == NO_EVENT) & real).sum())
        steps += int(real.sum())
    return Figures(-logs / steps, right / steps, onset_right / max(1, onsets), silent / steps, steps)


def folded_batches(
    network: nn.Module, coder: MelodyCoder, melodies: Sequence[Melody], batch: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]]:
    """Events, log probabilities of all events [batch, step, event], and which steps are real, batch by batch."""
    device = next(network.parameters()).device
    ordered = sorted(melodies, key=lambda melody: len(melody.events))
    for first in range(0, len(ordered), batch):
        chosen = ordered[first : first + batch]
        encoded = encode_batch(coder, [melody.events for melody in chosen], [melody.bar for melody in chosen])
        with torch.no_grad():
            logits, _ = network(torch.from_numpy(encoded.inputs).to(device, torch.float32))
        logs = logits.float().log_softmax(-1).cpu().numpy()
        yield encoded.events, coder.fold(logs, encoded.repeats), encoded.weights > 0

"""Drawing the next event: seeds, temperature, repetition, key and grammar masks, nucleus. All of it before sampling.

Nothing here moves an event after it was drawn. Axes: batch = draws side by side, label = output of a network,
event = what a label means; log probabilities in nats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NEVER = np.float32(-1e9)
"""The log probability of what a mask forbids; finite, so that a row of nothing else can still be drawn from."""

SOFT_KEY = np.float32(-2.5)
"""What a pitch outside the key pays where the key is soft: about a twelfth of its chance is left."""


def derive(seed: int, number: int) -> int:
    """The seed of take `number` of a request: independent of how many takes are asked for."""
    digest = hashlib.sha256(f"{seed}:{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def log_softmax(values: NDArray[Any]) -> Floats:
    """Along the last axis."""
    values = np.asarray(values, np.float32)
    shifted = values - values.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def tempered(log_labels: NDArray[Any], temperature: float, repeats: int, bias: NDArray[Any]) -> Floats:
    """Log probabilities of labels [batch, label] at a temperature, the last `repeats` of them moved by `bias`.

    Temperature reshapes the plain labels among themselves and the repeats among themselves; how likely a repeat is
    at all follows the model and the bias [batch, repeats] alone, so that the two settings do not pull at each other.
    """
    logs = log_softmax(log_labels)
    if not repeats:
        return log_softmax(logs / temperature)
    plain, repeated = logs[:, :-repeats], logs[:, -repeats:]
    plain_mass, repeat_mass = _log_sum(plain), _log_sum(repeated)
    plain = log_softmax(plain / temperature) + plain_mass
    repeated = log_softmax(repeated / temperature) + repeat_mass + bias
    return log_softmax(np.concatenate([plain, repeated], axis=-1))


def _log_sum(logs: Floats) -> Floats:
    top = logs.max(axis=-1, keepdims=True)
    total: Floats = top + np.log(np.exp(logs - top).sum(axis=-1, keepdims=True))
    return total


def pitch_penalties(classes: Iterable[int], pitches: range, first: int, event_count: int, *, penalty: np.float32) -> Floats:
    """What each event pays [event]: `pitches` (the lowest is event `first`) outside the pitch classes pay `penalty`."""
    allowed = frozenset(classes)
    pays = np.zeros(event_count, np.float32)
    for at, pitch in enumerate(pitches, first):
        if pitch % 12 not in allowed:
            pays[at] = penalty
    return pays


def nucleus(logs: Floats, top_p: float) -> Floats:
    """Only the likeliest events that together hold `top_p` of the probability; at least one."""
    if top_p >= 1:
        return logs
    order = np.argsort(-logs, axis=-1, kind="stable")
    ranked = np.exp(np.take_along_axis(logs, order, -1))
    before = np.cumsum(ranked, axis=-1) - ranked
    dropped = np.empty(logs.shape, bool)
    np.put_along_axis(dropped, order, before >= top_p, -1)
    return np.where(dropped, NEVER, logs).astype(np.float32)


def drawn(logs: Floats, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """One event a row, [batch], by inverting the distribution at `uniform` [batch] in [0, 1)."""
    chances = np.exp(logs.astype(np.float64) - logs.max(axis=-1, keepdims=True))
    heights = np.cumsum(chances, axis=-1)
    found = (heights <= (uniform * heights[:, -1])[:, None]).sum(axis=-1)
    # The last event of a row may have no chance at all; rounding must not fall onto it.
    last = chances.shape[1] - 1 - np.argmax(chances[:, ::-1] > 0, axis=-1)
    result: NDArray[np.int64] = np.minimum(found, last)
    return result

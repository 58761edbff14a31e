"""What is measured of GrooVAE: feel given to bare hits, hits found behind a tapped rhythm, one voice written anew.

Every figure is over hits of the windows of one part, pooled. Histograms have fixed bins with half a count added to each, and
their distance is KL(played || made) in nats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.representations.drums import VOICE_COUNT, VOICES
from backends.training.groovae_data import Windows

TIMING_BINS = 20
"""Histogram of offsets: bins of a twentieth of a sixteenth, from half a sixteenth early to half a sixteenth late."""

VELOCITY_BINS = 16
"""Histogram of velocities: bins of eight MIDI velocities."""

MS_PER_SIXTEENTH = 15_000.0
"""At one quarter a minute."""

NEAR = 0.002

Array = NDArray[np.float32]


def feel_figures(windows: Windows, velocities: Array | None, offsets: Array) -> dict[str, float]:
    """How far made timing and velocity lie from what was played, over all hits."""
    hits = windows.hits
    error = (offsets - windows.offsets)[hits].astype(np.float64)
    width = np.broadcast_to((MS_PER_SIXTEENTH / windows.tempos)[:, None, None], hits.shape)[hits]
    figures = {
        "timing_mae_ms": float(np.mean(np.abs(error) * width)),
        "timing_mse": float(np.mean(error**2)),
        "timing_kl": divergence(windows.offsets[hits] + 0.5, offsets[hits] + 0.5, TIMING_BINS),
    }
    if velocities is None:
        return figures
    figures["velocity_mae"] = float(np.mean(np.abs(velocities - windows.velocities)[hits])) * 127
    figures["velocity_kl"] = divergence(windows.velocities[hits], velocities[hits], VELOCITY_BINS)
    return figures


def divergence(played: Array, made: Array, bins: int) -> float:
    """KL(played || made) of the histograms of values in 0..1, in nats."""
    one, other = (_histogram(values, bins) for values in (played, made))
    return float(np.sum(one * np.log(one / other)))


def overlap(played: NDArray[np.floating], made: NDArray[np.floating], bins: int, low: float, high: float) -> float:
    """The area that two histograms share, 0..1."""
    one, other = (np.histogram(np.clip(values, low, high), bins, (low, high))[0] for values in (played, made))
    return float(np.minimum(one / one.sum(), other / other.sum()).sum())


def _histogram(values: Array, bins: int) -> NDArray[np.float64]:
    counts = np.bincount(np.clip((values * bins).astype(np.int64), 0, bins - 1), minlength=bins) + 0.5
    share: NDArray[np.float64] = counts / counts.sum()
    return share


def hit_figures(truth: NDArray[np.bool_], made: NDArray[np.bool_], per_voice: bool = True) -> dict[str, float]:
    """Accuracy over all cells beside that of an empty answer, precision, recall and F1, and the F1 of each voice."""
    figures = {"hit_accuracy": float((truth == made).mean()), "empty_accuracy": float((~truth).mean())}
    figures |= _found(truth, made)
    if per_voice:
        for voice, name in enumerate(VOICES):
            figures[f"f1_{name.replace(' ', '_')}"] = _found(truth[..., voice], made[..., voice])["f1"]
    return figures


def _found(truth: NDArray[np.bool_], made: NDArray[np.bool_]) -> dict[str, float]:
    right = int((truth & made).sum())
    precision, recall = right / max(1, int(made.sum())), right / max(1, int(truth.sum()))
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall)}


def best_threshold(truth: NDArray[np.bool_], chance: Array, floor: float = 0.0) -> float:
    """The chance from which a cell counts as hit: best F1 among those that keep the accuracy at `floor`; when none does,
    among those that come within `NEAR` of the best accuracy there is."""
    found = []
    for threshold in np.arange(0.2, 0.62, 0.02):
        figures = hit_figures(truth, chance >= threshold, per_voice=False)
        found.append((figures["hit_accuracy"], figures["f1"], round(float(threshold), 3)))
    best = max(accuracy for accuracy, *_ in found)
    least = floor if best >= floor else best - NEAR
    return max((f1, threshold) for accuracy, f1, threshold in found if accuracy >= least)[1]


# Trivial answers


def quantised(windows: Windows) -> dict[str, float]:
    return feel_figures(windows, None, np.zeros_like(windows.offsets))


def linear(train: Windows, test: Windows, ridge: float = 30.0, most: int = 6000) -> dict[str, float]:
    """A ridge regression for each cell from all hits of the window, fitted where the cell is hit."""
    train = train.chosen(np.random.default_rng(0).permutation(len(train))[:most])
    seen, asked = (
        np.concatenate([w.hits.reshape(len(w), -1), np.ones((len(w), 1))], 1).astype(np.float32) for w in (train, test)
    )
    values = np.stack([train.velocities, train.offsets], -1).reshape(len(train), -1, 2)
    answers = np.zeros((len(test), values.shape[1], 2), np.float32)
    for cell in range(values.shape[1]):
        known = train.hits.reshape(len(train), -1)[:, cell]
        if known.sum() >= 2:
            inputs, wanted = seen[known], values[known, cell]
            middle = wanted.mean(0)
            square = inputs.T @ inputs + ridge * np.eye(inputs.shape[1], dtype=np.float32)
            answers[:, cell] = asked @ np.linalg.solve(square, inputs.T @ (wanted - middle)) + middle
    velocities, offsets = (answers[..., at].reshape(test.hits.shape) for at in (0, 1))
    return feel_figures(test, np.clip(velocities, 0, 1), np.clip(offsets, -0.5, 0.5))


def nearest(train: Windows, test: Windows) -> dict[str, float]:
    """The feel of the training window whose hits differ least; where it has no hit, the mean of the voice there."""
    flat, asked = (w.hits.reshape(len(w), -1).astype(np.float32) for w in (train, test))
    differing = asked.sum(1)[:, None] + flat.sum(1)[None] - 2 * asked @ flat.T
    chosen = train.chosen(differing.argmin(1))
    counts = np.maximum(1, train.hits.sum((0, 1)))
    return feel_figures(
        test,
        np.where(chosen.hits, chosen.velocities, train.velocities.sum((0, 1)) / counts).astype(np.float32),
        np.where(chosen.hits, chosen.offsets, train.offsets.sum((0, 1)) / counts).astype(np.float32),
    )


def groove_kinds(windows: Windows) -> dict[str, Array]:
    """What two sets of windows are compared by: hits, voices used, share between the eighths, mean velocity and offset."""
    hits = windows.hits
    count = np.maximum(1, hits.sum((1, 2)))
    return {
        "hits": count.astype(np.float32),
        "voices": hits.any(1).sum(1).astype(np.float32),
        "offbeat": (hits[:, 1::2].sum((1, 2)) / count).astype(np.float32),
        "velocity": (windows.velocities.sum((1, 2)) / count * 127).astype(np.float32),
        "offset": (windows.offsets.sum((1, 2)) / count).astype(np.float32),
    }


KIND_RANGES = {"hits": (20, 0, 100), "voices": (VOICE_COUNT, 0.5, 9.5), "offbeat": (20, 0, 1), "velocity": (16, 0, 128),
               "offset": (20, -0.5, 0.5)}  # fmt: skip
"""Bins, lowest and highest value of each histogram."""


def overlaps(played: Windows, made: Windows) -> dict[str, float]:
    """The overlap area of each kind."""
    one, other = groove_kinds(played), groove_kinds(made)
    return {kind: overlap(one[kind], other[kind], *KIND_RANGES[kind]) for kind in one}

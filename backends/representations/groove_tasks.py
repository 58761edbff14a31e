"""What GrooVAE sees: two bars of drums with something taken away, the task, which voices are missing, and the tempo."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.representations.drums import TAP_VOICE, VOICE_COUNT

TASKS = ("humanise", "tap", "infill", "copy")
HUMANISE, TAP, INFILL, COPY = range(len(TASKS))
OFFSET_BINS = 32
"""Of a thirty-second part of a sixteenth each, from half a sixteenth early on."""

VELOCITY_BINS = 32
"""Of four MIDI velocities each."""

SEEN = 4 * VOICE_COUNT + len(TASKS) + 1
"""Numbers a step is seen as: hits, velocities, offsets, voices taken out, task, tempo."""

LEAST_DYNAMICS = 0.05
"""Deviation of a tap's velocities, of 1, from which they are taken to be meant."""

MIDDLE_TEMPO = 110.0
"""Quarters a minute where nothing tells; near the middle of the Groove data."""

Array = NDArray[np.float32]


def seen_array(
    hits: NDArray[Any],
    velocities: Array,
    offsets: Array,
    *,
    tasks: NDArray[Any],
    removed: NDArray[Any],
    tempos: NDArray[Any],
    loud: NDArray[np.bool_] | None = None,
) -> Array:
    """What the network gets, [window, step, SEEN]: the drums [window, step, voice] less what the task of each window takes away.

    `removed` [window, voice] matters to infill alone. Taps are bare unless `loud` [window] says that it is told how hard they
    are.
    """
    windows, steps = hits.shape[:2]
    hits, velocities, offsets = hits.astype(np.float32), velocities.copy(), offsets.copy()
    stiff = tasks == HUMANISE
    velocities[stiff] = 0
    offsets[stiff] = 0
    for index in np.flatnonzero(tasks == TAP):
        hits[index], velocities[index], offsets[index] = _tapped(hits[index], velocities[index], offsets[index])
        if loud is None or not loud[index]:
            velocities[index] = 0
    gone = removed.astype(bool) & (tasks == INFILL)[:, None]
    stays = ~gone[:, None, :]
    seen = np.zeros((windows, steps, SEEN), np.float32)
    block = VOICE_COUNT
    seen[..., :block] = hits * stays
    seen[..., block : 2 * block] = velocities * stays
    seen[..., 2 * block : 3 * block] = 2 * offsets * stays
    seen[..., 3 * block : 4 * block] = gone[:, None, :]
    seen[..., 4 * block : 4 * block + len(TASKS)] = np.eye(len(TASKS), dtype=np.float32)[tasks][:, None, :]
    seen[..., -1] = np.log2(np.clip(tempos, 30, 300) / MIDDLE_TEMPO)[:, None]
    return seen


def _tapped(hits: Array, velocities: Array, offsets: Array) -> tuple[Array, Array, Array]:
    struck = hits.any(axis=1)
    loudest = np.where(hits > 0, velocities, -1).argmax(axis=1)
    here = np.arange(len(hits))
    bare, shifted, hard = np.zeros_like(hits), np.zeros_like(offsets), np.zeros_like(velocities)
    bare[:, TAP_VOICE] = struck
    shifted[:, TAP_VOICE] = np.where(struck, offsets[here, loudest], 0)
    hard[:, TAP_VOICE] = np.where(struck, velocities[here, loudest], 0)
    return bare, hard, shifted


def is_loud(hits: NDArray[Any], velocities: Array) -> bool:
    """Whether taps [step, voice] are struck with differing strength, so that it tells something."""
    struck = velocities.max(axis=1)[hits.any(axis=1)]
    return bool(len(struck) and struck.std() > LEAST_DYNAMICS)


def offset_bins(offsets: NDArray[Any]) -> NDArray[np.int64]:
    bins: NDArray[np.int64] = np.clip(((offsets + 0.5) * OFFSET_BINS).astype(np.int64), 0, OFFSET_BINS - 1)
    return bins


def velocity_bins(velocities: NDArray[Any]) -> NDArray[np.int64]:
    """Of 0..1; a bin holds four MIDI velocities, such as 1 to 4."""
    bins: NDArray[np.int64] = np.clip((np.round(velocities * 127).astype(np.int64) - 1) // 4, 0, VELOCITY_BINS - 1)
    return bins


OFFSET_EDGES: Array = (np.arange(OFFSET_BINS + 1) / OFFSET_BINS - 0.5).astype(np.float32)
VELOCITY_EDGES: Array = ((0.5 + 4 * np.arange(VELOCITY_BINS + 1)) / 127).clip(1 / 127, 1).astype(np.float32)
"""Between the edges of its bin a value is taken to lie anywhere alike."""

"""Windows put to a network as its tasks, for choosing and for measuring."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_drawing import Array, Chances, answered
from backends.representations.drums import VOICE_COUNT
from backends.representations.groove_tasks import HUMANISE, INFILL, seen_array
from backends.training.groovae_data import Windows

Network = GrooveSeq2Seq | GrooveVib


def asked(network: Network, windows: Windows, task: int, *, loud: bool = False) -> Chances:
    """What the network says of the windows after the task has taken away its part; `loud`: taps keep their velocities."""
    held = np.concatenate([windows.hits, np.ones((*windows.hits.shape[:2], 1))], -1).astype(np.float32)
    return answered(network, seen_of(windows, task, loud=loud), held if task == HUMANISE else None)


def seen_of(windows: Windows, task: int, removed: NDArray[np.bool_] | None = None, *, loud: bool = False) -> Array:
    """What the network gets, [window, step, SEEN]."""
    gone = np.zeros((len(windows), VOICE_COUNT), bool) if removed is None else removed
    count = len(windows)
    return seen_array(
        *(windows.hits, windows.velocities, windows.offsets),
        tasks=np.full(count, task),
        removed=gone,
        tempos=windows.tempos,
        loud=np.full(count, loud),
    )


def infilled(network: Network, windows: Windows) -> tuple[NDArray[np.bool_], Array]:
    """Each window with one voice that plays in it taken out (in turn): what was there and the chances, [window, step, 1]."""
    plays: NDArray[np.bool_] = np.asarray(windows.hits.any(1))
    chosen = np.array([np.flatnonzero(row)[at % max(1, row.sum())] for at, row in enumerate(plays)])
    removed = np.eye(VOICE_COUNT, dtype=bool)[chosen]
    found = answered(network, seen_of(windows, INFILL, removed)).hits
    index = chosen[:, None, None]
    return np.take_along_axis(windows.hits, index, 2), np.take_along_axis(found, index, 2)

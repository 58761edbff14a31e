"""A GrooVAE network as something to be asked: bars of drums in, chances for every cell of them out, tiled and cross-faded."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_drawing import Array, Chances, answered, decoded, encoded
from backends.networks.groove_feel import Habits
from backends.representations.drums import WINDOW_STEPS, Groove, groove_of
from backends.representations.groove_scene import cross_faded, nothing_removed, repeated, stacked, windows_of
from backends.representations.groove_tasks import COPY, INFILL, is_loud, seen_array


class GroovePlayer:
    """Asks the network about grooves of any length."""

    def __init__(self, network: GrooveSeq2Seq | GrooveVib, device: str, habits: Habits) -> None:
        self.network = network.to(torch.device(device)).eval()
        self.habits = habits

    def asked(self, groove: Groove, task: int, tempo: float, removed: int | None = None) -> Chances:
        """What the network says of a groove, [step, voice, ...], after the task has taken away its part."""
        windows = windows_of(groove)
        gone = nothing_removed(len(windows))
        if removed is not None:
            gone[:, removed] = True
        found = answered(self.network, self._seen(windows, task, tempo, gone), held_hits(windows) if task != INFILL else None)
        return _joined(found, groove.step_count)

    def tap_threshold(self, groove: Groove) -> float:
        """From which chance on a drum is hit behind these taps."""
        return self.habits.loud_tap_threshold if is_loud(groove.hits, groove.velocities) else self.habits.tap_threshold

    def transferred(self, groove: Groove, feel: Groove, tempo: float) -> Chances:
        """The hits of one groove played with the feel of another, whose windows follow one another as often as needed."""
        windows = windows_of(groove)
        mean, _ = self.places(feel, tempo)
        chosen = mean[np.arange(len(windows)) % len(mean)]
        return _joined(decoded(self._vib, chosen, held_hits(windows)), groove.step_count)

    def places(self, groove: Groove, tempo: float) -> tuple[Array, Array]:
        """Mean and deviation of z of each window of a groove, [window, dimension]."""
        windows = windows_of(groove)
        return encoded(self._vib, self._seen(windows, COPY, tempo, nothing_removed(len(windows))))

    def pieces(self, groove: Groove) -> list[Groove]:
        """The groove in two-bar pieces side by side; the last repeated to fill its own."""
        return [
            repeated(groove.part(at, min(WINDOW_STEPS, groove.step_count - at)), WINDOW_STEPS)
            for at in range(0, groove.step_count, WINDOW_STEPS)
        ]

    def sounded(self, points: Array, temperature: float, rng: np.random.Generator, busyness: float = 0.0) -> list[Groove]:
        """The drums at points of z. Temperature 0: the likeliest; hits are drawn sharper than they are believed below 1.
        `busyness`: log odds that every hit gains."""
        chance = decoded(self._vib, points)
        found = []
        for at in range(len(points)):
            velocities, offsets = self.habits.feel(chance.velocities[at], chance.offsets[at], rng, temperature, stretched=False)
            hits = self.habits.hit(chance.hits[at], temperature, rng, busyness)
            found.append(groove_of(hits, velocities, offsets))
        return found

    def sample(self, rng: np.random.Generator) -> Array:
        """A point of the prior, [dimension]."""
        drawn: Array = self._vib.prior(1, rng)[0]
        return drawn

    @property
    def spread(self) -> Tensor:
        """How far codes of real drums lie apart in each dimension."""
        return self._vib.code_spread.cpu()

    @property
    def _vib(self) -> GrooveVib:
        if not isinstance(self.network, GrooveVib):
            raise ValueError("a network without a bottleneck has no z")
        return self.network

    def _seen(self, windows: list[Groove], task: int, tempo: float, removed: NDArray[np.bool_]) -> Array:
        hits, velocities, offsets = stacked(windows)
        count = len(windows)
        return seen_array(
            *(hits, velocities, offsets),
            tasks=np.full(count, task),
            removed=removed,
            tempos=np.full(count, tempo, np.float32),
            loud=np.array([is_loud(window.hits, window.velocities) for window in windows]),
        )


def held_hits(windows: list[Groove]) -> Array:
    """Hits for the bottleneck's decoder to keep, [window, step, voice + 1]."""
    hits = stacked(windows)[0].astype(np.float32)
    return np.concatenate([hits, np.ones((*hits.shape[:2], 1), np.float32)], -1)


def _joined(found: Chances, steps: int) -> Chances:
    return Chances(*(cross_faded(array, steps) for array in (found.hits, found.velocities, found.offsets)))

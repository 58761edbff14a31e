"""The lecture's lesson: an autoencoder and a variational one learn the same drum bars side by side, in seconds.

The loss of a bar is the cross-entropy of its 144 cells, summed, plus beta times the divergence of its place from a
standard normal distribution. Same lesson, same weights.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from backends import devices
from backends.networks.lecture_vae import LectureVae
from backends.sampling import derive
from backends.training.lecture_material import material_of
from studio.generation.lecture import (
    KINDS,
    MAP_SIDE,
    Figures,
    Kind,
    Lesson,
    LessonAnswer,
    Shape,
    Side,
    SpaceMap,
    Standing,
    Stretch,
)
from studio.jobs.progress import Progress

BATCH = 80
BATCHES: Mapping[Shape, int] = {"dense": BATCH, "recurrent": 40}
"""In the window. In the same processor time a recurrent lesson gets further with more steps of fewer bars."""
RATES: Mapping[Shape, float] = {"dense": 4e-3, "recurrent": 6e-3}
STEPS_BETWEEN = 20
"""Steps from one answer to the next: several answers a second on one processor core."""

LEAST_REACH, MARGIN = 3.0, 1.06
"""The variational map shows three deviations of the prior at least; both show all bars."""

STEPLESS = 1.15
"""The reach grows by such factors, so that the picture does not tremble while it is learnt."""


def study(lesson: Lesson, progress: Progress) -> Iterator[LessonAnswer]:
    """The material first when the lesson brought none, then how it stands: at the beginning, every few steps, at the end."""
    devices.use_threads(1)
    material = lesson.material
    if material is None:
        material = material_of(lesson.song)
        yield material
    bars = torch.from_numpy(material.bars.astype(np.float32))
    learner = Learner(bars, lesson)
    if lesson.before is None:
        yield learner.standing(progress.stop_if_cancelled)
    for step in range(lesson.steps):
        learner.step(progress.stop_if_cancelled)
        done = step + 1
        if done == lesson.steps or not done % STEPS_BETWEEN:
            progress.report(done, lesson.steps, f"step {learner.done} of {learner.before_steps + lesson.steps}")
            yield learner.standing(progress.stop_if_cancelled)


def new_network(shape: Shape, kind: Kind, seed: int) -> LectureVae:
    """A fresh network, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(seed, KINDS.index(kind)) % 2**63)
        return LectureVae(shape, variational=kind == "VAE")


def loss_of(network: LectureVae, bars: Tensor, noise: torch.Generator) -> tuple[Tensor, Tensor]:
    """Cross-entropy and divergence in nats a bar, each a mean over the bars; the divergence is 0 without deviations."""
    mean, deviation = network.encode(bars)
    places = mean
    if network.variational:
        # Written as mean plus deviation times noise, so that gradients reach both heads.
        places = mean + deviation * torch.randn(mean.shape, generator=noise)
    missed = binary_cross_entropy_with_logits(network.decode(places), bars, reduction="sum") / len(bars)
    return missed, divergence(mean, deviation).mean() if network.variational else torch.zeros(())


def divergence(mean: Tensor, deviation: Tensor) -> Tensor:
    """Kullback-Leibler divergence of each bar's place from a standard normal distribution, in nats, [bar]."""
    return (0.5 * (mean**2 + deviation**2 - 1) - torch.log(deviation)).sum(dim=-1)


class Learner:
    """Both networks at some step of a lesson. `batch` and `rate` 0: those of the lesson in the window."""

    def __init__(self, bars: Tensor, lesson: Lesson, batch: int = 0, rate: float = 0.0) -> None:
        self._bars, self._lesson, self._batch = bars, lesson, batch or BATCHES[lesson.shape]
        before = lesson.before
        self._stretches = before.stretches if before is not None else ()
        self.before_steps = sum(stretch.steps for stretch in self._stretches)
        self._steps = 0
        self._seconds = before.seconds if before is not None else 0.0
        self.networks = {kind: new_network(lesson.shape, kind, lesson.seed) for kind in KINDS}
        if before is not None:
            for kind, network in self.networks.items():
                held = before.sides[kind].weights
                network.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in held.items()})
        parameters = [parameter for network in self.networks.values() for parameter in network.parameters()]
        self._optimiser = torch.optim.Adam(parameters, lr=rate or RATES[lesson.shape])
        self._noise = torch.Generator().manual_seed(derive(lesson.seed, 1000 + self.before_steps) % 2**63)

    @property
    def done(self) -> int:
        """Steps of all stretches."""
        return self.before_steps + self._steps

    @property
    def seconds(self) -> float:
        """What the steps took, of all stretches."""
        return self._seconds

    def step(self, look: Callable[[], object]) -> None:
        """One step of both on the same bars. `look` is called often, so that a cancel is found at once."""
        begun = time.perf_counter()
        count = len(self._bars)
        chosen = self._bars[torch.randperm(count, generator=self._noise)[: min(self._batch, count)]]
        self._optimiser.zero_grad(set_to_none=True)
        for network in self.networks.values():
            look()
            missed, apart = loss_of(network, chosen, self._noise)
            (missed + self._lesson.beta * apart).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 50.0)
        self._optimiser.step()
        self._steps += 1
        self._seconds += time.perf_counter() - begun

    def state(self) -> dict[str, Tensor]:
        """All that the next step depends on beside bars and lesson, and how long it took to get here."""
        found = {
            f"{kind}.{name}": tensor for kind, network in self.networks.items() for name, tensor in network.state_dict().items()
        }
        for at, moments in self._optimiser.state_dict()["state"].items():
            found |= {f"moments.{at}.{name}": tensor for name, tensor in moments.items()}
        told = {"noise": self._noise.get_state(), "steps": torch.tensor(self._steps), "seconds": torch.tensor(self._seconds)}
        return found | told

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` said; KeyError, ValueError or RuntimeError where it is of another lesson."""
        for kind, network in self.networks.items():
            network.load_state_dict(_under(state, kind))
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _under(state, "moments").items():
            at, _, kept = name.partition(".")
            moments.setdefault(int(at), {})[kept] = tensor
        self._optimiser.load_state_dict({**self._optimiser.state_dict(), "state": moments})
        self._noise.set_state(state["noise"])
        self._steps, self._seconds = int(state["steps"]), float(state["seconds"])

    def standing(self, look: Callable[[], object]) -> Standing:
        sides = {kind: side_of(network, self._bars, look) for kind, network in self.networks.items()}
        now = (Stretch(self._lesson.beta, self._steps),) if self._steps else ()
        return Standing(self._lesson.shape, self._lesson.seed, self._stretches + now, sides, self._seconds)


def _under(state: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """What is kept under a name, by the rest of it."""
    return {key.removeprefix(f"{name}."): tensor for key, tensor in state.items() if key.startswith(f"{name}.")}


@torch.no_grad()
def side_of(network: LectureVae, bars: Tensor, look: Callable[[], object]) -> Side:
    """Where the bars lie, the map around them, and what is measured."""
    look()
    mean, deviation = network.encode(bars)
    look()
    reach = reach_of(mean, LEAST_REACH if network.variational else 0.0)
    found = map_of(network, reach)
    look()
    measured = figures_of(network.decode(mean) > 0, bars > 0.5, found)
    bits = float(divergence(mean, deviation).mean()) / float(np.log(2)) if network.variational else None
    weights = {name: tensor.numpy().copy() for name, tensor in network.state_dict().items()}
    figures = Figures(*measured, float(deviation.mean()), bits)
    return Side(mean.numpy(), deviation.numpy(), found, figures, weights)


def reach_of(mean: Tensor, least: float) -> float:
    """Half of the side of a square around the origin that holds every mean."""
    farthest: float = max(float(mean.abs().max()) * MARGIN, 1e-3)
    return max(least, float(STEPLESS ** np.ceil(np.log(farthest) / np.log(STEPLESS))))


@torch.no_grad()
def map_of(network: LectureVae, reach: float) -> SpaceMap:
    """The decodes of the centres of 20 x 20 cells."""
    empty = SpaceMap(reach, np.zeros((MAP_SIDE, MAP_SIDE, 0, 0), np.float16))
    centres = [empty.centre(row, column) for row in range(MAP_SIDE) for column in range(MAP_SIDE)]
    odds = network.decode(torch.tensor(centres, dtype=torch.float32)).clamp(-60, 60)
    return SpaceMap(reach, odds.numpy().astype(np.float16).reshape(MAP_SIDE, MAP_SIDE, *odds.shape[1:]))


def figures_of(said: Tensor, true: Tensor, found: SpaceMap) -> tuple[float, float, float]:
    """F1 and accuracy of hits, and the share of map cells that are a bar of their own."""
    both = float((said & true).sum())
    f1 = 2 * both / max(1.0, float(said.sum() + true.sum()))
    accuracy = float((said == true).double().mean())
    cells: NDArray[np.uint8] = np.packbits((found.odds > 0).reshape(MAP_SIDE * MAP_SIDE, -1), axis=1)
    return f1, accuracy, len({cell.tobytes() for cell in cells}) / len(cells)

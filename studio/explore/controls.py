"""PadControls: the calls that turn one setting of the pad each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from studio.explore import mixing
from studio.explore.mixing import Place
from studio.explore.pad import HOLD_BARS, MOST_ANALOGY, MOST_SD, MOST_TEMPERATURE, STEPS, Interpolation, Mode, Pad
from studio.generation.latent import Line, Strictness

LAST_SEED = 2**31
MOST_POINTS = 64
"""So many points a path has at most; of more the first ones go."""


class PadControls(ABC):
    """Values out of range are brought into it. Whoever keeps the pad says how it changes."""

    @property
    @abstractmethod
    def pad(self) -> Pad: ...

    @property
    @abstractmethod
    def pointer(self) -> Place: ...

    @abstractmethod
    def _change(self, pad: Pad, *, is_work: bool = True) -> None: ...

    def set_mode(self, mode: Mode) -> None:
        self._change(self.pad.in_mode(mode))

    def set_attribute(self, name: str, sd: float) -> None:
        pushed = {**self.pad.attributes, name: within(sd, -MOST_SD, MOST_SD)}
        self._change(replace(self.pad, attributes={key: value for key, value in pushed.items() if value}))

    def set_temperature(self, temperature: float) -> None:
        self._change(replace(self.pad, temperature=within(temperature, 0.0, MOST_TEMPERATURE)))

    def set_line(self, line: Line) -> None:
        self._change(replace(self.pad, line=line))

    def set_strictness(self, strictness: Strictness) -> None:
        self._change(replace(self.pad, in_key=strictness))

    def set_interpolation(self, kind: Interpolation) -> None:
        self._change(replace(self.pad, interpolation=kind))

    def set_analogy_amount(self, amount: float) -> None:
        """How many times the way is added; below 0 it is taken away."""
        amount = within(amount, -MOST_ANALOGY, MOST_ANALOGY)
        self._change(replace(self.pad, analogy=replace(self.pad.analogy, amount=amount)))

    def set_seed(self, seed: int) -> None:
        """The seed of samples, walks and of decoding at a temperature."""
        self._change(replace(self.pad, seed=max(0, min(LAST_SEED, seed))))

    def set_path(self, points: Sequence[Place]) -> None:
        """A path through points, or along a stroke drawn by hand, of which the few that matter stay."""
        self._change(replace(self.pad, path=mixing.simplified(points) if points else ()))

    def clear_path(self) -> None:
        self.set_path(())

    def edit_path_point(self, index: int, x: float, y: float) -> None:
        path = self.pad.path
        if 0 <= index < len(path):
            self._change(replace(self.pad, path=(*path[:index], (unit(x), unit(y)), *path[index + 1 :])))

    def add_path_point(self, x: float, y: float) -> None:
        """One more point at the end of the path; the first one begins it."""
        self._change(replace(self.pad, path=(*self.pad.path, (unit(x), unit(y)))[-MOST_POINTS:]))

    def remove_path_point(self, index: int) -> None:
        path = self.pad.path
        if 0 <= index < len(path):
            self._change(replace(self.pad, path=(*path[:index], *path[index + 1 :])))

    def set_path_steps(self, count: int) -> None:
        self._change(replace(self.pad, path_steps=int(within(count, *STEPS))))

    def set_hold(self, bars: int) -> None:
        """How many bars each step lasts."""
        self._change(replace(self.pad, hold_bars=int(within(bars, *HOLD_BARS))))

    def walk(self, seed: int) -> None:
        """A random path that begins at the pointer."""
        self._change(replace(self.pad, path=mixing.random_walk(seed, self.pad.path_steps, self.pointer)))


def unit(value: float) -> float:
    return within(value, 0.0, 1.0)


def within(value: float, low: float, high: float) -> float:
    return min(high, max(low, float(value)))

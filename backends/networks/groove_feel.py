"""How wide a GrooVAE plays: the middle of its distributions stretched to the width of real playing, and some chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.networks.groove_drawing import Array, busier, drawn_hits, drawn_offsets, drawn_velocities, places_for
from studio.generation.card import ModelCard
from studio.generation.plain_json import Fields

BOLDER = 0.4
"""Of what a width leaves unused, how much temperature 2 adds."""
THRESHOLDS = ("tap", "loud_tap", "infill", "copy", "sample")


@dataclass(frozen=True, slots=True)
class Width:
    """Of timing or of velocity. `made` and `played`: equal shares (quantiles) of the network's middle values and of what was
    played there, on validation data; `stretch` 0..1: how far one is brought to the other; `spread` 0..1: how much is chance."""

    made: tuple[float, ...] = ()
    played: tuple[float, ...] = ()
    stretch: float = 0.0
    spread: float = 0.0

    def spread_at(self, temperature: float) -> float:
        """How much is chance at a temperature: none at 0, what was chosen at 1, beyond it ever more of the whole distribution."""
        bolder = BOLDER * max(0.0, temperature - 1) * (1 - self.spread)
        return min(1.0, self.spread * min(1.0, temperature) + bolder)

    def stretched(self, values: Array) -> Array:
        if not self.made:
            return values
        target = np.interp(values, self.made, self.played)
        return (values + self.stretch * (target - values)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Habits:
    """What was chosen on validation data and stands in the card's settings.

    A cell is hit from its task's threshold on; `copy` is that of the likeliest drums of a point, `sample` that of samples,
    whose chances are blurred by logistic noise of width `blur` (1 at a threshold of 0.5: each hit by its own chance).
    """

    tap_threshold: float = 0.4
    loud_tap_threshold: float = 0.4
    infill_threshold: float = 0.4
    copy_threshold: float = 0.5
    sample_threshold: float = 0.5
    blur: float = 0.5
    timing: Width = field(default_factory=Width)
    velocity: Width = field(default_factory=Width)
    together: float = 0.3

    @classmethod
    def of(cls, card: ModelCard) -> Habits:
        """FaultyJson when the settings are not what they must be."""
        fields = Fields(card.settings, "settings")
        thresholds = {f"{name}_threshold": fields.number(f"{name}_threshold", 0.01, 0.99, 0.4) for name in THRESHOLDS}
        return cls(
            **thresholds,
            blur=fields.number("blur", 0, 2, 0.5),
            timing=_width(fields, "timing"),
            velocity=_width(fields, "velocity"),
            together=fields.number("together", 0, 1, 0.3),
        )

    @property
    def plain(self) -> dict[str, Any]:
        """As it stands in a card."""
        found: dict[str, Any] = {f"{name}_threshold": getattr(self, f"{name}_threshold") for name in THRESHOLDS}
        found |= {"blur": self.blur, "together": self.together}
        for name, width in (("timing", self.timing), ("velocity", self.velocity)):
            found[name] = {"made": _numbered(width.made), "played": _numbered(width.played)}
            found[name] |= {"stretch": width.stretch, "spread": width.spread}
        return found

    def hit(self, chance: Array, temperature: float, rng: np.random.Generator, busyness: float = 0.0) -> NDArray[np.bool_]:
        """The hits of points of the space: at temperature 0 the likeliest, at 1 a sample; by `busyness` log odds more of them."""
        share = min(1.0, temperature)
        threshold = self.copy_threshold + share * (self.sample_threshold - self.copy_threshold)
        return drawn_hits(chance, busier(threshold, busyness), self.blur * temperature, rng)

    def feel(
        self, velocities: Array, offsets: Array, rng: np.random.Generator, temperature: float = 1.0, *, stretched: bool = True
    ) -> tuple[Array, Array]:
        """Velocities 0..1 and offsets in sixteenths of every cell, from chances [..., step, voice, bin]. Points of the space
        are not `stretched`: they say themselves how loose the playing is."""
        found = []
        for chance, width, draw in ((velocities, self.velocity, drawn_velocities), (offsets, self.timing, drawn_offsets)):
            shape = chance.shape[:-1]
            places = places_for(rng, shape, width.spread_at(temperature), self.together)
            middle: NDArray[np.float32] = draw(chance, np.full(shape, 0.5))
            base = width.stretched(middle) if stretched else middle
            found.append(base + draw(chance, places) - middle)
        return found[0].clip(1 / 127, 1), found[1].clip(-0.5, 0.5)


def _width(fields: Fields, name: str) -> Width:
    held = Fields(fields.mapping(name, {}), name)
    sides = [_values(held.mapping(side, {})) for side in ("made", "played")]
    if len(sides[0]) != len(sides[1]):
        sides = [(), ()]
    return Width(sides[0], sides[1], held.number("stretch", 0, 1, 0.0), held.number("spread", 0, 1, 0.0))


def _numbered(values: tuple[float, ...]) -> dict[str, float]:
    return {f"{at:02d}": value for at, value in enumerate(values)}


def _values(numbered: Mapping[str, Any]) -> tuple[float, ...]:
    fields = Fields(numbered, "quantiles")
    return tuple(fields.number(name, -1, 1) for name in sorted(numbered))

"""Offer: what the present models can do, and which of them does it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.generation.contract import Family
from studio.generation.library import ListedModel
from studio.knobs import Knob

VERBS = ("continue", "fill", "start", "vary", "morph", "accompany", "groove", "harmonise", "render")
"""The order in which verbs are offered: what a composer with a song wants most often comes first."""


@dataclass(frozen=True)
class Offer:
    """The models of a list, usable or not, and the families that hold their knobs."""

    models: tuple[ListedModel, ...] = ()
    families: Mapping[str, Family] = field(default_factory=dict)

    @property
    def usable(self) -> tuple[ListedModel, ...]:
        return tuple(model for model in self.models if model.usable)

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What at least one usable model can do."""
        known = {name for model in self.usable for name in model.capabilities}
        return tuple(verb for verb in VERBS if verb in known)

    def model_for(self, capability: str, preferred: str = "") -> ListedModel | None:
        """The preferred model where it can do this; else one that can: proven ones first, permissively trained
        ones next, then by their loss on held-out music."""
        able = [model for model in self.usable if not capability or capability in model.capabilities]
        chosen = next((model for model in able if model.id == preferred), None)
        if chosen is not None or not able:
            return chosen
        return min(able, key=_rank)

    def knobs(self, model: ListedModel | None) -> tuple[Knob, ...]:
        """The settings of a model."""
        family = self.families.get(model.family) if model is not None else None
        return family.knobs if family is not None else ()


def _rank(model: ListedModel) -> tuple[bool, bool, float]:
    card = model.card
    if card is None:
        return True, True, math.inf
    return card.experimental, not card.is_permissive, card.figures.get("loss", math.inf)

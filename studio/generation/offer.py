"""Offer: what the present models can do, and which of them does it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studio.generation.contract import Family
from studio.generation.latent import space_of
from studio.generation.library import ListedModel
from studio.generation.steering import offered
from studio.knobs import Knob
from studio.words import tr

VERBS = ("continue", "fill", "start", "vary", "morph", "accompany", "groove", "harmonise", "render")
"""The order in which verbs are offered: what a composer with a song wants most often comes first."""


LINE = "line"
"""The knob that says which of several lines is read."""
WAY = "amount"
"""The knob that says how far to go as from one phrase to another, where a request to vary names two."""
DRUMS = "drums"


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

    def model_for(
        self, capability: str, preferred: str = "", *, for_drums: bool = False, misfits: Mapping[str, int] | None = None
    ) -> ListedModel | None:
        """The preferred model where it can do this; else one that can: those that write drums (or do not) as the track
        wants first, then those with the fewest `misfits` (see `fit`), permissively trained ones, and by their loss on
        held-out music. An experimental one has to be asked for by its name: where only such a one can do this on such a
        track, the answer is None."""
        able = self.able(capability)
        chosen = next((model for model in able if model.id == preferred), None)
        if chosen is not None or not able:
            return chosen
        count = misfits or {}
        best = min(able, key=lambda model: (not suits(model, for_drums=for_drums), *_rank(model, count.get(model.id, 0))))
        return None if best.card is not None and best.card.experimental else best

    def able(self, capability: str) -> tuple[ListedModel, ...]:
        """The usable models that can do this; all of them for no capability."""
        return tuple(model for model in self.usable if not capability or capability in model.capabilities)

    def knobs(
        self,
        model: ListedModel | None,
        capability: str = "",
        *,
        has_lines: bool = True,
        has_way: bool = False,
        has_notes: bool = True,
    ) -> tuple[Knob, ...]:
        """The settings of a model, always with the three that steer every one (`steering`) as far as they mean something for
        the verb; the choice of a line only where there is one to be made, how far to go only on a way. `has_notes`: whether
        there is something in the region to be close to."""
        family = self.families.get(model.family) if model is not None else None
        if family is None:
            return ()
        left_out = ([] if has_lines else [LINE]) + ([] if has_way else [WAY])
        return tuple(knob for knob in offered(family, capability, has_notes=has_notes) if knob.name not in left_out)

    def has_way(self, model: ListedModel | None) -> bool:
        """Whether a request to vary may name two phrases, as from one to another."""
        family = self.families.get(model.family) if model is not None else None
        return family is not None and any(knob.name == WAY for knob in family.knobs)


def parts_of(model: ListedModel) -> tuple[str, ...]:
    """What the model writes; where its card describes no space, drums for one that grooves or reads nothing else, and else a
    melody."""
    space = space_of(model.card) if model.card is not None else None
    if space is not None:
        return space.parts
    reads_drums = model.card is not None and list(model.card.codec) == [DRUMS]
    return (DRUMS,) if reads_drums or "groove" in model.capabilities else ("melody",)


def suits(model: ListedModel, *, for_drums: bool) -> bool:
    """Whether the model writes what belongs on such a track."""
    parts = parts_of(model)
    return DRUMS in parts if for_drums else parts != (DRUMS,)


def first_choice(models: Sequence[ListedModel], *, for_drums: bool) -> ListedModel:
    """The model to begin with on such a track: proven ones first, then those that suit it, in the order given."""
    return min(models, key=lambda model: (model.card is None or model.card.experimental, not suits(model, for_drums=for_drums)))


def unsuited(model: ListedModel, *, for_drums: bool) -> str:
    """Why a model whose card names its parts cannot write on such a track; empty when it can."""
    if model.card is None or space_of(model.card) is None or suits(model, for_drums=for_drums):
        return ""
    if for_drums:
        return tr("{model} writes no drums. Choose a track with pitches, or another model.", model=model.title)
    return tr("{model} writes drums only. Choose a drum track, or another model.", model=model.title)


def _rank(model: ListedModel, misfits: int) -> tuple[bool, bool, int, bool, float]:
    """Proven ones first: those that reached their figures, and whose loss on held-out music was measured at all."""
    card = model.card
    if card is None:
        return True, True, misfits, True, math.inf
    return card.experimental, "loss" not in card.figures, misfits, not card.is_permissive, card.figures.get("loss", math.inf)

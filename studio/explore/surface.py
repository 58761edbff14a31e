"""Surface: what is known of phrases in a model's space, and so which point lies at every place of a pad."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from studio.errors import RicercarError
from studio.explore.mixing import Floats, Place
from studio.explore.pad import LETTERS, Pad
from studio.generation.latent import Line, Located, Phrase, Space, space_of
from studio.generation.library import Library
from studio.generation.sphere import along, linear_mix, spherical_mix

MOST_LOCATED = 256

Key = tuple[str, Line, Phrase]


class Surface:
    """Remembers where phrases lie by model and line, and which ones a model cannot place; the least recent are forgotten."""

    def __init__(self) -> None:
        self._found: OrderedDict[Key, Located | str] = OrderedDict()

    def forget(self) -> None:
        self._found.clear()

    def note(self, model: str, line: Line, phrase: Phrase, found: Located | str) -> None:
        """Where a phrase lies, or the sentence that says why it lies nowhere."""
        self._found[model, line, phrase] = found
        while len(self._found) > MOST_LOCATED:
            self._found.popitem(last=False)

    def located(self, pad: Pad, slot: int) -> Located | None:
        found = self._of(pad, slot)
        return None if isinstance(found, str) else found

    def refusal(self, pad: Pad, slot: int) -> str:
        """Why the model cannot place the phrase of a slot; empty when it can, or was not asked yet."""
        found = self._of(pad, slot)
        return found if isinstance(found, str) else ""

    def analogy_refusal(self, pad: Pad) -> str:
        """Why the model cannot place one of the analogy's phrases; empty when it can, or was not asked yet."""
        found = (self._found_of(pad, phrase) for phrase in pad.analogy.phrases)
        return next((reason for reason in found if isinstance(reason, str)), "")

    def unknown(self, pad: Pad) -> Phrase | None:
        """A phrase of the pad that still has to be located."""
        for slot in pad.slots:
            anchor = pad.anchors[slot]
            if anchor is not None and self._of(pad, slot) is None:
                return anchor.phrase
        return next((phrase for phrase in pad.analogy.phrases if self._found_of(pad, phrase) is None), None)

    def placed(self, pad: Pad) -> tuple[int, ...]:
        """Slots whose phrases lie in the space."""
        return tuple(slot for slot in pad.slots if self.located(pad, slot) is not None)

    def points(self, pad: Pad, places: Sequence[Place]) -> Floats | None:
        """The points of the space at these places, [place, dimension]; None while nothing is placed."""
        slots = self.placed(pad)
        means = [found.mean for slot in slots if (found := self.located(pad, slot)) is not None]
        if not means:
            return None
        vectors = np.stack(means).astype(float)
        mix = spherical_mix if pad.interpolation == "spherical" else linear_mix
        mixed = np.stack([mix(vectors, pad.weights(x, y, slots)[list(slots)]) for x, y in places])
        ways = [self._found_of(pad, phrase) for phrase in pad.analogy.phrases]
        ends = [way.mean for way in ways if isinstance(way, Located)]
        # While one of its phrases lies nowhere, an analogy moves nothing.
        return along(mixed, ends[0], ends[1], pad.analogy.amount) if len(ends) == 2 else mixed

    def _of(self, pad: Pad, slot: int) -> Located | str | None:
        anchor = pad.anchors[slot]
        return None if anchor is None else self._found_of(pad, anchor.phrase)

    def _found_of(self, pad: Pad, phrase: Phrase) -> Located | str | None:
        key = (pad.model, pad.line, phrase)
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found


def spaces(library: Library) -> dict[str, Space]:
    """The spaces of the usable models, by the model's id."""
    found = {}
    for model in library.cards():
        try:
            space = space_of(model.card) if model.usable and model.card is not None else None
        except RicercarError:  # its card is damaged: the list of models says so
            continue
        if space is not None:
            found[model.id] = space
    return found


def weights_words(weights: Floats) -> str:
    """Such as "A 28 · B 26 · C 23 · D 23 %": whole percentages that sum to 100; empty slots are left out."""
    slots = [slot for slot, weight in enumerate(weights.tolist()) if weight > 0]
    if not slots:
        return ""
    exact = weights[slots] * 100
    whole = np.floor(exact + 1e-9).astype(int)
    for at in np.argsort(whole - exact, kind="stable")[: 100 - int(whole.sum())]:
        whole[at] += 1
    return " · ".join(f"{LETTERS[slot]} {percent}" for slot, percent in zip(slots, whole.tolist(), strict=True)) + " %"

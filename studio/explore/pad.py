"""What a pad is: phrases at places, sliders, a path; all immutable values that the project keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from studio.explore import mixing
from studio.explore.mixing import CORNERS, Floats, Place
from studio.generation.latent import Line, Phrase, Strictness, Taste

Mode = Literal["corners", "anchors"]
Interpolation = Literal["spherical", "linear"]

SLOTS = {"corners": 4, "anchors": 8}
LETTERS = "ABCDEFGH"
MOST_SD = 3.0
"""Attribute sliders go so many standard deviations either way."""
MOST_TEMPERATURE = 2.0
MOST_ANALOGY = 2.0
"""What leads from one phrase to another is added at most so many times, or taken away."""
STEPS = (2, 32)
HOLD_BARS = (1, 32)
ON_ANCHOR = 0.025
"""Nearer than this a place is the anchor's own."""

BESIDE = "pads"
"""The name under which the session keeps a shelf beside the song."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phrase at a place of the pad."""

    label: str
    phrase: Phrase
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Analogy:
    """A way through the space that two phrases show: as `start` is to `goal`, so is a place to what is heard there.

    The way is added `amount` times; below 0 it is taken away. It counts once both phrases are there.
    """

    start: Phrase | None = None
    goal: Phrase | None = None
    amount: float = 1.0

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Both phrases, where they move anything."""
        return (self.start, self.goal) if self.start is not None and self.goal is not None and self.amount else ()


@dataclass(frozen=True, slots=True, eq=False)
class KeptTaste:
    """A taste under the number by which pads name it. `weights`: SHA-256 of the model that it was learned in; `sources`
    say from which phrases."""

    id: int
    taste: Taste
    weights: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pad:
    """Everything a place of the pad depends on, and the path that was drawn on it.

    `anchors` has a slot for each letter; `attributes` are standard deviations by name; `hold_bars` is how long each
    step of the path lasts when it is committed; `taste` is the number of the taste it is heard with, 0 without one.
    """

    id: int = 1
    model: str = ""
    mode: Mode = "corners"
    anchors: tuple[Anchor | None, ...] = (None, None, None, None)
    attributes: Mapping[str, float] = field(default_factory=dict)
    temperature: float = 0.0
    line: Line = "skyline"
    in_key: Strictness = "soft"
    path: tuple[Place, ...] = ()
    path_steps: int = 7
    hold_bars: int = 2
    interpolation: Interpolation = "spherical"
    seed: int = 1
    taste: int = 0
    analogy: Analogy = Analogy()

    @property
    def slots(self) -> tuple[int, ...]:
        """Slots that hold a phrase."""
        return tuple(slot for slot, anchor in enumerate(self.anchors) if anchor is not None)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was placed or drawn yet."""
        return not self.slots and not self.path

    @property
    def path_places(self) -> tuple[Place, ...]:
        """Where the steps of the path lie."""
        return mixing.sampled_path(self.path, self.path_steps)

    def weights(self, x: float, y: float, among: tuple[int, ...] | None = None) -> Floats:
        """The share of each slot at a place, [slot]; `among`: the slots that count (default: all that hold a phrase)."""
        counted = self.slots if among is None else among
        if self.mode == "corners":
            return mixing.corner_weights(x, y, [slot in counted for slot in range(4)])
        shares = np.zeros(len(self.anchors))
        shares[list(counted)] = mixing.anchor_weights(x, y, [self._place(slot) for slot in counted])
        return shares

    def slot_at(self, x: float, y: float) -> int | None:
        """The slot on whose anchor a place lies."""
        near = [(np.hypot(x - at[0], y - at[1]), slot) for slot in self.slots if (at := self._place(slot))]
        distance, slot = min(near, default=(1.0, 0))
        return slot if distance < ON_ANCHOR else None

    def with_anchor(self, slot: int, anchor: Anchor | None) -> Pad:
        """With one slot filled or emptied; in a corner the anchor's place is the corner."""
        if anchor is not None and self.mode == "corners":
            anchor = replace(anchor, x=CORNERS[slot][0], y=CORNERS[slot][1])
        return replace(self, anchors=(*self.anchors[:slot], anchor, *self.anchors[slot + 1 :]))

    def in_mode(self, mode: Mode) -> Pad:
        """With its phrases kept as far as there is room: four go to the corners in their order."""
        if mode == self.mode:
            return self
        there = [anchor for anchor in self.anchors if anchor is not None] if mode == "corners" else list(self.anchors)
        room = SLOTS[mode]
        made = replace(self, mode=mode, anchors=(None,) * room)
        for slot, anchor in enumerate(there[:room]):
            made = made.with_anchor(slot, anchor)
        return made

    def _place(self, slot: int) -> Place:
        anchor = self.anchors[slot]
        assert anchor is not None
        return anchor.x, anchor.y


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A pad as it was, with the pointer, under a name."""

    name: str
    pad: Pad
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that the project keeps of exploring. `kept` are the pads that committed bars came from, as they were then."""

    pad: Pad = Pad()
    kept: tuple[Pad, ...] = ()
    palette: tuple[Phrase, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    tastes: tuple[KeptTaste, ...] = ()

    @property
    def pads(self) -> tuple[Pad, ...]:
        """The present pad and all that are remembered."""
        return (self.pad, *self.kept, *(snapshot.pad for snapshot in self.snapshots))

    def kept_pad(self, pad_id: int) -> Pad | None:
        return next((pad for pad in self.kept if pad.id == pad_id), None)

    def kept_taste(self, taste_id: int) -> KeptTaste | None:
        return next((kept for kept in self.tastes if kept.id == taste_id), None)

    @property
    def next_pad_id(self) -> int:
        return 1 + max(pad.id for pad in self.pads)

    @property
    def next_taste_id(self) -> int:
        """A number that no taste has, and none that pads still name."""
        return 1 + max((*(kept.id for kept in self.tastes), *(pad.taste for pad in self.pads)))

"""The contract with latent models: phrases become points of a model's space, points become phrases again.

All values are plain (numpy arrays and dataclasses), so that they cross to the model host and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.errors import DamagedCheckpoint
from studio.generation.card import ModelCard
from studio.generation.contract import Backend
from studio.generation.plain_json import Fields
from studio.jobs.progress import Progress
from studio.song.clip import Clip
from studio.strict_json import FaultyJson
from studio.words import tr

Vector = NDArray[np.float32]
"""A point of a latent space, [dimension]; several of them, [point, dimension]."""

Line = Literal["skyline", "lowest", "track"]
"""Which line of several is read: the highest notes, the lowest ones, or all notes of the first part as they are
(the highest where they sound together)."""

Strictness = Literal["off", "soft", "on"]


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """Music to be placed in a space. `drums`: the parts of the clip (by their offset) that are drum tracks.

    `source` says where it is from: "Bars 5-8 · Lead", a file's name, "Take 2 · MusicVAE".
    """

    clip: Clip
    source: str = ""
    drums: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A learned direction that a slider pushes along, in standard deviations of the training data."""

    name: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    """What a card says of a model's latent space; known without opening the weights. `parts` in the order of a decoded
    clip's parts: "melody", "bass", "drums"."""

    bars: int
    dimensions: int
    parts: tuple[str, ...]
    attributes: tuple[Attribute, ...] = ()


def space_of(card: ModelCard) -> Space | None:
    """The space a card describes under `settings.space`; None for a model without one. DamagedCheckpoint when it is odd."""
    if "space" not in card.settings:
        return None
    try:
        found = Fields(Fields(card.settings, "settings").mapping("space"), "settings.space")
        attributes = tuple(
            Attribute(item.text("name", longest=40), item.text("label", longest=40), item.text("help", "", 400))
            for item in found.objects("attributes")
        )
        return Space(found.whole("bars", 1, 64), found.whole("dimensions", 1, 4096), found.texts("parts"), attributes)
    except FaultyJson as problem:
        raise DamagedCheckpoint(
            tr("The card of {card} is damaged: {problem}.", card=card.title, problem=problem), tr("Install the model again.")
        ) from None


@dataclass(frozen=True, slots=True, eq=False)
class Locating:
    """Where do these phrases lie? Longer ones are read by their first window, shorter ones repeated; both are said."""

    model: str
    phrases: tuple[Phrase, ...]
    line: Line = "skyline"


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A phrase's place: mean and deviation of its posterior, [dimension]; what the model makes of it again, and the
    share of grid steps (0..1) in which that agrees with the phrase."""

    index: int
    mean: Vector
    deviation: Vector
    reconstruction: Clip
    agreement: float
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """A composer's own corner of a space: a tiny variational autoencoder of latent vectors, fitted to a few clips.

    `weights` are the arrays of its layers by name; `model` is the model whose space it lies in.
    """

    model: str
    weights: Mapping[str, NDArray[np.float32]]
    clip_count: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """What do these points sound like? Answered in the order given, in batches.

    `temperature` 0 takes the likeliest symbol at each step, so that one point is always one phrase. `attributes`:
    standard deviations by name. `pitch_classes`: those of the key, None for all. `pull` (0..1): how far points are
    drawn into the composer's `taste`.
    """

    model: str
    points: Vector
    temperature: float = 0.0
    seed: int = 1
    attributes: Mapping[str, float] = field(default_factory=dict)
    pitch_classes: frozenset[int] | None = None
    strictness: Strictness = "soft"
    taste: Taste | None = None
    pull: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """The phrase at one point of a Decoding; parts are numbered as `Space.parts`. `rung`: how it was computed, where ways differ
    in a symbol now and then."""

    index: int
    clip: Clip
    rung: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Fitting:
    """Learn the composer's taste from these phrases (MidiMe: Dinculescu, Engel and Roberts 2019)."""

    model: str
    phrases: tuple[Phrase, ...]
    seed: int = 1


LatentRequest = Locating | Decoding | Fitting
LatentAnswer = Located | Decoded | Taste


class LatentBackend(Backend, Protocol):
    """A loaded model with a latent space. Every call beats `progress.stop_if_cancelled()` at least once a batch."""

    @property
    def space(self) -> Space: ...

    def locate(self, request: Locating, progress: Progress) -> Iterator[Located]: ...

    def decode(self, request: Decoding, progress: Progress) -> Iterator[Decoded]: ...

    def fit(self, request: Fitting, progress: Progress) -> Iterator[Taste]:
        """One Taste, in under a minute on two processor cores."""
        ...

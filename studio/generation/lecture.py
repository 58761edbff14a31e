"""The lecture's autoencoders as plain values: what is to be learnt, how the space stands, and bars that go into the song.

A lesson trains two small models of one drum bar at once, an autoencoder and a variational one, and answers with how
both spaces look after every few steps. The weights travel along, so that any answer can be gone on from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio import VERSION
from studio.generation.contract import Capability, Request, Take
from studio.generation.enforce import enforced
from studio.generation.request_text import take_origin
from studio.jobs.progress import Progress
from studio.knobs import KnobValue
from studio.song.notes import Notes, Rows, rows_from_columns, sorted_rows
from studio.song.region import Mask, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.words import tr

Shape = Literal["dense", "recurrent"]
Kind = Literal["AE", "VAE"]
KINDS: tuple[Kind, ...] = ("AE", "VAE")

Hits = NDArray[np.bool_]
"""A bar: [step, voice]."""

MODEL = "lecture-vae"
"""What the origin of a bar names: trained in the program, not a model of the library."""

MAP_SIDE = 20
HIGHEST_BETA = 4.0
STEPS_IN_BAR = 16
STEP_TICKS = TICKS_PER_BEAT // 4
FIRST_STEPS: Mapping[Shape, int] = {"dense": 400, "recurrent": 340}
"""Steps of a first lesson: some seconds."""
MORE_STEPS: Mapping[Shape, int] = {"dense": 250, "recurrent": 100}
"""Steps of going on, after the slider moved."""

ACCENTS = (104, 66, 84, 66)
"""Velocities within a beat: the models know hits only."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Distinct bars to learn from. `group_of` [bar] counts into `groups` (styles, or parts of the song); `places` says
    where each bar is from. `pitches`: the note that each voice is written as."""

    bars: NDArray[np.uint8]
    group_of: NDArray[np.int64]
    groups: tuple[str, ...]
    places: tuple[str, ...]
    voices: tuple[str, ...]
    pitches: tuple[int, ...]
    about: str = ""
    """One sentence: what is learnt from, and why."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many steps with one beta."""

    beta: float
    steps: int


@dataclass(frozen=True, slots=True, eq=False)
class SpaceMap:
    """What the points of a square around the origin decode to. `odds` are log odds, [row, column, step, voice]; row 0 is
    the top. `reach`: half of the square's side."""

    reach: float
    odds: NDArray[np.float16]

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """The point that a cell is the decode of."""
        side = len(self.odds)
        return (2 * (column + 0.5) / side - 1) * self.reach, (1 - 2 * (row + 0.5) / side) * self.reach

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the cell around a point; None outside the square."""
        side = len(self.odds)
        column, row = int((x / self.reach + 1) / 2 * side // 1), int((1 - y / self.reach) / 2 * side // 1)
        return (row, column) if 0 <= row < side and 0 <= column < side else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured over all bars of the lesson, each decoded from its mean. `different`: share of map cells that are not
    the same bar as another cell before them. `kl_bits` is None where there is no distribution."""

    f1: float
    accuracy: float
    different: float
    deviation: float
    kl_bits: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two models: where its bars lie (mean and deviation [bar, 2]), its map, its figures, its weights."""

    means: NDArray[np.float32]
    deviations: NDArray[np.float32]
    map: SpaceMap
    figures: Figures
    weights: Mapping[str, NDArray[np.float32]]

    @property
    def digest(self) -> str:
        """SHA-256 of the weights."""
        found = hashlib.sha256()
        for name in sorted(self.weights):
            found.update(name.encode())
            found.update(np.ascontiguousarray(self.weights[name], np.float32).tobytes())
        return found.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How a lesson stands. `stretches` and the seed make these weights again: each stretch begins its optimiser anew."""

    shape: Shape
    seed: int
    stretches: tuple[Stretch, ...]
    sides: Mapping[Kind, Side]
    seconds: float = 0.0
    """Spent computing, all stretches together."""

    @property
    def step(self) -> int:
        return sum(stretch.steps for stretch in self.stretches)

    @property
    def beta(self) -> float:
        return self.stretches[-1].beta if self.stretches else 0.0

    @property
    def course(self) -> str:
        """The stretches in words: "400 steps at beta 1, 250 at 0.25"."""
        return ", ".join(f"{stretch.steps} steps at beta {stretch.beta:g}" for stretch in self.stretches)


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What to learn. With `before` training goes on from there; without, it begins from the seed.

    Without `material` the drums of `song` are learnt from (with the sample beside them when they are too few), and the
    material found is the first answer.
    """

    shape: Shape
    beta: float
    steps: int
    seed: int = 1
    song: Song | None = None
    material: Material | None = None
    before: Standing | None = None

    @property
    def model(self) -> str:
        """What sentences call it."""
        return MODEL


LessonAnswer = Material | Standing

Study = Callable[[Lesson, Progress], Iterator[LessonAnswer]]
"""What carries lessons out; in the window it drives the model host from a worker thread."""


def hits_at(odds: NDArray[np.floating], temperature: float, seed: int) -> Hits:
    """The bar that log odds [step, voice] stand for: the likelier of the two at temperature 0, else drawn."""
    if temperature <= 0:
        likelier: Hits = np.asarray(odds) > 0
        return likelier
    drawn: Hits = np.random.default_rng(seed).random(np.shape(odds)) < chances(odds, temperature)
    return drawn


def chances(odds: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Probabilities of hits; at temperature 0 they are 0 or 1."""
    if temperature <= 0:
        return (np.asarray(odds) > 0).astype(np.float64)
    scaled = np.clip(np.asarray(odds, np.float64) / temperature, -60, 60)
    found: NDArray[np.float64] = 1 / (1 + np.exp(-scaled))
    return found


def bar_rows(hits: Hits, pitches: tuple[int, ...], span: Span) -> Rows:
    """The bar as notes, again and again until the span is full."""
    steps, voices = np.nonzero(hits)
    bar_ticks = STEPS_IN_BAR * STEP_TICKS
    repeats = -(-span.length_ticks // bar_ticks)
    starts = (span.start_tick + steps[None] * STEP_TICKS + np.arange(repeats)[:, None] * bar_ticks).ravel()
    velocities = np.tile(np.take(ACCENTS, steps % len(ACCENTS)), repeats)
    notes = np.tile(np.take(pitches, voices), repeats)
    rows = rows_from_columns(starts, STEP_TICKS // 2, notes, velocities)
    return sorted_rows(rows[rows["start"] < span.end_tick])


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A bar that was chosen: decoded from `place` of one side's space, or a bar of the material (then `bar` counts it)."""

    kind: Kind
    place: tuple[float, float]
    hits: Hits
    temperature: float = 0.0
    bar: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A take for the tray, and the request that stands for it."""

    request: Request
    take: Take = field(repr=False)


def looped(hits: Hits, pitches: tuple[int, ...], song: Song, start_tick: int) -> tuple[Song, Span]:
    """The bar alone on the song's drum track at that place of its timeline, and the stretch to be heard round and round."""
    span = Span(start_tick, start_tick + STEPS_IN_BAR * STEP_TICKS)
    track = drum_track(song) or Track(song.next_id, "Drums", instrument=Instrument(is_drum=True))
    strip = replace(track.strip, is_muted=False, is_solo=False)
    rows = bar_rows(hits, pitches, span)
    rows["id"] = np.arange(song.next_id + 1, song.next_id + 1 + len(rows))
    return replace(song, tracks=(replace(track, strip=strip, notes=Notes(rows)),), next_id=song.next_id + 1 + len(rows)), span


def drum_track(song: Song) -> Track | None:
    """The first drum track."""
    return next((track for track in song.tracks if track.instrument.is_drum and not track.is_audio), None)


def proposal(choice: Choice, standing: Standing, material: Material, song: Song, region: Region) -> Proposal:
    """The chosen bar as a take over the region; its origin tells all that made it. EmptyTake for a silent bar."""
    capability: Capability = "start"
    settings: dict[str, KnobValue] = {
        "kind": choice.kind,
        "shape": standing.shape,
        "course": standing.course,
        "z": f"{choice.place[0]:.4f} {choice.place[1]:.4f}",
        "temperature": choice.temperature,
    }
    request = Request(capability, MODEL, song, Mask(region), knobs=settings, seed=standing.seed, count=1)
    rows = bar_rows(choice.hits, material.pitches, region.span)
    origin = take_origin(request, 1, standing.sides[choice.kind].digest, VERSION)
    said = tr(
        "{kind} trained here with seed {seed}, z = ({x:.2f}, {y:.2f}).",
        kind=choice.kind,
        seed=standing.seed,
        x=choice.place[0],
        y=choice.place[1],
    )
    take = Take(1, region.span, tuple((id_, rows) for id_ in region.track_ids), origin, (said,))
    return Proposal(request, enforced(take, request))

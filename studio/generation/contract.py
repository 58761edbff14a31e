"""What a model is asked, and what it gives back: plain values, no arrays of a framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from studio.generation.constraints import Constraint
from studio.jobs.progress import Progress
from studio.knobs import Knob, KnobValue
from studio.song.clip import Clip
from studio.song.controls import Points
from studio.song.notes import ROW, Rows, cut_to
from studio.song.origin import Origin
from studio.song.region import Mask
from studio.song.song import Song
from studio.song.ticks import Span

Capability = Literal[
    "start", "continue", "fill", "vary", "morph", "accompany", "groove", "harmonise", "render", "record", "import"
]
"""The composer's verbs. "record" is what hands play and "import" what files hold: no model does these."""
UNMODELLED: tuple[Capability, ...] = ("record", "import")


@dataclass(frozen=True, slots=True)
class Family:
    """The code of a model: declared as a literal at the top of its file in backends/families."""

    name: str
    title: str
    version: int
    capabilities: tuple[str, ...]
    knobs: tuple[Knob, ...] = ()
    trains: bool = True
    heeds: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Of its knobs among the three of `steering`, those that it heeds for some verbs alone, and for which."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One knob of a sweep, and the values it is tried at."""

    knob: str
    values: tuple[KnobValue, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a take depends on. `song` is a snapshot; `mask` says where notes may be written;
    `hear` lists the tracks the model may listen to (written tracks may always be heard)."""

    capability: Capability
    model: str
    song: Song
    mask: Mask
    hear: tuple[int, ...] = ()
    knobs: Mapping[str, KnobValue] = field(default_factory=dict)
    seed: int = 1
    count: int = 4
    clips: tuple[Clip, ...] = ()
    """Music from elsewhere that the request names: the far end of a morph, the groove whose feel is taken."""
    constraints: tuple[Constraint, ...] = ()
    """At most one for each written track."""
    sweep: tuple[Axis, ...] = ()
    """Up to two knobs, each tried at up to five values (`sweep`): then `count` is that of all cells, one take for each."""

    @property
    def span(self) -> Span:
        return self.mask.region.span


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """Notes per track id for the request's span, not yet in the song. `number` counts from 1 within its request.

    Row ids are 0: `edits.takes` deals them. `remarks` are short sentences for the user (such as what was relaxed).
    """

    number: int
    span: Span
    parts: tuple[tuple[int, Rows], ...]
    origin: Origin
    remarks: tuple[str, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()
    points: tuple[tuple[int, Points], ...] = ()
    """Controllers per track id, as hands have turned them; models turn none."""

    @property
    def rows(self) -> Rows:
        """All parts in one array, for drawing."""
        return np.concatenate([rows for _, rows in self.parts]) if self.parts else np.zeros(0, ROW)

    @property
    def note_count(self) -> int:
        return sum(len(rows) for _, rows in self.parts)

    def within(self, span: Span) -> tuple[tuple[int, Rows], ...]:
        """The parts inside a span; notes that reach beyond it end there. The whole take's are given as they are."""
        return self.parts if span == self.span else tuple((track_id, cut_to(rows, span)) for track_id, rows in self.parts)

    def points_within(self, span: Span) -> tuple[tuple[int, Points], ...]:
        """The controllers inside a span, its end included: what springs back does so there."""
        ticks = ((track_id, points, points["tick"]) for track_id, points in self.points)
        return tuple((id_, points[(at >= span.start_tick) & (at <= span.end_tick)]) for id_, points, at in ticks)


class Backend(Protocol):
    """A loaded model. Takes are yielded one by one as they are ready; the same request and seed give the same takes."""

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]: ...

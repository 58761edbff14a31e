"""A flat space of two dimensions whose decoding can be reckoned by head, and an explorer in it.

A point (a, b) is two notes: one starts 1000 a ticks after the first bar line, the other 1000 b ticks after the second.
Locating is the exact inverse, so what lies between two phrases begins between where they begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from studio.errors import UnsupportedRequest, WorkerLost
from studio.explore.errands import Ask
from studio.explore.explorer import Explorer
from studio.generation.latent import (
    Attribute,
    Decoded,
    Decoding,
    Fitting,
    LatentAnswer,
    LatentRequest,
    Located,
    Locating,
    Phrase,
    Space,
    Taste,
)
from studio.generation.library import ListedModel
from studio.jobs.board import InlineRunner, Runner
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.clip import Clip
from studio.song.notes import Note, Rows, rows_of
from studio.song.song import Song
from tests.fakes import SilentSound, scale_takes
from tests.generate_parts import Shelf, listed, song_of

BAR = 3840
WINDOW = 2 * BAR
SCALE = 1000
MELODY = Space(2, 2, ("melody",), (Attribute("late", "Late"), Attribute("far", "Far")))
DRUMS = Space(2, 2, ("drums",))
TRIO = Space(2, 2, ("melody", "bass", "drums"))
PITCHES = {"melody": 72, "bass": 36, "drums": 38}


def rows_at(a: float, b: float, pitch: int = 72) -> Rows:
    return rows_of([Note(round(SCALE * a), 480, pitch, 90), Note(BAR + round(SCALE * b), 480, pitch, 90)])


def phrase_at(a: float, b: float, source: str = "", pitch: int = 72, length: int = WINDOW) -> Phrase:
    return Phrase(Clip(((0, rows_at(a, b, pitch)),), length), source or f"{a:g} {b:g}")


def point_of(clip: Clip) -> tuple[float, float]:
    """Where the first part's two notes begin, as the point they stand for."""
    first, second = np.sort(clip.parts[0][1]["start"])[:2].tolist()
    return first / SCALE, (second - BAR) / SCALE


@dataclass(eq=False)
class Plane:
    """Answers requests, and remembers them."""

    space: Space = MELODY
    asked: list[LatentRequest] = field(default_factory=list)
    loses_its_host: bool = False

    def ask(self, request: LatentRequest, progress: Progress) -> Iterator[LatentAnswer]:
        self.asked.append(request)
        progress.stop_if_cancelled()
        if self.loses_its_host:
            raise WorkerLost("The model host was lost.", "It is starting again.")
        if isinstance(request, Locating):
            yield from self._located(request)
        elif isinstance(request, Decoding):
            later = request.attributes.get("late", 0.0)
            for index, (a, b) in enumerate(request.points.tolist()):
                parts = tuple((at, rows_at(a + later, b, PITCHES[part])) for at, part in enumerate(self.space.parts))
                yield Decoded(index, Clip(parts, self.space.bars * BAR), "by rule")
        elif isinstance(request, Fitting):
            yield Taste(request.model, {"mean": np.zeros(2, np.float32)}, len(request.phrases), 3.0)

    def _located(self, request: Locating) -> Iterator[Located]:
        for index, phrase in enumerate(request.phrases):
            if phrase.clip.note_count < 2:
                raise UnsupportedRequest(f"«{phrase.source}» has no two notes.", "Choose another phrase.")
            a, b = point_of(phrase.clip)
            remarks = (f"«{phrase.source}» is read by its first two bars.",) if phrase.clip.length_ticks > WINDOW else ()
            yield Located(index, np.array([a, b], np.float32), np.ones(2, np.float32), phrase.clip, 1.0, remarks)

    @property
    def decodings(self) -> list[Decoding]:
        return [request for request in self.asked if isinstance(request, Decoding)]


def model_of(space: Space, model_id: str = "plane", experimental: bool = False) -> ListedModel:
    """A model whose card tells of this space."""
    told = {
        "bars": space.bars,
        "dimensions": space.dimensions,
        "parts": list(space.parts),
        "attributes": [{"name": item.name, "label": item.label, "help": item.help} for item in space.attributes],
    }
    bare = listed(model_id, f"The {model_id}", "CC0", True)
    assert bare.card is not None
    return replace(bare, card=replace(bare.card, settings={"space": told}, experimental=experimental))


@dataclass(eq=False)
class Bench:
    """An explorer with what it talks to."""

    explorer: Explorer
    session: Session
    sound: SilentSound
    plane: Plane
    said: list[str] = field(default_factory=list)

    @property
    def heard_point(self) -> tuple[float, float]:
        assert self.explorer.phrase is not None
        return point_of(self.explorer.phrase)


CORNER_PHRASES = (phrase_at(0, 0), phrase_at(1, 0), phrase_at(0, 1), phrase_at(1, 1))


def bench(space: Space = MELODY, runner: Runner | None = None, song: Song | None = None, ask: Ask | None = None) -> Bench:
    sound, plane = SilentSound(), Plane(space)
    session = Session(runner or InlineRunner(), scale_takes, sound, song or song_of())
    explorer = Explorer(session, ask or plane.ask)
    explorer.offer_models(Shelf(model_of(space)))
    made = Bench(explorer, session, sound, plane)
    session.said.listen(lambda text, _is_error: made.said.append(text))
    return made


def filled(made: Bench) -> Bench:
    """With the corners of the unit square on the corners of the pad, mixed along straight lines."""
    made.explorer.set_interpolation("linear")
    for slot, phrase in enumerate(CORNER_PHRASES):
        made.explorer.place_anchor(slot, phrase)
    return made

"""A small space for the pad: a phrase's point is its melody, step by step, so that what lies between two can be reckoned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from studio.errors import UnsupportedRequest
from studio.explore.explorer import Explorer
from studio.generation.latent import Decoded, Decoding, Fitting, LatentAnswer, LatentRequest, Located, Locating, Phrase, Taste
from studio.generation.library import ListedModel
from studio.jobs.board import InlineRunner, Runner
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.clip import Clip
from studio.song.notes import Note, Rows, rows_of
from tests.fakes import SilentSound, scale_takes
from tests.generate_parts import Shelf, listed, song_of

STEPS, STEP_TICKS = 16, 480
LENGTH_TICKS = STEPS * STEP_TICKS
MIDDLE, SCALE = 64, 6.0
UNREADABLE = "In five"
"""A phrase of this name has no place in the space."""


def melody(*pitches: int) -> Rows:
    """A note on each eighth of two bars; the pitches go round."""
    return rows_of([Note(at * STEP_TICKS, STEP_TICKS, pitches[at % len(pitches)], 90) for at in range(STEPS)])


def phrase(source: str, *pitches: int) -> Phrase:
    return Phrase(Clip(((0, melody(*pitches)),), LENGTH_TICKS), source)


def point_of(rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The pitch at each step, the last one held."""
    made, held = np.zeros(STEPS, np.float32), float(rows["pitch"][0])
    by_step = {int(row["start"]) // STEP_TICKS: float(row["pitch"]) for row in rows}
    for step in range(STEPS):
        held = by_step.get(step, held)
        made[step] = (held - MIDDLE) / SCALE
    return made


def clip_at(point: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Clip:
    pitches = np.clip(np.rint(MIDDLE + SCALE * point), 30, 100).astype(int)
    return Clip(((0, melody(*pitches.tolist())),), LENGTH_TICKS)


def melody_space(request: LatentRequest, progress: Progress) -> Iterator[LatentAnswer]:
    """Answers like a model that places melodies without loss."""
    progress.stop_if_cancelled()
    if isinstance(request, Locating):
        for index, asked in enumerate(request.phrases):
            if asked.source == UNREADABLE:
                raise UnsupportedRequest("This space has no room for it.", "Choose another phrase.")
            point = point_of(asked.clip.rows)
            yield Located(index, point, np.full(STEPS, 0.1, np.float32), clip_at(point), 1.0)
    elif isinstance(request, Decoding):
        for index, point in enumerate(request.points):
            progress.stop_if_cancelled()
            yield Decoded(index, clip_at(point))
    elif isinstance(request, Fitting):
        yield Taste(request.model, {}, len(request.phrases))


def roomy(model_id: str = "mel-2bar", title: str = "MusicVAE") -> ListedModel:
    """A model whose card tells of a space."""
    space = {
        "bars": 2,
        "dimensions": STEPS,
        "parts": ["melody"],
        "attributes": [{"name": "density", "label": "Note density", "help": "How many notes"}],
    }
    bare = listed(model_id, title, "MIT", True)
    assert bare.card is not None
    return replace(bare, card=replace(bare.card, settings={"space": space}))


def session_of(runner: Runner | None = None) -> Session:
    return Session(runner or InlineRunner(), scale_takes, SilentSound(), song_of())


def explorer_of(session: Session | None = None, *models: ListedModel) -> Explorer:
    """An explorer in a small space, its pad empty."""
    explorer = Explorer(session or session_of(), melody_space)
    explorer.offer_models(Shelf(*(models or (roomy(),))))
    return explorer


PHRASES = (
    phrase("Bars 5–8 · Lead", 60),
    phrase("Teapot.mid", 72),
    phrase("Rising", 60, 62, 64),
    phrase("Sampled · seed 77", 72, 70),
)


def filled(explorer: Explorer) -> Explorer:
    """With a phrase on each corner."""
    for slot, put in enumerate(PHRASES):
        explorer.place_anchor(slot, put)
    return explorer

"""Surprise me: a whole little piece from one number, composed by rules, with two sentences of what was decided and why."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from studio.generation.composing.plan import drawn_plan
from studio.generation.composing.scoring import scored
from studio.generation.composing.tune import composed
from studio.generation.composing.words import sentences_of
from studio.song.song import Song

HIGHEST_FRESH_SEED = 99_999


@dataclass(frozen=True, slots=True)
class Surprise:
    """The piece, the seed that makes it again, and what to tell about it."""

    song: Song
    sentences: tuple[str, str]
    seed: int


def surprise(seed: int) -> Surprise:
    """The piece of this seed: always the same, at least 16 bars and two tracks."""
    plan = drawn_plan(seed)
    tune = composed(plan)
    return Surprise(scored(plan, tune), sentences_of(plan, tune), seed)


def fresh_seed() -> int:
    """A seed nobody chose, short enough to write down."""
    return secrets.randbelow(HIGHEST_FRESH_SEED) + 1

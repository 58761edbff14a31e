"""Colouring: what the colour of a note tells: its track, loudness, pitch class, or whether a model made it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from studio.song.notes import Rows
from studio.song.origin import Origin
from widgets.piano_roll.backdrop import mixed
from widgets.theme import Theme

Colouring = Literal["track", "loudness", "pitch", "origin"]
COLOURINGS: tuple[Colouring, ...] = get_args(Colouring)
LOUDNESS_STEPS = 6


@dataclass(frozen=True, slots=True)
class Made:
    """Origins whose notes a model made, and those of them that were edited since."""

    by_model: frozenset[int] = frozenset()
    edited: frozenset[int] = frozenset()

    @classmethod
    def of(cls, origins: tuple[Origin, ...]) -> Made:
        return cls(frozenset(entry.id for entry in origins), frozenset(entry.id for entry in origins if entry.edited))


NOTHING_MADE = Made()
Group = tuple[NDArray[np.bool_], QColor]
"""Which rows, and their colour at full loudness."""


def groups_of(colouring: Colouring, rows: Rows, track: QColor, theme: Theme, made: Made) -> list[Group]:
    """Rows by colour; each row in one group."""
    if colouring == "track" or not len(rows):
        return [(np.ones(len(rows), bool), track)]
    if colouring == "loudness":
        number = rows["velocity"].astype(int) * LOUDNESS_STEPS // 128
        palette = _loudness(theme)
    elif colouring == "pitch":
        number, palette = rows["pitch"].astype(int) % 12, _pitch_classes(theme)
    else:
        number = np.isin(rows["origin"], list(made.by_model)).astype(int) + np.isin(rows["origin"], list(made.edited))
        proposed = theme.colour("proposed")
        palette = (track, proposed, mixed(track, proposed, 0.5))
    present = np.flatnonzero(np.bincount(number)).tolist()
    return [(number == at, palette[at]) for at in present]


@lru_cache(maxsize=8)
def _loudness(theme: Theme) -> tuple[QColor, ...]:
    """From cool and soft to warm and loud."""
    stops = (theme.track(0), theme.track(1), theme.colour("accent"), theme.colour("warn"))
    made = []
    for step in range(LOUDNESS_STEPS):
        place = step / (LOUDNESS_STEPS - 1) * (len(stops) - 1)
        low = min(int(place), len(stops) - 2)
        made.append(mixed(stops[low], stops[low + 1], place - low))
    return tuple(made)


@lru_cache(maxsize=8)
def _pitch_classes(theme: Theme) -> tuple[QColor, ...]:
    """Hues along the circle of fifths, so that near keys have near colours."""
    is_dark = theme.colour("bg").lightnessF() < 0.5
    return tuple(QColor.fromHslF(pitch * 7 % 12 / 12, 0.62, 0.66 if is_dark else 0.42) for pitch in range(12))

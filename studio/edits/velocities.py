"""Velocities of many notes: scaled, set along a ramp or a curve, scattered by chance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.edits.changing import Ids, changed_in_place, count_of, of_notes
from studio.edits.history import Edit
from studio.edits.scatter import scattered
from studio.song.notes import Rows
from studio.song.rows import copied_rows
from studio.words import tr

Floats = NDArray[np.float64]
_LANE = 7
"""Keeps this scatter apart from that of humanising."""


def scale_velocities(ids: Ids, factor: float) -> Edit:
    """Each velocity times a factor: proportions stay, where adding would keep differences."""
    return _edit(
        tr("Scale velocity of {{}} to {percent:.0f} %", percent=factor * 100),
        ids,
        lambda rows: rows["velocity"].astype(float) * factor,
    )


def spread_velocities(ids: Ids, factor: float) -> Edit:
    """Each velocity's distance from their mean times a factor: below 1 evens out, above 1 brings out."""

    def change(rows: Rows) -> Floats:
        velocity = rows["velocity"].astype(float)
        spread: Floats = velocity.mean() + (velocity - velocity.mean()) * factor
        return spread

    return _edit(tr("Even out velocity of {}") if factor < 1 else tr("Bring out velocity of {}"), ids, change)


def ramp_velocities(ids: Ids, first: int, last: int, bend: float = 0.0) -> Edit:
    """From one velocity at the earliest start to another at the latest.

    `bend` curves the way: 0 is straight, towards 1 it stays near the first velocity for long, towards -1 near the last.
    """

    def change(rows: Rows) -> Floats:
        start = rows["start"].astype(float)
        share = (start - start.min()) / max(1.0, start.max() - start.min())
        along: Floats = first + (last - first) * curved(share, bend)
        return along

    return _edit(tr("Ramp velocity of {}"), ids, change)


def scatter_velocities(ids: Ids, most: int, seed: int) -> Edit:
    """Up to so much softer or louder, by chance; the same for the same seed."""
    return _edit(tr("Randomise velocity of {}"), ids, lambda rows: rows["velocity"] + most * scattered(rows["id"], seed, _LANE))


def level_velocities(ids: Ids, velocity: int) -> Edit:
    """One velocity for all."""
    return _edit(tr("Set velocity of {}"), ids, lambda rows: np.full(len(rows), float(velocity)))


def curved(share: Floats, bend: float) -> Floats:
    """A way from 0 to 1 that is straight for a bend of 0 and the slower at first the nearer it is to 1."""
    made: Floats = share ** (2.0 ** (3.0 * max(-1.0, min(1.0, bend))))
    return made


def _edit(label: str, ids: Ids, change: Callable[[Rows], Floats]) -> Edit:
    chosen = frozenset(ids)

    def changed_rows(rows: Rows) -> Rows:
        rows = copied_rows(rows)
        rows["velocity"] = np.clip(np.rint(change(rows)), 1, 127)
        return rows

    return of_notes(chosen, label.format(count_of(len(chosen))), lambda song: changed_in_place(song, chosen, changed_rows))

"""From drums on the grid back to the rows of a take: what was there moved, replaced or kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.representations.drums import STEP_TICKS, VOICE_COUNT, WINDOW_STEPS, Groove, midi_velocity, tick_of, written
from backends.representations.groove_scene import GrooveScene
from studio.song.notes import Rows, sorted_rows
from studio.song.ticks import Span

Array = NDArray[np.float32]


def moved(scene: GrooveScene, velocities: Array, offsets: Array, strength: float, span: Span) -> Rows:
    """The rows that may change, each `strength` of the way to the velocity and offset of its cell.

    A hit that stands behind a louder one of its cell goes along with it; what is none of the nine drums stays.
    """
    reading = scene.reading
    rows, cells = reading.rows.copy(), reading.cells
    known = cells >= 0
    steps, voices = np.divmod(np.maximum(cells, 0), VOICE_COUNT)
    goal = tick_of(steps, offsets[steps, voices], scene.start_tick)
    loud = midi_velocity(velocities[steps, voices])
    holder = np.full(cells.max(initial=0) + 1, -1, np.int64)
    holder[cells[reading.kept]] = np.flatnonzero(reading.kept)
    leader = np.where(known, holder[np.maximum(cells, 0)], np.arange(len(rows)))
    shift = np.where(known, np.round(strength * (goal - rows["start"])[leader]), 0).astype(np.int64)
    louder = np.where(known, np.round(strength * (loud - rows["velocity"].astype(np.int64))[leader]), 0)
    rows["start"] = rows["start"] + shift
    rows["velocity"] = np.clip(rows["velocity"].astype(np.int64) + louder.astype(np.int64), 1, 127)
    return _inside(np.concatenate([rows[scene.free], scene.beyond]), span)


def remade(scene: GrooveScene, drums: Groove, chance: Array, strength: float, span: Span, *, voice: int | None = None) -> Rows:
    """New drums for the old ones (of one voice, or of all nine). At strength 0 the old stand; between, the likeliest of the
    new come in and those of the old that are not among the new go."""
    reading = scene.reading
    old = np.zeros(drums.hits.shape, bool) | reading.groove.hits
    if voice is not None:
        old[:, [at for at in range(VOICE_COUNT) if at != voice]] = False
    fresh, gone = drums.hits & ~old, old & ~drums.hits
    comes, goes = _top(fresh, chance, strength), _top(gone, 1 - chance, strength)
    both = drums.hits & old
    replaced = goes | (both if strength >= 1 else np.zeros_like(both))
    taken = comes | (both if strength >= 1 else np.zeros_like(both))
    cells = reading.cells
    is_replaced = np.zeros(len(cells), bool)
    is_replaced[cells >= 0] = replaced.reshape(-1)[cells[cells >= 0]]
    stays = reading.rows[scene.free[~is_replaced[scene.free]]]
    new = Groove(
        taken, np.where(taken, drums.velocities, 0), np.where(taken, drums.offsets, 0), np.where(taken, drums.pitches, 0)
    )
    return _inside(np.concatenate([stays, written(new, scene.start_tick), scene.beyond]), span)


def drum_rows_of(scene: GrooveScene, pieces: list[Groove], span: Span) -> Rows:
    """Two-bar pieces one after another from the scene's start on; notes that are none of the nine drums stay."""
    rows = [written(piece, scene.start_tick + at * WINDOW_STEPS * STEP_TICKS) for at, piece in enumerate(pieces)]
    free = scene.reading.rows[scene.free]
    others = free[scene.reading.cells[scene.free] < 0]
    made = np.concatenate(rows)
    made = made[(made["start"] < span.end_tick) & (made["start"] >= span.start_tick - STEP_TICKS // 2)]
    return _inside(np.concatenate([made, others]), span)


def _top(cells: NDArray[np.bool_], chance: Array, share: float) -> NDArray[np.bool_]:
    """The likeliest share of the cells."""
    count = round(share * int(cells.sum()))
    ranked = np.argsort(np.where(cells, -chance, np.inf), axis=None, kind="stable")[:count]
    found = np.zeros(cells.size, bool)
    found[ranked] = True
    return found.reshape(cells.shape)


def _inside(rows: Rows, span: Span) -> Rows:
    """Rows that begin in the span; one that a model played early for its first step begins with it."""
    kept = rows[(rows["start"] >= span.start_tick - STEP_TICKS // 2) & (rows["start"] < span.end_tick + STEP_TICKS // 2)]
    kept = kept.copy()
    kept["start"] = np.clip(kept["start"], span.start_tick, span.end_tick - 1)
    return sorted_rows(kept)

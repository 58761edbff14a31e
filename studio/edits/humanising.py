"""Humanise: a seeded jitter of time and loudness that takes the place of the one before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.edits.changing import Ids, changed, count_of, of_notes, rows_by_track
from studio.edits.history import Edit
from studio.edits.scatter import scattered
from studio.song.notes import Rows
from studio.song.rows import copied_rows
from studio.song.song import Song
from studio.song.timeline import Timeline
from studio.words import tr

PLACE = np.dtype([("id", np.int64), ("start", np.int64), ("velocity", np.int64)])
Places = NDArray[np.void]
"""Where notes are and how loud: a structured array of dtype PLACE, sorted by id."""


@dataclass(frozen=True, slots=True)
class Humanising:
    """Up to so many milliseconds earlier or later, up to so much softer or louder."""

    time_ms: float = 12.0
    velocity: int = 8
    seed: int = 1


class Humaniser:
    """Remembers what jitter made of which notes, so that another one starts from where they were before it.

    A note that was moved or struck otherwise since then counts as it is now.
    """

    def __init__(self) -> None:
        self._was = self._made = np.zeros(0, PLACE)

    def edit(self, song: Song, ids: Ids, how: Humanising) -> Edit:
        """For this song; `done` tells what came of it."""
        return humanise(ids, how, self._before(song, frozenset(ids)))

    def done(self, before: Song, after: Song, ids: Ids) -> None:
        chosen = frozenset(ids)
        was, made = self._before(before, chosen), _places(after, chosen)
        was = was[np.isin(was["id"], made["id"])]  # some may have become one
        kept = ~np.isin(self._made["id"], made["id"])
        self._was = _by_id(np.concatenate((self._was[kept], was)))
        self._made = _by_id(np.concatenate((self._made[kept], made)))

    def _before(self, song: Song, ids: frozenset[int]) -> Places:
        """Where each note was before the jitter that it still has, else where it is."""
        found = _places(song, ids)
        at, known = _found(self._made, found["id"])
        same = known & (self._made[at] == found) if len(self._made) else known
        found[same] = self._was[at[same]]
        return found


def humanise(ids: Ids, how: Humanising, before: Places) -> Edit:
    """Jitter notes about where they stood `before` (where they stand, for those it does not name); time stops at 0."""
    chosen = frozenset(ids)

    def change(rows: Rows, timeline: Timeline) -> Rows:
        made = copied_rows(rows)
        start, velocity = rows["start"].copy(), rows["velocity"].astype(np.int64)
        at, known = _found(before, rows["id"])
        start[known], velocity[known] = before["start"][at[known]], before["velocity"][at[known]]
        seconds = timeline.seconds_at(start) + how.time_ms / 1000 * scattered(rows["id"], how.seed)
        made["start"] = np.maximum(0, np.rint(timeline.ticks_at(np.maximum(0.0, seconds)))).astype(np.int64)
        louder = np.rint(how.velocity * scattered(rows["id"], how.seed, lane=1)).astype(np.int64)
        made["velocity"] = np.clip(velocity + louder, 1, 127)
        return made

    label = tr("Humanise {notes}", notes=count_of(len(chosen)))
    return of_notes(chosen, label, lambda song: changed(song, chosen, lambda rows: change(rows, song.timeline)))


def _places(song: Song, ids: frozenset[int]) -> Places:
    parts = [np.zeros(0, PLACE)]
    for rows in rows_by_track(song, ids).values():
        part = np.zeros(len(rows), PLACE)
        for name in ("id", "start", "velocity"):
            part[name] = rows[name]
        parts.append(part)
    return _by_id(np.concatenate(parts))


def _by_id(places: Places) -> Places:
    return places[np.argsort(places["id"])]


def _found(places: Places, ids: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where ids stand among the places, and which of them do."""
    if not len(places):
        return np.zeros(len(ids), np.intp), np.zeros(len(ids), bool)
    at = np.minimum(np.searchsorted(places["id"], ids), len(places) - 1)
    return at, places["id"][at] == ids

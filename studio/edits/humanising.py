"""Humanise: a seeded jitter of time and loudness that takes the place of the one before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.edits.changing import Ids, changed, count_of, of_notes, rows_by_track
from studio.edits.history import Edit
from studio.edits.scatter import scattered
from studio.song.notes import Rows
from studio.song.rows import among, copied_rows
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
        was = _taken(was, _known(made, was["id"]))  # some may have become one
        kept = ~_known(made, self._made["id"])
        self._was = _by_id(np.concatenate((_bytes(_taken(self._was, kept)), _bytes(was))).view(PLACE))
        self._made = _by_id(np.concatenate((_bytes(_taken(self._made, kept)), _bytes(made))).view(PLACE))

    def _before(self, song: Song, ids: frozenset[int]) -> Places:
        """Where each note was before the jitter that it still has, else where it is."""
        found = _places(song, ids)
        at, same = _found(self._made, found["id"])
        if len(self._made):
            for name in ("start", "velocity"):
                same &= self._made[name][at] == found[name]
            _bytes(found)[same] = _bytes(self._was)[at[same]]
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
    parts = rows_by_track(song, ids).values()
    made = np.zeros(sum(map(len, parts)), PLACE)
    for name in ("id", "start", "velocity"):
        made[name] = np.concatenate([np.zeros(0, np.int64), *(rows[name] for rows in parts)])
    return _by_id(made)


def _bytes(places: Places) -> Places:
    """Moved whole: numpy handles structured values field by field."""
    return places.view((np.void, PLACE.itemsize))


def _taken(places: Places, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Places:
    return _bytes(places)[chosen].view(PLACE)


def _by_id(places: Places) -> Places:
    return _taken(places, np.argsort(places["id"]))


def _known(places: Places, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which ids the places, sorted by id, have."""
    return among(ids, np.ascontiguousarray(places["id"]))


def _found(places: Places, ids: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where ids stand among the places, and which of them do."""
    if not len(places):
        return np.zeros(len(ids), np.intp), np.zeros(len(ids), bool)
    at = np.minimum(np.searchsorted(places["id"], ids), len(places) - 1)
    return at, places["id"][at] == ids

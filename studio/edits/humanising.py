"""Humanise: a seeded jitter of time and loudness that takes the place of the one before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.edits.changing import Ids, changed, count_of, rows_by_track
from studio.edits.history import Edit
from studio.edits.scatter import scattered
from studio.song.notes import Rows
from studio.song.song import Song
from studio.song.timeline import Timeline

Place = tuple[int, int]
"""Start and velocity of a note."""


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
        self._made: dict[int, tuple[Place, Place]] = {}

    def edit(self, song: Song, ids: Ids, how: Humanising) -> Edit:
        """For this song; `done` tells what came of it."""
        return humanise(ids, how, self._before(song, frozenset(ids)))

    def done(self, before: Song, after: Song, ids: Ids) -> None:
        chosen = frozenset(ids)
        was = self._before(before, chosen)
        self._made.update((note_id, (was[note_id], place)) for note_id, place in _places(after, chosen).items() if note_id in was)

    def _before(self, song: Song, ids: frozenset[int]) -> dict[int, Place]:
        """Where each note was before the jitter that it still has, else where it is."""
        found = {}
        for note_id, place in _places(song, ids).items():
            was, made = self._made.get(note_id, (place, place))
            found[note_id] = was if made == place else place
        return found


def humanise(ids: Ids, how: Humanising, before: dict[int, Place]) -> Edit:
    """Jitter notes about where they stood `before` (where they stand, for those it does not name); time stops at 0."""
    chosen = frozenset(ids)

    def change(rows: Rows, timeline: Timeline) -> Rows:
        made = rows.copy()
        listed = zip(rows["id"].tolist(), rows["start"].tolist(), rows["velocity"].tolist(), strict=True)
        was = [before.get(note_id, (start, velocity)) for note_id, start, velocity in listed]
        start, velocity = (np.array(column, np.int64) for column in zip(*was, strict=True))
        seconds = timeline.seconds_at(start) + how.time_ms / 1000 * scattered(rows["id"], how.seed)
        made["start"] = np.maximum(0, np.rint(timeline.ticks_at(np.maximum(0.0, seconds)))).astype(np.int64)
        louder = np.rint(how.velocity * scattered(rows["id"], how.seed, lane=1)).astype(np.int64)
        made["velocity"] = np.clip(velocity + louder, 1, 127)
        return made

    label = f"Humanise {count_of(len(chosen))}"
    return Edit(label, lambda song: changed(song, chosen, lambda rows: change(rows, song.timeline)))


def _places(song: Song, ids: frozenset[int]) -> dict[int, Place]:
    found = {}
    for rows in rows_by_track(song, ids).values():
        listed = zip(rows["id"].tolist(), rows["start"].tolist(), rows["velocity"].tolist(), strict=True)
        found.update({note_id: (start, velocity) for note_id, start, velocity in listed})
    return found

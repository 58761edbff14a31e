"""Voices: notes led so that no more sound at once than may, none is shorter than it may, and equal pitches do not overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.song.notes import Rows, sorted_rows

NUDGE_TICKS = 60
"""By so much, a quarter of a sixteenth, a note may begin later where the one before has to be heard out."""
SHORTEST_TICKS = 30
"""Less is left of no note that is cut short."""


@dataclass
class _Sounding:
    """A note that sounds: `at` its row, -1 for one that stays in the song and cannot be cut."""

    start: int
    end: int
    pitch: int
    weight: tuple[int, ...]
    at: int


@dataclass
class Leading:
    """What notes are led by. `edges`: where each row must end; `weights` [row]: how strong its place is."""

    voices: int
    shortest: int | None
    weights: NDArray[np.int64]
    edges: NDArray[np.int64]

    def led(self, rows: Rows, stays: Rows) -> Rows:
        """The rows, shortened, lengthened, a little later, or left out; those that stay in the song are given way to."""
        rows = rows.copy()
        self._least = self.shortest or SHORTEST_TICKS
        self._gone: set[int] = set()
        sounding: list[_Sounding] = []
        for each in self._events(rows, stays):
            sounding = [other for other in sounding if other.end > each.start and other.at not in self._gone]
            if each.at < 0:
                self._give_way(sounding, each, rows)
                sounding.append(each)
            elif self._enters(sounding, each, rows):
                sounding.append(each)
            else:
                self._gone.add(each.at)
        kept = np.ones(len(rows), bool)
        kept[[at for at in self._gone if at >= 0]] = False
        return sorted_rows(rows[kept])

    def _events(self, rows: Rows, stays: Rows) -> list[_Sounding]:
        """All notes in the order in which they are decided on: what stays first, then the outer voices."""
        found = [_Sounding(int(row["start"]), int(row["start"] + row["length"]), int(row["pitch"]), (), -1) for row in stays]
        outer = _outer(rows)
        for at, row in enumerate(rows):
            end = int(row["start"] + row["length"])
            if self.shortest is not None:
                end = max(end, int(row["start"]) + self.shortest)
            weight = (int(self.weights[at]), int(outer[at]), int(row["velocity"]))
            found.append(_Sounding(int(row["start"]), end, int(row["pitch"]), weight, at))
        return sorted(found, key=lambda each: (each.start, each.at >= 0, [-part for part in each.weight[1:]]))

    def _enters(self, sounding: list[_Sounding], each: _Sounding, rows: Rows) -> bool:
        """Whether the note finds a voice; others are cut for it, and it may come a little later."""
        for other in [other for other in sounding if other.pitch == each.pitch]:
            if not self._cut(other, each, rows):
                return False
        sounding[:] = [other for other in sounding if other.end > each.start and other.at not in self._gone]
        while len(sounding) >= self.voices:
            other = min(sounding, key=lambda one: (one.at < 0, one.start))
            if not self._cut(other, each, rows):
                return False
            sounding[:] = [other for other in sounding if other.end > each.start and other.at not in self._gone]
        edge = int(self.edges[each.at])
        each.end = min(each.end, edge)
        if each.end - each.start < (self.shortest or 1):
            return False
        rows["start"][each.at], rows["length"][each.at] = each.start, each.end - each.start
        return True

    def _cut(self, other: _Sounding, each: _Sounding, rows: Rows) -> bool:
        """End another note where this one begins; where too little of it would be left this one comes later, or the weaker of
        the two goes."""
        if other.at >= 0 and each.start - other.start >= self._least:
            self._end(other, each.start, rows)
            return True
        soonest = other.end if other.at < 0 else min(other.end, other.start + self._least)
        if soonest - each.start <= NUDGE_TICKS and other.start < each.start:
            if other.at >= 0:
                self._end(other, soonest, rows)
            each.start = soonest
            each.end = max(each.end, soonest + (self.shortest or 1))
            return True
        if other.at >= 0 and other.start < each.start and each.weight > other.weight:
            self._gone.add(other.at)
            return True
        return False

    def _give_way(self, sounding: list[_Sounding], each: _Sounding, rows: Rows) -> None:
        """Make room for a note that stays."""
        same = [other for other in sounding if other.at >= 0 and other.pitch == each.pitch]
        free = sorted((other for other in sounding if other.at >= 0), key=lambda other: other.start)
        excess = len(sounding) + 1 - self.voices
        for other in [*same, *(other for other in free if other not in same)][: max(len(same), excess)]:
            if each.start - other.start >= self._least:
                self._end(other, each.start, rows)
            else:
                self._gone.add(other.at)
        sounding[:] = [other for other in sounding if other.end > each.start and other.at not in self._gone]

    def _end(self, other: _Sounding, tick: int, rows: Rows) -> None:
        other.end = tick
        rows["length"][other.at] = tick - other.start


def most_at_once(rows: Rows, stays: Rows) -> NDArray[np.int64]:
    """How many notes, those that stay among them, sound where each of the rows or of those that stay begins while a row
    sounds, [place]."""
    starts = np.concatenate([rows["start"], stays["start"]])
    stops = starts + np.concatenate([rows["length"], stays["length"]])
    places = np.unique(starts)
    ours = _sounding_at(places, starts[: len(rows)], stops[: len(rows)]) > 0
    return _sounding_at(places, starts, stops)[ours]


def _sounding_at(places: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
    begun = np.searchsorted(np.sort(starts), places, side="right")
    found: NDArray[np.int64] = begun - np.searchsorted(np.sort(stops), places, side="right")
    return found


def _outer(rows: Rows) -> NDArray[np.int64]:
    """2 for the highest note of those that begin together, 1 for the lowest, 0 for those between."""
    order = np.lexsort((rows["pitch"], rows["start"]))
    starts = rows["start"][order]
    found = np.zeros(len(rows), np.int64)
    found[order[np.diff(starts, prepend=-1) != 0]] = 1
    found[order[np.diff(starts, append=-1) != 0]] = 2
    return found

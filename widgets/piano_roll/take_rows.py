"""What stands in the lanes of takes: for each its number, what was said of it, its notes and the bars that come from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from studio.generation.tray import TakeSet
from studio.song.notes import ROW, Rows
from studio.words import counted, tr


@dataclass(frozen=True, slots=True, eq=False)
class LaneRow:
    """One lane: a take by its index, or None for what was there."""

    index: int | None
    number: int
    is_edited: bool
    label: str
    points: int
    is_starred: bool
    rows: Rows
    lit: frozenset[int]

    @property
    def words(self) -> str:
        """Such as "Take 2, edited, starred, 4 points, «warm»"."""
        found = [tr("What was there") if self.index is None else tr("Take {number}", number=self.number)]
        found += [tr("edited")] if self.is_edited else []
        found += [tr("starred")] if self.is_starred else []
        found += [counted(self.points, "{n} point", "{n} points")] if self.points else []
        found += [f"«{self.label}»"] if self.label else []
        return ", ".join(found)


def lanes_of(take_set: TakeSet, track_id: int) -> Iterator[LaneRow]:
    """A lane for what was there, then one for each take as they are listed; notes of the track, or all where they have none."""
    region = take_set.request.mask.region
    sources = take_set.comp or (take_set.active,) * len(take_set.bars)
    where = track_id if track_id in region.track_ids else None
    before = take_set.request.song.notes_in(type(region)(_present(take_set), region.span))
    yield LaneRow(None, 0, False, "", 0, False, _of(before.items(), where), _lit(sources, None))
    for index in take_set.listed:
        take = take_set.takes[index]
        marks = take_set.labels.get(index, ""), take_set.ratings.get(index, 0), index in take_set.starred
        yield LaneRow(index, take.number, take.origin.edited, *marks, _of(take.parts, where), _lit(sources, index))


def _present(take_set: TakeSet) -> tuple[int, ...]:
    return tuple(id_ for id_ in take_set.request.mask.region.track_ids if take_set.request.song.has_track(id_))


def _of(parts: Iterable[tuple[int, Rows]], track_id: int | None) -> Rows:
    """The rows on a track, or all of them."""
    listed = list(parts)
    chosen = [rows for id_, rows in listed if id_ == track_id] or [rows for _, rows in listed]
    return np.concatenate(chosen) if chosen else np.zeros(0, ROW)


def _lit(sources: tuple[int | None, ...], index: int | None) -> frozenset[int]:
    return frozenset(bar for bar, source in enumerate(sources) if source == index)

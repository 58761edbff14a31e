"""Notes: sorted, read-only rows in shared chunks; Note: a light view of one row.

A track's notes are kept in chunks of a few hundred rows. A changed version shares every untouched chunk with the
one before, so an edit costs what it touches and undo keeps hundreds of versions cheaply. Nothing outside this
module knows about chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from studio.song import chunks
from studio.song.chunks import Groups
from studio.song.rows import (
    ROW,
    Packed,
    Rows,
    among,
    copied_rows,
    id_array,
    joined,
    order_of,
    ordered,
    same_rows,
    sorted_rows,
    taken,
    unpacked,
)
from studio.song.ticks import Span

__all__ = [
    "LOCKED",
    "MUTED",
    "ROW",
    "Holding",
    "Note",
    "Notes",
    "Rows",
    "cut_to",
    "ends",
    "notes_of",
    "rows_from_columns",
    "rows_of",
    "sorted_rows",
    "without_overlaps",
]

Holding = Callable[[Rows], NDArray[np.bool_]]
"""Tells of rows which of them nobody may change."""

MUTED = 1
LOCKED = 2
_LANE = 1 << 44


@dataclass(frozen=True, slots=True)
class Note:
    """One note by itself. Lengths are at least 1 tick, velocity 1 to 127, pitch 0 to 127."""

    start_tick: int
    length_ticks: int
    pitch: int
    velocity: int = 80
    id: int = 0
    flags: int = 0
    origin: int = 0

    @property
    def end_tick(self) -> int:
        return self.start_tick + self.length_ticks

    @property
    def is_muted(self) -> bool:
        return bool(self.flags & MUTED)

    @property
    def is_locked(self) -> bool:
        return bool(self.flags & LOCKED)


def rows_of(notes: Iterable[Note]) -> Rows:
    """Notes as rows, in the order given."""
    listed = [(n.start_tick, n.length_ticks, n.id, n.origin, n.pitch, n.velocity, n.flags) for n in notes]
    return np.array(listed, dtype=ROW)


def rows_from_columns(start: Any, length: Any, pitch: Any, velocity: Any, **more: Any) -> Rows:
    """Columns of equal length (or scalars) as rows; `more` may hold id, flags and origin."""
    rows = np.zeros(len(start), dtype=ROW)
    rows["start"], rows["length"], rows["pitch"], rows["velocity"] = start, length, pitch, velocity
    for name, column in more.items():
        rows[name] = column
    return rows


def ends(rows: Rows) -> NDArray[np.int64]:
    """The tick at which each row ends, [row]."""
    total: NDArray[np.int64] = rows["start"] + rows["length"]
    return total


def cut_to(rows: Rows, span: Span) -> Rows:
    """The rows that begin in a span, those that reach beyond it ended there."""
    inside = rows[(rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick)].copy()
    inside["length"] = np.minimum(inside["length"], span.end_tick - inside["start"])
    return inside


def without_overlaps(rows: Rows, held: NDArray[np.bool_] | None = None) -> tuple[Rows, int, int]:
    """Rows in which no equal pitches overlap, how many were shortened, and how many merged.

    Equal starts merge into one note (longest length, highest velocity, the first row's id); an earlier note ends where
    the next of its pitch begins. A `held` row (by default a locked one) stays as it is: others end before it, begin after it,
    or become one with it.
    """
    locked = rows["flags"] & LOCKED != 0 if held is None else held
    if locked.any() and not locked.all():
        return _around_locked(taken(rows, locked), taken(rows, ~locked))
    key = _lane_keys(rows)
    order = order_of(rows, key)
    if order is not None:
        key = key[order]
    # Equal keys are equal pitches at one start; a higher pitch is further away than any note lasts.
    room = np.diff(key)
    if not room.all():
        once, merged = _merged(copied_rows(rows) if order is None else taken(rows, order), room == 0)
        settled, shortened, _ = without_overlaps(once, np.zeros(len(once), np.bool_))
        return settled, shortened, merged
    length = rows["length"] if order is None else rows["length"][order]
    too_long = np.flatnonzero(length[:-1] > room)
    if not len(too_long):
        return sorted_rows(rows), 0, 0
    cut = copied_rows(rows)
    cut["length"][too_long if order is None else order[too_long]] = room[too_long]
    return sorted_rows(cut), len(too_long), 0


def _merged(rows: Rows, merges: NDArray[np.bool_]) -> tuple[Rows, int]:
    """Rows by pitch, those that `merges` marks made one with the row before them, and how many those were."""
    first = np.flatnonzero(np.concatenate(([True], ~merges)))
    kept = taken(rows, first)
    kept["length"] = np.maximum.reduceat(rows["length"], first)
    kept["velocity"] = np.maximum.reduceat(rows["velocity"], first)
    kept["flags"] = np.bitwise_or.reduceat(rows["flags"], first)
    return kept, len(rows) - len(kept)


def _lane_keys(rows: Rows) -> NDArray[np.int64]:
    """One axis for all pitches: those of a higher pitch lie beyond every tick of a lower one."""
    made: NDArray[np.int64] = rows["pitch"].astype(np.int64) * _LANE + rows["start"]
    return made


def _around_locked(locked: Rows, others: Rows) -> tuple[Rows, int, int]:
    """The overlap rule where some rows are locked."""
    held, _, _ = without_overlaps(locked, np.ones(len(locked), bool))
    free, shortened, merged = without_overlaps(others, np.zeros(len(others), bool))
    held = ordered(held, _lane_keys(held))
    begins = _lane_keys(held)
    stops = begins + held["length"]
    first = _lane_keys(free)
    last = first + free["length"]
    before = np.searchsorted(begins, first, side="right") - 1
    inside = before >= 0
    inside[inside] = stops[before[inside]] > first[inside]
    first[inside] = stops[before[inside]]
    after = np.searchsorted(begins, first, side="left")
    meets = after < len(begins)
    last[meets] = np.minimum(last[meets], begins[after[meets]])
    length = np.maximum(last - first, 0)
    shortened += int(((length < free["length"]) & (length > 0)).sum())
    merged += int((length == 0).sum())
    free["start"] = first - free["pitch"].astype(np.int64) * _LANE
    free["length"] = length
    return sorted_rows(joined((held, taken(free, length > 0)))), shortened, merged


class _Latest:
    """What was worked out last for one of the versions of a track's notes, known by its groups: undo keeps many versions."""

    __slots__ = ("figures", "whole")

    def __init__(self) -> None:
        self.whole: tuple[Groups, Rows] | None = None
        self.figures: tuple[Groups, NDArray[np.int64], NDArray[np.int64]] | None = None


class Notes:
    """An immutable, sorted collection of notes with unique ids."""

    __slots__ = ("_count", "_groups", "_latest")

    EMPTY: ClassVar[Notes]

    def __init__(self, rows: Rows | None = None) -> None:
        whole = sorted_rows(rows) if rows is not None else np.zeros(0, ROW)
        self._take(chunks.grouped(whole), _Latest())
        self._latest.whole = (self._groups, whole)

    def _take(self, groups: Groups, latest: _Latest) -> None:
        self._groups = groups
        self._count = sum(group.count for group in groups)
        self._latest = latest

    @classmethod
    def of(cls, notes: Iterable[Note]) -> Notes:
        return cls(rows_of(notes))

    def _changed(self, groups: Groups) -> Notes:
        made = Notes.__new__(Notes)
        made._take(groups, self._latest if self._count else _Latest())
        return made

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Note]:
        for group in self._groups:
            yield from notes_of(group.rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Notes):
            return NotImplemented
        if self is other:
            return True
        if len(self) != len(other):
            return False
        pairs = list(zip(self._groups, other._groups, strict=False))
        if len(self._groups) == len(other._groups) and all(mine.count == theirs.count for mine, theirs in pairs):
            # Group by group, as far as the first that differs.
            return all(mine is theirs or same_rows(mine.rows, theirs.rows) for mine, theirs in pairs)
        # Versions of one track share most leaves: what is not shared has to be equal in order.
        return same_rows(*self.apart_from(other))

    def __reduce__(self) -> tuple[type[Notes], tuple[Rows]]:
        return Notes, (self.rows,)

    def __hash__(self) -> int:
        return hash((self._count, self.end_tick))

    def __repr__(self) -> str:
        return f"Notes({len(self)})"

    @property
    def rows(self) -> Rows:
        """All rows as one read-only array, sorted by start, pitch, id. Made on demand, and kept for one version at a time."""
        known = self._latest.whole
        if known is not None and known[0] is self._groups:
            return known[1]
        whole = chunks.rows_of_groups(self._groups)
        whole.flags.writeable = False
        self._latest.whole = (self._groups, whole)
        return whole

    @property
    def end_tick(self) -> int:
        """Where the last sounding note ends; 0 when there is none."""
        return max((group.last_end for group in self._groups), default=0)

    def has_flag(self, flag: int) -> bool:
        """Whether any note has this flag."""
        return any(group.flags & flag for group in self._groups)

    def starting_in(self, span: Span) -> Rows:
        """Rows whose start lies in the span."""
        starts, _ = self._figures()
        first = max(0, int(np.searchsorted(starts, span.start_tick)) - 1)
        rows = self._of_groups(range(first, int(np.searchsorted(starts, span.end_tick))))
        low, high = np.searchsorted(rows["start"], (span.start_tick, span.end_tick))
        return joined((rows[low:high],))

    def has_start_in(self, span: Span) -> bool:
        """Whether a row starts in the span; looks at the rows of one group at most."""
        starts, _ = self._figures()
        first, last = np.searchsorted(starts, (span.start_tick, span.end_tick)).tolist()
        if first < last or not last:
            return bool(first < last)
        inside = self._groups[last - 1].rows["start"]
        return bool(((inside >= span.start_tick) & (inside < span.end_tick)).any())

    def sounding_in(self, span: Span) -> Rows:
        """Rows that sound somewhere in the span, those that began before it too."""
        starts, last_ends = self._figures()
        rows = self._of_groups(np.flatnonzero((starts < span.end_tick) & (last_ends > span.start_tick)).tolist())
        return taken(rows, (rows["start"] < span.end_tick) & (ends(rows) > span.start_tick))

    def with_ids(self, ids: Iterable[int]) -> Rows:
        """The rows of these ids, in song order; unknown ids are left out."""
        wanted = id_array(ids)
        rows = self._of_groups(chunks.near_ids(self._groups, wanted))
        return taken(rows, among(rows["id"], wanted))

    def note(self, note_id: int) -> Note | None:
        """The note of this id, if it is here."""
        found = self.with_ids((note_id,))
        return next(iter(notes_of(found)), None)

    def spliced(self, remove: Iterable[int], add: Rows | None = None) -> Notes:
        """Without the rows of these ids and with the added rows; untouched chunks are shared.

        The caller answers for unique ids; `laid` is the way that also keeps equal pitches apart.
        """
        gone = id_array(remove)
        if not len(gone) and (add is None or not len(add)):
            return self
        added = np.zeros(0, ROW) if add is None else sorted_rows(add)
        if len(gone) >= self._count and bool(among(self._of_groups(range(len(self._groups)))["id"], gone).all()):
            return Notes(added)
        return self._changed(chunks.spliced(self._groups, gone, added))

    def replaced(self, rows: Rows) -> Notes:
        """With these rows in place of those of the same ids, all of which are here with the same starts and pitches."""
        return self._changed(chunks.replaced(self._groups, sorted_rows(rows))) if len(rows) else self

    def laid(
        self,
        rows: Rows,
        remove: Iterable[int] = (),
        held: Holding | None = None,
        finish: Callable[[Rows], Rows] | None = None,
    ) -> Notes:
        """With these rows added (after removing ids) under the overlap rule of `without_overlaps`.

        `held` says which rows stay as they are, where it is not only the locked ones: `Track.laid` does. `finish` may change
        origins and flags of what is then put in.
        """
        base = self.spliced(remove)
        if not len(rows):
            return base
        around = Span(int(rows["start"].min()), int(ends(rows).max()))
        near = base.sounding_in(around)
        sounds = np.zeros(256, np.bool_)
        sounds[rows["pitch"]] = True
        near = taken(near, sounds[near["pitch"]])
        both = joined((near, rows))
        settled, _, _ = without_overlaps(both, None if held is None else held(both))
        return base.spliced(near["id"], settled if finish is None else finish(settled))

    def apart_from(self, other: Notes) -> tuple[Rows, Rows]:
        """The rows of this and of the other version that lie in chunks the two do not share; all that differs is among them."""
        mine, theirs = _leaves(self._groups, other._groups), _leaves(other._groups, self._groups)
        here, there = set(map(id, mine)), set(map(id, theirs))
        mine_only = unpacked([leaf for leaf in mine if id(leaf) not in there])
        return mine_only, unpacked([leaf for leaf in theirs if id(leaf) not in here])

    def bytes_beside(self, other: Notes) -> int:
        """What this version takes in memory while the other is there too."""
        there = set(map(id, _leaves(other._groups, self._groups)))
        return sum(leaf.nbytes for leaf in _leaves(self._groups, other._groups) if id(leaf) not in there)

    def _of_groups(self, indices: Sequence[int]) -> Rows:
        """The rows of some groups; where they are most of all, those of all where these are at hand."""
        known = self._latest.whole
        if known is not None and known[0] is self._groups and len(indices) * 2 > len(self._groups):
            return known[1]
        return chunks.rows_of_groups(self._groups[index] for index in indices)

    def _figures(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each group begins, and where the last of its notes ends."""
        known = self._latest.figures
        if known is None or known[0] is not self._groups:
            starts = np.fromiter((group.first_start for group in self._groups), np.int64, len(self._groups))
            last_ends = np.fromiter((group.last_end for group in self._groups), np.int64, len(self._groups))
            known = self._latest.figures = (self._groups, starts, last_ends)
        return known[1], known[2]


def _leaves(groups: Groups, others: Groups) -> list[Packed]:
    """The leaves of the groups that the others do not have."""
    shared = set(map(id, others))
    return [leaf for group in groups if id(group) not in shared for leaf in group.leaves]


def notes_of(rows: Rows) -> Iterator[Note]:
    """Each row as a Note."""
    for start, length, note_id, origin, pitch, velocity, flags in rows.tolist():
        yield Note(start, length, pitch, velocity, note_id, flags, origin)


Notes.EMPTY = Notes()

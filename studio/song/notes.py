"""Notes: sorted, read-only rows in shared chunks; Note: a light view of one row.

A track's notes are kept in chunks of a few hundred rows. A changed version shares every untouched chunk with the
one before, so an edit costs what it touches and undo keeps hundreds of versions cheaply. Nothing outside this
module knows about chunks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from studio.song.ticks import Span

ROW = np.dtype(
    [
        ("start", np.int64),
        ("length", np.int64),
        ("id", np.int64),
        ("origin", np.int32),
        ("pitch", np.uint8),
        ("velocity", np.uint8),
        ("flags", np.uint8),
    ]
)
"""One note: start and length in ticks, origin an entry of the song's origin table (0: made by hand)."""

Rows = NDArray[np.void]
"""A one-dimensional structured array of dtype ROW."""

MUTED = 1
LOCKED = 2
CHUNK_ROWS = 256


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


def sorted_rows(rows: Rows) -> Rows:
    """Rows by start, then pitch, then id."""
    return rows[np.lexsort((rows["id"], rows["pitch"], rows["start"]))]


def ends(rows: Rows) -> NDArray[np.int64]:
    """The tick at which each row ends, [row]."""
    total: NDArray[np.int64] = rows["start"] + rows["length"]
    return total


def cut_to(rows: Rows, span: Span) -> Rows:
    """The rows that begin in a span, those that reach beyond it ended there."""
    inside = rows[(rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick)].copy()
    inside["length"] = np.minimum(inside["length"], span.end_tick - inside["start"])
    return inside


def without_overlaps(rows: Rows) -> tuple[Rows, int, int]:
    """Rows in which no equal pitches overlap, how many were shortened, and how many merged.

    Equal starts merge into one note (longest length, highest velocity, the first row's id); an earlier note ends where
    the next of its pitch begins. A locked row stays as it is: others end before it, begin after it, or become one with it.
    """
    locked = rows["flags"] & LOCKED != 0
    if locked.any() and not locked.all():
        return _around_locked(rows[locked], rows[~locked])
    order = np.lexsort((rows["id"], rows["start"], rows["pitch"]))
    ordered = rows[order].copy()
    if len(ordered) < 2:
        return ordered, 0, 0
    same_pitch = ordered["pitch"][1:] == ordered["pitch"][:-1]
    merges = same_pitch & (ordered["start"][1:] == ordered["start"][:-1])
    if merges.any():
        groups = np.concatenate(([0], np.cumsum(~merges)))
        first = np.flatnonzero(np.concatenate(([True], ~merges)))
        kept = ordered[first]
        kept["length"] = np.maximum.reduceat(ordered["length"], first)
        kept["velocity"] = np.maximum.reduceat(ordered["velocity"], first)
        kept["flags"] = np.bitwise_or.reduceat(ordered["flags"], first)
        merged = len(ordered) - int(groups[-1]) - 1
        ordered = kept
        same_pitch = ordered["pitch"][1:] == ordered["pitch"][:-1]
    else:
        merged = 0
    room = ordered["start"][1:] - ordered["start"][:-1]
    too_long = same_pitch & (ordered["length"][:-1] > room)
    ordered["length"][:-1][too_long] = room[too_long]
    return sorted_rows(ordered), int(too_long.sum()), merged


def _around_locked(locked: Rows, others: Rows) -> tuple[Rows, int, int]:
    """The overlap rule where some rows are locked."""
    held, _, _ = without_overlaps(locked)
    free, shortened, merged = without_overlaps(others)
    held = held[np.lexsort((held["start"], held["pitch"]))]
    # One axis for all pitches: those of a higher pitch lie beyond every tick of a lower one.
    lane = 1 << 44
    begins = held["pitch"].astype(np.int64) * lane + held["start"]
    stops = begins + held["length"]
    first = free["pitch"].astype(np.int64) * lane + free["start"]
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
    free["start"] = first - free["pitch"].astype(np.int64) * lane
    free["length"] = length
    return sorted_rows(np.concatenate((held, free[length > 0]))), shortened, merged


class _Chunk:
    """A few hundred sorted rows with the figures that let a search skip it."""

    __slots__ = ("first_start", "id_high", "id_low", "last_end", "rows")

    def __init__(self, rows: Rows) -> None:
        rows.flags.writeable = False
        self.rows = rows
        self.first_start = int(rows["start"][0])
        self.last_end = int(ends(rows).max())
        self.id_low = int(rows["id"].min())
        self.id_high = int(rows["id"].max())


class Notes:
    """An immutable, sorted collection of notes with unique ids."""

    __slots__ = ("_all", "_chunks", "_count", "_first_starts", "_id_highs", "_id_lows", "_last_ends")

    EMPTY: ClassVar[Notes]

    def __init__(self, rows: Rows | None = None) -> None:
        self._set_chunks(_chunked(sorted_rows(rows)) if rows is not None and len(rows) else ())

    def _set_chunks(self, chunks: tuple[_Chunk, ...]) -> None:
        self._chunks = chunks
        self._all: Rows | None = None
        self._count = sum(len(chunk.rows) for chunk in chunks)
        self._first_starts = np.fromiter((chunk.first_start for chunk in chunks), np.int64, len(chunks))
        self._last_ends = np.fromiter((chunk.last_end for chunk in chunks), np.int64, len(chunks))
        self._id_lows = np.fromiter((chunk.id_low for chunk in chunks), np.int64, len(chunks))
        self._id_highs = np.fromiter((chunk.id_high for chunk in chunks), np.int64, len(chunks))

    @classmethod
    def of(cls, notes: Iterable[Note]) -> Notes:
        return cls(rows_of(notes))

    @classmethod
    def _from_chunks(cls, chunks: tuple[_Chunk, ...]) -> Notes:
        made = cls.__new__(cls)
        made._set_chunks(chunks)
        return made

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Note]:
        for chunk in self._chunks:
            yield from notes_of(chunk.rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Notes):
            return NotImplemented
        if self is other:
            return True
        if len(self) != len(other):
            return False
        if len(self._chunks) != len(other._chunks):
            return bool(np.array_equal(self.rows, other.rows))
        # Versions of one track share most chunks: only those that differ by identity are looked into.
        pairs = zip(self._chunks, other._chunks, strict=True)
        return all(mine is theirs or np.array_equal(mine.rows, theirs.rows) for mine, theirs in pairs) or (
            [len(chunk.rows) for chunk in self._chunks] != [len(chunk.rows) for chunk in other._chunks]
            and bool(np.array_equal(self.rows, other.rows))
        )

    def __reduce__(self) -> tuple[type[Notes], tuple[Rows]]:
        return Notes, (self.rows,)

    def __hash__(self) -> int:
        return hash((self._count, self.end_tick))

    def __repr__(self) -> str:
        return f"Notes({len(self)})"

    @property
    def rows(self) -> Rows:
        """All rows as one read-only array, sorted by start, pitch, id. Made once per version, on demand."""
        if self._all is None:
            joined = _joined([chunk.rows for chunk in self._chunks])
            joined.flags.writeable = False
            self._all = joined
        return self._all

    @property
    def end_tick(self) -> int:
        """Where the last sounding note ends; 0 when there is none."""
        return int(self._last_ends.max()) if self._chunks else 0

    def starting_in(self, span: Span) -> Rows:
        """Rows whose start lies in the span."""
        return self._collected(
            self._between(span), lambda rows: (rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick)
        )

    def has_start_in(self, span: Span) -> bool:
        """Whether a row starts in the span; looks no further than the first one found."""
        chunks = (self._chunks[index].rows["start"] for index in self._between(span))
        return any(bool(((starts >= span.start_tick) & (starts < span.end_tick)).any()) for starts in chunks)

    def sounding_in(self, span: Span) -> Rows:
        """Rows that sound somewhere in the span, those that began before it too."""
        near = np.flatnonzero((self._first_starts < span.end_tick) & (self._last_ends > span.start_tick))
        return self._collected(near, lambda rows: (rows["start"] < span.end_tick) & (ends(rows) > span.start_tick))

    def with_ids(self, ids: Iterable[int]) -> Rows:
        """The rows of these ids, in song order; unknown ids are left out."""
        wanted = _id_array(ids)
        return self._collected(self._holding(wanted), lambda rows: _among(rows["id"], wanted))

    def note(self, note_id: int) -> Note | None:
        """The note of this id, if it is here."""
        found = self.with_ids((note_id,))
        return next(iter(notes_of(found)), None)

    def spliced(self, remove: Iterable[int], add: Rows | None = None) -> Notes:
        """Without the rows of these ids and with the added rows; untouched chunks are shared.

        The caller answers for unique ids; `laid` is the way that also keeps equal pitches apart.
        """
        gone = _id_array(remove)
        if not len(gone) and (add is None or not len(add)):
            return self
        chunks: list[_Chunk | None] = list(self._chunks)
        for index in self._holding(gone):
            rows = chunks[index].rows
            keep = rows[~_among(rows["id"], gone)]
            if len(keep) < len(rows):
                chunks[index] = _Chunk(keep) if len(keep) else None
        kept = [chunk for chunk in chunks if chunk is not None]
        if add is not None and len(add):
            kept = _with_rows(kept, sorted_rows(add))
        return Notes._from_chunks(tuple(kept))

    def laid(self, rows: Rows, remove: Iterable[int] = ()) -> Notes:
        """With these rows added (after removing ids) under the overlap rule of `without_overlaps`."""
        base = self.spliced(remove)
        if not len(rows):
            return base
        around = Span(int(rows["start"].min()), int(ends(rows).max()))
        near = base.sounding_in(around)
        near = near[np.isin(near["pitch"], rows["pitch"])]
        settled, _, _ = without_overlaps(np.concatenate((near, rows)))
        return base.spliced(near["id"], settled)

    def apart_from(self, other: Notes) -> tuple[Rows, Rows]:
        """The rows of this and of the other version that lie in chunks the two do not share; all that differs is among them."""
        mine, theirs = set(map(id, self._chunks)), set(map(id, other._chunks))
        here = [chunk.rows for chunk in self._chunks if id(chunk) not in theirs]
        there = [chunk.rows for chunk in other._chunks if id(chunk) not in mine]
        return _joined(here), _joined(there)

    def _between(self, span: Span) -> NDArray[np.intp]:
        if not self._chunks:
            return np.zeros(0, np.intp)
        first = max(0, int(np.searchsorted(self._first_starts, span.start_tick)) - 1)
        # Starts are sorted over all rows, so a run of equal starts may spill from the chunk before.
        while first and self._first_starts[first] >= span.start_tick:
            first -= 1
        last = int(np.searchsorted(self._first_starts, span.end_tick))
        return np.arange(first, last)

    def _holding(self, ids: NDArray[np.int64]) -> NDArray[np.intp]:
        """Chunks that may hold one of these sorted ids."""
        if not len(ids):
            return np.zeros(0, np.intp)
        at = np.searchsorted(ids, self._id_lows)
        at_or_last = np.minimum(at, len(ids) - 1)
        return np.flatnonzero((at < len(ids)) & (ids[at_or_last] <= self._id_highs))

    def _collected(self, indices: NDArray[np.intp], chosen: Any) -> Rows:
        parts = []
        for index in indices:
            rows = self._chunks[index].rows
            parts.append(rows[chosen(rows)])
        return _joined(parts)


def notes_of(rows: Rows) -> Iterator[Note]:
    """Each row as a Note."""
    for start, length, note_id, origin, pitch, velocity, flags in rows.tolist():
        yield Note(start, length, pitch, velocity, note_id, flags, origin)


def _joined(parts: Sequence[Rows]) -> Rows:
    return np.concatenate(parts) if parts else np.zeros(0, ROW)


def _id_array(ids: Iterable[int]) -> NDArray[np.int64]:
    """Sorted."""
    return np.sort(ids.astype(np.int64) if isinstance(ids, np.ndarray) else np.fromiter(ids, np.int64))


def _among(values: NDArray[np.int64], ordered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which values are among sorted ones, one at least; does not look at all of those for each few values, as np.isin does."""
    at = np.searchsorted(ordered, values)
    at[at == len(ordered)] = 0
    found: NDArray[np.bool_] = ordered[at] == values
    return found


def _chunked(rows: Rows) -> tuple[_Chunk, ...]:
    return tuple(_Chunk(rows[at : at + CHUNK_ROWS].copy()) for at in range(0, len(rows), CHUNK_ROWS))


def _with_rows(chunks: list[_Chunk], added: Rows) -> list[_Chunk]:
    """Chunks with sorted rows merged in, each into the chunk whose stretch it falls in."""
    if not chunks:
        return list(_chunked(added))
    firsts = np.fromiter((chunk.first_start for chunk in chunks), np.int64, len(chunks))
    lasts = np.fromiter((chunk.rows["start"][-1] for chunk in chunks), np.int64, len(chunks))
    # A chord cut by a chunk border: only a whole sort knows where a row of the same start belongs.
    cut_chords = firsts[1:][firsts[1:] == lasts[:-1]]
    if np.isin(added["start"], cut_chords).any():
        return list(_chunked(sorted_rows(np.concatenate([*(chunk.rows for chunk in chunks), added]))))
    homes = np.maximum(np.searchsorted(firsts, added["start"], side="right") - 1, 0)
    made = list(chunks)
    for home in np.unique(homes)[::-1]:
        both = sorted_rows(np.concatenate((made[home].rows, added[homes == home])))
        pieces = -(-len(both) // CHUNK_ROWS) if len(both) > 2 * CHUNK_ROWS else 1
        made[home : home + 1] = [_Chunk(piece.copy()) for piece in np.array_split(both, pieces)]
    return made


Notes.EMPTY = Notes()

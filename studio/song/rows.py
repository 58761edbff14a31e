"""Rows of notes as arrays: put together, picked, sorted and looked up by id.

numpy handles structured rows field by field, which is ten times slower than moving them whole: everything here that
moves rows moves them as plain bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

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

Packed = NDArray[np.void]
"""Rows as plain bytes, one item a row."""

_BYTES = np.dtype((np.void, ROW.itemsize))
_FEW_DESCENTS = 64
"""Rows that are a few sorted stretches one after the other are merged rather than sorted."""
_ROOMY, _ROOMIEST = 8, 1 << 26
"""A table of which ids are wanted may have so many places for each id that is looked at; so many at most where many are."""
_MANY = 2000
_REMEMBERED = 6
"""Sets of ids whose sorted arrays are kept: a selection is looked up many times."""
_recent: list[tuple[frozenset[int], NDArray[np.int64]]] = []


def packed(rows: Rows) -> Packed:
    """The same rows as bytes."""
    return rows.view(_BYTES)


def unpacked(parts: Sequence[Packed]) -> Rows:
    """Bytes one after the other, as rows: a fresh array, but for a single part."""
    if not parts:
        return np.zeros(0, ROW)
    whole: Rows = (parts[0] if len(parts) == 1 else np.concatenate(parts)).view(ROW)
    return whole


def taken(rows: Rows, chosen: Any) -> Rows:
    """The rows at these indices, or where this mask is true, as a fresh array."""
    found: Rows = rows.view(_BYTES)[chosen].view(ROW)
    return found


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows one after the other, as a fresh array."""
    whole: Rows = np.concatenate([np.zeros(0, _BYTES), *(part.view(_BYTES) for part in parts)]).view(ROW)
    return whole


def copied_rows(rows: Rows) -> Rows:
    """The same rows to be written to."""
    return joined((rows,))


def same_rows(one: Rows, other: Rows) -> bool:
    """Whether two stretches of rows are equal."""
    if len(one) != len(other):
        return False
    mine, theirs = np.ascontiguousarray(one.view(_BYTES)), np.ascontiguousarray(other.view(_BYTES))
    return bool(np.array_equal(mine.view(np.uint8), theirs.view(np.uint8)))


def keys(rows: Rows) -> NDArray[np.int64]:
    """Numbers in whose order rows are kept but for the ids: start, then pitch."""
    made: NDArray[np.int64] = (rows["start"] << 7) | rows["pitch"]
    return made


def sorted_rows(rows: Rows) -> Rows:
    """Rows by start, then pitch, then id."""
    return ordered(rows, keys(rows))


def ordered(rows: Rows, key: NDArray[np.int64]) -> Rows:
    """Rows by this key, then by id, as a fresh array."""
    order = order_of(rows, key)
    return copied_rows(rows) if order is None else taken(rows, order)


def order_of(rows: Rows, key: NDArray[np.int64]) -> NDArray[np.intp] | None:
    """The indices that bring rows in the order of this key, then of their ids; None where they are so already."""
    if len(rows) < 2 or bool((key[1:] > key[:-1]).all()):
        return None
    descents = int(np.count_nonzero(key[1:] < key[:-1]))
    order = np.argsort(key, kind="stable" if descents < _FEW_DESCENTS else None)
    in_order = key[order]
    return np.lexsort((rows["id"], key)) if bool((in_order[1:] == in_order[:-1]).any()) else order


def id_array(ids: Iterable[int]) -> NDArray[np.int64]:
    """Ids as a sorted array."""
    if isinstance(ids, np.ndarray):
        listed = ids.astype(np.int64, copy=False)
        return listed if bool((listed[1:] >= listed[:-1]).all()) else np.sort(listed)
    if not isinstance(ids, frozenset):
        return np.sort(np.fromiter(ids, np.int64))
    for known, array in tuple(_recent):
        if known is ids:
            return array
    made = np.sort(np.fromiter(ids, np.int64, len(ids)))
    made.flags.writeable = False
    _recent.insert(0, (ids, made))
    del _recent[_REMEMBERED:]
    return made


def among(values: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which values are among the wanted ones, which are sorted. Looks at few of those for few values, as np.isin does not."""
    if not len(wanted):
        return np.zeros(len(values), np.bool_)
    low, width = int(wanted[0]), int(wanted[-1]) - int(wanted[0]) + 1
    if width <= (_ROOMIEST if len(values) > _MANY else _ROOMY * len(values)):
        table = np.zeros(width + 1, np.bool_)  # the last place is that of all that lie outside
        first, last = np.searchsorted(wanted, (low, low + width))
        table[wanted[first:last] - low] = True
        at = values - low
        at[(at < 0) | (at > width)] = width
        return table[at]
    at = np.searchsorted(wanted, values)
    at[at == len(wanted)] = 0
    found: NDArray[np.bool_] = wanted[at] == values
    return found


def distinct(values: NDArray[Any]) -> list[int]:
    """The different numbers in a column, sorted."""
    if not len(values):
        return []
    in_order = np.sort(values)
    found: list[int] = in_order[np.concatenate(([True], in_order[1:] != in_order[:-1]))].tolist()
    return found

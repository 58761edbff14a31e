"""Sorted rows in small leaves, some dozens of leaves in a group: what versions of a track's notes share.

An edit makes new leaves and groups only where it removes or adds rows, so that undo keeps a thousand versions for little
more than one copy. Searches go by the figures of the groups and then look at the rows of the few that can hold an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.song.rows import ROW, Packed, Rows, among, copied_rows, id_array, joined, keys, packed, sorted_rows, taken, unpacked

LEAF_ROWS, GROUP_LEAVES = 48, 32
GROUP_ROWS = LEAF_ROWS * GROUP_LEAVES
MANY_RUNS = 8
"""Groups that are touched in more places than this are rebuilt as one stretch."""


class Group:
    """Leaves with the figures that let a search skip them. `flags`: those that any of its rows has.

    A group that no edit has touched is one leaf as large as itself; small ones come with the first edit.
    """

    __slots__ = ("count", "first_key", "first_start", "flags", "id_high", "id_low", "last_end", "leaves")

    def __init__(self, leaves: tuple[Packed, ...], figures: Sequence[int]) -> None:
        """The leaves are read-only; two versions share a leaf when they hold the same object."""
        self.leaves = leaves
        self.count, self.first_key, self.first_start, self.last_end, self.id_low, self.id_high, self.flags = figures

    @classmethod
    def of(cls, leaves: tuple[Packed, ...]) -> Group:
        return cls(leaves, _figures(unpacked(leaves), np.zeros(1, np.int64))[0])

    @property
    def rows(self) -> Rows:
        """Not to be written to."""
        return unpacked(self.leaves)


Groups = tuple[Group, ...]


def grouped(rows: Rows) -> Groups:
    """Sorted rows as groups, which share one array."""
    if not len(rows):
        return ()
    rows.flags.writeable = False
    whole, begins = packed(rows), np.arange(0, len(rows), GROUP_ROWS)
    figures = _figures(rows, begins)
    return tuple(Group((whole[at : at + GROUP_ROWS],), each) for at, each in zip(begins.tolist(), figures, strict=True))


def _figures(rows: Rows, begins: NDArray[np.int64]) -> list[list[int]]:
    """Those of each group, by where it begins among the rows: in the order in which a group takes them."""
    starts = rows["start"]
    columns = (
        np.diff(begins, append=len(rows)),
        keys(rows)[begins],
        starts[begins],
        np.maximum.reduceat(starts + rows["length"], begins),
        np.minimum.reduceat(rows["id"], begins),
        np.maximum.reduceat(rows["id"], begins),
        np.bitwise_or.reduceat(rows["flags"], begins),
    )
    figures: list[list[int]] = np.column_stack(columns).tolist()
    return figures


def rows_of_groups(groups: Iterable[Group]) -> Rows:
    """Not to be written to."""
    return unpacked([leaf for group in groups for leaf in group.leaves])


def near_ids(groups: Groups, ids: NDArray[np.int64]) -> list[int]:
    """Which groups may hold one of these sorted ids, by the lowest and the highest of their own."""
    if not len(ids) or not groups:
        return []
    lows = np.fromiter((group.id_low for group in groups), np.int64, len(groups))
    highs = np.fromiter((group.id_high for group in groups), np.int64, len(groups))
    near = np.searchsorted(ids, lows) < np.searchsorted(ids, highs, side="right")
    found: list[int] = np.flatnonzero(near).tolist()
    return found


def _holding(groups: Groups, ids: NDArray[np.int64]) -> list[int]:
    """Which groups do hold one."""
    near = near_ids(groups, ids)
    if not near:
        return []
    inside = among(rows_of_groups(groups[index] for index in near)["id"], ids)
    begins = np.cumsum([0, *(groups[index].count for index in near[:-1])])
    holds = np.logical_or.reduceat(inside, begins)
    return [index for index, is_holder in zip(near, holds.tolist(), strict=True) if is_holder]


def spliced(groups: Groups, gone: NDArray[np.int64], added: Rows) -> Groups:
    """Groups without the rows of these ids (sorted) and with these rows (sorted); untouched groups and leaves are shared."""
    if not groups:
        return grouped(added)
    homes = _homes(np.fromiter((group.first_key for group in groups), np.int64, len(groups)), keys(added))
    if homes is None:  # a row belongs among others of its start and pitch that two groups share
        return grouped(_changed(rows_of_groups(groups), gone, added))
    touched = np.zeros(len(groups), np.bool_)
    touched[homes] = True
    touched[_holding(groups, gone)] = True
    made: list[Group] = []
    done = 0
    for first, last in _runs(touched):
        made.extend(groups[done:first])
        here = added[np.searchsorted(homes, first) : np.searchsorted(homes, last)]
        made.extend(_rebuilt(groups[first:last], gone, here))
        done = last
    made.extend(groups[done:])
    return tuple(made)


def replaced(groups: Groups, rows: Rows) -> Groups:
    """Groups with these sorted rows in place of those of the same ids, whose starts and pitches they have."""
    ids = id_array(rows["id"])
    touched = _holding(groups, ids)
    if len(touched) > MANY_RUNS:
        whole = copied_rows(rows_of_groups(groups))
        packed(whole)[among(whole["id"], ids)] = packed(rows)
        return grouped(whole)
    made, done = list(groups), 0
    for index in touched:
        here = among(groups[index].rows["id"], ids)
        count = int(np.count_nonzero(here))
        made[index] = _with_replaced(groups[index], here, packed(rows[done : done + count]))
        done += count
    return tuple(made)


def _with_replaced(group: Group, here: NDArray[np.bool_], rows: Packed) -> Group:
    """The group with these in the places where `here` is true."""
    if len(rows) > GROUP_LEAVES:
        whole = packed(copied_rows(group.rows))
        whole[here] = rows
        whole.flags.writeable = False
        return Group.of((whole,))
    leaves: list[Packed] = []
    at = done = 0
    for leaf in (small for large in group.leaves for small in _small(large)):
        inside = here[at : at + len(leaf)]
        count = int(np.count_nonzero(inside))
        if count:
            other = leaf.copy()
            other[inside] = rows[done : done + count]
            other.flags.writeable = False
        leaves.append(other if count else leaf)
        at, done = at + len(leaf), done + count
    return Group.of(tuple(leaves))


def _rebuilt(groups: Groups, gone: NDArray[np.int64], added: Rows) -> Groups:
    """A stretch of groups anew; one group by itself keeps what leaves it can."""
    if len(groups) != 1:
        return grouped(_changed(rows_of_groups(groups), gone, added))
    leaves = [small for leaf in groups[0].leaves for small in _small(leaf)]
    rows = unpacked(leaves)
    goes = among(rows["id"], gone)
    begins = np.cumsum([0, *map(len, leaves[:-1])])
    homes = _homes(keys(rows)[begins], keys(added))
    touched = np.logical_or.reduceat(goes, begins)
    if homes is None or np.count_nonzero(touched) + len(added) > GROUP_LEAVES // 2:
        return grouped(_changed(rows, gone, added))
    touched[homes] = True
    made: list[Packed] = []
    for index, leaf in enumerate(leaves):
        if touched[index]:
            here = added[np.searchsorted(homes, index) : np.searchsorted(homes, index + 1)]
            made.extend(_small(packed(_changed(leaf.view(ROW), gone, here))))
        else:
            made.append(leaf)
    half = len(made) if len(made) <= 2 * GROUP_LEAVES else len(made) // 2
    return tuple(Group.of(tuple(part)) for part in (made[:half], made[half:]) if part)


def _small(leaf: Packed) -> Iterable[Packed]:
    """A leaf as such of the usual size; none of no rows."""
    leaf.flags.writeable = False
    if len(leaf) <= 2 * LEAF_ROWS:
        return (leaf,) if len(leaf) else ()
    return np.array_split(leaf, -(-len(leaf) // LEAF_ROWS))


def _changed(rows: Rows, gone: NDArray[np.int64], added: Rows) -> Rows:
    goes = among(rows["id"], gone)
    kept = taken(rows, ~goes) if goes.any() else rows
    if not len(kept) or not len(added):
        return copied_rows(kept if len(kept) else added)
    return sorted_rows(joined((kept, added)))


def _homes(firsts: NDArray[np.int64], added: NDArray[np.int64]) -> NDArray[np.intp] | None:
    """For each sorted key the stretch that it falls into, by the first keys of these; None where one begins with the same key."""
    after = np.searchsorted(firsts, added, side="right")
    if len(firsts) > 1 and not np.array_equal(after, np.searchsorted(firsts, added)):
        return None
    return np.maximum(after - 1, 0)


def _runs(touched: NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    """The touched stretches, first and behind the last; one for all where they are many."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], touched, [False])).astype(np.int8)))
    pairs = [(int(edges[at]), int(edges[at + 1])) for at in range(0, len(edges), 2)]
    return pairs if len(pairs) <= MANY_RUNS else [(pairs[0][0], pairs[-1][1])]

"""Laid on what is there: new pitches on the rhythm that stands in the song, or its pitches on a new rhythm."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from studio.generation import metric
from studio.song.notes import Rows, sorted_rows
from studio.song.ticks import Span
from studio.song.timeline import Timeline

NEAR_TICKS = 30
"""Notes that begin so near to one another are one chord."""
SHORTEST_PIECE = 240
FEW = 6
"""So many groups of notes to either side are looked at for pitches."""


def groups(rows: Rows) -> list[Rows]:
    """Notes that begin together, in order of time; each group from the highest pitch down."""
    ordered = sorted_rows(rows)
    if not len(ordered):
        return []
    breaks = np.flatnonzero(np.diff(ordered["start"]) > NEAR_TICKS) + 1
    return [group[np.argsort(-group["pitch"].astype(int), kind="stable")] for group in np.split(ordered, breaks)]


def on_rhythm(rows: Rows, there: Rows) -> Rows:
    """The notes that are there with the pitches of the new ones that begin nearest; as many at once as there were."""
    if not len(rows) or not len(there):
        return rows[:0]
    made = groups(rows)
    begins = np.array([int(group["start"].min()) for group in made])
    found = []
    for group in groups(there):
        near = _nearest(begins, int(group["start"].min()))
        pitches = list(dict.fromkeys(pitch for at in near for pitch in made[at]["pitch"].tolist()))
        pitches = (pitches + [pitch for pitch in group["pitch"].tolist() if pitch not in pitches])[: len(group)]
        laid = group.copy()
        laid["pitch"][: len(pitches)] = sorted(pitches, reverse=True)
        found.append(laid[: len(pitches)])
    return sorted_rows(np.concatenate(found))


def _nearest(begins: NDArray[np.int64], tick: int) -> list[int]:
    """Of ascending beginnings the few nearest to a tick, the nearest first."""
    at = int(np.searchsorted(begins, tick))
    few = np.arange(max(0, at - FEW), min(len(begins), at + FEW))
    return [int(each) for each in few[np.argsort(np.abs(begins[few] - tick), kind="stable")]]


def with_pitches(rows: Rows, there: Rows, timeline: Timeline) -> Rows:
    """The new rhythm with the pitches that are there, in their order: what begins on weak places is left out where there are
    more onsets, long notes are divided where there are fewer."""
    wanted = groups(there)
    made = groups(rows)
    if len(made) > len(wanted):
        strength = metric.weights(timeline, np.array([int(group["start"].min()) for group in made]))
        weakest = np.lexsort((np.arange(len(made)), strength))[: len(made) - len(wanted)]
        made = [group for at, group in enumerate(made) if at not in set(weakest.tolist())]
    while 0 < len(made) < len(wanted):
        longest = max(range(len(made)), key=lambda at: int(made[at]["length"].max()))
        halves = _halved(made[longest], timeline)
        if halves is None:
            break
        made[longest : longest + 1] = halves
    laid = []
    for group, pitches in zip(made, wanted, strict=False):
        new = np.repeat(group[:1], len(pitches))
        new["pitch"] = pitches["pitch"]
        laid.append(new)
    return sorted_rows(np.concatenate(laid)) if laid else rows[:0]


def divided(row: Rows, timeline: Timeline, shortest: int, within: Span | None = None) -> list[Rows] | None:
    """One note [1] as two, the second beginning at the strongest sixteenth inside (and `within` a stretch, its beginning among
    them); None where no piece would be as long as it must."""
    start, length = int(row["start"][0]), int(row["length"][0])
    least = max(shortest, SHORTEST_PIECE)
    places = np.arange(start + SHORTEST_PIECE, start + length, SHORTEST_PIECE)
    if within is not None:
        places = np.append(places, within.start_tick)
        places = places[(places >= within.start_tick) & (places < within.end_tick)]
    places = places[(places - start >= least) & (start + length - places >= least)]
    if not len(places):
        return None
    strength = metric.weights(timeline, places)
    middle = -np.abs(places - (start + length // 2))
    place = int(places[np.lexsort((middle, strength))[-1]])
    first, second = row.copy(), row.copy()
    first["length"], second["start"], second["length"] = place - start, place, start + length - place
    return [first, second]


def _halved(group: Rows, timeline: Timeline) -> list[Rows] | None:
    longest = group[int(group["length"].argmax())]
    return divided(np.array([longest], group.dtype), timeline, 0)


def kept_in_order(rows: Rows, there: Rows) -> int:
    """How many of the chords (or notes) that are there come again, in their order."""
    ours, theirs = ([frozenset(group["pitch"].tolist()) for group in groups(each)] for each in (rows, there))
    return sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())


def same_rhythm(rows: Rows, there: Rows) -> NDArray[np.bool_]:
    """Which of the notes that are there have a new one of their start and length, [there]."""
    ours = Counter(zip(rows["start"].tolist(), rows["length"].tolist(), strict=True))
    found = []
    for each in zip(there["start"].tolist(), there["length"].tolist(), strict=True):
        found.append(ours[each] > 0)
        ours[each] -= 1
    return np.array(found, bool)


def onsets_missed(rows: Rows, there: Rows) -> int:
    """How many of the notes that are there have no new one that begins within a sixteenth."""
    if not len(rows) or not len(there):
        return len(there)
    begins = np.sort(rows["start"])
    after = np.minimum(np.searchsorted(begins, there["start"]), len(begins) - 1)
    apart = np.minimum(np.abs(begins[after] - there["start"]), np.abs(begins[np.maximum(after - 1, 0)] - there["start"]))
    return int((apart >= SHORTEST_PIECE).sum())

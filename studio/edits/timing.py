"""Edits of time: quantise, legato, detached, no overlaps, stretch, reverse, strum; each within one track at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.edits.changing import Ids, changed, count_of, of_notes
from studio.edits.history import Edit
from studio.edits.scatter import scattered
from studio.errors import UnsupportedRequest
from studio.song.notes import Rows, ends, sorted_rows
from studio.song.rows import copied_rows
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import Timeline
from studio.words import tr

Ticks = NDArray[np.int64]
CHORD_TICKS = TICKS_PER_BEAT // 16
"""Notes that begin within a sixty-fourth of each other are one chord, however it was struck."""


@dataclass(frozen=True, slots=True)
class Quantising:
    """How notes are drawn to the grid.

    `strength`: 0 to 1. `swing`: where the second of two grid steps falls, 0.5 straight to 0.75. `threshold`: what is nearer
    to its line than this share of a step is left alone. `loose`: what is moved is scattered by up to this share of a step.
    """

    strength: float = 1.0
    swing: float = 0.5
    starts: bool = True
    ends: bool = False
    threshold: float = 0.0
    loose: float = 0.0
    seed: int = 0


def quantise(ids: Ids, grid_ticks: int, how: Quantising = Quantising()) -> Edit:
    """Pull starts, ends or both towards the lines of a grid, counted from each bar line as those of the roll are."""
    if grid_ticks < 1:
        raise UnsupportedRequest(tr("Quantising needs a grid, and the snap is off."), tr("Choose a snap value first."))
    chosen = frozenset(ids)

    def pulled(ticks: Ticks, row_ids: Ticks, timeline: Timeline) -> Ticks:
        by = grid_line(ticks, grid_ticks, how.swing, timeline) - ticks
        moves = np.abs(by) > how.threshold * grid_ticks
        jitter = how.loose * grid_ticks * scattered(row_ids, how.seed)
        found: Ticks = np.maximum(0, np.rint(ticks + np.where(moves, how.strength * by + jitter, 0)).astype(np.int64))
        return found

    def change(rows: Rows, timeline: Timeline) -> Rows:
        made = copied_rows(rows)
        if how.starts:
            made["start"] = pulled(rows["start"], rows["id"], timeline)
        if how.ends:
            made["length"] = np.maximum(pulled(ends(rows), rows["id"] + 1, timeline) - made["start"], 1)
        return made

    label = tr("Quantise {notes}", notes=count_of(len(chosen)))
    return of_notes(chosen, label, lambda song: changed(song, chosen, lambda rows: change(rows, song.timeline)))


def grid_line(ticks: Ticks, grid_ticks: int, swing: float, timeline: Timeline) -> NDArray[np.float64]:
    """The grid line nearest to each tick; bar lines are always among them."""
    bar, next_bar = timeline.bar_bounds(ticks)
    pair = 2 * grid_ticks
    first = bar + (ticks - bar) // pair * pair
    found = first.astype(float)
    for along in (swing, 1.0):
        line = np.minimum(first + along * pair, next_bar)
        found = np.where(np.abs(line - ticks) <= np.abs(found - ticks), line, found)
    return found


def legato(ids: Ids, *, own_pitch: bool = False, share: float = 1.0) -> Edit:
    """Each note lasts until the next one begins (the next of its pitch, if asked), or a share of the way; chords stay chords."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        made = copied_rows(rows)
        room = _room(rows, own_pitch)
        follows = room > 0
        made["length"][follows] = np.maximum(1, np.rint(room[follows] * share))
        return made

    return of_notes(chosen, tr("Legato of {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change))


def detach(ids: Ids, share: float) -> Edit:
    """Each note keeps this share of its length."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        made = copied_rows(rows)
        made["length"] = np.maximum(1, np.rint(rows["length"] * share))
        return made

    return of_notes(chosen, tr("Detach {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change))


def without_meeting(ids: Ids) -> Edit:
    """No note sounds into the next one; the notes of a chord may."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        made = copied_rows(rows)
        room = _room(rows, own_pitch=False)
        late = (room > 0) & (rows["length"] > room)
        made["length"][late] = room[late]
        return made

    return of_notes(
        chosen, tr("Remove overlaps of {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change)
    )


def stretch(ids: Ids, span: Span, to: Span) -> Edit:
    """Scale starts and lengths as the span becomes the other."""
    if span.length_ticks < 1 or to.length_ticks < 1:
        raise UnsupportedRequest(tr("Notes cannot be stretched to nothing."), tr("Choose a length of one tick at least."))
    chosen = frozenset(ids)
    return of_notes(
        chosen,
        tr("Stretch {notes}", notes=count_of(len(chosen))),
        lambda song: changed(song, chosen, lambda rows: stretched(rows, span, to)),
    )


def stretched(rows: Rows, span: Span, to: Span) -> Rows:
    """Rows as they are when `span` becomes `to`: each start and end goes along, no note shorter than a tick."""
    made = copied_rows(rows)
    factor = to.length_ticks / span.length_ticks
    start = np.rint(to.start_tick + (rows["start"] - span.start_tick) * factor).astype(np.int64)
    end = np.rint(to.start_tick + (ends(rows) - span.start_tick) * factor).astype(np.int64)
    made["start"] = np.maximum(0, start)
    made["length"] = np.maximum(1, end - made["start"])
    return made


def reverse(ids: Ids) -> Edit:
    """Play notes backwards: what ended last begins first."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        made = copied_rows(rows)
        made["start"] = rows["start"].min() + ends(rows).max() - ends(rows)
        return made

    return of_notes(chosen, tr("Reverse {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change))


def strum(ids: Ids, spread_ticks: int, *, downwards: bool = False) -> Edit:
    """Spread the notes of each chord over this many ticks, from the lowest up or the highest down; their ends stay."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        made = sorted_rows(rows)
        chord = chord_numbers(made["start"])
        rank, size = ranked(chord, made["pitch"].astype(np.int64) * (-1 if downwards else 1))
        late = np.rint(rank * spread_ticks / np.maximum(1, size - 1)).astype(np.int64)
        end = ends(made)
        made["start"] = np.minimum(_firsts(made["start"], chord) + late, end - 1)
        made["length"] = end - made["start"]
        return made

    return of_notes(chosen, tr("Strum {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change))


def chord_numbers(starts: Ticks) -> Ticks:
    """The number of the chord that each of the sorted starts belongs to.

    A chord reaches CHORD_TICKS from its first note, not from note to note.
    """
    if not len(starts):
        return starts
    begins = np.diff(starts, prepend=-CHORD_TICKS) >= CHORD_TICKS
    firsts = np.flatnonzero(begins)
    behind = np.append(firsts[1:], len(starts))
    # Only where notes follow each other closely for longer than a chord is each to be looked at.
    long = np.flatnonzero(starts[behind - 1] - starts[firsts] >= CHORD_TICKS)
    for first, last in zip(firsts[long].tolist(), behind[long].tolist(), strict=True):
        begin = starts[first]
        for at in range(first + 1, last):
            if starts[at] - begin >= CHORD_TICKS:
                begins[at], begin = True, starts[at]
    numbers: Ticks = np.cumsum(begins) - 1
    return numbers


def ranked(chord: Ticks, by: Ticks) -> tuple[Ticks, Ticks]:
    """Where each row stands in its chord, counted from 0 by `by`, and how many the chord has."""
    order = np.lexsort((by, chord))
    sizes = np.bincount(chord)
    first = np.cumsum(sizes) - sizes
    rank = np.empty(len(chord), np.int64)
    rank[order] = np.arange(len(chord)) - first[chord[order]]
    return rank, sizes[chord]


def _firsts(starts: Ticks, chord: Ticks) -> Ticks:
    """Where the chord of each sorted start begins."""
    found: Ticks = starts[np.searchsorted(chord, chord)]
    return found


def _room(rows: Rows, own_pitch: bool) -> Ticks:
    """Ticks from each row's start to the next chord of its track (or note of its pitch); 0 where none follows. [row]"""
    room = np.zeros(len(rows), np.int64)
    lanes = rows["pitch"] if own_pitch else np.zeros(len(rows), np.uint8)
    for lane in np.unique(lanes):
        at = np.flatnonzero(lanes == lane)
        at = at[np.argsort(rows["start"][at], kind="stable")]
        starts = rows["start"][at]
        firsts = starts if own_pitch else _firsts(starts, chord_numbers(starts))
        nexts = np.searchsorted(firsts, firsts, side="right")
        follows = nexts < len(at)
        room[at[follows]] = firsts[nexts[follows]] - starts[follows]
    return room

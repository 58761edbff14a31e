"""Constraining: a take brought to what its tracks must keep to, as lawfully as can be, and in words what could not be.

In this order: laid on the rhythm or the pitches that are there, folded into the range by octaves, strong notes brought to chord
tones, notes shortened, lengthened or left out for lengths and voices, bars thinned by metric weight, long notes divided where
there are too few. The fewest changes are made where the model was told, or where the best of several candidates is chosen.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from studio.generation import laid, metric
from studio.generation.binding import Bound, beginning_in, bound_to_chords, least_in, most_in
from studio.generation.contract import Request, Take
from studio.generation.enforce import EmptyTake, enforced
from studio.generation.relaxing import relaxed
from studio.generation.voices import Leading
from studio.song import locks, masking
from studio.song.measures import SIXTEENTH_TICKS
from studio.song.notes import ROW, Rows, ends, sorted_rows
from studio.words import tr

FOLD, LITTLE = 12, 8


@dataclass(frozen=True, slots=True, eq=False)
class Brought:
    """A take that keeps to its constraints, or says what was relaxed: how many sentences that took, how many notes had to
    change for the rest, and whether it had too few notes a bar (`lean` 1) or too many (-1) as it came."""

    take: Take
    changes: int = 0
    relaxed: int = 0
    lean: int = 0

    def suits(self, made: Container[bytes]) -> bool:
        """Whether it will do: nothing was relaxed, of eight notes no more than one had to change, and it is none of those made
        before."""
        return not self.relaxed and LITTLE * self.changes <= self.take.note_count and self.take.rows.tobytes() not in made


def brought(take: Take, request: Request, bounds: tuple[Bound, ...]) -> Brought:
    """The take as it keeps to all of them; EmptyTake when nothing is left of it."""
    by_track = {each.track.id: each for each in bounds}
    parts, changes, lean = [], 0, 0
    for track_id, rows in take.parts:
        held = by_track.get(track_id)
        made = rows if held is None else constrained(rows, held)
        if held is not None:
            changes += _changed(rows, made, held)
            lean = lean or _lean(rows, held)
        if len(made):
            parts.append((track_id, made))
    if not parts:
        raise EmptyTake(
            tr("The constraints leave nothing of take {number}.", number=take.number),
            tr("Loosen one of them, or try another seed."),
        )
    found = enforced(replace(take, parts=tuple(parts)), request)
    written = dict(found.parts)
    told = [words for each in bounds for words in relaxed(written.get(each.track.id, np.zeros(0, ROW)), each)]
    return Brought(replace(found, remarks=(*found.remarks, *told)), changes, len(told), lean)


def constrained(rows: Rows, held: Bound) -> Rows:
    """The notes of a track as they keep to its constraint, as far as they can."""
    constraint, timeline = held.constraint, held.song.timeline
    if constraint.keeps_rhythm:
        rows = laid.on_rhythm(rows, held.there)
    elif constraint.keeps_pitches:
        rows = laid.with_pitches(rows, held.there, timeline)
    if not constraint.keeps_pitches:
        rows = _in_range(rows, held)
        rows = _on_chords(rows, held)
    rows = masking.fitted(rows, held.track, held.request.mask)
    if constraint.keeps_rhythm:
        return rows
    rows = _of_length(rows, held)
    if held.is_laid:
        return rows
    return _filled(_thinned(rows, held), held)


def _in_range(rows: Rows, held: Bound) -> Rows:
    """All notes moved by the octaves that bring most of them into the range, the rest each by its own; drums outside are left
    out."""
    low, high = held.pitches
    pitches = rows["pitch"].astype(np.int64)
    if not len(rows) or ((pitches >= low) & (pitches <= high)).all():
        return rows
    if not held.track.instrument.is_drum:
        shifts = sorted(range(-10 * FOLD, 11 * FOLD, FOLD), key=abs)
        inside = [int(((pitches + by >= low) & (pitches + by <= high)).sum()) for by in shifts]
        pitches = pitches + shifts[int(np.argmax(inside))]
        pitches = np.where(pitches < low, pitches + -((pitches - low) // FOLD) * FOLD, pitches)
        pitches = np.where(pitches > high, pitches - -((high - pitches) // FOLD) * FOLD, pitches)
    fits = (pitches >= low) & (pitches <= high)
    kept = rows[fits].copy()
    kept["pitch"] = pitches[fits]
    return kept


def _on_chords(rows: Rows, held: Bound) -> Rows:
    """Notes on strong places, and long ones, at the nearest chord tone in the range that is not taken."""
    if held.chords is None:
        return rows
    rows, (low, high) = sorted_rows(rows).copy(), held.pitches
    for at in np.flatnonzero(bound_to_chords(rows, held.song)).tolist():
        start, pitch = int(rows["start"][at]), int(rows["pitch"][at])
        chord = held.chords.at(start)
        if not chord or pitch % 12 in chord:
            continue
        first, last = np.searchsorted(rows["start"], (start, start + 1))
        together = [int(rows["pitch"][other]) for other in range(first, last) if other != at]
        tones = [tone for tone in range(low, high + 1) if tone % 12 in chord]
        free = [tone for tone in tones if tone not in together] or tones
        if free:
            rows["pitch"][at] = min(free, key=lambda tone: (abs(tone - pitch), tone))
    return rows


def _of_length(rows: Rows, held: Bound) -> Rows:
    """Notes no longer, and if it can be no shorter, than they may be, and no more of them at once."""
    constraint = held.constraint
    if constraint.longest_ticks is not None:
        rows = rows.copy()
        rows["length"] = np.minimum(rows["length"], constraint.longest_ticks)
    if constraint.polyphony is None and constraint.shortest_ticks is None:
        return rows
    mask, track = held.request.mask, held.track
    edges = mask.edges(track.id, rows["start"], rows["pitch"])
    edges = np.minimum(edges, locks.next_starts(track.locks, rows["start"]))
    strength = metric.weights(held.song.timeline, rows["start"])
    leading = Leading(constraint.polyphony or 128, constraint.shortest_ticks, strength, edges)
    return leading.led(rows, held.stays)


def _thinned(rows: Rows, held: Bound) -> Rows:
    """Bars with no more notes than they may have: inner notes of chords go first, then what begins on weak places."""
    most = held.constraint.most_per_bar
    if most is None:
        return rows
    gone: list[int] = []
    for bar in held.bars:
        here = np.flatnonzero((rows["start"] >= bar.span.start_tick) & (rows["start"] < bar.span.end_tick))
        excess = len(here) + len(beginning_in(held.stays, bar)) - most_in(most, bar)
        if excess > 0:
            gone += _least_wanted(rows, here, held)[:excess]
    kept = np.ones(len(rows), bool)
    kept[gone] = False
    return rows[kept]


def _least_wanted(rows: Rows, here: NDArray[np.int64], held: Bound) -> list[int]:
    strength = metric.weights(held.song.timeline, rows["start"][here])
    starts, pitches = rows["start"][here], rows["pitch"][here].astype(np.int64)
    together = starts[:, None] == starts[None]
    inner = (together & (pitches[None] > pitches[:, None])).any(1)
    order = np.lexsort((rows["length"][here], rows["velocity"][here], strength, ~inner))
    return [int(at) for at in here[order]]


def _filled(rows: Rows, held: Bound) -> Rows:
    """Bars with as many notes as they must have, as far as long notes can be divided: those that begin there, and one that
    sounds into it."""
    least = held.constraint.least_per_bar
    if least is None or held.track.instrument.is_drum:
        return rows
    shortest = held.constraint.shortest_ticks or 0
    for bar in held.bars:
        wanted = least_in(least, bar) - len(beginning_in(held.stays, bar))
        if len(beginning_in(rows, bar)) < wanted:
            sounding = (rows["start"] < bar.span.end_tick) & (ends(rows) > bar.span.start_tick)
            rows = np.concatenate([rows[~sounding], _divided_in(rows[sounding], bar, wanted, held, shortest)])
    return sorted_rows(rows)


def _divided_in(rows: Rows, bar: metric.BarPart, wanted: int, held: Bound, shortest: int) -> Rows:
    """Notes that sound in a bar, the longest of them divided again and again until so many begin there, or none can be."""
    while len(beginning_in(rows, bar)) < wanted:
        inside = np.minimum(ends(rows), bar.span.end_tick) - np.maximum(rows["start"], bar.span.start_tick)
        for at in np.argsort(-inside, kind="stable").tolist():
            halves = laid.divided(rows[at : at + 1], held.song.timeline, shortest, bar.span)
            if halves is not None:
                rows = np.concatenate([np.delete(rows, at), *halves])
                break
        else:
            break
    return rows


def _lean(rows: Rows, held: Bound) -> int:
    """1 where a bar has fewer notes than it must, -1 where one has more than it may, 0 where neither has, or both."""
    least, most = held.constraint.least_per_bar, held.constraint.most_per_bar
    counts = [(len(beginning_in(rows, bar)) + len(beginning_in(held.stays, bar)), bar) for bar in held.bars]
    few = least is not None and any(count < least_in(least, bar) for count, bar in counts)
    many = most is not None and any(count > most_in(most, bar) for count, bar in counts)
    return int(few) - int(many)


def _changed(before: Rows, after: Rows, held: Bound) -> int:
    """How many notes are not as they were; on a kept rhythm, how many onsets had to borrow a pitch."""
    if held.constraint.keeps_rhythm:
        return laid.onsets_missed(before, held.there)
    ours, theirs = _written(before), _written(after)
    # Another octave for all of them is one change.
    shifted = ({(start, length, pitch + by) for start, length, pitch in ours} for by in range(-4 * FOLD, 5 * FOLD, FOLD) if by)
    return min(len(ours ^ theirs), *(1 + len(moved ^ theirs) for moved in shifted))


def _written(rows: Rows) -> set[tuple[int, int, int]]:
    """The notes as they would be written, start and length in sixteenths: how they are played is no change."""
    places = (rows["start"] + SIXTEENTH_TICKS // 2) // SIXTEENTH_TICKS
    lengths = np.maximum(1, (rows["length"] + SIXTEENTH_TICKS // 2) // SIXTEENTH_TICKS)
    return set(zip(places.tolist(), lengths.tolist(), rows["pitch"].tolist(), strict=True))

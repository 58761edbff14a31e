"""Lines: what each part of a sheet sounds as it is played out, exact in time until it is laid on ticks."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from studio.files.midi import pairing
from studio.files.midi.fates import NAMES, Fate
from studio.files.midi.wire import LYRIC, meta_bytes
from studio.files.notation.sheet import SheetNote
from studio.song.controls import ForeignEvent
from studio.song.notes import Rows, rows_from_columns, sorted_rows
from studio.song.ticks import TICKS_PER_BEAT

Ticks = int | Fraction
"""A position in ticks, exact."""


@dataclass(slots=True)
class Line:
    """What one part sounds, in columns; an end grows while ties go on."""

    starts: list[Ticks] = field(default_factory=list)
    ends: list[Ticks] = field(default_factory=list)
    notes: list[SheetNote] = field(default_factory=list)
    tied: dict[int, list[int]] = field(default_factory=dict)
    """By pitch, the places of notes that are tied to what follows."""
    words: list[ForeignEvent] = field(default_factory=list)

    def sound(self, start: Ticks, length: Ticks, note: SheetNote) -> None:
        for place in self.tied.get(note.pitch, ()):
            if self.ends[place] == start:
                self.ends[place] = start + length
                if not note.ties_on:
                    self.tied[note.pitch].remove(place)
                return
        if note.ties_on:
            # Whoever waits and was not met is met no more: time only goes on.
            waiting = [place for place in self.tied.get(note.pitch, ()) if self.ends[place] > start]
            self.tied[note.pitch] = [*waiting, len(self.starts)][-8:]
        self.starts.append(start)
        self.ends.append(start + length)
        self.notes.append(note)

    def sing(self, start: Ticks, note: SheetNote, turn: int) -> None:
        """The verse of this turn, else the last before it."""
        sung = max((lyric for lyric in note.lyrics if lyric.verse <= turn), key=lambda lyric: lyric.verse, default=None)
        if sung is None:
            return
        sung.is_sung = True
        self.words.append(ForeignEvent(nearest(start), meta_bytes(LYRIC, sung.text.encode("utf-8", "replace"))))

    def settled(self) -> tuple[Rows, tuple[ForeignEvent, ...]]:
        """Rows without ids and overlaps, and the words; what happened to each note is noted at it."""
        starts = np.array([nearest(start) for start in self.starts], np.int64)
        lengths = np.maximum(np.array([nearest(end) for end in self.ends], np.int64) - starts, 1)
        pitches = np.array([note.pitch for note in self.notes], np.uint8)
        velocities = np.array([note.velocity for note in self.notes], np.uint8)
        for note, start, end in zip(self.notes, self.starts, self.ends, strict=True):
            if start.denominator != 1 or end.denominator != 1:
                note.altered = note.altered or NAMES[Fate.ROUNDED]
        order = np.lexsort((starts, pitches))
        result = pairing.settled(starts[order], lengths[order], pitches[order], velocities[order])
        for place in np.flatnonzero(result.merged_away).tolist():
            self.notes[order[place]].doubled += 1
        for flags, fate in ((result.cut, Fate.CUT), (result.grown, Fate.GROWN)):
            for place in np.flatnonzero(flags).tolist():
                note = self.notes[order[place]]
                note.altered = note.altered or NAMES[fate]
        rows = sorted_rows(rows_from_columns(result.start, result.length, result.pitch, result.velocity))
        return rows, tuple(sorted(self.words, key=lambda event: event.tick))


def ticks_of(quarters: Fraction) -> Ticks:
    """Exact."""
    return whole(quarters * TICKS_PER_BEAT)


def whole(exact: Ticks) -> Ticks:
    """An int where it can be one, for these are many and fast."""
    return exact.numerator if exact.denominator == 1 else exact


def nearest(exact: Ticks) -> int:
    """The nearest tick, halves upwards."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)

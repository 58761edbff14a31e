"""Chord symbols played: a bass and the chord in close position, struck at each symbol and again at each bar line."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.files.notation.chord_symbols import SILENCE, ChordTones, chord_tones
from studio.song.notes import Rows, rows_from_columns

NAME = "Chords"
VELOCITY = 60
LOWEST_BASS, LOWEST_TONE = 36, 52
MOST_BARS_HELD = 8
"""A symbol holds until the next one, but not through a whole section that has none."""


@dataclass(slots=True)
class Accompaniment:
    """Collects struck chords as bars are played; positions are ticks."""

    struck: list[tuple[int, int, ChordTones]] = field(default_factory=list)
    sounding: ChordTones = SILENCE
    held_bars: int = 0

    def bar(self, start: int, end: int, symbols: list[tuple[int, str]]) -> int:
        """One bar as played, with the symbols in it by position; how many of them could be played."""
        known = [(tick, tones) for tick, text in symbols if (tones := chord_tones(text)) is not None]
        self.held_bars = 0 if known else self.held_bars + 1
        if self.held_bars >= MOST_BARS_HELD:
            self.sounding = SILENCE
        strokes = [(start, self.sounding), *((max(start, tick), tones) for tick, tones in known)]
        for (tick, tones), following in zip(strokes, [*(tick for tick, _ in strokes[1:]), end], strict=True):
            if tones.tones and following > tick:
                self.struck.append((tick, min(following, end) - tick, tones))
        self.sounding = strokes[-1][1]
        return len(known)

    def rows(self) -> Rows:
        """The notes, without ids."""
        starts, lengths, pitches = [], [], []
        for start, length, chord in self.struck:
            upper = {LOWEST_TONE + (tone - LOWEST_TONE) % 12 for tone in chord.tones}
            for pitch in (LOWEST_BASS + (chord.bass - LOWEST_BASS) % 12, *sorted(upper)):
                starts.append(start)
                lengths.append(length)
                pitches.append(pitch)
        return rows_from_columns(starts, lengths, pitches, VELOCITY)

"""A sheet played out: repeats unfolded, ties joined, bars placed on the song's timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.wire import TEXT, meta_bytes
from studio.files.notation.order import MOST_BARS, playing_order
from studio.files.notation.sheet import Bar, Sheet, SheetNote
from studio.files.report import Opened, Report
from studio.song.controls import ForeignEvent
from studio.song.harmony import Key
from studio.song.notes import Notes, rows_from_columns, without_overlaps
from studio.song.song import TRACK_COLOURS, Instrument, Song, Track
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import DEFAULT_TEMPO_US, KeyChange, Marker, MeterChange, TempoChange, Timeline, coloured
from studio.words import mark, tr

DEFAULT_METER = (4, 4)
MOST_QUARTERS = 2_000_000
"""More than 24 hours at the fastest tempo."""
CHORD_KIND = mark("chord symbols kept as text")


def played(sheet: Sheet, name: str) -> Opened:
    """The song of a sheet; `name` is the file's, for messages. UnreadableFile beyond the limits of a song."""
    order = playing_order(sheet.bars)
    if len(order) > MOST_BARS:
        raise UnreadableFile(
            tr("«{name}» has more than {most} bars when its repeats are played.", name=name, most=MOST_BARS),
            tr("Cut it into parts."),
        )
    placing = _Placing(sheet)
    for index in order:
        placing.add(index)
        if placing.count > limits.MIDI_EVENTS:
            raise UnreadableFile(
                tr("«{name}» has more than {most} notes when its repeats are played.", name=name, most=limits.MIDI_EVENTS),
                tr("Cut it into parts."),
            )
        if placing.at > MOST_QUARTERS:
            raise UnreadableFile(tr("«{name}» has notes or bars too long for a song.", name=name), tr("Check its lengths."))
    return placing.finish()


@dataclass(slots=True)
class _Sounding:
    """A note as played, in quarters from the start of the song."""

    start: Fraction
    end: Fraction
    pitch: int
    velocity: int
    ties_on: bool


@dataclass(slots=True)
class _Placing:
    """Bars in playing order become positions; what changes on the way is written into the timeline."""

    sheet: Sheet
    at: Fraction = Fraction(0)
    grid: Fraction = Fraction(0)
    meter: tuple[int, int] | None = None
    key: Key | None = None
    us_per_beat: int = 0
    section: str = ""
    meters: dict[int, tuple[int, int]] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    tempos: dict[int, int] = field(default_factory=dict)
    markers: list[Marker] = field(default_factory=list)
    chords: list[ForeignEvent] = field(default_factory=list)
    notes: dict[int, list[_Sounding]] = field(default_factory=dict)
    count: int = 0

    def add(self, index: int) -> None:
        bar = self.sheet.bars[index]
        if not bar.length:
            return
        is_first = self.meter is None
        self._place_meter(bar)
        tick = 0 if is_first else self._tick(self.at)  # a pick-up stands after the rest that fills its bar
        if bar.key is not None and bar.key != self.key:
            self.keys[tick] = self.key = bar.key
        if (tempo := bar.us_per_beat or self.us_per_beat or DEFAULT_TEMPO_US) != self.us_per_beat:
            self.tempos[tick] = self.us_per_beat = tempo
        for offset, key in bar.key_changes:
            self.keys[self._tick(self.at + offset)] = self.key = key
        for offset, tempo in bar.tempo_changes:
            self.tempos[self._tick(self.at + offset)] = self.us_per_beat = tempo
        if bar.section:
            self.markers.append(Marker(tick, bar.section, True))
        for offset, chord in bar.chords:
            self.chords.append(ForeignEvent(self._tick(self.at + offset), meta_bytes(TEXT, chord.encode())))
        self.count += len(bar.notes)
        for note in sorted(bar.notes, key=lambda note: note.offset):
            self._sound(note)
        self.at += bar.length

    def _place_meter(self, bar: Bar) -> None:
        """Keep bar lines where the sheet has them: a short first bar ends on one, a full bar begins on one."""
        meter = bar.meter or self.meter or DEFAULT_METER
        full = Fraction(4 * meter[0], meter[1])
        if self.meter is None:
            self.at = max(Fraction(0), full - bar.length) if not self.sheet.is_free else Fraction(0)
            self.meters[0] = self.meter = meter
            return
        measure = Fraction(4 * self.meter[0], self.meter[1])
        is_off = (self.at - self.grid) % measure != 0 and bar.length >= full and not self.sheet.is_free
        if meter != self.meter or is_off:
            self.meters[self._tick(self.at)] = self.meter = meter
            self.grid = self.at

    def _sound(self, note: SheetNote) -> None:
        start = self.at + note.offset
        sounding = _Sounding(start, start + note.length, note.pitch, note.velocity, note.ties_on)
        line = self.notes.setdefault(note.part, [])
        for before in reversed(line[-32:]):
            if before.ties_on and before.pitch == note.pitch and before.end == start:
                before.end, before.ties_on = sounding.end, note.ties_on
                return
        line.append(sounding)

    def _tick(self, quarters: Fraction) -> int:
        exact = quarters * TICKS_PER_BEAT
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)

    def finish(self) -> Opened:
        sheet = self.sheet
        changed = dict(sheet.changed)
        tracks, next_id = [], len(sheet.parts) + 1
        for number, part in enumerate(sheet.parts):
            rows, cut, merged = self._rows(number, changed)
            rows["id"] = np.arange(next_id, next_id + len(rows))
            next_id += len(rows)
            instrument = Instrument(part.program, is_drum=part.is_drum)
            tracks.append(Track(number + 1, part.name, number % TRACK_COLOURS, instrument, notes=Notes(rows)))
            for kind, count in ((mark("equal pitches cut"), cut), (mark("equal starts merged"), merged)):
                if count:
                    changed[kind] = changed.get(kind, 0) + count
        if self.chords:
            changed[CHORD_KIND] = sum(len(bar.chords) for bar in sheet.bars)
        song = Song(sheet.title or "Untitled", tuple(tracks), self._timeline(), next_id=next_id, foreign=tuple(self.chords))
        altered = sum(count for kind, count in changed.items() if kind != CHORD_KIND)
        read = max(0, sheet.read - altered)
        return Opened(song, Report(read, dict(sheet.dropped), changed, tuple(sheet.remarks)))

    def _rows(self, part: int, changed: dict[str, int]) -> tuple[np.ndarray[tuple[int], np.dtype[np.void]], int, int]:
        line = self.notes.get(part, [])
        starts = [self._tick(note.start) for note in line]
        lengths = [max(1, self._tick(note.end) - start) for note, start in zip(line, starts, strict=True)]
        inexact = sum((note.start * TICKS_PER_BEAT).denominator > 1 for note in line)
        if inexact:
            changed["positions rounded"] = changed.get("positions rounded", 0) + inexact
        pitches, velocities = [note.pitch for note in line], [note.velocity for note in line]
        return without_overlaps(rows_from_columns(starts, lengths, pitches, velocities))

    def _timeline(self) -> Timeline:
        self.meters.setdefault(0, DEFAULT_METER)
        self.tempos.setdefault(0, DEFAULT_TEMPO_US)
        return Timeline(
            tuple(TempoChange(tick, tempo) for tick, tempo in sorted(self.tempos.items())),
            tuple(MeterChange(tick, *meter) for tick, meter in sorted(self.meters.items())),
            tuple(KeyChange(tick, key) for tick, key in sorted(self.keys.items())),
            coloured(sorted(self.markers, key=lambda marker: marker.tick)),
        )

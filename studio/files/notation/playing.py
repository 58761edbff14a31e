"""A sheet played out: repeats unfolded, ties joined, bars placed on the song's timeline."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from studio.errors import UnreadableFile
from studio.files.midi.fates import NAMES, Fate
from studio.files.midi.reading import refuse_beyond_document
from studio.files.midi.wire import TEXT, meta_bytes, plural
from studio.files.notation.accompaniment import NAME, Accompaniment
from studio.files.notation.lines import Line, Ticks, nearest, ticks_of, whole
from studio.files.notation.order import MOST_BARS, order_of_passages
from studio.files.notation.sheet import LYRIC_KIND, Bar, Part, Sheet, SheetNote
from studio.files.report import Opened, PartlyReadable, Report
from studio.jobs.progress import Progress
from studio.song.controls import Controls, ForeignEvent
from studio.song.harmony import Key
from studio.song.notes import Notes, sorted_rows
from studio.song.song import TRACK_COLOURS, Instrument, Song, Track
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import DEFAULT_TEMPO_US, KeyChange, Marker, MeterChange, TempoChange, Timeline, coloured
from studio.words import mark, tr

DEFAULT_METER = (4, 4)
MOST_TICKS = 2_000_000 * TICKS_PER_BEAT
"""More than 24 hours at the fastest tempo."""
MOST_PLAYED = 2_000_000
"""Notes of a sheet when its repeats are played."""
CHORD_KIND = mark("chord symbols kept as text")
PLAYED_KIND = mark("chord symbols kept as text and played as a track of chords")
UNPLAYED_KIND = mark("notes and chords in bars that are never played")
UNSUNG_KIND = mark("verses beyond the last repeat")


def played(sheet: Sheet, name: str, progress: Progress | None = None) -> Opened:
    """The song of a sheet; `name` is the file's, for messages. UnreadableFile beyond the limits of a song."""
    order = order_of_passages(sheet)
    if len(order) > MOST_BARS:
        raise UnreadableFile(
            tr("«{name}» has more than {most} bars when its repeats are played.", name=name, most=MOST_BARS),
            tr("Cut it into parts."),
        )
    placing = _Placing(sheet)
    for number, index in enumerate(order):
        if progress is not None and not number % 256:
            progress.stop_if_cancelled()
        placing.add(index)
        if placing.count > MOST_PLAYED:
            raise UnreadableFile(
                tr("«{name}» has more than {most} notes when its repeats are played.", name=name, most=MOST_PLAYED),
                tr("Cut it into parts."),
            )
        if placing.at > MOST_TICKS:
            raise UnreadableFile(tr("«{name}» has notes or bars too long for a song.", name=name), tr("Check its lengths."))
    opened = placing.finish()
    refuse_beyond_document(opened.song, name)
    return opened


def offered(opened: Opened, fault: str) -> PartlyReadable:
    """The refusal of a broken file of which this much can be had."""
    tracks, notes = plural(len(opened.song.tracks), "track"), plural(opened.song.note_count, "note")
    return PartlyReadable(fault, tr("Readable: {tracks}, {notes}.", tracks=tracks, notes=notes))


@dataclass(slots=True)
class _Placing:
    """Bars in playing order become positions; what changes on the way is written into the timeline."""

    sheet: Sheet
    at: Ticks = 0
    grid: Ticks = 0
    meter: tuple[int, int] | None = None
    key: Key | None = None
    us_per_beat: int = 0
    meters: dict[int, tuple[int, int]] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    tempos: dict[int, int] = field(default_factory=dict)
    markers: list[Marker] = field(default_factory=list)
    chords: list[ForeignEvent] = field(default_factory=list)
    accompaniment: Accompaniment = field(default_factory=Accompaniment)
    lines: dict[int, Line] = field(default_factory=dict)
    laid: dict[int, list[tuple[Ticks, Ticks, SheetNote]]] = field(default_factory=dict)
    turns: Counter[int] = field(default_factory=Counter)
    played_chords: Counter[int] = field(default_factory=Counter)
    count: int = 0

    def add(self, index: int) -> None:
        bar = self.sheet.bars[index]
        if not bar.length:
            return
        self.turns[index] += 1
        is_first = self.meter is None
        self._place_meter(bar)
        tick = 0 if is_first else nearest(self.at)  # a pick-up stands after the rest that fills its bar
        if bar.key is not None and bar.key != self.key:
            self.keys[tick] = self.key = bar.key
        if (tempo := bar.us_per_beat or self.us_per_beat or DEFAULT_TEMPO_US) != self.us_per_beat:
            self.tempos[tick] = self.us_per_beat = tempo
        for offset, key in bar.key_changes:
            self.keys[nearest(self.at + ticks_of(offset))] = self.key = key
        for offset, tempo in bar.tempo_changes:
            self.tempos[nearest(self.at + ticks_of(min(offset, bar.length)))] = self.us_per_beat = tempo
        if bar.section:
            self.markers.append(Marker(tick, bar.section, True))
        self._place_chords(index, bar)
        if index not in self.laid:
            laid = [(ticks_of(note.offset), ticks_of(note.length), note) for note in bar.notes]
            self.laid[index] = sorted(laid, key=lambda each: each[0])
        self.count += len(bar.notes)
        for place, length, note in self.laid[index]:
            start = self.at + place if place >= 0 or self.at + place >= 0 else 0
            line = self.lines.setdefault(note.part, Line())
            line.sound(start, length, note)
            note.played += 1
            if note.lyrics:
                line.sing(start, note, self.turns[index])
        self.at = whole(self.at + ticks_of(bar.length))

    def _place_chords(self, index: int, bar: Bar) -> None:
        symbols = sorted((nearest(self.at + ticks_of(min(offset, bar.length))), text) for offset, text in bar.chords)
        for tick, text in symbols:
            self.chords.append(ForeignEvent(tick, meta_bytes(TEXT, text.encode("utf-8", "replace"))))
        self.played_chords[index] = self.accompaniment.bar(nearest(self.at), nearest(self.at + ticks_of(bar.length)), symbols)

    def _place_meter(self, bar: Bar) -> None:
        """Keep bar lines where the sheet has them: a short first bar ends on one, a full bar begins on one."""
        meter = bar.meter or self.meter or DEFAULT_METER
        length, full = ticks_of(bar.length), ticks_of(Fraction(4 * meter[0], meter[1]))
        if self.meter is None:
            self.at = max(0, full - length) if not self.sheet.is_free else 0
            self.meters[0] = self.meter = meter
            return
        measure = ticks_of(Fraction(4 * self.meter[0], self.meter[1]))
        is_off = (self.at - self.grid) % measure != 0 and length >= full and not self.sheet.is_free
        if meter != self.meter or is_off:
            self.meters[nearest(self.at)] = self.meter = meter
            self.grid = self.at

    def finish(self) -> Opened:
        sheet = self.sheet
        tracks, next_id = [], len(sheet.parts) + 2
        parts = [(part, *self.lines.get(number, Line()).settled()) for number, part in enumerate(sheet.parts)]
        if len(chords := sorted_rows(self.accompaniment.rows())):
            parts.append((Part(NAME), chords, ()))
        for number, (part, rows, words) in enumerate(parts, 1):
            rows["id"] = np.arange(next_id, next_id + len(rows))
            next_id += len(rows)
            instrument = Instrument(part.program, part.bank, part.is_drum)
            controls = Controls.of((), words) if words else Controls.EMPTY
            tracks.append(
                Track(number, part.name, (number - 1) % TRACK_COLOURS, instrument, notes=Notes(rows), controls=controls)
            )
        song = Song(sheet.title or "Untitled", tuple(tracks), self._timeline(), next_id=next_id, foreign=tuple(self.chords))
        return Opened(song, self._report())

    def _report(self) -> Report:
        """What became of each sign and note; AssertionError where one was not counted, or twice."""
        sheet = self.sheet
        read, dropped, changed = sheet.read, Counter(sheet.dropped), Counter(sheet.changed)
        for index, bar in enumerate(sheet.bars):
            known = self.played_chords[index]
            changed[PLAYED_KIND] += known
            (changed if self.turns[index] else dropped)[CHORD_KIND if self.turns[index] else UNPLAYED_KIND] += (
                len(bar.chords) - known
            )
            for note in bar.notes:
                if not note.played or note.doubled == note.played:
                    dropped[NAMES[Fate.DOUBLED] if note.played else UNPLAYED_KIND] += 1
                elif note.altered:
                    changed[note.altered] += 1
                else:
                    read += 1
                for lyric in note.lyrics:
                    (changed if lyric.is_sung else dropped)[LYRIC_KIND if lyric.is_sung else UNSUNG_KIND] += 1
        report = Report(read, dict(+dropped), dict(+changed), tuple(sheet.remarks))
        if report.events != sheet.seen:
            raise AssertionError(f"the report counts {report.events} events, the sheet has {sheet.seen}")
        return report

    def _timeline(self) -> Timeline:
        self.meters.setdefault(0, DEFAULT_METER)
        self.tempos.setdefault(0, DEFAULT_TEMPO_US)
        return Timeline(
            tuple(TempoChange(tick, tempo) for tick, tempo in sorted(self.tempos.items())),
            tuple(MeterChange(tick, *meter) for tick, meter in sorted(self.meters.items())),
            tuple(KeyChange(tick, key) for tick, key in sorted(self.keys.items())),
            coloured(sorted(self.markers, key=lambda marker: marker.tick)),
        )

"""A song as a MusicXML 4.0 score: a draft from notes moved to a grid, parts by track, voices split, times and keys.

The order of elements is that of the published schema (W3C, MusicXML 4.0, musicxml.xsd).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from studio import VERSION
from studio.errors import UnsupportedRequest
from studio.files.exchange import heard_rows
from studio.files.midi.general_midi import sound_name
from studio.files.midi.texts import xml_name
from studio.files.musicxml.spelling import signature, spelled
from studio.files.notation.writing import GRIDS, Chord, Value, Voice, bar_of_voice, on_grid, voices_of
from studio.jobs.progress import Progress
from studio.song.harmony import Key
from studio.song.notes import Rows
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import Marker, MeterChange, TempoChange
from studio.words import tr

HEAD = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!DOCTYPE score-partwise PUBLIC '
    b'"-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
FORTE = 90
"""MusicXML gives loudness in percent of this velocity."""
LOWEST_PITCH = 12
SPLIT_PITCH = 60
KEYBOARDS = (*range(8), *range(16, 24), 46)
"""Programs written on two staves where their notes lie on both sides of middle C."""
_UNPITCHED = {35: "F4", 36: "F4", 37: "C5", 38: "C5", 40: "C5", 39: "C5", 41: "A4", 43: "A4", 45: "B4", 47: "B4", 48: "D5"}
_CROSSES = (42, 44, 46, 49, 51, 57, 59)
"""Drawn with a cross for a head."""
_UNPITCHED |= {50: "E5", 42: "G5", 44: "D4", 46: "G5", 49: "A5", 57: "A5", 51: "F5", 59: "F5", 53: "F5"}


@dataclass(frozen=True, slots=True)
class _Staff:
    rows: Rows
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class _Score:
    song: Song
    bars: tuple[Span, ...]
    divisions: int

    def units(self, ticks: int) -> str:
        return str(ticks * self.divisions // TICKS_PER_BEAT)


def score_bytes(song: Song, grid: str, misc: Iterable[tuple[str, str]] = (), progress: Progress | None = None) -> bytes:
    """The file; `grid` is one of GRIDS, `misc` are names and values for the score's miscellaneous fields."""
    watched = progress or Progress()
    tracks = [track for track in song.tracks if not track.is_audio and not track.strip.is_muted]
    if not tracks:
        raise UnsupportedRequest(tr("There is no note track that sounds to write as a score."), tr("Add a track, or unmute one."))
    staves = {track.id: _staves(track, song, GRIDS[grid]) for track in tracks}
    ends = [
        int((staff.rows["start"] + staff.rows["length"]).max()) for each in staves.values() for staff in each if len(staff.rows)
    ]
    bars = _bars(song, max(ends, default=0))
    score = _Score(song, bars, _divisions(staves.values(), bars))
    root = Element("score-partwise", version="4.0")
    SubElement(SubElement(root, "work"), "work-title").text = xml_name(song.title) or "Untitled"
    _identify(root, misc)
    listed = SubElement(root, "part-list")
    for track in tracks:
        _list_part(listed, track, staves[track.id])
    for number, track in enumerate(tracks):
        watched.stop_if_cancelled()
        watched.report(number, len(tracks), tr("Writing the score"))
        _PartWriter(score, track, staves[track.id], says_tempo=number == 0).part(root)
    return HEAD + bytes(tostring(root, encoding="utf-8"))


def _bars(song: Song, end: int) -> tuple[Span, ...]:
    timeline = song.timeline
    last = timeline.bar_of(max(0, end - 1))
    lines = [timeline.bar_start(bar) for bar in range(1, last + 2)]
    # A meter that begins inside a bar cuts that bar short: its line is the next bar's start.
    return tuple(Span(*pair) for pair in pairwise(lines))


def _divisions(staves: Iterable[tuple[_Staff, ...]], bars: tuple[Span, ...]) -> int:
    """The fewest parts of a quarter in which every length can be said; 24 at most grids, 960 at worst."""
    sizes = {TICKS_PER_BEAT, 60, 80, *(bar.length_ticks for bar in bars)}
    for each in staves:
        for staff in each:
            sizes |= set(np.unique(staff.rows["start"]).tolist()) | set(np.unique(staff.rows["length"]).tolist())
    return TICKS_PER_BEAT // reduce(math.gcd, sizes)


def written_rows(track: Track, song: Song, steps: tuple[int, ...]) -> Rows:
    """What of a track is written: its audible notes on the grid, but those below C0, for which there is no octave number."""
    heard = heard_rows(track)
    return on_grid(heard if track.instrument.is_drum else heard[heard["pitch"] >= LOWEST_PITCH], song.timeline, steps)


def _staves(track: Track, song: Song, steps: tuple[int, ...]) -> tuple[_Staff, ...]:
    rows = written_rows(track, song, steps)
    low = rows["pitch"] < SPLIT_PITCH
    is_grand = (
        track.instrument.program in KEYBOARDS and not track.instrument.is_drum and 0.1 < (low.mean() if len(low) else 0) < 0.9
    )
    groups = (rows[~low], rows[low]) if is_grand else (rows,)
    return tuple(_Staff(group, tuple(voices_of(group))) for group in groups)


# Head


def _identify(root: Element, misc: Iterable[tuple[str, str]]) -> None:
    node = SubElement(root, "identification")
    encoding = SubElement(node, "encoding")
    SubElement(encoding, "software").text = f"Ricercar {VERSION}"
    fields = list(misc)
    if fields:
        kept = SubElement(node, "miscellaneous")
        for name, value in fields:
            SubElement(kept, "miscellaneous-field", name=name).text = value


def _list_part(listed: Element, track: Track, staves: tuple[_Staff, ...]) -> None:
    identity = f"P{track.id}"
    part = SubElement(listed, "score-part", id=identity)
    SubElement(part, "part-name").text = xml_name(track.name) or "Track"
    sound = track.instrument
    if not sound.is_drum:
        instrument = SubElement(part, "score-instrument", id=f"{identity}-I1")
        SubElement(instrument, "instrument-name").text = sound_name(sound.program, False)
        midi = SubElement(part, "midi-instrument", id=f"{identity}-I1")
        if sound.bank:
            SubElement(midi, "midi-bank").text = str(min(16384, sound.bank + 1))
        SubElement(midi, "midi-program").text = str(sound.program + 1)
        return
    pitches = sorted({int(pitch) for staff in staves for pitch in np.unique(staff.rows["pitch"])})
    for pitch in pitches:
        SubElement(SubElement(part, "score-instrument", id=f"{identity}-I{pitch}"), "instrument-name").text = f"Drum {pitch}"
    for pitch in pitches:
        midi = SubElement(part, "midi-instrument", id=f"{identity}-I{pitch}")
        SubElement(midi, "midi-channel").text = "10"
        SubElement(midi, "midi-program").text = str(sound.program + 1)
        SubElement(midi, "midi-unpitched").text = str(pitch + 1)


# Parts


@dataclass(slots=True)
class _PartWriter:
    """Writes one track, measure by measure."""

    score: _Score
    track: Track
    staves: tuple[_Staff, ...]
    says_tempo: bool
    """Tempo, sections and markers stand in one part only."""
    meter: MeterChange | None = None
    key: Key | None = None

    def part(self, root: Element) -> None:
        part = SubElement(root, "part", id=f"P{self.track.id}")
        places = [[0] * len(staff.voices) for staff in self.staves]
        for number, bar in enumerate(self.score.bars, 1):
            measure = SubElement(part, "measure", number=str(number))
            self._attributes(measure, bar, is_first=number == 1)
            if self.says_tempo:
                _directions(measure, self.score, bar)
            written = False
            for at, staff in enumerate(self.staves):
                for voice, chords in _voices_in(staff, places[at], bar, self.score.song.timeline.meter_at(bar.start_tick)):
                    if written:
                        SubElement(SubElement(measure, "backup"), "duration").text = self.score.units(bar.length_ticks)
                    written = True
                    for chord in chords:
                        self._chord(measure, chord, at, str(at * 4 + voice))

    def _attributes(self, measure: Element, bar: Span, *, is_first: bool) -> None:
        timeline = self.score.song.timeline
        meter, key = timeline.meter_at(bar.start_tick), timeline.key_at(bar.start_tick)
        node = Element("attributes")
        if is_first:
            SubElement(node, "divisions").text = str(self.score.divisions)
        if key is not None and key != self.key and not self.track.instrument.is_drum:
            fifths, mode = signature(key)
            signed = SubElement(node, "key")
            SubElement(signed, "fifths").text = str(fifths)
            SubElement(signed, "mode").text = mode
        if self.meter is None or meter[1:] != self.meter[1:]:
            time = SubElement(node, "time")
            SubElement(time, "beats").text = str(meter.numerator)
            SubElement(time, "beat-type").text = str(meter.denominator)
        if is_first:
            self._clefs(node)
        self.meter, self.key = meter, key
        if len(node):
            measure.append(node)

    def _clefs(self, node: Element) -> None:
        if len(self.staves) > 1:
            SubElement(node, "staves").text = str(len(self.staves))
        for number, staff in enumerate(self.staves, 1):
            sign, line = _clef(self.track, staff)
            clef = SubElement(node, "clef", {"number": str(number)} if len(self.staves) > 1 else {})
            SubElement(clef, "sign").text = sign
            if line:
                SubElement(clef, "line").text = line

    def _chord(self, measure: Element, chord: Chord, staff: int, voice: str) -> None:
        rows = self.staves[staff].rows
        for number, index in enumerate(chord.rows or (-1,)):
            row = rows[index] if index >= 0 else None
            node = SubElement(measure, "note")
            if number:
                SubElement(node, "chord")
            self._sounding(node, row)
            SubElement(node, "duration").text = self.score.units(chord.value.ticks)
            if row is not None:
                _ties(node, "tie", chord)
                if self.track.instrument.is_drum:
                    SubElement(node, "instrument", id=f"P{self.track.id}-I{int(row['pitch'])}")
            SubElement(node, "voice").text = voice
            _drawn(node, chord.value)
            if row is not None and self.track.instrument.is_drum and int(row["pitch"]) in _CROSSES:
                SubElement(node, "notehead").text = "x"
            if len(self.staves) > 1:
                SubElement(node, "staff").text = str(staff + 1)
            if row is not None and (chord.ties or chord.tied):
                _ties(SubElement(node, "notations"), "tied", chord)

    def _sounding(self, node: Element, row: np.void | None) -> None:
        """What the note is: a rest, a drum, a pitch."""
        if row is None:
            SubElement(node, "rest")
            return
        node.set("dynamics", f"{100 * int(row['velocity']) / FORTE:.2f}")
        if self.track.instrument.is_drum:
            place = _UNPITCHED.get(int(row["pitch"]), "C5")
            unpitched = SubElement(node, "unpitched")
            SubElement(unpitched, "display-step").text = place[0]
            SubElement(unpitched, "display-octave").text = place[1]
            return
        letter, alteration, octave = spelled(int(row["pitch"]), self.key)
        found = SubElement(node, "pitch")
        SubElement(found, "step").text = letter
        if alteration:
            SubElement(found, "alter").text = str(alteration)
        SubElement(found, "octave").text = str(octave)


def _voices_in(staff: _Staff, places: list[int], bar: Span, meter: MeterChange) -> Iterable[tuple[int, list[Chord]]]:
    """The voices that sound in the bar, numbered from 1; the first always, with rests where it is silent.

    `places` holds for each voice the first group that may reach into this bar.
    """
    for index, voice in enumerate(staff.voices or (Voice(),)):
        groups = voice.groups
        at = places[index] if places else 0
        while at < len(groups) and groups[at][1] <= bar.start_tick:
            at += 1
        stop = at
        while stop < len(groups) and groups[stop][0] < bar.end_tick:
            stop += 1
        if places:
            places[index] = at
        if stop > at or index == 0:
            yield index + 1, bar_of_voice(groups[at:stop], bar, meter)


def _clef(track: Track, staff: _Staff) -> tuple[str, str]:
    if track.instrument.is_drum:
        return "percussion", ""
    low = len(staff.rows) > 0 and float(staff.rows["pitch"].mean()) < SPLIT_PITCH - 3
    return ("F", "4") if low else ("G", "2")


def _directions(measure: Element, score: _Score, bar: Span) -> None:
    """Sections, markers and tempi, each where the count of the measure has been moved to: programs ignore an offset."""
    timeline = score.song.timeline
    said: list[Marker | TempoChange] = [marker for marker in timeline.markers if marker.tick in bar and xml_name(marker.text)]
    said += [change for change in timeline.tempo_steps if change.tick in bar]
    here = 0
    for each in sorted(said, key=lambda each: each.tick):
        there = int(score.units(each.tick - bar.start_tick))
        _moved(measure, there - here)
        here = there
        if isinstance(each, TempoChange):
            _tempo(measure, each)
        else:
            node = SubElement(measure, "direction", placement="above")
            kind = SubElement(node, "direction-type")
            SubElement(kind, "rehearsal" if each.is_section else "words").text = xml_name(each.text)
    _moved(measure, -here)


def _tempo(measure: Element, change: TempoChange) -> None:
    node = SubElement(measure, "direction", placement="above")
    mark = SubElement(SubElement(node, "direction-type"), "metronome")
    SubElement(mark, "beat-unit").text = "quarter"
    SubElement(mark, "per-minute").text = f"{change.bpm:.1f}".removesuffix(".0")
    SubElement(node, "sound", tempo=f"{change.bpm:.4f}".rstrip("0").rstrip("."))


def _moved(measure: Element, units: int) -> None:
    if units:
        SubElement(SubElement(measure, "forward" if units > 0 else "backup"), "duration").text = str(abs(units))


def _drawn(node: Element, value: Value) -> None:
    SubElement(node, "type").text = value.type
    for _ in range(value.dots):
        SubElement(node, "dot")
    if value.is_third:
        changed = SubElement(node, "time-modification")
        SubElement(changed, "actual-notes").text = "3"
        SubElement(changed, "normal-notes").text = "2"


def _ties(node: Element, name: str, chord: Chord) -> None:
    if chord.tied:
        SubElement(node, name, type="stop")
    if chord.ties:
        SubElement(node, name, type="start")

"""One ABC tune as a song: its header, its fields on the way, its voices brought together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from studio.errors import UnreadableFile
from studio.files.abc_music.book import BODY_FIELDS, FIELD, Tune
from studio.files.abc_music.fields import (
    KeyField,
    default_unit,
    key_field,
    meter_field,
    order_of_parts,
    tempo_field,
    transposition_of,
    unit_field,
)
from studio.files.abc_music.lyrics import lay_words
from studio.files.abc_music.music import MusicCode
from studio.files.abc_music.voice import Voice
from studio.files.midi.fates import NAMES, Fate
from studio.files.midi.texts import clean_name
from studio.files.notation.playing import played
from studio.files.notation.sheet import Part, Sheet
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.words import mark, tr

_PROGRAM = re.compile(r"MIDI\s+program\s+(?:\d+\s+)?(\d{1,3})")
_TRANSPOSE = re.compile(r"MIDI\s+transpose\s+([+\-]?\d{1,2})\b")
_DRUMS = re.compile(r"MIDI\s+channel\s+10\b")
_ABOUT_FIELDS = "ABCDFGHIOSZRrNXsUmYE"
"""What is known of the tune, and how it is drawn: not music."""
_NO_KEY = mark("keys that are none")
_NO_PARTS = mark("orders of parts")
MOST_VOICES = 256


def song_of_tune(tune: Tune, name: str, progress: Progress | None = None) -> Opened:
    """The tune as it is played; UnreadableFile when it has no key field or no notes. `name` is the file's."""
    reading = _Reading(tune, name)
    watched = progress or Progress()
    reading.read(watched)
    if not reading.has_key:
        raise UnreadableFile(
            tr("«{name}», line {line}: the tune has no key field (K:).", name=name, line=tune.first_line),
            tr("Add one, such as K:C."),
        )
    sheet = reading.finished()
    if not any(bar.notes for bar in sheet.bars):
        raise UnreadableFile(
            tr("«{name}», line {line}: the tune «{sheet}» has no notes.", name=name, line=tune.first_line, sheet=sheet.title),
            tr("Choose another."),
        )
    return played(sheet, name, watched)


@dataclass(slots=True)
class _Reading:
    tune: Tune
    name: str
    titles: list[str] = field(default_factory=list)
    has_key: bool = False
    meter: tuple[int, int] | None = (4, 4)
    unit: Fraction | None = None
    key: KeyField = field(default_factory=lambda: KeyField({}, None))
    tempo: str = ""
    parts: str = ""
    program: int = 0
    semitones: int = 0
    is_drum: bool = False
    verse: int = 0
    voices: dict[str, Voice] = field(default_factory=dict)
    drums: set[str] = field(default_factory=set)
    sheet: Sheet = field(default_factory=Sheet)
    music: MusicCode | None = None

    def read(self, progress: Progress) -> None:
        is_text = False
        for line in (*self.tune.preface, *self.tune.lines):
            progress.stop_if_cancelled()
            if is_text or line.startswith(("%%begin", "%%end")):
                is_text = not line.startswith("%%end")
                continue
            if line.startswith("%"):
                self._directive(line[2:])
                continue
            text = re.sub(r"(?<!\\)%.*", "", line).rstrip()
            found = FIELD.match(text)
            if found and (not self.has_key or found[1] in BODY_FIELDS):
                self._field(found[1], found[2].strip())
            elif self.has_key and text:
                self.verse = 0
                music = self._music()
                music.voice.line.clear()
                music.line(text)
        for voice in self.voices.values():
            if self.music is not None:
                self.music.voice = voice
                self.music.finish()
            voice.close_bar()

    def _directive(self, text: str) -> None:
        """Sounds and transposition for players of ABC; whatever else stands there is how it is drawn."""
        voice = self.music.voice if self.music is not None else None
        if found := _PROGRAM.match(text):
            self.program = min(127, int(found[1]))
            if voice is not None:
                voice.program = self.program
        elif found := _TRANSPOSE.match(text):
            change = int(found[1]) - self.semitones
            self.semitones += change
            for each in [voice] if voice is not None else self.voices.values():
                each.semitones += change
        elif _DRUMS.match(text):
            self.is_drum = True
            if voice is not None:
                self.drums.add(next(key for key, each in self.voices.items() if each is voice))

    def _field(self, name: str, value: str) -> None:
        if self.has_key:
            self._field_in_music(name, value)
            return
        self.sheet.seen += name in "MLQKVPWw" or name not in _ABOUT_FIELDS + "T"
        if name == "T":
            self.titles.append(value)
        elif name == "M":
            self.meter = meter_field(value)
            self.sheet.is_free = self.meter is None
            self._take(True, "")
        elif name == "L":
            self._take(unit_field(value) is not None, mark("other fields"))
            self.unit = unit_field(value) or self.unit
        elif name == "Q":
            self.tempo = value
            self.sheet.pace(tempo_field(value, self.unit or default_unit(self.meter)))
        elif name == "K":
            found = key_field(value)
            self._take(found is not None, _NO_KEY)
            self.key, self.has_key = found or self.key, True
            self.semitones += transposition_of(value)
        elif name == "V":
            self._voice(value)
            self._take(True, "")
        elif name == "P":
            self.parts = order_of_parts(value)
            self._take(bool(self.parts), _NO_PARTS)
        elif name == "I":
            self._directive(value)
        else:
            self._count_field(name)

    def _take(self, is_taken: bool, otherwise: str) -> None:
        if is_taken:
            self.sheet.read += 1
        else:
            self.sheet.dropped[otherwise] += 1

    def _count_field(self, name: str) -> None:
        if name in "Ww":
            self.sheet.dropped[mark("lines of words")] += 1
        elif name not in _ABOUT_FIELDS:
            self.sheet.dropped[mark("other fields")] += 1

    def _field_in_music(self, name: str, value: str) -> None:
        """A line or an inline field below the key."""
        if name == "w":
            self._words(value)
            return
        self.sheet.seen += name in "KMLQVPTWw" or name not in _ABOUT_FIELDS
        if name == "V":
            chosen = self._voice(value)
            self._music().voice = chosen
            self._take(True, "")
            return
        voice = self._music().voice
        if name == "K":
            self._change_key(voice, value)
        elif name == "M":
            meter = meter_field(value)
            self._take(meter is not None, NAMES[Fate.METER_IMPOSSIBLE])
            voice.meter = meter or voice.meter
        elif name == "L":
            self._take(unit_field(value) is not None, mark("other fields"))
            voice.unit = unit_field(value) or voice.unit
        elif name == "Q":
            tempo = self.sheet.pace(tempo_field(value, voice.unit))
            if tempo is not None and voice.bar is not None:
                voice.bar.tempo_changes.append((voice.at, tempo))
            voice.us_per_beat = tempo or voice.us_per_beat
        elif name == "P":
            voice.section = clean_name(value.strip(". "))[:40]
            self._take(bool(voice.section), _NO_PARTS)
        elif name == "T":
            self.sheet.dropped[mark("titles within the tune")] += 1
        elif name == "I":
            self._directive(value)
        else:
            self._count_field(name)

    def _words(self, value: str) -> None:
        self.verse += 1
        count, lost = lay_words(value, self._music().voice.line, self.verse)
        self.sheet.seen += count
        self.sheet.dropped[mark("lyrics without a note")] += lost

    def _change_key(self, voice: Voice, value: str) -> None:
        found = key_field(value)
        self._take(found is not None, _NO_KEY)
        if found is None or value.lower().startswith("clef"):
            return
        voice.key = found
        if voice.bar is not None and found.key is not None:
            voice.bar.key_changes.append((voice.at, found.key))

    def _voice(self, value: str) -> Voice:
        """The voice of a V field, made when it is new."""
        name = (value.split() or ["1"])[0]
        if name not in self.voices:
            if len(self.voices) >= MOST_VOICES:
                raise UnreadableFile(
                    tr("«{name}» has more than {most} parts.", name=self.name, most=MOST_VOICES), tr("Cut it into several files.")
                )
            unit = self.unit or default_unit(self.meter)
            label = re.search(r'\b(?:name|nm)="([^"]{0,200})"', value) or re.search(r'\bn[a-z]{0,9}="([^"]{0,200})"', value)
            title = clean_name(label[1] if label else name if not name.isdigit() else f"Voice {name}")
            tempo = Sheet().pace(tempo_field(self.tempo, unit)) if self.tempo else None  # counted where the field stands
            part = len(self.voices)
            semitones = self.semitones + transposition_of(value)
            self.voices[name] = Voice(
                part, title or f"Voice {part + 1}", self.meter, unit, self.key, tempo, self.program, semitones
            )
            if self.is_drum:
                self.drums.add(name)
        voice = self.voices[name]
        if not voice.bars and voice.bar is None:  # declared in the header, before the key was known
            voice.key, voice.meter = self.key, self.meter
            voice.unit = self.unit or default_unit(self.meter)
        return voice

    def _music(self) -> MusicCode:
        if self.music is None:
            voice = self._voice(next(iter(self.voices), "1"))
            self.music = MusicCode(self.name, voice, self.sheet, self._field_in_music)
        return self.music

    def finished(self) -> Sheet:
        sheet = self.sheet
        sheet.title = clean_name(self.titles[0]) if self.titles else ""
        voices = {name: voice for name, voice in self.voices.items() if voice.bars}
        for part, (name, voice) in enumerate(voices.items()):
            is_drum = name in self.drums
            label = voice.name if len(voices) > 1 else "Melody"
            sheet.parts.append(Part(label, 0 if is_drum else voice.program, is_drum))
            for number, bar in enumerate(voice.bars):
                for note in bar.notes:
                    note.part = part
                if number < len(sheet.bars):
                    first = sheet.bars[number]
                    first.length = max(first.length, bar.length)
                    first.notes += bar.notes
                    sheet.add_chords(first, bar)
                else:
                    sheet.bars.append(replace(bar))
        for voice in self.voices.values():  # what never came to a bar's end is counted all the same
            if voice.bar is not None:
                sheet.bars.append(replace(voice.bar, length=Fraction(0)))
        if self.parts:
            self._order_parts()
        return sheet

    def _order_parts(self) -> None:
        """Passages in the order the header gives; as they stand where it names one that is not there."""
        sheet = self.sheet
        begins = [number for number, bar in enumerate(sheet.bars) if bar.section] + [len(sheet.bars)]
        found = {sheet.bars[first].section[:1]: (first, last) for first, last in pairwise(begins)}
        if set(self.parts) <= set(found):
            lead = [(0, begins[0])] if begins[0] else []
            sheet.passages = [*lead, *(found[letter] for letter in self.parts)]
        else:
            sheet.read -= 1
            sheet.dropped[_NO_PARTS] += 1

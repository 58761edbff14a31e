"""One ABC tune as a song: its header, its fields on the way, its voices brought together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from studio.errors import UnreadableFile
from studio.files.abc_music.book import BODY_FIELDS, FIELD, Tune
from studio.files.abc_music.fields import KeyField, default_unit, key_field, meter_field, tempo_field, unit_field
from studio.files.abc_music.music import MusicCode
from studio.files.abc_music.voice import Voice
from studio.files.midi.texts import clean_name
from studio.files.notation.playing import played
from studio.files.notation.sheet import Bar, Part, Sheet
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.words import tr

_PROGRAM = re.compile(r"%%MIDI\s+program\s+(?:\d+\s+)?(\d+)")
_SILENT_FIELDS = "ABCDFGHIOSZRrNXsUmYE"


def song_of_tune(tune: Tune, name: str, progress: Progress | None = None) -> Opened:
    """The tune as it is played; UnreadableFile when it has no key field or no notes. `name` is the file's."""
    reading = _Reading(tune, name)
    reading.read(progress or Progress())
    if not reading.has_key:
        raise UnreadableFile(
            tr("«{name}», line {line}: the tune has no key field (K:).", name=name, line=tune.first_line),
            tr("Add one, such as K:C."),
        )
    sheet = reading.sheet()
    if not sheet.read:
        raise UnreadableFile(
            tr("«{name}», line {line}: the tune «{sheet}» has no notes.", name=name, line=tune.first_line, sheet=sheet.title),
            tr("Choose another."),
        )
    return played(sheet, name)


@dataclass(slots=True)
class _Reading:
    tune: Tune
    name: str
    titles: list[str] = field(default_factory=list)
    has_key: bool = False
    meter: tuple[int, int] | None = (4, 4)
    is_free: bool = False
    unit: Fraction | None = None
    key: KeyField = field(default_factory=lambda: KeyField({}, None))
    tempo: str = ""
    program: int = 0
    voices: dict[str, Voice] = field(default_factory=dict)
    sheet_made: Sheet = field(default_factory=Sheet)
    music: MusicCode | None = None

    def read(self, progress: Progress) -> None:
        for line in (*self.tune.preface, *self.tune.lines):
            progress.stop_if_cancelled()
            if line.startswith("%"):
                self._directive(line)
                continue
            text = re.sub(r"(?<!\\)%.*", "", line).rstrip()
            found = FIELD.match(text)
            if found and (not self.has_key or found[1] in BODY_FIELDS):
                self._field(found[1], found[2].strip())
            elif self.has_key and text:
                self._music().line(text)
        for voice in self.voices.values():
            voice.close_bar()

    def _directive(self, line: str) -> None:
        if found := _PROGRAM.match(line):
            self.program = min(127, int(found[1]))
            if self.music is not None:
                self.music.voice.program = self.program

    def _field(self, name: str, value: str) -> None:
        if self.has_key:
            self._field_in_music(name, value)
        elif name == "T":
            self.titles.append(value)
        elif name == "M":
            self.meter = meter_field(value)
            self.is_free = self.meter is None
        elif name == "L":
            self.unit = unit_field(value) or self.unit
        elif name == "Q":
            self.tempo = value
        elif name == "K":
            found = key_field(value)
            if found is None:
                self.sheet_made.dropped["keys that are none"] += 1
            self.key, self.has_key = found or self.key, True
        elif name == "V":
            self._voice(value)
        else:
            self._count_field(name, value)

    def _count_field(self, name: str, value: str) -> None:
        if name in "Ww":
            self.sheet_made.dropped["lines of words"] += 1
        elif name == "P":
            self.sheet_made.dropped["orders of parts"] += 1
        elif name not in _SILENT_FIELDS and value:
            self.sheet_made.dropped["other fields"] += 1

    def _field_in_music(self, name: str, value: str) -> None:
        if name == "V":
            self._music().voice = self._voice(value)
            return
        voice = self._music().voice
        if name == "K":
            self._change_key(voice, value)
        elif name == "M":
            meter = meter_field(value)
            if meter:
                voice.meter = meter
            else:
                self.sheet_made.dropped["time signatures that cannot be"] += 1
        elif name == "L":
            voice.unit = unit_field(value) or voice.unit
        elif name == "Q":
            if tempo := tempo_field(value, voice.unit):
                if voice.bar is not None:
                    voice.bar.tempo_changes.append((voice.at, tempo))
                voice.us_per_beat = tempo
        elif name == "P":
            voice.section = clean_name(value.strip(". "))[:40]
        elif name == "T":
            self.sheet_made.dropped["titles within the tune"] += 1
        else:
            self._count_field(name, value)

    def _change_key(self, voice: Voice, value: str) -> None:
        found = key_field(value)
        if found is None:
            self.sheet_made.dropped["keys that are none"] += 1
            return
        voice.key = found
        if voice.bar is not None and found.key is not None:
            voice.bar.key_changes.append((voice.at, found.key))

    def _voice(self, value: str) -> Voice:
        """The voice of a V field, made when it is new."""
        name = (value.split() or ["1"])[0]
        if name not in self.voices:
            unit = self.unit or default_unit(self.meter)
            label = re.search(r'\bname="([^"]*)"', value) or re.search(r'\bn[a-z]*="([^"]*)"', value)
            title = clean_name(label[1] if label else name if not name.isdigit() else f"Voice {name}")
            tempo = tempo_field(self.tempo, unit) if self.tempo else None
            part = len(self.voices)
            self.voices[name] = Voice(part, title or f"Voice {part + 1}", self.meter, unit, self.key, tempo, self.program)
        voice = self.voices[name]
        if not voice.bars and voice.bar is None:  # declared in the header, before the key was known
            voice.key, voice.meter = self.key, self.meter
            voice.unit = self.unit or default_unit(self.meter)
        return voice

    def _music(self) -> MusicCode:
        if self.music is None:
            voice = self._voice(next(iter(self.voices), "1"))
            self.music = MusicCode(self.name, voice, self._field_in_music)
        return self.music

    def sheet(self) -> Sheet:
        sheet = self.sheet_made
        sheet.title = clean_name(self.titles[0]) if self.titles else ""
        sheet.is_free = self.is_free
        voices = [voice for voice in self.voices.values() if voice.bars]
        if self.music is not None:
            sheet.read, sheet.dropped = self.music.read, sheet.dropped + self.music.dropped
        sheet.parts = [Part(voice.name if len(voices) > 1 else "Melody", voice.program) for voice in voices]
        for part, voice in enumerate(voices):
            for number, bar in enumerate(voice.bars):
                for note in bar.notes:
                    note.part = part
                if number < len(sheet.bars):
                    _join(sheet.bars[number], bar)
                else:
                    sheet.bars.append(replace(bar))
        return sheet


def _join(first: Bar, other: Bar) -> None:
    """The same bar in another voice."""
    first.length = max(first.length, other.length)
    first.notes += other.notes
    first.chords += other.chords

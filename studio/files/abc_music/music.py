"""ABC music code read into bars: notes, chords, rests, bar lines, endings, tuplets, broken rhythm, inline fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.abc_music.decorations import read_decoration
from studio.files.abc_music.fields import ALTERS, LETTERS
from studio.files.abc_music.voice import Sounded, Voice
from studio.files.midi.fates import NAMES, Fate
from studio.files.midi.wire import spaced
from studio.files.notation.chord_symbols import NO_CHORD, chord_tones
from studio.files.notation.sheet import MOST_NOTES, MOST_SIGNS, Sheet, graces
from studio.words import mark, tr

_LENGTH = r"(?P<{0}num>\d{{1,5}})?(?P<{0}slash>/+)?(?P<{0}den>\d{{1,5}})?"
_TOKEN = re.compile(
    r"(?P<space>[\s`\\$*]+)"
    r'|"(?P<text>[^"]{0,500})"'
    r"|(?P<decoration>![^!\s|\[\]]{1,24}!|\+[^+\s|\[\]]{1,24}\+|[.~H-Wh-w])"
    r"|(?P<line_end>!)"  # how old files end a line
    r"|(?P<grace>\{[^}]{0,200}\})"
    r"|\[(?P<field>[A-Za-z]):(?P<value>[^\]]{0,500})\]"
    r"|\[\s*(?P<ending>\d[\d,\-]*)"
    r"|(?P<bar>:+\|*\]?:*|\[\|+\]?(?::+(?!\|))?|\.?\|[|\]]*(?::+(?!\|))?)(?P<bar_ending>\d[\d,\-]*)?"
    r"|\((?P<tuplet>\d)(?::(?P<into>\d{0,2}))?(?::(?P<over>\d{0,2}))?"
    r"|(?P<slur>\.?\()|(?P<slur_end>\))"
    r"|(?P<accidental>\^\^|__|[\^_=](?:\d?/\d?)?)?(?P<letter>[A-Ga-g])(?P<octave>[',]*)" + _LENGTH.format("") +
    r"|(?P<rest>[zxZXy])" + _LENGTH.format("rest_") +
    r"|(?P<broken>>+|<+)"
    r"|(?P<tie>-)"
    r"|(?P<overlay>&)"
    r"|(?P<open>\[)"
    r"|\](?P<close>)" + _LENGTH.format("chord_") +
    r"|(?P<unknown>.)"
)  # fmt: skip
_GRACE = re.compile(r"(?P<accidental>\^\^|\^|__|_|=)?(?P<letter>[A-Ga-g])(?P<octave>[',]*)|(?P<sign>[\[\]])")
_CHORD_NAME = re.compile(r"\(?[A-G][#b]?(?:m(?![o-z])|maj|M|dim|aug|sus|add|[+\-\d/)]|$)")
_TUPLET_INTO = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
_SILENT = ("space", "slur_end", "line_end", "bar", "ending", "rest", "open", "close", "overlay", "field")
_NO_SIGN = mark("signs that are not ABC")
_MICROTONE = mark("quarter tones rounded")


@dataclass(slots=True)
class MusicCode:
    """Reads lines of music into the current voice; every sign that counts is counted once and gets one fate."""

    name: str
    """The file's, for messages."""
    voice: Voice
    sheet: Sheet
    on_field: Callable[[str, str], None]
    _chord: list[Sounded] | None = None

    def line(self, text: str) -> None:
        """One line of music, its comment taken off."""
        if text.startswith(":") and not text.startswith("::"):  # the bar line stands at the end of the line before
            text = "|" + text
        for token in _TOKEN.finditer(text):
            self._token(token)
        self._close_open_chord()

    def finish(self) -> None:
        """The end of the tune: grace notes with nothing after them go before the end."""
        self._place_graces()

    def _token(self, token: re.Match[str]) -> None:
        kind = token.lastgroup or ""
        if token["letter"]:
            self._see()
            self._note(token)
        elif token["bar"]:
            self._bar_line(token["bar"], token["bar_ending"])
        elif token["rest"]:
            self._rest(token["rest"], _length(token, "rest_"))
        elif token["ending"]:
            self._ending(token["ending"])
        elif token["field"]:
            self._close_open_chord()
            self.on_field(token["field"], token["value"])
        elif token["open"]:
            self._close_open_chord()
            self._chord = []
        elif token["close"] is not None:
            self._close_chord(_length(token, "chord_"))
        elif token["overlay"]:
            self.voice.overlay()
        elif token["grace"]:
            self._graces(token["grace"])
        elif kind not in _SILENT:
            self._see()
            self._sign(token)

    def _see(self) -> None:
        """One sign or note more."""
        self.sheet.seen += 1
        if self.sheet.seen > MOST_SIGNS:
            raise self._refused(tr("«{name}»: a tune has more than {most} signs.", name=self.name, most=spaced(MOST_SIGNS)))

    def _write(self) -> None:
        """One note more."""
        self.sheet.written += 1
        if self.sheet.written > MOST_NOTES:
            raise self._refused(tr("«{name}»: a tune has more than {most} notes.", name=self.name, most=spaced(MOST_NOTES)))

    def _close_bar(self) -> None:
        self.voice.close_bar()
        if len(self.voice.bars) > limits.SONG_BARS:
            raise self._refused(tr("«{name}» has more than {most} bars.", name=self.name, most=limits.SONG_BARS))

    def _refused(self, why: str) -> UnreadableFile:
        return UnreadableFile(why, tr("Cut it into parts."))

    def _sign(self, token: re.Match[str]) -> None:
        """Signs that say something, one event each."""
        kind = ""
        if token["text"] is not None:
            if self._takes_chord(token["text"]):
                return
            kind = mark("annotations")
        elif token["tuplet"]:
            kind = "" if self._takes_tuplet(token) else _NO_SIGN
        elif token["broken"]:
            kind = "" if self.voice.break_rhythm(token["broken"]) else mark("broken rhythm with nothing before it")
        elif token["tie"]:
            kind = "" if self._takes_tie() else mark("ties with nothing before them")
        elif token["decoration"]:
            kind = "" if read_decoration(token["decoration"], self.voice) else mark("ornaments and bowings")
        elif token["slur"]:
            kind = mark("slurs")
        else:
            kind = _NO_SIGN
        if kind:
            self.sheet.dropped[kind] += 1
        else:
            self.sheet.read += 1

    def _takes_chord(self, text: str) -> bool:
        if chord_tones(text) is None and not _CHORD_NAME.match(text) and not NO_CHORD.fullmatch(text.strip()):
            return False
        self.voice.open_bar().chords.append((self.voice.at, text))
        return True

    def _note(self, token: re.Match[str]) -> None:
        pitch, altered = self._pitch(token["letter"], token["octave"], token["accidental"])
        length = _length(token, "")
        if not 0 <= pitch <= 127:
            self.sheet.dropped[mark("notes out of range")] += 1
            if self._chord is None:
                self.voice.sound([], length * self.voice.unit)
            return
        self._write()
        if self._chord is not None:
            self._chord.append((pitch, length, False, altered))
            return
        self._sound([(pitch, Fraction(1), False, altered)], length)

    def _sound(self, notes: list[Sounded], length: Fraction) -> None:
        """Notes that begin together, their lengths in parts of `length`, which is in units."""
        voice = self.voice
        self._place_graces()
        placed = [(pitch, own * length * voice.unit, ties_on, altered) for pitch, own, ties_on, altered in notes]
        made = voice.sound(placed, (notes[0][1] if notes else Fraction(1)) * length * voice.unit)
        if len(made) < len(notes):
            self.sheet.dropped[mark("notes without pitch or length")] += len(notes) - len(made)
        voice.tied.clear()
        for note in made:
            if note.ties_on:
                self._remember_tie(note.pitch)

    def _pitch(self, letter: str, marks: str, sign: str | None) -> tuple[int, str]:
        """An accidental holds for its letter in every octave to the end of the bar, and over a tie."""
        voice, name = self.voice, letter.upper()
        octave = (5 if letter.islower() else 4) + marks.count("'") - marks.count(",")
        natural = 12 * (octave + 1) + LETTERS[name] + voice.semitones
        altered = _MICROTONE if sign is not None and "/" in sign else ""
        if sign is not None:
            voice.accidentals[name] = ALTERS.get(sign, 0)
        elif name not in voice.accidentals and (name, octave) in voice.tied:
            return voice.tied[name, octave], ""
        return natural + voice.accidentals.get(name, voice.key.alters.get(name, 0)), altered

    def _takes_tie(self) -> bool:
        if self._chord is not None:
            if self._chord:
                pitch, length, _, altered = self._chord[-1]
                self._chord[-1] = (pitch, length, True, altered)
            return bool(self._chord)
        voice = self.voice
        if voice.last is None or not voice.last[0]:
            return False
        for note in voice.last[0]:
            note.ties_on = True
            self._remember_tie(note.pitch)
        return True

    def _remember_tie(self, pitch: int) -> None:
        """Under whatever letter the pitch was written, as far as the accidentals in force tell."""
        voice = self.voice
        for name, natural in LETTERS.items():
            alter = voice.accidentals.get(name, voice.key.alters.get(name, 0)) + voice.semitones
            if (natural + alter - pitch) % 12 == 0:
                voice.tied[name, (pitch - alter) // 12 - 1] = pitch

    def _close_chord(self, length: Fraction) -> None:
        """The first note's length is the chord's; lengths inside and outside multiply."""
        chord, self._chord = self._chord, None
        if not chord:
            return
        once: dict[int, Sounded] = {}
        for note in chord:
            once.setdefault(note[0], note)
        if len(once) < len(chord):
            self.sheet.dropped[NAMES[Fate.DOUBLED]] += len(chord) - len(once)
        self._sound(list(once.values()), length)

    def _close_open_chord(self) -> None:
        """A chord whose bracket never comes ends where it must."""
        if self._chord is not None:
            self._close_chord(Fraction(1))

    def _graces(self, text: str) -> None:
        together = False
        for found in _GRACE.finditer(text):
            if found["sign"]:
                together = found["sign"] == "["
                if together:
                    self.voice.waiting.append([])
                continue
            self._see()
            pitch, _ = self._pitch(found["letter"], found["octave"], found["accidental"])
            if not 0 <= pitch <= 127:
                self.sheet.dropped[mark("notes out of range")] += 1
                continue
            self._write()
            if together:
                self.voice.waiting[-1].append(pitch)
            else:
                self.voice.waiting.append([pitch])

    def _place_graces(self) -> None:
        voice = self.voice
        if any(voice.waiting):
            waiting = [list(dict.fromkeys(pitches)) for pitches in voice.waiting if pitches]
            doubles = sum(map(len, voice.waiting)) - sum(map(len, waiting))
            if doubles:
                self.sheet.dropped[NAMES[Fate.DOUBLED]] += doubles
            voice.open_bar().notes += graces(voice.part, voice.at, waiting, voice.velocity)
        voice.waiting.clear()

    def _rest(self, sign: str, length: Fraction) -> None:
        voice = self.voice
        if sign == "y":
            return
        if sign in "zx":
            self._place_graces()
            voice.sound([], length * voice.unit)
            return
        above, below = voice.meter or (4, 4)
        for _ in range(min(int(length) or 1, 1000)):
            voice.sound([], Fraction(4 * above, below))
            self._close_bar()

    def _takes_tuplet(self, token: re.Match[str]) -> bool:
        voice, notes = self.voice, int(token["tuplet"])
        if notes < 2:
            return False
        is_compound = voice.meter is not None and voice.meter[1] >= 8 and voice.meter[0] % 3 == 0
        into = int(token["into"] or 0) or _TUPLET_INTO.get(notes, 3 if is_compound else 2)
        voice.tuplet = Fraction(into, notes)
        voice.tuplet_left = int(token["over"] or 0) or notes
        return True

    def _bar_line(self, sign: str, ending: str | None) -> None:
        voice = self.voice
        if not sign.strip(":") and len(sign) < 2:
            self._see()
            self.sheet.dropped[_NO_SIGN] += 1
            return
        self._close_open_chord()
        self._close_bar()
        before, _, after = (":", "", ":") if not sign.strip(":") else sign.partition(sign.strip(":."))
        is_double = "||" in sign or "]" in sign or "[" in sign
        if voice.bars and not voice.starts_repeat:
            last = voice.bars[-1]
            if ":" in before:
                last.repeat_times = min(16, before.count(":") + 1)
            last.ends_section = last.ends_section or is_double
        if ":" in after:
            voice.starts_repeat = True
        if ":" in sign or is_double:
            voice.endings = frozenset()
        if ending:
            self._ending(ending)

    def _ending(self, text: str) -> None:
        voice = self.voice
        voice.close_bar()
        turns: set[int] = set()
        for piece in text[:200].strip("-,").split(","):
            first, _, last = piece[:8].partition("-")
            if first.isdigit():
                turns.update(range(int(first), min(int(last) if last.isdigit() else int(first), int(first) + 16) + 1))
        voice.endings = frozenset(turns)


def _length(token: re.Match[str], prefix: str) -> Fraction:
    """A written length as a multiple of the unit: 3, 3/2, /, //, /4."""
    above, slashes, below = token[f"{prefix}num"], token[f"{prefix}slash"], token[f"{prefix}den"]
    number = Fraction(int(above)) if above else Fraction(1)
    if below and slashes:
        return number / max(1, int(below))
    return number / 2 ** min(len(slashes), 8) if slashes else number

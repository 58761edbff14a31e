"""ABC music code read into bars: notes, chords, rests, bar lines, endings, tuplets, broken rhythm, inline fields."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from studio.errors import UnreadableFile
from studio.files.abc_music.fields import ALTERS, LETTERS
from studio.files.abc_music.voice import Voice
from studio.files.notation.sheet import MOST_NOTES
from studio.words import tr

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
    r"|\((?P<tuplet>\d)(?::(?P<into>\d?))?(?::(?P<over>\d?))?"
    r"|(?P<slur>[()])"
    r"|(?P<accidental>\^\^|\^|__|_|=)?(?P<letter>[A-Ga-g])(?P<octave>[',]*)" + _LENGTH.format("") +
    r"|(?P<rest>[zxZXy])" + _LENGTH.format("rest_") +
    r"|(?P<broken>>+|<+)"
    r"|(?P<tie>-)"
    r"|(?P<overlay>&)"
    r"|(?P<open>\[)"
    r"|\](?P<close>)" + _LENGTH.format("chord_") +
    r"|(?P<unknown>.)"
)  # fmt: skip
_CHORD_NAME = re.compile(r"\(?[A-G][#b]?(?:m(?![o-z])|maj|M|dim|aug|sus|add|[+\-\d/)]|$)")
_TUPLET_INTO = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
_LOUDNESS = {"pppp": 20, "ppp": 28, "pp": 38, "p": 50, "mp": 64, "mf": 80, "f": 96, "ff": 110, "fff": 120, "ffff": 127}


@dataclass(slots=True)
class MusicCode:
    """Reads lines of music into the current voice; counts what it does not model."""

    name: str
    """The file's, for messages."""
    voice: Voice
    on_field: Callable[[str, str], None]
    dropped: Counter[str] = field(default_factory=Counter)
    read: int = 0
    _chord: list[tuple[int, Fraction]] | None = None

    def line(self, text: str) -> None:
        """One line of music, its comment taken off."""
        for token in _TOKEN.finditer(text):
            self._token(token)

    def _token(self, token: re.Match[str]) -> None:
        if token["letter"]:
            self._note(token)
        elif token["bar"]:
            self._bar_line(token["bar"], token["bar_ending"])
        elif token["rest"]:
            self._rest(token["rest"], _length(token, "rest_"))
        elif token["ending"]:
            self._ending(token["ending"])
        elif token["field"]:
            self.on_field(token["field"], token["value"])
        elif not (token["space"] or token["line_end"]):
            self._rhythm_or_group(token)

    def _rhythm_or_group(self, token: re.Match[str]) -> None:
        if token["tuplet"]:
            self._tuplet(token)
        elif token["broken"]:
            if not self.voice.break_rhythm(token["broken"]):
                self.dropped["broken rhythm with nothing before it"] += 1
        elif token["tie"]:
            self._tie()
        elif token["open"]:
            self._chord = []
        elif token["close"] is not None:
            self._close_chord(_length(token, "chord_"))
        elif token["overlay"]:
            self.voice.overlay()
        else:
            self._aside(token)

    def _aside(self, token: re.Match[str]) -> None:
        """What is no note: chord symbols are kept, loudness is heard, the rest is counted."""
        if token["text"] is not None:
            if _CHORD_NAME.match(token["text"]):
                self.voice.open_bar().chords.append((self.voice.at, token["text"]))
            else:
                self.dropped["annotations"] += 1
        elif token["grace"]:
            self.dropped["grace notes"] += len(re.findall(r"[A-Ga-g]", token["grace"]))
        elif token["decoration"]:
            self._decoration(token["decoration"])
        elif token["slur"]:
            self.dropped["slurs"] += token["slur"] == "("
        else:
            self.dropped["signs that are not ABC"] += 1

    def _decoration(self, sign: str) -> None:
        """Loudness and jumps are heard; other signs, and letters for them, are counted."""
        word = sign.strip("!+").lower() if len(sign) > 2 else ""
        if word in _LOUDNESS:
            self.voice.velocity = _LOUDNESS[word]
        elif word[:4] in ("d.c.", "d.s."):
            self.voice.open_bar().jump = "top" if word[2] == "c" else "sign"
        elif word in ("segno", "fine"):
            bar = self.voice.open_bar()
            bar.is_sign, bar.is_end = bar.is_sign or word == "segno", bar.is_end or word == "fine"
        else:
            self.dropped["ornaments and bowings"] += 1

    def _note(self, token: re.Match[str]) -> None:
        pitch = self._pitch(token["letter"], token["octave"], token["accidental"])
        length = _length(token, "")
        if not 0 <= pitch <= 127:
            self.dropped["notes out of range"] += 1
            if self._chord is None:
                self.voice.sound([], length * self.voice.unit)
            return
        self.read += 1
        if self.read > MOST_NOTES:
            raise UnreadableFile(
                tr("«{name}»: a tune has more than {most} notes.", name=self.name, most=MOST_NOTES), tr("Cut it into parts.")
            )
        if self._chord is not None:
            self._chord.append((pitch, length))
            return
        self.voice.sound([pitch], length * self.voice.unit)
        self.voice.tied.clear()

    def _pitch(self, letter: str, marks: str, sign: str | None) -> int:
        """An accidental holds for its letter in every octave to the end of the bar, and over a tie."""
        voice, name = self.voice, letter.upper()
        octave = (5 if letter.islower() else 4) + marks.count("'") - marks.count(",")
        natural = 12 * (octave + 1) + LETTERS[name]
        if sign is not None:
            voice.accidentals[name] = ALTERS[sign]
        elif name not in voice.accidentals and (name, octave) in voice.tied:
            return voice.tied[name, octave]
        return natural + voice.accidentals.get(name, voice.key.alters.get(name, 0))

    def _tie(self) -> None:
        voice = self.voice
        if voice.last is None or not voice.last[0]:
            return
        for note in voice.last[0]:
            note.ties_on = True
            self._remember_tie(note.pitch)

    def _remember_tie(self, pitch: int) -> None:
        """Under whatever letter the pitch was written, as far as the accidentals in force tell."""
        voice = self.voice
        for name, natural in LETTERS.items():
            alter = voice.accidentals.get(name, voice.key.alters.get(name, 0))
            if (natural + alter - pitch) % 12 == 0:
                voice.tied[name, (pitch - alter) // 12 - 1] = pitch

    def _close_chord(self, length: Fraction) -> None:
        if not self._chord:
            self._chord = None
            return
        # The first note's length is the chord's; lengths inside and outside multiply.
        voice, inner = self.voice, self._chord[0][1]
        pitches = [pitch for pitch, _ in dict.fromkeys(self._chord)]
        self._chord = None
        voice.sound(list(dict.fromkeys(pitches)), inner * length * voice.unit)
        voice.tied.clear()

    def _rest(self, sign: str, length: Fraction) -> None:
        voice = self.voice
        if sign == "y":
            return
        if sign in "zx":
            voice.sound([], length * voice.unit)
            return
        above, below = voice.meter or (4, 4)
        for _ in range(min(int(length) or 1, 1000)):
            voice.sound([], Fraction(4 * above, below))
            voice.close_bar()

    def _tuplet(self, token: re.Match[str]) -> None:
        voice, notes = self.voice, int(token["tuplet"])
        if notes < 2:
            self.dropped["signs that are not ABC"] += 1
            return
        is_compound = voice.meter is not None and voice.meter[1] >= 8 and voice.meter[0] % 3 == 0
        into = int(token["into"] or 0) or _TUPLET_INTO.get(notes, 3 if is_compound else 2)
        voice.tuplet = Fraction(into, notes)
        voice.tuplet_left = int(token["over"] or 0) or notes

    def _bar_line(self, sign: str, ending: str | None) -> None:
        voice = self.voice
        if not sign.strip(":") and len(sign) < 2:
            self.dropped["signs that are not ABC"] += 1
            return
        voice.close_bar()
        before, _, after = (":", "", ":") if not sign.strip(":") else sign.partition(sign.strip(":."))
        is_double = "||" in sign or "]" in sign or "[" in sign
        if voice.bars and not voice.starts_repeat:
            last = voice.bars[-1]
            if ":" in before:
                last.repeat_times = before.count(":") + 1
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
        for piece in text.strip("-,").split(","):
            first, _, last = piece.partition("-")
            if first.isdigit():
                turns.update(range(int(first), min(int(last or first), int(first) + 16) + 1))
        voice.endings = frozenset(turns)


def _length(token: re.Match[str], prefix: str) -> Fraction:
    """A written length as a multiple of the unit: 3, 3/2, /, //, /4."""
    above, slashes, below = token[f"{prefix}num"], token[f"{prefix}slash"], token[f"{prefix}den"]
    number = Fraction(int(above)) if above else Fraction(1)
    if below and slashes:
        return number / max(1, int(below))
    return number / 2 ** min(len(slashes), 8) if slashes else number

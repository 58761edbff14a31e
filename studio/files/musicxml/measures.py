"""Measures of one part, element by element: a cursor through time, notes, harmony, signs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from studio.errors import UnreadableFile
from studio.files.musicxml.chords import chord_name
from studio.files.musicxml.signs import key_of, meter_of, read_barline, read_sound, read_words, tempo_of, velocity_of
from studio.files.musicxml.tree import Node
from studio.files.notation.sheet import MOST_NOTES, PLAIN_VELOCITY, Bar, SheetNote
from studio.song.harmony import Key
from studio.words import tr

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

Line = tuple[str, str]
"""Staff and voice, as the file names them."""


@dataclass(slots=True)
class PartReading:
    """Carries divisions, transposition, loudness and endings from measure to measure of one part.

    `lines` gives each (staff, voice) met a number, in order of appearance; a note's `part` is that number until
    the whole part has been read.
    """

    name: str
    """The file's, for messages."""
    drums: dict[str, int]
    """Pitch of each percussion instrument by its id."""
    dropped: Counter[str]
    changed: Counter[str]
    divisions: Fraction = Fraction(1)
    semitones: int = 0
    velocity: int = PLAIN_VELOCITY
    us_per_beat: int | None = None
    endings: frozenset[int] = frozenset()
    lines: dict[Line, int] = field(default_factory=dict)
    read: int = 0
    at: Fraction = Fraction(0)
    longest: Fraction = Fraction(0)
    last_start: Fraction = Fraction(0)

    def measure(self, node: Node, before: Bar | None) -> Bar:
        """One measure as a bar; meter, key and tempo go on from the bar before."""
        bar = Bar(meter=before.meter if before else None, key=self._key_before(before), us_per_beat=self.us_per_beat)
        self.at = self.longest = self.last_start = Fraction(0)
        ends_ending = False
        for child in node.children:
            if child.tag == "note":
                self._note(child, bar)
            elif child.tag in ("backup", "forward"):
                steps = self._quarters(child) * (1 if child.tag == "forward" else -1)
                self._move_to(max(Fraction(0), self.at + steps))
            elif child.tag == "attributes":
                self._attributes(child, bar)
            elif child.tag == "harmony":
                self._harmony(child, bar)
            elif child.tag == "direction":
                self._direction(child, bar)
            elif child.tag == "sound":
                self._sound(child, bar)
            elif child.tag == "barline":
                started, stops = read_barline(child, bar)
                self.endings = started or self.endings
                ends_ending = ends_ending or stops
        bar.endings = self.endings
        if ends_ending:
            self.endings = frozenset()
        bar.length = self.longest
        return bar

    def _key_before(self, before: Bar | None) -> Key | None:
        if before is None:
            return None
        return before.key_changes[-1][1] if before.key_changes else before.key

    def _quarters(self, node: Node) -> Fraction:
        return max(Fraction(0), number(node.words("duration"))) / self.divisions

    def _move_to(self, at: Fraction) -> None:
        self.at = at
        self.longest = max(self.longest, at)

    def _note(self, node: Node, bar: Bar) -> None:
        if node.child("grace") is not None or node.child("cue") is not None:
            self.dropped["grace notes" if node.child("grace") is not None else "cue notes"] += 1
            if node.child("grace") is None and node.child("chord") is None:
                self._move_to(self.at + self._quarters(node))
            return
        length = self._quarters(node)
        start = self.last_start if node.child("chord") is not None else self.at
        if node.child("chord") is None:
            self.last_start = self.at
            self._move_to(self.at + length)
        if node.child("rest") is not None:
            return
        pitch = self._pitch(node)
        if pitch is None or not length:
            self.dropped["notes without pitch or length"] += 1
            return
        self.read += 1
        if self.read > MOST_NOTES:
            raise UnreadableFile(
                tr("«{name}»: a part has more than {most} notes.", name=self.name, most=MOST_NOTES), tr("Cut it into parts.")
            )
        line = self.lines.setdefault((node.words("staff", "1"), node.words("voice", "1")), len(self.lines))
        ties_on = any(tie.attributes.get("type") == "start" for tie in node.all("tie"))
        bar.notes.append(SheetNote(line, start, length, pitch, self._loudness(node), ties_on))

    def _loudness(self, node: Node) -> int:
        """A note's own, where it says one; else that of the last mark."""
        return _velocity(node.attributes["dynamics"]) if "dynamics" in node.attributes else self.velocity

    def _pitch(self, node: Node) -> int | None:
        if node.child("unpitched") is not None:
            instrument = node.child("instrument")
            return self.drums.get(instrument.attributes.get("id", "") if instrument else "", 38)
        found = node.child("pitch")
        step, octave = (found.words("step"), found.words("octave")) if found else ("", "")
        if found is None or step not in _STEPS or not octave.lstrip("-").isdigit():
            return None
        alter = number(found.words("alter", "0"))
        if alter.denominator != 1:
            self.changed["quarter tones rounded"] += 1
        pitch = 12 * (int(octave[:3]) + 1) + _STEPS[step] + round(alter) + self.semitones
        return pitch if 0 <= pitch <= 127 else None

    def _attributes(self, node: Node, bar: Bar) -> None:
        divisions = number(node.words("divisions", "0"))
        self.divisions = divisions if divisions > 0 else self.divisions
        if time := node.child("time"):
            meter = meter_of(time)
            if meter is None:
                self.dropped["time signatures that cannot be"] += 1
            bar.meter = meter or bar.meter
        for key_node in list(node.all("key"))[:1]:
            key = key_of(key_node)
            if key is not None and self.at == 0:
                bar.key = key
            elif key is not None:
                bar.key_changes.append((self.at, key))
        if transpose := node.child("transpose"):
            octaves = round(number(transpose.words("octave-change", "0")))
            self.semitones = round(number(transpose.words("chromatic", "0"))) + 12 * octaves

    def _harmony(self, node: Node, bar: Bar) -> None:
        name = chord_name(node)
        if name:
            offset = number(node.words("offset", "0")) / self.divisions
            bar.chords.append((max(Fraction(0), self.at + offset), name))

    def _direction(self, node: Node, bar: Bar) -> None:
        placed = self.at
        self.at = max(Fraction(0), placed + number(node.words("offset", "0")) / self.divisions)
        self._signs(node, bar)
        self.at = placed

    def _signs(self, node: Node, bar: Bar) -> None:
        for kind in node.all("direction-type"):
            for sign in kind.children:
                if sign.tag == "rehearsal":
                    bar.section = sign.text.strip()[:80]
                elif sign.tag == "dynamics" and sign.children:
                    self.velocity = velocity_of(sign.children[0].tag) or self.velocity
                elif sign.tag == "metronome":
                    self._tempo(tempo_of(sign), bar)
                elif sign.tag == "segno":
                    bar.is_sign = True
                elif sign.tag == "coda":  # before the bar it names the coda, or (an earlier one) where to leave for it
                    bar.is_coda, bar.leaves_for_coda = bar.is_coda or self.at == 0, bar.leaves_for_coda or self.at > 0
                elif sign.tag == "words" and sign.text.strip() and not read_words(sign.text, bar):
                    self.dropped["words"] += 1
        if sound := node.child("sound"):
            self._sound(sound, bar)

    def _sound(self, node: Node, bar: Bar) -> None:
        read_sound(node, bar)
        if "tempo" in node.attributes:
            per_minute = number(node.attributes["tempo"])
            self._tempo(round(60e6 / min(1000.0, max(10.0, float(per_minute)))) if per_minute > 0 else None, bar)
        if "dynamics" in node.attributes:
            self.velocity = _velocity(node.attributes["dynamics"])

    def _tempo(self, us_per_beat: int | None, bar: Bar) -> None:
        if us_per_beat is None:
            return
        self.us_per_beat = us_per_beat
        if self.at == 0:
            bar.us_per_beat = us_per_beat
        else:
            bar.tempo_changes = [change for change in bar.tempo_changes if change[0] != self.at]
            bar.tempo_changes.append((self.at, us_per_beat))


def _velocity(percent: str) -> int:
    """A loudness in percent of forte, which is a velocity of 90."""
    return min(127, max(1, round(0.9 * float(number(percent)))))


def number(text: str) -> Fraction:
    """A decimal number of the file; 0 when it is none or absurdly long."""
    try:
        value = Fraction(text.strip()) if len(text) <= 24 and "/" not in text and "e" not in text.lower() else Fraction(0)
    except ValueError:
        return Fraction(0)
    return value if abs(value) < 10**9 else Fraction(0)

"""Measures of one part, element by element: a cursor through time, harmony, signs; every element gets one fate."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from studio.files.midi.fates import NAMES, Fate
from studio.files.midi.texts import clean_name
from studio.files.musicxml.chords import chord_name
from studio.files.musicxml.counting import SILENT_ATTRIBUTES, events_in
from studio.files.musicxml.note import Line, NoteReading, number, velocity_of_percent
from studio.files.musicxml.signs import (
    ending_of,
    key_of,
    meter_of,
    read_jump,
    read_repeat,
    read_words,
    tempo_of,
)
from studio.files.musicxml.tree import Node
from studio.files.notation.sheet import LOUDNESS, Bar, Sheet
from studio.song.harmony import Key
from studio.words import mark

_ASIDE = {
    "wedge": mark("hairpins"),
    "pedal": mark("pedal marks"),
    "words": mark("words"),
    "dynamics": mark("other dynamic marks"),
}
_SEEN_ONLY = mark("signs that are only seen")
_HINT = mark("hints for playback")
_ORNAMENT = mark("ornaments and articulations")

MOST_KNOWN = 4096


@dataclass(slots=True)
class PartReading:
    """Carries divisions, loudness and endings from measure to measure of one part; counts into the sheet."""

    sheet: Sheet
    notes: NoteReading
    divisions: Fraction = Fraction(1)
    endings: frozenset[int] = frozenset()
    at: Fraction = Fraction(0)
    longest: Fraction = Fraction(0)
    ends_ending: bool = False
    known: dict[str, Fraction] = field(default_factory=dict)
    """Quarters of each duration met, by its text: there are few of them, and many notes."""
    bars: list[Bar] = field(default_factory=list)

    @property
    def lines(self) -> dict[Line, int]:
        return self.notes.lines

    def measure(self, node: Node) -> None:
        """One measure as a bar; meter and key go on from the bar before."""
        before = self.bars[-1] if self.bars else None
        bar = Bar(meter=before.meter if before else None, key=_key_after(before))
        bar.is_short = node.attributes.get("implicit") == "yes"
        self.sheet.seen += events_in(node)
        self.at = self.longest = Fraction(0)
        self.ends_ending = False
        self.notes.begin()
        for child in node.children:
            if child.tag != "note":
                self.notes.place_graces(self.at, bar)
            self._element(child, bar)
        self.notes.place_graces(self.at, bar)
        bar.endings = self.endings
        if self.ends_ending:
            self.endings = frozenset()
        bar.length = self.longest
        self.bars.append(bar)

    def _element(self, node: Node, bar: Bar) -> None:
        if node.tag == "note":
            self._move_to(self.notes.note(node, bar, self.at, self._quarters(node)))
        elif node.tag in ("backup", "forward"):
            steps = self._quarters(node) * (1 if node.tag == "forward" else -1)
            self._move_to(max(Fraction(0), self.at + steps))
        elif node.tag == "attributes":
            self._attributes(node, bar)
        elif node.tag == "harmony":
            self._harmony(node, bar)
        elif node.tag == "direction":
            self._direction(node, bar)
        elif node.tag == "sound":
            self._sound(node, bar)
        elif node.tag == "barline":
            self._barline(node, bar)
        elif node.tag == "figured-bass":
            self.sheet.dropped[_SEEN_ONLY] += 1

    def _quarters(self, node: Node) -> Fraction:
        text = node.words("duration")
        found = self.known.get(text)
        if found is None:
            if len(self.known) > MOST_KNOWN:
                self.known.clear()
            found = self.known[text] = max(Fraction(0), number(text)) / self.divisions
        return found

    def _move_to(self, at: Fraction) -> None:
        self.at = at
        self.longest = max(self.longest, at)

    def _take(self, is_taken: bool, otherwise: str) -> None:
        if is_taken:
            self.sheet.read += 1
        else:
            self.sheet.dropped[otherwise] += 1

    def _attributes(self, node: Node, bar: Bar) -> None:
        divisions = number(node.words("divisions", "0"))
        if divisions > 0 and divisions != self.divisions:
            self.divisions = divisions
            self.known.clear()
        for place, transpose in enumerate(node.all("transpose")):
            self._take(place == 0, _SEEN_ONLY)
            if not place:
                octaves = round(number(transpose.words("octave-change", "0")))
                chromatic = round(number(transpose.words("chromatic", "0")))
                self.notes.semitones = min(127, max(-127, chromatic + 12 * min(10, max(-10, octaves))))
        for place, time in enumerate(node.all("time")):
            meter = meter_of(time) if not place else None
            self._take(meter is not None, NAMES[Fate.METER_IMPOSSIBLE])
            bar.meter = meter or bar.meter
        for place, signature in enumerate(node.all("key")):
            key = key_of(signature) if not place else None
            self._take(key is not None, NAMES[Fate.KEY_IMPOSSIBLE] if not place else _SEEN_ONLY)
            if key is not None:
                self._key(key.moved(self.notes.semitones), bar)

    def _key(self, key: Key, bar: Bar) -> None:
        """As it sounds: a transposing part writes another."""
        if self.at == 0:
            bar.key = key
        else:
            bar.key_changes.append((self.at, key))

    def _harmony(self, node: Node, bar: Bar) -> None:
        name = clean_name(chord_name(node))[:80]
        if name:
            offset = number(node.words("offset", "0")) / self.divisions
            bar.chords.append((max(Fraction(0), self.at + offset), name))
        else:
            self.sheet.dropped[mark("chord symbols without a root")] += 1

    def _direction(self, node: Node, bar: Bar) -> None:
        placed = self.at
        self.at = max(Fraction(0), placed + number(node.words("offset", "0")) / self.divisions)
        for kind in node.all("direction-type"):
            for sign in kind.children:
                if not self._is_read(sign, bar):
                    self.sheet.dropped[_ASIDE.get(sign.tag, _SEEN_ONLY)] += 1
        for sound in node.all("sound"):
            self._sound(sound, bar)
        self.at = placed

    def _is_read(self, sign: Node, bar: Bar) -> bool:
        """One sign of a direction taken over, or counted as altered; False leaves it out."""
        if sign.tag == "rehearsal":
            bar.section = clean_name(sign.text)[:80]
        elif sign.tag == "dynamics":
            loudness = LOUDNESS.get(sign.children[0].tag if sign.children else "")
            if loudness is None:
                return False
            self.notes.velocity = loudness
        elif sign.tag == "metronome":
            self._tempo(tempo_of(sign), bar)
            return True
        elif sign.tag == "segno":
            bar.is_sign = True
        elif sign.tag == "coda":  # before the bar it names the coda, or (an earlier one) where to leave for it
            bar.is_coda, bar.leaves_for_coda = bar.is_coda or self.at == 0, bar.leaves_for_coda or self.at > 0
        elif sign.tag != "words" or not read_words(sign.text, bar):
            return False
        self.sheet.read += 1
        return True

    def _sound(self, node: Node, bar: Bar) -> None:
        self.sheet.dropped[_HINT] += len(node.children)
        for name, value in node.attributes.items():
            if name in SILENT_ATTRIBUTES:
                continue
            if name == "tempo":
                self._tempo(float(number(value)) or None, bar)
                continue
            if name == "dynamics":
                self.notes.velocity = velocity_of_percent(value)
            self._take(name == "dynamics" or read_jump(name, value, bar), _HINT)

    def _barline(self, node: Node, bar: Bar) -> None:
        for sign in node.children:
            if sign.tag == "repeat":
                read_repeat(sign, bar)
            elif sign.tag == "ending":
                started = ending_of(sign)
                self.endings = started or self.endings
                self.ends_ending = self.ends_ending or started is None
            elif sign.tag in ("segno", "coda"):
                bar.is_sign, bar.is_coda = bar.is_sign or sign.tag == "segno", bar.is_coda or sign.tag == "coda"
            elif sign.tag in ("fermata", "wavy-line"):
                self.sheet.dropped[_ORNAMENT] += 1
                continue
            else:
                continue
            self.sheet.read += 1

    def _tempo(self, per_minute: float | None, bar: Bar) -> None:
        """Quarters a minute from here on."""
        us_per_beat = self.sheet.pace(per_minute)
        if us_per_beat is None:
            return
        if self.at == 0:
            bar.us_per_beat = us_per_beat
        else:
            bar.tempo_changes = [change for change in bar.tempo_changes if change[0] != self.at]
            bar.tempo_changes.append((self.at, us_per_beat))


def _key_after(before: Bar | None) -> Key | None:
    if before is None:
        return None
    return before.key_changes[-1][1] if before.key_changes else before.key

"""ABC's fields: key, meter, unit length and tempo as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from studio.song.harmony import Key

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_SHARP_ORDER = "FCGDAEB"
_MODES = {
    "": (0, "major"), "maj": (0, "major"), "ion": (0, "major"), "m": (-3, "minor"), "min": (-3, "minor"), "aeo": (-3, "minor"),
    "mix": (-1, "mixolydian"), "dor": (-2, "dorian"), "phr": (-4, "phrygian"), "loc": (-5, "locrian"), "lyd": (1, "lydian"),
}  # fmt: skip
_KEY = re.compile(r"([A-G])([#b]?)\s*([A-Za-z]*)")
_FRACTION = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")
_TEMPO = re.compile(r"(?P<beats>(?:\d{1,3}/\d{1,3}[\s+]*)+)=\s*(?P<bpm>\d{1,4}(?:\.\d{1,3})?)")
_OLD_TEMPO = re.compile(r"(?:C(?P<units>\d?)\s*=\s*)?(?P<bpm>\d{1,4})\s*$")
_ACCIDENTAL = re.compile(r"(?:^|\s|exp)(\^\^|\^|__|_|=)([A-Ga-g])(?=\s|$)")
ALTERS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}


@dataclass(frozen=True, slots=True)
class KeyField:
    """A key signature: semitones by letter, and the key it stands for (None: no key, such as Highland pipes)."""

    alters: dict[str, int]
    key: Key | None


def key_field(text: str) -> KeyField | None:
    """Read "Gm", "A dorian", "HP", "D _e"; None when it is no key."""
    text = text.split("%", maxsplit=1)[0].strip()
    extra = {letter.upper(): ALTERS[sign] for sign, letter in _ACCIDENTAL.findall(text)}
    if text[:2].lower() == "hp":
        sharps = {"F": 1, "C": 1} if text[:2] == "Hp" else {}
        return KeyField(sharps | extra, Key(9, "mixolydian"))
    if not text or text.lower().startswith(("none", "clef")):
        return KeyField(extra, None)
    found = _KEY.match(text)
    if found is None:
        return KeyField(extra, None) if extra else None
    letter, sign, word = found.groups()
    fifths, scale = _MODES.get(word[:3].lower(), _MODES[""])  # the standard: three letters count, and capitals do not
    fifths += _FIFTHS[letter] + 7 * ((sign == "#") - (sign == "b"))
    alters = dict.fromkeys(_SHARP_ORDER[: max(0, fifths)], 1) | dict.fromkeys(_SHARP_ORDER[::-1][: max(0, -fifths)], -1)
    tonic = (LETTERS[letter] + (sign == "#") - (sign == "b")) % 12
    return KeyField(alters | extra, Key(tonic, scale))


def meter_field(text: str) -> tuple[int, int] | None:
    """Read "6/8", "C", "C|", "2+3/8"; None for a free meter or one that cannot be."""
    text = text.split("%", maxsplit=1)[0].strip()[:24]  # the pattern below tries all splits of digits
    if text in ("C", "c"):
        return 4, 4
    if text in ("C|", "c|"):
        return 2, 2
    found = re.fullmatch(r"\(?((?:\d{1,2}\s*\+?\s*)+)\)?\s*/\s*(\d{1,2})", text)
    if found is None:
        return None
    above, below = sum(int(number) for number in re.findall(r"\d+", found[1])), int(found[2])
    return (above, below) if 1 <= above <= 64 and below in (1, 2, 4, 8, 16, 32, 64) else None


def unit_field(text: str) -> Fraction | None:
    """The unit length in quarters: "1/8" is 1/2."""
    found = _FRACTION.match(text.strip())
    if found is None or not int(found[2]) or not int(found[1]):
        return Fraction(4) if text.strip() == "1" else None
    return Fraction(4 * int(found[1]), int(found[2]))


def default_unit(meter: tuple[int, int] | None) -> Fraction:
    """Without an L field: a sixteenth where the meter is below 3/4, else an eighth; in quarters."""
    return Fraction(1, 4) if meter and Fraction(*meter) < Fraction(3, 4) else Fraction(1, 2)


def tempo_field(text: str, unit: Fraction) -> float | None:
    """Quarters a minute of "1/4=120", "3/8=80", "C3=40" or a bare "120"; None when it names no number."""
    text = re.sub(r'"[^"]*"', " ", text.split("%", maxsplit=1)[0])
    if found := _TEMPO.search(text):
        fractions = re.findall(r"(\d+)/(\d+)", found["beats"])
        beat = sum((Fraction(4 * int(above), int(below)) for above, below in fractions if int(below)), Fraction(0))
    elif found := _OLD_TEMPO.search(text.strip()):
        beat = unit * int(found["units"] or 1)
    else:
        return None
    return float(beat) * float(found["bpm"]) or None


def transposition_of(text: str) -> int:
    """Semitones that a K or V field adds: "clef=bass-8", "octave=-1", "transpose=3"."""
    semitones = 0
    if found := re.search(r"(?:clef=\"?|\b)(?:treble|alto|tenor|bass|soprano|mezzo|baritone|perc)[1-5]?([+\-])8", text):
        semitones += 12 if found[1] == "+" else -12
    if found := re.search(r"\boctave=\s*([+\-]?[0-4])\b", text):
        semitones += 12 * int(found[1])
    if found := re.search(r"\btranspose=\s*([+\-]?\d{1,2})\b", text):
        semitones += int(found[1])
    return semitones


def order_of_parts(text: str) -> str:
    """The letters of "A(AB)3C2" in playing order; "" where it names no order or one too long."""
    plain = re.sub(r"[\s.]", "", text)[:400]
    if not re.fullmatch(r"[A-Za-z0-9()]*", plain):
        return ""
    for _ in range(8):  # innermost brackets first
        opened = re.sub(r"\(([A-Za-z0-9]*)\)(\d{0,2})", lambda found: _times(found[1]) * int(found[2] or 1), plain)
        if opened == plain or len(opened) > 10_000:
            break
        plain = opened
    played = _times(plain)
    return played if re.fullmatch(r"[A-Za-z]{1,10000}", played) else ""


def _times(text: str) -> str:
    """ "AB2" is "ABB"."""
    return re.sub(r"([A-Za-z])(\d{1,2})", lambda found: found[1] * int(found[2]), text)

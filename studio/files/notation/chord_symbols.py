"""Chord symbols as musicians write them, and the pitch classes they stand for: Bb7/D, F#m7b5, Csus4."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SYMBOL = re.compile(r"([A-G])([#b]?)([^/]{0,24}?(?:6/9)?)(?:/([A-Ga-g])([#b+]?))?")
_MODES = (
    *(("maj", "M"), ("ma", "M"), ("M", "M"), ("^", "M"), ("min", "m"), ("mi", "m"), ("m", "m"), ("-", "m")),
    *(("dim", "o"), ("o", "o"), ("aug", "+"), ("+", "+"), ("hdim", "h"), ("", "")),
)
"""How a quality begins, and which it is."""
_TRIADS = {"M": (0, 4, 7), "m": (0, 3, 7), "o": (0, 3, 6), "+": (0, 4, 8), "h": (0, 3, 6), "": (0, 4, 7)}
_STACK = {"7": (), "9": (14,), "11": (14, 17), "13": (14, 21)}
_DEGREES = {2: 2, 4: 5, 5: 7, 6: 9, 7: 10, 9: 14, 11: 17, 13: 21}
_CHANGE = re.compile(r"(sus2|sus4|sus|add|no|omit|maj7|M7|alt|[#b+\-])(\d{0,2})")
_SIGNS = {"#": 1, "+": 1, "b": -1, "-": -1}
NO_CHORD = re.compile(r"N\.?\s*C\.?|no chord|tacet", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ChordTones:
    """A bass and the chord's pitch classes, each in semitones above C; none for silence."""

    bass: int
    tones: tuple[int, ...]


SILENCE = ChordTones(0, ())


@lru_cache(maxsize=4096)
def chord_tones(text: str) -> ChordTones | None:
    """What a symbol stands for; SILENCE for "N.C."; None where it is no chord symbol."""
    plain = text.translate({0x266F: "#", 0x266D: "b", 0x25B3: "^", 0x394: "^", 0xB0: "o", 0xF8: "hdim"})
    plain = re.sub(r"[\s(),]", "", plain[:40])
    if NO_CHORD.fullmatch(plain):
        return SILENCE
    found = _SYMBOL.fullmatch(plain)
    if found is None:
        return None
    root = _LETTERS[found[1]] + (found[2] == "#") - (found[2] == "b")
    intervals = _intervals(found[3].replace("6/9", "69"))
    if intervals is None:
        return None
    bass = _LETTERS[found[4].upper()] + (found[5] in ("#", "+")) - (found[5] == "b") if found[4] else root
    return ChordTones(bass % 12, tuple(dict.fromkeys((root + each) % 12 for each in intervals)))


def _intervals(quality: str) -> list[int] | None:
    """Semitones above the root of "m7b5", "maj9", "7sus4"; None where it is no quality of a chord."""
    sign, mode = next((sign, mode) for sign, mode in _MODES if quality.startswith(sign))
    left = quality[len(sign) :]
    chord = dict.fromkeys(_TRIADS[mode])
    size = re.match(r"69|6|7|9|11|13|5|4|2", left)
    if size is None:
        if mode == "h" or (mode == "M" and sign == "^"):
            chord[10 if mode == "h" else 11] = None
    else:
        left = left[size.end() :]
        _enlarge(chord, size[0], mode)
    while left:
        change = _CHANGE.match(left)
        if change is None or not _changed(chord, change[1], int(change[2] or 0)):
            return None
        left = left[change.end() :]
    return list(chord)


def _enlarge(chord: dict[int, None], size: str, mode: str) -> None:
    if size == "5":
        chord.pop(4, None)
        chord.pop(3, None)
    elif size in ("6", "69"):
        chord |= dict.fromkeys((9,) if size == "6" else (9, 14))
    elif size in ("2", "4"):
        _changed(chord, "sus", int(size))
    else:
        seventh = 11 if mode == "M" else 9 if mode == "o" and size == "7" else 10
        chord |= dict.fromkeys((seventh, *_STACK[size]))


def _changed(chord: dict[int, None], sign: str, degree: int) -> bool:
    """Suspensions, additions, omissions and altered degrees; False for what makes no sense."""
    if sign.startswith("sus"):
        chord.pop(4, None)
        chord.pop(3, None)
        chord[2 if sign == "sus2" or degree == 2 else 5] = None
        return degree in (0, 2, 4)
    if sign in ("maj7", "M7"):
        chord[11] = None
        return not degree
    if sign == "alt":
        chord |= dict.fromkeys((10, 13, 15))
        return not degree
    if degree == 3 and sign in ("no", "omit"):
        chord.pop(4, None)
        chord.pop(3, None)
        return True
    if degree not in _DEGREES:
        return False
    place = _DEGREES[degree]
    if sign in ("no", "omit"):
        chord.pop(place, None)
    elif sign == "add":
        chord[place] = None
    else:
        if degree == 5:
            for fifth in (6, 7, 8):
                chord.pop(fifth, None)
        chord[place + _SIGNS[sign]] = None
    return True

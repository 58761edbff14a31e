"""Key, meter, tempo, loudness, bar lines and jumps of MusicXML as values."""

from __future__ import annotations

import re

from studio.files.musicxml.tree import Node
from studio.files.notation.sheet import Bar
from studio.song.harmony import Key

_MODES = {"major": (0, "major"), "ionian": (0, "major"), "minor": (9, "minor"), "aeolian": (9, "minor"), "dorian": (2, "dorian")}
_MODES |= {"phrygian": (4, "phrygian"), "lydian": (5, "lydian"), "mixolydian": (7, "mixolydian"), "locrian": (11, "locrian")}
_BEATS = {"long": 16.0, "breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25, "32nd": 0.125}
_LOUDNESS = {"pppp": 20, "ppp": 28, "pp": 38, "p": 50, "mp": 64, "mf": 80, "f": 96, "ff": 110, "fff": 120, "ffff": 127}


def key_of(node: Node) -> Key | None:
    """A signature of 7 flats to 7 sharps, with its mode; None where it is none of these."""
    fifths = node.words("fifths")
    if not re.fullmatch(r"-?[0-7]", fifths):
        return None
    steps, scale = _MODES.get(node.words("mode"), _MODES["major"])
    return Key((int(fifths) * 7 + steps) % 12, scale)


def meter_of(node: Node) -> tuple[int, int] | None:
    """Such as 6/8, or (3+2)/8 added up; None for no meter or one that cannot be."""
    beats, below = node.words("beats"), node.words("beat-type")
    if not re.fullmatch(r"\d{1,2}(\s*\+\s*\d{1,2})*", beats) or below not in ("1", "2", "4", "8", "16", "32", "64"):
        return None
    above = sum(int(part) for part in beats.split("+"))
    return (above, int(below)) if 1 <= above <= 64 else None


def tempo_of(metronome: Node) -> int | None:
    """Microseconds a quarter of a metronome mark; None where it says no number."""
    unit = _BEATS.get(metronome.words("beat-unit"))
    digits = re.search(r"\d{1,4}(\.\d{1,3})?", metronome.words("per-minute"))
    if unit is None or digits is None:
        return None
    dots = len(list(metronome.all("beat-unit-dot")))
    per_minute = float(digits[0]) * unit * (2 - 0.5**dots)
    return round(60e6 / min(1000.0, max(10.0, per_minute))) if per_minute else None


def velocity_of(mark: str) -> int | None:
    return _LOUDNESS.get(mark)


def read_barline(node: Node, bar: Bar) -> tuple[frozenset[int], bool]:
    """Repeats into the bar; returns the endings that start here and whether an ending stops with this bar."""
    started: frozenset[int] = frozenset()
    stops = False
    if repeat := node.child("repeat"):
        if repeat.attributes.get("direction") == "forward":
            bar.starts_repeat = True
        else:
            times = repeat.attributes.get("times", "")
            bar.repeat_times = min(16, max(2, int(times))) if re.fullmatch(r"\d{1,2}", times) else 2
    for ending in node.all("ending"):
        if ending.attributes.get("type") == "start":
            numbers = re.findall(r"\d{1,2}", ending.attributes.get("number", ""))
            started = frozenset(int(text) for text in numbers if int(text)) or frozenset({1})
        else:
            stops = True
    return started, stops


def read_sound(node: Node, bar: Bar) -> None:
    """Jumps that playback is told of."""
    said = node.attributes
    if said.get("dacapo") == "yes":
        bar.jump = "top"
    elif "dalsegno" in said:
        bar.jump = "sign"
    bar.is_sign = bar.is_sign or "segno" in said
    bar.is_coda = bar.is_coda or "coda" in said
    bar.leaves_for_coda = bar.leaves_for_coda or "tocoda" in said
    bar.is_end = bar.is_end or "fine" in said


def read_words(text: str, bar: Bar) -> bool:
    """Jumps that stand in words; False when these are other words."""
    words = " ".join(text.lower().split())
    if re.match(r"d\. ?c\.?|da capo|dc al", words):
        bar.jump = "top"
    elif re.match(r"d\. ?s\.?|dal segno|ds al", words):
        bar.jump = "sign"
    elif words.rstrip(".") == "fine":
        bar.is_end = True
    elif words.startswith(("to coda", "al coda")):
        bar.leaves_for_coda = True
    else:
        return False
    return True

"""Key, meter, tempo, bar lines and jumps of MusicXML as values."""

from __future__ import annotations

import re

from studio.files.musicxml.tree import Node
from studio.files.notation.sheet import Bar
from studio.song.harmony import Key

_MODES = {"major": (0, "major"), "ionian": (0, "major"), "minor": (9, "minor"), "aeolian": (9, "minor"), "dorian": (2, "dorian")}
_MODES |= {"phrygian": (4, "phrygian"), "lydian": (5, "lydian"), "mixolydian": (7, "mixolydian"), "locrian": (11, "locrian")}
_BEATS = {"long": 16.0, "breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25, "32nd": 0.125}


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
    if not re.fullmatch(r"\d{1,2}(\s*\+\s*\d{1,2}){0,16}", beats) or below not in ("1", "2", "4", "8", "16", "32", "64"):
        return None
    above = sum(int(part) for part in beats.split("+"))
    return (above, int(below)) if 1 <= above <= 64 else None


def tempo_of(metronome: Node) -> float | None:
    """Quarters a minute of a metronome mark; None where it says no number."""
    unit = _BEATS.get(metronome.words("beat-unit"))
    digits = re.search(r"\d{1,4}(\.\d{1,6})?", metronome.words("per-minute"))
    if unit is None or digits is None:
        return None
    dots = min(4, len(list(metronome.all("beat-unit-dot"))))
    return float(digits[0]) * unit * (2 - 0.5**dots) or None


def read_repeat(node: Node, bar: Bar) -> None:
    if node.attributes.get("direction") == "forward":
        bar.starts_repeat = True
        return
    times = node.attributes.get("times", "")
    bar.repeat_times = min(16, max(2, int(times))) if re.fullmatch(r"\d{1,2}", times) else 2
    bar.repeats_after_jump = node.attributes.get("after-jump") == "yes"


def ending_of(node: Node) -> frozenset[int] | None:
    """The passes an ending that starts here is for; None where it stops."""
    if node.attributes.get("type") != "start":
        return None
    numbers = re.findall(r"\d{1,2}", node.attributes.get("number", "")[:200])
    return frozenset(int(text) for text in numbers if int(text)) or frozenset({1})


def read_jump(name: str, value: str, bar: Bar) -> bool:
    """One of the jumps that playback is told of; False when it is something else."""
    if name in ("dacapo", "forward-repeat") and value != "yes":
        return True
    if name == "dacapo":
        bar.jump = "top"
    elif name == "dalsegno":
        bar.jump, bar.jump_name = "sign", value
    elif name == "segno":
        bar.is_sign, bar.sign_name = True, value
    elif name == "coda":
        bar.is_coda, bar.coda_name = True, value
    elif name == "tocoda":
        bar.leaves_for_coda, bar.leaves_name = True, value
    elif name == "fine":
        bar.is_end = True
    elif name == "forward-repeat":
        bar.starts_repeat = True
    else:
        return False
    return True


def read_words(text: str, bar: Bar) -> bool:
    """Jumps that stand in words; False when these are other words."""
    words = " ".join(text[:200].lower().split())
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

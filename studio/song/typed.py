"""Places, lengths and pitches as people write them, and back: "5.2.000", "1.480", "F#4"."""

from __future__ import annotations

import re

from studio import note_names
from studio.song.harmony import SCALES, Key, key_words, pitch_class_named
from studio.song.ticks import TICKS_PER_BEAT, Tick
from studio.song.timeline import Timeline

_NUMBERS = re.compile(r"\s*(\d{1,5})(?:\s*[.:]\s*(\d{1,4}))?(?:\s*[.:]\s*(\d{1,5}))?\s*")
_PITCH = re.compile(r"\s*([A-Ga-g])\s*([#♯b♭]?)\s*(-?\d{1,2})\s*")
_SHIFTS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}


def place_text(timeline: Timeline, tick: Tick) -> str:
    """Bar, beat and tick, such as "5.2.000"."""
    found = timeline.position(tick)
    return f"{found.bar}.{found.beat}.{found.tick:03d}"


def place_of(timeline: Timeline, text: str) -> Tick | None:
    """The tick of a typed place ("5", "5.2" or "5.2.240"); None when it is none, such as a fifth beat of four."""
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return None
    bar, beat, tick = int(found[1]), int(found[2] or 1), int(found[3] or 0)
    if bar < 1:
        return None
    start = timeline.bar_start(bar)
    meter = timeline.meter_at(start)
    if not 1 <= beat <= meter.numerator or tick >= meter.beat_ticks:
        return None
    return start + (beat - 1) * meter.beat_ticks + tick


def length_text(ticks: int) -> str:
    """Quarters and ticks, such as "1.480"."""
    return f"{ticks // TICKS_PER_BEAT}.{ticks % TICKS_PER_BEAT:03d}"


def length_of(text: str) -> int | None:
    """Ticks of a typed length ("2" quarters, "0.480"); None when it is none or nothing."""
    found = _NUMBERS.fullmatch(text)
    if found is None or found[3] is not None or int(found[2] or 0) >= TICKS_PER_BEAT:
        return None
    return int(found[1]) * TICKS_PER_BEAT + int(found[2] or 0) or None


def pitch_of(text: str) -> int | None:
    """0 to 127 from a name as the user calls notes, from a name such as "F#4", or from a number; None when it is none."""
    named, called = _PITCH.fullmatch(text), note_names.read(text)
    if called is not None:
        pitch = called
    elif named is not None:
        octave = int(named[3]) - note_names.present()[1] + 5
        pitch = pitch_class_named(named[1]) + _SHIFTS[named[2]] + 12 * octave
    elif text.strip().isascii() and text.strip().isdigit():
        pitch = int(text.strip()[:4])
    else:
        return None
    return pitch if 0 <= pitch <= 127 else None


def key_of(text: str) -> Key:
    """The key that the user calls so, or of a name such as "Bb dorian" or "Am"; ValueError when it is none."""
    wanted = text.strip().casefold()
    keys = (Key(tonic, scale) for scale in SCALES for tonic in range(12))
    return next((key for key in keys if key_words(key).casefold() == wanted), None) or Key.named(text)

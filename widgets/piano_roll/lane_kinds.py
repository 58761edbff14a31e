"""Which controllers have lanes, what they are called, and how their values read."""

from __future__ import annotations

from studio.edits.lanes import Lane
from studio.files.midi.general_midi import PROGRAMS
from studio.song.controls import BEND, CONTROLLER, DATA_ENTRY, PRESSURE, PROGRAM
from studio.song.song import Track

# MIDI 1.0 control change numbers, by the names that hosts show.
_CONTROLLERS = {
    1: "Modulation", 2: "Breath", 4: "Foot", 5: "Portamento time", 7: "Volume", 8: "Balance", 10: "Pan", 11: "Expression",
    64: "Sustain", 65: "Portamento", 66: "Sostenuto", 67: "Soft pedal", 68: "Legato", 71: "Resonance", 72: "Release",
    73: "Attack", 74: "Brightness", 84: "Portamento from", 91: "Reverb", 93: "Chorus",
}  # fmt: skip
_SHORT = {
    "Expression": "Express.", "Modulation": "Modul.", "Pitch bend": "Bend", "Portamento time": "Porta. t.",
    "Portamento": "Portam.", "Portamento from": "Porta. f.", "Resonance": "Reson.", "Brightness": "Bright.",
    "Sostenuto": "Sosten.", "Key pressure": "Key pr.",
}  # fmt: skip
SWITCHES = (64, 65, 66, 67, 68)
"""Controllers that are on from 64 up, and never between."""
USUAL = (Lane(CONTROLLER, 1), Lane(CONTROLLER, 7), Lane(CONTROLLER, 10), Lane(CONTROLLER, 11), Lane(CONTROLLER, 64),
         Lane(BEND), Lane(PRESSURE), Lane(PROGRAM))  # fmt: skip
EXPRESSION = Lane(CONTROLLER, 11)
LAST_CONTROLLER = 119
"""Above are channel modes, which no song draws."""


def lane_name(lane: Lane) -> str:
    if lane.kind == CONTROLLER:
        return _CONTROLLERS.get(lane.number, f"CC {lane.number}")
    return {BEND: "Pitch bend", PRESSURE: "Pressure", PROGRAM: "Program"}.get(lane.kind, "Key pressure")


def short_name(lane: Lane) -> str:
    """As it fits beside a lane."""
    name = lane_name(lane)
    return _SHORT.get(name, name)


def value_words(lane: Lane, value: int) -> str:
    """Such as 96, +2048, On, L20, or the name of a program."""
    if lane.kind == PROGRAM:
        return f"{value + 1} {PROGRAMS[value]}"
    if lane.kind == BEND:
        return f"{value:+d}" if value else "0"
    if lane.kind == CONTROLLER and lane.number in SWITCHES:
        return "On" if value >= 64 else "Off"
    if lane.kind == CONTROLLER and lane.number == 10 and value != 64:
        return f"L{64 - value}" if value < 64 else f"R{value - 64}"
    return str(value)


def value_typed(lane: Lane, text: str) -> int | None:
    """What a person typed as a value of this lane; None when it is none."""
    cleaned = text.strip().lower()
    if lane.kind == CONTROLLER and lane.number in SWITCHES and cleaned in ("on", "off"):
        return 127 if cleaned == "on" else 0
    if lane.kind == CONTROLLER and lane.number == 10 and cleaned[:1] in ("l", "r", "c"):
        digits = cleaned[1:].strip()
        if cleaned == "c":
            return 64
        return lane.held(64 + int(digits) * (-1 if cleaned[0] == "l" else 1)) if digits.isdecimal() else None
    if lane.kind == PROGRAM and not cleaned.isdecimal():
        return next((index for index, name in enumerate(PROGRAMS) if cleaned and cleaned in name.lower()), None)
    try:
        value = int(cleaned)
    except ValueError:
        return None
    return lane.held(value - 1 if lane.kind == PROGRAM else value)


def is_stepped(lane: Lane) -> bool:
    """Whether values of the lane never glide."""
    return lane.kind == PROGRAM or (lane.kind == CONTROLLER and lane.number in SWITCHES)


def lanes_used(track: Track | None) -> list[Lane]:
    """Those a track has points of, but for the usual ones and what only means something in sequence."""
    if track is None:
        return []
    drawn = track.controls.drawn
    numbers = {int(number) for number in drawn["number"][drawn["kind"] == CONTROLLER].tolist()}
    found = [Lane(CONTROLLER, number) for number in sorted(numbers - set(DATA_ENTRY) - {0, 32}) if number <= LAST_CONTROLLER]
    return [lane for lane in found if lane not in USUAL]

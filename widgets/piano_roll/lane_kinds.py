"""Which controllers have lanes, what they are called, and how their values read."""

from __future__ import annotations

from studio.edits.lanes import Lane
from studio.files.midi.general_midi import PROGRAMS
from studio.song.controls import BEND, CONTROLLER, DATA_ENTRY, PRESSURE, PROGRAM
from studio.song.song import Track
from studio.words import mark, tr

# MIDI 1.0 control change numbers, by the names that hosts show.
_CONTROLLERS = {
    1: mark("Modulation"),
    2: mark("Breath"),
    4: mark("Foot"),
    5: mark("Portamento time"),
    7: mark("Volume"),
    8: mark("Balance"),
    10: mark("Pan"),
    11: mark("Expression"),
    64: mark("Sustain"),
    65: mark("Portamento"),
    66: mark("Sostenuto"),
    67: mark("Soft pedal"),
    68: mark("Legato"),
    71: mark("Resonance"),
    72: mark("Release"),
    73: mark("Attack"),
    74: mark("Brightness"),
    84: mark("Portamento from"),
    91: mark("Reverb"),
    93: mark("Chorus"),
}
KEY_PRESSURE = mark("Key pressure")
_OTHERS = {BEND: mark("Pitch bend"), PRESSURE: mark("Pressure"), PROGRAM: mark("Program")}
_SHORT = {
    "Expression": mark("Express."),
    "Modulation": mark("Modul."),
    "Pitch bend": mark("Bend"),
    "Portamento time": mark("Porta. t."),
    "Portamento": mark("Portam."),
    "Portamento from": mark("Porta. f."),
    "Resonance": mark("Reson."),
    "Brightness": mark("Bright."),
    "Sostenuto": mark("Sosten."),
    "Key pressure": mark("Key pr."),
}
SWITCHES = (64, 65, 66, 67, 68)
"""Controllers that are on from 64 up, and never between."""
USUAL = (Lane(CONTROLLER, 1), Lane(CONTROLLER, 7), Lane(CONTROLLER, 10), Lane(CONTROLLER, 11), Lane(CONTROLLER, 64),
         Lane(BEND), Lane(PRESSURE), Lane(PROGRAM))  # fmt: skip
EXPRESSION = Lane(CONTROLLER, 11)
LAST_CONTROLLER = 119
"""Above are channel modes, which no song draws."""


def lane_name(lane: Lane) -> str:
    if lane.kind == CONTROLLER:
        return tr(_CONTROLLERS.get(lane.number, f"CC {lane.number}"))
    return tr(_OTHERS.get(lane.kind, KEY_PRESSURE))


def short_name(lane: Lane) -> str:
    """As it fits beside a lane."""
    name = _CONTROLLERS.get(lane.number, "") if lane.kind == CONTROLLER else _OTHERS.get(lane.kind, KEY_PRESSURE)
    return tr(_SHORT[name]) if name in _SHORT else lane_name(lane)


def value_words(lane: Lane, value: int) -> str:
    """Such as 96, +2048, On, L20, or the name of a program."""
    if lane.kind == PROGRAM:
        return f"{value + 1} {PROGRAMS[value]}"
    if lane.kind == BEND:
        return f"{value:+d}" if value else "0"
    if lane.kind == CONTROLLER and lane.number in SWITCHES:
        return tr("On") if value >= 64 else tr("Off")
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

"""Played: what a hand does on a keyboard, and the place in the song that was heard at that moment."""

from __future__ import annotations

from typing import NamedTuple

from studio.audio.schedule import BEND, CONTROLLER, KEY_PRESSURE, OFF, ON, PRESSURE

ALL_NOTES_OFF = 123
"""The one channel mode message that is passed on: every key is let go."""


class Touch(NamedTuple):
    """One event of a keyboard. Kinds, `a` and `b` are those of a schedule: key and velocity, controller and value..."""

    kind: int
    a: int
    b: int


class Place(NamedTuple):
    """Where in the song something was heard. `turn` counts how often the loop went round, `jump` how often the music
    was sent elsewhere: within one of each, ticks follow one another."""

    tick: float = 0.0
    turn: int = 0
    jump: int = 0
    is_playing: bool = False


class Played(NamedTuple):
    """A touch, when it happened (monotonic clock), and what was heard then."""

    touch: Touch
    time_s: float
    place: Place


class MidiParser:
    """Bytes of a MIDI cable to touches, whatever comes: running status, real-time bytes between any others, system
    messages, halves. Channels are not told apart: who plays means the track in front."""

    def __init__(self) -> None:
        self._status = 0
        self._data: list[int] = []

    def feed(self, data: bytes) -> list[Touch]:
        found = []
        for byte in data:
            if byte >= 0xF8:  # real time: may stand anywhere and changes nothing
                continue
            if byte >= 0x80:
                # Of system messages (exclusive ones too) every data byte is passed over until the next status.
                self._status, self._data = (byte if byte < 0xF0 else 0), []
            elif self._status:
                self._data.append(byte)
                if len(self._data) == (1 if self._status >> 4 in (0xC, 0xD) else 2):
                    found += _touches(self._status >> 4, self._data)
                    self._data = []
        return found


def _touches(message: int, data: list[int]) -> list[Touch]:
    first, last = data[0], data[-1]
    if message == 0xB and first >= 120:
        return [] if first in (121, 122) else [Touch(CONTROLLER, ALL_NOTES_OFF, 0)]
    made = {
        0x8: Touch(OFF, first, 0),
        0x9: Touch(ON, first, last) if last else Touch(OFF, first, 0),
        0xA: Touch(KEY_PRESSURE, first, last),
        0xB: Touch(CONTROLLER, first, last),
        0xD: Touch(PRESSURE, 0, last),
        0xE: Touch(BEND, 0, (last << 7 | first) - 8192),
    }
    # Of other messages programs are left: sounds are chosen in the song.
    return [made[message]] if message in made else []

"""The smallest pieces of a MIDI file's bytes."""

from __future__ import annotations

from studio.words import mark, tr

TEXT, COPYRIGHT, TRACK_NAME, INSTRUMENT_NAME, LYRIC, MARKER = range(0x01, 0x07)
PORT, END_OF_TRACK = 0x21, 0x2F
TEMPO, METER, KEY = 0x51, 0x58, 0x59
META, SYSEX, SYSEX_MORE = 0xFF, 0xF0, 0xF7
TEXT_KINDS = range(0x01, 0x10)

NOTE_OFF, NOTE_ON, POLY, CONTROL, PROGRAM_CHANGE, TOUCH, WHEEL = range(0x8, 0xF)
"""The upper half of a channel event's status byte."""

DRUM_CHANNEL = 9

QUARTER_CLICK = bytes((24, 8))
"""The last two bytes of a time signature: clocks a click, 32nds a quarter. What nearly every program writes."""


def length_bytes(value: int) -> bytes:
    """A number of variable length."""
    out = [value & 127]
    while value := value >> 7:
        out.append(value & 127 | 128)
    return bytes(reversed(out))


def meta_bytes(kind: int, payload: bytes) -> bytes:
    return bytes((META, kind)) + length_bytes(len(payload)) + payload


def sysex_bytes(kind: int, payload: bytes) -> bytes:
    return bytes((kind,)) + length_bytes(len(payload)) + payload


def spaced(number: int) -> str:
    """A count as messages show it: 100 000."""
    return f"{number:,}".replace(",", " ")


_NOUNS = {
    "note": (mark("{n} note"), mark("{n} notes")),
    "track": (mark("{n} track"), mark("{n} tracks")),
    "byte": (mark("{n} byte"), mark("{n} bytes")),
    "melodic track": (mark("{n} melodic track"), mark("{n} melodic tracks")),
    "text or system event": (mark("{n} text or system event"), mark("{n} text or system events")),
}


def plural(number: int, noun: str) -> str:
    """ "1 note", "812 notes"."""
    return tr(_NOUNS[noun][number != 1], n=spaced(number))

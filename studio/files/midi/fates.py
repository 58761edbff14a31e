"""What can become of an event on its way into the song; each event has exactly one fate."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from studio.files.report import Report

Fates = NDArray[np.uint8]


class Fate(IntEnum):
    """READ means taken over as it was; names below are what the report calls them."""

    READ = 0
    ROUNDED = 1
    CUT = 2
    ZERO_LENGTH = 3
    UNCLOSED = 4
    PUSHED_OUT = 5
    GROWN = 6
    RELEASE = 7
    FIRST_PROGRAM = 8
    TEMPO_CLAMPED = 9
    KEY_RESPELT = 10
    SHORTENED = 11
    CLEANED = 12
    CLICK = 13
    STRAY_OFF = 20
    DOUBLED = 21
    PROGRAM_REPLACED = 22
    REPLACED = 23
    METER_IMPOSSIBLE = 24
    KEY_IMPOSSIBLE = 25
    MALFORMED = 26
    WIRE_MESSAGE = 27
    TEMPO_IN_FRAMES = 28


NAMES = {
    Fate.ROUNDED: "moved to the nearest song tick",
    Fate.CUT: "note cut where its pitch is struck again",
    Fate.ZERO_LENGTH: "note without length made 1 tick long",
    Fate.UNCLOSED: "note never closed, ended with its track",
    Fate.PUSHED_OUT: "note closed because too many of its pitch were sounding",
    Fate.GROWN: "note joined with its double",
    Fate.RELEASE: "release velocity not kept",
    Fate.FIRST_PROGRAM: "first program set from the start",
    Fate.TEMPO_CLAMPED: "tempo brought into 10 to 1000",
    Fate.KEY_RESPELT: "key signature spelt anew",
    Fate.SHORTENED: "text shortened",
    Fate.CLEANED: "name cleaned of spaces and control characters",
    Fate.CLICK: "metronome click of a time signature not kept",
    Fate.STRAY_OFF: "note end without a beginning",
    Fate.DOUBLED: "note that doubles another",
    Fate.PROGRAM_REPLACED: "program replaced before the first note",
    Fate.REPLACED: "change replaced at the same place",
    Fate.METER_IMPOSSIBLE: "impossible time signature",
    Fate.KEY_IMPOSSIBLE: "impossible key signature",
    Fate.MALFORMED: "event of the wrong length",
    Fate.WIRE_MESSAGE: "wire message that has no place in a file",
    Fate.TEMPO_IN_FRAMES: "tempo in a file that counts in film frames",
}


def tally(columns: list[Fates], remarks: list[str]) -> Report:
    """The report of a whole file."""
    counts = np.zeros(256, np.int64)
    for column in columns:
        counts += np.bincount(column, minlength=256)
    found = {fate: int(counts[fate]) for fate in Fate if counts[fate]}
    changed = {NAMES[fate]: count for fate, count in found.items() if Fate.READ < fate < Fate.STRAY_OFF}
    dropped = {NAMES[fate]: count for fate, count in found.items() if fate >= Fate.STRAY_OFF}
    return Report(found.get(Fate.READ, 0), dropped, changed, tuple(remarks))

"""What can become of an event on its way into the song; each event has exactly one fate."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from studio.files.report import Report
from studio.words import mark

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
    TOO_LATE = 29


NAMES = {
    Fate.ROUNDED: mark("moved to the nearest song tick"),
    Fate.CUT: mark("note cut where its pitch is struck again"),
    Fate.ZERO_LENGTH: mark("note without length made 1 tick long"),
    Fate.UNCLOSED: mark("note never closed, ended with its track"),
    Fate.PUSHED_OUT: mark("note closed because 64 of its pitch were sounding"),
    Fate.GROWN: mark("note joined with its double"),
    Fate.RELEASE: mark("release velocity not kept"),
    Fate.FIRST_PROGRAM: mark("first program set from the start"),
    Fate.TEMPO_CLAMPED: mark("tempo brought into 10 to 1000"),
    Fate.KEY_RESPELT: mark("key signature spelt anew"),
    Fate.SHORTENED: mark("text shortened to 64 KiB"),
    Fate.CLEANED: mark("name cleaned of spaces and control characters"),
    Fate.CLICK: mark("metronome click of a time signature not kept"),
    Fate.STRAY_OFF: mark("note end without a beginning"),
    Fate.DOUBLED: mark("note that doubles another"),
    Fate.PROGRAM_REPLACED: mark("program replaced before the first note"),
    Fate.REPLACED: mark("change replaced at the same place"),
    Fate.METER_IMPOSSIBLE: mark("impossible time signature"),
    Fate.KEY_IMPOSSIBLE: mark("impossible key signature"),
    Fate.MALFORMED: mark("event of the wrong length"),
    Fate.WIRE_MESSAGE: mark("wire message that has no place in a file"),
    Fate.TEMPO_IN_FRAMES: mark("tempo in a file that counts in film frames"),
    Fate.TOO_LATE: mark("event beyond 24 hours or 100 000 bars"),
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

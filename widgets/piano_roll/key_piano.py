"""The computer's keyboard as a piano, by where keys lie and not by what they write, so that every layout keeps its shape."""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeyEvent

# Semitones above the octave's C along the home row and the black keys above it. The names are those of a US keyboard.
_ORDER = "awsedftgyhujkolp;"
_FIRST_ROW, _HOME_ROW, _LOW_ROW = "qwertyuiop", "asdfghjkl;", "zxcvbnm"
_SCANS = {letter: 16 + at for at, letter in enumerate(_FIRST_ROW)}
_SCANS |= {letter: 30 + at for at, letter in enumerate(_HOME_ROW)}
_SCANS |= {letter: 44 + at for at, letter in enumerate(_LOW_ROW)}
_LETTER_OF_SCAN = {scan: letter for letter, scan in _SCANS.items()}
X11_OFFSET = 8
SEMITONES = {letter: semitone for semitone, letter in enumerate(_ORDER)}


def place_of(event: QKeyEvent) -> str:
    """The key by the letter that a US keyboard has at its place; by what it writes where the place is not told."""
    scan = event.nativeScanCode()
    if scan and sys.platform != "darwin":
        return _LETTER_OF_SCAN.get(scan - X11_OFFSET if sys.platform.startswith("linux") else scan, "")
    return event.text().lower() if event.text() else chr(event.key()).lower() if 32 < event.key() < 127 else ""


def semitone_of(event: QKeyEvent) -> int | None:
    """How far above the C of its octave a key plays; None for keys that play nothing."""
    return SEMITONES.get(place_of(event))

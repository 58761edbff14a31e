"""The computer's keyboard as a piano, by where keys lie and not by what they write, so that every layout keeps its shape."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent

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


REPEAT_MS = 15


class Repeats(QObject):
    """X11 tells of a key that is held as if it were let go and pressed again at the same moment, over and over, and Qt does
    not always see through it. A release is therefore believed only when no press of that moment follows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.wait_ms = REPEAT_MS if QGuiApplication.platformName() == "xcb" else 0
        self._waiting: dict[str, tuple[int, QTimer, Callable[[], object]]] = {}

    def is_repeat(self, place: str, event: QKeyEvent) -> bool:
        """Whether this press is only the key's being held on."""
        if event.isAutoRepeat():
            self._take(place)
            return True
        waiting = self._take(place)
        if waiting is None:
            return False
        if event.timestamp() - waiting[0] <= 1:
            return True
        waiting[2]()
        return False

    def released(self, place: str, event: QKeyEvent, act: Callable[[], object]) -> None:
        """Do this if the key was really let go."""
        if event.isAutoRepeat():
            return
        if not self.wait_ms:
            act()
            return
        timer = QTimer(self, singleShot=True, interval=self.wait_ms)
        timer.timeout.connect(lambda: self._believe(place))
        self._waiting[place] = (event.timestamp(), timer, act)
        timer.start()

    def settle(self) -> None:
        """Believe every release at once."""
        for place in list(self._waiting):
            self._believe(place)

    def _believe(self, place: str) -> None:
        waiting = self._take(place)
        if waiting is not None:
            waiting[2]()

    def _take(self, place: str) -> tuple[int, QTimer, Callable[[], object]] | None:
        waiting = self._waiting.pop(place, None)
        if waiting is not None:
            waiting[1].stop()
            waiting[1].deleteLater()
        return waiting

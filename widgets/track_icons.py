"""Icons of tracks: one for each family of instruments, drawn as strokes in a box of 16 by 16; a track may choose another."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath

from studio.song.song import Track
from studio.words import mark
from widgets import icons

BOX = 16.0
FROZEN = "frozen"

_STROKES = {
    "piano": "M2.5 3H13.5V13H2.5Z M6.2 8V13 M9.8 8V13 M6.2 3V8 M9.8 3V8",
    "mallets": "M2.5 12.5H13.5 M3.5 12.5V7 M6.5 12.5V5.5 M9.5 12.5V6.5 M12.5 12.5V8 O4 3.6 1.3",
    "organ": "M3 13.5V6 M6.3 13.5V3 M9.7 13.5V3 M13 13.5V6 M2 13.5H14",
    "guitar": "M13.6 2.4L8.4 7.6 O6.2 9.8 3.4 O6.2 9.8 0.7 M12.2 2.2L13.8 3.8",
    "bass": "M4.2 6.4Q4.4 3.2 7.4 3.2Q10.8 3.2 10.8 6.6Q10.8 11 4 13.4 O5.4 6.4 1 D13.2 5 D13.2 8.2",
    "strings": "M10.5 2.5L5.5 13.5 M5.6 5.2Q3.6 7 5 9Q3.4 11 5.6 12.6 M10.4 3.4Q12.4 5.6 10.8 7.6Q12.6 9.8 10.4 11.4",
    "ensemble": "O5 5 1.8 O11 5 1.8 O8 9 1.8 M2.4 13Q2.6 9.2 5 9.2 M13.6 13Q13.4 9.2 11 9.2",
    "brass": "M2 7.5H8.5Q11 7.5 13.8 4V12.6Q11 9.2 8.5 9.2H5.4 M5.4 7.5V12.2H8.6V9.2",
    "reed": "M11.8 2.2L10 4L8.2 10.4Q7.4 13.4 4.8 13.4Q2.6 13.4 2.6 11 M10 4L12.4 5.4 D8.8 6.4 D8 9.2",
    "pipe": "M2.2 11.4L12.2 3.2L13.8 5L3.8 13.2Z D8 8.4 D10 6.8 D6 10",
    "lead": "M1.8 11L6 5V11L10.2 5V11L14.2 5",
    "pad": "M1.8 8Q4.8 2 8 8Q11.2 14 14.2 8",
    "effects": "M8 2.2V5 M8 11V13.8 M2.2 8H5 M11 8H13.8 M4 4L5.8 5.8 M10.2 10.2L12 12 M12 4L10.2 5.8 M5.8 10.2L4 12",
    "world": "O8 8 5.8 M2.2 8H13.8 M8 2.2Q4.4 8 8 13.8 M8 2.2Q11.6 8 8 13.8",
    "bell": "M8 2.4V3.6 M3.6 11.4Q4.8 10 4.8 7.2Q4.8 3.8 8 3.8Q11.2 3.8 11.2 7.2Q11.2 10 12.4 11.4Z M6.8 13.4H9.2",
    "noise": "M3 6.2H5.4L8.6 3.4V12.6L5.4 9.8H3Z M10.8 6Q12.2 8 10.8 10 M12.6 4.4Q15 8 12.6 11.6",
    "drums": "E2.6 4.4 10.8 3.8 M2.6 6.3V11.4Q8 14.6 13.4 11.4V6.3 M10.4 5.8L14 2",
    "sound": "M2 8V8.2 M4.4 5.8V10.2 M6.8 3.2V12.8 M9.2 6V10 M11.6 4.4V11.6 M14 7.2V8.8",
    "voice": "M6 4.6Q6 2.2 8 2.2Q10 2.2 10 4.6V7.2Q10 9.4 8 9.4Q6 9.4 6 7.2Z M4 7.4Q4 11.6 8 11.6Q12 11.6 12 7.4 M8 12V14",
    "star": "M8 2.2L9.8 6L13.8 6.4L10.8 9.2L11.6 13.4L8 11.2L4.4 13.4L5.2 9.2L2.2 6.4L6.2 6Z",
    FROZEN: "M8 2V14 M2.8 5L13.2 11 M2.8 11L13.2 5 M6.4 3L8 4.6L9.6 3 M6.4 13L8 11.4L9.6 13",
}  # fmt: skip

NAMES = {
    "piano": mark("Piano"), "mallets": mark("Mallets"), "organ": mark("Organ"), "guitar": mark("Guitar"), "bass": mark("Bass"),
    "strings": mark("Strings"), "ensemble": mark("Ensemble"), "brass": mark("Brass"), "reed": mark("Reed"), "pipe": mark("Pipe"),
    "lead": mark("Synth lead"), "pad": mark("Synth pad"), "effects": mark("Synth effects"), "world": mark("World"),
    "bell": mark("Percussive"), "noise": mark("Sound effects"), "drums": mark("Drums"), "sound": mark("Recorded sound"),
    "voice": mark("Voice"), "star": mark("Star"),
}  # fmt: skip
"""What can be chosen, and what it is called."""

_FAMILIES = (
    "piano", "mallets", "organ", "guitar", "bass", "strings", "ensemble", "brass",
    "reed", "pipe", "lead", "pad", "effects", "world", "bell", "noise",
)  # fmt: skip


def icon_of(track: Track) -> str:
    """The one that was chosen, else that of its instrument."""
    if track.icon in NAMES:
        return track.icon
    if track.is_audio:
        return "sound"
    return "drums" if track.instrument.is_drum else _FAMILIES[track.instrument.program // 8]


def paint(painter: QPainter, name: str, square: QRectF, colour: QColor) -> None:
    with icons.strokes(painter, square, colour, BOX, 1.3):
        painter.drawPath(_path(name))


def picture(name: str, colour: QColor, px: int = 16) -> QIcon:
    """For menus."""
    return icons.as_icon(lambda painter, square: paint(painter, name, square, colour), px)


@cache
def _path(name: str) -> QPainterPath:
    """Strokes as words: M and L to a point, H and V along one axis, Q a curve, Z closes, O a circle (x, y, radius), E an
    ellipse (x, y, width, height), D a dot."""
    path, x, y = QPainterPath(), 0.0, 0.0
    for letter, numbers in _words(_STROKES[name]):
        if letter == "M":
            x, y = numbers
            path.moveTo(x, y)
        elif letter in "LHV":
            x = numbers[0] if letter in "LH" else x
            y = numbers[-1] if letter in "LV" else y
            path.lineTo(x, y)
        elif letter == "Q":
            path.quadTo(*numbers)
            x, y = numbers[2:]
        elif letter == "Z":
            path.closeSubpath()
        elif letter == "E":
            path.addEllipse(QRectF(*numbers))
        else:
            radius = numbers[2] if letter == "O" else 0.4
            path.addEllipse(QRectF(numbers[0] - radius, numbers[1] - radius, 2 * radius, 2 * radius))
    return path


def _words(strokes: str) -> list[tuple[str, list[float]]]:
    found: list[tuple[str, list[float]]] = []
    for word in "".join(f" {sign} " if sign.isalpha() else sign for sign in strokes).split():
        if word.isalpha():
            found.append((word, []))
        else:
            found[-1][1].append(float(word))
    return found

"""A turning knob: drag up and down, wheel, arrow keys; a double click brings its resting value back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.words import mark, tr
from widgets import theme
from widgets.controls.gesture import Gestures
from widgets.controls.valued import Valued

SWEEP_DEGREES = 270.0
DRAG_PX = 120.0
"""Pixels of a drag over the whole range; four times as many with Ctrl."""
FINE = 0.25


def pan_words(value: float) -> str:
    """C, L30 or R100."""
    whole = round(value)
    return "C" if whole == 0 else f"{'L' if whole < 0 else 'R'}{abs(whole)}"


def pan_typed(text: str) -> float | None:
    """What a person typed: "L30", "c", "R100", "-30"; None when it is no pan."""
    cleaned = text.strip().lower().replace("\N{MINUS SIGN}", "-")
    if cleaned in ("c", "centre", "center"):
        return 0.0
    sign = -1.0 if cleaned[:1] == "l" else 1.0
    digits = cleaned[1:].strip() if cleaned[:1] in ("l", "r") else cleaned
    try:
        value = sign * float(digits.replace(",", "."))
    except ValueError:
        return None
    return min(100.0, max(-100.0, value)) if math.isfinite(value) else None


def share_words(value: float) -> str:
    """A controller value as a share of its range."""
    return f"{value / 127 * 100:.0f} %"


def share_typed(text: str) -> float | None:
    """What a person typed: "30", "30 %"; None when it is no share."""
    percent = percent_typed(text)
    return None if percent is None else percent / 100 * 127


def percent_words(value: float) -> str:
    return f"{value:.0f} %"


def percent_typed(text: str) -> float | None:
    """From 0 to 100, or None."""
    try:
        value = float(text.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError:
        return None
    return min(100.0, max(0.0, value)) if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Scale:
    """What a knob turns: its name, its range, where it rests, from where its arc is drawn, its value in words and back."""

    name: str
    low: float
    high: float
    rest: float
    origin: float
    words: Callable[[float], str]
    typed: Callable[[str], float | None] = percent_typed


PAN = Scale(mark("Pan"), -100.0, 100.0, 0.0, 0.0, pan_words, pan_typed)
REVERB = Scale(mark("Reverb"), 0.0, 127.0, 40.0, 0.0, share_words, share_typed)
CHORUS = Scale(mark("Chorus"), 0.0, 127.0, 0.0, 0.0, share_words, share_typed)
ROOM = Scale(mark("Room size"), 0.0, 100.0, 20.0, 0.0, percent_words)
DAMPING = Scale(mark("Damping of highs"), 0.0, 100.0, 0.0, 0.0, percent_words)
WIDTH = Scale(mark("Width"), 0.0, 100.0, 50.0, 0.0, percent_words)


class Knob(Valued):
    """`changed(value, gesture)`: whole values within the scale, the same gesture through one drag."""

    changed = Signal(float, object)
    typing_asked = Signal()
    """Return was pressed: a value is to be typed."""
    reader_role = QAccessible.Role.Dial

    def __init__(self, scale: Scale = PAN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = scale
        self.value = scale.rest
        self._gestures = Gestures()
        self._from: tuple[float, float] | None = None
        self.setAccessibleName(tr(scale.name))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(self.sizeHint())
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.show_value(scale.rest)

    def sizeHint(self) -> QSize:
        return QSize(30, 30)

    def show_value(self, value: float) -> None:
        """Take the value of the song, without telling anyone."""
        self.value = value
        words, rest = self.scale.words(value), self.scale.words(self.scale.rest)
        self.setToolTip(
            tr(
                "{scale}: {words}. Drag, wheel or arrow keys; double-click for {rest}; Ctrl is fine",
                scale=tr(self.scale.name),
                words=words,
                rest=rest,
            )
        )
        self.setAccessibleDescription(words)
        self.value_changed()
        self.update()

    def value_words(self) -> str:
        return self.scale.words(self.value)

    def _set(self, value: float, gesture: object) -> None:
        value = float(round(min(self.scale.high, max(self.scale.low, value))))
        if value != self.value:
            self.show_value(value)
            self.changed.emit(value, gesture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._gestures.begin()
            self._from = (event.position().y(), self.value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        start_y, start_value = self._from
        fine = FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
        self._set(
            start_value + (start_y - event.position().y()) * (self.scale.high - self.scale.low) / DRAG_PX * fine,
            self._gestures.present,
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._set(self.scale.rest, self._gestures.begin())

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        step = 1 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 5
        self._set(self.value + step * notches, self._gestures.notch())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.typing_asked.emit()
            return
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._set(self.scale.rest, self._gestures.begin())
            return
        steps = {Qt.Key.Key_Up: 5, Qt.Key.Key_Right: 5, Qt.Key.Key_Down: -5, Qt.Key.Key_Left: -5}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step //= abs(step)
        self._set(self.value + step, self._gestures.notch())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
            painter.setPen(QPen(tokens.colour("accent" if self.hasFocus() else "line_strong"), 1.5))
            painter.setBrush(tokens.colour("bg"))
            painter.drawEllipse(box)
            degrees, origin = self._degrees(self.value), self._degrees(self.scale.origin)
            if self.value != self.scale.origin:
                painter.setPen(QPen(tokens.colour("accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
                painter.drawArc(box, round((90 - origin) * 16), round((origin - degrees) * 16))
            turn = math.radians(degrees)
            along = QPointF(math.sin(turn), -math.cos(turn))
            painter.setPen(QPen(tokens.colour("text"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(box.center() + along * 3.0, box.center() + along * (box.width() / 2 - 3))

    def _degrees(self, value: float) -> float:
        """Clockwise from the top."""
        part = (value - self.scale.low) / (self.scale.high - self.scale.low)
        return (part - 0.5) * SWEEP_DEGREES

"""KeyboardPiano: while it is on, the computer's keys play the track in front, wherever in the window the keyboard is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from studio.audio.schedule import OFF, ON
from studio.events import Signal
from studio.song.harmony import pitch_name
from studio.words import tr
from widgets import theme as themes
from widgets.piano_roll.key_piano import Repeats, place_of, semitone_of

LOWEST_C, HIGHEST_C = 0, 108
STEP_VELOCITY = 16
EDGE_GAP_PX = 14
_TURNS = {"z": ("octave", -1), "x": ("octave", 1), "c": ("velocity", -1), "v": ("velocity", 1)}
_HELD_BACK = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
    | Qt.KeyboardModifier.ShiftModifier
)

Touched = Callable[[int, int, int, float], object]
"""Kind, key and velocity of a touch, and when it was (monotonic clock)."""


class KeyClock:
    """When a key was really pressed: the window may have been busy, but the event says when the system saw it.

    Its clock begins anywhere; the event that came quickest tells how the two stand to each other.
    """

    def __init__(self) -> None:
        self._ahead_s: float | None = None

    def time_s(self, stamp_ms: int, now_s: float) -> float:
        ahead_s = now_s - stamp_ms / 1000
        if not stamp_ms:
            return now_s
        if self._ahead_s is None or ahead_s < self._ahead_s or ahead_s - self._ahead_s > 1.0:
            self._ahead_s = ahead_s
        return stamp_ms / 1000 + self._ahead_s


class KeyboardPiano(QObject):
    """A to ; are a piano, Z and X change its octave, C and V how loud it is; every other key does what it always does.

    Keys that somebody types text with never come here: the window is asked only what its parts did not want.
    """

    def __init__(self, canvas: QWidget, touched: Touched) -> None:
        super().__init__(canvas)
        self.canvas, self._touched = canvas, touched
        self.changed: Signal[()] = Signal()
        self.is_on = False
        self.low_c, self.velocity = 60, 96
        self._held: dict[str, int] = {}
        self._clock = KeyClock()
        self.repeats = Repeats(self)
        self._window: QWidget | None = None
        self.words = QLabel("", canvas)
        self.words.setObjectName("PianoWords")
        self.words.hide()
        canvas.installEventFilter(self)

    def toggle(self) -> None:
        self.is_on = not self.is_on
        if self.is_on:
            self._window = self.canvas.window()
            self._window.installEventFilter(self)
        else:
            self.release()
            if self._window is not None:
                self._window.removeEventFilter(self)
        self._show()
        self.changed.emit()

    def release(self) -> None:
        """Let go of every key, as when the window is left."""
        self.repeats.settle()
        held, self._held = self._held, {}
        for pitch in held.values():
            self._touched(OFF, pitch, 0, time.monotonic())

    def turn(self, what: str, by: int) -> None:
        if what == "octave":
            self.low_c = max(LOWEST_C, min(HIGHEST_C, self.low_c + 12 * by))
        else:
            self.velocity = max(1, min(127, self.velocity + STEP_VELOCITY * by))
        self._show()

    # Events of the window that nobody in it wanted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self.canvas and kind == QEvent.Type.Resize:
            self._place()
        if not self.is_on or watched is not self._window:
            return False
        if kind == QEvent.Type.WindowDeactivate:
            self.release()
        return isinstance(event, QKeyEvent) and self._is_ours(kind, event)

    def _is_ours(self, kind: QEvent.Type, event: QKeyEvent) -> bool:
        if kind == QEvent.Type.KeyRelease:
            return self._released(event)
        if event.modifiers() & _HELD_BACK or (place_of(event) not in _TURNS and semitone_of(event) is None):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return kind == QEvent.Type.KeyPress and self._pressed(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        place, semitone = place_of(event), semitone_of(event)
        if place in _TURNS:
            self.turn(*_TURNS[place])
            return True
        if semitone is None:
            return False
        pitch = self.low_c + semitone
        if not self.repeats.is_repeat(place, event) and pitch <= 127 and place not in self._held:
            self._held[place] = pitch
            self._touched(ON, pitch, self.velocity, self._time_s(event))
        return True

    def _released(self, event: QKeyEvent) -> bool:
        place, time_s = place_of(event), self._time_s(event)
        if place not in self._held:
            return False
        self.repeats.released(place, event, lambda: self._let_go(place, time_s))
        return True

    def _let_go(self, place: str, time_s: float) -> None:
        pitch = self._held.pop(place, None)
        if pitch is not None:
            self._touched(OFF, pitch, 0, time_s)

    def _time_s(self, event: QKeyEvent) -> float:
        return self._clock.time_s(event.timestamp(), time.monotonic())

    # What it shows

    def _show(self) -> None:
        self.words.setVisible(self.is_on)
        if not self.is_on:
            return
        theme = themes.current()
        self.words.setText(
            tr("Keyboard plays · A is {note}, velocity {velocity} · Z X octave, C V loudness, Ctrl+K ends",
               note=pitch_name(self.low_c), velocity=self.velocity)
        )  # fmt: skip
        self.words.setStyleSheet(
            f"QLabel#PianoWords {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.accent};"
            "border-radius: 8px; padding: 5px 10px; }"
        )
        self.words.raise_()
        self._place()

    def _place(self) -> None:
        self.words.adjustSize()
        above = 2 * self.words.height() + EDGE_GAP_PX + 6
        self.words.move(max(8, self.canvas.width() - self.words.width() - EDGE_GAP_PX), self.canvas.height() - above)

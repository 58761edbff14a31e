"""StepInput: notes from the computer's keyboard, one grid step after the other, with rests, ties and a way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel

from studio.audio.played import Touch
from studio.audio.schedule import OFF, ON
from studio.edits import notes
from studio.events import Signal
from studio.song.harmony import pitch_name
from studio.song.notes import Note
from studio.song.ticks import Span
from studio.words import tr
from widgets import theme as themes
from widgets.piano_roll.canvas import Canvas
from widgets.piano_roll.commands import NoteCommands
from widgets.piano_roll.key_piano import Repeats, place_of, semitone_of

LOWEST_C, HIGHEST_C = 0, 108
DOWN, UP = "z", "x"
_BESIDE = 1000
"""Keys of other keyboards stand beside those of the computer's under numbers from here on."""
_OURS = (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)
_HELD_BACK = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class StepInput(QObject):
    """While it is on, the keys of the canvas play: A to ; are a piano, Z and X change the octave.

    Keys held together are one chord; it is written when the last of them is let go, and the edit cursor moves on by a step.
    Right is a rest, Shift+Right ties the last notes on, Left goes back, Backspace takes the last step away, Esc ends.
    """

    def __init__(self, commands: NoteCommands, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.commands, self.canvas, self.state = commands, canvas, canvas.state
        self.changed: Signal[()] = Signal()
        self.is_on = False
        self.low_c = 60
        self.repeats = Repeats(self)
        self._held: dict[int, int] = {}
        self._chord: set[int] = set()
        self._last: frozenset[int] = frozenset()
        self.words = QLabel("", canvas)
        self.words.setObjectName("StepWords")
        self.words.hide()
        canvas.installEventFilter(self)
        self.state.shown_changed.listen(self._refresh)

    def toggle(self) -> None:
        if not self.is_on and not self.commands.can_write():
            return
        self.repeats.settle()
        self.is_on = not self.is_on
        self._held, self._chord, self._last = {}, set(), frozenset()
        if self.is_on:
            middle = self.state.viewport.pitch_at(self.state.viewport.height_px / 2)
            self.low_c = max(LOWEST_C, min(HIGHEST_C, middle // 12 * 12))
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self._refresh()
        self.changed.emit()

    def heard(self, touch: Touch) -> None:
        """A keyboard beside the computer's played, and sounds already: keys held together are one step."""
        if not self.is_on:
            return
        if touch.kind == ON:
            self.low_c = max(LOWEST_C, min(HIGHEST_C, touch.a // 12 * 12))
            self.state.last_velocity = touch.b
            self._held[_BESIDE + touch.a] = touch.a
            self._chord.add(touch.a)
        elif touch.kind == OFF and self._held.pop(_BESIDE + touch.a, None) is not None:
            self._write_when_free()

    # What keys do

    def write(self, pitches: set[int]) -> None:
        """One step: these pitches at the edit cursor, which moves on."""
        start = self.state.cursor_tick
        step = self.state.grid_at(start)
        made = [Note(start, step, pitch, self.state.last_velocity) for pitch in sorted(pitches)]
        first = self.commands.session.heard_song().next_id
        if self.commands.stamp(made, "Step input"):
            self._last = frozenset(range(first, first + len(made)))
            self._show_cursor()

    def rest(self) -> None:
        self._last = frozenset()
        self._move(self.state.grid_at(self.state.cursor_tick))

    def tie(self) -> None:
        """The notes of the last step last one step longer."""
        step = self.state.grid_at(self.state.cursor_tick)
        if self._last and self.commands.session.do(notes.resize(self._last, step)):
            self._move(step)
        elif not self._last:
            self.commands.session.say(tr("There is no step before this one to tie on."))

    def back(self) -> None:
        self._last = frozenset()
        self._move(-self._step_before())

    def take_back(self) -> None:
        """What begins in the step before goes, and the cursor stands there."""
        end = self.state.cursor_tick
        start = max(0, end - self._step_before())
        rows = self.state.notes.starting_in(Span(start, end))
        if len(rows):
            self.commands.remove(frozenset(rows["id"].tolist()))
        self._last = frozenset()
        self._move(start - end)

    def shift_octave(self, by: int) -> None:
        self.low_c = max(LOWEST_C, min(HIGHEST_C, self.low_c + 12 * by))
        self._refresh()

    def _step_before(self) -> int:
        return self.state.grid_at(max(0, self.state.cursor_tick - 1))

    def _move(self, by: int) -> None:
        self.commands.session.select(cursor_tick=max(0, self.state.cursor_tick + by))
        self._show_cursor()

    def _show_cursor(self) -> None:
        cursor = self.state.cursor_tick
        self.state.look(self.state.viewport.revealing(Span(cursor, cursor + self.state.grid_at(cursor))))

    # Events of the canvas

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self._place()
        if not self.is_on or not isinstance(event, QKeyEvent) or event.modifiers() & _HELD_BACK:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            if self._act(event) is None and semitone_of(event) is None:
                return False
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        return event.type() == QEvent.Type.KeyRelease and self._released(event)

    def _act(self, event: QKeyEvent) -> Callable[[], object] | None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in _OURS:
            acts: dict[int, Callable[[], object]] = {
                Qt.Key.Key_Right: self.tie if shift else self.rest,
                Qt.Key.Key_Left: self.back,
                Qt.Key.Key_Backspace: self.take_back,
                Qt.Key.Key_Escape: self.toggle,
            }
            return acts[event.key()]
        place = place_of(event)
        if place in (DOWN, UP):
            return lambda: self.shift_octave(1 if place == UP else -1)
        return None

    def _pressed(self, event: QKeyEvent) -> bool:
        act, semitone = self._act(event), semitone_of(event)
        if act is not None:
            act()
            return True
        if semitone is None:
            return False
        pitch = self.low_c + semitone
        if not self.repeats.is_repeat(place_of(event), event) and pitch <= 127:
            self._held[semitone] = pitch
            self._chord.add(pitch)
            self.canvas.intents.sounded.emit(pitch, self.state.last_velocity)
        return True

    def _released(self, event: QKeyEvent) -> bool:
        semitone = semitone_of(event)
        if semitone is None:
            return False
        self.repeats.released(place_of(event), event, lambda: self._let_go(semitone))
        return True

    def _let_go(self, semitone: int) -> None:
        self._held.pop(semitone, None)
        if self._write_when_free():
            self.canvas.intents.hushed.emit(0)

    def _write_when_free(self) -> bool:
        """Once the last key is let go."""
        if self._held or not self._chord:
            return False
        chord, self._chord = self._chord, set()
        self.write(chord)
        return True

    # What it shows

    def _refresh(self) -> None:
        if self.is_on and not self.commands.can_write(tells=False):
            self.toggle()
            return
        self.words.setVisible(self.is_on)
        if not self.is_on:
            return
        theme = themes.current()
        name = pitch_name(self.low_c)
        self.words.setText(
            self.tr("Step input · A is {0} · {1} · Right rest, Shift+Right tie, Backspace back, Z X octave, Esc ends").format(
                name, self.state.snap.name if self.state.snap.is_on else tr("1 step")
            )
        )
        self.words.setStyleSheet(
            f"QLabel#StepWords {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.accent};"
            "border-radius: 8px; padding: 5px 10px; }"
        )
        self._place()

    def _place(self) -> None:
        self.words.adjustSize()
        self.words.move(max(8, (self.canvas.width() - self.words.width()) // 2), 10)

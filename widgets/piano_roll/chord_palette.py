"""ChordPalette: the chords of the key at the edit cursor, seen in the roll and heard before they are stamped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame

from studio.song.chords import DEGREES, SIZES, Chord
from studio.song.harmony import Key, key_words, pitch_name
from studio.song.notes import Note, rows_of
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import tr
from widgets import theme as themes
from widgets.piano_roll.canvas import Canvas
from widgets.piano_roll.commands import NoteCommands
from widgets.piano_roll.tiles import scale_of
from widgets.piano_roll.tools import Preview

CELL_PX, HIGH_PX, HEAD_PX, FOOT_PX = 60, 34, 26, 24
LEAST_TICKS, MOST_TICKS = TICKS_PER_BEAT // 8, 8 * TICKS_PER_BEAT
_DEGREE_KEYS = {getattr(Qt.Key, f"Key_{number + 1}"): number for number in range(DEGREES)}


class ChordPalette(QFrame):
    """Opened over the canvas by `begin`. Left and Right walk the degrees, Up and Down the inversions, Tab adds thirds,
    Page keys move by octaves, comma and point change the length, Return stamps, Esc closes."""

    def __init__(self, commands: NoteCommands, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.commands, self.canvas, self.state = commands, canvas, canvas.state
        self.chord = Chord(Key(0))
        self.pitch = 60
        self.length_ticks = TICKS_PER_BEAT
        self.setFixedSize(DEGREES * CELL_PX + 12, HEAD_PX + HIGH_PX + FOOT_PX + 6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Chord palette"))
        self.hide()
        self._keys: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Left: lambda: self.choose(self.chord.degree - 1),
            Qt.Key.Key_Right: lambda: self.choose(self.chord.degree + 1),
            Qt.Key.Key_Up: lambda: self._show(self.chord.inverted(1)),
            Qt.Key.Key_Down: lambda: self._show(self.chord.inverted(-1)),
            Qt.Key.Key_Tab: self.thicken,
            Qt.Key.Key_PageUp: lambda: self.move_octave(1),
            Qt.Key.Key_PageDown: lambda: self.move_octave(-1),
            Qt.Key.Key_Comma: lambda: self.lengthen(0.5),
            Qt.Key.Key_Period: lambda: self.lengthen(2.0),
            Qt.Key.Key_Return: self.stamp,
            Qt.Key.Key_Enter: self.stamp,
            Qt.Key.Key_Escape: self.end,
            **{key: self._choosing(degree) for key, degree in _DEGREE_KEYS.items()},
        }
        self.state.shown_changed.listen(self._song_shown)

    def begin(self) -> None:
        """Show the chords of the key at the edit cursor, around the selected notes or the middle of the view."""
        if self.state.is_drum:
            self.commands.session.say(tr("Chords are for pitched tracks; this one plays drums."))
            return
        if not self.commands.can_write():
            return
        rows = self.state.selected_rows()
        view = self.state.viewport
        self.pitch = int(rows["pitch"].min()) if len(rows) else view.pitch_at(view.height_px / 2)
        self.length_ticks = max(TICKS_PER_BEAT // 2, self.state.last_length_ticks)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show(Chord(self._key(), self.chord.degree, self.chord.size, self.chord.inversion))

    def end(self) -> None:
        self.hide()
        self.canvas.show_trial(None)
        self.canvas.intents.hushed.emit(0)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    # What it does

    def choose(self, degree: int) -> None:
        self._show(replace(self.chord, degree=degree % DEGREES))

    def thicken(self) -> None:
        """Triads, sevenths, ninths."""
        size = self.chord.size + 1 if self.chord.size + 1 in SIZES else min(SIZES)
        self._show(replace(self.chord, size=size, inversion=self.chord.inversion % size))

    def move_octave(self, by: int) -> None:
        if 0 <= self.pitch + 12 * by <= 127:
            self.pitch += 12 * by
            self._show(self.chord)

    def lengthen(self, factor: float) -> None:
        self.length_ticks = max(LEAST_TICKS, min(MOST_TICKS, round(self.length_ticks * factor)))
        self._show(self.chord, is_heard=False)

    def stamp(self) -> None:
        """Write the chord at the edit cursor, which moves behind it; the key may be another one there."""
        if self.commands.stamp(self._notes(), f"Stamp {self.chord.name}"):
            self._show(replace(self.chord, key=self._key()), is_heard=False)

    def _notes(self) -> list[Note]:
        start = self.state.cursor_tick
        return [Note(start, self.length_ticks, pitch, self.state.last_velocity) for pitch in self.chord.near(self.pitch)]

    def _key(self) -> Key:
        """At the edit cursor; C major where the song has none."""
        return self.state.song.timeline.key_at(self.state.cursor_tick) or Key(0)

    def _choosing(self, degree: int) -> Callable[[], object]:
        return lambda: self.choose(degree)

    # What it shows

    def _show(self, chord: Chord, *, is_heard: bool = True) -> None:
        self.chord = chord
        notes = self._notes()
        self.canvas.show_trial(Preview(rows=rows_of(notes)))
        if is_heard:
            self.canvas.intents.hushed.emit(0)
            for note in notes:
                self.canvas.intents.sounded.emit(note.pitch, note.velocity)
        self.setAccessibleDescription(f"{chord.name}: {self._names()}")
        self._stand()
        self.update()

    def _song_shown(self) -> None:
        if self.isVisible() and not self.commands.can_write(tells=False):
            self.end()

    def _names(self) -> str:
        return " ".join(pitch_name(pitch, self.chord.key.prefers_flats) for pitch in self.chord.near(self.pitch))

    def _stand(self) -> None:
        """Above or below the chord, inside the canvas."""
        scale = scale_of(self.state.viewport)
        pitches = self.chord.near(self.pitch)
        x = max(8.0, min(self.canvas.width() - self.width() - 8.0, scale.x_of(self.state.cursor_tick)))
        below = scale.y_of(pitches[0]) + scale.row_px + 14
        above = scale.y_of(pitches[-1]) - self.height() - 14
        y = below if below + self.height() < self.canvas.height() - 8 else above
        self.move(round(x), round(max(8.0, min(self.canvas.height() - self.height() - 8.0, y))))

    def showEvent(self, event: QShowEvent) -> None:
        self._stand()
        super().showEvent(event)

    def _cell(self, degree: int) -> QRectF:
        return QRectF(6 + degree * CELL_PX, HEAD_PX, CELL_PX - 2, HIGH_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.colour("line_strong"))
            painter.setBrush(theme.colour("raised"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
            painter.setFont(themes.font(themes.LABEL_PX))
            painter.setPen(theme.colour("muted"))
            left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
            head = QRectF(12, 2, self.width() - 24, HEAD_PX - 2)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(head, middle | left, f"{key_words(self.chord.key)} · {SIZES[self.chord.size]}")
            painter.drawText(
                head,
                middle | right,
                tr("{names} · {beats:g} beats", names=self._names(), beats=self.length_ticks / TICKS_PER_BEAT),
            )
            for degree in range(DEGREES):
                self._paint_cell(painter, degree)
            painter.setFont(themes.font(themes.LABEL_PX))
            painter.setPen(theme.colour("muted"))
            words = self.tr("1-7 chord   ↑↓ inversion   Tab thirds   , . length   Return stamp   Esc close")
            foot = QRectF(12, HEAD_PX + HIGH_PX + 2, self.width() - 24, FOOT_PX)
            elided = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, round(foot.width()))
            painter.drawText(foot, middle | left, elided)

    def _paint_cell(self, painter: QPainter, degree: int) -> None:
        theme, cell = themes.current(), self._cell(degree)
        is_on = degree == self.chord.degree
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent") if is_on else theme.colour("line"))
        painter.drawRoundedRect(cell, 5, 5)
        painter.setPen(theme.colour("on_accent" if is_on else "text"))
        painter.setFont(themes.font(themes.TEXT_PX, bold=is_on))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, replace(self.chord, degree=degree).name)

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses, a click on the one that holds stamps it."""
        found = np.flatnonzero([self._cell(degree).contains(event.position()) for degree in range(DEGREES)])
        if len(found) and int(found[0]) == self.chord.degree:
            self.stamp()
        elif len(found):
            self.choose(int(found[0]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Its keys are its own while it is open, Tab and those that actions have too."""
        if isinstance(event, QKeyEvent) and event.key() in self._keys:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._keys[event.key()]()
                return True
        return super().event(event)

"""Songs and a shown roll for the tests of the canvas."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.harmony import Key
from studio.song.notes import Note, Notes, rows_from_columns
from studio.song.song import Instrument, Song, Track
from studio.song.timeline import KeyChange, Marker, Timeline
from tests.fakes import SilentSound, scale_takes
from widgets.panels.roll import Roll
from widgets.piano_roll.canvas import Canvas
from widgets.piano_roll.tiles import aligned

BAR = 3840
STEP = 240


class PreviewingSound(SilentSound):
    """Also remembers the notes it was asked to sound at once."""

    def preview(self, track_id: int, pitch: int, velocity: int = 90, length_ms: int = 1000) -> None:
        self.calls.append(("preview", (track_id, pitch, velocity)))

    def stop_preview(self) -> None:
        self.calls.append(("stop preview", None))

    def heard(self) -> list[object]:
        return [value for name, value in self.calls if name == "preview"]


def small_song() -> Song:
    """Two bars of lead (ids 10 to 13), a bass (20), drums (30), in C minor, with two sections."""
    lead = [Note(0, 960, 72, 100, 10), Note(960, 480, 74, 60, 11), Note(1920, 960, 75, 90, 12), Note(BAR, 960, 79, 80, 13)]
    tracks = (
        Track(1, "Lead", 0, Instrument(80), notes=Notes.of(lead)),
        Track(2, "Bass", 1, Instrument(33), notes=Notes.of([Note(0, BAR, 67, 90, 20)])),
        Track(3, "Drums", 2, Instrument(0, 0, True), notes=Notes.of([Note(0, 120, 36, 90, 30)])),
    )
    markers = (Marker(0, "A", True), Marker(BAR, "B", True))
    return Song("Test", tracks, Timeline(keys=(KeyChange(0, Key(0, "minor")),), markers=markers), next_id=100)


def many_notes(count: int, per_bar: int = 40, seed: int = 1) -> Song:
    """Random notes at a constant density, one in a thousand held for thirty seconds."""
    draw = np.random.default_rng(seed)
    start = np.sort(draw.integers(0, max(1, count // per_bar) * BAR, count))
    length = draw.integers(60, 960, count)
    length[draw.random(count) < 0.001] = 57600
    rows = rows_from_columns(
        start, length, draw.integers(36, 96, count), draw.integers(20, 127, count), id=np.arange(1, count + 1)
    )
    return Song("Many", (Track(1_000_001, "Track", 0, notes=Notes(rows)),), next_id=2_000_000)


def session_with(song: Song) -> Session:
    return Session(InlineRunner(), scale_takes, PreviewingSound(), song)


def shown_roll(qtbot: QtBot, song: Song | None = None) -> Roll:
    """A roll on the screen: bar 1 at the left edge, 12 ticks a pixel, rows of 16 px around C5."""
    roll = Roll(session_with(song or small_song()))
    qtbot.addWidget(roll)
    roll.resize(900, 600)
    roll.show()
    qtbot.waitExposed(roll)
    view = roll.state.viewport.__class__(roll.view.canvas.width(), roll.view.canvas.height(), 0.0, 12.0, 90.0, 16.0)
    roll.state.look(view.reaching(roll.session.song.end_tick))
    return roll


def point(canvas: Canvas, tick: float, pitch: int) -> QPoint:
    """The middle of a row at a tick, in pixels of the canvas."""
    view = aligned(canvas.state.viewport)
    return QPointF(view.x_of(tick), view.y_of(pitch) + view.row_px / 2).toPoint()


NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


def click(widget: QWidget, at: QPoint, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(widget, button, keys, at)


def drag(widget: QWidget, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
    """Press, move in three steps, release; the modifiers are held throughout."""
    QTest.mousePress(widget, button, keys, start)
    for share in (0.3, 0.7, 1.0):
        moved(widget, QPointF(start) + share * (QPointF(end) - QPointF(start)), keys, button)
    QTest.mouseRelease(widget, button, keys, end)


def moved(widget: QWidget, at: QPointF, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
    """A mouse move with its button held (QTest.mouseMove knows no modifiers)."""
    event = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, button, keys)
    QApplication.sendEvent(widget, event)

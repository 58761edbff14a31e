"""Every command of the window with answers to what it asks, and gestures of the mouse: for benchmarks and the random user.

Commands and gestures are iterators that stop between events, so that whoever turns the loop can look at each; `done(...)`
simply goes through one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QWidget

from studio.app import exploring, showing
from studio.app.actions import Entry
from studio.app.desk import Desk
from studio.app.workspaces import COMPOSE, EXPLORE
from studio.files.templates import BUILT_IN
from studio.jobs.job import GENERATE
from studio.song.controls import CONTROLLER, DRAWN, Controls
from studio.song.harmony import Key
from studio.song.notes import Notes, rows_from_columns
from studio.song.origin import Origin
from studio.song.song import Instrument, Song, Track
from studio.song.tempo import TempoChange
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, Timeline
from tests.canvas_songs import ALT, BAR, CTRL, LEFT, NONE, SHIFT, moved
from widgets.controls.fader import Fader
from widgets.controls.inline_edit import InlineEdit
from widgets.dialogs.export import ExportDialog
from widgets.dialogs.lecture import LectureWindow

SKIPPED = {
    "quit": "the window would be gone",
    "full screen": "belongs to the window manager",
    "log folder": "opens a program of the desktop",
    "show last file": "opens a program of the desktop",
    "template folder": "opens a program of the desktop",
    "lecture": "trains models for minutes; its panels have tests of their own",
}
"""Commands that are not performed, and why."""

OTHER_SONG = ("new", "open", "surprise", *(f"template {each.id}" for each in BUILT_IN))
"""Commands that begin with another song: undo does not lead back over them."""

SHARES = (0.6, 0.25, 0.1, 0.04, 0.01)
"""How the notes of the large song are dealt to its tracks."""
HAND_ORIGIN = 0


def large_song(count: int = 100_000, per_bar: int = 40, seed: int = 1) -> Song:
    """Five tracks, the first with most of the notes, some long, some generated; controllers, tempo changes, keys, sections."""
    draw = np.random.default_rng(seed)
    bars = max(8, round(count * SHARES[0]) // per_bar)
    tracks, next_id = [], 1
    origins = (9_000_001, 9_000_002)
    for index, share in enumerate(SHARES):
        size = round(count * share)
        start = np.sort(draw.integers(0, bars * 16, size)) * (BAR // 16)
        length = draw.integers(60, 960, size)
        length[draw.random(size) < 0.001] = 57_600
        rows = rows_from_columns(
            start, length, draw.integers(36, 96, size), draw.integers(20, 127, size),
            id=np.arange(next_id, next_id + size), origin=np.where(draw.random(size) < 0.2, origins[index % 2], HAND_ORIGIN),
        )  # fmt: skip
        next_id += size
        track = Track(9_000_010 + index, f"Track {index + 1}", index, Instrument(8 * index, is_drum=index == 2))
        tracks.append(replace(track, notes=Notes.EMPTY.laid(rows), controls=_expression(bars)))
    tempos = tuple(TempoChange(bar * BAR, 500_000 + 10_000 * (bar % 7)) for bar in range(0, bars, 100))
    markers = tuple(Marker(bar * BAR, f"Part {bar // 64 + 1}", True) for bar in range(0, bars, 64))
    timeline = Timeline(tempos=tempos, keys=(KeyChange(0, Key(0, "minor")),), markers=markers)
    made = tuple(Origin(id_, "mel", "0" * 64, "start", 1, 1, "{}", "test") for id_ in origins)
    return Song("Large", tuple(tracks), timeline, made, next_id=9_000_100)


def _expression(bars: int) -> Controls:
    """A point of expression in every other bar."""
    rows = np.zeros(bars // 2, DRAWN)
    rows["tick"], rows["kind"], rows["number"] = np.arange(len(rows)) * 2 * BAR, CONTROLLER, 11
    rows["value"] = 60 + np.arange(len(rows)) % 60
    return Controls(rows)


# What is selected before a command


def select_nothing(desk: Desk) -> None:
    desk.session.select(frozenset(), keep_bars=False)


def select_one(desk: Desk) -> None:
    """A note in the middle of the track in front."""
    rows = desk.window.roll.state.notes.rows
    chosen = frozenset(rows["id"][len(rows) // 2 : len(rows) // 2 + 1].tolist())
    desk.session.select(chosen, keep_bars=False)


def select_every(desk: Desk) -> None:
    """All notes of all tracks."""
    ids = [track.notes.rows["id"] for track in desk.session.song.tracks]
    desk.session.select(frozenset(np.concatenate(ids).tolist()) if ids else frozenset(), keep_bars=False)


def select_bars(desk: Desk) -> None:
    """Four bars near the beginning, on two tracks."""
    song = desk.session.song
    span = Span(song.timeline.bar_start(3), song.timeline.bar_start(7))
    desk.session.select(frozenset(), bars=span, cursor_tick=span.start_tick, range_ids=tuple(t.id for t in song.tracks[:2]))


def select_whole_song(desk: Desk) -> None:
    """All bars on all tracks."""
    song = desk.session.song
    bars = song.timeline.whole_bars(Span(0, max(1, song.end_tick)))
    desk.session.select(frozenset(), bars=bars, cursor_tick=0, range_ids=tuple(track.id for track in song.tracks))


SELECTIONS: dict[str, Callable[[Desk], None]] = {
    "nothing": select_nothing,
    "one note": select_one,
    "every note": select_every,
    "four bars": select_bars,
    "all bars": select_whole_song,
}


# Commands


def entries(desk: Desk) -> list[Entry[Desk]]:
    """Every command that is performed, in the order of the table."""
    return [entry for entry in desk.actions.table if entry.id not in SKIPPED]


def performed(desk: Desk, entry: Entry[Desk]) -> Iterator[None]:
    """The command, then answers to what it opened: dialogs are accepted, typed names taken, windows and menus closed.

    A command that cannot be used just now does nothing. One that switches something is done twice.
    """
    action = desk.actions.by_id[entry.id]
    if not action.isEnabled():
        return
    before = action.isChecked()
    action.trigger()
    yield
    yield from answered(desk)
    if action.isCheckable() and action.isEnabled() and action.isChecked() != before:
        action.trigger()
        yield
        yield from answered(desk)


def answered(desk: Desk) -> Iterator[None]:
    """Answers to whatever is open over the window."""
    roll = desk.window.roll
    focus = QApplication.focusWidget()
    if isinstance(focus, InlineEdit):
        QTest.keyClicks(focus, "Name")
        QTest.keyClick(focus, Qt.Key.Key_Return)
        yield
    if roll.chords.isVisible():
        roll.chords.stamp()
        yield
        roll.chords.end()
        yield
    if roll.steps.is_on:
        QTest.keyClick(roll.view.canvas, Qt.Key.Key_G)
        yield
        roll.steps.toggle()
        yield
    while (opened := _opened(desk)) is not None:
        _answer(opened)
        yield


def _opened(desk: Desk) -> QWidget | None:
    """A dialog, menu or window that stands over the main one."""
    known = (QDialog, QMenu)
    for widget in QApplication.topLevelWidgets():
        if widget is not desk.window and widget.isVisible() and (isinstance(widget, known) or widget.isWindow()):
            return widget
    return None


def _answer(opened: QWidget) -> None:
    if isinstance(opened, ExportDialog):
        opened.ways.choose("midi")  # a score of a large song takes half a minute; benchmarks/export_stall.py writes all
    if isinstance(opened, QDialog) and not isinstance(opened, LectureWindow):
        for line in opened.findChildren(QLineEdit):
            line.clearFocus()
        opened.accept()
    else:
        opened.close()
    if opened.isVisible():
        opened.hide()


def back(desk: Desk, start: Song) -> Iterator[None]:
    """Undo until the song is this one again; takes are given up, the window stands as it did. Each undo is a step."""
    desk.session.discard()
    if desk.session.is_previewing:
        desk.session.end_preview()
    desk.session.sound.stop()
    if desk.window.workspace is not COMPOSE:
        exploring.show_workspace(desk, COMPOSE)
    yield
    while desk.session.history.undo_label is not None and desk.session.song is not start:
        desk.session.undo()
        yield


def takes_shown(desk: Desk) -> Iterator[None]:
    """Four bars are selected and takes for them asked for."""
    select_bars(desk)
    showing.generate(desk)
    yield
    while desk.session.jobs.active(GENERATE):
        QApplication.processEvents()
    yield
    desk.session.tray.step(1)
    yield


def explore_shown(desk: Desk) -> Iterator[None]:
    exploring.show_workspace(desk, EXPLORE)
    yield


def done(steps: Iterable[object]) -> None:
    """Go through the steps, the loop turned between them."""
    for _ in steps:
        QApplication.processEvents()


# Gestures of the mouse


def _dragged(widget: QWidget, start: QPointF, by: QPointF, keys: Qt.KeyboardModifier = NONE, turns: int = 6) -> Iterator[None]:
    QTest.mousePress(widget, LEFT, keys, start.toPoint())
    yield
    for turn in range(1, turns + 1):
        moved(widget, start + by * (turn / turns), keys)
        yield
    QTest.mouseRelease(widget, LEFT, keys, (start + by).toPoint())
    yield


def note_spot(desk: Desk) -> QPointF | None:
    """The middle of a note of the track in front that is seen."""
    canvas, state = desk.window.roll.view.canvas, desk.window.roll.state
    view = state.viewport
    rows = state.notes.sounding_in(view.span)
    for start, length, pitch in rows[["start", "length", "pitch"]].tolist():
        spot = QPointF(view.x_of(start + length / 2), view.y_of(pitch) + view.row_px / 2)
        inside = 60 < spot.x() < canvas.width() - 200 and 60 < spot.y() < canvas.height() - 200
        hit = canvas.hit(spot) if inside else None
        if hit is not None and hit.part == "body" and not hit.note.is_locked:
            return spot
    return None


def drag_notes(desk: Desk, keys: Qt.KeyboardModifier = NONE) -> Iterator[None]:
    """The selected notes, by one of them that is seen."""
    spot = note_spot(desk)
    if spot is not None:
        yield from _dragged(desk.window.roll.view.canvas, spot, QPointF(120, 32), keys)


def copy_notes(desk: Desk) -> Iterator[None]:
    yield from drag_notes(desk, CTRL)


def marquee(desk: Desk) -> Iterator[None]:
    canvas = desk.window.roll.view.canvas
    yield from _dragged(canvas, QPointF(20, 20), QPointF(canvas.width() - 60, canvas.height() - 60), SHIFT)


def _with_tool(desk: Desk, tool: str, by: QPointF) -> Iterator[None]:
    desk.window.roll.set_tool(tool)  # type: ignore[arg-type]
    yield
    yield from _dragged(desk.window.roll.view.canvas, QPointF(80, 80), by)
    desk.window.roll.set_tool("select")
    yield


def draw(desk: Desk) -> Iterator[None]:
    yield from _with_tool(desk, "draw", QPointF(120, 0))


def paint(desk: Desk) -> Iterator[None]:
    yield from _with_tool(desk, "paint", QPointF(500, 60))


def erase(desk: Desk) -> Iterator[None]:
    yield from _with_tool(desk, "erase", QPointF(500, 300))


def lasso(desk: Desk) -> Iterator[None]:
    yield from _with_tool(desk, "lasso", QPointF(500, 300))


def slice_notes(desk: Desk) -> Iterator[None]:
    yield from _with_tool(desk, "slice", QPointF(0, 300))


def draw_velocities(desk: Desk) -> Iterator[None]:
    """A line over the whole lane."""
    lane = desk.window.roll.view.velocity
    if lane.isVisible():
        yield from _dragged(lane, QPointF(5, 10), QPointF(lane.width() - 20, lane.height() - 25))


def draw_lane(desk: Desk) -> Iterator[None]:
    """A curve of expression."""
    roll = desk.window.roll
    roll.toggle_control_lanes()
    yield
    for lane in tuple(roll.view.lanes.controls):
        yield from _dragged(lane, QPointF(10, 10), QPointF(lane.width() - 40, lane.height() - 20))
    roll.toggle_control_lanes()
    yield


def _wheel(widget: QWidget, at: QPointF, turned: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), turned, Qt.MouseButton.NoButton, keys,
                        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(widget, event)


def scroll(desk: Desk) -> Iterator[None]:
    canvas = desk.window.roll.view.canvas
    for _ in range(6):
        _wheel(canvas, QPointF(200, 200), QPoint(0, -240), SHIFT)
        yield
    for turned in (-120, 120):
        _wheel(canvas, QPointF(200, 200), QPoint(0, turned))
        yield


def zoom(desk: Desk) -> Iterator[None]:
    """Out until the whole song is seen, and back."""
    canvas = desk.window.roll.view.canvas
    for turned in (-120,) * 12 + (120,) * 12:
        _wheel(canvas, QPointF(400, 200), QPoint(0, turned), CTRL)
        yield


def louden_by_wheel(desk: Desk) -> Iterator[None]:
    spot = note_spot(desk)
    if spot is not None:
        for _ in range(3):
            _wheel(desk.window.roll.view.canvas, spot, QPoint(0, 120), ALT)
            yield


def drag_map(desk: Desk) -> Iterator[None]:
    """The window of the small map over the song."""
    view = desk.window.arrange.view
    middle = view.window_rect().center()
    yield from _dragged(view, middle, QPointF(view.width() / 2, 0))
    yield from _dragged(view, view.window_rect().center(), QPointF(-view.width(), 0))


def drag_range(desk: Desk) -> Iterator[None]:
    """Bars of two tracks marked in the arrangement, then carried to the right."""
    view = desk.window.arrange.view
    top = QPointF(view.width() * 0.2, view.lanes_top + view.lane_px / 2)
    yield from _dragged(view, top, QPointF(view.width() * 0.3, view.lane_px), SHIFT)
    yield from _dragged(view, top + QPointF(20, 0), QPointF(view.width() * 0.2, 0))


def move_faders(desk: Desk) -> Iterator[None]:
    for fader in desk.window.mixer.findChildren(Fader)[:2]:
        yield from _dragged(fader, QPointF(fader.width() / 2, fader.height() / 2), QPointF(0, 20))


def drag_out(desk: Desk) -> Iterator[None]:
    """Notes over the edge of the window, a track out of its list; nobody takes them. Many are written while the hand waits."""
    desk.carrying.drag = _nobody_takes
    canvas, front = desk.window.roll.view.canvas, desk.session.selection.track_id
    spot, row = note_spot(desk), desk.window.tracks.rows.get(front)
    if spot is not None:
        yield from _dragged(canvas, spot, QPointF(canvas.window().width() + 40, 0))
    if row is not None:
        yield from _dragged(row, QPointF(row.width() / 2, 20), QPointF(row.width(), 0))


def _nobody_takes(_source: QWidget, _mime: QMimeData, _picture: QPixmap) -> bool:
    """In place of Qt's drag, which would wait for a hand."""
    return False


GESTURES: dict[str, Callable[[Desk], Iterator[None]]] = {
    "drag notes": drag_notes,
    "copy notes by dragging": copy_notes,
    "drag out": drag_out,
    "marquee": marquee,
    "draw": draw,
    "paint": paint,
    "erase": erase,
    "lasso": lasso,
    "slice": slice_notes,
    "velocity lane": draw_velocities,
    "expression lane": draw_lane,
    "scroll": scroll,
    "zoom out and in": zoom,
    "louder by the wheel": louden_by_wheel,
    "small map": drag_map,
    "range in the arrangement": drag_range,
    "faders": move_faders,
}

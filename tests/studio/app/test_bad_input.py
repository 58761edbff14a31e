"""What a hurried or unlucky user does to the window: refused in a sentence or well defined, never half done."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.edits import notes
from studio.generation.contract import Request
from studio.jobs.job import GENERATE
from studio.song.check import check
from studio.song.notes import Note
from studio.song.region import Mask, Region
from studio.song.ticks import Span
from tests import every_action
from tests.canvas_songs import LEFT, NONE, moved
from widgets.controls.field import Field
from widgets.piano_roll.clipboard import MIME

CHORD = [Note(1920, 960, pitch, 90) for pitch in (64, 72, 127)]


@pytest.fixture
def chord(desk: Desk) -> Desk:
    """A chord whose highest note cannot go up, selected."""
    desk.session.do(notes.add(1, CHORD))
    every_action.select_every(desk)
    desk.window.roll.setFocus()
    return desk


def said(desk: Desk) -> list[str]:
    """What will be said from now on."""
    heard: list[str] = []
    desk.session.said.listen(lambda text, _is_error: heard.append(text))
    return heard


def type_into(field: Field, text: str) -> None:
    field.edit()
    (line,) = field.findChildren(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


@pytest.mark.parametrize("text", ["99999", "0", "-3", "abc", "1e9", "", "nan", "12O"])
def test_a_tempo_that_cannot_be_changes_nothing_and_is_said(desk: Desk, text: str) -> None:
    before, heard = desk.session.song, said(desk)
    type_into(desk.window.top.tempo, text)
    assert desk.session.song is before
    assert bool(heard) == bool(text)


@pytest.mark.parametrize("text", ["0/4", "4/5", "65/4", "four", "4/", "-1/4"])
def test_a_meter_that_cannot_be_changes_nothing_and_is_said(desk: Desk, text: str) -> None:
    before, heard = desk.session.song, said(desk)
    type_into(desk.window.top.meter, text)
    assert desk.session.song is before
    assert heard


@pytest.mark.parametrize("text", ["H# minor", "C sour", "12"])
def test_a_key_that_cannot_be_changes_nothing_and_is_said(desk: Desk, text: str) -> None:
    before, heard = desk.session.song, said(desk)
    type_into(desk.window.top.key, text)
    assert desk.session.song is before
    assert heard


def test_pr_28_a_loop_without_length_is_none(desk: Desk) -> None:
    desk.session.set_loop(Span(960, 960))
    assert desk.session.loop is None
    desk.session.select(frozenset(), keep_bars=False)
    desk.playback.loop_selection()
    assert desk.session.loop is None or desk.session.loop.length_ticks > 0


@pytest.mark.parametrize("command", ["notes up", "notes octave up", "notes scale step up"])
def test_pr_17_transposing_past_the_edge_leaves_the_chord_as_it_was(chord: Desk, command: str) -> None:
    before, heard = chord.session.song, said(chord)
    chord.actions.by_id[command].trigger()
    assert chord.session.song is before
    assert heard


def test_the_last_track_stays_and_its_notes_with_it(chord: Desk) -> None:
    before, heard = chord.session.song, said(chord)
    chord.window.tracks.setFocus()
    chord.actions.by_id["delete track"].trigger()
    assert chord.session.song is before
    assert heard


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
names = st.sampled_from(("version", "division", "length", "parts", "track", "notes"))
any_json = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6), max_leaves=12
)
huge = st.integers(-(10**12), 10**12)
strange_notes = st.fixed_dictionaries(
    {
        "version": st.just(1),
        "division": st.integers(-5, 10**12),
        "length": huge,
        "parts": st.lists(
            st.fixed_dictionaries({"track": huge, "notes": st.lists(st.lists(huge, min_size=4, max_size=5), max_size=4)}),
            max_size=3,
        ),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | (any_json | strange_notes).map(lambda value: json.dumps(value).encode()))
def test_pasting_garbage_is_refused_or_gives_a_sound_song(chord: Desk, data: bytes) -> None:
    mime = QMimeData()
    mime.setData(MIME, data)
    QGuiApplication.clipboard().setMimeData(mime)
    before, heard = chord.session.song, said(chord)
    chord.window.roll.paste()
    assert check(chord.session.song) == ()
    assert heard or chord.session.song is not before


def test_undo_in_the_middle_of_a_drag_and_then_letting_go(chord: Desk) -> None:
    before = chord.session.song
    canvas = chord.window.roll.view.canvas
    view = chord.window.roll.state.viewport
    spot = QPointF(view.x_of(1920 + 480), view.y_of(72) + view.row_px / 2)
    hit = canvas.hit(spot)
    assert hit is not None
    QTest.mousePress(canvas, LEFT, NONE, spot.toPoint())
    for step in range(1, 6):
        moved(canvas, spot + QPoint(20 * step, 0), NONE)
    chord.actions.by_id["undo"].trigger()
    moved(canvas, spot + QPoint(160, 0), NONE)
    QTest.mouseRelease(canvas, LEFT, NONE, (spot + QPoint(160, 0)).toPoint())
    assert check(chord.session.song) == ()
    while chord.session.history.undo_label is not None:
        chord.session.undo()
    assert chord.session.song.note_count == 0
    while chord.session.history.redo_label is not None:
        chord.session.redo()
    assert check(chord.session.song) == ()
    assert chord.session.song.note_count == before.note_count


def test_undo_while_takes_are_made_marks_them_stale_and_nothing_else(chord: Desk, qtbot: QtBot) -> None:
    desk = chord
    bars = desk.session.song.timeline.bar_span(1, 2)
    desk.session.select(frozenset(), bars=bars)
    desk.session.generate(Request("vary", "any", desk.session.song, Mask(Region((1,), bars)), count=4))
    desk.session.undo()
    qtbot.waitUntil(lambda: not desk.session.jobs.active(GENERATE))
    take_set = desk.session.tray.current
    assert take_set is not None
    assert take_set.is_stale
    assert desk.session.song.note_count == 0
    assert check(desk.session.song) == ()
    assert desk.session.keep()
    assert check(desk.session.song) == ()
    desk.session.undo()
    assert desk.session.song.note_count == 0

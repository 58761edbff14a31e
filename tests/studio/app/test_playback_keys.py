"""What the transport keys mean, with a sound that stands still."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.edits import notes
from studio.generation.contract import Request
from studio.song.notes import Note
from studio.song.region import Mask, Region
from studio.song.ticks import Span
from tests.desk_parts import StillSound


@pytest.fixture
def sound(desk: Desk) -> StillSound:
    found = desk.engines.sound
    assert isinstance(found, StillSound)
    desk.session.do(notes.add(1, [Note(bar * 3840, 960, 60, 90) for bar in range(8)]))
    found.calls.clear()
    return found


def seeks(sound: StillSound) -> list[object]:
    return [argument for call, argument in sound.calls if call == "seek"]


def test_space_pauses_and_goes_on_where_it_was(desk: Desk, sound: StillSound) -> None:
    desk.playback.toggle()
    sound.tick = 5000
    desk.playback.toggle()
    desk.playback.toggle()
    assert sound.is_playing
    assert seeks(sound) == []


def test_space_starts_at_the_edit_cursor_once_that_was_moved(desk: Desk, sound: StillSound) -> None:
    desk.playback.toggle()
    desk.playback.toggle()
    desk.session.select(cursor_tick=7680)
    desk.playback.toggle()
    assert seeks(sound) == [7680]


def test_space_plays_a_take_that_was_not_heard_and_then_only_pauses(desk: Desk, sound: StillSound, qtbot: QtBot) -> None:
    desk.session.generate(request_of(desk))
    qtbot.waitUntil(lambda: desk.session.tray.active_take is not None)
    desk.playback.toggle()
    assert sound.is_playing
    assert seeks(sound) == [6 * 3840]  # a bar before the take, which fills bar 8
    desk.playback.toggle()
    desk.playback.toggle()
    assert len(seeks(sound)) == 1
    qtbot.waitUntil(lambda: not desk.session.jobs.active())


def test_return_plays_from_the_cursor_and_home_goes_back(desk: Desk, sound: StillSound, qtbot: QtBot) -> None:
    desk.session.select(cursor_tick=3840)
    desk.window.roll.setFocus()
    qtbot.keyClick(desk.window.roll.view.canvas, Qt.Key.Key_Return)
    assert seeks(sound) == [3840]
    assert sound.is_playing
    qtbot.keyClick(desk.window.roll.view.canvas, Qt.Key.Key_Home)
    assert seeks(sound)[-1] == 0
    assert desk.session.selection.cursor_tick == 0


def test_the_loop_is_the_selected_bars_then_the_last_one_again(desk: Desk, sound: StillSound) -> None:
    bars = Span(3840, 3 * 3840)
    desk.session.select(bars=bars)
    desk.playback.toggle_loop()
    assert desk.session.loop == bars
    desk.playback.toggle_loop()
    assert desk.session.loop is None
    desk.session.select(keep_bars=False)
    desk.playback.toggle_loop()
    assert desk.session.loop == bars


def test_a_loop_of_nothing_is_said(desk: Desk, sound: StillSound) -> None:
    desk.playback.loop_selection()
    assert desk.session.loop is None
    assert "Select" in desk.window.status.words.text()


def test_notes_give_their_bars_to_the_loop(desk: Desk, sound: StillSound) -> None:
    desk.session.select(frozenset({desk.session.song.tracks[0].notes.rows["id"].tolist()[2]}))
    desk.playback.loop_selection()
    assert desk.session.loop == Span(2 * 3840, 3 * 3840)


def test_position_and_meters_reach_the_window(desk: Desk, sound: StillSound, qtbot: QtBot) -> None:
    sound.track_levels = {1: (0.5, 0.5)}
    desk.playback.start()
    desk.playback.toggle()
    sound.tick = 3840 + 960
    qtbot.waitUntil(lambda: desk.window.top.position.text == "2 . 2 . 000")
    qtbot.waitUntil(lambda: not desk.window.mixer.strip(1).meter.channels[0].is_silent)
    assert desk.window.roll.state.playhead_tick == sound.tick
    assert desk.window.top.play.icon_name == "pause"


def request_of(desk: Desk) -> Request:
    return Request("fill", "any", desk.session.song, Mask(Region((1,), Span(7 * 3840, 8 * 3840))), count=1)

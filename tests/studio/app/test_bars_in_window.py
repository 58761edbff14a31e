"""Bars from the menu: on all tracks or on the chosen ones, undone in one step."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from studio.app import arranging
from studio.app.desk import Desk
from studio.edits import notes
from studio.song.ticks import Span
from tests.canvas_songs import small_song
from widgets.dialogs.knob_dialog import KnobDialog

BAR = 3840


@pytest.fixture
def song_desk(desk: Desk) -> Desk:
    desk.session.open(small_song())
    return desk


def starts(desk: Desk, track_id: int) -> list[int]:
    return [note.start_tick for note in desk.session.song.track(track_id).notes]


def test_bars_are_inserted_deleted_and_duplicated_on_all_tracks(song_desk: Desk) -> None:
    before = song_desk.session.song
    song_desk.session.select(bars=Span(0, BAR))
    song_desk.actions.by_id["insert bars"].trigger()
    assert starts(song_desk, 2) == [BAR]
    assert song_desk.session.selection.bars == Span(0, BAR)
    song_desk.actions.by_id["delete bars"].trigger()
    assert starts(song_desk, 1) == [0, 960, 1920, BAR]
    song_desk.session.select(bars=Span(0, BAR))
    song_desk.actions.by_id["duplicate bars"].trigger()
    assert starts(song_desk, 2) == [0, BAR]
    assert song_desk.session.selection.bars == Span(BAR, 2 * BAR)
    for _ in range(3):
        song_desk.session.undo()
    assert song_desk.session.song is before


def test_without_selected_bars_the_bar_of_the_cursor_is_meant(song_desk: Desk) -> None:
    song_desk.session.select(cursor_tick=BAR + 500)
    assert arranging.bars_meant(song_desk) == Span(BAR, 2 * BAR)


def test_on_chosen_tracks_the_others_stay(song_desk: Desk) -> None:
    before = song_desk.session.song
    song_desk.session.select(bars=Span(0, BAR), range_ids=(1, 2))
    song_desk.actions.by_id["duplicate range"].trigger()
    assert starts(song_desk, 1) == [0, 960, 1920, BAR, BAR + 960, BAR + 1920]
    assert song_desk.session.selection.range_ids == (1, 2)
    assert song_desk.session.song.track(3) is before.track(3)
    song_desk.actions.by_id["clear range"].trigger()
    assert starts(song_desk, 1) == [0, 960, 1920]
    song_desk.session.select(bars=Span(0, BAR))
    song_desk.actions.by_id["insert in range"].trigger()
    assert starts(song_desk, 1) == [BAR, BAR + 960, BAR + 1920]
    assert starts(song_desk, 2) == [0]


def test_bars_are_repeated_as_often_as_was_typed(song_desk: Desk, qtbot: QtBot) -> None:
    song_desk.session.select(bars=Span(0, BAR))
    song_desk.actions.by_id["repeat bars"].trigger()
    (dialog,) = song_desk.window.findChildren(KnobDialog)
    qtbot.waitExposed(dialog)
    dialog.accept()
    assert starts(song_desk, 2) == [0, BAR, 2 * BAR, 3 * BAR]


def test_bars_with_locked_notes_stay_and_it_is_said(song_desk: Desk) -> None:
    said: list[str] = []
    song_desk.session.said.listen(lambda text, _: said.append(text))
    song_desk.session.do(notes.set_locked([10], True))
    song_desk.session.select(bars=Span(0, BAR))
    song_desk.actions.by_id["delete bars"].trigger()
    assert "Lead has locked notes" in said[-1]
    assert starts(song_desk, 1) == [0, 960, 1920, BAR]


def test_pr27_sections_from_the_menu(song_desk: Desk, qtbot: QtBot) -> None:
    session = song_desk.session
    session.select(cursor_tick=BAR + 300)
    song_desk.actions.by_id["section earlier"].trigger()
    assert [marker.text for marker in session.song.timeline.markers] == ["B", "A"]
    assert session.selection.bars == Span(0, BAR)
    song_desk.actions.by_id["section later"].trigger()
    assert [marker.text for marker in session.song.timeline.markers] == ["A", "B"]
    song_desk.actions.by_id["remove section"].trigger()
    assert [marker.text for marker in session.song.timeline.markers] == ["A"]
    session.select(bars=Span(3 * BAR, 4 * BAR))
    song_desk.actions.by_id["add section"].trigger()
    assert session.song.timeline.markers[-1].tick == 3 * BAR


def test_ranges_are_moved_with_keys_alone(song_desk: Desk) -> None:
    session = song_desk.session
    session.select(cursor_tick=0)
    song_desk.actions.by_id["range later"].trigger()
    assert starts(song_desk, 1) == [BAR, BAR + 960, BAR + 1920]
    song_desk.actions.by_id["range down"].trigger()
    assert starts(song_desk, 2) == [0, BAR, BAR + 960, BAR + 1920]
    assert session.selection.range_ids == (2,)
    song_desk.actions.by_id["range wider"].trigger()
    assert session.selection.range_ids == (2, 3)


def test_the_menu_of_marked_bars_offers_commands(song_desk: Desk) -> None:
    assert [action.objectName() for action in song_desk.window.arrange.range_actions()][:2] == ["duplicate range", "repeat range"]

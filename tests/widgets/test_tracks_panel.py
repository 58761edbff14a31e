"""The track list: choose, name, order, mute, colour, add and delete; each an edit that can be undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.session import Session
from studio.song.song import Song, Strip, Track
from widgets.panels.track_row import ROW_PX, TrackRow
from widgets.panels.tracks import Tracks
from widgets.strips import instrument_words, is_silenced


@pytest.fixture
def panel(put_up: Callable[..., Tracks], session: Session) -> Tracks:
    return put_up(Tracks(session), 220, 500)


def row(panel: Tracks, track_id: int) -> TrackRow:
    return next(found for found in panel.findChildren(TrackRow) if found.track.id == track_id)


def names(session: Session) -> list[str]:
    return [track.name for track in session.song.tracks]


def test_a_click_brings_a_track_to_the_front(qtbot: QtBot, panel: Tracks, session: Session) -> None:
    qtbot.mouseClick(row(panel, 2), Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert session.selection.track_id == 2
    assert row(panel, 2).is_front
    assert not row(panel, 1).is_front


def test_a_double_click_on_the_name_renames(qtbot: QtBot, panel: Tracks, session: Session) -> None:
    qtbot.mouseDClick(row(panel, 1), Qt.MouseButton.LeftButton, pos=QPoint(30, 15))
    editor = row(panel, 1).findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "Violin")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert names(session)[0] == "Violin"
    assert panel.hasFocus(), "a neighbour got the keyboard"
    session.undo()
    assert names(session)[0] == "Lead"


def test_escape_keeps_the_name(qtbot: QtBot, panel: Tracks, session: Session) -> None:
    panel.rename()
    editor = row(panel, 1).findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "Oops")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert names(session)[0] == "Lead"
    assert session.history.labels == ()


@pytest.mark.parametrize(
    ("track_id", "to_y", "order"), [(1, 2.6, "Bass Kit Lead"), (3, 0.2, "Kit Lead Bass"), (2, 1.2, "Lead Bass Kit")]
)
def test_a_drag_reorders(qtbot: QtBot, panel: Tracks, track_id: int, to_y: float, order: str) -> None:
    dragged = row(panel, track_id)
    goal = QPoint(60, int(to_y * ROW_PX)) - dragged.pos()
    qtbot.mousePress(dragged, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    qtbot.mouseMove(dragged, QPoint(60, 45))
    qtbot.mouseMove(dragged, goal)
    qtbot.mouseRelease(dragged, Qt.MouseButton.LeftButton, pos=goal)
    assert " ".join(names(panel.session)) == order


def test_mute_and_solo(qtbot: QtBot, panel: Tracks, session: Session) -> None:
    qtbot.mouseClick(row(panel, 1).mute, Qt.MouseButton.LeftButton)
    assert session.song.track(1).strip.is_muted
    qtbot.mouseClick(row(panel, 2).solo, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    assert session.song.track(2).strip.is_solo
    assert row(panel, 3).is_silenced


def test_add_duplicate_delete_and_step(panel: Tracks, session: Session) -> None:
    panel.add()
    assert session.selection.track_id == 4
    panel.step(-1)
    assert session.selection.track_id == 3
    panel.duplicate()
    assert names(session) == ["Lead", "Bass", "Kit", "Kit copy", "Track 4"]
    panel.delete()
    assert names(session) == ["Lead", "Bass", "Kit copy", "Track 4"]
    assert session.selection.track_id == 1


def test_the_last_track_stays_and_says_why(panel: Tracks, session: Session) -> None:
    said: list[str] = []
    session.said.listen(lambda text, is_error: said.append(text))
    for _ in range(3):
        panel.delete()
    assert len(session.song.tracks) == 1
    assert "last track" in said[-1]


def test_levels_move_the_bar_only_while_they_change(panel: Tracks) -> None:
    panel.feed({1: (0.5, 0.5)}, 1.0, True)
    assert row(panel, 1).is_playing
    panel.feed({}, 60.0, False)
    assert not row(panel, 1).is_playing


def test_words_and_silence(session: Session) -> None:
    song = session.song
    assert [instrument_words(track) for track in song.tracks] == ["Square Lead", "Finger Bass", "Drums"]
    assert instrument_words(Track(9, "Voice", is_audio=True)) == "Sounds"
    muted = Track(1, "a", strip=Strip(is_muted=True, is_solo=True))
    assert is_silenced(Song(tracks=(muted,)), muted)
    solo = Track(2, "b", strip=Strip(is_solo=True))
    plain = Track(3, "c")
    both = Song(tracks=(solo, plain))
    assert (is_silenced(both, solo), is_silenced(both, plain)) == (False, True)

"""The window as a whole: what it shows, what files do to it, and how it closes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMargins, QRect, Qt
from pytestqt.qtbot import QtBot

from studio.app import window
from studio.app.desk import Desk
from studio.app.workspaces import workspace
from studio.audio.transport import SoundStatus
from studio.edits import notes, tracks
from studio.files import format as formats
from studio.song.notes import Note
from studio.song.song import Song, empty_song
from tests.desk_parts import Answers
from widgets.dialogs.asks import Fate


def song_with_notes() -> Song:
    song = empty_song("Small")
    return notes.add(1, [Note(tick * 960, 960, 60 + tick, 90) for tick in range(8)]).apply(song)


@pytest.fixture
def midi_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.mid"
    formats.write_song(song_with_notes(), path)
    return path


def test_an_empty_song_offers_three_ways_to_begin(desk: Desk) -> None:
    assert desk.window.start.isVisible()
    desk.session.do(notes.add(1, [Note(0, 960, 60, 90)]))
    assert not desk.window.start.isVisible()
    desk.session.undo()
    desk.documents.new()
    assert desk.window.start.isVisible()


def test_a_frame_larger_than_the_screen_comes_onto_it() -> None:
    room = QRect(0, 0, 1680, 1050)
    assert window._within(QRect(2, 0, 1684, 1092), room) == room
    assert window._within(QRect(900, 500, 1000, 700), room) == QRect(680, 350, 1000, 700)
    assert window._margins(QRect(2, 40, 100, 80), QRect(0, 20, 104, 102)) == QMargins(2, 20, 2, 2)


def test_a_file_opens_as_a_job_and_is_remembered(desk: Desk, qtbot: QtBot, midi_file: Path) -> None:
    desk.documents.open_file(midi_file)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 8)
    assert desk.session.is_clean
    assert desk.session.path is None
    assert desk.store.settings.recents == (str(midi_file),)
    assert desk.window.status.words.text().startswith("Opened small.mid: 8 notes")
    assert desk.window.heading.length.text().startswith("2 bars")


def test_a_file_that_cannot_be_read_is_said_and_changes_nothing(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"MThd nonsense")
    before = desk.session.song
    desk.documents.open_file(broken)
    qtbot.waitUntil(desk.window.notice.isVisible)
    assert "broken.mid" in desk.window.notice.heading.text()
    assert desk.session.song is before
    assert desk.store.settings.recents == ()
    assert not desk.window.notice.offer_button.isVisible()


def test_what_can_be_read_of_a_broken_file_is_offered_and_imported_on_request(desk: Desk, qtbot: QtBot, midi_file: Path) -> None:
    broken, before = midi_file.with_name("torn.mid"), desk.session.song
    broken.write_bytes(midi_file.read_bytes()[:-20])
    desk.documents.open_file(broken)
    qtbot.waitUntil(desk.window.notice.offer_button.isVisible)
    assert "bytes" in desk.window.notice.heading.text()
    assert desk.session.song is before
    qtbot.mouseClick(desk.window.notice.offer_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: 0 < desk.session.song.note_count < 8)
    assert desk.window.notice.isVisible()
    assert not desk.window.notice.offer_button.isVisible()
    assert "bytes" in desk.window.notice.text.text()


def test_save_as_then_save_then_open_brings_the_same_song(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    desk.session.do(notes.add(1, [Note(0, 960, 64, 90)]))
    answers.writes = tmp_path / "mine.ricercar"
    desk.actions.by_id["save"].trigger()
    qtbot.waitUntil(lambda: desk.session.is_clean)
    assert desk.session.path == answers.writes
    desk.session.do(tracks.set_title("Renamed"))
    assert desk.window.isWindowModified()
    desk.actions.by_id["save"].trigger()
    qtbot.waitUntil(lambda: desk.session.is_clean)
    assert len(answers.asked) == 1
    saved = desk.session.song
    desk.documents.new()
    desk.documents.open_file(answers.writes)
    qtbot.waitUntil(lambda: desk.session.song.title == "Renamed")
    assert desk.session.song == saved
    assert desk.session.path == answers.writes


def test_unsaved_changes_are_not_given_up_unasked(desk: Desk, answers: Answers) -> None:
    desk.session.do(notes.add(1, [Note(0, 960, 64, 90)]))
    answers.fate = Fate.CANCEL
    desk.documents.new()
    assert desk.session.song.note_count == 1
    assert not desk.window.close()
    answers.fate = Fate.DISCARD
    desk.documents.new()
    assert desk.session.song.note_count == 0


def test_closing_with_save_waits_for_the_file(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    desk.session.do(notes.add(1, [Note(0, 960, 64, 90)]))
    answers.fate, answers.writes = Fate.SAVE, tmp_path / "last.ricercar"
    assert not desk.window.close()
    qtbot.waitUntil(lambda: not desk.window.isVisible())
    assert answers.writes.is_file()


def test_a_soundfont_is_remembered_and_nothing_else_taken_for_one(desk: Desk, answers: Answers, tmp_path: Path) -> None:
    answers.opens = tmp_path / "tune.mid"
    desk.actions.by_id["soundfont"].trigger()
    assert desk.store.settings.soundfont == ""
    answers.opens = tmp_path / "grand.sf2"
    answers.opens.write_bytes(b"RIFF")
    desk.actions.by_id["soundfont"].trigger()
    assert desk.store.settings.soundfont == str(answers.opens)


def test_a_demo_opens_as_a_copy(desk: Desk, qtbot: QtBot, midi_file: Path) -> None:
    desk.documents.open_demo(midi_file)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 8)
    assert desk.session.path is None
    assert desk.store.settings.recents == ()


def test_a_failed_save_is_no_longer_said_once_another_went_well(
    desk: Desk, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    answers.writes = tmp_path / "nowhere" / "song.ricercar"
    desk.documents.save()
    qtbot.waitUntil(desk.window.notice.isVisible)
    assert desk.session.path is None
    answers.writes = tmp_path / "song.ricercar"
    desk.documents.save()
    qtbot.waitUntil(lambda: desk.session.path == answers.writes)
    assert not desk.window.notice.isVisible()


def test_a_lost_sound_process_is_said_in_the_status_line(desk: Desk, qtbot: QtBot) -> None:
    desk.playback.start()
    qtbot.waitUntil(lambda: "Playing to nobody" in desk.window.top.audio_line.toolTip())
    desk.engines.sound.state = SoundStatus("The sound process ended. It is starting again.")  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: "starting again" in desk.window.status.words.text())


def test_a_lost_model_host_is_said_once_in_the_status_line(desk: Desk, qtbot: QtBot) -> None:
    sentences = ["The model host stopped unexpectedly (exit code -9). It is starting again."]
    desk.engines.remark = lambda: sentences.pop() if sentences else ""
    desk.playback.start()
    qtbot.waitUntil(lambda: "model host stopped" in desk.window.status.words.text())
    assert not sentences


def test_the_mix_workspace_gives_the_mixer_the_height(desk: Desk, qtbot: QtBot) -> None:
    low = desk.window.mixer.height()
    desk.window.show_workspace(workspace("mix"))
    assert not desk.window.roll.isVisible()
    qtbot.waitUntil(lambda: desk.window.mixer.height() > 2 * low)
    desk.window.show_workspace(workspace("compose"))
    assert desk.window.roll.isVisible()
    qtbot.waitUntil(lambda: desk.window.mixer.height() < 1.5 * low)


def test_a_part_can_be_hidden_and_shown(desk: Desk) -> None:
    action = desk.actions.by_id["show Mixer"]
    assert action.isChecked()
    action.trigger()
    assert not desk.window.mixer.isVisible()
    assert not action.isChecked()
    action.trigger()
    assert desk.window.mixer.isVisible()


def test_the_panes_are_walked_with_f6(desk: Desk, qtbot: QtBot) -> None:
    seen = []
    for _ in range(4):
        qtbot.keyClick(desk.window, Qt.Key.Key_F6)
        focus = desk.window.focusWidget()
        seen.append(
            next((type(panel).__name__ for panel in desk.window.panels if focus and panel.isAncestorOf(focus)), "")
            or type(focus).__name__
        )
    assert len(set(seen)) == 4


def test_themes_change_at_once_and_are_remembered(desk: Desk) -> None:
    def lightness() -> int:
        """Of the whole window, taken together."""
        image = desk.window.grab().toImage()
        return image.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation).pixelColor(0, 0).lightness()

    before = lightness()
    desk.actions.by_id["theme light"].trigger()
    assert desk.store.settings.theme == "light"
    assert lightness() > before + 100
    desk.actions.by_id["theme dark"].trigger()
    assert lightness() == before


def test_closing_leaves_no_listener_in_the_session(desk: Desk) -> None:
    session = desk.session
    desk.window.close()
    # The actions refresh on a selection; explorer, recorder, freezer and journal live as long as the session and follow its
    # song.
    app_listeners = {"selection_changed": 2, "song_changed": 4, "said": 0}
    for name, count in app_listeners.items():
        assert len(getattr(session, name)) == count, name

"""Templates: ours begin a song with their tracks, one's own are projects in a folder, listed when the menu opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.app import template_actions
from studio.app.desk import Desk
from studio.edits.notes import add
from studio.files import project, templates
from studio.files.templates import BUILT_IN
from studio.song.check import check
from studio.song.notes import Note
from tests.desk_parts import Answers
from tests.patience import PATIENCE_MS
from widgets.dialogs.asks import Fate


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RICERCAR_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("template", BUILT_IN, ids=lambda template: template.id)
def test_ours_are_songs_without_notes(template: templates.Template) -> None:
    song = template.song()
    assert check(song) == ()
    assert song.tracks
    assert song.note_count == 0
    assert len({track.name for track in song.tracks}) == len(song.tracks)


def test_a_template_begins_a_new_document(qtbot: QtBot, desk: Desk) -> None:
    desk.actions.by_id["template quartet"].trigger()
    assert [track.name for track in desk.session.song.tracks] == ["Violin I", "Violin II", "Viola", "Cello"]
    assert desk.session.path is None
    assert desk.session.is_clean


def test_a_song_is_kept_as_a_template_and_begun_from(qtbot: QtBot, desk: Desk, answers: Answers) -> None:
    desk.session.do(add(1, [Note(0, 960, 60, 90), Note(960, 960, 64, 90)]))
    notes = desk.session.song.note_count
    answers.writes = templates.folder() / "Film set.ricercar"
    desk.actions.by_id["keep template"].trigger()
    qtbot.waitUntil(lambda: bool(templates.users_own()), timeout=PATIENCE_MS)
    assert desk.session.path is None  # it is no save
    menu = next(menu for menu in desk.window.findChildren(QMenu) if _is_templates(menu))
    menu.aboutToShow.emit()
    menu.aboutToShow.emit()
    own = [action for action in menu.actions() if action.text() == "Film set"]
    assert len(own) == 1
    answers.fate = Fate.DISCARD
    desk.documents.new_from(BUILT_IN[0].song())
    own[0].trigger()
    qtbot.waitUntil(lambda: desk.session.song.note_count == notes, timeout=PATIENCE_MS)
    assert desk.session.path is None
    assert desk.session.song.title == "Untitled"
    assert project.read(answers.writes).uuid != desk.documents.uuid


def _is_templates(menu: QMenu) -> bool:
    return any(action.objectName() == "keep template" for action in menu.actions())


def test_a_folder_that_cannot_be_made_is_said(qtbot: QtBot, desk: Desk, answers: Answers) -> None:
    folder = templates.folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"")
    said: list[str] = []
    desk.session.said.listen(lambda words, _: said.append(words))
    template_actions.keep_as_template(desk)
    assert "folder of templates could not be made" in said[-1]
    assert answers.asked == []

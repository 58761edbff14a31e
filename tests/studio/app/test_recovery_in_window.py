"""A crash, and the window after it: unsaved work is offered, recovered as it was, and nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio.app import recovering
from studio.app.assembly import start_slow_things
from studio.app.desk import Desk
from studio.edits import notes
from studio.files import project
from studio.files.backups import Backups
from studio.files.journal import shelf as shelves
from studio.files.journal.shelf import Shelf
from studio.song.notes import Note
from tests.desk_parts import Answers, silent_engines
from tests.studio.app.conftest import _shown
from widgets.dialogs.recovery import OffersDialog


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RICERCAR_HOME", str(tmp_path / "home"))


@pytest.fixture
def other_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A second window, as after a crash of the first."""
    (tmp_path / "other").mkdir()
    yield from _shown(qtbot, silent_engines(), Answers(), tmp_path / "other")


def add(desk: Desk, start: int) -> None:
    assert desk.session.do(notes.add(1, [Note(start, 480, 60 + start // 960)]))


def crash(desk: Desk) -> None:
    """The window is gone without a word: the system takes its locks back, nothing is written any more."""
    keeping = desk.documents._keeping
    assert keeping is not None
    kept = keeping._kept
    assert kept is not None
    kept.let_go(in_order=False)
    keeping._kept = None


def offers(qtbot: QtBot, desk: Desk) -> OffersDialog:
    recovering.offer_recovery(desk)
    found: list[OffersDialog] = []

    def shown() -> bool:
        found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, OffersDialog) and w.isVisible()]
        return bool(found)

    qtbot.waitUntil(shown)
    qtbot.waitUntil(lambda: not desk.session.jobs.active())
    return found[0]


def saved(qtbot: QtBot, desk: Desk, path: Path) -> None:
    desk.documents._saving.write(path, lambda: None)
    qtbot.waitUntil(lambda: desk.session.is_clean)


def test_r8_a_song_that_was_never_saved_comes_back_after_a_crash(desk: Desk, other_desk: Desk, qtbot: QtBot) -> None:
    desk.documents.begin()
    for start in (0, 960, 1920):
        add(desk, start)
    desk.session.undo()
    song = desk.session.song
    crash(desk)
    dialog = offers(qtbot, other_desk)
    (row,) = dialog.rows
    assert [button.text() for button in row.buttons] == ["Recover"]
    row.buttons[0].click()
    qtbot.waitUntil(lambda: other_desk.session.song.note_count == 2)
    assert other_desk.session.song == song
    assert not other_desk.session.is_clean
    add(other_desk, 3840)
    later = other_desk.session.song
    crash(other_desk)
    (kept,) = Shelf().unfinished()
    other_desk.documents.recover(kept)
    qtbot.waitUntil(lambda: other_desk.session.song == later)


def test_r9_last_saved_can_be_opened_and_the_journal_stays(desk: Desk, other_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "kept.ricercar"
    desk.documents.begin()
    add(desk, 0)
    saved(qtbot, desk, path)
    add(desk, 960)
    crash(desk)
    dialog = offers(qtbot, other_desk)
    (row,) = dialog.rows
    assert [button.text() for button in row.buttons] == ["Recover", "Open last saved"]
    row.buttons[1].click()
    qtbot.waitUntil(lambda: other_desk.session.path == path)
    assert other_desk.session.song.note_count == 1
    assert Shelf().unfinished() == [], "answered: not offered by itself again"
    (kept,) = Shelf().unfinished(with_answered=True)
    assert kept.edits == 1
    assert Shelf().prune(kept.written.last_time + shelves.KEPT_S - 60) == []
    assert Shelf().prune(kept.written.last_time + shelves.KEPT_S + 60) == [kept.folder]


def test_r9_last_saved_is_what_was_saved_here_though_the_file_is_another_by_now(
    desk: Desk, other_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "kept.ricercar"
    desk.documents.begin()
    add(desk, 0)
    saved(qtbot, desk, path)
    song = desk.session.song
    add(desk, 960)
    crash(desk)
    path.unlink()
    offers(qtbot, other_desk).rows[0].buttons[1].click()
    qtbot.waitUntil(lambda: other_desk.session.song == song)
    assert other_desk.session.path is None


def test_r8_two_states_of_one_song_are_both_shown_and_none_is_guessed(
    desk: Desk, other_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "kept.ricercar"
    desk.documents.begin()
    add(desk, 0)
    saved(qtbot, desk, path)
    add(desk, 960)
    crash(desk)
    desk.session.mark_saved(desk.session.song, path)  # whoever starts the program again has nothing to lose
    desk.documents.open_file(path)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 1)
    add(desk, 1920)
    crash(desk)
    dialog = offers(qtbot, other_desk)
    said = [label.text() for row in dialog.rows for label in row.findChildren(QLabel)]
    assert sum("newest of several states" in text for text in said) == 1
    assert sum("There is a newer state" in text for text in said) == 1
    assert sum("2 notes" in text for text in said) == 2
    assert sum("1 edit since the save" in text for text in said) == 2


def test_dc_05_a_file_from_the_desktop_is_opened_beside_the_dialog(
    desk: Desk, other_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "asked for.ricercar"
    project.write(project.new_document(desk.session.song), path)
    desk.documents.begin()
    add(desk, 0)
    crash(desk)
    start_slow_things(other_desk, path)
    qtbot.waitUntil(lambda: other_desk.session.path == path)
    qtbot.waitUntil(lambda: any(isinstance(w, OffersDialog) and w.isVisible() for w in QApplication.topLevelWidgets()))
    assert other_desk.session.path == path


def test_later_leaves_everything_as_it_is(desk: Desk, other_desk: Desk, qtbot: QtBot) -> None:
    desk.documents.begin()
    add(desk, 0)
    crash(desk)
    offers(qtbot, other_desk).later.click()
    assert len(Shelf().unfinished()) == 1


def test_a_song_that_was_left_in_order_is_not_offered(desk: Desk, other_desk: Desk, qtbot: QtBot) -> None:
    desk.documents.begin()
    add(desk, 0)
    keeping = desk.documents._keeping
    assert keeping is not None
    keeping.close(in_order=True)
    heard: list[str] = []
    other_desk.session.said.listen(lambda text, _: heard.append(text))
    recovering.offer_recovery(other_desk, tells=True)
    qtbot.waitUntil(lambda: any("nothing to recover" in text for text in heard))


def test_a_window_that_ends_without_being_closed_leaves_its_work_to_be_offered(desk: Desk) -> None:
    """As when the screen is lost: the program ends in order, but nobody said what is to become of the changes."""
    desk.documents.begin()
    assert Shelf().unfinished() == []
    add(desk, 0)
    while desk.last_acts:
        desk.last_acts.pop()()
    assert [kept.edits for kept in Shelf().unfinished()] == [1]


def test_a_new_song_without_an_edit_is_nothing_to_recover(desk: Desk) -> None:
    desk.documents.begin()
    crash(desk)
    assert Shelf().unfinished() == []


def test_r11_a_file_that_another_window_has_open_opens_as_a_copy(
    desk: Desk, other_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "one.ricercar"
    desk.documents.begin()
    add(desk, 0)
    saved(qtbot, desk, path)
    heard: list[str] = []
    other_desk.session.said.listen(lambda text, _: heard.append(text))
    other_desk.documents.open_file(path)
    qtbot.waitUntil(lambda: other_desk.session.song.note_count == 1)
    assert other_desk.session.path is None
    assert any("open in another window" in text for text in heard)
    before = path.read_bytes()
    add(other_desk, 960)
    other_desk.documents._saving.write(path, lambda: None)
    assert any("Choose another name" in text for text in heard)
    assert path.read_bytes() == before


def test_r10_every_save_leaves_a_version_that_opens_as_a_copy(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "v.ricercar"
    desk.documents.begin()
    for count in range(1, 4):
        add(desk, count * 960)
        saved(qtbot, desk, path)
    versions = Backups().versions(desk.documents.uuid)
    assert [project.read(version.path).song.note_count for version in versions] == [3, 2, 1]
    recovering.offer_versions(desk)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, OffersDialog) and w.isVisible())
    dialog.rows[-1].buttons[0].click()
    qtbot.waitUntil(lambda: desk.session.song.note_count == 1)
    assert desk.session.path is None


def test_what_is_beside_the_song_is_in_the_journal_too(desk: Desk, other_desk: Desk, qtbot: QtBot) -> None:
    desk.documents.begin()
    add(desk, 0)
    desk.ideas.name("An idea")
    desk.documents.keep_beside()
    keeping = desk.documents._keeping
    assert keeping is not None
    keeping.settle()
    crash(desk)
    (kept,) = Shelf().unfinished()
    other_desk.documents.recover(kept)
    qtbot.waitUntil(lambda: other_desk.session.song.note_count == 1)
    assert [idea.name for idea in other_desk.ideas.tree.ideas] == ["An idea"]


def test_a_journal_that_breaks_says_so_once_and_the_file_stays_ours(
    desk: Desk, other_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "held.ricercar"
    desk.documents.begin()
    add(desk, 0)
    saved(qtbot, desk, path)
    keeping = desk.documents._keeping
    assert keeping is not None
    heard: list[str] = []
    keeping.failed.listen(heard.append)
    kept = keeping._kept
    assert kept is not None
    assert kept.book is not None
    keeping._fails(kept, kept.book, OSError("the disk is full"))
    qtbot.waitUntil(lambda: bool(heard))
    add(desk, 960)
    add(desk, 1920)
    assert len(heard) == 1
    assert desk.session.song.note_count == 3
    other_desk.documents.open_file(path)
    qtbot.waitUntil(lambda: other_desk.session.song.note_count == 1)
    assert other_desk.session.path is None


def test_without_room_for_a_journal_one_sentence_says_so_and_work_goes_on(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "home" / "state").mkdir(parents=True, exist_ok=True)
    (tmp_path / "home" / "state" / "recovery").write_bytes(b"a file where the folder should be")
    heard: list[str] = []
    keeping = desk.documents._keeping
    assert keeping is not None
    keeping.failed.listen(heard.append)
    desk.documents.begin()
    qtbot.waitUntil(lambda: bool(heard))
    add(desk, 0)
    assert len(heard) == 1
    assert "Recovery is off for this song" in heard[0]
    assert desk.session.song.note_count == 1

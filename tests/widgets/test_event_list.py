"""The event list: typed values become edits, rows and roll choose the same notes (PR-33)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.notes import Note
from tests.desk_parts import StillSound
from tests.fakes import scale_takes
from widgets.event_table import TITLES
from widgets.panels.events import MANY_ROWS, EventWindow

PLACE, LENGTH, PITCH, VELOCITY, MUTED, LOCKED, MADE_BY = range(len(TITLES))


@pytest.fixture
def session() -> Session:
    made = Session(InlineRunner(), scale_takes, StillSound())
    made.do(notes.add(1, [Note(960 * at, 480, 60 + at, 80 + at) for at in range(5)]), frozenset())
    return made


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> EventWindow:
    made = EventWindow(session)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def texts(window: EventWindow, row: int) -> list[str]:
    model = window.list.events
    return [str(model.data(model.index(row, at)) or "") for at in range(len(TITLES))]


def ids(session: Session) -> list[int]:
    return [int(value) for value in session.song.tracks[0].notes.rows["id"]]


def type_into(qtbot: QtBot, window: EventWindow, row: int, column: int, text: str) -> None:
    """Open the cell by its key, write, Return."""
    table = window.list.table
    table.setCurrentIndex(window.list.events.index(row, column))
    table.edit(table.currentIndex())
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.clear()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table.findChild(QLineEdit) is None)


def test_pr33_rows_read_as_people_write(window: EventWindow) -> None:
    assert texts(window, 1) == ["1.2.000", "0.480", "C#4", "81", "", "", "hand"]
    assert window.list.count.text() == "5 notes, 0 selected"


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        ((PLACE, "2.1.100"), ("start", 3940)),
        ((LENGTH, "1.1"), ("length", 961)),
        ((PITCH, "Bb3"), ("pitch", 58)),
        ((VELOCITY, "7"), ("velocity", 7)),
    ],
)
def test_pr33_typing_is_one_undoable_edit(
    qtbot: QtBot, session: Session, window: EventWindow, typed: tuple[int, str], then: tuple[str, int]
) -> None:
    before, note_id = session.song, ids(session)[4]
    type_into(qtbot, window, 4, *typed)
    row = session.song.tracks[0].notes.with_ids([note_id])
    assert row[then[0]].tolist() == [then[1]]
    session.undo()
    assert session.song == before


@pytest.mark.parametrize(("column", "text"), [(PLACE, "0.9"), (LENGTH, "0"), (PITCH, "X4"), (VELOCITY, "128"), (VELOCITY, "")])
def test_pr33_nonsense_is_said_and_changes_nothing(
    qtbot: QtBot, session: Session, window: EventWindow, column: int, text: str
) -> None:
    said: list[str] = []
    session.said.listen(lambda words, _is_error: said.append(words))
    before = session.song
    type_into(qtbot, window, 2, column, text)
    assert session.song == before
    (words,) = said
    assert words.startswith(f"«{text}» is no {TITLES[column].lower()}. Type ")


def test_pr33_rows_select_notes_and_notes_select_rows(session: Session, window: EventWindow) -> None:
    table, model = window.list.table, window.list.events
    table.selectionModel().select(
        model.index(2, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    )
    assert session.selection.note_ids == {ids(session)[2]}
    session.select(frozenset(ids(session)[3:]))
    assert sorted(index.row() for index in table.selectionModel().selectedRows()) == [3, 4]
    window.list.only.setChecked(True)
    assert [texts(window, row)[PITCH] for row in range(model.rowCount())] == ["D#4", "E4"]
    table.selectRow(0)
    assert len(session.selection.note_ids) == 2, "while only they are shown, choosing a row lets none go"


def test_pr33_flags_are_ticked_and_locked_notes_not_typed(session: Session, window: EventWindow) -> None:
    model = window.list.events
    assert model.setData(model.index(0, LOCKED), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert model.setData(model.index(1, MUTED), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert texts(window, 0)[LOCKED] == "locked"
    assert texts(window, 1)[MUTED] == "muted"
    assert not model.flags(model.index(0, PITCH)) & Qt.ItemFlag.ItemIsEditable
    assert session.song.tracks[0].notes.rows["flags"].tolist().count(0) == 3


def test_pr33_the_keyboard_deletes_and_undoes(qtbot: QtBot, session: Session, window: EventWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.list.table.hasFocus)
    window.list.table.selectRow(1)
    qtbot.keyClick(window.list.table, Qt.Key.Key_Delete)
    assert session.song.note_count == 4
    qtbot.keyClick(window.list.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.song.note_count == 5


def test_pr33_the_list_follows_the_song_and_forgets_it_when_closed(session: Session, window: EventWindow) -> None:
    session.do(notes.remove(ids(session)[:2]))
    assert window.list.events.rowCount() == 3
    window.close()
    session.do(notes.remove(ids(session)[:1]))
    assert window.list.events.rowCount() == 3


def test_very_many_notes_chosen_in_the_roll_are_chosen_rows(window: EventWindow, session: Session) -> None:
    session.do(notes.add(1, [Note(240 * at, 200, 60, 80) for at in range(100, 2 * MANY_ROWS + 100)]), frozenset())
    every = frozenset(ids(session))
    session.select(every)
    model = window.list.table.selectionModel()
    assert len(model.selectedRows()) == len(every)
    session.select(frozenset(list(every)[:3]))
    assert len(model.selectedRows()) == 3

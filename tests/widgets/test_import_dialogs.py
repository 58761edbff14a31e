"""The sheet that asks what becomes of files, the list of songs of a book, and the report of an import."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from studio.files.report import Report
from studio.song.notes import Note, rows_of
from widgets.dialogs.import_choice import ImportAnswer, ImportQuestion, ImportSheet, Way
from widgets.dialogs.import_report import ImportReport
from widgets.dialogs.import_report import rows_of as rows_of_report
from widgets.dialogs.song_list import SongList

WAYS = (
    Way("tracks", "Add to the song", "New tracks", by_tempo=True),
    Way("notes", "Onto the track", "Notes only", by_tempo=True),
    Way("take", "As a take", "To compare", reason="Select bars first."),
    Way("open", "Open", "In place of the song"),
)


def sheet(qtbot: QtBot, usual: str = "tracks", tempo: str = "Take over its tempo", takes_tempo: bool = False) -> ImportSheet:
    picture = rows_of([Note(0, 960, 60), Note(960, 960, 64)])
    made = ImportSheet(ImportQuestion("Import", "2 notes.", WAYS, usual, tempo, takes_tempo, picture))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_ex_36_the_arrows_choose_and_what_cannot_be_is_passed_over(qtbot: QtBot) -> None:
    asked = sheet(qtbot, "notes")
    assert asked.way == "notes"
    assert asked.choices["notes"].hasFocus()
    qtbot.keyClick(asked.choices["notes"], Qt.Key.Key_Down)
    assert asked.way == "open"
    qtbot.keyClick(asked.choices["open"], Qt.Key.Key_Up)
    assert asked.way == "notes"
    assert not asked.choices["take"].isEnabled()
    assert asked.choices["take"].accessibleDescription() == "Select bars first."


def test_return_takes_it_and_escape_does_not(qtbot: QtBot) -> None:
    asked = sheet(qtbot)
    with qtbot.waitSignal(asked.accepted):
        qtbot.keyClick(asked, Qt.Key.Key_Return)
    other = sheet(qtbot)
    with qtbot.waitSignal(other.rejected):
        qtbot.keyClick(other, Qt.Key.Key_Escape)


def test_what_is_usual_but_cannot_be_gives_way_to_what_can(qtbot: QtBot) -> None:
    assert sheet(qtbot, "take").way == "tracks"


def test_dc_08_tempo_is_asked_about_only_where_the_file_comes_into_the_song(qtbot: QtBot) -> None:
    asked = sheet(qtbot, takes_tempo=True)
    assert asked.answer == ImportAnswer("tracks", True)
    asked.choices["open"].setChecked(True)
    assert not asked.tempo.isEnabled()
    assert asked.answer == ImportAnswer("open", False)
    same = sheet(qtbot, tempo="", takes_tempo=True)
    assert not same.tempo.isVisible()
    assert same.answer == ImportAnswer("tracks", False)


TITLES = [f"Tune of the {('hill', 'Sea', 'mill')[number % 3]} {number}" for number in range(20_000)]


def test_a_book_of_tunes_is_searched_by_typing(qtbot: QtBot) -> None:
    listed = SongList("book.abc", TITLES)
    qtbot.addWidget(listed)
    listed.show()
    assert listed.chosen == 0
    qtbot.keyClicks(listed.search, "sea 19")
    assert listed.chosen == TITLES.index("Tune of the Sea 19")
    qtbot.keyClick(listed.search, Qt.Key.Key_Down)
    assert listed.chosen == next(at for at, title in enumerate(TITLES) if at > 19 and "Sea" in title and "19" in title)
    qtbot.keyClicks(listed.search, " nowhere")
    assert listed.chosen is None
    qtbot.keyClick(listed.search, Qt.Key.Key_Return)
    assert listed.isVisible(), "nothing is chosen, so nothing is opened"


REPORT = Report(1200, {"note end without a beginning": 3}, {"tempo brought into 10 to 1000": 2, "text shortened": 7}, ("Why.",))


def test_r18_the_table_adds_up_to_the_events_of_the_file(qtbot: QtBot) -> None:
    rows = rows_of_report(REPORT)
    *told, sums = rows
    assert sums[1:] == tuple(sum(row[column] for row in told) for column in (1, 2, 3))
    assert sum(sums[1:]) == REPORT.events == 1212
    dialog = ImportReport("Opened broken.mid", REPORT)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.table.rowCount() == 5
    assert [dialog.table.item(1, column).text() for column in range(4)] == ["text shortened", "", "", "7"]
    assert dialog.remarks.text() == "Why."
    assert not dialog.isModal()


def test_the_report_can_be_copied_as_text(qtbot: QtBot) -> None:
    dialog = ImportReport("Opened broken.mid", REPORT)
    qtbot.addWidget(dialog)
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Opened broken.mid"
    assert lines[2:4] == ["Events\tRead\tLeft out\tAltered", "Taken over as they were\t1200\t0\t0"]
    assert lines[-1] == "Why."

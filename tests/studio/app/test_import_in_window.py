"""Files that come into the window: dropped on its parts, pasted, chosen; and what becomes of them (EX-36, DC-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app import file_drops, import_ways
from studio.app.desk import Desk
from studio.app.workspaces import EXPLORE
from studio.edits import locks, notes, tracks
from studio.files import format as formats
from studio.jobs.job import FILES
from studio.song.check import check
from studio.song.notes import Note
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import MeterChange, TempoChange, Timeline
from tests.desk_parts import Answers
from widgets.dialogs.asks import Fate
from widgets.dialogs.import_choice import ImportAnswer
from widgets.dialogs.import_report import ImportReport

BAR = 3840


def song_of(pitch: int = 60, bars: int = 2, timeline: Timeline | None = None, is_drum: bool = False) -> Song:
    song = Song("Small", (Track(1, "Lead", instrument=Instrument(40, is_drum=is_drum)),), timeline or Timeline(), next_id=2)
    return notes.add(1, [Note(beat * 960, 960, pitch + beat % 5, 90) for beat in range(4 * bars)]).apply(song)


@pytest.fixture
def midi_file(tmp_path: Path) -> Path:
    return written(tmp_path / "small.mid", song_of())


def written(path: Path, song: Song) -> Path:
    formats.write_song(song, path.with_suffix(".mid"))
    return path.with_suffix(".mid").rename(path)


def begun(desk: Desk) -> None:
    """A song with two tracks that somebody works on."""
    desk.session.do(notes.add(1, [Note(0, BAR, 48, 90)]))
    desk.session.do(tracks.add_track("Bass", Instrument(33)))
    QCoreApplication.processEvents()


def mime_of(paths: Sequence[Path]) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def hovered(desk: Desk, widget: QWidget, at: QPoint, paths: Sequence[Path]) -> file_drops.Mark:
    """The mark while a drag is over a place of a widget."""
    place, mime = widget.mapTo(desk.window, at), mime_of(paths)
    keys = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (QDragEnterEvent(place, *keys), QDragMoveEvent(place, *keys)):
        QCoreApplication.sendEvent(desk.window, event)
        assert event.isAccepted()
        assert event.dropAction() == Qt.DropAction.CopyAction
    return desk.window.findChild(file_drops.Mark)  # type: ignore[return-value]


def drop(desk: Desk, widget: QWidget, at: QPoint, *paths: Path) -> None:
    hovered(desk, widget, at, paths)
    place, mime = QPointF(widget.mapTo(desk.window, at)), mime_of(paths)
    event = QDropEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(desk.window, event)
    assert event.isAccepted()
    QCoreApplication.processEvents()


def in_bar(desk: Desk, bar: int) -> QPoint:
    """A place in the roll inside a bar."""
    tick = desk.session.song.timeline.bar_start(bar) + 200
    return QPoint(round(desk.window.roll.state.viewport.x_of(tick)), 120)


def has_imported(desk: Desk) -> bool:
    return desk.window.status.words.text().startswith("Imported")


# Where files land


def test_ex_36_a_file_dropped_on_an_empty_song_opens_without_a_question(
    desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path
) -> None:
    mark = hovered(desk, desk.window.roll, QPoint(200, 200), [midi_file])
    assert mark.isVisible()
    assert mark.words == "Open"
    drop(desk, desk.window.roll, QPoint(200, 200), midi_file)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 8)
    assert answers.asked == []
    assert not mark.isVisible()
    assert desk.session.is_clean


def test_ex_36_what_is_under_the_pointer_says_what_is_proposed(desk: Desk, midi_file: Path) -> None:
    begun(desk)
    window, places = desk.window, file_drops.FileDrops(desk)
    seen = {
        window.roll.view.canvas: ("notes", in_bar(desk, 3)),
        window.arrange.view: ("notes", QPoint(5, round(window.arrange.view.lanes_top) + 2)),
        window.tracks: ("notes", window.tracks.rows[1].mapTo(window.tracks, QPoint(9, 9))),
        window.takes: ("take", QPoint(9, 9)),
        window.generate: ("seed", QPoint(9, 9)),
        window.mixer: ("tracks", QPoint(9, 9)),
        window.top: ("open", QPoint(9, 9)),
    }
    for widget, (way, at) in seen.items():
        landing, place, words = places.landing(QPointF(widget.mapTo(window, at)))
        assert landing.way == way, widget
        assert words
        assert window.rect().contains(place.center())
    landing, place, words = places.landing(QPointF(window.roll.view.canvas.mapTo(window, in_bar(desk, 3))))
    assert (landing.tick, landing.track_id) == (2 * BAR, desk.session.selection.track_id)
    assert "bar 3" in words
    below = QPoint(20, window.tracks.height() - 8)
    assert places.landing(QPointF(window.tracks.mapTo(window, below)))[0].way == "tracks"


def test_a_mark_goes_with_the_drag_and_leaves_with_it(desk: Desk, midi_file: Path) -> None:
    begun(desk)
    mark = hovered(desk, desk.window.roll.view.canvas, in_bar(desk, 2), [midi_file])
    assert "bar 2" in mark.words
    hovered(desk, desk.window.roll.view.canvas, in_bar(desk, 1), [midi_file])
    assert "bar 1" in mark.words
    assert mark.isVisible()
    QCoreApplication.sendEvent(desk.window, QDragLeaveEvent())
    assert not mark.isVisible()


def test_a_drag_that_carries_no_file_is_not_taken(desk: Desk) -> None:
    mime = QMimeData()
    mime.setText("some words")
    keys = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = QDragEnterEvent(QPoint(300, 300), *keys)
    event.ignore()
    QCoreApplication.sendEvent(desk.window, event)
    assert not event.isAccepted()


# What becomes of them


def test_ex_36_a_single_voice_goes_onto_the_track_under_the_pointer_as_one_step(
    desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path
) -> None:
    begun(desk)
    before, label = desk.session.song, desk.session.history.undo_label
    answers.way = ImportAnswer("notes")
    drop(desk, desk.window.roll.view.canvas, in_bar(desk, 3), midi_file)
    qtbot.waitUntil(lambda: has_imported(desk))
    assert answers.question is not None
    assert answers.question.usual == "notes"
    front = desk.session.song.track(1)
    assert len(front.notes) == 9
    assert front.notes.starting_in(Span(2 * BAR, 4 * BAR))["pitch"].tolist() == [60, 61, 62, 63, 64, 60, 61, 62]
    assert len(desk.session.selection.note_ids) == 8
    assert desk.session.history.undo_label == "Import «small.mid»"
    desk.session.undo()
    assert desk.session.song is before
    assert desk.session.history.undo_label == label


def test_dc_08_files_are_added_as_tracks_at_the_bar_all_in_one_step(
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    begun(desk)
    before = desk.session.song
    files = [written(tmp_path / f"part{number}.mid", song_of(50 + number)) for number in range(3)]
    answers.way = ImportAnswer("tracks")
    drop(desk, desk.window.mixer, QPoint(9, 9), *files)
    qtbot.waitUntil(lambda: has_imported(desk))
    assert len(desk.session.song.tracks) == 5
    assert desk.session.song.tracks[:2] == before.tracks
    assert desk.session.selection.track_id == desk.session.song.tracks[2].id
    assert desk.window.status.words.text().startswith("Imported 3 files at bar 1: 24 notes")
    desk.session.undo()
    assert desk.session.song is before


def test_what_is_locked_is_not_written_on_and_that_is_said(desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path) -> None:
    begun(desk)
    desk.session.do(locks.set_track_locked(1, True))
    before = desk.session.song
    answers.way = ImportAnswer("notes")
    drop(desk, desk.window.roll.view.canvas, in_bar(desk, 1), midi_file)
    qtbot.waitUntil(lambda: "locked" in desk.window.status.words.text())
    assert desk.session.song is before


def test_several_files_can_become_one_new_project(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    files = [written(tmp_path / f"part{number}.mid", song_of(50 + number)) for number in range(2)]
    answers.way = ImportAnswer("open")
    drop(desk, desk.window.roll, QPoint(300, 200), *files)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 16)
    assert len(desk.session.song.tracks) == 2
    assert not desk.session.is_clean, "no file holds them together yet"


def test_dc_08_as_takes_of_the_selected_bars_which_are_then_kept(
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    begun(desk)
    desk.session.select(bars=Span(2 * BAR, 3 * BAR))
    files = [written(tmp_path / "one.mid", song_of(60)), written(tmp_path / "two.mid", song_of(72))]
    answers.way = ImportAnswer("take")
    drop(desk, desk.window.takes, QPoint(9, 9), *files)
    qtbot.waitUntil(lambda: desk.session.tray.current is not None and len(desk.session.tray.current.takes) == 2)
    take_set = desk.session.tray.current
    assert take_set is not None
    assert [take_set.labels[at] for at in (0, 1)] == ["one.mid", "two.mid"]
    assert [rows["start"].tolist() for _, rows in take_set.takes[0].parts] == [[2 * BAR + beat * 960 for beat in range(4)]]
    assert "one.mid" in take_set.takes[0].origin.request
    desk.session.tray.show(1)
    assert desk.session.keep()
    assert desk.session.song.track(1).notes.starting_in(Span(2 * BAR, 3 * BAR))["pitch"].tolist() == [72, 73, 74, 75]


def test_what_cannot_be_made_of_a_file_says_why(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    begun(desk)
    drums = written(tmp_path / "drums.mid", song_of(36, is_drum=True))
    drop(desk, desk.window.roll.view.canvas, in_bar(desk, 1), drums)
    qtbot.waitUntil(lambda: answers.question is not None)
    assert answers.question is not None
    reasons = {way.id: way.reason for way in answers.question.ways}
    assert "drums" in reasons["notes"]
    assert "Select bars" in reasons["take"]
    assert "pad" in reasons["anchor"] or "space" in reasons["anchor"]
    assert "Generate" in reasons["seed"]
    assert reasons["tracks"] == reasons["open"] == ""
    assert answers.question.usual == "tracks"
    assert desk.window.status.words.text() == "Nothing was imported."


def test_a_file_becomes_a_phrase_of_the_pad(pad_desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path) -> None:
    answers.way = ImportAnswer("anchor")
    drop(pad_desk, pad_desk.window.top, QPoint(9, 9), midi_file)
    qtbot.waitUntil(lambda: pad_desk.explorer.pad.anchors[0] is not None)
    assert pad_desk.window.workspace is EXPLORE
    anchor = pad_desk.explorer.pad.anchors[0]
    assert anchor is not None
    assert anchor.label == "small.mid"


# Tempo and meter

WALTZ = Timeline((TempoChange(0, 400_000),), (MeterChange(0, 3, 4),))


@pytest.mark.parametrize(("policy", "takes", "is_asked", "comes"), [
    ("ask", True, True, True), ("ask", False, True, False), ("always", False, False, True), ("never", True, False, False),
])  # fmt: skip
def test_dc_08_tempo_always_never_or_as_asked(  # noqa: PLR0917 - one row of the table each
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path, policy: str, takes: bool, is_asked: bool, comes: bool
) -> None:
    begun(desk)
    desk.store.change(replace(desk.store.settings, import_tempo=policy))
    before = desk.session.song
    answers.way = ImportAnswer("tracks", takes)
    drop(desk, desk.window.roll.view.canvas, in_bar(desk, 2), written(tmp_path / "waltz.mid", song_of(timeline=WALTZ)))
    qtbot.waitUntil(lambda: len(desk.session.song.tracks) == 3)
    assert answers.question is not None
    assert bool(answers.question.tempo) == is_asked
    meters = desk.session.song.timeline.meters
    assert meters == ((MeterChange(0, 4, 4), MeterChange(BAR, 3, 4)) if comes else before.timeline.meters)
    assert desk.session.song.tracks[2].notes.rows["start"][0] == BAR
    desk.session.undo()
    assert desk.session.song is before


# What is a file that can be read


def test_ex_36_content_counts_as_much_as_the_name(desk: Desk, qtbot: QtBot, midi_file: Path) -> None:
    odd = midi_file.rename(midi_file.with_name("song.odd"))
    drop(desk, desk.window.roll, QPoint(300, 200), odd)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 8)


def test_ex_36_midi_in_a_riff_wrapper_under_any_name_opens(desk: Desk, qtbot: QtBot, midi_file: Path) -> None:
    data = midi_file.read_bytes()
    padded = data + b"\0" * (len(data) % 2)
    chunk = b"data" + len(data).to_bytes(4, "little") + padded
    wrapped = midi_file.with_name("wrapped")
    wrapped.write_bytes(b"RIFF" + (len(chunk) + 4).to_bytes(4, "little") + b"RMID" + chunk)
    drop(desk, desk.window.roll, QPoint(300, 200), wrapped)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 8)


def test_a_mid_that_is_something_else_gets_a_plain_sentence(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    false = tmp_path / "false.mid"
    false.write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    before = desk.session.song
    drop(desk, desk.window.roll, QPoint(300, 200), false)
    qtbot.waitUntil(desk.window.notice.isVisible)
    assert "false.mid" in desk.window.notice.heading.text()
    assert desk.session.song is before


def test_folders_and_other_files_are_refused_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Folder").mkdir()
    (tmp_path / "words.txt").write_text("la la")
    (tmp_path / "loop.wav").write_bytes(b"RIFF")
    drop(desk, desk.window.roll, QPoint(300, 200), *(tmp_path / name for name in ("Folder", "words.txt", "loop.wav")))
    assert desk.window.notice.isVisible()
    assert "«loop.wav» is sound" in desk.window.notice.text.text()
    assert "«Folder» is a folder" in desk.window.notice.heading.text()
    assert "«words.txt»" in desk.window.notice.text.text()


def test_of_several_files_the_sound_ones_come_and_the_broken_one_is_told(
    desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path
) -> None:
    begun(desk)
    broken = midi_file.with_name("torn.mid")
    broken.write_bytes(midi_file.read_bytes()[:30])
    answers.way = ImportAnswer("tracks")
    drop(desk, desk.window.mixer, QPoint(9, 9), midi_file, broken)
    qtbot.waitUntil(lambda: has_imported(desk))
    assert len(desk.session.song.tracks) == 3
    assert "torn.mid" in desk.window.notice.heading.text()
    assert desk.window.notice.isVisible()


def test_r17_of_a_broken_file_part_is_merged_on_request(desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path) -> None:
    begun(desk)
    before, notice = desk.session.song, desk.window.notice
    broken = midi_file.with_name("torn.mid")
    broken.write_bytes(midi_file.read_bytes()[:-20])
    answers.way = ImportAnswer("tracks")
    drop(desk, desk.window.mixer, QPoint(9, 9), broken)
    qtbot.waitUntil(notice.offer_button.isVisible)
    assert notice.offer_button.text() == "Import these"
    assert notice.close_button.text() == "Cancel"
    assert str(broken) in notice.details.toPlainText()
    assert "4D 54 68 64".lower() in notice.details.toPlainText()
    assert not notice.details.isVisible()
    desk.actions.by_id["card details"].trigger()
    assert notice.details.isVisible()
    assert desk.session.song is before
    qtbot.mouseClick(notice.offer_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: has_imported(desk))
    assert len(desk.session.song.tracks) == 3
    assert "bytes" in notice.text.text()


# Other ways in


def test_files_on_the_clipboard_are_pasted_at_the_edit_cursor(
    desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path
) -> None:
    begun(desk)
    desk.session.select(frozenset(), cursor_tick=3 * BAR + 100)
    answers.way = ImportAnswer("tracks")
    QGuiApplication.clipboard().setMimeData(mime_of([midi_file]))
    desk.actions.by_id["paste"].trigger()
    qtbot.waitUntil(lambda: len(desk.session.song.tracks) == 3)
    assert desk.session.song.tracks[2].notes.rows["start"][0] == 3 * BAR
    QGuiApplication.clipboard().clear()


def test_import_into_song_asks_for_files_and_needs_no_mouse(desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path) -> None:
    begun(desk)
    answers.imports, answers.way = (midi_file,), ImportAnswer("tracks")
    desk.actions.by_id["import"].trigger()
    qtbot.waitUntil(lambda: len(desk.session.song.tracks) == 3)
    assert answers.asked[0] == "import"


def test_a_soundfont_is_for_the_track_under_the_pointer_or_for_all(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    begun(desk)
    font = tmp_path / "small.sf2"
    font.write_bytes(b"RIFF\x04\0\0\0sfbk")
    drop(desk, desk.window.mixer, QPoint(9, 9), font)
    assert desk.store.settings.soundfont == str(font)
    row = desk.window.tracks.rows[1]
    drop(desk, desk.window.tracks, row.mapTo(desk.window.tracks, QPoint(9, 9)), font)
    qtbot.waitUntil(lambda: desk.session.song.track(1).instrument.font is not None)
    assert desk.session.song.tracks[1].instrument.font is None


BOOK = "X:1\nT:First\nK:C\nCDEF|\n\nX:2\nT:Second\nK:C\nGABc|GABc|\n\nX:3\nK:C\nccc2|\n"


def test_of_a_book_of_tunes_one_is_chosen(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    book = tmp_path / "book.abc"
    book.write_text(BOOK)
    desk.documents.open_file(book)
    qtbot.waitUntil(lambda: len(answers.asked) == 1)
    assert answers.asked == ["song of book.abc: First, Second, Tune 3"]
    assert desk.session.song.note_count == 0, "nothing was chosen"
    answers.song = 1
    desk.documents.open_file(book)
    qtbot.waitUntil(lambda: desk.session.song.title == "Second")
    assert desk.session.song.note_count == 8
    answers.song, answers.way = 2, ImportAnswer("tracks")
    drop(desk, desk.window.mixer, QPoint(9, 9), book)
    qtbot.waitUntil(lambda: len(desk.session.song.tracks) == 2)
    assert len(desk.session.song.tracks[1].notes) == 3


def test_only_requests_that_name_music_take_a_seed(desk: Desk) -> None:
    assert not desk.window.generate.towards.takes_files
    assert import_ways.free_slots(desk) == [0, 1, 2, 3]


def test_of_independent_patterns_one_is_chosen(desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path) -> None:
    data = midi_file.read_bytes()
    pattern = data[data.rindex(b"MTrk") :]
    midi_file.write_bytes(b"MThd\0\0\0\6\0\2\0\2" + data[12:14] + pattern + pattern)
    desk.documents.open_file(midi_file)
    qtbot.waitUntil(lambda: len(answers.asked) == 1)
    assert answers.asked[0].startswith("song of small.mid: ")
    answers.song = 1
    desk.documents.open_file(midi_file)
    qtbot.waitUntil(lambda: desk.session.song.note_count == 8)


def test_dc_08_a_project_that_is_dropped_on_the_roll_is_to_be_opened_or_merged(
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    begun(desk)
    path = tmp_path / "other.ricercar"
    formats.write_song(song_of(50), path)
    answers.way = ImportAnswer("tracks")
    drop(desk, desk.window.roll.view.canvas, in_bar(desk, 1), path)
    qtbot.waitUntil(lambda: has_imported(desk))
    assert answers.question is not None
    assert answers.question.usual == "open"
    assert len(desk.session.song.tracks) == 3


def test_reading_can_be_stopped_and_leaves_everything_as_it_was(
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    begun(desk)
    before = desk.session.song
    files = [written(tmp_path / f"part{number}.mid", song_of()) for number in range(40)]
    answers.way = ImportAnswer("tracks")
    drop(desk, desk.window.mixer, QPoint(9, 9), *files)
    (running,) = desk.session.jobs.active(FILES)
    running.cancel()
    qtbot.waitUntil(lambda: not desk.session.jobs.active())
    assert desk.session.song is before
    assert answers.asked == []


def test_r18_the_card_opens_the_table_of_all_events(desk: Desk, qtbot: QtBot, midi_file: Path) -> None:
    data = midi_file.read_bytes()
    at = data.rindex(b"\xff\x2f\0")
    end = b"\x80\x10\x00\x00"  # a note ends that never began; then the time up to what follows
    track = data.rindex(b"MTrk")
    size = int.from_bytes(data[track + 4 : track + 8], "big") + len(end)
    midi_file.write_bytes(data[: track + 4] + size.to_bytes(4, "big") + data[track + 8 : at] + end + data[at:])
    desk.documents.open_file(midi_file)
    qtbot.waitUntil(desk.window.notice.offer_button.isVisible)
    assert desk.window.notice.offer_button.text() == "Report..."
    desk.actions.by_id["card offer"].trigger()  # without a mouse
    dialog = desk.window.findChild(ImportReport)
    assert dialog is not None
    assert dialog.isVisible()
    words = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
    assert words[1:-1] == ["note end without a beginning"]
    dialog.close()


@pytest.mark.parametrize("way", ["tracks", "notes"])
def test_files_come_into_the_song_while_a_take_is_shown(
    desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path, way: str
) -> None:
    begun(desk)
    desk.session.select(bars=Span(2 * BAR, 4 * BAR))
    imported_one = written(midi_file.with_name("take.mid"), song_of(72))
    answers.way = ImportAnswer("take")
    drop(desk, desk.window.takes, QPoint(9, 9), imported_one)
    qtbot.waitUntil(lambda: desk.session.tray.active_take is not None)
    before = desk.session.song
    answers.way = ImportAnswer(way)
    drop(desk, desk.window.roll.view.canvas, in_bar(desk, 1), midi_file)
    qtbot.waitUntil(lambda: has_imported(desk))
    made = desk.session.song
    assert check(made) == ()
    assert made.note_count == before.note_count + 8
    assert desk.session.tray.current is not None
    assert desk.session.keep()
    assert check(desk.session.song) == ()
    desk.session.undo()
    desk.session.undo()
    assert desk.session.song is before


def test_r17_of_a_broken_file_part_is_opened_on_request(desk: Desk, qtbot: QtBot, answers: Answers, midi_file: Path) -> None:
    begun(desk)
    answers.way, answers.fate = ImportAnswer("open"), Fate.DISCARD
    midi_file.write_bytes(midi_file.read_bytes()[:-20])
    drop(desk, desk.window.mixer, QPoint(9, 9), midi_file)
    qtbot.waitUntil(desk.window.notice.offer_button.isVisible)
    desk.actions.by_id["card offer"].trigger()
    qtbot.waitUntil(lambda: len(desk.session.song.tracks) == 1)
    assert 1 < desk.session.song.note_count < 8


def test_r16_what_would_be_longer_than_a_song_may_be_is_refused(
    desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    begun(desk)
    late = Timeline().bar_start(99_990)
    desk.session.do(notes.add(1, [Note(late, 960, 60, 90)]))
    desk.session.select(frozenset(), cursor_tick=late)
    before = desk.session.song
    answers.imports, answers.way = (written(tmp_path / "long.mid", song_of(bars=40)),), ImportAnswer("tracks")
    desk.actions.by_id["import"].trigger()
    qtbot.waitUntil(lambda: "a song may" in desk.window.status.words.text())
    assert desk.session.song is before

"""Notes, takes, tracks and sections leave the window as real MIDI files (EX-30 to EX-37)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.files.formats.midi import read
from studio.files.outbox import Outbox
from studio.files.report import Opened
from studio.generation.contract import Request
from studio.jobs.job import FILES, GENERATE
from studio.song import Instrument, Marker, Note, Notes, Song, Span, Strip, TempoChange, Timeline, Track
from studio.song.region import Mask, Region
from tests.canvas_songs import ALT, LEFT, NONE, moved
from tests.every_action import large_song, note_spot
from widgets.drag_out import BEYOND_PX, COPIED_FILES, SELECTION, Carried
from widgets.phrase_drag import ELSE, MIME, accepts, is_ours, payload, taken_index
from widgets.piano_roll.clipboard import clip_of

BAR = 3840


class Hand:
    """In place of Qt's own drag, which waits for a person: looks at what would be dragged, and lets go."""

    def __init__(self) -> None:
        self.files: list[list[Path]] = []
        self.mimes: list[QMimeData] = []
        self.opened: list[list[Opened]] = []

    def __call__(self, source: QWidget, mime: QMimeData, picture: QPixmap) -> bool:
        paths = [Path(url.toLocalFile()) for url in mime.urls()]
        self.files.append(paths)
        self.mimes.append(mime)
        self.opened.append([read(path) for path in paths])
        assert not picture.isNull()
        return True

    @property
    def song(self) -> Song:
        """Of the one file that was dragged last."""
        (opened,) = self.opened[-1]
        assert opened.report.is_exact
        return opened.song


def bars_song() -> Song:
    bass = Track(1, "Bass", 0, Instrument(33), notes=Notes.of([Note(BAR * n, 960, 40 + n, 90, 10 + n) for n in range(8)]))
    lead = Track(2, "Führung", 1, Instrument(80), notes=Notes.of([Note(BAR * 4 + 480, 480, 72, 90, 30)]))
    still = Track(3, "Still", 2, strip=Strip(is_muted=True), notes=Notes.of([Note(BAR * 4, 480, 60, 90, 40)]))
    markers = (Marker(0, "Verse", True), Marker(BAR * 4, "Chorus", True, 1))
    timeline = Timeline(tempos=(TempoChange(0, 600_000),), markers=markers)
    return Song("Ländler", (bass, lead, still, Track(4, "Empty")), timeline, next_id=50)


@pytest.fixture
def hand(desk: Desk) -> Hand:
    desk.documents.new()
    desk.session.open(bars_song(), None, is_saved=True)
    QApplication.processEvents()
    made = desk.carrying.drag = Hand()
    return made


def keys(desk: Desk, name: str) -> None:
    desk.actions.by_id[name].trigger()


def outside(widget: QWidget) -> QPointF:
    """A place of the widget that lies beyond its window."""
    window = widget.window()
    return QPointF(widget.mapFrom(window, QPoint(window.width() + BEYOND_PX + 20, window.height() // 2)))


def pulled_out(widget: QWidget, start: QPointF, end: QPointF, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(widget, LEFT, NONE, start.toPoint())
    for turn in range(1, 6):
        moved(widget, start + (end - start) * (turn / 5), held)
    QTest.mouseRelease(widget, LEFT, NONE, end.toPoint())


# What a drag holds


def test_ex_32_a_drag_holds_a_file_that_is_there_and_parses_twice_with_two_names(desk: Desk, hand: Hand) -> None:
    desk.session.select(frozenset({11, 12}), track_id=1)
    for _ in range(2):
        assert desk.carrying.carry(desk.window, SELECTION, NONE)
    assert [[path.name for path in paths] for paths in hand.files] == [
        ["Landler - Bass - bars 2-3.mid"],
        ["Landler - Bass - bars 2-3 (2).mid"],
    ]
    assert all(path.is_file() for paths in hand.files for path in paths)
    assert [note.pitch for note in hand.song.tracks[0].notes] == [41, 42]
    assert [note.start_tick for note in hand.song.tracks[0].notes] == [0, BAR]


def test_ex_32_beside_the_file_stand_its_bytes_and_our_own_notes_and_nothing_is_moved(desk: Desk, hand: Hand) -> None:
    desk.session.select(frozenset({11, 12}), track_id=1)
    desk.carrying.carry(desk.window, SELECTION, NONE)
    (mime,), ((path,),) = hand.mimes, hand.files
    assert path.name.isascii()
    for name in ("audio/midi", "audio/x-midi"):
        assert bytes(mime.data(name).data()) == path.read_bytes()
    assert mime.hasFormat("text/uri-list")
    assert not mime.hasFormat("text/plain")
    clip = clip_of(mime)
    assert clip is not None
    assert clip.rows["pitch"].tolist() == [41, 42]
    assert clip.rows["start"].tolist() == [0, BAR]
    assert desk.session.song.note_count == 10


def test_ex_35_a_drag_of_one_track_is_format_0_called_as_the_track_and_without_tempo(desk: Desk, hand: Hand) -> None:
    desk.carrying.carry(desk.window, Carried("track", 2), NONE)
    ((path,),) = hand.files
    assert path.name == "Landler - Fuhrung.mid"
    data = path.read_bytes()
    assert data[8:12] == b"\0\0\0\1"
    assert b"\xff\x51" not in data
    assert b"\xff\x58" not in data
    assert data.count(b"\xff\x03") == 1
    assert (hand.song.tracks[0].name, hand.song.tracks[0].instrument.program) == ("Führung", 80)


def test_ex_35_tempo_and_one_file_a_track_are_settings(desk: Desk, hand: Hand) -> None:
    desk.store.change(replace(desk.store.settings, drag_tempo=True, drag_separately=True))
    section = desk.session.song.timeline.sections(desk.session.song.end_tick)[1]
    desk.carrying.carry(desk.window, Carried("section", section), NONE)
    (paths,) = hand.files
    assert [path.name for path in paths] == ["Landler - Bass - Chorus.mid", "Landler - Fuhrung - Chorus.mid"]
    assert all(path.read_bytes()[8:10] == b"\0\0" for path in paths)
    assert [opened.song.timeline.tempos[0].us_per_beat for opened in hand.opened[0]] == [600_000, 600_000]
    whole = bytes(hand.mimes[0].data("audio/midi").data())
    assert whole[8:12] == b"\0\1\0\3"


def test_ex_35_alt_makes_one_file_for_each_track(desk: Desk, hand: Hand) -> None:
    section = desk.session.song.timeline.sections(desk.session.song.end_tick)[1]
    desk.carrying.carry(desk.window, Carried("section", section), ALT)
    desk.carrying.carry(desk.window, Carried("section", section), NONE)
    assert [len(paths) for paths in hand.files] == [2, 1]
    assert [track.name for track in hand.song.tracks] == ["Bass", "Führung"]


def test_ex_10_a_section_keeps_its_bars_and_its_tracks_end_together(desk: Desk, hand: Hand) -> None:
    section = desk.session.song.timeline.sections(desk.session.song.end_tick)[0]
    desk.carrying.carry(desk.window, Carried("section", section), NONE)
    data = hand.files[0][0].read_bytes()
    # The last note ends in the fourth bar, which the file lasts to its end: 3 * 4 + 1 beats to the note's end, 3 more after it.
    assert data.endswith(b"\x80\x2b\x40\x8b\x20\xff\x2f\x00")


def test_ex_11_what_is_muted_goes_out_only_where_it_was_chosen_itself(desk: Desk, hand: Hand) -> None:
    section = desk.session.song.timeline.sections(desk.session.song.end_tick)[1]
    desk.carrying.carry(desk.window, Carried("section", section), NONE)
    assert "Still" not in [track.name for track in hand.song.tracks]
    desk.carrying.carry(desk.window, Carried("track", 3), NONE)
    assert [track.name for track in hand.song.tracks] == ["Still"]


def test_what_has_no_notes_is_said_and_not_dragged(desk: Desk, hand: Hand) -> None:
    assert desk.carrying.carry(desk.window, Carried("track", 4), NONE)
    assert desk.carrying.carry(desk.window, Carried("track", 99), NONE)
    assert hand.files == []
    assert "There is nothing to carry out" in desk.window.status.words.text()


def test_without_a_place_for_files_a_sentence_says_so(desk: Desk, hand: Hand, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    desk.carrying.outbox = Outbox(lambda: (blocked,))
    assert desk.carrying.carry(desk.window, Carried("track", 1), NONE)
    assert hand.files == []
    assert "No file could be made for other programs" in desk.window.status.words.text()


def test_ex_34_files_are_gone_when_the_window_has_ended(desk: Desk, hand: Hand) -> None:
    desk.carrying.carry(desk.window, Carried("track", 1), NONE)
    ((path,),) = hand.files
    assert path.is_file()
    desk.carrying.outbox.close()
    assert not path.parent.exists()


def test_many_notes_are_written_by_a_job_and_the_drag_begins_when_they_are(desk: Desk, hand: Hand, qtbot: QtBot) -> None:
    song = large_song(20_000)
    desk.session.open(song, None, is_saved=True)
    what = Carried("track", song.tracks[0].id)
    assert not desk.carrying.carry(desk.window, what, NONE)
    assert not desk.carrying.carry(desk.window, what, NONE)
    assert hand.files == []
    qtbot.waitUntil(lambda: desk.carrying.carry(desk.window, what, NONE))
    assert len(hand.files) == 1
    assert hand.song.note_count == len(song.tracks[0].notes)


# By hand


def test_what_is_let_go_outside_before_its_file_is_ready_stays_where_it_was(desk: Desk, hand: Hand, qtbot: QtBot) -> None:
    """Nothing is moved to where the hand was, which is beyond what can be seen."""
    song = large_song(20_000)
    desk.session.open(song, None, is_saved=True)
    window, roll = desk.window, desk.window.roll
    spot = note_spot(desk)
    assert spot is not None
    desk.session.select(frozenset(song.tracks[0].notes.rows["id"].tolist()))
    bar, view = window.arrange.view.bar, window.arrange.view
    QTest.mousePress(roll.view.canvas, LEFT, NONE, spot.toPoint())
    for share in (0.2, 1.0):
        moved(roll.view.canvas, spot + (outside(roll.view.canvas) - spot) * share)
    QTest.mouseRelease(roll.view.canvas, LEFT, NONE, outside(roll.view.canvas).toPoint())
    assert desk.session.song is song
    assert not roll.view.canvas.is_busy
    desk.session.select(frozenset(), keep_bars=False)
    last = QPointF(bar.width() * 0.5, 12)
    pulled_out(bar, last, last + QPointF(60, view.height() + 40))
    assert desk.session.song is song
    bars = song.timeline.whole_bars(Span(0, song.end_tick))
    desk.session.select(frozenset(), bars=bars, range_ids=(song.tracks[0].id,))
    assert view.ranges.region is not None
    middle = view.ranges.rect(view.ranges.region).center()
    pulled_out(view, middle, middle + QPointF(60, view.height() + 40))
    assert desk.session.song is song
    qtbot.waitUntil(lambda: not desk.session.jobs.active(FILES))


def test_ex_32_notes_dragged_out_of_the_window_go_as_a_file_and_stay_where_they_are(desk: Desk, hand: Hand) -> None:
    desk.session.select(frozenset({10, 11}), track_id=1)
    desk.window.roll.zoom_to_fit()
    QApplication.processEvents()
    canvas, before = desk.window.roll.view.canvas, desk.session.song
    spot = note_spot(desk)
    assert spot is not None
    hit = canvas.hit(spot)
    assert hit is not None
    desk.session.select(frozenset({hit.note.id}))
    pulled_out(canvas, spot, outside(canvas))
    assert len(hand.files) == 1
    assert [note.pitch for note in hand.song.tracks[0].notes] == [hit.note.pitch]
    assert desk.session.song is before
    assert not canvas.is_busy


def test_ex_32_notes_moved_inside_the_window_are_moved(desk: Desk, hand: Hand) -> None:
    desk.window.roll.zoom_to_fit()
    QApplication.processEvents()
    spot = note_spot(desk)
    assert spot is not None
    pulled_out(desk.window.roll.view.canvas, spot, spot + QPointF(150, 0))
    assert hand.files == []
    assert desk.session.history.undo_label is not None


def test_ex_32_the_grip_beside_the_tools_drags_the_selection_else_the_track(desk: Desk, hand: Hand) -> None:
    grip = desk.window.roll.view.tools.grip
    middle = QPointF(grip.rect().center())
    desk.session.select(frozenset({11}), track_id=1)
    pulled_out(grip, middle, middle + QPointF(40, 0))
    desk.session.select(frozenset(), track_id=2)
    pulled_out(grip, middle, middle + QPointF(40, 0), ALT)
    assert [paths[0].name for paths in hand.files] == ["Landler - Bass - bar 2.mid", "Landler - Fuhrung.mid"]
    assert not grip.isDown()


def test_ex_31_a_click_on_the_grip_copies_as_a_file(desk: Desk, hand: Hand) -> None:
    QTest.mouseClick(desk.window.roll.view.tools.grip, LEFT)
    assert QGuiApplication.clipboard().mimeData().hasUrls()


def test_ex_32_a_track_is_pulled_sideways_out_of_the_list_and_reordered_up_and_down(desk: Desk, hand: Hand) -> None:
    row = desk.window.tracks.rows[1]
    middle = QPointF(row.rect().center()) - QPointF(40, 0)
    pulled_out(row, middle, middle + QPointF(row.width(), 4))
    assert [paths[0].name for paths in hand.files] == ["Landler - Bass.mid"]
    assert [track.id for track in desk.session.song.tracks] == [1, 2, 3, 4]
    pulled_out(row, middle, middle + QPointF(0, row.height() * 1.6))
    assert len(hand.files) == 1
    assert [track.id for track in desk.session.song.tracks] == [2, 1, 3, 4]


def test_ex_32_a_section_is_pulled_out_of_the_arrangement_and_moved_along_it(desk: Desk, hand: Hand) -> None:
    desk.window.roll.zoom_to_fit()
    QApplication.processEvents()
    bar = desk.window.arrange.view.bar
    section = bar.sections()[1]
    middle = bar.plate(section.span).center()
    pulled_out(bar, middle, middle + QPointF(0, desk.window.arrange.view.height() + 40))
    assert [paths[0].name for paths in hand.files] == ["Landler - Chorus.mid"]
    assert desk.session.history.undo_label is None
    pulled_out(bar, middle, QPointF(2, middle.y()))
    assert len(hand.files) == 1
    assert bar.sections()[0].marker.text == "Chorus"


def test_ex_32_marked_bars_are_pulled_out_of_the_arrangement_and_moved_along_it(desk: Desk, hand: Hand) -> None:
    desk.window.roll.zoom_to_fit()
    desk.session.select(frozenset(), bars=Span(4 * BAR, 6 * BAR), range_ids=(1, 2), track_id=1)
    QApplication.processEvents()
    view = desk.window.arrange.view
    assert view.ranges.region is not None
    middle = view.ranges.rect(view.ranges.region).center()
    pulled_out(view, middle, middle + QPointF(0, view.height() + 60))
    assert [paths[0].name for paths in hand.files] == ["Landler - bars 5-6.mid"]
    assert [track.name for track in hand.song.tracks] == ["Bass", "Führung"]
    assert desk.session.history.undo_label is None
    pulled_out(view, middle, QPointF(4, middle.y()))
    assert len(hand.files) == 1
    assert desk.session.history.undo_label is not None


@pytest.fixture
def proposed(desk: Desk, hand: Hand, qtbot: QtBot) -> Desk:
    """Three takes for bars 2-3 of the bass, the first one shown."""
    request = Request("fill", "scales", desk.session.song, Mask(Region((1,), Span(BAR, 3 * BAR))), seed=7, count=3)
    desk.session.generate(request)
    qtbot.waitUntil(lambda: len(desk.window.takes.cards) == 3 and not desk.session.jobs.active(GENERATE))
    return desk


def test_ex_32_a_card_of_a_take_carries_its_file_and_itself(proposed: Desk, hand: Hand) -> None:
    card = proposed.window.takes.cards[1]
    middle = QPointF(card.miniature.geometry().center())
    pulled_out(card, middle, middle + QPointF(0, 30))
    ((path,),), (mime,) = hand.files, hand.mimes
    assert path.name == "Landler - Bass - bars 2-3 - take 2.mid"
    assert taken_index(mime) == 1
    take = proposed.session.tray.current.takes[1]  # type: ignore[union-attr]
    assert sorted(note.pitch for note in hand.song.tracks[0].notes) == sorted(take.rows["pitch"].tolist())


def test_ex_32_a_lane_of_a_take_is_pulled_by_its_number(proposed: Desk, hand: Hand) -> None:
    proposed.window.roll.toggle_take_lanes()
    QApplication.processEvents()
    cells = proposed.window.roll.view.take_cells
    at = next(n for n, lane in enumerate(cells.lanes.lanes) if lane.index == 0)
    pulled_out(cells, QPointF(10, 12 + 24 * at), QPointF(30, 60 + 24 * at))
    assert [paths[0].name for paths in hand.files] == ["Landler - Bass - bars 2-3 - take 1.mid"]


def test_a_take_goes_to_the_pad_even_where_no_file_can_be_made(proposed: Desk, hand: Hand, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    proposed.carrying.outbox = Outbox(lambda: (blocked,))
    assert proposed.carrying.carry(proposed.window, Carried("take", 0), NONE)
    assert hand.files == [[]]
    assert taken_index(hand.mimes[0]) == 0


# Copying


def copied() -> QMimeData:
    return QGuiApplication.clipboard().mimeData()


COMMANDS: dict[str, tuple[Callable[[Desk], object], str]] = {
    "copy midi": (lambda d: d.session.select(frozenset({11}), track_id=1), "Landler - Bass - bar 2.mid"),
    "copy track midi": (lambda d: d.session.select(frozenset(), track_id=2), "Landler - Fuhrung.mid"),
    "copy section midi": (lambda d: d.session.select(cursor_tick=5 * BAR), "Landler - Chorus.mid"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_ex_31_copy_as_midi_file_puts_a_real_file_on_the_clipboard(desk: Desk, hand: Hand, command: str) -> None:
    prepare, name = COMMANDS[command]
    prepare(desk)
    keys(desk, command)
    (url,) = copied().urls()
    path = Path(url.toLocalFile())
    assert path.name == name
    assert read(path).song.note_count
    assert bytes(copied().data("audio/midi").data()) == path.read_bytes()
    assert bytes(copied().data(COPIED_FILES).data()).decode() == f"copy\n{url.toEncoded().data().decode()}"
    assert copied().text() == str(path)
    assert f"Copied as {name}" in desk.window.status.words.text()
    assert desk.window.status.offer.isVisibleTo(desk.window), "the folder is one click away (EX-37)"


def test_ex_31_a_take_is_copied_by_its_command_and_the_menu_of_its_card(proposed: Desk, hand: Hand) -> None:
    keys(proposed, "copy take midi")
    assert Path(copied().urls()[0].toLocalFile()).name == "Landler - Bass - bars 2-3 - take 1.mid"


def test_ex_31_what_was_copied_as_a_file_can_be_pasted_into_the_roll(desk: Desk, hand: Hand) -> None:
    desk.session.select(frozenset({11, 12}), track_id=1)
    keys(desk, "copy midi")
    desk.session.select(frozenset(), track_id=4, cursor_tick=0)
    keys(desk, "paste")
    assert [(note.start_tick, note.pitch) for note in desk.session.song.track(4).notes] == [(0, 41), (BAR, 42)]


def test_ex_37_the_last_file_can_be_shown_in_its_folder(desk: Desk, hand: Hand) -> None:
    action = desk.actions.by_id["show last file"]
    assert not action.isEnabled()
    keys(desk, "copy midi")
    assert action.isEnabled()
    assert desk.carrying.last is not None
    assert desk.carrying.last.is_file()


# Which drags are ours


def test_drags_of_another_process_mean_nothing_here_but_their_files(desk: Desk, hand: Hand) -> None:
    foreign = QMimeData()
    foreign.setData(MIME, b"take:2:1")
    assert taken_index(foreign) is None
    assert not is_ours(foreign)
    assert not accepts(foreign)
    desk.carrying.carry(desk.window, Carried("track", 1), NONE)
    (own,) = hand.mimes
    assert is_ours(own)
    assert not accepts(own)
    foreign.setUrls(own.urls())
    assert accepts(foreign)
    assert not accepts(payload(ELSE))


def test_what_falls_back_onto_our_own_window_is_not_opened(desk: Desk, hand: Hand) -> None:
    desk.carrying.carry(desk.window, Carried("track", 1), NONE)
    (mime,) = hand.mimes
    for kind in (QDragEnterEvent, QDropEvent):
        at = desk.window.rect().center()
        event = kind(QPoint(at) if kind is QDragEnterEvent else QPointF(at), Qt.DropAction.CopyAction, mime, LEFT, NONE)
        event.setAccepted(False)
        QApplication.sendEvent(desk.window, event)
        assert not event.isAccepted()
    assert desk.session.song.title == "Ländler"

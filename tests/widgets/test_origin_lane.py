"""The lane of origins: shown where bars came from a pad, walked and opened by mouse and keys, at the cost of what is seen."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from studio.edits import notes as note_edits
from studio.explore.committing import place_of
from studio.song.notes import Note, Notes
from studio.song.origin import Origin
from studio.song.song import Song
from studio.song.ticks import Span
from tests.canvas_songs import BAR, many_notes, shown_roll, small_song
from widgets import style
from widgets.panels.roll import Roll
from widgets.piano_roll.origin_lane import OriginLane
from widgets.piano_roll.origins import Places
from widgets.theme import THEMES

LEFT = Qt.MouseButton.LeftButton


def origin(origin_id: int, x: float, y: float, step: int = 1, pad: int = 2) -> Origin:
    request = json.dumps({"capability": "morph", "model": "mel-2bar", "pad": pad, "place": [x, y]})
    return Origin(origin_id, "mel-2bar", "0" * 64, "morph", 1, step, request, "test")


def song_with_places(*, bars: int = 2, gap: int = 0) -> Song:
    """Lead: bars 1 and 2 from two places (50 and 51), the rest by hand; bass: bar 1 and 3 from a third (52)."""
    song = small_song()
    lead = [Note(beat * 960, 900, 70, 90, 200 + beat, origin=50 if beat < 4 else 51 if beat < 8 else 0) for beat in range(12)]
    bass = [Note(bar * BAR, BAR, 40, 90, 300 + bar, origin=52) for bar in (0, 2)]
    tracks = tuple(
        track.with_notes(Notes.of({"Lead": lead, "Bass": bass}.get(track.name, list(track.notes)))) for track in song.tracks
    )
    taken = Origin(60, "pop", "0" * 64, "fill", 1, 1, '{"capability": "fill"}', "test")
    origins = (origin(50, 0.41, 0.63), origin(51, 1.0, 0.0, 2), origin(52, 0.0, 1.0, 1, 7), taken)
    return replace(song, tracks=tracks, origins=origins, next_id=1000)


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot, song_with_places())


def lane_of(roll: Roll) -> OriginLane:
    return roll.view.origins


def middle(roll: Roll, at: int) -> QPoint:
    lane = lane_of(roll)
    return lane.rect_of(lane.tiles()[at]).center().toPoint()


def wanted(roll: Roll) -> list[int]:
    asked: list[int] = []
    roll.place_wanted.listen(asked.append)
    return asked


def test_each_stretch_from_one_place_is_a_tile_and_the_front_track_comes_first(roll: Roll) -> None:
    told = [(tile.track.name, tile.origin.id, tile.first_bar, tile.last_bar) for tile in lane_of(roll).tiles()]
    assert told == [("Lead", 50, 1, 1), ("Lead", 51, 2, 2), ("Bass", 52, 3, 3)]
    assert lane_of(roll).isVisible()
    roll.session.select(track_id=2)
    told = [(tile.track.name, tile.origin.id, tile.first_bar, tile.last_bar) for tile in lane_of(roll).tiles()]
    assert told == [("Bass", 52, 1, 1), ("Lead", 51, 2, 2), ("Bass", 52, 3, 3)]


def test_neighbouring_bars_of_one_place_are_one_tile(qtbot: QtBot) -> None:
    song = song_with_places()
    song = replace(song, origins=(origin(50, 0.5, 0.5), *song.origins[2:]))
    lead = [replace(note, origin=50) for note in song.track(1).notes]
    roll = shown_roll(qtbot, song.with_track(song.track(1).with_notes(Notes.of(lead))))
    (tile,) = lane_of(roll).tiles()
    assert (tile.first_bar, tile.last_bar, tile.span) == (1, 3, Span(0, 3 * BAR))


def test_a_song_without_such_bars_has_no_lane_and_a_deleted_one_takes_it_away(qtbot: QtBot, roll: Roll) -> None:
    assert not lane_of(shown_roll(qtbot)).isVisible()
    roll.session.do(note_edits.remove([note.id for note in roll.session.song.track(1).notes]))
    assert lane_of(roll).isVisible(), "the bass is left"
    roll.session.do(note_edits.remove([300, 301, 302]))
    assert not lane_of(roll).isVisible()
    roll.session.undo()
    assert lane_of(roll).isVisible()


def test_the_lane_stays_when_its_bars_are_scrolled_out_of_sight(qtbot: QtBot) -> None:
    song = song_with_places()
    far = Notes.of([*song.track(1).notes, Note(400 * BAR, 480, 60, 90, 900)])
    roll = shown_roll(qtbot, song.with_track(song.track(1).with_notes(far)))
    roll.state.look(roll.state.viewport.shown_from(350 * BAR))
    roll.session.select(cursor_tick=960)
    assert lane_of(roll).tiles() == []
    assert lane_of(roll).isVisible()


def test_a_click_opens_the_place(roll: Roll) -> None:
    asked = wanted(roll)
    QTest.mouseClick(lane_of(roll), LEFT, pos=middle(roll, 1))
    assert asked == [51]
    view = roll.state.viewport
    QTest.mouseClick(lane_of(roll), LEFT, pos=QPoint(round(view.x_of(3 * BAR)) + 40, 12))
    assert asked == [51], "where no tile is near there is nothing to open"


def test_keys_walk_the_tiles_and_enter_opens_one(qtbot: QtBot, roll: Roll) -> None:
    lane, asked = lane_of(roll), wanted(roll)
    roll.activateWindow()
    qtbot.waitUntil(roll.isActiveWindow)
    lane.setFocus()
    QTest.keyClick(lane, Qt.Key.Key_Return)
    assert asked == []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(lane, key)
    assert asked == [51]
    assert lane.accessibleDescription().startswith("mel-2bar, pad 2 at 100 % / 0 %, take 2: bar 2 of Lead")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Enter):
        QTest.keyClick(lane, key)
    assert asked == [51, 50]
    assert len(roll.session.song.track(1).notes) == 12, "the arrows moved no note"
    QTest.keyClick(lane, Qt.Key.Key_Escape)
    assert not lane.hasFocus()


def test_the_tip_says_model_pad_place_and_take(roll: Roll) -> None:
    lane = lane_of(roll)
    roll.title_of_model = {"mel-2bar": "MusicVAE"}.__getitem__
    at = middle(roll, 0)
    QApplication.sendEvent(lane, QHelpEvent(QEvent.Type.ToolTip, at, lane.mapToGlobal(at)))
    assert QToolTip.text() == "MusicVAE, pad 2 at 41 % / 63 %, take 1: bar 1 of Lead"
    QToolTip.hideText()


def test_the_place_of_the_selection_or_cursor_opens_by_command(roll: Roll) -> None:
    asked: list[int] = wanted(roll)
    said: list[str] = []
    roll.session.said.listen(lambda text, _is_error: said.append(text))
    roll.session.select(frozenset((205,)))
    roll.open_place()
    roll.session.select(frozenset(), cursor_tick=2 * BAR)
    roll.open_place()
    assert asked == [51, 52]
    roll.session.select(cursor_tick=5 * BAR)
    roll.open_place()
    assert asked == [51, 52]
    assert said[-1].startswith("Bar 6 came from no pad.")


def test_the_canvas_menu_leads_to_palette_and_pad(qtbot: QtBot, roll: Roll) -> None:
    asked, calls = wanted(roll), []
    roll.palette_wanted.listen(lambda: calls.append("palette"))
    roll.session.select(frozenset((200,)))
    roll.view.intents.menu_asked.emit(roll.view.canvas.mapToGlobal(QPoint(40, 40)))
    menu = roll.findChildren(QMenu)[-1]
    words = {action.text().split("\t")[0]: action for action in menu.actions()}
    words["Add to the palette"].trigger()
    words["Open its place on the pad"].trigger()
    menu.close()
    assert (calls, asked) == (["palette"], [50])


def test_a_tile_shows_the_corner_where_its_dot_lies(roll: Roll) -> None:
    """A dot at the upper right leaves the lower left of its map untouched."""
    lane = lane_of(roll)
    picture = lane.grab().toImage()
    tile = lane.rect_of(lane.tiles()[1])
    text = THEMES["dark"].colour("text").rgb()
    near = {(x, y) for x in range(24) for y in range(lane.height()) if picture.pixel(round(tile.left()) + x, y) == text}
    dots = [(x, y) for x, y in near if 3 <= x <= 18 and 4 <= y <= 20]
    assert dots
    assert np.mean([x for x, _ in dots]) > 11
    assert np.mean([y for _, y in dots]) < 10


def test_narrow_tiles_are_still_found(roll: Roll) -> None:
    lane, asked = lane_of(roll), wanted(roll)
    roll.state.look(roll.state.viewport.fitted(Span(0, 20 * BAR)))
    assert lane.height() >= 24
    QTest.mouseClick(lane, LEFT, pos=middle(roll, 2))
    assert asked == [52]


def test_another_theme_paints_the_lane_anew(roll: Roll) -> None:
    application, lane = QApplication.instance(), lane_of(roll)
    assert isinstance(application, QApplication)
    before = lane.grab().toImage()
    try:
        style.apply(application, THEMES["light"])
        roll.restyle()
        assert lane.grab().toImage() != before
    finally:
        style.apply(application, THEMES["dark"])
        application.setStyleSheet("")


class Counted:
    """`place_of`, counting how many requests were read."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, one: Origin) -> tuple[int, float, float] | None:
        self.count += 1
        return place_of(one)


def test_requests_are_read_once_whatever_is_edited() -> None:
    reader, song = Counted(), song_with_places()
    places = Places(reader)
    for _ in range(3):
        places.committed(song, 1, Span(0, BAR))
    assert reader.count == 4
    more = replace(song, origins=(*song.origins, origin(70, 0.1, 0.1)))
    places.committed(more, 1, Span(0, BAR))
    assert reader.count == 5


def test_the_cost_grows_with_what_is_seen() -> None:
    """In a song fifty times as long the same four bars read the same rows."""

    class Asked(Notes):
        rows_read = 0

        def starting_in(self, span: Span) -> np.ndarray:  # type: ignore[type-arg]
            found = super().starting_in(span)
            Asked.rows_read += len(found)
            return found

    read = []
    for count in (2_000, 100_000):
        song = many_notes(count)
        rows = song.tracks[0].notes.rows.copy()
        rows["origin"] = 50
        song = replace(song, tracks=(song.tracks[0].with_notes(Asked(rows)),), origins=(origin(50, 0.5, 0.5),))
        Asked.rows_read = 0
        (tile,) = Places(place_of).committed(song, song.tracks[0].id, Span(8 * BAR, 12 * BAR))
        assert (tile.first_bar, tile.last_bar) == (9, 12)
        read.append(Asked.rows_read)
    assert 100 < read[0] < 300
    assert 100 < read[1] < 300

"""What takes keep to, small on the rows of the track list."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.edits.constraints import constrain
from studio.song.constraint import Constraint
from widgets.panels.header_chips import CROSS_PX
from widgets.panels.tracks import Tracks

LEFT = Qt.MouseButton.LeftButton
FULL = Constraint(1, 36, 60, 1.0, 12.0, 1, keeps_rhythm=True)


@pytest.fixture
def panel(session, put_up):
    made = put_up(Tracks(session), 200, 500)
    made.activateWindow()
    return made


def row(panel, track_id=1):
    return panel._rows.by_id[track_id]


def test_gn_6_1_a_row_shows_what_takes_keep_to(panel, session):
    height = row(panel).height()
    session.do(constrain(Constraint(1, 36, 60, polyphony=1)))
    chips = row(panel).chips
    assert chips.isVisible()
    assert [demand.words for demand in chips.demands] == ["C2–C4", "1 voice"]
    assert len(chips.places()) == 2
    assert row(panel).height() > height
    assert "One note at a time" in row(panel).accessibleDescription()
    session.undo()
    assert not chips.isVisible()
    assert row(panel).height() == height


def test_gn_6_1_more_than_there_is_room_for_are_counted(panel, session):
    session.do(constrain(FULL))
    chips = row(panel).chips
    places = chips.places()
    assert 1 <= len(places) < len(chips.demands)
    assert all(place.right() <= chips.width() for place in places)


def test_gn_6_1_the_cross_of_a_small_chip_takes_it_away(panel, session):
    session.do(constrain(Constraint(1, 36, 60, polyphony=1)))
    chips = row(panel).chips
    place = chips.places()[0]
    QTest.mouseClick(chips, LEFT, pos=QPoint(round(place.right() - CROSS_PX / 2), round(place.center().y())))
    assert session.song.constraint(1) == Constraint(1, polyphony=1)


def test_gn_6_1_a_small_chip_opens_the_sheet_of_its_track(panel, session):
    session.do(constrain(Constraint(2, 36, 60)))
    chips = row(panel, 2).chips
    QTest.mouseClick(chips, LEFT, pos=QPoint(6, 10))
    assert session.selection.track_id == 2
    assert panel._editor.isVisible()
    assert panel._editor.low.text() == "C2"
    panel._editor.close()


def test_gn_6_1_the_commands_open_the_sheet_and_free_the_track(panel, session):
    panel.edit_constraints()
    assert panel._editor.isVisible()
    panel._editor.close()
    session.do(constrain(FULL))
    panel.free()
    assert session.song.constraints == ()


def test_gn_6_1_rows_of_different_heights_are_dropped_where_the_line_is(panel, session, qtbot):
    session.do(constrain(FULL))
    qtbot.waitUntil(lambda: row(panel, 3).y() > row(panel, 2).y() > row(panel).height() - 2)
    ahead_of_the_third = row(panel, 3).geometry().center().y() - 3
    row(panel).dropped.emit(1, ahead_of_the_third)
    assert [track.id for track in session.song.tracks] == [2, 1, 3]
    row(panel).dropped.emit(1, panel.height())
    assert [track.id for track in session.song.tracks] == [2, 3, 1]

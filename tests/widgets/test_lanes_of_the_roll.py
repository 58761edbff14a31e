"""Lanes of tempo, meter and controllers: dragged, drawn, typed with mouse and keys; each gesture one undo step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.edits import conducting
from studio.edits.lanes import Lane
from studio.song.controls import BEND, CONTROLLER, DRAWN, PROGRAM, Controls
from studio.song.timeline import MeterChange, TempoChange, Timeline
from tests.canvas_songs import BAR, CTRL, NONE, RIGHT, SHIFT, STEP, click, drag, many_notes, shown_roll
from widgets import theme
from widgets.panels.roll import Roll
from widgets.piano_roll.lane_control import ControlLane
from widgets.piano_roll.lane_kinds import EXPRESSION, value_typed, value_words
from widgets.piano_roll.lane_tempo import TempoLane

WHEEL, PEDAL, SOUND = Lane(BEND), Lane(CONTROLLER, 64), Lane(PROGRAM)


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


@pytest.fixture
def tempo(roll: Roll, qtbot: QtBot) -> TempoLane:
    roll.toggle_tempo_lane()
    lane = roll.view.lanes.tempo
    assert lane is not None
    qtbot.waitExposed(lane)
    return lane


@pytest.fixture
def lane(roll: Roll, qtbot: QtBot) -> ControlLane:
    roll.toggle_control_lanes()
    (made,) = roll.view.lanes.controls
    qtbot.waitExposed(made)
    return made


def at(widget: TempoLane | ControlLane, tick: float, value: float) -> QPoint:
    return QPoint(round(widget.state.viewport.x_of(tick)), round(widget.y_of(value)))


def typed(widget: QWidget, text: str) -> None:
    editor = widget.findChildren(QLineEdit)[-1]
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def tempos(roll: Roll) -> list[tuple[int, int, bool]]:
    return [(change.tick, round(change.bpm), change.is_ramp) for change in roll.session.song.timeline.tempos]


def points(roll: Roll, lane: Lane = EXPRESSION) -> list[tuple[int, int, bool]]:
    found = roll.session.song.track(1).controls.of_lane(lane.kind, lane.number)
    return [(tick, value, glides) for tick, _, _, value, glides in found.tolist()]


# Tempo


def test_pr26_a_double_click_adds_a_tempo_and_a_drag_moves_it(roll: Roll, tempo: TempoLane) -> None:
    QTest.mouseDClick(tempo, Qt.MouseButton.LeftButton, NONE, at(tempo, BAR, 125))
    assert tempos(roll)[1:] == [(BAR, 125, False)]
    drag(tempo, at(tempo, BAR, 125), at(tempo, BAR + 2 * STEP, 110))
    (moved,) = tempos(roll)[1:]
    assert moved[0] == BAR + 2 * STEP
    assert abs(moved[1] - 110) <= 2
    assert roll.session.history.labels == ("Change tempo", "Move tempo")


def test_pr26_tempos_are_typed_and_nonsense_is_refused(roll: Roll, tempo: TempoLane) -> None:
    said: list[str] = []
    roll.session.said.listen(lambda text, _: said.append(text))
    QTest.mouseDClick(tempo, Qt.MouseButton.LeftButton, NONE, at(tempo, 0, 120))
    typed(tempo, "92,5")
    assert roll.session.song.timeline.tempos[0].bpm == pytest.approx(92.5, abs=0.01)
    for text, words in (("fast", "no tempo"), ("5", "cannot be played"), ("1e9", "cannot be played")):
        tempo.edit("tempo", 0)
        typed(tempo, text)
        assert words in said[-1]
    assert len(roll.session.history.labels) == 1


def test_pr26_ramps_from_the_menu_and_points_by_keys(roll: Roll, tempo: TempoLane) -> None:
    roll.session.do(conducting.set_tempo_point(BAR, 80))
    click(tempo, at(tempo, 0, 120), button=RIGHT)
    menu = tempo.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text().startswith("Ramp")).trigger()
    menu.hide()
    assert tempos(roll)[0] == (0, 120, True)
    click(tempo, at(tempo, BAR, 80))
    QTest.keyClick(tempo, Qt.Key.Key_Up)
    assert tempos(roll)[1] == (BAR, 81, False)
    QTest.keyClick(tempo, Qt.Key.Key_Delete)
    assert len(tempos(roll)) == 1


def test_pr26_meters_are_typed_dragged_and_removed(roll: Roll, tempo: TempoLane) -> None:
    tempo.edit("meter", BAR)
    typed(tempo, "3/4")
    assert roll.session.song.timeline.meters[1] == MeterChange(BAR, 3, 4)
    x = round(tempo.state.viewport.x_of(BAR)) + 12
    drag(tempo, QPoint(x, 10), QPoint(x + round(BAR / tempo.state.viewport.ticks_per_px), 10))
    assert roll.session.song.timeline.meters[1] == MeterChange(2 * BAR, 3, 4)
    roll.lane_commands.remove("meter", 2 * BAR)
    assert len(roll.session.song.timeline.meters) == 1
    roll.lane_commands.set_meter(0, "7/9")
    assert roll.session.song.timeline.meters == (MeterChange(0, 4, 4),)


def test_pr26_taps_set_the_tempo_as_one_step(roll: Roll) -> None:
    moments = iter((10.0, 10.6, 11.2, 11.8))
    roll.lane_commands._clock = lambda: next(moments)
    for _ in range(4):
        roll.lane_commands.tap()
    assert tempos(roll) == [(0, 100, False)]
    assert len(roll.session.history.labels) == 1


def test_pr26_escape_gives_a_drag_up(roll: Roll, tempo: TempoLane) -> None:
    QTest.mousePress(tempo, Qt.MouseButton.LeftButton, NONE, at(tempo, 0, 120))
    QTest.mouseMove(tempo, at(tempo, 0, 130))
    QTest.keyClick(tempo, Qt.Key.Key_Escape)
    QTest.mouseRelease(tempo, Qt.MouseButton.LeftButton, NONE, at(tempo, 0, 130))
    assert roll.session.history.labels == ()


# Controllers


def test_pr25_drawing_leaves_few_points_that_glide(roll: Roll, lane: ControlLane) -> None:
    drag(lane, at(lane, 0, 20), at(lane, BAR, 110))
    drawn = points(roll)
    assert 2 <= len(drawn) <= 4
    assert abs(drawn[0][1] - 20) <= 2
    assert abs(drawn[-1][1] - 110) <= 2
    assert [glides for _, _, glides in drawn] == [True] * (len(drawn) - 1) + [False]
    assert len(roll.session.history.labels) == 1


def test_pr25_shift_draws_one_line_on_the_grid(roll: Roll, lane: ControlLane) -> None:
    drag(lane, at(lane, 20, 100), at(lane, BAR - 20, 30), SHIFT)
    (first, last) = points(roll)
    assert (first[0], last[0], first[2], last[2]) == (0, BAR, True, False)
    played = roll.session.song.track(1).controls.points
    assert len(played) <= first[1] - last[1] + 2


def test_pr25_points_are_chosen_moved_typed_and_deleted(roll: Roll, lane: ControlLane) -> None:
    drag(lane, at(lane, 0, 100), at(lane, BAR, 30), SHIFT)
    drag(lane, at(lane, BAR - 600, 127), at(lane, BAR + 600, 0), CTRL)
    assert lane.chosen == {BAR}
    before = points(roll)[1][1]
    QTest.keyClick(lane, Qt.Key.Key_Up)
    assert points(roll)[1][1] == before + 1
    drag(lane, at(lane, BAR, before + 1), at(lane, BAR + STEP, before + 30))
    assert points(roll)[1][0] == BAR + STEP
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, NONE, at(lane, *points(roll)[1][:2]))
    typed(lane, "77")
    assert points(roll)[1][:2] == (BAR + STEP, 77)
    lane.choose(frozenset((0, BAR + STEP)))
    QTest.keyClick(lane, Qt.Key.Key_Delete)
    assert points(roll) == []
    while roll.session.history.undo_label:
        roll.session.undo()
    assert points(roll) == []


def test_pr25_glides_turn_into_steps_from_the_menu(roll: Roll, lane: ControlLane) -> None:
    drag(lane, at(lane, 0, 100), at(lane, BAR, 30), SHIFT)
    value = points(roll)[0][1]
    click(lane, at(lane, 0, value), button=RIGHT)
    menu = lane.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text().startswith("Step")).trigger()
    menu.hide()
    assert [glides for _, _, glides in points(roll)] == [False, False]


def test_pr25_bends_switches_and_programs_have_values_of_their_own(roll: Roll, lane: ControlLane) -> None:
    stack = roll.view.lanes
    stack.turn_to(lane, WHEEL)
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, NONE, at(lane, BAR, 30))
    assert points(roll, WHEEL) == [(BAR, 0, False)]
    stack.turn_to(lane, PEDAL)
    drag(lane, at(lane, 0, 120), at(lane, BAR, 120))
    assert points(roll, PEDAL) == [(0, 127, False)]
    stack.turn_to(lane, SOUND)
    lane.edit(BAR)
    typed(lane, "cello")
    assert points(roll, SOUND) == [(BAR, 42, False)]
    assert [value_words(PEDAL, 127), value_words(Lane(CONTROLLER, 10), 44), value_words(WHEEL, -5)] == ["On", "L20", "-5"]
    assert [value_typed(Lane(CONTROLLER, 10), "R10"), value_typed(EXPRESSION, "999"), value_typed(EXPRESSION, "x")] == [
        74,
        127,
        None,
    ]


def test_pr25_the_erase_tool_wipes_points(roll: Roll, lane: ControlLane) -> None:
    drag(lane, at(lane, 0, 100), at(lane, BAR, 30), SHIFT)
    roll.set_tool("erase")
    drag(lane, at(lane, BAR - 400, 60), at(lane, BAR + 400, 60))
    assert [tick for tick, _, _ in points(roll)] == [0]


def test_pr25_lanes_come_and_go_and_leave_no_listener(roll: Roll, lane: ControlLane) -> None:
    stack, listening = roll.view.lanes, len(roll.state.shown_changed)
    assert stack.add(EXPRESSION) is lane
    for other in (WHEEL, PEDAL, SOUND):
        assert stack.add(other) is not None
    assert stack.add(Lane(CONTROLLER, 1)) is None
    roll.toggle_control_lanes()
    assert stack.controls == []
    assert len(roll.state.shown_changed) == listening - 1


def test_pr25_lanes_of_another_track_show_its_points(roll: Roll, lane: ControlLane) -> None:
    drag(lane, at(lane, 0, 100), at(lane, BAR, 30), SHIFT)
    roll.session.select(track_id=2)
    assert len(lane.points()) == 0
    lane.grab()


def test_pr25_pr26_very_many_points_are_drawn_as_one_line(qtbot: QtBot) -> None:
    song = many_notes(2_000)
    ticks = np.arange(0, song.end_tick, 40)
    drawn = np.zeros(len(ticks), DRAWN)
    drawn["tick"], drawn["number"], drawn["value"] = ticks, 11, np.arange(len(ticks)) % 128
    changes = tuple(TempoChange(tick, 400_000 + tick % 777 * 100) for tick in ticks.tolist())
    track = replace(song.tracks[0], controls=Controls(drawn))
    roll = shown_roll(qtbot, replace(song.with_track(track), timeline=Timeline(changes)))
    roll.toggle_tempo_lane()
    roll.toggle_control_lanes()
    roll.zoom_to_fit()
    tempo, (lane,) = roll.view.lanes.tempo, roll.view.lanes.controls
    assert tempo is not None
    for widget, role in ((tempo, theme.current().accent), (lane, theme.current().tracks[0])):
        image = widget.grab().toImage()
        names = {image.pixelColor(x, y).name() for x in range(0, 400, 7) for y in range(image.height())}
        assert len(names) > 2, role
    assert tempo._found(QPointF(50, 50)) is None

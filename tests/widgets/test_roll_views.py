"""What the roll shows and how it draws: scale kept, colours, diamonds of drums, names, ghosts one by one, following."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.edits import notes, takes
from studio.generation.contract import Request
from studio.song.notes import Note, rows_of
from studio.song.origin import Origin
from studio.song.region import Mask, Region
from studio.song.ticks import Span
from tests.canvas_songs import ALT, BAR, CTRL, RIGHT, STEP, PreviewingSound, click, drag, point, shown_roll
from widgets import theme
from widgets.panels.roll import Roll
from widgets.piano_roll.colouring import COLOURINGS, Made, groups_of
from widgets.piano_roll.menu import note_menu
from widgets.piano_roll.tiles import aligned, layers_in
from widgets.snap import Snap


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def note(roll: Roll, note_id: int) -> Note:
    found = roll.state.notes.note(note_id)
    assert found is not None
    return found


def pixel(roll: Roll, at: QPoint) -> QColor:
    return roll.view.canvas.grab().toImage().pixelColor(at)


def show_drums(roll: Roll) -> None:
    roll.session.select(frozenset(), track_id=3)
    roll.state.look(roll.state.viewport.centred_on_pitch(40))


# PR-09


def test_pr09_grids_by_key_keep_whether_moves_are_absolute(roll: Roll) -> None:
    names = []
    roll.snap_changed.listen(lambda: names.append(roll.snap.name))
    roll.toggle_absolute()
    for act in (lambda: roll.toggle_shape("dotted"), lambda: roll.toggle_shape("quintuplet"), roll.toggle_triplet):
        act()
    roll.toggle_triplet()
    roll.toggle_adaptive()
    roll.toggle_adaptive()
    assert names == ["1/16", "1/16.", "1/16Q", "1/16T", "1/16", "Adaptive", "1/16"]
    assert roll.snap.is_absolute


def test_pr09_moves_keep_their_distance_or_land_on_the_grid(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.do(notes.move([10], 50))
    drag(canvas, point(canvas, 400, 72), point(canvas, 400 + 2 * STEP, 72))
    assert note(roll, 10).start_tick == 2 * STEP + 50
    roll.toggle_absolute()
    drag(canvas, point(canvas, 700, 72), point(canvas, 700 + 2 * STEP, 72))
    assert note(roll, 10).start_tick == 4 * STEP


@pytest.mark.parametrize("name", ["1/16", "1/8T", "1/4.", "1/16Q", "Bar"])
def test_pr09_grids_are_found_by_their_names(name: str) -> None:
    assert Snap.named(name).name == name


# PR-10


def test_pr10_each_other_track_has_an_eye_in_the_menu(roll: Roll) -> None:
    span = Span(0, BAR)
    assert [layer.track.id for layer in layers_in(roll.state, span)[0]] == [2]
    menu = note_menu(roll, roll, 0)
    eyes = {action.text(): action for action in menu.findChildren(QMenu)[0].actions()}
    assert list(eyes) == ["Bass", "Drums"]
    eyes["Bass"].trigger()
    assert layers_in(roll.state, span)[0] == []
    roll.toggle_ghost(2)
    assert [layer.track.id for layer in layers_in(roll.state, span)[0]] == [2]
    menu.close()


# PR-13


def test_pr13_drawn_and_painted_notes_keep_to_the_scale(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.toggle_scale()
    roll.set_tool("draw")
    click(canvas, point(canvas, 2 * BAR + 10, 76))
    assert note(roll, 100).pitch == 75
    roll.set_tool("paint")
    drag(canvas, point(canvas, 3 * BAR + 10, 76), point(canvas, 3 * BAR + STEP + 10, 76))
    assert {n.pitch for n in roll.state.notes if n.start_tick >= 3 * BAR} == {75}
    roll.toggle_scale()
    roll.set_tool("draw")
    click(canvas, point(canvas, 2 * BAR + 2 * STEP, 76))
    assert 76 in {n.pitch for n in roll.state.notes}


def test_pr13_dragged_notes_move_by_scale_steps_together_in_one_step(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.toggle_scale()
    roll.commands.select_all()
    drag(canvas, point(canvas, 400, 72), point(canvas, 400, 76))
    assert [note(roll, i).pitch for i in (10, 11, 12, 13)] == [75, 77, 79, 82]
    assert roll.session.history.labels == ("Move 4 notes",)
    drag(canvas, point(canvas, 400, 75), point(canvas, 400 + BAR, 77), CTRL)
    assert [n.pitch for n in roll.state.notes if n.start_tick in (BAR, 2 * BAR)] == [77, 82, 84]


def test_pr13_a_drag_in_the_scale_stops_at_the_edge_as_a_whole(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.do(notes.move([13], 0, 46))
    roll.toggle_scale()
    roll.commands.select_all()
    drag(canvas, point(canvas, 400, 72), point(canvas, 400, 80))
    assert [note(roll, i).pitch for i in (10, 13)] == [74, 127]


def test_pr13_without_a_key_it_says_what_is_missing(roll: Roll) -> None:
    said: list[str] = []
    roll.session.open(roll.session.song.__class__("Keyless", roll.session.song.tracks, next_id=100))
    roll.session.said.listen(lambda text, _is_error: said.append(text))
    roll.toggle_scale()
    assert "Choose it" in said[-1]
    roll.set_tool("draw")
    canvas = roll.view.canvas
    click(canvas, point(canvas, 2 * BAR + 10, roll.state.viewport.high_pitch - 3))
    assert note(roll, 100).pitch == roll.state.viewport.high_pitch - 3


# PR-16


def test_pr16_notes_are_heard_when_touched_unless_that_is_off(roll: Roll) -> None:
    canvas, sound = roll.view.canvas, roll.session.sound
    assert isinstance(sound, PreviewingSound)
    click(canvas, point(canvas, 400, 72))
    roll.toggle_previews()
    click(canvas, point(canvas, 2300, 75))
    assert sound.heard() == [(1, 72, 100)]


def test_pr_16_a_preview_stops_by_itself_and_is_silent_while_playing_unless_asked(roll: Roll, qtbot: QtBot) -> None:
    canvas, sound = roll.view.canvas, roll.session.sound
    assert isinstance(sound, PreviewingSound)
    place = point(canvas, 400, 72)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place)
    assert roll._preview_timer.interval() == 1000
    qtbot.waitUntil(lambda: ("stop preview", None) in sound.calls)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place)
    assert sound.heard() == [(1, 72, 100)]
    assert sound.calls.count(("stop preview", None)) == 1
    roll.show_playing(0, True)
    click(canvas, place)
    assert len(sound.heard()) == 1
    roll.toggle_previews_playing()
    click(canvas, place)
    assert len(sound.heard()) == 2


# PR-29


def test_pr29_the_view_stays_pages_or_keeps_the_playhead_in_the_middle(roll: Roll) -> None:
    far = round(roll.state.viewport.tick_at(roll.state.viewport.width_px)) + 10
    assert roll.following == "page"
    roll.follow("off")
    roll.show_playing(far, True)
    assert roll.state.viewport.left_tick == 0
    roll.follow("page")
    roll.show_playing(far, True)
    paged = roll.state.viewport.left_tick
    assert 0 < paged < far
    roll.show_playing(far + 100, True)
    assert roll.state.viewport.left_tick == paged
    roll.follow("middle")
    roll.show_playing(far + 100, True)
    assert roll.state.viewport.x_of(far + 100) == pytest.approx(roll.state.viewport.width_px / 2, abs=2)


# PR-31


def test_pr31_each_mode_colours_by_what_it_says() -> None:
    rows = rows_of([Note(0, 10, 60, 10, 1), Note(0, 10, 72, 120, 2, origin=7), Note(0, 10, 67, 120, 3, origin=8)])
    made = Made(frozenset((7, 8)), frozenset((8,)))
    track = theme.DARK.track(0)

    def same(mode: str) -> list[list[bool]]:
        return [chosen.tolist() for chosen, _ in groups_of(mode, rows, track, theme.DARK, made)]

    assert same("track") == [[True, True, True]]
    assert same("loudness") == [[True, False, False], [False, True, True]]
    assert same("pitch") == [[True, True, False], [False, False, True]]
    assert same("origin") == [[True, False, False], [False, True, False], [False, False, True]]


@pytest.mark.parametrize("mode", COLOURINGS)
@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT, theme.CONTRAST], ids=lambda tokens: tokens.name)
def test_pr31_every_colour_stands_out_from_the_rows(mode: str, tokens: theme.Theme) -> None:
    rows = rows_of([Note(i, 10, i, max(1, i), i + 1, origin=i % 3) for i in range(128)])
    made = Made(frozenset((1, 2)), frozenset((2,)))
    found = groups_of(mode, rows, tokens.track(0), tokens, made)
    assert np.sum([chosen for chosen, _ in found], axis=0).tolist() == [1] * 128
    ground = tokens.colour("panel").lightnessF()
    assert all(abs(colour.lightnessF() - ground) > 0.2 for _, colour in found)


def test_pr31_a_note_that_a_model_made_shows_it(roll: Roll) -> None:
    origin = Origin(0, "model", "0" * 64, "fill", 1, 1, "{}", "test")
    made = rows_of([Note(2 * BAR, 960, 72, 127)])
    roll.session.do(takes.keep([(1, made)], Mask(Region((1,), Span(2 * BAR, 3 * BAR))), origin, "Keep"))
    at = point(roll.view.canvas, 2 * BAR + 800, 72) - QPoint(0, 4)
    before = pixel(roll, at)
    roll.colour_by("origin")
    assert pixel(roll, at) != before
    assert pixel(roll, point(roll.view.canvas, 800, 72) - QPoint(0, 4)) == pixel(roll, point(roll.view.canvas, 700, 72))


def test_names_in_notes_can_be_left_out(roll: Roll) -> None:
    before = roll.view.canvas.grab().toImage()
    roll.toggle_names()
    assert roll.view.canvas.grab().toImage() != before
    roll.toggle_names()
    assert roll.view.canvas.grab().toImage() == before


# PR-32


def test_pr32_a_hit_is_a_diamond_on_its_start_however_long_it_is(roll: Roll) -> None:
    show_drums(roll)
    canvas = roll.view.canvas
    roll.session.do(notes.move([30], 960))
    roll.session.do(notes.set_lengths([30], 900))
    centre = point(canvas, 960, 36)
    drawn = pixel(roll, centre)
    assert pixel(roll, centre + QPoint(30, 0)) != drawn
    assert pixel(roll, centre + QPoint(6, -6)) != drawn
    assert pixel(roll, centre - QPoint(3, 0)) == drawn


def test_pr32_hits_are_taken_where_they_are_drawn_and_never_resized(roll: Roll) -> None:
    show_drums(roll)
    canvas = roll.view.canvas
    roll.session.do(notes.move([30], 960))
    start = point(canvas, 960, 36)
    drag(canvas, start - QPoint(4, 0), start + QPoint(2 * STEP // 12 - 4, 0))
    assert (note(roll, 30).start_tick, note(roll, 30).length_ticks) == (960 + 2 * STEP, 120)
    click(canvas, point(canvas, 960 + 3 * STEP, 36))
    assert roll.session.selection.note_ids == frozenset()
    roll.set_tool("erase")
    drag(canvas, point(canvas, 960, 36), point(canvas, 960 + 4 * STEP, 36))
    assert len(roll.state.notes) == 0


def test_pr32_takes_and_drags_of_drums_are_painted(roll: Roll) -> None:
    show_drums(roll)
    session = roll.session
    session.select(bars=Span(BAR, 2 * BAR))
    session.generate(Request("fill", "fake-model", session.song, session.target("fill"), count=1))
    assert not roll.view.canvas.grab().isNull()


def test_the_whole_keyboard_of_tools_leaves_drums_whole(roll: Roll) -> None:
    show_drums(roll)
    canvas = roll.view.canvas
    roll.set_tool("draw")
    click(canvas, point(canvas, 480, 38))
    click(canvas, point(canvas, 480, 38), button=RIGHT)
    assert [n.id for n in roll.state.notes] == [30]
    drag(canvas, point(canvas, 2, 36), point(canvas, 960, 40), ALT)
    assert (note(roll, 30).start_tick, note(roll, 30).pitch) == (960 - 24 + 24, 40)
    assert aligned(roll.state.viewport).pitch_at(point(canvas, 0, 40).y()) == 40

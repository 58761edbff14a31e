"""What takes may change is painted, bars and tracks are locked; by hand, by key, and seen everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.edits import locks, notes
from studio.generation import asking
from studio.generation.contract import Request
from studio.song.notes import Note
from studio.song.region import Patch, Region
from studio.song.ticks import Span
from tests.canvas_songs import ALT, BAR, NONE, RIGHT, SHIFT, click, drag, point, session_with, shown_roll, small_song
from widgets.arrangement.section_bar import SECTIONS_PX
from widgets.panels.arrange import Arrange
from widgets.panels.roll import Roll
from widgets.panels.tracks import Tracks


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    made = shown_roll(qtbot)
    made.set_tool("mask")
    return made


def strip_of(roll: Roll, qtbot: QtBot) -> Arrange:
    made = Arrange(roll.session)
    qtbot.addWidget(made)
    made.show_roll(roll.state)
    made.resize(900, 119)
    made.show()
    qtbot.waitExposed(made)
    return made


def patches(roll: Roll) -> tuple[Patch, ...]:
    return roll.session.selection.patches


def seen(widget: QWidget) -> QImage:
    return widget.grab().toImage()


# Painting what may change


def test_gn_6_1_a_drag_paints_whole_bars_of_all_pitches(roll: Roll) -> None:
    canvas = roll.view.canvas
    before = seen(canvas)
    drag(canvas, point(canvas, BAR + 100, 70), point(canvas, 2 * BAR + 100, 74))
    assert patches(roll) == (Patch(1, Span(BAR, 3 * BAR)),)
    assert roll.state.region == Span(BAR, 3 * BAR)
    assert seen(canvas) != before
    assert roll.session.history.labels == (), "painting is no change of the song"


def test_gn_6_1_with_shift_only_the_pitches_passed_over(roll: Roll) -> None:
    canvas = roll.view.canvas
    drag(canvas, point(canvas, 100, 70), point(canvas, BAR - 100, 74), SHIFT)
    assert patches(roll) == (Patch(1, Span(0, BAR), 70, 74),)


def test_gn_6_1_the_right_button_takes_paint_away(roll: Roll) -> None:
    canvas = roll.view.canvas
    drag(canvas, point(canvas, 100, 70), point(canvas, 3 * BAR - 100, 70))
    drag(canvas, point(canvas, BAR + 100, 70), point(canvas, 2 * BAR - 100, 74), SHIFT, button=RIGHT)
    around = {Patch(1, Span(0, BAR)), Patch(1, Span(2 * BAR, 3 * BAR))}
    assert set(patches(roll)) == around | {Patch(1, Span(BAR, 2 * BAR), 0, 69), Patch(1, Span(BAR, 2 * BAR), 75, 127)}


def test_gn_6_1_a_click_with_alt_takes_one_part_away_and_a_drag_with_it_is_finer(roll: Roll) -> None:
    canvas = roll.view.canvas
    drag(canvas, point(canvas, 100, 70), point(canvas, 900, 74), ALT)
    (part,) = patches(roll)
    assert part.span.start_tick == roll.state.snapped_below(100)
    assert part.span.length_ticks < BAR
    click(canvas, point(canvas, 500, 70), ALT)
    assert patches(roll) == ()


def test_esc_lets_the_notes_go_then_the_paint_then_the_bars(roll: Roll) -> None:
    roll.session.select(frozenset((10,)), bars=Span(0, BAR))
    roll.masks.paint_bars()
    roll.commands.select_none()
    assert (roll.session.selection.note_ids, len(patches(roll))) == (frozenset(), 1)
    roll.commands.select_none()
    assert (patches(roll), roll.session.selection.bars) == ((), Span(0, BAR))
    roll.commands.select_none()
    assert roll.session.selection.bars is None


def test_without_a_mouse_bars_and_the_band_of_selected_notes_are_painted(roll: Roll) -> None:
    session = roll.session
    session.select(frozenset((10, 12)), bars=Span(0, 2 * BAR))
    roll.masks.paint_pitches()
    assert patches(roll) == (Patch(1, Span(0, 2 * BAR), 72, 75),)
    session.select(bars=Span(4 * BAR, 5 * BAR), range_ids=(1, 2))
    roll.masks.paint_bars()
    assert {patch.track_id for patch in patches(roll)} == {1, 2}
    roll.masks.clear()
    assert patches(roll) == ()


def test_what_is_painted_is_where_takes_write(roll: Roll) -> None:
    session = roll.session
    drag(roll.view.canvas, point(roll.view.canvas, 100, 71), point(roll.view.canvas, BAR - 100, 73), SHIFT)
    mask = session.target("start")
    assert (mask.region, mask.patches) == (Region((1,), Span(0, BAR)), patches(roll))
    aim = asking.painted(session.song, 1, patches(roll))
    request = asking.request_of(asking.Wish("start", "any", aim), session.song)
    assert request.mask.patches == mask.patches


def test_a_take_for_painted_pitches_leaves_the_others(roll: Roll) -> None:
    session = roll.session
    before = session.song.track(1).notes.rows
    session.select(patches=(Patch(1, Span(0, 4 * BAR), 72, 72),))
    session.generate(Request("fill", "scales", session.song, session.target("start"), count=1))
    assert roll.state.patches == session.tray.current.request.mask.patches  # type: ignore[union-attr]
    assert session.keep()
    after = session.song.track(1).notes
    others = before[before["pitch"] != 72]
    assert after.with_ids(others["id"]).tobytes() == others.tobytes()
    assert session.selection.patches == (), "kept: nothing is painted any more"


def test_painting_over_several_tracks_in_the_arrangement(roll: Roll, qtbot: QtBot) -> None:
    arrange = strip_of(roll, qtbot)
    view = arrange.view
    top = view.lanes_top + view.lane_px / 2

    def at(tick: float, row: int) -> QPoint:
        return QPoint(round(view.x_of(tick)), round(top + row * view.lane_px))

    assert top > SECTIONS_PX
    before = seen(view)
    drag(view, at(BAR + 50, 0), at(2 * BAR - 200, 1))
    ids = tuple(track.id for track in roll.session.song.tracks[:2])
    assert patches(roll) == tuple(Patch(track_id, Span(BAR, 2 * BAR)) for track_id in ids)
    assert seen(view) != before
    drag(view, at(BAR + 50, 1), at(2 * BAR - 200, 1), button=RIGHT)
    assert patches(roll) == (Patch(ids[0], Span(BAR, 2 * BAR)),)


# Locking


def test_bars_are_locked_and_unlocked_and_it_is_seen(roll: Roll, said: list[str]) -> None:
    session = roll.session
    session.select(bars=Span(0, 2 * BAR))
    before = seen(roll.view.canvas), seen(roll.view.ruler)
    roll.masks.toggle_bars_locked()
    assert session.song.track(1).locks == (Span(0, 2 * BAR),)
    assert roll.masks.are_bars_locked
    assert "Bars 1-2" in said[-1]
    assert "Shift+K" in said[-1]
    assert (seen(roll.view.canvas) != before[0], seen(roll.view.ruler) != before[1]) == (True, True)
    session.select(bars=Span(BAR, 2 * BAR))
    roll.masks.toggle_bars_locked()
    assert session.song.track(1).locks == (Span(0, BAR),)
    session.undo()
    assert session.song.track(1).locks == (Span(0, 2 * BAR),)


def test_by_hand_nothing_gets_into_locked_bars_and_nothing_out(roll: Roll, said: list[str]) -> None:
    session, canvas = roll.session, roll.view.canvas
    session.do(locks.set_bars_locked(Region((1,), Span(0, BAR)), True))
    song = session.song
    roll.set_tool("draw")
    click(canvas, point(canvas, 1000, 68))
    assert said[-1] == "Bar 1 of «Lead» is locked, so nothing was changed. Unlock it first (Shift+K)."
    roll.set_tool("erase")
    click(canvas, point(canvas, 400, 72))
    roll.set_tool("select")
    drag(canvas, point(canvas, 400, 72), point(canvas, 400, 76))
    session.select(frozenset((10,)))
    roll.commands.delete()
    assert session.song is song
    assert said.count(said[-1]) == 4
    roll.commands.toggle_locked()
    roll.commands.toggle_locked()
    assert "locked" in said[-1], "unlocked by itself the note is still in a locked bar"


def test_bulk_commands_say_how_many_were_left(roll: Roll, said: list[str]) -> None:
    session = roll.session
    session.do(notes.set_locked([10, 11], True))
    session.select(frozenset((10, 11, 12)))
    roll.commands.transpose(1)
    assert said[-1] == "2 locked notes were left alone."
    session.do(notes.set_locked([11], False))
    roll.commands.change_velocity(5)
    assert said[-1] == "1 locked note was left alone."


def test_a_locked_track_takes_no_notes_and_no_takes_but_a_fader(roll: Roll, said: list[str]) -> None:
    session = roll.session
    session.do(locks.set_track_locked(1, True))
    assert roll.masks.is_track_locked
    song = session.song
    session.do(notes.add(1, [Note(20 * BAR, 10, 60)]))
    assert said[-1].startswith("«Lead» is locked, so nothing was changed.")
    assert session.song is song
    assert asking.obstacle("start", song, asking.Aim(1, Span(0, BAR))).startswith("«Lead» is locked.")
    session.select(bars=Span(0, BAR))
    roll.masks.toggle_bars_locked()
    assert "as a whole" in said[-1]


def test_the_padlock_of_a_row_locks_its_track(qtbot: QtBot) -> None:
    session = session_with(small_song())
    panel = Tracks(session)
    qtbot.addWidget(panel)
    panel.resize(240, 400)
    panel.show()
    qtbot.waitExposed(panel)
    row = next(row for row in panel.findChildren(QWidget) if getattr(row, "track", None) is session.song.tracks[0])
    row.lock.click()  # type: ignore[attr-defined]
    assert session.song.tracks[0].is_locked
    row.lock.click()  # type: ignore[attr-defined]
    assert not session.song.tracks[0].is_locked


def test_a_locked_track_is_deleted_when_asked_twice(qtbot: QtBot) -> None:
    session = session_with(small_song())
    said: list[str] = []
    session.said.listen(lambda text, _: said.append(text))
    panel = Tracks(session)
    qtbot.addWidget(panel)
    first = session.song.tracks[0].id
    session.select(track_id=first)
    session.do(locks.set_track_locked(first, True))
    panel.delete()
    assert session.song.has_track(first)
    assert "once more" in said[-1]
    panel.delete()
    assert not session.song.has_track(first)


def test_locked_bars_of_all_tracks_in_the_arrangement(roll: Roll, qtbot: QtBot) -> None:
    arrange = strip_of(roll, qtbot)
    before = seen(arrange.view)
    ids = tuple(track.id for track in roll.session.song.tracks)
    roll.session.do(locks.set_bars_locked(Region(ids, Span(0, BAR)), True))
    assert seen(arrange.view) != before
    click(arrange.view, QPoint(400, 60), NONE)

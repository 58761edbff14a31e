"""The Explore workspace in the whole window: its parts, Space, what is dropped on it, and a hundred drags."""

from __future__ import annotations

import gc
import threading
import tracemalloc

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.app import exploring
from studio.app.desk import Desk
from studio.app.workspaces import workspace
from tests.pad_parts import filled
from widgets.controls.pad_marks import Sketch


@pytest.fixture
def desk(pad_desk: Desk) -> Desk:
    return pad_desk


def explore(desk: Desk, qtbot: QtBot) -> None:
    """Ctrl+2 on a pad with four phrases, until its grid is there."""
    filled(desk.explorer)
    QTest.keyClick(desk.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.explorer.grid) == 49)


def test_ctrl_2_shows_the_pad_beside_its_palette_and_the_takes(desk: Desk, qtbot: QtBot) -> None:
    explore(desk, qtbot)
    window = desk.window
    for part in (*window.exploring.panels, window.generate, window.takes):
        assert part.isVisible(), part.title
    for part in (window.roll, window.tracks, window.mixer, window.arrange):
        assert not part.isVisible(), part.title
    pad, phrases = window.exploring.latent, window.exploring.phrases
    assert pad.pad.hasFocus()
    assert pad.width() > phrases.width() * 2
    desk.actions.by_id["workspace compose"].trigger()
    assert window.roll.isVisible()
    assert not pad.isVisible()


def test_the_panels_of_explore_are_built_when_they_are_first_shown(desk: Desk, qtbot: QtBot) -> None:
    assert desk.window.explored is None
    for name in ("mix", "compose"):
        exploring.show_workspace(desk, workspace(name))
    desk.window.restyle()
    assert desk.window.explored is None
    explore(desk, qtbot)
    built = desk.window.explored
    exploring.show_workspace(desk, workspace("compose"))
    exploring.show_workspace(desk, workspace("explore"))
    assert desk.window.explored is built


@pytest.mark.parametrize("name", ["compose", "explore", "mix"])
def test_every_workspace_fits_a_small_screen(desk: Desk, qtbot: QtBot, name: str) -> None:
    filled(desk.explorer)
    desk.explorer.set_path(((0.1, 0.1), (0.9, 0.9)))
    desk.window.top.show_lines("models: starting", "no sound card: silent, in true time", False)
    exploring.show_workspace(desk, workspace(name))
    desk.window.resize(1024, 700)
    qtbot.waitUntil(lambda: desk.window.width() == 1024)
    assert desk.window.size().toTuple() == (1024, 700)


def test_space_plays_the_pad_and_the_song_again_elsewhere(desk: Desk, qtbot: QtBot) -> None:
    explore(desk, qtbot)
    desk.actions.by_id["play"].trigger()
    qtbot.waitUntil(lambda: desk.explorer.is_playing)
    assert desk.session.is_previewing
    desk.actions.by_id["play"].trigger()
    assert not desk.explorer.is_playing
    assert not desk.session.is_previewing
    desk.actions.by_id["play"].trigger()
    qtbot.waitUntil(lambda: desk.explorer.is_playing)
    exploring.show_workspace(desk, workspace("compose"))
    assert not desk.session.is_previewing
    desk.actions.by_id["play"].trigger()
    assert desk.playback.is_playing
    assert not desk.session.is_previewing


def test_among_the_takes_space_is_about_the_song(desk: Desk, qtbot: QtBot) -> None:
    explore(desk, qtbot)
    desk.window.takes.setFocus()
    desk.actions.by_id["play"].trigger()
    assert desk.playback.is_playing
    assert not desk.explorer.is_playing


def test_committed_bars_lead_back_to_their_place(desk: Desk, qtbot: QtBot) -> None:
    explore(desk, qtbot)
    desk.explorer.set_path(((0.1, 0.1), (0.9, 0.9)))
    desk.explorer.set_path_steps(3)
    qtbot.waitUntil(lambda: len(desk.explorer.path_phrases) == 3 and None not in desk.explorer.path_phrases)
    desk.window.exploring.latent.strip.commit()
    qtbot.waitUntil(lambda: len(desk.session.song.tracks) == 2)
    desk.explorer.clear_anchor(0)
    desk.actions.by_id["workspace compose"].trigger()
    origin = list(desk.session.song.origins)[-1]
    desk.window.roll.place_wanted.emit(origin.id)
    assert desk.window.workspace.id == "explore"
    assert (desk.explorer.x, desk.explorer.y) == pytest.approx((0.9, 0.9), abs=1e-5)
    assert desk.explorer.pad.slots == (0, 1, 2, 3)


def test_the_selection_of_the_roll_goes_to_the_palette(desk: Desk) -> None:
    desk.session.select(bars=desk.session.song.timeline.bar_span(1, 1))
    desk.window.roll.setFocus()
    desk.actions.by_id["add to palette"].trigger()
    assert len(desk.explorer.palette) == 1


def test_a_hundred_drags_of_all_kinds_leave_memory_flat_and_no_thread_behind(desk: Desk, qtbot: QtBot) -> None:
    explore(desk, qtbot)
    desk.explorer.set_mode("anchors")
    desk.explorer.set_path(((0.1, 0.1), (0.5, 0.8), (0.9, 0.2)))
    pad, rng = desk.window.exploring.latent.pad, np.random.default_rng(1)

    def dragged(count: int) -> tuple[int, int]:
        """Of the pointer, of a point of the path, of an anchor; threads and bytes after them."""
        for turn in range(count):
            anchor = desk.explorer.pad.anchors[turn % 4]
            assert anchor is not None
            starts = (tuple(rng.random(2)), desk.explorer.pad.path[turn % 3], (anchor.x, anchor.y))
            end = pad.geometry_.point(tuple(rng.random(2))).toPoint()
            qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=pad.geometry_.point(starts[turn % 3]).toPoint())
            qtbot.mouseMove(pad, end)
            qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=end)
        qtbot.waitUntil(lambda: desk.explorer.phrase is not None and not desk.session.jobs.active())
        pad.cancel()
        gc.collect()
        return threading.active_count(), tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        threads, before = dragged(20)
        assert dragged(100) == (threads, pytest.approx(before, abs=150_000))
    finally:
        tracemalloc.stop()
    desk.explorer.stop()
    assert pad.sketch == Sketch()

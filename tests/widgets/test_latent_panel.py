"""The middle of Explore: the empty pad's invitation, the tools, and the strip of a path with its Commit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.explore.committing import place_of
from studio.explore.explorer import Explorer
from studio.generation.library import ListedModel
from tests.pad_parts import explorer_of, filled, melody_space, phrase, roomy, session_of
from widgets.panels.latent import Latent

PATH = ((0.1, 0.1), (0.5, 0.6), (0.9, 0.9))


@pytest.fixture
def models() -> tuple[ListedModel, ...]:
    return (roomy(), roomy("folk-2bar", "Folk"))


@pytest.fixture
def explorer(models: tuple[ListedModel, ...]) -> Explorer:
    return explorer_of(session_of(), *models)


@pytest.fixture
def panel(put_up: Callable[..., Latent], explorer: Explorer) -> Latent:
    return put_up(Latent(explorer), 1000, 900)


def test_the_empty_pad_says_how_to_begin_and_fills_itself_on_request(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    assert panel.invitation.isVisible()
    assert not panel.tools.play.isEnabled()
    qtbot.mouseClick(panel.invitation.fill, Qt.MouseButton.LeftButton)
    assert explorer.pad.slots == (0, 1, 2, 3)
    assert not panel.invitation.isVisible()
    assert panel.focusWidget() is panel.pad
    assert panel.tools.play.isEnabled()
    assert len(explorer.grid) == 49


def test_on_an_empty_pad_nothing_is_drawn_and_the_reason_is_said(panel: Latent, explorer: Explorer) -> None:
    said: list[str] = []
    explorer.session.said.listen(lambda text, _is_error: said.append(text))
    panel.pad.set_drawing(True)
    assert not panel.pad.is_drawing
    panel.pad.commands.toggle_play()
    panel.tools.take_walk()
    assert not explorer.is_playing
    assert len(said) == 3
    assert all("first" in text for text in said)


def test_a_narrow_window_is_not_made_wider_by_a_path(panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    explorer.set_path(PATH)
    assert panel.minimumSizeHint().width() < 600


def test_without_a_model_the_invitation_says_what_to_do(qtbot: QtBot) -> None:
    from studio.explore.explorer import Explorer as Made

    lonely = Latent(Made(session_of(), melody_space))
    qtbot.addWidget(lonely)
    assert "ricercar train" in lonely.invitation.words.text()
    assert lonely.invitation.fill.isHidden()
    lonely.close()


def test_empty_corners_can_be_filled_beside_those_that_are_not(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    own = phrase("Mine", 60)
    explorer.place_anchor(1, own)
    qtbot.mouseClick(panel.tools.fill, Qt.MouseButton.LeftButton)
    assert explorer.pad.slots == (0, 1, 2, 3)
    anchor = explorer.pad.anchors[1]
    assert anchor is not None
    assert anchor.phrase is own
    assert panel.tools.fill.isHidden()


def test_tools_follow_the_pad_and_the_pad_follows_them(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    explorer.set_mode("anchors")
    assert panel.tools.mode.text == "Anchors"
    panel.tools.mode.set_text("Corners")
    assert explorer.pad.mode == "corners"
    panel.tools.heard.set_text("As the model hears it")
    assert explorer.reconstruction_shown
    explorer.show_reconstruction(False)
    panel.tools.refresh()
    assert panel.tools.heard.text == "Own notes"
    panel.tools.choose_model(1)
    assert explorer.pad.model == "folk-2bar"
    assert panel.tools.model.currentText() == "Folk"


def test_a_walk_is_the_same_for_the_same_seed(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    panel.tools.seed_field.selectAll()
    qtbot.keyClicks(panel.tools.seed_field, "77")
    qtbot.keyClick(panel.tools.seed_field, Qt.Key.Key_Return)
    assert panel.tools.seed == 77
    qtbot.mouseClick(panel.tools.walk, Qt.MouseButton.LeftButton)
    first = explorer.pad.path
    assert len(first) >= 2
    explorer.clear_path()
    explorer.walk(77)
    assert explorer.pad.path == first
    qtbot.mouseClick(panel.tools.dice, Qt.MouseButton.LeftButton)
    assert explorer.pad.path != first


def test_a_path_is_shown_walked_and_committed(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    strip, session = panel.strip, explorer.session
    assert not strip.commit_button.isVisible()
    explorer.set_path(PATH)
    explorer.set_path_steps(5)
    explorer.set_hold(2)
    assert strip.heading.text().startswith("Path → 10 bars on a new track")
    assert len(strip.tiles.clips) == 5
    assert all(clip is not None for clip in strip.tiles.clips)
    strip.tiles.setFocus()
    explorer.move_to(0.1, 0.1)
    qtbot.keyClick(strip.tiles, Qt.Key.Key_Right)
    assert strip.tiles.current == 1
    assert (explorer.x, explorer.y) == pytest.approx(explorer.pad.path_places[1])
    tracks, origins = len(session.song.tracks), len(session.song.origins)
    qtbot.keyClick(strip.tiles, Qt.Key.Key_Return)
    assert len(session.song.tracks) == tracks + 1
    assert len(session.song.origins) == origins + 5
    found = [place_of(origin) for origin in list(session.song.origins)[-5:]]
    assert [place is not None and place[1:] for place in found] == [
        pytest.approx(to, abs=1e-5) for to in explorer.pad.path_places
    ]
    session.undo()
    assert len(session.song.tracks) == tracks


def test_the_bars_go_where_the_chips_say(panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    explorer.set_path(PATH)
    session = explorer.session
    track = session.song.tracks[0]
    session.select(bars=session.song.timeline.bar_span(3, 4))
    menu = QMenu()
    panel.strip.fill_targets(menu)
    next(action for action in menu.actions() if action.text() == track.name).trigger()
    assert panel.strip.heading.text().endswith(f"on {track.name}, from bar 3")
    menu = QMenu()
    panel.strip.fill_steps(menu)
    next(action for action in menu.actions() if action.text() == "4 points").trigger()
    menu = QMenu()
    panel.strip.fill_holds(menu)
    next(action for action in menu.actions() if action.text() == "1 bar each").trigger()
    panel.strip.commit()
    assert session.song.track(track.id) != track
    assert "4 bars" in panel.strip.heading.text()


def test_a_committed_path_is_taken_up_again(panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    assert panel.strip.earlier.isHidden()
    explorer.set_path(PATH)
    panel.strip.commit()
    explorer.clear_path()
    explorer.clear_anchor(2)
    assert panel.strip.earlier.isVisible()
    menu = QMenu()
    panel.strip.fill_earlier(menu)
    menu.actions()[0].trigger()
    assert explorer.pad.path == PATH
    assert explorer.pad.slots == (0, 1, 2, 3)


def test_delete_removes_the_path(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    explorer.set_path(PATH)
    panel.strip.tiles.setFocus()
    qtbot.keyClick(panel.strip.tiles, Qt.Key.Key_Delete)
    assert explorer.pad.path == ()
    assert panel.strip.hint.isVisible()


def test_the_interpolation_is_turned_with_its_chip(qtbot: QtBot, panel: Latent, explorer: Explorer) -> None:
    filled(explorer)
    explorer.set_path(PATH)
    qtbot.mouseClick(panel.strip.kind, Qt.MouseButton.LeftButton)
    assert explorer.pad.interpolation == "linear"
    assert panel.strip.kind.text() == "linear"


def test_closing_leaves_no_listener(qtbot: QtBot, explorer: Explorer) -> None:
    signals = (explorer.pad_changed, explorer.moved, explorer.grid_changed, explorer.session.song_changed)
    before = [len(signal) for signal in signals]
    made = Latent(explorer)
    qtbot.addWidget(made)
    assert [len(signal) for signal in signals] != before
    made.close()
    assert [len(signal) for signal in signals] == before

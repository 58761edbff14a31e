"""The pad played by the keyboard alone, in the whole window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app.actions import PAD
from studio.app.desk import Desk
from studio.app.explore_actions import EXPLORE_ACTIONS
from studio.explore.explorer import Explorer
from tests.pad_parts import filled, phrase

NONE, SHIFT, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Press = Callable[..., None]


@pytest.fixture
def explorer(pad_desk: Desk, qtbot: QtBot) -> Explorer:
    """Four phrases on the pad, Explore in view."""
    filled(pad_desk.explorer)
    QTest.keyClick(pad_desk.window, Qt.Key.Key_2, CTRL)
    qtbot.waitUntil(lambda: len(pad_desk.explorer.grid) == 49)
    return pad_desk.explorer


@pytest.fixture
def press(pad_desk: Desk, explorer: Explorer) -> Press:
    """Keys go where the keyboard is, which is the pad from the start."""
    pad = pad_desk.window.exploring.latent.pad
    assert pad.hasFocus()

    def send(*keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            QTest.keyClick(pad, key, held)

    return send


def test_arrows_move_the_pointer_and_letters_put_it_on_phrases(pad_desk: Desk, explorer: Explorer, press: Press) -> None:
    explorer.move_to(0.5, 0.5)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Down, held=SHIFT)
    assert (explorer.x, explorer.y) == pytest.approx((0.55, 0.51))
    press(*[Qt.Key.Key_Left] * 30)
    assert explorer.x == 0.0
    press(Qt.Key.Key_D)
    assert (explorer.x, explorer.y) == (1.0, 1.0)
    assert "D 100" in pad_desk.window.exploring.latent.pad.accessibleDescription()
    press(Qt.Key.Key_E)
    assert (explorer.x, explorer.y) == (1.0, 1.0), "there is none"


def test_a_path_is_begun_led_on_changed_and_committed(pad_desk: Desk, explorer: Explorer, press: Press, qtbot: QtBot) -> None:
    tracks = len(pad_desk.session.song.tracks)
    press(Qt.Key.Key_A, Qt.Key.Key_N, Qt.Key.Key_B, Qt.Key.Key_N, Qt.Key.Key_D, Qt.Key.Key_N)
    assert explorer.pad.path == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    press(Qt.Key.Key_BracketLeft)
    assert (explorer.x, explorer.y) == (1.0, 0.0)
    press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    press(Qt.Key.Key_BracketRight, Qt.Key.Key_BracketRight)
    assert (explorer.x, explorer.y) == (1.0, 0.0), "from nowhere to the first, then the second"
    press(Qt.Key.Key_Left, Qt.Key.Key_Down, held=CTRL)
    assert explorer.pad.path[1] == pytest.approx((0.95, 0.05))
    press(Qt.Key.Key_N, held=SHIFT)
    assert explorer.pad.path == ((0.0, 0.0), (1.0, 1.0))
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(pad_desk.session.song.tracks) == tracks + 1)
    press(Qt.Key.Key_Delete)
    assert explorer.pad.path == ()


def test_walks_begin_where_the_pointer_is(explorer: Explorer, press: Press) -> None:
    press(Qt.Key.Key_C, Qt.Key.Key_W)
    walked = explorer.pad.path
    assert walked[0] == (0.0, 1.0)
    press(Qt.Key.Key_W, held=SHIFT)
    assert explorer.pad.path != walked


def test_a_free_anchor_is_carried_and_taken_off(explorer: Explorer, press: Press) -> None:
    press(Qt.Key.Key_M)
    assert explorer.pad.mode == "anchors"
    press(Qt.Key.Key_A)
    press(Qt.Key.Key_Right, Qt.Key.Key_Down, held=CTRL)
    anchor = explorer.pad.anchors[0]
    assert anchor is not None
    assert (anchor.x, anchor.y) == pytest.approx((0.05, 0.05))
    assert (explorer.x, explorer.y) == (anchor.x, anchor.y)
    press(Qt.Key.Key_Delete, held=SHIFT)
    assert explorer.pad.anchors[0] is None
    press(Qt.Key.Key_M)
    assert explorer.pad.mode == "corners"


def test_snapshots_pins_and_the_palette(pad_desk: Desk, explorer: Explorer, press: Press) -> None:
    explorer.move_to(0.3, 0.4)
    press(Qt.Key.Key_S, Qt.Key.Key_B, Qt.Key.Key_Insert, Qt.Key.Key_T)
    assert [snapshot.name for snapshot in explorer.snapshots] == ["Snapshot 1"]
    assert len(explorer.palette) == 1
    assert pad_desk.session.tray.current is not None
    press(Qt.Key.Key_S, held=SHIFT)
    assert (explorer.x, explorer.y) == (0.3, 0.4)


def test_sound_reconstruction_drawing_and_filling(pad_desk: Desk, explorer: Explorer, press: Press, qtbot: QtBot) -> None:
    pad = pad_desk.window.exploring.latent.pad
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: explorer.is_playing)
    press(Qt.Key.Key_Space)
    assert not explorer.is_playing
    press(Qt.Key.Key_R)
    assert explorer.reconstruction_shown
    press(Qt.Key.Key_P)
    assert pad.is_drawing
    press(Qt.Key.Key_Escape)
    assert not pad.is_drawing
    press(Qt.Key.Key_B)
    press(Qt.Key.Key_Delete, held=SHIFT)
    assert explorer.pad.slots == (0, 2, 3)
    press(Qt.Key.Key_F, held=SHIFT)
    qtbot.waitUntil(lambda: explorer.pad.slots == (0, 1, 2, 3))


def test_letters_on_the_palette_put_the_chosen_phrase_on_that_corner(pad_desk: Desk, explorer: Explorer) -> None:
    palette = pad_desk.window.exploring.phrases
    explorer.add_to_palette(phrase("Chosen", 65))
    palette.setFocus()
    QTest.keyClick(palette, Qt.Key.Key_End)
    QTest.keyClick(palette, Qt.Key.Key_C)
    anchor = explorer.pad.anchors[2]
    assert anchor is not None
    assert anchor.phrase.source == "Chosen"


def test_where_there_is_nothing_to_do_a_sentence_says_so(pad_desk: Desk, explorer: Explorer, press: Press) -> None:
    said: list[str] = []
    pad_desk.session.said.listen(lambda text, _is_error: said.append(text))
    explorer.move_to(0.5, 0.5)
    for key, held in (
        (Qt.Key.Key_BracketRight, NONE), (Qt.Key.Key_Left, CTRL), (Qt.Key.Key_Delete, SHIFT), (Qt.Key.Key_S, SHIFT),
        (Qt.Key.Key_Return, NONE), (Qt.Key.Key_G, NONE),
    ):  # fmt: skip
        before = len(said)
        press(key, held=held)
        assert len(said) == before + 1, key
    assert all(text.endswith(".") for text in said)


def test_every_command_of_the_pad_has_a_key_and_stands_in_the_map(pad_desk: Desk) -> None:
    listed = dict(pad_desk.actions.keys_by_menu())["Explore"]
    assert len(listed) == len(EXPLORE_ACTIONS)
    assert all(entry.keys and entry.scopes == (PAD,) for entry in EXPLORE_ACTIONS)


def test_commands_of_the_pad_are_grey_elsewhere_and_build_nothing(pad_desk: Desk) -> None:
    assert not any(pad_desk.actions.by_id[entry.id].isEnabled() for entry in EXPLORE_ACTIONS)
    assert pad_desk.window.explored is None


def test_everything_that_takes_the_keyboard_in_explore_has_a_name(pad_desk: Desk, explorer: Explorer) -> None:
    explorer.set_path(((0.1, 0.1), (0.9, 0.9)))
    explorer.take_snapshot("Here")
    explorer.add_to_palette(phrase("Chosen", 65))
    nameless = [
        f"{type(part).__name__} in {type(part.parent()).__name__}"
        for panel in pad_desk.window.exploring.panels
        for part in (panel, *panel.findChildren(QWidget))
        if part.window() is pad_desk.window
        and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (part.accessibleName() or getattr(part, "text", str)())
    ]
    assert nameless == []

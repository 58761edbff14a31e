"""The right side inside the whole window: wired to actions, sound, card and preferences; closing while it works."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.app import action_table, assembly
from studio.app.application import application
from studio.app.desk import Desk
from studio.app.window import MainWindow
from studio.settings import Settings, load
from studio.song import Span
from tests.desk_parts import Answers, silent_engines
from tests.fakes import scale_takes
from tests.generate_parts import BAR, FAMILIES, GatedModel, Shelf, song_of
from tests.patience import PATIENCE_MS
from widgets.dialogs.model_card import ModelCardDialog

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def furnish(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes a window with models of straw and a song of four bars."""
    desks: list[Desk] = []

    def make(generate: object = scale_takes) -> Desk:
        application("dark")
        engines = silent_engines(generate)  # type: ignore[arg-type]
        engines.library = Shelf  # type: ignore[assignment]
        engines.families = lambda: FAMILIES
        desk = assembly.assemble(MainWindow(), Settings(), engines, lambda _: Answers(), tmp_path / "settings.toml")
        desk.window.resize(1400, 900)
        desk.window.show()
        qtbot.waitExposed(desk.window)
        desk.window.activateWindow()
        qtbot.waitUntil(desk.window.isActiveWindow)
        desk.session.open(song_of())
        desk.window.generate.offer_models(Shelf(), FAMILIES)  # type: ignore[arg-type]
        desk.window.roll.setFocus()
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.window.may_close = lambda: True
        desk.window.close()
        assert desk.end(PATIENCE_MS)
        desk.window.deleteLater()


def test_from_selected_bars_to_a_kept_take_by_keys_alone(furnish: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = furnish()
    before = desk.session.song
    desk.session.select(bars=Span(BAR, 3 * BAR))
    canvas = desk.window.roll.view.canvas
    QTest.keyClick(canvas, Qt.Key.Key_G, CTRL)
    qtbot.waitUntil(lambda: len(desk.window.takes.cards) == 4 and not desk.window.generate.is_running)
    assert desk.engines.sound.is_playing
    QTest.keyClick(canvas, Qt.Key.Key_PageDown)
    QTest.keyClick(canvas, Qt.Key.Key_X)
    assert desk.session.tray.current is not None
    assert desk.session.tray.current.active is None
    QTest.keyClick(canvas, Qt.Key.Key_X)
    assert desk.session.tray.current.active == 1
    QTest.keyClick(canvas, Qt.Key.Key_Return, CTRL)
    assert desk.session.history.labels == ("Keep take 2 of Fill bars 2-3",)
    QTest.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert desk.session.song == before


def test_the_keys_written_on_buttons_act_in_the_roll(furnish: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = furnish()
    keys = {entry.id: entry.keys[0] for entry in action_table.MAKE if entry.keys}
    assert desk.window.generate.button.text().endswith(keys["generate"])
    assert desk.window.takes.keep_button.text().endswith(keys["keep"].replace("Return", "⏎"))


def test_a_first_take_beyond_the_view_is_scrolled_to(furnish: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = furnish()
    view = desk.window.roll.state.viewport
    assert view.tick_at(view.width_px) < 8 * BAR
    desk.window.generate.generate()
    qtbot.waitUntil(lambda: len(desk.window.takes.cards) == 4)
    view = desk.window.roll.state.viewport
    assert view.tick_at(0) <= 4 * BAR or view.tick_at(view.width_px) >= 8 * BAR
    assert desk.window.roll.state.take is not None


def test_the_card_opens_plays_and_gives_the_sound_back(furnish: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = furnish()
    desk.window.generate.about.click()
    dialog = desk.window.findChild(ModelCardDialog)
    assert dialog.windowTitle() == "About Pop"
    dialog.samples.buttons[1].click()
    qtbot.waitUntil(lambda: dialog.samples.buttons[1].is_playing)
    assert desk.session.song is not desk.engines.sound.loaded[-1]  # type: ignore[attr-defined]
    dialog.reject()
    assert desk.session.song is desk.engines.sound.loaded[-1]  # type: ignore[attr-defined]


def test_the_permissive_switch_is_remembered(furnish: Callable[..., Desk], tmp_path: Path) -> None:
    desk = furnish()
    desk.window.generate.models.popup.switch.click()
    assert load(tmp_path / "settings.toml").permissive_only
    assert [row.text() for row in desk.window.generate.models.listed()] == ["Pop", "Old"]


@pytest.mark.parametrize("moment", ["before the first take", "between two takes", "while it stops"])
def test_closing_the_window_in_any_state_leaves_no_thread(furnish: Callable[..., Desk], qtbot: QtBot, moment: str) -> None:
    model = GatedModel()
    desk = furnish(model)
    desk.window.generate.generate()
    qtbot.waitUntil(lambda: bool(model.requests))
    if moment == "between two takes":
        model.allow()
        qtbot.waitUntil(lambda: len(desk.window.takes.cards) == 1)
    if moment == "while it stops":
        desk.window.generate.cancel()
    desk.window.may_close = lambda: True
    assert desk.window.close()
    assert desk.end(PATIENCE_MS)
    assert desk.runner.thread_count == 0
    gc.collect()

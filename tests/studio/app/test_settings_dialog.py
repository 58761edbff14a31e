"""Settings: every one changes what it says, from a dialog that is made from one table and can be searched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from studio import note_names, preferences, settings
from studio.app import key_maps, preferring
from studio.app.action_table import TABLE
from studio.app.actions import bound, clashes
from studio.app.desk import Desk
from studio.app.settings_view import show_settings
from studio.edits import notes
from studio.errors import UnreadableFile
from studio.preferences import BY_NAME, PAGES, PREFERENCES, UNASKED
from studio.settings import Settings
from studio.song.harmony import pitch_name
from studio.song.notes import Note
from tests.desk_parts import Answers, StillSound
from widgets import motion, theme
from widgets.dialogs.keys_page import KeysPage
from widgets.dialogs.settings import SettingsDialog
from widgets.piano_roll import wheel


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(note_names.VARIABLE, "")
    yield
    note_names.use(note_names.ENGLISH, 4)
    wheel.invert(False)
    motion.use("all")
    theme.use(theme.DARK)


@pytest.fixture
def dialog(desk: Desk, qtbot: QtBot) -> SettingsDialog:
    made = show_settings(desk)
    qtbot.waitExposed(made)
    return made


def test_every_field_is_declared_once_or_chosen_where_it_is_used() -> None:
    assert len(BY_NAME) == len(PREFERENCES)
    assert {each.name for each in fields(Settings)} == set(BY_NAME) | UNASKED
    assert {preference.page for preference in PREFERENCES} | {preferences.KEYS} == set(PAGES)
    for preference in PREFERENCES:
        if preference.offered:
            assert preference.usual in dict(preference.offered), preference.name


@pytest.mark.parametrize("preference", PREFERENCES, ids=lambda each: each.name)
def test_whatever_can_be_chosen_survives_the_file(preference: preferences.Preference, tmp_path: Path) -> None:
    values: list[Any] = [value for value, _ in preference.offered]
    values = values or ([0, preference.most] if preference.most else ["x.sf2"] if preference.suffixes else [True, False])
    for value in values:
        chosen = replace(Settings(), **{preference.name: value})
        settings.save(chosen, tmp_path / "settings.toml")
        assert settings.load(tmp_path / "settings.toml") == chosen


def test_the_dialog_turns_them_and_follows(desk: Desk, dialog: SettingsDialog) -> None:
    row = dialog.rows["note_letters"].control
    row.set_value("C D E F G A H")
    assert desk.store.settings.note_letters == "german"
    assert pitch_name(59) == "H3"
    preferring.choose(desk, "hear_notes", False)
    assert dialog.rows["hear_notes"].control.value is False
    assert not desk.window.roll.previews


def test_a_page_is_reset_by_itself(desk: Desk, dialog: SettingsDialog) -> None:
    preferring.choose(desk, "middle_c", 3)
    preferring.choose(desk, "invert_wheel", True)
    dialog.pages.setCurrentRow(PAGES.index(preferences.GENERAL))
    dialog.reset.click()
    assert desk.store.settings.middle_c == 4
    assert desk.store.settings.invert_wheel
    assert pitch_name(60) == "C4"


def test_a_search_leaves_what_speaks_of_it(dialog: SettingsDialog) -> None:
    dialog.search.setText("wheel")
    assert dialog.page == preferences.EDITING
    shown = [name for name, row in dialog.rows.items() if not row.isHidden()]
    assert shown == ["invert_wheel"]
    assert _pages_shown(dialog.pages) == [preferences.EDITING]
    assert dialog.found.text() == "1 setting"
    dialog.search.setText("")
    assert _pages_shown(dialog.pages) == list(PAGES)
    dialog.search.setText("keys")
    assert preferences.KEYS in _pages_shown(dialog.pages)


def test_every_setting_is_found_by_its_own_name() -> None:
    assert all(preference.matches(preference.label) for preference in PREFERENCES)


def test_what_waits_for_the_next_start_says_so(desk: Desk) -> None:
    said: list[str] = []
    desk.session.said.listen(lambda text, _error: said.append(text))
    preferring.choose(desk, "scale", 1.5)
    assert said == ["«Size of the window's contents» changes with the next start."]


def test_theme_and_motion(desk: Desk) -> None:
    preferring.choose(desk, "theme", "light")
    assert theme.current() is theme.LIGHT
    preferring.choose(desk, "theme", "system")
    assert theme.current() in theme.THEMES.values()
    preferring.choose(desk, "reduced_motion", "less")
    assert motion.is_reduced()
    preferring.choose(desk, "reduced_motion", "all")
    assert not motion.is_reduced()


def test_the_desktop_is_asked_for_its_wish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert not motion.system_wants_less()
    (tmp_path / "gtk-4.0").mkdir()
    (tmp_path / "gtk-4.0" / "settings.ini").write_text("[Settings]\ngtk-enable-animations=false\n")
    assert motion.system_wants_less()
    (tmp_path / "gtk-4.0" / "settings.ini").write_text("no ini at all\x00")
    assert not motion.system_wants_less()


def test_with_less_motion_a_view_that_follows_turns_pages(desk: Desk) -> None:
    desk.session.do(notes.add(1, [Note(960 * beat, 480, 60, 90) for beat in range(200)]))
    preferring.choose(desk, "follow", "middle")
    roll = desk.window.roll
    before = roll.state.viewport.span
    roll.show_playing(before.start_tick + before.length_ticks * 3 // 4, True)
    assert roll.state.viewport.span != before
    roll.show_playing(0, False)
    preferring.choose(desk, "reduced_motion", "less")
    before = roll.state.viewport.span
    roll.show_playing(before.start_tick + before.length_ticks * 3 // 4, True)
    assert roll.state.viewport.span == before


def test_the_wheel_turns_the_other_way(desk: Desk) -> None:
    view = desk.window.roll.state.viewport
    turn = QWheelEvent(
        QPointF(200, 200), QPointF(200, 200), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    usual = wheel.deltas_px(turn)
    preferring.choose(desk, "invert_wheel", True)
    assert wheel.deltas_px(turn) == (-usual[0], -usual[1])
    assert wheel.wheeled(view, turn) is not None


def test_notes_are_played_instead_of_said(desk: Desk) -> None:
    desk.session.do(notes.add(1, [Note(0, 480, 60, 90), Note(480, 480, 67, 70)]))
    sound = desk.engines.sound
    assert isinstance(sound, StillSound)
    sound.previewed.clear()
    desk.window.roll.step_note(1)
    assert not sound.previewed
    preferring.choose(desk, "sound_only", True)
    desk.window.roll.step_note(1)
    assert (1, 67, 70) in sound.previewed


def test_recent_files_are_kept_as_many_as_asked(tmp_path: Path) -> None:
    asked = replace(Settings(), recents_kept=2)
    for number in range(4):
        asked = asked.with_recent(tmp_path / f"{number}.mid")
    assert len(asked.recents) == 2
    assert replace(asked, recents_kept=0).with_recent(tmp_path / "x.mid").recents == ()


def test_takes_and_recording_follow(desk: Desk) -> None:
    preferring.choose(desk, "take_swap", "bar")
    assert desk.session.swap == "bar"
    preferring.choose(desk, "equal_loudness", True)
    assert desk.session.proposing.matches_loudness
    preferring.choose(desk, "count_in_bars", 3)
    assert desk.recorder.manner.count_in_bars == 3
    preferring.choose(desk, "metronome", True)
    assert desk.recorder.manner.clicks
    preferring.choose(desk, "permissive_only", True)
    assert desk.window.generate.models.popup.switch.isChecked()


# Keys


@pytest.mark.parametrize("name", key_maps.PRESETS)
def test_no_map_of_keys_clashes_or_takes_a_key_away(name: str) -> None:
    wanted = key_maps.PRESETS[name]
    assert set(wanted) <= {entry.id for entry in TABLE}
    keys = key_maps.settled(TABLE, wanted)
    table = bound(TABLE, keys)
    assert clashes(table) == []
    assert [entry.id for entry, usual in zip(table, TABLE, strict=True) if usual.keys and not entry.keys] == []
    assert {entry.id: entry.keys for entry in table if entry.id in wanted} == dict(wanted)
    assert key_maps.preset_of(TABLE, keys) == name


def test_a_map_is_chosen_saved_and_loaded(desk: Desk, dialog: SettingsDialog, answers: Answers, tmp_path: Path) -> None:
    dialog.pages.setCurrentRow(PAGES.index(preferences.KEYS))
    page = dialog.findChild(KeysPage)
    assert page is not None
    page._maps.use("FL-like")  # as the box does
    assert desk.actions.by_id["tool draw"].shortcut().toString() == "P"
    assert page.box.currentData() == "FL-like"
    answers.writes = answers.opens = tmp_path / "fl.keys.json"
    page._maps.save()
    page._maps.use("Ricercar")
    assert desk.store.settings.keys == {}
    page._maps.load()
    assert desk.actions.by_id["tool draw"].shortcut().toString() == "P"
    dialog.pages.setCurrentRow(PAGES.index(preferences.KEYS))
    dialog.reset.click()
    assert desk.store.settings.keys == {}
    assert desk.actions.by_id["tool draw"].shortcut().toString() == "2"


@pytest.mark.parametrize("content", [b"", b"{}", b'{"kind": "ricercar keys"}', b"[1]", b"\xff", b'{"kind": "other", "keys": {}}'])
def test_a_file_without_a_map_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.keys.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="holds no key map"):
        key_maps.load(path, TABLE)


def test_lines_of_a_map_that_clash_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.keys.json"
    path.write_text('{"kind": "ricercar keys", "keys": {"save": ["Ctrl+J"], "open": ["Ctrl+J", 7], "future": ["Q"], "undo": 3}}')
    keys, lost = key_maps.load(path, TABLE)
    assert clashes(bound(TABLE, keys)) == []
    assert keys["save"] == ("Ctrl+J",)
    assert lost == 2


def _pages_shown(pages: QListWidget) -> list[str]:
    rows = [pages.item(at) for at in range(pages.count())]
    return [str(item.data(Qt.ItemDataRole.UserRole)) for item in rows if not item.isHidden()]

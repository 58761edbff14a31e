"""Preferences that several windows write: each puts down what it changed and leaves the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio import settings
from studio.app.settings_store import SettingsStore
from studio.settings import Settings


def two_windows(tmp_path: Path) -> tuple[SettingsStore, SettingsStore]:
    path = tmp_path / "settings.toml"
    settings.save(Settings(), path)
    return SettingsStore(settings.load(path), path), SettingsStore(settings.load(path), path)


def test_a_window_writes_only_what_it_changed(tmp_path: Path) -> None:
    one, other = two_windows(tmp_path)
    one.change(replace(one.settings, theme="light"))
    other.change(replace(other.settings, metronome=True))
    found = settings.load(tmp_path / "settings.toml")
    assert (found.theme, found.metronome) == ("light", True)
    assert other.settings.theme == "dark"  # the other window keeps its look until it starts again


def test_recent_files_of_both_windows_are_kept(tmp_path: Path) -> None:
    one, other = two_windows(tmp_path)
    one.change(one.settings.with_recent(tmp_path / "a.mid"))
    other.change(other.settings.with_recent(tmp_path / "b.mid"))
    expected = (str(tmp_path / "b.mid"), str(tmp_path / "a.mid"))
    assert settings.load(tmp_path / "settings.toml").recents == one.recents() == other.recents() == expected


def test_without_a_file_the_settings_in_force_are_written(tmp_path: Path) -> None:
    store = SettingsStore(replace(Settings(), theme="light"), tmp_path / "new" / "settings.toml")
    store.change(replace(store.settings, metronome=True))
    found = settings.load(tmp_path / "new" / "settings.toml")
    assert (found.theme, found.metronome) == ("light", True)


def test_forgotten_recent_files_stay_forgotten(tmp_path: Path) -> None:
    one, _ = two_windows(tmp_path)
    one.change(one.settings.with_recent(tmp_path / "a.mid"))
    one.change(replace(one.settings, recents=()))
    assert one.recents() == ()

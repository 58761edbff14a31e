"""SettingsView: the settings dialog over the settings in force, and the maps of keys it offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio import preferences
from studio.app import key_maps, preferring, searching
from studio.app.desk import Desk
from studio.errors import RicercarError
from studio.preferences import Preference
from studio.words import counted, tr
from widgets.dialogs.keys_page import KeysPage
from widgets.dialogs.settings import SettingsDialog


def show_settings(desk: Desk) -> SettingsDialog:
    """The dialog; it follows what is changed elsewhere while it is open."""
    page = KeysPage(Maps(desk))
    dialog = SettingsDialog(Settings(desk), page, desk.window)
    forgets = [desk.store.changed.listen(dialog.refresh), desk.store.changed.listen(page.refresh)]
    dialog.finished.connect(lambda _code: [forget() for forget in forgets])
    dialog.open()
    return dialog


class Settings:
    """The settings as the dialog turns them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def value(self, name: str) -> Any:
        return getattr(self._desk.store.settings, name)

    def choose(self, name: str, value: Any) -> None:
        preferring.choose(self._desk, name, value)

    def reset(self, page: str) -> None:
        before, usual = self._desk.store.settings, preferences.with_usual(self._desk.store.settings, page)
        self._desk.store.change(usual)
        if usual.keys != before.keys:
            self._desk.actions.rebind(usual.keys)

    def ask_file(self, preference: Preference) -> None:
        if preference.name == "soundfont":
            self._desk.documents.choose_soundfont()


class Maps:
    """The maps of keys: those of other programs, one's own, and those in files."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def presets(self) -> Sequence[str]:
        return tuple(key_maps.PRESETS)

    def present(self) -> str:
        return key_maps.preset_of(self._desk.actions.usual, self._desk.store.settings.keys)

    def use(self, name: str) -> None:
        self._take(key_maps.settled(self._desk.actions.usual, key_maps.PRESETS[name]))
        self._desk.session.say(tr("Keys are those of the map «{name}».", name=tr(name)))

    def change(self) -> None:
        searching.show_keys(self._desk)

    def save(self) -> None:
        path = self._desk.documents.questions.file_to_write(
            tr("Save the map of keys"), Path(f"ricercar{key_maps.SUFFIX}"), key_maps.SUFFIX, tr("Map of keys")
        )
        if path is not None:
            self._trying(lambda: key_maps.save(path, self._desk.actions.table))

    def load(self) -> None:
        path = self._desk.documents.questions.file_to_open((key_maps.SUFFIX, ".json"), Path())
        if path is not None:
            self._trying(lambda: self._load(path))

    def _load(self, path: Path) -> None:
        keys, lost = key_maps.load(path, self._desk.actions.usual)
        self._take(keys)
        told = tr("Keys were taken from «{name}».", name=path.name)
        if lost:
            told += " " + counted(
                lost, "{n} command could not have all its keys there.", "{n} commands could not have all their keys there."
            )
        self._desk.session.say(told)

    def _take(self, keys: dict[str, tuple[str, ...]]) -> None:
        self._desk.store.change(replace(self._desk.store.settings, keys=keys))
        self._desk.actions.rebind(keys)

    def _trying(self, call: Any) -> None:
        try:
            call()
        except RicercarError as problem:
            self._desk.session.say(str(problem), is_error=True)

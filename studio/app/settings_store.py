"""SettingsStore: the preferences in force, written when they change."""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from studio import settings
from studio.errors import RicercarError
from studio.events import Signal
from studio.settings import Settings

log = logging.getLogger(__name__)


class SettingsStore:
    """`changed()` after every change. A folder that cannot be written costs the memory of it, not the change."""

    def __init__(self, preferences: Settings, path: Path) -> None:
        self.settings = preferences
        self._path = path
        self.changed: Signal[()] = Signal()

    def change(self, preferences: Settings) -> None:
        """Take these over. Only what is other than before is written: further windows write into the same file."""
        changed = _differing(self.settings, preferences)
        if not changed:
            return
        on_disk = settings.load(self._path) if self._path.is_file() else self.settings
        written = replace(on_disk, **changed)
        if preferences.recents and "recents" in changed:
            written = replace(on_disk, **changed | {"recents": on_disk.recents}).with_recent(Path(preferences.recents[0]))
            preferences = replace(preferences, recents=written.recents)
        self.settings = preferences
        try:
            settings.save(written, self._path)
        except RicercarError as problem:
            log.warning("preferences: %s", problem)
        self.changed.emit()

    def recents(self) -> tuple[str, ...]:
        """The files opened or saved last, in other windows too."""
        return (settings.load(self._path) if self._path.is_file() else self.settings).recents


def _differing(before: Settings, after: Settings) -> dict[str, Any]:
    return {each.name: value for each in fields(after) if (value := getattr(after, each.name)) != getattr(before, each.name)}

"""SettingsStore: the preferences in force, written when they change."""

from __future__ import annotations

import logging
from pathlib import Path

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
        if preferences == self.settings:
            return
        self.settings = preferences
        try:
            settings.save(preferences, self._path)
        except RicercarError as problem:
            log.warning("preferences: %s", problem)
        self.changed.emit()

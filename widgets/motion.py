"""Motion: whether what moves for its own sake should stay still."""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

SYSTEM, LESS = "system", "less"
_DESKTOPS = (
    ("gtk-4.0/settings.ini", "Settings", "gtk-enable-animations"),
    ("gtk-3.0/settings.ini", "Settings", "gtk-enable-animations"),
    ("kdeglobals", "KDE", "AnimationDurationFactor"),
)
"""Where desktops on Linux keep the wish for no animations: file, section, key."""
_is_reduced = False


def use(wish: str) -> None:
    """Move less, as ever, or as the computer is set."""
    global _is_reduced  # noqa: PLW0603 - one wish for the whole window, as there is one theme
    _is_reduced = system_wants_less() if wish == SYSTEM else wish == LESS


def is_reduced() -> bool:
    return _is_reduced


def system_wants_less() -> bool:
    """Whether the computer was told not to animate."""
    if sys.platform in ("win32", "darwin"):
        return isinstance(QApplication.instance(), QApplication) and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
    return any(_said_no(*place) for place in _DESKTOPS)


def _said_no(name: str, section: str, key: str) -> bool:
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    said = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        said.read(folder / name, "utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return False
    return said.get(section, key, fallback="1").strip().lower() in ("0", "false", "0.0")

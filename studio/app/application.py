"""The one QApplication, styled; light, for the first paint waits for it."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from widgets import style, theme


def theme_named(name: str) -> theme.Theme:
    """The theme of the settings; "system" is the one that the desktop asks for."""
    if name != "system":
        return theme.THEMES.get(name, theme.DARK)
    hints = QGuiApplication.styleHints()
    accessibility = hints.accessibility()
    if accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
        return theme.CONTRAST
    return theme.LIGHT if hints.colorScheme() == Qt.ColorScheme.Light else theme.DARK


def application(theme_name: str) -> QApplication:
    made = QApplication.instance()
    if not isinstance(made, QApplication):
        made = QApplication([sys.argv[0] if sys.argv else "ricercar"])
    made.setApplicationName("Ricercar")
    made.setDesktopFileName("ricercar")
    made.setStyle(QStyleFactory.create("Fusion"))
    style.apply(made, theme_named(theme_name))
    return made

"""The one QApplication, styled; light, for the first paint waits for it."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QStyleFactory

from widgets import style, theme


def application(theme_name: str) -> QApplication:
    made = QApplication.instance()
    if not isinstance(made, QApplication):
        made = QApplication([sys.argv[0] if sys.argv else "ricercar"])
    made.setApplicationName("Ricercar")
    made.setDesktopFileName("ricercar")
    made.setStyle(QStyleFactory.create("Fusion"))
    style.apply(made, theme.THEMES[theme_name])
    return made

"""Menus whose contents change: recent files, demo songs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from studio.app.documents import Documents
from studio.app.settings_store import SettingsStore
from studio.words import tr


def recents_menu(parent: QWidget, documents: Documents, store: SettingsStore) -> QMenu:
    """The files opened or saved last; those that are gone are greyed."""
    menu = QMenu(tr("Open recent"), parent)

    def fill() -> None:
        menu.clear()
        for name in store.recents():
            path = Path(name)
            action = menu.addAction(path.name)
            action.setToolTip(name)
            action.setData(name)
            action.setEnabled(path.is_file())
        if menu.isEmpty():
            menu.addAction(tr("No recent files")).setEnabled(False)

    menu.aboutToShow.connect(fill)
    menu.triggered.connect(lambda action: documents.open_file(Path(action.data())))
    menu.setToolTipsVisible(True)
    return menu


def demos_menu(parent: QWidget, documents: Documents) -> QMenu:
    """The songs that travel with the program."""
    menu = QMenu(tr("Demo songs"), parent)

    def fill() -> None:
        menu.clear()
        for path in documents.demos():
            menu.addAction(demo_title(path)).setData(str(path))
        if menu.isEmpty():
            menu.addAction(tr("None are installed")).setEnabled(False)

    menu.aboutToShow.connect(fill)
    menu.triggered.connect(lambda action: documents.open_demo(Path(action.data())))
    return menu


def demo_title(path: Path) -> str:
    """ "evening-walk.mid" as "Evening walk"."""
    return path.stem.replace("-", " ").replace("_", " ").capitalize()

"""Actions: every command of the window once, with its keys, its place in the menus and when it can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.words import tr
from widgets import key_words

On = TypeVar("On")
"""What the commands act on."""

Keys = Mapping[str, tuple[str, ...]]
"""Keys of commands by their ids, where they are not the usual ones."""

WINDOW, ROLL, TRACKS, MIXER, PAD = "window", "roll", "tracks", "mixer", "pad"
RECENT = 12
"""So many commands used last are remembered."""
SCOPES = (WINDOW, ROLL, TRACKS, MIXER, PAD)
MENUS = ("File", "Edit", "Track", "Play", "Generate", "Explore", "View", "Help")


@dataclass(frozen=True)  # no slots: on Python 3.11 they clash with Generic
class Entry(Generic[On]):
    """One command. `keys` act in `scopes`: anywhere in the window, or while the roll, the track list or the pad has the keyboard.

    `menu` is the path of the menu ("View/Theme"), empty for commands that only have keys. `label` gives a text that
    follows the state ("Undo Move 3 notes"). Texts stand here in English; they are translated where they are shown.
    """

    id: str
    text: str
    menu: str
    call: Callable[[On], object]
    keys: tuple[str, ...] = ()
    scopes: tuple[str, ...] = (WINDOW,)
    tip: str = ""
    enabled: Callable[[On], bool] | None = None
    checked: Callable[[On], bool] | None = None
    label: Callable[[On], str] | None = None
    starts_group: bool = False


class Actions(Generic[On]):
    """The table as QActions. `refresh()` brings what is enabled, checked and written up to date."""

    def __init__(
        self, acted_on: On, table: Iterable[Entry[On]], owners: Mapping[str, tuple[QWidget, ...]], keys: Keys | None = None
    ) -> None:
        self._acted_on = acted_on
        self.usual = tuple(table)
        self.table = bound(self.usual, keys or {})
        self.by_id: dict[str, QAction] = {}
        self.recent: list[str] = []
        for entry in self.table:
            self.by_id[entry.id] = self._made(entry, owners)
        self._tell_keys()

    def _made(self, entry: Entry[On], owners: Mapping[str, tuple[QWidget, ...]]) -> QAction:
        action = QAction(tr(entry.text), owners[WINDOW][0])
        action.setObjectName(entry.id)
        everywhere = WINDOW in entry.scopes
        context = Qt.ShortcutContext.WindowShortcut if everywhere else Qt.ShortcutContext.WidgetWithChildrenShortcut
        action.setShortcutContext(context)
        action.setCheckable(entry.checked is not None)
        _take_keys(action, entry)
        action.triggered.connect(lambda _checked=False: self.run(entry))
        for scope in entry.scopes:
            for owner in owners.get(scope, ()):
                owner.addAction(action)
        return action

    def give(self, scope: str, owner: QWidget) -> None:
        """A widget that was built later: the commands of a scope act on its keys too."""
        for entry in self.table:
            if scope in entry.scopes:
                owner.addAction(self.by_id[entry.id])

    def rebind(self, keys: Keys) -> None:
        """Give these commands these keys and all others their usual ones."""
        self.table = bound(self.usual, keys)
        for entry in self.table:
            _take_keys(self.by_id[entry.id], entry)
        self._tell_keys()

    def _tell_keys(self) -> None:
        """Tooltips and menus beside the table name the keys that are in force."""
        key_words.use({entry.id: keys_text(entry.keys) for entry in self.table})

    def run(self, entry: Entry[On]) -> None:
        self.recent = [entry.id, *(name for name in self.recent if name != entry.id)][:RECENT]
        entry.call(self._acted_on)
        self.refresh()

    def refresh(self) -> None:
        on = self._acted_on
        for entry in self.table:
            action = self.by_id[entry.id]
            if entry.enabled is not None:
                action.setEnabled(entry.enabled(on))
            if entry.checked is not None:
                action.setChecked(entry.checked(on))
            if entry.label is not None:
                action.setText(entry.label(on))

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Build the menus; the answer holds each menu by its path, for what is filled in later."""
        menus: dict[str, QMenu] = {name: bar.addMenu(f"&{tr(name)}") for name in MENUS}
        for entry in self.table:
            if not entry.menu:
                continue
            menu = _menu_of(entry.menu, menus)
            if entry.starts_group and menu.actions():
                menu.addSeparator()
            menu.addAction(self.by_id[entry.id])
        for menu in menus.values():
            menu.setToolTipsVisible(False)
            menu.aboutToShow.connect(self.refresh)
        return menus

    def keys_by_menu(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(menu, [(what, keys)]) for the map of shortcuts."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for entry in self.table:
            if entry.keys:
                keys = keys_text(entry.keys)
                groups.setdefault(entry.menu.split("/")[0] or "Track", []).append((tr(entry.text).rstrip("."), keys))
        return [(tr(menu), groups[menu]) for menu in MENUS if menu in groups]


def keys_text(keys: Iterable[str]) -> str:
    """As this system writes them, joined by commas."""
    return ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _take_keys(action: QAction, entry: Entry[On]) -> None:
    action.setShortcuts([QKeySequence(key) for key in entry.keys])
    words = tr(entry.tip) or tr(entry.text).rstrip(".")
    action.setToolTip(f"{words} ({keys_text(entry.keys)})" if entry.keys else words)
    action.setStatusTip(words)


def bound(table: Iterable[Entry[On]], keys: Keys) -> tuple[Entry[On], ...]:
    """The table with other keys for some commands; ids that it does not have are passed over."""
    return tuple(replace(entry, keys=tuple(keys[entry.id])) if entry.id in keys else entry for entry in table)


def rivals(table: Iterable[Entry[On]], name: str, key: str) -> list[Entry[On]]:
    """Which other commands hold this key where it would clash with the command of that id."""
    rows = tuple(table)
    wanted = next(replace(entry, keys=(key,)) for entry in rows if entry.id == name)
    return [entry for entry in rows if entry.id != name and clashes([wanted, entry])]


def unfit(table: Iterable[Entry[On]], name: str, key: str) -> str | None:
    """Why this key cannot be the command's, in a sentence; None when it can."""
    sequence = QKeySequence(key)
    if sequence.isEmpty() or not sequence.toString():
        return tr("This key cannot be used; choose another one.")
    if sequence.count() > 1:
        return tr("A command has one key, not several one after another; choose a single one.")
    everywhere = any(entry.id == name and WINDOW in entry.scopes for entry in table)
    if everywhere and len(key) == 1 and key.isalnum():
        return tr("A bare letter or digit would be taken from typing everywhere; choose one with Ctrl or Alt.")
    return None


def _menu_of(path: str, menus: dict[str, QMenu]) -> QMenu:
    if path not in menus:
        above, _, name = path.rpartition("/")
        menus[path] = _menu_of(above, menus).addMenu(tr(name))
    return menus[path]


def clashes(table: Iterable[Entry[On]]) -> list[str]:
    """Keys that two commands claim in one scope. A key of the window clashes with the same key of any narrower scope."""
    claimed: dict[tuple[str, str], str] = {}
    found = []
    for entry in table:
        for key in entry.keys:
            name = QKeySequence(key).toString()
            reach = SCOPES if WINDOW in entry.scopes else entry.scopes
            for scope in reach:
                other = claimed.setdefault((scope, name), entry.id)
                if other != entry.id:
                    found.append(f"{name}: {other} and {entry.id} ({scope})")
    return found

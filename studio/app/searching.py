"""Commands by name and keys of one's own: the palette and the dialog over the table of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtGui import QKeySequence

from studio.app.actions import Entry, keys_text, rivals, unfit
from studio.app.desk import Desk
from studio.words import tr
from widgets.dialogs.command_palette import Command, CommandPalette
from widgets.dialogs.keys import KeysDialog


def show_commands(desk: Desk) -> None:
    """The palette; what was used last stands first."""
    actions = desk.actions
    actions.refresh()
    order = {name: at for at, name in enumerate(actions.recent)}
    rows = sorted((e for e in actions.table if e.id != "commands"), key=lambda entry: order.get(entry.id, len(order)))
    palette = CommandPalette([_command(desk, entry) for entry in rows], desk.window)
    palette.chosen.connect(lambda name: actions.by_id[name].trigger())
    palette.open()


def show_keys(desk: Desk) -> None:
    KeysDialog(KeysOfTable(desk), desk.window).open()


def place_words(menu: str) -> str:
    """The path of a menu as the user reads it."""
    return "/".join(tr(name) for name in menu.split("/"))


def _command(desk: Desk, entry: Entry[Desk]) -> Command:
    action = desk.actions.by_id[entry.id]
    return Command(
        entry.id, action.text().rstrip("."), place_words(entry.menu), keys_text(entry.keys), tr(entry.tip), action.isEnabled()
    )


class KeysOfTable:
    """The keys of the table's commands, kept in the settings where they are not the usual ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._usual = {entry.id: entry.keys for entry in desk.actions.usual}

    def commands(self) -> Sequence[Command]:
        return [replace(_command(self._desk, entry), title=tr(entry.text).rstrip(".")) for entry in self._desk.actions.table]

    def why_not(self, name: str, key: str) -> str | None:
        return unfit(self._desk.actions.table, name, key)

    def holders(self, name: str, key: str) -> list[str]:
        return [tr(entry.text).rstrip(".") for entry in rivals(self._desk.actions.table, name, key)]

    def give(self, name: str, key: str) -> None:
        taken = QKeySequence(key)
        without = {
            entry.id: tuple(own for own in entry.keys if QKeySequence(own) != taken)
            for entry in rivals(self._desk.actions.table, name, key)
        }
        self._take({**self._desk.store.settings.keys, **without, name: (key,)})

    def reset(self, name: str | None) -> None:
        """A usual key that another command has by now stays with that one."""
        if name is None:
            self._take({})
            return
        table = self._desk.actions.table
        free = tuple(key for key in self._usual[name] if not rivals(table, name, key))
        self._take({**self._desk.store.settings.keys, name: free})

    def _take(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Into force and into the settings."""
        other = {name: own for name, own in keys.items() if own != self._usual.get(name)}
        self._desk.store.change(replace(self._desk.store.settings, keys=other))
        self._desk.actions.rebind(other)

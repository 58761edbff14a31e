"""Key words: which keys a command has now, for tooltips and menus; they follow when the user gives it others."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from PySide6.QtWidgets import QWidget

_keys: dict[str, str] = {}
_tips: WeakKeyDictionary[QWidget, tuple[str, str]] = WeakKeyDictionary()


def use(keys: Mapping[str, str]) -> None:
    """The keys of every command by its id, as this system writes them."""
    _keys.clear()
    _keys.update(keys)
    for widget, (words, command) in list(_tips.items()):
        _show(widget, words, command)


def keys_of(command: str) -> str:
    """Such as "Ctrl+G"; empty for a command without a key."""
    return _keys.get(command, "")


def with_keys(words: str, command: str) -> str:
    """Such as "Mute (M)"."""
    keys = keys_of(command)
    return f"{words} ({keys})" if keys else words


def menu_words(words: str, command: str) -> str:
    """For an entry of a menu that is no action of the table: its keys stand at the right."""
    keys = keys_of(command).split(", ", 1)[0]
    return f"{words}\t{keys}" if keys else words


def tip(widget: QWidget, words: str, command: str) -> None:
    """A tooltip that names the keys of a command, whichever they are."""
    _tips[widget] = (words, command)
    _show(widget, words, command)


def _show(widget: QWidget, words: str, command: str) -> None:
    try:
        widget.setToolTip(with_keys(words, command))
    except RuntimeError:  # Qt has deleted it already
        _tips.pop(widget, None)

"""Preferring: what the settings say is brought into force, when the window begins and whenever one is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio import note_names
from studio.app.application import theme_named
from studio.app.desk import Desk
from studio.preferences import BY_NAME
from studio.settings import Settings
from studio.words import tr
from widgets import motion, style, theme
from widgets.panels.roll import Following
from widgets.piano_roll import wheel


def wire(desk: Desk) -> None:
    """Bring all settings into force, and each that changes from now on."""
    for name, apply in _IN_FORCE.items():
        if name != "theme":  # the window was painted in it
            apply(desk, getattr(desk.store.settings, name))
    before = desk.store.settings

    def follow() -> None:
        nonlocal before
        earlier, before = before, desk.store.settings
        for name in _changed(earlier, before):
            _IN_FORCE[name](desk, getattr(before, name))
        desk.actions.refresh()

    forget = desk.store.changed.listen(follow)
    hints = QGuiApplication.styleHints()

    def follow_desktop() -> None:
        if desk.store.settings.theme == "system":
            _use_theme(desk, "system")

    hints.colorSchemeChanged.connect(follow_desktop)
    desk.last_acts += [forget, lambda: hints.colorSchemeChanged.disconnect(follow_desktop)]


def choose(desk: Desk, name: str, value: Any) -> None:
    """Change one setting; one that needs another start says so."""
    if getattr(desk.store.settings, name) == value:
        return
    desk.store.change(replace(desk.store.settings, **{name: value}))
    if BY_NAME[name].from_next_start:
        desk.session.say(tr("«{setting}» changes with the next start.", setting=tr(BY_NAME[name].label)))


def turn(desk: Desk, name: str) -> None:
    """Turn a switch over."""
    choose(desk, name, not getattr(desk.store.settings, name))


def _changed(before: Settings, after: Settings) -> list[str]:
    return [name for name in _IN_FORCE if getattr(before, name) != getattr(after, name)]


def _use_theme(desk: Desk, name: str) -> None:
    wanted = theme_named(name)
    application = QApplication.instance()
    if isinstance(application, QApplication) and wanted is not theme.current():
        style.apply(application, wanted)
        desk.window.restyle()


def _name_notes(desk: Desk, _value: object) -> None:
    before = note_names.present()
    note_names.use(desk.store.settings.note_letters, desk.store.settings.middle_c)
    if note_names.present() != before:
        desk.window.restyle()


def _follow_playhead(desk: Desk, following: Following) -> None:
    if desk.window.roll.following != following:
        desk.window.roll.follow(following)


def _hear_notes(desk: Desk, is_on: bool) -> None:
    desk.window.roll.previews = is_on


def _play_notes_only(desk: Desk, is_on: bool) -> None:
    desk.window.roll.sound_only = is_on


def _show_permissive(desk: Desk, is_on: bool) -> None:
    desk.window.generate.models.popup.switch.setChecked(is_on)


def _swap_takes(desk: Desk, swap: Any) -> None:
    desk.session.swap = swap


def _match_loudness(desk: Desk, is_on: bool) -> None:
    desk.session.proposing.matches_loudness = is_on


def _limit_undo(desk: Desk, mib: int) -> None:
    desk.session.history.limit_bytes = mib << 20


_IN_FORCE: Mapping[str, Callable[[Desk, Any], None]] = {
    "theme": _use_theme,
    "note_letters": _name_notes,
    "middle_c": _name_notes,
    "reduced_motion": lambda _desk, wish: motion.use(wish),
    "invert_wheel": lambda _desk, is_inverted: wheel.invert(is_inverted),
    "follow": _follow_playhead,
    "hear_notes": _hear_notes,
    "sound_only": _play_notes_only,
    "permissive_only": _show_permissive,
    "undo_mib": _limit_undo,
    "take_swap": _swap_takes,
    "equal_loudness": _match_loudness,
}
"""What to do with a value of each setting that changes the running window; others are read where they are used."""

"""The menus of a track and of a group: what can be done with them, with the keys that do it now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtWidgets import QMenu, QWidget

from studio.edits import grouping, tracks
from studio.edits.history import Edit
from studio.session import Session
from studio.song.mixing import Group
from studio.song.song import TRACK_COLOURS, Track
from studio.words import tr
from widgets import theme, track_icons
from widgets.key_words import menu_words
from widgets.swatches import COLOUR_NAMES, swatch


class Commands(Protocol):
    """What the track list does with the track in front; `toggle_freeze` and what follows it are told which."""

    session: Session
    toggle_freeze: Callable[[int], object]

    def rename(self) -> None: ...
    def choose_instrument(self) -> None: ...
    def choose_soundfont(self) -> None: ...
    def use_usual_soundfont(self) -> None: ...
    def toggle_safe(self) -> None: ...
    def toggle_hidden(self) -> None: ...
    def edit_constraints(self) -> None: ...
    def reorder(self, by: int) -> None: ...
    def duplicate(self) -> None: ...
    def copy_as_file(self) -> None: ...
    def delete(self) -> None: ...
    def group(self) -> None: ...
    def leave_group(self) -> None: ...
    def toggle_lock(self, track_id: int = 0) -> None: ...
    def rename_group(self, group_id: int) -> None: ...
    def toggle_fold(self, group_id: int = 0) -> None: ...
    def try_edit(self, make: Callable[[], Edit]) -> Any: ...


def track_menu(parent: QWidget, panel: Commands, track: Track) -> QMenu:
    """Of the track that is in front."""
    menu = QMenu(parent)
    _add(menu, tr("Rename..."), "rename track", panel.rename)
    _add(menu, tr("Instrument..."), "instrument", panel.choose_instrument)
    _add(menu, tr("SoundFont of this track..."), "track soundfont", panel.choose_soundfont)
    if track.instrument.font is not None:
        _add(menu, tr("Back to the usual SoundFont"), "usual soundfont", panel.use_usual_soundfont)
    _add_colours(menu, lambda colour: panel.try_edit(lambda: tracks.set_colour(track.id, colour)))
    _add_icons(menu, panel, track)
    _add_groups(menu, panel, track)
    menu.addSeparator()
    _check(menu, tr("Safe from the solo of others"), "solo safe", track.strip.is_solo_safe, panel.toggle_safe)
    _check(menu, tr("Locked"), "lock track", track.is_locked, lambda: panel.toggle_lock(track.id))
    _check(menu, tr("Frozen"), "freeze track", track.is_frozen, lambda: panel.toggle_freeze(track.id))
    _check(menu, tr("Hidden"), "hide track", track.is_hidden, panel.toggle_hidden)
    _add(menu, tr("What takes keep to..."), "constrain", panel.edit_constraints)
    menu.addSeparator()
    _add(menu, tr("Move up"), "track up", lambda: panel.reorder(-1))
    _add(menu, tr("Move down"), "track down", lambda: panel.reorder(1))
    _add(menu, tr("Duplicate"), "duplicate track", panel.duplicate)
    if not track.is_audio:
        _add(menu, tr("Copy as MIDI file"), "copy track midi", panel.copy_as_file)
    _add(menu, tr("Delete"), "delete track", panel.delete)
    return menu


def group_menu(parent: QWidget, panel: Commands, group: Group) -> QMenu:
    menu = QMenu(parent)
    _add(menu, tr("Rename..."), "", lambda: panel.rename_group(group.id))
    _add_colours(menu, lambda colour: panel.try_edit(lambda: grouping.set_group_colour(group.id, colour)))
    words = tr("Show its tracks") if group.is_folded else tr("Fold")
    _add(menu, words, "fold group", lambda: panel.toggle_fold(group.id))
    menu.addSeparator()
    _add(menu, tr("Move up"), "", lambda: panel.try_edit(lambda: grouping.move_group(group.id, -1)))
    _add(menu, tr("Move down"), "", lambda: panel.try_edit(lambda: grouping.move_group(group.id, 1)))
    _add(menu, tr("Ungroup"), "ungroup", lambda: panel.try_edit(lambda: grouping.ungroup(group.id)))
    return menu


def _add_groups(menu: QMenu, panel: Commands, track: Track) -> None:
    groups = menu.addMenu(tr("Group"))
    _add(groups, tr("New group..."), "group tracks", panel.group)
    for group in panel.session.song.groups:
        if group.id != track.group:
            _add(groups, tr("Into «{group}»", group=group.name), "", _joining(panel, track.id, group.id))
    if track.group:
        _add(groups, tr("Out of its group"), "leave group", panel.leave_group)


def _joining(panel: Commands, track_id: int, group_id: int) -> Callable[[], object]:
    return lambda: panel.try_edit(lambda: grouping.join_group(track_id, group_id))


def _add_colours(menu: QMenu, take: Callable[[int], object]) -> None:
    colours = menu.addMenu(tr("Colour"))
    for colour in range(TRACK_COLOURS):
        action = colours.addAction(swatch(theme.current().track(colour)), tr(COLOUR_NAMES[colour]))
        action.setData(colour)
    colours.triggered.connect(lambda action: take(action.data()))


def _add_icons(menu: QMenu, panel: Commands, track: Track) -> None:
    tint = theme.current().colour("text")
    pictures = menu.addMenu(tr("Icon"))
    usual = pictures.addAction(tr("That of the instrument"))
    usual.setData("")
    pictures.addSeparator()
    for name, words in track_icons.NAMES.items():
        action = pictures.addAction(track_icons.picture(name, tint), tr(words))
        action.setData(name)
    for action in pictures.actions():
        action.setCheckable(not action.isSeparator())
        action.setChecked(not action.isSeparator() and action.data() == track.icon)
    pictures.triggered.connect(lambda action: panel.try_edit(lambda: tracks.set_icon(track.id, action.data())))


def _add(menu: QMenu, words: str, command: str, call: Callable[[], object]) -> None:
    menu.addAction(menu_words(words, command)).triggered.connect(lambda *_: call())


def _check(menu: QMenu, words: str, command: str, is_on: bool, call: Callable[[], object]) -> None:
    _add(menu, words, command, call)
    action = menu.actions()[-1]
    action.setCheckable(True)
    action.setChecked(is_on)

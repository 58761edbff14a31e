"""The context menu of the canvas: the commands that fit what is under the pointer, with their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from studio.session import Session
from studio.words import tr
from widgets.key_words import keys_of
from widgets.piano_roll.commands import NoteCommands
from widgets.piano_roll.mask_commands import MaskCommands
from widgets.piano_roll.picking import Picking
from widgets.piano_roll.shaping import Shaping
from widgets.piano_roll.state import RollState

OCTAVE = 12


class MenuOwner(Protocol):
    """What the menu calls: the roll panel."""

    session: Session
    commands: NoteCommands
    masks: MaskCommands
    picking: Picking
    shaping: Shaping
    state: RollState

    def cut(self) -> None: ...
    def copy(self) -> None: ...
    def paste(self) -> None: ...
    def copy_as_file(self) -> None: ...
    def zoom_to_selection(self) -> None: ...
    def zoom_to_fit(self) -> None: ...
    def add_to_palette(self) -> None: ...
    def open_place(self) -> None: ...
    def toggle_ghost(self, track_id: int) -> None: ...


def note_menu(roll: MenuOwner, parent: QWidget, at_tick: int) -> QMenu:
    """With notes selected their commands, otherwise those of an empty place. It deletes itself when closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if roll.commands.ids:
        _of_notes(menu, roll, at_tick)
    else:
        _of_place(menu, roll, at_tick)
    return menu


def _of_notes(menu: QMenu, roll: MenuOwner, at_tick: int) -> None:
    commands = roll.commands
    _add(menu, tr("Cut"), "Ctrl+X", roll.cut)
    _add(menu, tr("Copy"), "Ctrl+C", roll.copy)
    _add(menu, tr("Copy as MIDI file"), keys_of("copy midi"), roll.copy_as_file)
    _add(menu, tr("Duplicate"), "Ctrl+D", commands.duplicate)
    _add(menu, tr("Delete"), "Del", commands.delete)
    menu.addSeparator()
    _add(menu, tr("Quantise"), "Q", lambda: roll.shaping.again("quantise"))
    _add(menu, tr("Split here"), "", lambda: commands.split(at_tick))
    _add(menu, tr("Join"), "Ctrl+J", commands.join)
    menu.addSeparator()
    _add(menu, tr("Scale step up"), "Alt+Up", lambda: commands.transpose_in_key(1))
    _add(menu, tr("Scale step down"), "Alt+Down", lambda: commands.transpose_in_key(-1))
    _add(menu, tr("Octave up"), "Shift+Up", lambda: commands.transpose(OCTAVE))
    _add(menu, tr("Octave down"), "Shift+Down", lambda: commands.transpose(-OCTAVE))
    menu.addSeparator()
    _add(menu, tr("Mute or unmute"), "0", commands.toggle_muted)
    _add(menu, tr("Lock or unlock"), "K", commands.toggle_locked)
    menu.addSeparator()
    _add(menu, tr("Add to the palette"), "P", roll.add_to_palette)
    _add(menu, tr("Open its place on the pad"), "O", roll.open_place)
    menu.addSeparator()
    _add(menu, tr("Zoom to selection"), "Z", roll.zoom_to_selection)


def _of_place(menu: QMenu, roll: MenuOwner, at_tick: int) -> None:
    session = roll.session

    def paste_here() -> None:
        session.select(cursor_tick=at_tick)
        roll.paste()

    def play_from_here() -> None:
        session.sound.seek(at_tick)
        session.sound.play()

    _add(menu, tr("Paste here"), "Ctrl+V", paste_here)
    _add(menu, tr("Select all"), "Ctrl+A", roll.commands.select_all)
    _add(menu, tr("Select notes outside the key"), "", roll.picking.outside_key)
    menu.addSeparator()
    timeline = session.song.timeline
    bar = timeline.bar_of(max(0, at_tick))
    _add(menu, tr("Select bar {bar}", bar=bar), "", lambda: session.select(bars=timeline.bar_span(bar)))
    if session.selection.bars is not None:
        _add(menu, tr("Loop the selected bars"), "Ctrl+L", lambda: session.set_loop(session.selection.bars))
        _add(menu, tr("Copy the selected bars as MIDI file"), keys_of("copy midi"), roll.copy_as_file)
        _add(menu, tr("Add the selected bars to the palette"), "P", roll.add_to_palette)
        _add(menu, tr("Paint the selected bars"), "", roll.masks.paint_bars)
        _add(menu, tr("Lock or unlock the selected bars"), "Shift+K", roll.masks.toggle_bars_locked)
    if session.selection.patches:
        _add(menu, tr("Clear what was painted"), "", roll.masks.clear)
    _add(menu, tr("Play from here"), "", play_from_here)
    menu.addSeparator()
    _add(menu, tr("Show the whole song"), "Shift+Z", roll.zoom_to_fit)
    _ghosts(menu.addMenu(tr("Notes of other tracks")), roll)


def _ghosts(menu: QMenu, roll: MenuOwner) -> None:
    """An eye for each other track."""
    front, hidden = roll.session.selection.track_id, roll.state.hidden_ghosts
    for track in roll.session.song.tracks:
        if track.id != front:
            action = menu.addAction(track.name)
            action.setCheckable(True)
            action.setChecked(track.id not in hidden)
            action.triggered.connect(lambda _checked=False, track_id=track.id: roll.toggle_ghost(track_id))
    menu.setEnabled(bool(menu.actions()))


def _add(menu: QMenu, words: str, key: str, call: Callable[[], object]) -> None:
    # The key stands after a tab: shown, but not a second binding of it beside the window's own action.
    action = menu.addAction(f"{words}\t{key}" if key else words)
    action.triggered.connect(lambda _checked=False: call())

"""Intents: what the hand did in the roll, in ticks, pitches and note ids; the panel turns them into edits."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent

from studio.events import Signal
from studio.song.notes import Note, Rows
from studio.song.region import Patch
from studio.song.ticks import Span

IS_MAC = False
"""Set by the shell on macOS, where Option copies and Command bypasses the snap."""


@dataclass(eq=False)
class Intents:
    """One signal for each thing a hand can ask for."""

    selected: Signal[frozenset[int]] = field(default_factory=Signal)
    row_picked: Signal[int, bool] = field(default_factory=Signal)
    """All notes of this pitch are wanted (added to the selection)."""
    drawn: Signal[Note] = field(default_factory=Signal)
    moved: Signal[frozenset[int], int, int] = field(default_factory=Signal)
    """(ids, by ticks, by pitches). `copied` tells where copies go; the originals stay."""
    copied: Signal[Rows] = field(default_factory=Signal)
    resized: Signal[frozenset[int], int, bool, int] = field(default_factory=Signal)
    """(ids, by ticks, from the start, least length in ticks)."""
    reshaped: Signal[Rows, str] = field(default_factory=Signal)
    """Notes as a drag has shown them, by their ids, and what the step is called."""
    painted: Signal[tuple[Note, ...]] = field(default_factory=Signal)
    sliced: Signal[frozenset[int], int] = field(default_factory=Signal)
    joined: Signal[frozenset[int]] = field(default_factory=Signal)
    flagged: Signal[frozenset[int], int, bool] = field(default_factory=Signal)
    """(ids, MUTED or LOCKED, whether it is to be so)."""
    patched: Signal[tuple[Patch, ...]] = field(default_factory=Signal)
    """All that is painted now."""
    removed: Signal[frozenset[int]] = field(default_factory=Signal)
    velocities_set: Signal[dict[int, int]] = field(default_factory=Signal)
    loudened: Signal[frozenset[int], int] = field(default_factory=Signal)
    """(ids, by how much)."""
    cursor_placed: Signal[int] = field(default_factory=Signal)
    sought: Signal[int] = field(default_factory=Signal)
    looped: Signal[Span | None] = field(default_factory=Signal)
    bars_selected: Signal[Span | None] = field(default_factory=Signal)
    sounded: Signal[int, int] = field(default_factory=Signal)
    """(pitch, velocity) is to be heard until `hushed`."""
    hushed: Signal[int] = field(default_factory=Signal)
    track_chosen: Signal[int] = field(default_factory=Signal)
    menu_asked: Signal[QPoint] = field(default_factory=Signal)
    refused: Signal[str] = field(default_factory=Signal)
    place_wanted: Signal[int] = field(default_factory=Signal)
    """The place on a pad that an origin (its id) tells of is to be opened."""
    scrolled: Signal[float] = field(default_factory=Signal)
    """The user moved the view by hand: following the playhead rests."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The modifiers by meaning. Read during a drag, not only at its start: some desktops take Alt+press away."""

    extend: bool = False
    toggle: bool = False
    copy: bool = False
    bypass: bool = False

    @classmethod
    def of(cls, modifiers: Qt.KeyboardModifier) -> Keys:
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        return cls(shift, ctrl, alt, ctrl) if IS_MAC else cls(shift, ctrl, ctrl, alt)


def is_escape_override(event: QEvent) -> bool:
    """Whether Qt asks if Esc, which an action may have, is wanted here instead."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.key() == Qt.Key.Key_Escape


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pointer is: pixels of the canvas, the tick and pitch there, the modifiers held."""

    x: float
    y: float
    tick: float
    pitch: int
    keys: Keys = Keys()

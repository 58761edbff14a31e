"""Grasp: which gesture a press on the canvas begins, by the tool in hand, what lies under it and the keys held."""

from __future__ import annotations

from collections.abc import Callable

from studio.song.notes import LOCKED, MUTED
from widgets.piano_roll.brushes import Flag, Glue, Lasso, Loudness, Paint, Slice
from widgets.piano_roll.intents import Intents, Keys, Place
from widgets.piano_roll.mask_brush import FillMask
from widgets.piano_roll.notes import Hit
from widgets.piano_roll.state import RollState, Tool
from widgets.piano_roll.stretching import Handle, Stretch
from widgets.piano_roll.tools import Draw, Erase, Gesture, Marquee, Move, Resize


def begun(state: RollState, intents: Intents, hit: Hit | None, grip: Handle | None, at: Place) -> Gesture:
    """The gesture of a left press."""
    tool = state.tool
    if tool in ("draw", "paint") and not state.viewport.has_row_at(at.y):
        return Marquee(state, intents, at)
    if tool in _BRUSHES:
        return _BRUSHES[tool](state, intents, hit, at)
    if hit is not None:
        if tool == "velocity":
            return Loudness(state, intents, at, hit.note, _grasped(state, intents, hit, at))
        if grip is None or tool == "draw":
            return _on_note(state, intents, hit, at)
    if grip is not None and tool == "select" and at.keys == Keys():
        return Stretch(state, intents, at, state.selected, is_start=grip.is_start)
    return Draw(state, intents, at) if tool == "draw" else Marquee(state, intents, at)


_BRUSHES: dict[Tool, Callable[[RollState, Intents, Hit | None, Place], Gesture]] = {
    "erase": lambda state, intents, hit, _: Erase(state, intents, hit),
    "paint": lambda state, intents, _, at: Paint(state, intents, at),
    "slice": lambda state, intents, _, at: Slice(state, intents, at),
    "glue": lambda state, intents, hit, _: Glue(state, intents, hit),
    "mute": lambda state, intents, hit, _: Flag(state, intents, hit, MUTED),
    "mask": lambda state, intents, _, at: FillMask(state, intents, at),
    "lock": lambda state, intents, hit, _: Flag(state, intents, hit, LOCKED),
    "lasso": lambda state, intents, _, at: Lasso(state, intents, at),
}


def _on_note(state: RollState, intents: Intents, hit: Hit, at: Place) -> Gesture:
    ids = _grasped(state, intents, hit, at)
    if hit.part == "body":
        return Move(state, intents, at, hit.note, ids)
    if at.keys.extend and len(ids) > 1:
        return Stretch(state, intents, at, ids, is_start=hit.part == "start")
    return Resize(state, intents, at, hit, ids)


def _grasped(state: RollState, intents: Intents, hit: Hit, at: Place) -> frozenset[int]:
    """A press on a note: it is heard, selected unless it is already, and follows the hand. Which notes go along."""
    state.remember(hit.note)
    intents.sounded.emit(hit.note.pitch, hit.note.velocity)
    ids = state.selected
    if hit.note.id not in ids:
        adds = at.keys.toggle or at.keys.extend
        ids = ids | {hit.note.id} if adds else frozenset((hit.note.id,))
        if not adds:
            intents.selected.emit(ids)
    return ids

"""Tools: what a press on the canvas begins (move, resize, draw, erase, rubber band), previewed while it lasts.

A gesture changes nothing but the picture; on release it tells one intent. Esc gives it up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from studio.edits.changing import count_of
from studio.edits.pitches import in_key, steps_between
from studio.errors import UnsupportedRequest
from studio.song.notes import ROW, Note, Rows, rows_of
from studio.song.region import Patch
from studio.song.ticks import Span
from studio.song.timeline import Timeline
from studio.words import tr
from widgets.piano_roll.intents import Intents, Place
from widgets.piano_roll.notes import Hit, notes_passed, notes_within
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import aligned

AXIS_LOCK_PX = 4.0
STRIDE_PX = 4.0
"""Brushes look at every place so far apart between two reports of the mouse."""


def _no_rows() -> Rows:
    return np.zeros(0, ROW)


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What a gesture shows: notes as they would become, notes that would be selected, a rubber band."""

    rows: Rows = field(default_factory=_no_rows)
    outlined: Rows = field(default_factory=_no_rows)
    band: tuple[float, float, int, int] | None = None
    """(first tick, last tick, low pitch, high pitch)."""
    around: tuple[tuple[float, float], ...] = ()
    """A free line: (tick, height in rows from the lowest)."""
    label: tuple[float, float, str] | None = None
    """(x, y, words) beside the pointer."""
    patches: tuple[Patch, ...] | None = None
    """What would be painted."""


class Gesture(Protocol):
    """From press to release."""

    preview: Preview

    @property
    def acts_at_once(self) -> bool:
        """Whether a press without a drag does it already."""
        ...

    def move(self, at: Place) -> None: ...

    def release(self, at: Place) -> None: ...

    def cancel(self) -> None: ...


class Marquee:
    """A rubber band from an empty place: selects what it touches; Shift adds, Alt takes away."""

    acts_at_once = False

    def __init__(self, state: RollState, intents: Intents, start: Place) -> None:
        self._state, self._intents, self._start = state, intents, start
        self.preview = Preview()

    def move(self, at: Place) -> None:
        first, last = sorted((self._start.tick, at.tick))
        low, high = sorted((self._start.pitch, at.pitch))
        touched = self._touched(at)
        self.preview = Preview(outlined=self._state.notes.with_ids(touched), band=(first, last, low, high))

    def _touched(self, at: Place) -> frozenset[int]:
        first, last = sorted((self._start.tick, at.tick))
        low, high = sorted((self._start.pitch, at.pitch))
        span = Span(max(0, int(first)), max(0, int(last) + 1))
        return notes_within(self._state.notes, span, low, high)

    def release(self, at: Place) -> None:
        touched = self._touched(at)
        if at.keys.bypass:
            chosen = self._state.selected - touched
        elif at.keys.extend or at.keys.toggle:
            chosen = self._state.selected | touched
        else:
            chosen = touched
        self._intents.selected.emit(chosen)

    def cancel(self) -> None:
        self.preview = Preview()


class Move:
    """Carries notes in time and pitch; the group stops at the edges as a whole. The copy key leaves the originals."""

    acts_at_once = False

    def __init__(self, state: RollState, intents: Intents, start: Place, note: Note, ids: frozenset[int]) -> None:
        self._state, self._intents, self._start, self._note = state, intents, start, note
        rows = state.notes.with_ids(ids)
        self._rows = rows[~state.locked(rows)]
        self._ids = frozenset(self._rows["id"].tolist())
        self._sounding = note.pitch
        self.preview = Preview()

    def _by(self, at: Place) -> tuple[int, int]:
        if not len(self._rows):
            return 0, 0
        by_x, by_y = at.x - self._start.x, at.y - self._start.y
        ticks = self._state.snapped_move(self._note.start_tick, at.tick - self._start.tick, at.keys.bypass)
        pitches = at.pitch - self._start.pitch
        if at.keys.extend and max(abs(by_x), abs(by_y)) >= AXIS_LOCK_PX:
            ticks, pitches = (ticks, 0) if abs(by_x) >= abs(by_y) else (0, pitches)
        ticks = max(ticks, -int(self._rows["start"].min()))
        low, high = int(self._rows["pitch"].min()), int(self._rows["pitch"].max())
        return ticks, max(-low, min(127 - high, pitches))

    def _moved(self, at: Place) -> Rows:
        """The notes where the hand has carried them; in scale steps where they are to stay in the key."""
        ticks, pitches = self._by(at)
        moved: Rows = self._rows.copy()
        moved["start"] += ticks
        key = self._state.scale_at(self._note.start_tick + ticks)
        if key is None or not pitches:
            moved["pitch"] = moved["pitch"].astype(int) + pitches
            return moved
        steps = steps_between(self._note.pitch, self._note.pitch + pitches, key)
        return _in_scale(moved, steps, self._state.song.timeline)

    def move(self, at: Place) -> None:
        moved = self._moved(at)
        self.preview = Preview(rows=moved)
        self._state.show(faded=frozenset() if at.keys.copy else self._ids)
        own = moved["pitch"][moved["id"] == self._note.id]
        heard = int(own[0]) if len(own) else self._note.pitch
        if heard != self._sounding:
            self._sounding = heard
            self._intents.sounded.emit(heard, self._note.velocity)

    def release(self, at: Place) -> None:
        ticks, pitches = self._by(at)
        moved = self._moved(at)
        self.cancel()
        if not self._ids:
            self._intents.refused.emit(self._state.why_locked(self._note.start_tick))
        elif not (ticks or pitches):
            return
        elif at.keys.copy:
            self._intents.copied.emit(moved)
        elif pitches and self._state.scale_at(self._note.start_tick + ticks) is not None:
            self._intents.reshaped.emit(moved, tr("Move {notes}", notes=count_of(len(moved))))
        else:
            self._intents.moved.emit(self._ids, ticks, pitches)

    def cancel(self) -> None:
        self.preview = Preview()
        self._state.show(faded=frozenset())


def _in_scale(rows: Rows, steps: int, timeline: Timeline) -> Rows:
    """Rows by as many of the scale steps as the range of pitches and the keys allow."""
    while steps:
        try:
            return in_key(rows, steps, timeline)
        except UnsupportedRequest:
            steps -= 1 if steps > 0 else -1
    return rows


class Resize:
    """Draws the end (or the start) of notes to another grid line."""

    acts_at_once = False

    def __init__(self, state: RollState, intents: Intents, start: Place, hit: Hit, ids: frozenset[int]) -> None:
        self._state, self._intents, self._start, self._note = state, intents, start, hit.note
        self._from_start = hit.part == "start"
        rows = state.notes.with_ids(ids)
        self._rows = rows[~state.locked(rows)]
        self._ids = frozenset(self._rows["id"].tolist())
        self.preview = Preview()

    def _by(self, at: Place) -> tuple[int, int]:
        edge = self._note.start_tick if self._from_start else self._note.end_tick
        least = 1 if at.keys.bypass else self._state.step_at(self._note.start_tick)
        by = at.tick - self._start.tick
        target = self._state.snapped(edge + by, at.keys.bypass)
        return (target - edge if abs(by) >= 1 else 0), least

    def move(self, at: Place) -> None:
        by, least = self._by(at)
        rows = self._rows.copy()
        floor = np.minimum(rows["length"], least)
        if self._from_start:
            end = rows["start"] + rows["length"]
            rows["start"] = np.clip(rows["start"] + by, 0, end - floor)
            rows["length"] = end - rows["start"]
        else:
            rows["length"] = np.maximum(rows["length"] + by, floor)
        self.preview = Preview(rows=rows)
        self._state.show(faded=self._ids)

    def release(self, at: Place) -> None:
        by, least = self._by(at)
        self.cancel()
        if not self._ids:
            self._intents.refused.emit(self._state.why_locked(self._note.start_tick))
        elif by:
            self._intents.resized.emit(self._ids, by, self._from_start, least)

    def cancel(self) -> None:
        self.preview = Preview()
        self._state.show(faded=frozenset())


class Draw:
    """A new note: a click gives it the last length and velocity, a drag sets its length."""

    acts_at_once = True

    def __init__(self, state: RollState, intents: Intents, start: Place) -> None:
        self._state, self._intents, self._start = state, intents, start
        self._start_tick = state.snapped_below(start.tick, start.keys.bypass)
        pitch = state.pitch_for(self._start_tick, start.pitch)
        self._note = Note(self._start_tick, state.last_length_ticks, pitch, state.last_velocity)
        self.preview = Preview(rows=rows_of([self._note]))
        intents.sounded.emit(pitch, state.last_velocity)

    def move(self, at: Place) -> None:
        if at.x - self._start.x >= AXIS_LOCK_PX:
            least = 1 if at.keys.bypass else self._state.step_at(self._start_tick)
            end = self._state.snapped(at.tick, at.keys.bypass)
            length = max(least, end - self._start_tick)
            self._note = Note(self._start_tick, length, self._note.pitch, self._note.velocity)
        self.preview = Preview(rows=rows_of([self._note]))

    def release(self, at: Place) -> None:
        self.move(at)
        self.cancel()
        self._intents.drawn.emit(self._note)

    def cancel(self) -> None:
        self.preview = Preview()


def passed(state: RollState, last: Place | None, at: Place) -> list[Note]:
    """The notes between two reports of a fast mouse, in the order in which it went over them."""
    last = at if last is None else last
    count = max(1, round(max(abs(at.x - last.x), abs(at.y - last.y)) / STRIDE_PX))
    found: dict[int, Note] = {}
    view = aligned(state.viewport)
    for share in np.linspace(0.0, 1.0, count + 1)[1:].tolist():
        tick = last.tick + share * (at.tick - last.tick)
        pitch = view.pitch_at(last.y + share * (at.y - last.y)) if share < 1 else at.pitch
        for note_id in notes_passed(state.notes, view, tick, pitch, is_drum=state.is_drum):
            note = state.note_at(note_id)
            if note is not None:
                found[note_id] = note
    return list(found.values())


class Erase:
    """Takes away every note the pointer passes over."""

    acts_at_once = True

    def __init__(self, state: RollState, intents: Intents, hit: Hit | None) -> None:
        self._state, self._intents = state, intents
        self._ids: frozenset[int] = frozenset()
        self._last: Place | None = None
        self.preview = Preview()
        if hit is not None:
            self._take(hit.note)

    def _take(self, note: Note) -> None:
        if self._state.is_locked(note):
            self._intents.refused.emit(self._state.why_locked(note.start_tick))
            return
        self._ids |= {note.id}
        self._state.show(faded=self._ids)

    def move(self, at: Place) -> None:
        for note in passed(self._state, self._last, at):
            if note.id not in self._ids:
                self._take(note)
        self._last = at

    def release(self, at: Place) -> None:
        gone = self._ids
        self.cancel()
        if gone:
            self._intents.removed.emit(gone)

    def cancel(self) -> None:
        self._ids = frozenset()
        self._state.show(faded=frozenset())

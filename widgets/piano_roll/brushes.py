"""Brushes: tools that act on every note or grid step they pass over: paint, slice, glue, mute, lock, lasso, loudness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.song.notes import Note, Rows, ends, rows_of
from studio.song.ticks import Span
from studio.words import tr
from widgets.piano_roll.intents import Intents, Place
from widgets.piano_roll.notes import Hit, notes_within
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tools import Preview, passed

VELOCITY_PX = 1.5
"""So far the hand goes for one step of loudness."""


class Paint:
    """Lays a note on every grid step passed over, at the pitch under the hand; Shift keeps the first pitch."""

    acts_at_once = True

    def __init__(self, state: RollState, intents: Intents, start: Place) -> None:
        self._state, self._intents = state, intents
        self._pitch = state.pitch_for(start.tick, start.pitch)
        self._notes: dict[int, Note] = {}
        self._last = start
        self._sounding: int | None = None
        self.preview = Preview()
        self._touch(start, self._pitch)

    def move(self, at: Place) -> None:
        """The hand may pass several steps between two reports of the mouse."""
        low, high = sorted((self._last.tick, at.tick))
        tick = float(self._state.snapped_below(low))
        while tick <= high:
            share = 0.0 if at.tick == self._last.tick else (tick - self._last.tick) / (at.tick - self._last.tick)
            between = round(self._last.pitch + (at.pitch - self._last.pitch) * min(1.0, max(0.0, share)))
            pitch = at.pitch if tick + self._state.grid_at(tick) > high and at.tick >= self._last.tick else between
            self._touch(Place(at.x, at.y, tick, pitch, at.keys), self._pitch if at.keys.extend else None)
            tick += self._state.grid_at(tick)
        self._last = at

    def _touch(self, at: Place, pitch: int | None) -> None:
        state = self._state
        start = state.snapped_below(at.tick)
        wanted = state.pitch_for(start, at.pitch) if pitch is None else pitch
        length = state.grid_at(start)
        if notes_within(state.notes, Span(start, start + 1), wanted, wanted):
            return
        self._notes[start] = Note(start, length, wanted, state.last_velocity)
        self.preview = Preview(rows=rows_of(self._notes.values()))
        if wanted != self._sounding:
            self._sounding = wanted
            self._intents.sounded.emit(wanted, state.last_velocity)

    def release(self, at: Place) -> None:
        painted = tuple(self._notes[start] for start in sorted(self._notes))
        self.cancel()
        if painted:
            self._intents.painted.emit(painted)

    def cancel(self) -> None:
        self._notes = {}
        self.preview = Preview()


class Slice:
    """Cuts what sounds across a line: the note under the hand, or all that a drag up or down crosses."""

    acts_at_once = True

    def __init__(self, state: RollState, intents: Intents, start: Place) -> None:
        self._state, self._intents, self._start = state, intents, start
        self.preview = Preview()
        self.move(start)

    def move(self, at: Place) -> None:
        tick = self._state.snapped(at.tick, at.keys.bypass)
        low, high = sorted((self._start.pitch, at.pitch))
        self.preview = Preview(band=(tick, tick, low, high))

    def release(self, at: Place) -> None:
        tick = self._state.snapped(at.tick, at.keys.bypass)
        low, high = sorted((self._start.pitch, at.pitch))
        rows = self._state.notes.with_ids(notes_within(self._state.notes, Span(tick, tick + 1), low, high))
        rows = rows[rows["start"] < tick]
        free = rows[~self._state.locked(rows)]
        self.cancel()
        if len(free):
            self._intents.sliced.emit(frozenset(free["id"].tolist()), tick)
        elif len(rows):
            self._intents.refused.emit(self._state.why_locked(int(rows["start"][0])))

    def cancel(self) -> None:
        self.preview = Preview()


class Touch:
    """What tools share that gather notes as they pass over them."""

    acts_at_once = True

    def __init__(self, state: RollState, intents: Intents, hit: Hit | None) -> None:
        self._state, self._intents = state, intents
        self._ids: dict[int, Note] = {}
        self._last: Place | None = None
        self.preview = Preview()
        if hit is not None:
            self._take(hit.note)

    def move(self, at: Place) -> None:
        for note in passed(self._state, self._last, at):
            if note.id not in self._ids:
                self._take(note)
        self._last = at

    def _take(self, note: Note) -> None:
        self._ids[note.id] = note
        self.preview = Preview(outlined=rows_of(self._ids.values()))

    def release(self, at: Place) -> None:
        gathered = self._ids
        self.cancel()
        if gathered:
            self.act(gathered)

    def act(self, gathered: dict[int, Note]) -> None:
        raise NotImplementedError

    def cancel(self) -> None:
        self._ids = {}
        self.preview = Preview()


class Glue(Touch):
    """Joins the notes passed over; a click joins a note with the next one of its pitch."""

    def act(self, gathered: dict[int, Note]) -> None:
        ids = set(gathered)
        for note in gathered.values():
            if not any(other.pitch == note.pitch and other.id != note.id for other in gathered.values()):
                ids |= self._next_of(note)
        if len(ids) > 1:
            self._intents.joined.emit(frozenset(ids))
        else:
            self._intents.refused.emit(tr("There is no later note of this pitch to join it with."))

    def _next_of(self, note: Note) -> set[int]:
        rows = self._state.notes.rows
        later = rows[int(np.searchsorted(rows["start"], note.end_tick)) :]
        found = later["id"][later["pitch"] == note.pitch][:1]
        return set(found.tolist())


class Flag(Touch):
    """Sets a flag (muted, locked) of every note passed over to what the first one had not."""

    def __init__(self, state: RollState, intents: Intents, hit: Hit | None, flag: int) -> None:
        self._flag = flag
        self._is_on = True if hit is None else not hit.note.flags & flag
        super().__init__(state, intents, hit)

    def _take(self, note: Note) -> None:
        if not self._ids and not self.preview.outlined.size:
            self._is_on = not note.flags & self._flag
        super()._take(note)

    def act(self, gathered: dict[int, Note]) -> None:
        self._intents.flagged.emit(frozenset(gathered), self._flag, self._is_on)


class Loudness:
    """Up is louder, down is softer: the note under the hand, with the others selected when it is one of them."""

    acts_at_once = False

    def __init__(self, state: RollState, intents: Intents, start: Place, note: Note, ids: frozenset[int]) -> None:
        self._state, self._intents, self._start, self._note = state, intents, start, note
        rows = state.notes.with_ids(ids)
        self._rows = rows[~state.locked(rows)]
        self.preview = Preview()

    def _changed(self, at: Place) -> Rows:
        rows: Rows = self._rows.copy()
        by = round((self._start.y - at.y) / VELOCITY_PX)
        rows["velocity"] = np.clip(rows["velocity"].astype(int) + by, 1, 127)
        return rows

    def move(self, at: Place) -> None:
        rows = self._changed(at)
        own = rows["velocity"][rows["id"] == self._note.id]
        label = (at.x, at.y, f"{int(own[0])}") if len(own) else None
        self.preview = Preview(rows=rows, label=label)
        self._state.show(faded=frozenset(rows["id"].tolist()))

    def release(self, at: Place) -> None:
        rows = self._changed(at)
        self.cancel()
        if len(rows):
            self._intents.velocities_set.emit(dict(zip(rows["id"].tolist(), rows["velocity"].tolist(), strict=True)))
        else:
            self._intents.refused.emit(self._state.why_locked(self._note.start_tick))

    def cancel(self) -> None:
        self.preview = Preview()
        self._state.show(faded=frozenset())


class Lasso:
    """A free line around notes: selects those it surrounds; Shift adds, Alt takes away."""

    acts_at_once = False

    def __init__(self, state: RollState, intents: Intents, start: Place) -> None:
        self._state, self._intents = state, intents
        self._points = [self._point(start)]
        self.preview = Preview()

    def _point(self, at: Place) -> tuple[float, float]:
        """Tick, and height in rows from the lowest line."""
        return at.tick, self._state.viewport.height_at(at.y)

    def move(self, at: Place) -> None:
        self._points.append(self._point(at))
        inside = self._inside()
        self.preview = Preview(outlined=self._state.notes.with_ids(inside), around=tuple(self._points))

    def _inside(self) -> frozenset[int]:
        line = np.array(self._points)
        first, last = int(max(0, line[:, 0].min())), int(max(0, line[:, 0].max()) + 1)
        rows = self._state.notes.sounding_in(Span(first, last))
        height = self._state.viewport.heights(rows["pitch"]) + 0.5
        inside = np.zeros(len(rows), bool)
        for share in (0.0, 0.5, 1.0):
            inside |= within(line, rows["start"] + share * (ends(rows) - rows["start"]), height)
        return frozenset(rows["id"][inside].tolist())

    def release(self, at: Place) -> None:
        self.move(at)
        found = self._inside()
        self.cancel()
        if at.keys.bypass:
            self._intents.selected.emit(self._state.selected - found)
        elif at.keys.extend or at.keys.toggle:
            self._intents.selected.emit(self._state.selected | found)
        else:
            self._intents.selected.emit(found)

    def cancel(self) -> None:
        self.preview = Preview()


def within(line: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie inside the closed line, by how often a ray to the right crosses it, [point]."""
    inside = np.zeros(len(x), bool)
    for (x1, y1), (x2, y2) in zip(line, np.roll(line, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        inside ^= crosses & (x < x1 + (y - y1) / (y2 - y1) * (x2 - x1))
    return inside

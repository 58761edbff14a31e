"""NoteCommands: what keys and menus do with notes, as edits of the session."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QMimeData

from studio.edits import bars, notes, pitches
from studio.edits.changing import count_of
from studio.edits.guard import refusal
from studio.edits.history import Edit
from studio.session import Session
from studio.song.clip import Clip
from studio.song.notes import LOCKED, MUTED, Note, Rows, notes_of
from studio.song.rows import joined
from studio.song.song import span_of
from studio.song.ticks import Span
from studio.words import mark, tr
from widgets.piano_roll.clipboard import Whence, clip_of, mime_of
from widgets.piano_roll.state import RollState

BURST_S = 0.4
"""Key repeats closer than this become one undo step."""
NOTHING_SELECTED = mark("No notes are selected. Click or drag over some first, or press Ctrl+A for all of the track.")
AUDIO_TRACK = mark("Notes cannot be written on an audio track. Choose a note track first.")


class NoteCommands:
    """Each command acts on the selection; without one it says so, or (nudging) moves the edit cursor."""

    def __init__(self, session: Session, state: RollState, clock: Callable[[], float] = time.monotonic) -> None:
        self.session, self.state = session, state
        self._clock = clock
        self._burst: tuple[str, float, object] = ("", -1.0, object())

    # Selection

    @property
    def ids(self) -> frozenset[int]:
        return self.session.selection.note_ids

    def select_all(self) -> None:
        self.session.select(frozenset(self.state.notes.rows["id"].tolist()))

    def select_none(self) -> None:
        """First the notes are let go, then what is painted, then the bars."""
        if self.ids:
            self.session.select(frozenset())
        elif self.session.selection.patches:
            self.session.select(patches=())
        else:
            self.session.select(keep_bars=False)

    def invert_selection(self) -> None:
        self.session.select(frozenset(self.state.notes.rows["id"].tolist()) - self.ids)

    def select_next(self, by: int = 1) -> None:
        """The next note in time (or the one before) after the selected ones."""
        rows = self.state.notes.rows
        if not len(rows):
            return
        at = np.flatnonzero(self.state.is_selected(rows))
        if len(at):
            index = int(at[-1] if by > 0 else at[0]) + by
        else:
            cursor = int(np.searchsorted(rows["start"], self.state.cursor_tick))
            index = cursor if by > 0 else cursor - 1
        (note,) = notes_of(rows[[max(0, min(len(rows) - 1, index))]])
        self.state.remember(note)
        self.session.select(frozenset((note.id,)), cursor_tick=note.start_tick)
        self.state.look(self.state.viewport.revealing(Span(note.start_tick, note.end_tick)))

    # Clipboard

    def copied(self) -> QMimeData | None:
        """The selection for the clipboard; None (and a sentence) when there is none."""
        song = self.session.heard_song()
        clip = bars.copied(song, self.ids)
        if clip is None:
            self.session.say(tr(NOTHING_SELECTED))
            return None
        return mime_of(clip, Whence(song, self.ids))

    def paste(self, mime: QMimeData | None) -> bool:
        """At the edit cursor on the track in front, which then moves behind what was pasted."""
        clip = clip_of(mime)
        if clip is None:
            self.session.say(tr("There are no notes on the clipboard. Copy some first (Ctrl+C)."))
            return False
        if not self.can_write():
            return False
        cursor = self.session.selection.cursor_tick
        if not self._lay(clip, cursor, ""):
            return False
        timeline = self.session.heard_song().timeline
        end = self.state.snap.rounded_span(timeline, Span(cursor, cursor + clip.length_ticks), self.state.viewport.ticks_per_px)
        self.session.select(cursor_tick=end.end_tick)
        return True

    def duplicate(self) -> bool:
        """A copy right after the selection, whose length is rounded up to the grid."""
        clip = bars.copied(self.session.heard_song(), self.ids)
        span = self._selected_span()
        if clip is None or span is None:
            self.session.say(tr(NOTHING_SELECTED))
            return False
        whole = self.state.snap.rounded_span(self.session.heard_song().timeline, span, self.state.viewport.ticks_per_px)
        return self._lay(clip, span.start_tick + whole.length_ticks, tr("Duplicate"))

    def _lay(self, clip: Clip, at_tick: int, verb: str) -> bool:
        song = self.session.heard_song()
        first = next((t.id for t in song.tracks if self.ids and len(t.notes.with_ids(self.ids))), self.state.track_id)
        track_id = first if verb else self.state.track_id
        label = f"{verb} {count_of(clip.note_count)}" if verb else ""
        new = frozenset(range(song.next_id, song.next_id + clip.note_count))
        done = self.session.do(bars.paste(clip, track_id, at_tick, label), new)
        if done:
            self._tell_merged(song.note_count + clip.note_count)
        return done

    def _tell_merged(self, expected: int) -> None:
        merged = expected - self.session.heard_song().note_count
        if merged > 0:
            self.session.say(tr("{notes} fell on notes already there and became one with them.", notes=count_of(merged)))

    # Gestures of the canvas

    def draw(self, note: Note) -> None:
        if not self.can_write():
            return
        before = self.session.heard_song()
        if self.session.do(notes.add(self.state.track_id, [note]), frozenset((before.next_id,))):
            self.state.remember(note)
            self._tell_merged(before.note_count + 1)

    def move(self, ids: frozenset[int], by_ticks: int, by_pitches: int) -> None:
        expected = self.session.heard_song().note_count
        if self.session.do(notes.move(ids, by_ticks, by_pitches)):
            self._tell_merged(expected)

    def copy_to(self, moved: Rows) -> None:
        """Copies of notes of the track in front, where they were carried; the originals stay."""
        rows = moved.copy()
        rows["flags"] = 0
        song = self.session.heard_song()
        new = frozenset(range(song.next_id, song.next_id + len(rows)))
        if self.session.do(notes.add_rows(self.state.track_id, rows, tr("Copy {notes}", notes=count_of(len(rows)))), new):
            self._tell_merged(song.note_count + len(rows))

    def resize(self, ids: frozenset[int], by_ticks: int, from_start: bool, least_ticks: int) -> None:
        if self.session.do(notes.resize(ids, by_ticks, from_start, least_ticks)):
            rows = self.state.notes.with_ids(ids)
            if len(rows):
                self.state.remember(next(notes_of(rows[-1:])))

    def set_velocities(self, velocities: dict[int, int]) -> None:
        self.session.do(notes.set_velocities(velocities))
        self.state.last_velocity = list(velocities.values())[-1]

    def louden(self, ids: frozenset[int], by: int) -> None:
        """One notch of the wheel; a turn of it is one step."""
        self._do(notes.change_velocity(ids, by), f"wheel {sorted(ids)[:1]}")

    def remove(self, ids: frozenset[int]) -> None:
        self.session.do(notes.remove(ids), self.ids - ids)

    def reshape(self, rows: Rows, label: str) -> None:
        """Notes become what a drag has shown."""
        expected = self.session.heard_song().note_count
        if self.session.do(notes.rewrite(rows, label)):
            self._tell_merged(expected)

    def paint(self, painted: tuple[Note, ...]) -> None:
        if not self.can_write():
            return
        first = self.session.heard_song().next_id
        new = frozenset(range(first, first + len(painted)))
        self.session.do(notes.add(self.state.track_id, painted, tr("Paint {notes}", notes=count_of(len(painted)))), new)

    def stamp(self, made: list[Note], label: str) -> bool:
        """Notes at the edit cursor, which moves behind them."""
        if not made or not self.can_write():
            return False
        first, cursor = self.session.heard_song().next_id, self.session.selection.cursor_tick
        new = frozenset(range(first, first + len(made)))
        if not self.session.do(notes.add(self.state.track_id, made, label), new):
            return False
        self.session.select(cursor_tick=cursor + max(note.length_ticks for note in made))
        return True

    def slice(self, ids: frozenset[int], at_tick: int) -> None:
        first = self.session.heard_song().next_id
        self.session.do(notes.split(ids, at_tick), ids | frozenset(range(first, first + len(ids))))

    def glue(self, ids: frozenset[int]) -> None:
        self.session.do(notes.join(ids), ids)

    def flag(self, ids: frozenset[int], flag: int, is_on: bool) -> None:
        if self.session.do((notes.set_muted if flag == MUTED else notes.set_locked)(ids, is_on)) and flag == LOCKED:
            self._tell_still_locked(ids, is_on)

    def _tell_still_locked(self, ids: frozenset[int], is_on: bool) -> None:
        """Notes that were unlocked one by one may lie in locked bars."""
        for track in self.session.song.tracks if not is_on else ():
            rows = track.notes.with_ids(ids)
            shut = rows[track.shut(rows["start"])]
            if len(shut):
                self.session.say(str(refusal(self.session.song, track, int(shut["start"][0]))), is_error=True)
                return

    # Keys

    def delete(self) -> None:
        if self._chosen():
            self.remove(self.ids)

    def nudge(self, steps: int) -> None:
        """By grid steps; without a selection the edit cursor moves."""
        at = self._first_tick()
        self._nudge_ticks(steps * self.state.grid_at(at), "nudge")

    def nudge_bars(self, by: int) -> None:
        self._nudge_ticks(by * self.session.heard_song().timeline.meter_at(self._first_tick()).bar_ticks, "nudge bars")

    def nudge_ticks(self, by: int) -> None:
        self._nudge_ticks(by, "nudge ticks")

    def transpose(self, semitones: int) -> None:
        if self._chosen():
            kind = "octave" if abs(semitones) == 12 else "transpose"
            self._do(notes.transpose(self.ids, semitones), kind)

    def transpose_in_key(self, steps: int) -> None:
        if self._chosen():
            self._do(pitches.transpose_in_key(self.ids, steps), "scale step")

    def change_length(self, steps: int) -> None:
        if self._chosen():
            step = self.state.grid_at(self._first_tick())
            self._do(notes.resize(self.ids, steps * step, least_ticks=step), "length")

    def change_velocity(self, by: int) -> None:
        if self._chosen():
            self._do(notes.change_velocity(self.ids, by), "velocity")

    def split(self, at_tick: int | None = None) -> None:
        """At a tick, or at the edit cursor."""
        if self._chosen():
            tick = self.session.selection.cursor_tick if at_tick is None else at_tick
            if not self.session.do(notes.split(self.ids, tick)):
                self.session.say(
                    tr("No selected note sounds across the edit cursor. Click where it should be cut, on an empty row.")
                )

    def join(self) -> None:
        if self._chosen():
            self.session.do(notes.join(self.ids))

    def toggle_muted(self) -> None:
        if self._chosen():
            rows = self._selected_rows()
            self.session.do(notes.set_muted(self.ids, not bool(np.all(rows["flags"] & MUTED != 0))))

    def toggle_locked(self) -> None:
        if self._chosen():
            rows = self._selected_rows()
            self.flag(self.ids, LOCKED, not bool(np.all(rows["flags"] & LOCKED != 0)))

    def add_at_cursor(self) -> None:
        """For the keyboard: a note like the last one at the edit cursor, which moves behind it."""
        rows = self.state.selected_rows()
        pitch = int(rows["pitch"][-1]) if len(rows) else (self.state.viewport.high_pitch + self.state.viewport.low_pitch) // 2
        start = self.session.selection.cursor_tick
        self.draw(Note(start, self.state.last_length_ticks, pitch, self.state.last_velocity))
        self.session.select(cursor_tick=start + self.state.last_length_ticks)

    # Inside

    def _chosen(self) -> bool:
        if not self.ids:
            self.session.say(tr(NOTHING_SELECTED))
        return bool(self.ids)

    def can_write(self, *, tells: bool = True) -> bool:
        """Whether the track in front takes notes; otherwise it says why not."""
        track = self.state.track
        if track is not None and not track.is_audio:
            return True
        if tells:
            words = tr(AUDIO_TRACK) if track is not None else tr("The song has no track. Add one first (Ctrl+T).")
            self.session.say(words, is_error=True)
        return False

    def _selected_rows(self) -> Rows:
        return joined([track.notes.with_ids(self.ids) for track in self.session.heard_song().tracks])

    def _selected_span(self) -> Span | None:
        return span_of(self._selected_rows()) if self.ids and self.session.heard_song().tracks else None

    def _first_tick(self) -> int:
        span = self._selected_span()
        return span.start_tick if span is not None else self.session.selection.cursor_tick

    def _nudge_ticks(self, by: int, kind: str) -> None:
        if self.ids:
            self._do(notes.move(self.ids, by), kind)
        else:
            self.session.select(cursor_tick=max(0, self.session.selection.cursor_tick + by))

    def _do(self, edit: Edit, kind: str) -> None:
        """Repeats of one key within a moment merge into one undo step."""
        now = self._clock()
        last_kind, last_s, gesture = self._burst
        if kind != last_kind or now - last_s > BURST_S:
            gesture = object()
        self._burst = (kind, now, gesture)
        self.session.do(replace(edit, gesture=gesture))

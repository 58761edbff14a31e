"""Recorder: listens to keyboards all the time, and while it records writes what they play into the track in front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from studio.audio.played import Place, Played, Touch
from studio.edits.history import Edit
from studio.errors import RicercarError
from studio.events import Signal
from studio.recording.memory import Memory
from studio.recording.passes import Passes
from studio.recording.phrase import Recorded
from studio.recording.takes import HumanTakes
from studio.recording.writing import Nearest, label_of, on_grid, write
from studio.session import Session, SoundPort
from studio.settings import MOST_COUNT_IN
from studio.song.rows import ROW, Rows
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import counted, tr

LIVELY_S = 5.0
"""So long after a key was played the window looks at the keyboards as often as it draws."""
State = Literal["idle", "counting", "recording"]


class LiveSound(SoundPort, Protocol):
    """What recording needs of the sound beside playing; all calls return at once."""

    def play_counted(self, bars: int) -> None: ...
    def set_endless(self, is_endless: bool) -> None: ...
    def set_metronome(self, is_on: bool) -> None: ...
    def aim(self, track_id: int) -> None: ...
    def touch(self, touch: Touch, time_s: float | None = None) -> None: ...
    def take_played(self) -> list[Played]: ...
    def place(self, time_s: float | None = None) -> Place: ...
    def choose_midi(self, wanted: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is recorded. `replaces`: what was there goes, and passes over a loop become takes; else notes are added, layer
    over layer. `quantises`: starts are put on the grid."""

    count_in_bars: int = 1
    clicks: bool = False
    replaces: bool = False
    quantises: bool = False


class Recorder:
    """Signals: `changed()` when it starts or stops, when the punch range or the manner changes; `grown()` when there is more
    to draw; `played(event)` for every touch, recorded or not."""

    def __init__(self, session: Session, sound: LiveSound) -> None:
        self.session, self.sound = session, sound
        self.manner = Manner()
        self.midi_input = "all"
        self.punch: Span | None = None
        self.punches = False
        self.nearest: Nearest = lambda tick: tick
        self.pitch_at: Callable[[int, int], int] = lambda _tick, pitch: pitch
        """Set by the window: the grid, and the scale that is kept to."""
        self.memory = Memory()
        self.changed: Signal[()] = Signal()
        self.grown: Signal[()] = Signal()
        self.played: Signal[Played] = Signal()
        self.place = Place()
        self.last_played_s = -LIVELY_S
        self.start_tick = 0
        self.track_id = 0
        self._passes: Passes | None = None
        self._takes: HumanTakes | None = None
        self._loop: Span | None = None
        self._gesture: object = object()
        self._notes = 0
        self._is_writing = False
        session.interrupting.listen(self._interrupted)
        session.song_changed.listen(self._song_changed)
        session.selection_changed.listen(self._aim)
        session.document_changed.listen(self._loop_changed)
        self._aim()

    # What is asked

    @property
    def is_on(self) -> bool:
        """Counting in, or recording."""
        return self._passes is not None

    @property
    def state(self) -> State:
        if self._passes is None:
            return "idle"
        return "recording" if self.place.is_playing and self.place.tick >= self.start_tick else "counting"

    def is_lively(self, now_s: float) -> bool:
        """Whether there may be something to draw at any moment."""
        return self.is_on or now_s - self.last_played_s < LIVELY_S

    @property
    def armed(self) -> Track | None:
        """The track that is, or would be, recorded into."""
        track_id = self.track_id if self.is_on else self.session.selection.track_id
        track = self.session.song.track(track_id) if self.session.song.has_track(track_id) else None
        return None if track is None or track.is_audio else track

    def toggle(self) -> None:
        """Begin, or end and keep what was played; the music then plays on, unless it has not begun yet."""
        if not self.is_on:
            self.start()
        elif self.state == "counting":
            self.sound.pause()
            self.stop()
        else:
            self.stop()

    def start(self) -> bool:
        """From the edit cursor, after the count-in; from what is heard now while the music plays. False when it cannot be."""
        track = self.armed
        refusal = _refusal(track)
        if refusal or track is None:
            self.session.say(refusal, is_error=True)
            return False
        self.session.end_preview()
        is_playing = self.sound.is_playing
        self.start_tick = max(0, round(self.sound.place().tick)) if is_playing else self._starting_tick()
        self._loop = loop = self.session.loop
        loop = loop if loop is not None and self.start_tick < loop.end_tick else None
        punch = self._punch_from(self.start_tick)
        self.track_id, self._gesture, self._notes = track.id, object(), 0
        self._passes = Passes(self.start_tick, loop, punch, self.pitch_at)
        self._takes = HumanTakes(self.session, track.id, loop) if loop is not None and self.manner.replaces else None
        self.sound.set_endless(True)
        if not is_playing:
            self.sound.seek(self.start_tick)
            self.sound.play_counted(self.manner.count_in_bars)
        self.place = self.sound.place()
        self.changed.emit()
        return True

    def stop(self) -> None:
        """Keep what was played; the music goes on as it does."""
        passes = self._passes
        if passes is None:
            return
        self.update(watches=False)
        self._passes = None
        self._write(passes.end(self.place))
        self.sound.set_endless(False)
        self._say_what_was_recorded()
        self._takes = None
        self.changed.emit()
        self.grown.emit()

    def capture(self) -> bool:
        """Write what was played lately without recording: at the edit cursor in the song's tempo, or where it was heard if the
        music was playing."""
        track = self.armed
        refusal = _refusal(track)
        if not refusal and not self.memory.has_notes:
            refusal = tr("Nothing was played on a keyboard in the last minute.")
        if refusal or track is None:
            self.session.say(refusal, is_error=True)
            return False
        captured = self.memory.taken(self.session.song.timeline, self.session.selection.cursor_tick, self.pitch_at)
        self.track_id = track.id
        label = counted(len(captured.rows), "Capture {n} note", "Capture {n} notes")
        if not self._do(write(track.id, self._in_manner(captured, is_loop=False), replaces=False, label=label)):
            return False
        self.memory.forget()
        self.session.say(counted(len(captured.rows), "{n} note was captured.", "{n} notes were captured."))
        return True

    # Manner and punch

    def use(self, manner: Manner) -> None:
        """Record so from the next time on; the metronome at once."""
        held = replace(manner, count_in_bars=max(0, min(MOST_COUNT_IN, manner.count_in_bars)))
        if held == self.manner:
            return
        self.manner = held
        self.sound.set_metronome(held.clicks)
        self.changed.emit()

    def listen_to(self, wanted: str) -> None:
        """Which MIDI inputs play: "all", "none", or the one of this name."""
        self.midi_input = wanted
        self.sound.choose_midi(wanted)

    def set_punch(self, span: Span | None) -> None:
        """The range that is recorded; None: no such range. An empty one is none."""
        if span is not None and span.length_ticks <= 0:
            span = None
        if (span, span is not None) != (self.punch, self.punches):
            self.punch, self.punches = span, span is not None
            self.changed.emit()

    def toggle_punch(self) -> None:
        """On or off: the last range, else the selected bars, else the loop."""
        if self.punches:
            self.punches = False
            self.changed.emit()
            return
        span = self.punch or self.session.selection.bars or self.session.loop
        if span is None:
            self.session.say(tr("Select bars, or set a loop, to be the range that is recorded."), is_error=True)
            return
        self.set_punch(span)
        self.punches = True
        self.changed.emit()

    # What is played

    def update(self, watches: bool = True) -> None:
        """Take what was played since; called by the window as often as it draws."""
        for event in self.sound.take_played():
            self.memory.add(event)
            self.last_played_s = event.time_s
            if self._passes is not None:
                self._passes.add(event)
            self.played.emit(event)
        if self._passes is None or not watches:
            return
        place, before = self.sound.place(), self.place
        if before.is_playing and (not place.is_playing or place.jump != before.jump):
            self.stop()
            return
        self.place = place
        for recorded in self._passes.turned(place):
            self._write(recorded)
        if self._passes is not None and self._passes.is_past(place):
            self.stop()
        elif place != before:
            self.grown.emit()

    def growing(self) -> Rows:
        """The notes of what is being recorded that are not in the song yet, held ones up to now."""
        return np.zeros(0, ROW) if self._passes is None else self._passes.rows(self.place)

    def sound_touch(self, kind: int, a: int, b: int, time_s: float | None = None) -> None:
        """The computer's keyboard plays."""
        self.sound.touch(Touch(kind, a, b), time_s)
        self.update()

    # Inside

    def _starting_tick(self) -> int:
        cursor, loop, punch = self.session.selection.cursor_tick, self.session.loop, self.punch if self.punches else None
        if loop is not None and cursor not in loop:
            cursor = loop.start_tick
        if punch is not None and cursor >= punch.end_tick:
            timeline = self.session.song.timeline
            cursor = timeline.bar_start(max(1, timeline.bar_of(punch.start_tick) - 1))
        return cursor

    def _punch_from(self, tick: int) -> Span | None:
        punch = self.punch if self.punches else None
        return None if punch is None or tick >= punch.end_tick else punch

    def _write(self, recorded: Recorded | None) -> None:
        if recorded is None:
            return
        recorded = self._in_manner(recorded, is_loop=self._passes_turn)
        if self._takes is not None:
            self._takes.add(recorded)
        elif recorded or (self.manner.replaces and recorded.span.length_ticks):
            self._notes += len(recorded.rows)
            label = label_of(self._notes, len(recorded.points))
            self._do(write(self.track_id, recorded, replaces=self.manner.replaces, label=label, gesture=self._gesture))

    @property
    def _passes_turn(self) -> bool:
        return self.session.loop is not None

    def _in_manner(self, recorded: Recorded, is_loop: bool) -> Recorded:
        if not self.manner.quantises:
            return recorded
        return on_grid(recorded, self.nearest, is_loop=is_loop)

    def _do(self, edit: Edit) -> bool:
        """Into the song, whatever is shown: what a hand has played must not be lost to a take that lies over it."""
        first = self.session.song.next_id
        self._is_writing = True
        try:
            done = self.session.do(edit)
            if not done and self.session.tray.current is not None:
                self.session.tray.show(None)
                done = self.session.do(edit)
        finally:
            self._is_writing = False
        if done:
            self.session.select(frozenset(range(first, self.session.song.next_id)))
        return done

    def _say_what_was_recorded(self) -> None:
        if self._takes is not None:
            self._takes.say()
        elif self._notes:
            self.session.say(counted(self._notes, "{n} note was recorded.", "{n} notes were recorded."))
        else:
            self.session.say(tr("Nothing was played, so nothing was recorded."))

    def _interrupted(self, edit: Edit | None) -> None:
        """Something else is about to happen to the song: whatever would pull the ground from under the recording ends it."""
        if not self.is_on or self._is_writing:
            return
        if edit is not None:
            song = self.session.song
            try:
                after = edit.apply(song)
            except RicercarError:
                return
            if after.timeline is song.timeline and after.has_track(self.track_id):
                return
        self.stop()

    def _loop_changed(self) -> None:
        """With another loop the passes would be others: what was played in this one is kept."""
        if self.is_on and self.session.loop != self._loop:
            self.stop()

    def _song_changed(self, _before: Song, _after: Song) -> None:
        self._aim()

    def _aim(self) -> None:
        track = self.armed
        if track is not None:
            self.sound.aim(track.id)


def _refusal(track: Track | None) -> str:
    if track is None:
        return tr("Notes cannot be recorded here. Choose a note track.")
    if track.is_locked:
        return tr("«{track}» is locked, so nothing can be recorded into it. Unlock it first.", track=track.name)
    if track.is_frozen:
        return tr("«{track}» is frozen, so nothing can be recorded into it. Unfreeze it first.", track=track.name)
    return ""

"""Playback: what the transport keys mean, and the pulse that shows position and meters while something moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

from studio.app.engines import LiveSound
from studio.events import Signal
from studio.session import Session
from studio.song.ticks import Span
from studio.words import tr
from widgets.strips import Levels

MOVING_MS, RESTING_MS = 16, 120
"""How often position and meters are read while playing (display rate), and how often the state is looked at else."""
METER_EVERY = 2
"""Meters are read at every second pulse: about 30 times a second."""
FALLING_S = 4.0
"""For this long after stopping the meters still fall."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the window shows of the sound at one instant."""

    tick: int
    is_playing: bool
    levels: Levels
    master: tuple[float, float]
    now_s: float
    with_meters: bool


class Playback(QObject):
    """Keys of the transport. `shown` is called with each Moment, on the GUI thread."""

    def __init__(self, session: Session, sound: LiveSound, shown: Callable[[Moment], object]) -> None:
        super().__init__()
        self._session = session
        self._sound = sound
        self._shown = shown
        self._started_from: int | None = None
        self._heard_takes: object = None
        self._last_loop: Span | None = None
        self._last_moment: Moment | None = None
        self._stopped_s = -FALLING_S
        self._count = 0
        self.looked: Signal[()] = Signal()
        """At every look at the sound, before anything is shown."""
        self.is_lively: Callable[[float], bool] = lambda _now_s: False
        """Set by the window: whether keyboards want to be looked at as often as is drawn."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._pulse)
        self._session.document_changed.listen(self._remember_loop)

    def start(self) -> None:
        """Begin to look at the sound; after the first paint."""
        self._timer.start(RESTING_MS)

    def stop_looking(self) -> None:
        self._timer.stop()

    @property
    def is_playing(self) -> bool:
        return self._sound.is_playing

    @property
    def tick(self) -> int:
        return self._sound.position()

    # Keys

    def toggle(self) -> None:
        """Space: pause; or go on; or, where the edit cursor was moved or a take waits to be heard, play from there."""
        if self.is_playing:
            self._heard_takes = self._session.tray.current
            self._sound.pause()
        elif not self._hear_new_take():
            cursor = self._session.selection.cursor_tick
            if self._started_from is not None and cursor != self._started_from:
                self._sound.seek(cursor)
            self._started_from = cursor
            self._sound.play()
        self._hurry()

    def resume(self) -> None:
        """Go on from where it stopped, wherever the cursor is."""
        self._started_from = self._session.selection.cursor_tick
        self._sound.play()
        self._hurry()

    def play_from_cursor(self) -> None:
        cursor = self._session.selection.cursor_tick
        self._started_from = cursor
        self._sound.seek(cursor)
        self._sound.play()
        self._hurry()

    def to_start(self) -> None:
        self._go(0)

    def to_end(self) -> None:
        self._go(self._session.song.end_tick)

    def toggle_loop(self) -> None:
        """Loop on or off: the last loop, else the selected bars, else the whole song."""
        session = self._session
        if session.loop is not None:
            session.set_loop(None)
            return
        whole = session.song.timeline.bar_span(1, max(1, session.song.bar_count))
        session.set_loop(self._last_loop or session.selection.bars or whole)

    def loop_selection(self) -> None:
        """Loop the selected bars, or the bars of the selected notes."""
        chosen = self._session.selection
        if chosen.bars is not None:
            self._session.set_loop(chosen.bars)
            return
        rows = [track.notes.with_ids(chosen.note_ids) for track in self._session.heard_song().tracks]
        ends = [(int(row["start"].min()), int((row["start"] + row["length"]).max())) for row in rows if len(row)]
        if not ends:
            self._session.say(tr("Select bars or notes to loop first."), is_error=True)
            return
        span = Span(min(start for start, _ in ends), max(end for _, end in ends))
        self._session.set_loop(self._session.song.timeline.whole_bars(span))

    def panic(self) -> None:
        """Silence whatever sounds."""
        self._sound.panic()
        self._session.say(tr("All notes off."))

    # Inside

    def _go(self, tick: int) -> None:
        self._session.select(cursor_tick=tick)
        self._started_from = tick
        self._sound.seek(tick)
        self._hurry()

    def _hear_new_take(self) -> bool:
        """Play the take that is shown, in its place, when it was not heard yet."""
        take_set = self._session.tray.current
        if take_set is None or take_set.active is None or self._heard_takes is take_set:
            return False
        self._heard_takes = take_set
        self._session.hear_take(take_set.active)
        self._started_from = self._session.selection.cursor_tick
        return True

    def _remember_loop(self) -> None:
        if self._session.loop is not None:
            self._last_loop = self._session.loop
        elif self._last_loop is not None and self._last_loop.start_tick > self._session.song.end_tick:
            self._last_loop = None

    def hurry(self) -> None:
        """Something begins to move: look at once, and often from now on."""
        self._hurry()

    def _hurry(self) -> None:
        self._timer.setInterval(MOVING_MS)
        self._pulse()

    def _pulse(self) -> None:
        now_s = time.monotonic()
        self.looked.emit()
        is_playing = self._sound.is_playing
        if is_playing:
            self._stopped_s = now_s
        moves = now_s - self._stopped_s < FALLING_S
        wanted = MOVING_MS if moves or self.is_lively(now_s) else RESTING_MS
        if self._timer.interval() != wanted:
            self._timer.setInterval(wanted)
        self._count += 1
        with_meters = moves and self._count % METER_EVERY == 0
        levels, master = self._sound.meters() if with_meters else ({}, (0.0, 0.0))
        self._shown(Moment(self._sound.position(), is_playing, levels, master, now_s, with_meters))

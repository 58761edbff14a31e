"""Memory: what was played in the last minute, recorded or not, so that a good idea is not lost for want of a button."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from studio.audio import schedule as kinds
from studio.audio.played import Played
from studio.recording.phrase import Phrase, Recorded
from studio.song.timeline import Timeline

KEPT_S = 60.0
MOST_EVENTS = 100_000
_RINGS_S = 10.0
"""A key that was not let go when it is asked for is taken to have been held so long at most."""


class Memory:
    """Touches in the order in which they came; old ones fall out."""

    def __init__(self) -> None:
        self._events: deque[Played] = deque(maxlen=MOST_EVENTS)

    def add(self, event: Played) -> None:
        self._events.append(event)
        while self._events and self._events[0].time_s < event.time_s - KEPT_S:
            self._events.popleft()

    def forget(self) -> None:
        self._events.clear()

    @property
    def has_notes(self) -> bool:
        return any(event.touch.kind == kinds.ON for event in self._events)

    def taken(
        self, timeline: Timeline, cursor_tick: int, pitch_at: Callable[[int, int], int] = lambda _tick, pitch: pitch
    ) -> Recorded:
        """What was played last: while the music played, where it was heard; else from the cursor on, in the song's tempo."""
        struck = [event for event in self._events if event.touch.kind == kinds.ON]
        last = struck[-1]
        if last.place.is_playing:
            same = [event for event in self._events if event.place.is_playing and event.place[1:3] == last.place[1:3]]
            return _phrase([(event, event.place.tick) for event in same], 0, same[-1].place.tick, pitch_at)
        stopped = [event for event in self._events if not event.place.is_playing]
        first_s = next(event.time_s for event in stopped if event.touch.kind == kinds.ON)
        begin_s = float(timeline.seconds_at(cursor_tick))

        def tick_of(time_s: float) -> float:
            return float(timeline.ticks_at(begin_s + time_s - first_s))

        placed = [(event, tick_of(event.time_s)) for event in stopped if event.time_s >= first_s]
        end_s = min(last.time_s + _RINGS_S, max(placed[-1][0].time_s, last.time_s + 0.25))
        return _phrase(placed, cursor_tick, tick_of(end_s), pitch_at)


def _phrase(
    placed: list[tuple[Played, float]], start_tick: int, end_tick: float, pitch_at: Callable[[int, int], int]
) -> Recorded:
    phrase = Phrase(start_tick, None, pitch_at)
    for event, tick in placed:
        phrase.add(event.touch, max(float(start_tick), tick))
    return phrase.end(end_tick)

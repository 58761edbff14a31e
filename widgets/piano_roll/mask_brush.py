"""FillMask: paints what a take may change, in bars by pitches on the track in front, or takes paint away."""

from __future__ import annotations

from studio.song.painting import erased, painted
from studio.song.region import Patch
from studio.song.ticks import Span
from studio.song.timeline import Timeline
from widgets.piano_roll.intents import Intents, Place
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tools import Preview

HIGHEST = 127


def bars_between(timeline: Timeline, one: float, other: float) -> Span:
    """The whole bars that two places lie in, and all between them."""
    first, last = sorted((max(0, int(one)), max(0, int(other))))
    return timeline.whole_bars(Span(first, last + 1))


class FillMask:
    """A drag over bars paints all their pitches, with Shift only those it goes over; with Alt it stops at grid lines as well as
    between bars. A click with Alt takes the part under the pointer away."""

    acts_at_once = True

    def __init__(self, state: RollState, intents: Intents, start: Place, *, erases: bool = False) -> None:
        self._state, self._intents, self._start, self._erases = state, intents, start, erases
        self._is_drag = False
        self.preview = Preview()
        self._show(start)

    def _patch(self, at: Place) -> Patch:
        state, start = self._state, self._start
        if at.keys.bypass and self._is_drag:
            left, right = sorted((max(0.0, start.tick), max(0.0, at.tick)))
            first, last = state.snapped_below(left), state.snapped_below(right)
            span = Span(first, last + state.grid_at(last))
        else:
            span = bars_between(state.song.timeline, start.tick, at.tick)
        low, high = sorted((start.pitch, at.pitch)) if at.keys.extend else (0, HIGHEST)
        return Patch(state.track_id, span, max(0, low), min(HIGHEST, high))

    def _left(self, at: Place) -> tuple[Patch, ...]:
        patches = self._state.patches
        if at.keys.bypass and not self._is_drag and not self._erases:
            tick, pitch = max(0, int(at.tick)), at.pitch
            return tuple(patch for patch in patches if not patch.allows(self._state.track_id, tick, pitch))
        return erased(patches, self._patch(at)) if self._erases else painted(patches, (self._patch(at),))

    def _show(self, at: Place) -> None:
        self.preview = Preview(patches=self._left(at))

    def move(self, at: Place) -> None:
        self._is_drag = self._is_drag or abs(at.x - self._start.x) + abs(at.y - self._start.y) >= 4
        self._show(at)

    def release(self, at: Place) -> None:
        left = self._left(at)
        self.cancel()
        if left != self._state.patches:
            self._intents.patched.emit(left)

    def cancel(self) -> None:
        self.preview = Preview()

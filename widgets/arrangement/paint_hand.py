"""PaintHand: with the mask tool in hand, what a take may change is painted in the lanes, over bars of several tracks."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from studio.events import Signal
from studio.song.painting import Patches, erased, painted
from studio.song.region import Patch
from studio.song.song import Song
from widgets import theme as themes
from widgets.arrangement.range_hand import LaneSpace
from widgets.piano_roll.marks import hatch
from widgets.piano_roll.mask_brush import bars_between


@dataclass(slots=True)
class _Held:
    pressed: QPointF
    now: QPointF
    erases: bool


class PaintHand:
    """Holds what is painted and the drag. `patched(all that is painted then)`."""

    def __init__(self, space: LaneSpace) -> None:
        self._space = space
        self._song = Song()
        self._patches: Patches = ()
        self._held: _Held | None = None
        self.patched: Signal[Patches] = Signal()

    def show(self, song: Song, patches: Patches) -> None:
        self._song, self._patches = song, patches

    @property
    def is_busy(self) -> bool:
        return self._held is not None

    def press(self, at: QPointF, *, erases: bool) -> None:
        if self._song.tracks:
            self._held = _Held(at, at, erases)

    def drag(self, at: QPointF) -> None:
        if self._held is not None:
            self._held.now = at

    def release(self) -> None:
        left = self._left()
        self._held = None
        if left != self._patches:
            self.patched.emit(left)

    def give_up(self) -> None:
        self._held = None

    def _left(self) -> Patches:
        held = self._held
        if held is None:
            return self._patches
        ticks = (self._space.tick_at(at.x()) for at in (held.pressed, held.now))
        span = bars_between(self._song.timeline, *ticks)
        low, high = sorted(self._row_at(at.y()) for at in (held.pressed, held.now))
        laid = tuple(Patch(track.id, span) for track in self._song.tracks[low : high + 1])
        if not held.erases:
            return painted(self._patches, laid)
        left = self._patches
        for patch in laid:
            left = erased(left, patch)
        return left

    def _row_at(self, y: float) -> int:
        row = int((y - self._space.lanes_top) // max(1.0, self._space.lane_px))
        return max(0, min(len(self._song.tracks) - 1, row))

    def paint(self, painter: QPainter) -> None:
        """Each part in its track's lane, as high as the pitches it is for."""
        theme, space = themes.current(), self._space
        lanes = {track.id: row for row, track in enumerate(self._song.tracks)}
        for patch in self._left():
            if patch.track_id in lanes:
                left, right = space.x_of(patch.span.start_tick), space.x_of(patch.span.end_tick)
                top = space.lanes_top + lanes[patch.track_id] * space.lane_px
                hatch(painter, QRectF(left, top, max(2.0, right - left), space.lane_px), theme)

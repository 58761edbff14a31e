"""Viewport: tick and pitch <-> pixel, zoom about a point, scroll; shared by every timeline, pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.song.ticks import TICKS_PER_BEAT, Span
from widgets.folding import PITCHES, UNFOLDED, Fold

ROW_LOW_PX, ROW_HIGH_PX = 6.0, 40.0
NOTCH = 1.15
"""One notch of the wheel zooms by this factor."""
TICKS_PER_PX_LOW = 0.5
"""Closest view: a sixty-fourth note is 120 px wide."""
MARGIN_TICKS = 4 * 4 * TICKS_PER_BEAT
"""Empty room kept after the end of the song, so that there is somewhere to write on."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """Which part of time and pitch is seen. `top_pitch` is the line at the upper edge: 128 shows pitch 127 first.

    Lines are counted by `fold`: unfolded, the line of a pitch is its number. Pitch p fills the pixels from y_of(p) down to
    y_of(p) + row_px; tick t begins at x_of(t). `end_tick` is how far one may scroll. `dpr` is the number of device pixels
    to a pixel: what is drawn is aligned to those.
    """

    width_px: int = 800
    height_px: int = 480
    left_tick: float = 0.0
    ticks_per_px: float = 12.0
    top_pitch: float = 88.0
    row_px: float = 16.0
    end_tick: int = 16 * 4 * TICKS_PER_BEAT
    dpr: float = 1.0
    fold: Fold = UNFOLDED

    # Place

    def x_of(self, tick: float) -> float:
        return (tick - self.left_tick) / self.ticks_per_px

    def tick_at(self, x: float) -> float:
        return self.left_tick + x * self.ticks_per_px

    def y_of(self, pitch: float) -> float:
        """The upper edge of the row of this pitch."""
        return (self.top_pitch - self.fold.line(pitch) - 1) * self.row_px

    def pitch_at(self, y: float) -> int:
        """The pitch of the row under y, held within 0 to 127."""
        return self.fold.pitch(-((y / self.row_px - self.top_pitch) // 1) - 1)

    def has_row_at(self, y: float) -> bool:
        """Whether there is a row here, not the empty place below a few folded ones."""
        return self.height_at(y) >= 0

    def height_at(self, y: float) -> float:
        """Rows from the lowest line up to y: where a free line was drawn, whatever the zoom."""
        return self.top_pitch - y / self.row_px

    def heights(self, pitches: NDArray[Any]) -> NDArray[np.float64]:
        """Where the rows of these pitches begin, as `height_at` counts."""
        return self.fold.lines(pitches)

    @property
    def span(self) -> Span:
        """Every tick that is at least partly seen."""
        first = max(0, int(self.left_tick // 1))
        return Span(first, max(first, int(-(-self.tick_at(self.width_px) // 1))))

    @property
    def low_pitch(self) -> int:
        return self.pitch_at(self.height_px - 1e-6)

    @property
    def high_pitch(self) -> int:
        return self.pitch_at(0.0)

    # Limits

    @property
    def widest(self) -> float:
        """Ticks a pixel at which the whole piece is seen."""
        return max(TICKS_PER_PX_LOW, self.end_tick / max(1, self.width_px))

    @property
    def closest(self) -> float:
        return min(TICKS_PER_PX_LOW, self.widest)

    @property
    def lowest_row_px(self) -> float:
        """Rows are never so low that pitches end before the view does."""
        if len(self.fold) < PITCHES:  # few rows need not fill the view
            return ROW_LOW_PX
        return min(ROW_HIGH_PX, max(ROW_LOW_PX, self.height_px / PITCHES))

    def held(self) -> Viewport:
        """The nearest viewport that obeys the limits."""
        per_px = min(max(self.ticks_per_px, self.closest), self.widest)
        row_px = min(max(self.row_px, self.lowest_row_px), ROW_HIGH_PX)
        last_left = max(0.0, self.end_tick - self.width_px * per_px)
        left = min(max(self.left_tick, 0.0), last_left)
        rows_seen = self.height_px / row_px
        count = len(self.fold)
        top = min(max(self.top_pitch, min(rows_seen, count)), float(count))
        return replace(self, ticks_per_px=per_px, row_px=row_px, left_tick=left, top_pitch=top)

    # Moves

    def resized(self, width_px: int, height_px: int) -> Viewport:
        return replace(self, width_px=max(1, width_px), height_px=max(1, height_px)).held()

    def reaching(self, song_end_tick: int) -> Viewport:
        """For a song that ends here, with room to write on."""
        end_tick = max(song_end_tick + MARGIN_TICKS, MARGIN_TICKS)
        return self if end_tick == self.end_tick else replace(self, end_tick=end_tick).held()

    def scrolled(self, by_x_px: float = 0.0, by_y_px: float = 0.0) -> Viewport:
        """Moved to the right and downwards by pixels."""
        left = self.left_tick + by_x_px * self.ticks_per_px
        return replace(self, left_tick=left, top_pitch=self.top_pitch - by_y_px / self.row_px).held()

    def zoomed_time(self, factor: float, about_x: float) -> Viewport:
        """Closer by `factor`, with the tick under `about_x` staying there (unless an edge forbids it)."""
        fixed = self.tick_at(about_x)
        per_px = min(max(self.ticks_per_px / factor, self.closest), self.widest)
        return replace(self, ticks_per_px=per_px, left_tick=fixed - about_x * per_px).held()

    def zoomed_pitch(self, factor: float, about_y: float) -> Viewport:
        """Higher rows by `factor`, with the pitch under `about_y` staying there (unless an edge forbids it)."""
        fixed = self.top_pitch - about_y / self.row_px
        row_px = min(max(self.row_px * factor, self.lowest_row_px), ROW_HIGH_PX)
        return replace(self, row_px=row_px, top_pitch=fixed + about_y / row_px).held()

    def fitted(self, span: Span, margin: float = 0.04) -> Viewport:
        """The span over the whole width, with a little air on both sides."""
        length = max(1, span.length_ticks)
        per_px = length * (1 + 2 * margin) / max(1, self.width_px)
        return replace(self, ticks_per_px=per_px, left_tick=span.start_tick - length * margin).held()

    def fitted_pitches(self, low: int, high: int) -> Viewport:
        """Rows from `low` to `high` and two more on each side, centred."""
        low_line, high_line = self.fold.line(low), self.fold.line(high)
        wanted = high_line - low_line + 5
        row_px = min(max(self.height_px / wanted, self.lowest_row_px), ROW_HIGH_PX)
        centre = (high_line + low_line + 1) / 2
        return replace(self, row_px=row_px, top_pitch=centre + self.height_px / row_px / 2).held()

    def centred_on_pitch(self, pitch: int) -> Viewport:
        return replace(self, top_pitch=self.fold.line(pitch) + 0.5 + self.height_px / self.row_px / 2).held()

    def folded(self, fold: Fold) -> Viewport:
        """With rows for these pitches only; the pitch in the middle stays there as far as it can."""
        if fold == self.fold:
            return self
        middle = self.pitch_at(self.height_px / 2)
        return replace(self, fold=fold).centred_on_pitch(middle)

    def shown_from(self, tick: float) -> Viewport:
        """With this tick at the left edge."""
        return replace(self, left_tick=tick).held()

    def revealing(self, span: Span, margin_px: float = 24.0) -> Viewport:
        """Scrolled as little as needed to show the span (its beginning, when it is wider than the view)."""
        margin = margin_px * self.ticks_per_px
        right = self.tick_at(self.width_px)
        if span.end_tick + margin > right:
            moved = replace(self, left_tick=span.end_tick + margin - (right - self.left_tick)).held()
        else:
            moved = self
        if span.start_tick - margin < moved.left_tick:
            moved = replace(moved, left_tick=span.start_tick - margin).held()
        return moved

    def centred_on(self, tick: float) -> Viewport:
        """Scrolled so that this tick is in the middle."""
        return replace(self, left_tick=tick - self.width_px * self.ticks_per_px / 2).held()

    def paged_to(self, tick: int) -> Viewport:
        """The page that holds this tick: the same view while it is seen, else one that begins a little before it."""
        if self.left_tick <= tick < self.tick_at(self.width_px):
            return self
        return replace(self, left_tick=tick - 0.02 * self.width_px * self.ticks_per_px).held()

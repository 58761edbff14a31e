"""Backdrop: rows tinted by the key's scale, octave lines, bar, beat and grid lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from studio.song.harmony import Key
from studio.song.ticks import Span
from studio.song.timeline import Timeline
from widgets.piano_roll.shapes import Sheet, draw
from widgets.snap import Snap
from widgets.theme import Theme

BLACK_KEYS = frozenset((1, 3, 6, 8, 10))
LEAST_BAR_PX, LEAST_BEAT_PX, LEAST_GRID_PX = 7.0, 9.0, 11.0


def mixed(under: QColor, over: QColor, amount: float) -> QColor:
    """The opaque colour seen when `over` lies on `under` with an opacity of `amount`."""
    rest = 1.0 - amount
    return QColor.fromRgbF(
        under.redF() * rest + over.redF() * amount,
        under.greenF() * rest + over.greenF() * amount,
        under.blueF() * rest + over.blueF() * amount,
    )


def row_colours(theme: Theme) -> tuple[QColor, QColor, QColor]:
    """Rows in the scale, rows outside it, and the row of the tonic."""
    inside = theme.colour("panel") if theme.panel != theme.bg else theme.colour("raised")
    return inside, theme.colour("bg"), mixed(inside, theme.colour("line"), 0.3)


def key_spans(timeline: Timeline, span: Span) -> Iterator[tuple[Span, Key | None]]:
    """The span cut where the key changes."""
    cuts = [span.start_tick, *(c.tick for c in timeline.keys if span.start_tick < c.tick < span.end_tick), span.end_tick]
    for start, end in pairwise(cuts):
        yield Span(start, end), timeline.key_at(start)


def seen_span(sheet: Sheet) -> Span:
    """The ticks of a sheet."""
    first = max(0, math.floor(sheet.scale.tick_at(0)))
    return Span(first, max(first, math.ceil(sheet.scale.tick_at(sheet.size.width()))))


def paint_rows(sheet: Sheet, timeline: Timeline, span: Span, is_drum: bool) -> None:
    """What is the same all along the song while the key is: rows, and the lines between them."""
    sheet.painter.setPen(Qt.PenStyle.NoPen)
    if is_drum:
        sheet.painter.fillRect(sheet.size, row_colours(sheet.theme)[0])
    else:
        _rows(sheet, timeline, span)
    _rows_apart(sheet, is_drum)


def paint_lines(sheet: Sheet, timeline: Timeline, snap: Snap, span: Span) -> None:
    """Bars, beats and the grid, over the rows."""
    bars, beats, grid = lines_in(timeline, snap, span, sheet.scale.ticks_per_px)
    # Opaque colours: blending tall lines pixel by pixel took four times as long (November 2026, raster).
    ground, line = row_colours(sheet.theme)[0], sheet.theme.colour("line")
    upright(sheet, grid, mixed(ground, line, 0.3))
    upright(sheet, beats, mixed(ground, line, 0.62))
    upright(sheet, bars, sheet.theme.colour("line_strong"))
    bottom = sheet.scale.crisp_bottom(sheet.scale.fold.pitches[0])
    if bottom < sheet.size.height():
        sheet.painter.fillRect(QRectF(0, bottom, sheet.size.width(), sheet.size.height() - bottom), row_colours(sheet.theme)[1])


def _rows(sheet: Sheet, timeline: Timeline, span: Span) -> None:
    painter, size, scale, theme = sheet.painter, sheet.size, sheet.scale, sheet.theme
    inside, outside, root = row_colours(theme)
    painter.fillRect(size, inside)
    pitches = np.array(scale.fold.pitches)
    top = scale.crisp(scale.tops(pitches))
    height = scale.crisp(scale.tops(pitches) + scale.row_px) - top
    seen = (top < size.height()) & (top + height > 0)
    for part, key in key_spans(timeline, span):
        left = max(0.0, scale.x_of(part.start_tick))
        right = min(size.width(), scale.x_of(part.end_tick))
        classes = key.pitch_classes if key is not None else frozenset(range(12)) - BLACK_KEYS
        dark = seen & ~np.isin(pitches % 12, list(classes))
        groups = [(dark, outside)]
        if key is not None:
            groups.append((seen & (pitches % 12 == key.tonic), root))
        for chosen, colour in groups:
            count = int(chosen.sum())
            shapes = np.column_stack((np.full(count, left), top[chosen], np.full(count, right - left), height[chosen]))
            painter.setBrush(colour)
            draw(painter, shapes)


def _rows_apart(sheet: Sheet, is_drum: bool) -> None:
    """A line under every C (under every drum), and hairlines between high rows."""
    painter, scale, theme = sheet.painter, sheet.scale, sheet.theme
    painter.setBrush(theme.colour("line"))
    rows = np.array(scale.fold.pitches)
    _level(sheet, rows if is_drum else rows[rows % 12 == 0])
    if scale.row_px < 12 or is_drum:
        return
    # Between rows of one colour a hairline: E and F, B and C would otherwise be one wide row.
    painter.setBrush(mixed(row_colours(theme)[0], theme.colour("line"), 0.22))
    _level(sheet, rows[rows % 12 != 0])


def _level(sheet: Sheet, pitches: NDArray[np.int64]) -> None:
    """Hairlines under the rows of these pitches."""
    scale, size = sheet.scale, sheet.size
    y = scale.crisp(scale.tops(pitches) + scale.row_px) - scale.hair_px
    y = y[(y >= -1) & (y < size.height())]
    count = len(y)
    draw(sheet.painter, np.column_stack((np.zeros(count), y, np.full(count, size.width()), np.full(count, scale.hair_px))))


def bar_step(timeline: Timeline, tick: int, ticks_per_px: float, least_px: float = LEAST_BAR_PX) -> int:
    """Every how many bars a line or a number has room: 1, 2, 4, 8 ..."""
    bar_px = timeline.meter_at(tick).bar_ticks / ticks_per_px
    return 1 << max(0, math.ceil(math.log2(least_px / bar_px))) if bar_px < least_px else 1


def bars_seen(timeline: Timeline, span: Span, step: int) -> Iterator[tuple[int, int]]:
    """(bar, its tick) for every `step`-th bar in the span, and the one before it."""
    bar = max(1, (timeline.bar_of(span.start_tick) - 1) // step * step + 1)
    while (tick := timeline.bar_start(bar)) < span.end_tick:
        yield bar, tick
        bar += step


def lines_in(timeline: Timeline, snap: Snap, span: Span, ticks_per_px: float) -> tuple[list[int], list[int], list[int]]:
    """Ticks of bar, beat and grid lines that have room at this zoom."""
    bars: list[int] = []
    beats: list[int] = []
    grid: list[int] = []
    step = bar_step(timeline, span.start_tick, ticks_per_px)
    for bar, tick in bars_seen(timeline, span, step):
        bars.append(tick)
        if step > 1:
            continue
        end = min(timeline.bar_start(bar + 1), span.end_tick)
        beat_ticks = timeline.meter_at(tick).beat_ticks
        if beat_ticks / ticks_per_px >= LEAST_BEAT_PX:
            beats.extend(range(tick + beat_ticks, end, beat_ticks))
        grid_ticks = snap.grid_ticks(timeline, tick, ticks_per_px)
        if grid_ticks / ticks_per_px >= LEAST_GRID_PX:
            grid.extend(at for at in range(tick + grid_ticks, end, grid_ticks) if (at - tick) % beat_ticks)
    return bars, beats, grid


def upright(sheet: Sheet, ticks: list[int], colour: QColor) -> None:
    """Lines from top to bottom at these ticks."""
    scale, count = sheet.scale, len(ticks)
    x = scale.crisp(np.array(ticks, float) / scale.ticks_per_px - scale.left_px)
    sheet.painter.setPen(Qt.PenStyle.NoPen)
    sheet.painter.setBrush(colour)
    draw(sheet.painter, np.column_stack((x, np.zeros(count), np.full(count, scale.hair_px), np.full(count, sheet.size.height()))))

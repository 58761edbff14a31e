"""Pages of a picture of the roll: bars in rows one under the other, as in a score, painted by what paints the canvas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from studio.files.midi.texts import xml_name
from studio.song.harmony import pitch_name
from studio.song.notes import Rows
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from widgets import theme as themes
from widgets.folding import Fold
from widgets.piano_roll.backdrop import BLACK_KEYS, bar_step, bars_seen, paint_lines, paint_rows
from widgets.piano_roll.colouring import Colouring, Made
from widgets.piano_roll.keys import DRUM_NAMES, key_colours
from widgets.piano_roll.notes import Look, paint_notes, readable_on
from widgets.piano_roll.shapes import Scale, Sheet
from widgets.snap import Snap
from widgets.theme import Theme

MARGIN_PX, KEYS_PX, LINE_PX = 24.0, 54.0, 15.0
TITLE_PX, HEADER_GAP_PX, ROW_GAP_PX, PART_GAP_PX = 24.0, 8.0, 20.0, 5.0
LEAST_NUMBER_PX, LEAST_TITLED_PX = 34.0, 400.0
LEAST_ROWS, MARGIN_ROWS, LEAST_SHRUNK, MOST_GROWN = 12, 1, 0.7, 1.5
DRUM_ROW_PX = 11.0
BLACK_SHARE, LEAST_NAMED_PX = 0.5, 5.0
_MIDDLE, _RIGHT = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class PictureLook:
    """How a picture is laid out and coloured; lengths in pixels of 1/96 inch. `dpr`: device pixels to one of these."""

    width_px: float
    beat_px: float
    row_px: float
    theme: Theme
    colouring: Colouring = "track"
    has_title: bool = True
    has_numbers: bool = True
    has_keys: bool = True
    has_names: bool = False
    dpr: float = 1.0
    room_px: float = float("inf")
    """How high a page is, margins left out; without end, there is one page of the height that is needed."""

    @property
    def has_pages(self) -> bool:
        return self.room_px < float("inf")


@dataclass(frozen=True, slots=True)
class _Part:
    """The pitched tracks or the drums of every row of bars: which rows of pitches they have."""

    tracks: tuple[Track, ...]
    fold: Fold
    row_px: float
    is_drum: bool

    @property
    def height_px(self) -> float:
        return len(self.fold) * self.row_px


class Layout:
    """Where everything of a picture stands: rows of bars, `pages` of them, and how large a page is."""

    def __init__(self, song: Song, tracks: tuple[Track, ...], span: Span, look: PictureLook) -> None:
        self.song, self.tracks, self.span, self.look = song, tracks, span, look
        self.ticks_per_px = TICKS_PER_BEAT / look.beat_px
        self.left_px = MARGIN_PX + (KEYS_PX if look.has_keys else 0.0)
        self.has_marks = look.has_numbers and any(span.start_tick <= each.tick < span.end_tick for each in song.timeline.markers)
        self.rows = tuple(self._rows())
        widest = max(row.length_ticks for row in self.rows) / self.ticks_per_px
        if look.has_pages and widest < (room := look.width_px - self.left_px - MARGIN_PX):
            self.ticks_per_px *= widest / room
            widest = room
        self.width_px = max(self.left_px + widest + MARGIN_PX, LEAST_TITLED_PX if look.has_title else 0.0)
        self.parts = self._fitting(tuple(_parts(tracks, span, look)))
        self.pages = tuple(self._pages())

    @property
    def height_px(self) -> float:
        """Of the first page, which holds everything where there is room without end."""
        count = len(self.pages[0])
        return 2 * MARGIN_PX + self.header_px + count * self.row_of_bars_px + max(0, count - 1) * ROW_GAP_PX

    @property
    def header_px(self) -> float:
        if not self.look.has_title:
            return 0.0
        return TITLE_PX + (LINE_PX if self.has_legend else 0.0) + HEADER_GAP_PX

    @property
    def has_legend(self) -> bool:
        return self.look.colouring == "track" and len(self.tracks) > 1

    @property
    def ruler_px(self) -> float:
        return LINE_PX * (self.look.has_numbers + self.has_marks)

    @property
    def row_of_bars_px(self) -> float:
        return self.ruler_px + sum(part.height_px for part in self.parts) + PART_GAP_PX * max(0, len(self.parts) - 1)

    def _rows(self) -> Iterator[Span]:
        """As many whole bars a row as there is room for, one at least."""
        room = (self.look.width_px - self.left_px - MARGIN_PX) * self.ticks_per_px
        lines = [tick for _, tick in self.song.timeline.bar_lines(self.span)]
        cuts = [self.span.start_tick, *(tick for tick in lines if tick > self.span.start_tick), self.span.end_tick]
        begin = cuts[0]
        for here, there in pairwise(cuts):
            if there - begin > room and here > begin:
                yield Span(begin, here)
                begin = here
        yield Span(begin, cuts[-1])

    def _fitting(self, parts: tuple[_Part, ...]) -> tuple[_Part, ...]:
        """Lower rows of pitches where then one more row of bars has room on a page, or one at all; else what fills the page."""
        wanted = sum(part.height_px for part in parts)
        if not self.look.has_pages or not wanted:
            return parts
        beside = self.ruler_px + PART_GAP_PX * (len(parts) - 1)
        room = self.look.room_px - self.header_px
        least = 1.0 if self.look.has_names else LEAST_SHRUNK
        most = max(1, int((room + ROW_GAP_PX) / (beside + least * wanted + ROW_GAP_PX)))
        share = ((room - (most - 1) * ROW_GAP_PX) / most - beside) / wanted
        return tuple(replace(part, row_px=part.row_px * min(MOST_GROWN, max(0.05, share))) for part in parts)

    def _pages(self) -> Iterator[tuple[Span, ...]]:
        page: list[Span] = []
        used = self.header_px
        for row in self.rows:
            needed = self.row_of_bars_px + (ROW_GAP_PX if page else 0.0)
            if page and used + needed > self.look.room_px + 0.5:
                yield tuple(page)
                page, used, needed = [], 0.0, self.row_of_bars_px
            page.append(row)
            used += needed
        yield tuple(page)

    # Painting

    def paint(self, painter: QPainter, number: int) -> Iterator[Span]:
        """Paint one page (from 0); gives each row of bars before it is painted."""
        y = MARGIN_PX
        if number == 0 and self.look.has_title:
            self._paint_header(painter)
            y += self.header_px
        for row in self.pages[number]:
            yield row
            self._paint_row(painter, row, y)
            y += self.row_of_bars_px + ROW_GAP_PX

    def _paint_header(self, painter: QPainter) -> None:
        theme, song = self.look.theme, self.song
        wide = self.width_px - 2 * MARGIN_PX
        painter.setFont(themes.font(themes.TITLE_PX + 1, bold=True))
        painter.setPen(theme.colour("text"))
        title = painter.fontMetrics().elidedText(xml_name(song.title), Qt.TextElideMode.ElideRight, max(40, int(wide - 130)))
        painter.drawText(QRectF(MARGIN_PX, MARGIN_PX, wide, TITLE_PX), _MIDDLE, title)
        painter.setFont(themes.font(themes.LABEL_PX))
        painter.setPen(theme.colour("muted"))
        tempo = song.timeline.tempo_at(self.span.start_tick)
        meter = song.timeline.meter_at(self.span.start_tick)
        words = f"{meter.numerator}/{meter.denominator}   ♩ = {tempo.bpm:.4g}"
        painter.drawText(QRectF(MARGIN_PX, MARGIN_PX, wide, TITLE_PX), _RIGHT, words)
        if self.has_legend:
            self._paint_legend(painter, MARGIN_PX + TITLE_PX, wide)

    def _paint_legend(self, painter: QPainter, y: float, wide: float) -> None:
        """The names of the tracks in their colours, as many as there is room for."""
        x = MARGIN_PX
        for track in self.tracks:
            name = xml_name(track.name)
            length = painter.fontMetrics().horizontalAdvance(name)
            if x + 14 + length > MARGIN_PX + wide:
                painter.drawText(QRectF(x, y, 12, LINE_PX), _MIDDLE, "…")
                return
            painter.fillRect(QRectF(x, y + LINE_PX / 2 - 4, 9, 8), self.look.theme.track(track.colour))
            painter.drawText(QRectF(x + 13, y, length + 2, LINE_PX), _MIDDLE, name)
            x += 13 + length + 18

    def _paint_row(self, painter: QPainter, row: Span, y: float) -> None:
        wide = row.length_ticks / self.ticks_per_px
        if self.look.has_numbers:
            self._paint_ruler(painter, row, y)
        y += self.ruler_px
        for part in self.parts:
            top = round(y * self.look.dpr) / self.look.dpr
            if self.look.has_keys:
                with _moved(painter, MARGIN_PX, top):
                    self._paint_keys(painter, part, row)
            with _moved(painter, self.left_px, top):
                self._paint_part(painter, part, row, wide)
            y += part.height_px + PART_GAP_PX

    def _scale(self, part: _Part, row: Span) -> Scale:
        return Scale(self.ticks_per_px, part.row_px, row.start_tick / self.ticks_per_px, 0.0, self.look.dpr, part.fold)

    def _paint_part(self, painter: QPainter, part: _Part, row: Span, wide: float) -> None:
        look, timeline = self.look, self.song.timeline
        sheet = Sheet(painter, self._scale(part, row), QRectF(0, 0, wide, part.height_px), look.theme)
        paint_rows(sheet, timeline, row, part.is_drum)
        paint_lines(sheet, timeline, Snap(), row)
        key = timeline.key_at(row.start_tick)
        flats = bool(key is not None and key.prefers_flats) if look.has_names and not part.is_drum else None
        made = Made.of(self.song.origins)
        for track in part.tracks:
            rows = _rows_in(track, row)
            nothing = np.zeros(len(rows), bool)
            painted = Look(look.theme.track(track.colour), flats, look.colouring, made, part.is_drum)
            paint_notes(sheet, rows, painted, nothing, nothing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(wide - 1 / look.dpr, 0, 1 / look.dpr, part.height_px), look.theme.colour("line_strong"))

    def _paint_ruler(self, painter: QPainter, row: Span, y: float) -> None:
        theme, timeline = self.look.theme, self.song.timeline
        painter.setFont(themes.font(themes.LABEL_PX))
        if self.has_marks:
            self._paint_marks(painter, row, y)
            y += LINE_PX
        step = bar_step(timeline, row.start_tick, self.ticks_per_px, LEAST_NUMBER_PX)
        changes = {change.tick: f"{change.numerator}/{change.denominator}" for change in timeline.meters[1:]}
        painter.setPen(theme.colour("muted"))
        for bar, tick in bars_seen(timeline, row, step):
            if tick >= row.start_tick:
                x = self.left_px + (tick - row.start_tick) / self.ticks_per_px
                words = f"{bar}  {changes[tick]}" if tick in changes else str(bar)
                painter.drawText(QRectF(x + 2, y, 80, LINE_PX), _MIDDLE, words)

    def _paint_marks(self, painter: QPainter, row: Span, y: float) -> None:
        theme = self.look.theme
        marks = [each for each in self.song.timeline.markers if row.start_tick <= each.tick < row.end_tick]
        stops = [*(each.tick for each in marks[1:]), row.end_tick][: len(marks)]
        for mark, stop in zip(marks, stops, strict=True):
            x = self.left_px + (mark.tick - row.start_tick) / self.ticks_per_px
            wide = max(0, int((stop - mark.tick) / self.ticks_per_px) - 6)
            painter.setPen(theme.track(mark.colour) if mark.is_section else theme.colour("muted"))
            words = painter.fontMetrics().elidedText(xml_name(mark.text), Qt.TextElideMode.ElideRight, wide)
            painter.drawText(QRectF(x + 2, y, wide + 4, LINE_PX), _MIDDLE, words)

    def _paint_keys(self, painter: QPainter, part: _Part, row: Span) -> None:
        """The piano beside the rows, named at every C; of drums, the names of those that are played."""
        theme, scale = self.look.theme, self._scale(part, row)
        white, black = key_colours(theme)
        short = KEYS_PX * BLACK_SHARE
        painter.fillRect(QRectF(0, 0, KEYS_PX - 1, part.height_px), theme.colour("raised") if part.is_drum else white)
        for pitch in part.fold.pitches:
            top, bottom = scale.crisp_y(pitch), scale.crisp_bottom(pitch)
            if not part.is_drum and pitch % 12 in BLACK_KEYS:
                painter.fillRect(QRectF(0, top, short, bottom - top), black)
            elif part.is_drum or pitch % 12 in (0, 5):
                painter.fillRect(QRectF(0, bottom - scale.hair_px, KEYS_PX - 1, scale.hair_px), theme.colour("line"))
        key = self.song.timeline.key_at(row.start_tick)
        flats = bool(key is not None and key.prefers_flats)
        painter.setFont(themes.font(int(max(6, min(themes.LABEL_PX - 1, part.row_px + (0 if part.is_drum else 2))))))
        painter.setPen(theme.colour("text") if part.is_drum else readable_on(white, theme))
        for pitch in part.fold.pitches if part.row_px >= LEAST_NAMED_PX else ():
            top, bottom = scale.crisp_y(pitch), scale.crisp_bottom(pitch)
            if part.is_drum:
                painter.drawText(QRectF(3, top, KEYS_PX, bottom - top), _MIDDLE, DRUM_NAMES.get(pitch, str(pitch)))
            elif pitch % 12 == 0:
                tall = max(bottom - top, 11)
                place = QRectF(short, (top + bottom - tall) / 2, KEYS_PX - short - 4, tall)
                painter.drawText(place, _RIGHT, pitch_name(pitch, flats))
        painter.fillRect(QRectF(KEYS_PX - 1, 0, scale.hair_px, part.height_px), theme.colour("line"))


@contextmanager
def _moved(painter: QPainter, x: float, y: float) -> Iterator[None]:
    painter.save()
    painter.translate(x, y)
    yield
    painter.restore()


def _parts(tracks: tuple[Track, ...], span: Span, look: PictureLook) -> Iterator[_Part]:
    """Pitched tracks over all pitches between the lowest and the highest; drums, under them, only those that are played."""
    pitched = tuple(track for track in tracks if not track.instrument.is_drum)
    drums = tuple(track for track in tracks if track.instrument.is_drum)
    if pitched or not drums:
        played = _pitches(pitched, span)
        low, high = (min(played), max(played)) if played else (60, 71)
        lacking = max(0, LEAST_ROWS - (high - low + 1))
        low = max(0, low - MARGIN_ROWS - lacking // 2)
        high = min(127, max(high + MARGIN_ROWS, low + LEAST_ROWS - 1))
        yield _Part(pitched, Fold.of(range(low, high + 1)), look.row_px, False)
    played = _pitches(drums, span)
    if played:
        yield _Part(drums, Fold.of(played), max(look.row_px, DRUM_ROW_PX), True)


def _pitches(tracks: tuple[Track, ...], span: Span) -> set[int]:
    return {pitch for track in tracks for pitch in np.unique(_rows_in(track, span)["pitch"]).tolist()}


def _rows_in(track: Track, span: Span) -> Rows:
    """The notes within a row of bars, cut at its ends: nothing is painted outside it. A drum is where it is struck."""
    if track.instrument.is_drum:
        return track.notes.starting_in(span)
    rows = track.notes.sounding_in(span).copy()
    ends = np.minimum(rows["start"] + rows["length"], span.end_tick)
    rows["start"] = np.maximum(rows["start"], span.start_tick)
    rows["length"] = ends - rows["start"]
    cut: Rows = rows[rows["length"] > 0]
    return cut

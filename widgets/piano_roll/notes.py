"""Notes of the track in front: opacity by velocity, outline when selected, name inside when there is room; hit tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.song.harmony import pitch_name
from studio.song.notes import LOCKED, MUTED, Note, Notes, Rows, notes_of
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.piano_roll.backdrop import mixed
from widgets.piano_roll.colouring import NOTHING_MADE, Colouring, Made, groups_of
from widgets.piano_roll.shapes import BANDS, Form, Sheet, bands, diamond_px, diamonds, fill, opacity, outline, rectangles
from widgets.theme import Theme
from widgets.viewport import Viewport

ROUNDED_LIMIT = 700
"""More notes than this in one picture are drawn as plain rectangles, in one call a colour."""
NAME_ROW_PX, NAME_WIDTH_PX = 13.0, 30.0
EDGE_PX = 6.0
LEAST_TARGET_PX = 6.0
LEAST_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Look:
    """How notes of one track are painted: its colour, what colours tell, whether pitches are named with flats (None: not named).

    Drums are diamonds of one size: how long a hit lasts means nothing.
    """

    colour: QColor
    flats: bool | None = False
    colouring: Colouring = "track"
    made: Made = NOTHING_MADE
    is_drum: bool = False


def paint_notes(sheet: Sheet, rows: Rows, look: Look, selected: NDArray[np.bool_], faded: NDArray[np.bool_]) -> None:
    """Paint rows; `selected` and `faded` are columns, [row]."""
    painter, scale, theme = sheet.painter, sheet.scale, sheet.theme
    shapes = diamonds(rows, scale) if look.is_drum else rectangles(rows, scale)
    is_muted = rows["flags"] & MUTED != 0
    fine = scale.row_px >= 7 and len(rows) <= ROUNDED_LIMIT
    form: Form = "plain" if not fine else "diamond" if look.is_drum else "round"
    painter.setPen(Qt.PenStyle.NoPen)
    fill(painter, shapes[faded], mixed(theme.colour("bg"), look.colour, 0.25), form)
    outline(painter, shapes[is_muted & ~faded], look.colour, 1, "diamond" if look.is_drum else "round")
    plain = ~is_muted & ~faded
    band_of = bands(rows)
    for chosen, colour in groups_of(look.colouring, rows, look.colour, theme, look.made):
        seen = plain & chosen
        for band in np.flatnonzero(np.bincount(band_of[seen])).tolist():
            fill(painter, shapes[seen & (band_of == band)], _fill_colour(colour, theme, band), form)
        if look.flats is not None and not look.is_drum and scale.row_px >= NAME_ROW_PX:
            _names(sheet, rows[seen], shapes[seen], replace(look, colour=colour))
    outline(painter, shapes[selected & ~faded], theme.colour("text"), 1.6 if fine else 1, form)
    _padlocks(painter, shapes[(rows["flags"] & LOCKED != 0) & ~faded], theme)


def paint_flat(sheet: Sheet, rows: Rows, colour: QColor, *, is_drum: bool = False) -> None:
    """Paint rows in one colour, without outlines: ghosts."""
    painter, scale = sheet.painter, sheet.scale
    fine = scale.row_px >= 7 and len(rows) <= ROUNDED_LIMIT
    painter.setPen(Qt.PenStyle.NoPen)
    shapes = diamonds(rows, scale) if is_drum else rectangles(rows, scale)
    fill(painter, shapes, colour, "plain" if not fine else "diamond" if is_drum else "round")


def _fill_colour(colour: QColor, theme: Theme, band: int) -> QColor:
    return mixed(theme.colour("bg"), colour, opacity(band))


def _padlocks(painter: QPainter, shapes: NDArray[np.float64], theme: Theme) -> None:
    """A second outline and, with room, a small padlock at the right."""
    painter.setPen(QPen(theme.colour("bg"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for x, y, width, height in shapes.tolist():
        if width > 6 and height > 6:
            painter.drawRect(QRectF(x + 1.5, y + 1.5, width - 4, height - 4))
        if width > 18 and height > 10:
            body = QRectF(x + width - 12, y + height / 2 - 1, 7, 5)
            painter.fillRect(body, theme.colour("bg"))
            painter.drawArc(QRectF(body.x() + 1.5, body.y() - 3.5, 4, 6), 0, 180 * 16)
    painter.setPen(Qt.PenStyle.NoPen)


def _names(sheet: Sheet, rows: Rows, shapes: NDArray[np.float64], look: Look) -> None:
    painter, theme = sheet.painter, sheet.theme
    wide = shapes[:, 2] >= NAME_WIDTH_PX
    if not wide.any() or int(wide.sum()) > ROUNDED_LIMIT:
        return
    font = themes.font(max(9, min(11, round(shapes[0, 3] * 0.62))))
    painter.setFont(font)
    names = {pitch: pitch_name(pitch, bool(look.flats)) for pitch in set(rows["pitch"][wide].tolist())}
    inks = _inks(look.colour.rgb(), theme)
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    for (x, y, width, height), pitch, band in zip(
        shapes[wide].tolist(), rows["pitch"][wide].tolist(), bands(rows[wide]).tolist(), strict=True
    ):
        painter.setPen(inks[band])
        painter.drawText(QRectF(x + 5, y, width - 6, height), left, names[pitch])
    painter.setPen(Qt.PenStyle.NoPen)


@lru_cache(maxsize=64)
def _inks(rgb: int, theme: Theme) -> tuple[QColor, ...]:
    """The colour of names for each velocity band of a track's colour."""
    return tuple(readable_on(_fill_colour(QColor(rgb), theme, band), theme) for band in range(BANDS))


def readable_on(fill: QColor, theme: Theme) -> QColor:
    """Whichever of the darkest and the lightest token stands out more on a fill; if neither is clear, black or white."""
    best = max((theme.colour("bg"), theme.colour("text")), key=lambda ink: contrast(ink, fill))
    if contrast(best, fill) >= LEAST_CONTRAST:
        return best
    # On every colour one of the two extremes reaches 4.58; a token of the theme may not.
    return max((QColor.fromRgbF(0, 0, 0), QColor.fromRgbF(1, 1, 1)), key=lambda ink: contrast(ink, fill))


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True, slots=True)
class Hit:
    """A note under the pointer, and which part of it: "body", "start" or "end"."""

    note: Note
    part: str


def note_under(notes: Notes, viewport: Viewport, position: QPointF, *, is_drum: bool = False) -> Hit | None:
    """The note at a place of the canvas, the one that starts last when several do. A drum is where its diamond is drawn."""
    pitch = viewport.pitch_at(position.y())
    if is_drum:
        half = diamond_px(viewport.row_px) * viewport.ticks_per_px
        tick = viewport.tick_at(position.x())
        near = notes.starting_in(Span(max(0, int(tick - half)), max(0, int(tick + half) + 1)))
        near = near[near["pitch"] == pitch]
        nearest = near[np.argsort(np.abs(near["start"] - tick), kind="stable")][:1]
        return Hit(next(notes_of(nearest)), "body") if len(nearest) else None
    reach = LEAST_TARGET_PX / 2 * viewport.ticks_per_px
    tick = viewport.tick_at(position.x())
    rows = notes.sounding_in(Span(max(0, int(tick - reach)), max(0, int(tick + reach) + 1)))
    rows = rows[rows["pitch"] == pitch]
    inside = rows[(rows["start"] <= tick) & (rows["start"] + rows["length"] > tick)]
    # Beside a note only the thin ones may be grabbed: a wide one has its body.
    thin = rows[rows["length"] / viewport.ticks_per_px < LEAST_TARGET_PX]
    found = inside if len(inside) else thin
    if not len(found):
        return None
    (note,) = notes_of(found[-1:])
    return Hit(note, _part(note, viewport, position.x()))


def _part(note: Note, viewport: Viewport, x: float) -> str:
    left, right = viewport.x_of(note.start_tick), viewport.x_of(note.end_tick)
    zone = min(EDGE_PX, (right - left) / 3)
    if right - x <= zone:
        return "end"
    return "start" if x - left < zone else "body"


def notes_passed(notes: Notes, viewport: Viewport, tick: float, pitch: int, *, is_drum: bool) -> frozenset[int]:
    """Ids of the notes that a brush at this place passes over."""
    if not is_drum:
        whole = max(0, int(tick))
        return notes_within(notes, Span(whole, whole + 1), pitch, pitch)
    half = diamond_px(viewport.row_px) * viewport.ticks_per_px
    rows = notes.starting_in(Span(max(0, int(tick - half)), max(0, int(tick + half) + 1)))
    return frozenset(rows["id"][rows["pitch"] == pitch].tolist())


def notes_within(notes: Notes, span: Span, low_pitch: int, high_pitch: int) -> frozenset[int]:
    """Ids of the notes a rubber band touches."""
    rows = notes.sounding_in(span)
    rows = rows[(rows["pitch"] >= low_pitch) & (rows["pitch"] <= high_pitch)]
    return frozenset(rows["id"].tolist())

"""What is drawn over the pad's ground: badges, path, trail, pointer and the small box of words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from studio.explore.mixing import Place, smooth_curve
from studio.explore.pad import LETTERS, Anchor, Pad
from studio.words import tr
from widgets import theme as themes
from widgets.controls.pad_geometry import BADGE_PX, HANDLE_PX, SIDE_PX, PadGeometry
from widgets.controls.pad_ground import anchor_colour
from widgets.theme import LABEL_PX, Theme

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

RING_PX, DOT_PX = 17.0, 5.0
CURVE_STEP = 4
"""The curve is known more finely than it has to be drawn."""
TRAIL = 28
"""So many places where the pointer was are still seen."""
BOX_PADDING, BOX_GAP_PX = QPointF(12, 8), 10.0
SHARES_FONT_PX = 12


@dataclass
class Sketch:
    """What a gesture has drawn and not handed over yet."""

    trail: list[Place] = field(default_factory=list)
    stroke: list[Place] = field(default_factory=list)
    handles: tuple[Place, ...] | None = None
    """The path while one of its points is dragged."""
    anchor: tuple[int, Place] | None = None
    """A badge on its way."""
    target: int | None = None
    """The slot that a drop would fill."""
    target_place: Place | None = None

    def forget(self) -> None:
        self.stroke, self.handles, self.anchor, self.trail = [], None, None, []


@dataclass(frozen=True, slots=True)
class Words:
    """The box beside the pointer: the shares, and a line under it in a colour role."""

    shares: str
    line: str
    role: str


def words_of(explorer: Explorer) -> Words:
    """Only figures that were measured are shown."""
    shares, slot = explorer.weights_words(), explorer.heard_pad.slot_at(explorer.x, explorer.y)
    if explorer.phrase is None:
        return Words(shares, "...", "muted")
    if explorer.is_own and slot is not None:
        return Words(shares, tr("{letter}: its own notes", letter=LETTERS[slot]), "ok" if explorer.is_playing else "muted")
    state = tr("heard as you drag") if explorer.is_playing else tr("Space plays it")
    if slot is not None:
        state = tr("{letter} as the model hears it", letter=LETTERS[slot])
    if explorer.decode_ms is not None:
        state += tr(" · {duration} a decode", duration=milliseconds(explorer.decode_ms))
    return Words(shares, state, "ok" if explorer.is_playing else "muted")


def milliseconds(value: float) -> str:
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def box_rect(words: Words, geometry: PadGeometry, place: Place, room: QRectF) -> QRectF:
    """Beside the pointer, right of it where there is room, always inside `room`."""
    shares, line = QFontMetricsF(themes.mono(SHARES_FONT_PX)), QFontMetricsF(themes.font(LABEL_PX))
    wide = max(shares.horizontalAdvance(words.shares), line.horizontalAdvance(words.line)) + 2 * BOX_PADDING.x()
    size = QSizeF(round(wide), round(shares.height() + line.height() + 2 * BOX_PADDING.y() + 3))
    at = geometry.point(place)
    left = at.x() + RING_PX + BOX_GAP_PX
    if left + size.width() > room.right() - 2:
        left = at.x() - RING_PX - BOX_GAP_PX - size.width()
    top = min(max(room.top() + 2, at.y() - size.height() * 0.72), room.bottom() - 2 - size.height())
    return QRectF(QPointF(round(max(room.left() + 2, left)), round(top)), size)


def pointer_bounds(words: Words, geometry: PadGeometry, place: Place, trail: Sequence[Place], room: QRectF) -> QRectF:
    """All that a move of the pointer paints."""
    bounds = geometry.around(place, RING_PX + 4).united(box_rect(words, geometry, place, room).adjusted(-3, -3, 3, 3))
    for visited in trail[-TRAIL:]:
        bounds = bounds.united(geometry.around(visited, 5))
    return bounds


def paint_pointer(painter: QPainter, words: Words, geometry: PadGeometry, place: Place, room: QRectF) -> None:
    theme, at = themes.current(), geometry.point(place)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((theme.colour("bg", 0.6), 5.0), (theme.colour("text"), 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(at, RING_PX, RING_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawEllipse(at, DOT_PX, DOT_PX)
    _paint_box(painter, words, box_rect(words, geometry, place, room), theme)


def _paint_box(painter: QPainter, words: Words, box: QRectF, theme: Theme) -> None:
    painter.setPen(QPen(theme.colour("line_strong"), 1))
    painter.setBrush(theme.colour("bg", 0.96))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    inside = box.adjusted(BOX_PADDING.x(), BOX_PADDING.y(), -BOX_PADDING.x() + 4, -BOX_PADDING.y())
    painter.setFont(themes.mono(SHARES_FONT_PX))
    painter.setPen(theme.colour("text"))
    painter.drawText(inside, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), words.shares)
    painter.setFont(themes.font(LABEL_PX))
    painter.setPen(theme.colour(words.role))
    painter.drawText(inside, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), words.line)


def paint_trail(painter: QPainter, geometry: PadGeometry, trail: Sequence[Place]) -> None:
    """Where the pointer was: the older, the fainter."""
    theme, seen = themes.current(), trail[-TRAIL:]
    painter.setPen(Qt.PenStyle.NoPen)
    for age, place in enumerate(reversed(seen)):
        painter.setBrush(theme.colour("text", 0.45 * (1 - age / TRAIL)))
        painter.drawEllipse(geometry.point(place), 2.2, 2.2)


def paint_path(painter: QPainter, geometry: PadGeometry, pad: Pad, sketch: Sketch, held: int | None) -> None:
    """The curve as it will be walked, with its handles; the stroke that is just being drawn has none yet."""
    accent, ground = themes.current().colour("accent"), themes.current().colour("bg")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if sketch.stroke:
        painter.setPen(QPen(accent, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline([geometry.point(place) for place in sketch.stroke])
        return
    handles = sketch.handles or pad.path
    if not handles:
        return
    _stroke(painter, curve_of(geometry, handles), accent, ground)
    for index, place in enumerate(handles):
        reach = HANDLE_PX + 2 if index == held else HANDLE_PX
        painter.setPen(QPen(ground, 2))
        painter.setBrush(accent)
        painter.drawEllipse(geometry.point(place), reach, reach)


def curve_of(geometry: PadGeometry, handles: Sequence[Place]) -> QPainterPath:
    curve = smooth_curve(handles)
    points = [geometry.point((x, y)) for x, y in (*curve[:-1:CURVE_STEP].tolist(), curve[-1].tolist())]
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    return path


def _stroke(painter: QPainter, path: QPainterPath, accent: QColor, ground: QColor) -> None:
    under = QColor(ground)
    under.setAlphaF(0.55)
    for colour, width in ((under, 6.0), (accent, 3.0)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)


# Badges


def badge_place(pad: Pad, slot: int, sketch: Sketch) -> Place | None:
    """Where a slot's badge is: always on its corner, or where its anchor stands, or where it is being dragged."""
    if sketch.anchor is not None and sketch.anchor[0] == slot:
        return sketch.anchor[1]
    anchor = pad.anchors[slot]
    if pad.mode == "corners":
        return (float(slot % 2), float(slot // 2))
    return None if anchor is None else (anchor.x, anchor.y)


def paint_badges(painter: QPainter, geometry: PadGeometry, explorer: Explorer, sketch: Sketch, room: QRectF) -> None:
    """Badges with their names; a phrase that the model cannot place says so."""
    pad = explorer.pad
    for slot, anchor in enumerate(pad.anchors):
        place = badge_place(pad, slot, sketch)
        if place is not None:
            _paint_badge(painter, geometry.point(place), slot, anchor, is_target=sketch.target == slot)
            if pad.mode == "corners":
                _paint_corner_name(painter, geometry, slot, anchor, is_refused=bool(explorer.refusal(slot)))
            elif anchor is not None:
                words, colour = name_of(slot, anchor, is_refused=bool(explorer.refusal(slot)))
                _paint_anchor_name(painter, geometry.point(place), words, colour, room)
    if sketch.target is not None and sketch.target_place is not None:
        _paint_badge(painter, geometry.point(sketch.target_place), sketch.target, None, is_target=True)


def _paint_badge(painter: QPainter, centre: QPointF, slot: int, anchor: Anchor | None, *, is_target: bool) -> None:
    theme = themes.current()
    colour = anchor_colour(theme, slot)
    if is_target:
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, BADGE_PX + 6, BADGE_PX + 6)
    if anchor is not None:
        painter.setPen(QPen(theme.colour("bg"), 2))
        painter.setBrush(colour)
    else:
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine if is_target else Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("bg"))
    painter.drawEllipse(centre, BADGE_PX, BADGE_PX)
    painter.setPen(theme.colour("bg") if anchor is not None else colour)
    painter.setFont(themes.font(13, bold=True))
    box = QRectF(centre.x() - BADGE_PX, centre.y() - BADGE_PX, 2 * BADGE_PX, 2 * BADGE_PX)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), LETTERS[slot])


def name_of(slot: int, anchor: Anchor | None, *, is_refused: bool) -> tuple[str, QColor]:
    """What stands beside a badge, and its colour."""
    theme = themes.current()
    if anchor is None:
        return tr("drop a phrase here"), theme.colour("dim")
    if is_refused:
        return tr("{name} (not used)", name=anchor.label), theme.colour("warn")
    return anchor.label, anchor_colour(theme, slot)


def _paint_corner_name(painter: QPainter, geometry: PadGeometry, slot: int, anchor: Anchor | None, *, is_refused: bool) -> None:
    """Beside the badge, outside the field."""
    field_ = geometry.field
    is_right, is_below = bool(slot % 2), slot >= 2
    wide = field_.width() / 2 - 34
    left = field_.right() - 24 - wide if is_right else field_.left() + 24
    top = field_.bottom() + 6 if is_below else field_.top() - 28
    font = themes.font(12, bold=anchor is not None)
    words, colour = name_of(slot, anchor, is_refused=is_refused)
    painter.setFont(font)
    painter.setPen(colour)
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    elided = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, wide)
    painter.drawText(QRectF(left, top, wide, 22), int(side | Qt.AlignmentFlag.AlignVCenter), elided)


def _paint_anchor_name(painter: QPainter, centre: QPointF, words: str, colour: QColor, room: QRectF) -> None:
    """Under the badge, on a plate so that it can be read over miniatures."""
    theme, font = themes.current(), themes.font(LABEL_PX, bold=True)
    words = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, 3 * SIDE_PX)
    wide = QFontMetricsF(font).horizontalAdvance(words) + 12
    left = min(max(room.left() + 2, centre.x() - wide / 2), room.right() - 2 - wide)
    top = centre.y() + BADGE_PX + 4
    if top + 18 > room.bottom():
        top = centre.y() - BADGE_PX - 22
    plate = QRectF(round(left), round(top), round(wide), 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("bg", 0.86))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), words)

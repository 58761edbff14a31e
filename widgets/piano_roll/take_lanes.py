"""TakeLanes: under the notes a lane for each take, on the same time axis; a click shows one, a swipe takes bars from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from studio.events import Signal
from studio.generation.describe import take_details
from studio.generation.tray import TakeSet
from studio.song.ticks import Span
from studio.words import counted, tr
from widgets import theme as themes
from widgets.controls.announce import announce
from widgets.controls.pressable import paint_focus
from widgets.miniature import pitch_range
from widgets.piano_roll.ghosts import paint_playhead
from widgets.piano_roll.intents import Intents
from widgets.piano_roll.lane import Lane
from widgets.piano_roll.shapes import draw, rectangles
from widgets.piano_roll.state import RollState
from widgets.piano_roll.take_rows import LaneRow, lanes_of
from widgets.piano_roll.tiles import scale_of
from widgets.piano_roll.wheel import wheeled
from widgets.theme import Theme

ROW_PX, MOST_ROWS, LEAST_ROWS = 24, 6, 2
NOTE_PX = 2.0
SWIPE_PX = 5
"""A press that moved less is a click."""
KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter,
        Qt.Key.Key_Escape, Qt.Key.Key_C, Qt.Key.Key_S, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F2,
        *(Qt.Key(code) for code in range(Qt.Key.Key_0, Qt.Key.Key_6)))  # fmt: skip


class TakeLanes(Lane):
    """Hidden without takes or when folded. With the keyboard here Up and Down walk the lanes, Left and Right the bars
    (Shift marks several), C takes the marked bars from the lane, Enter shows its take whole, S stars, 1 to 5 rate, Delete
    throws away, F2 names."""

    def __init__(self, state: RollState, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.intents = intents
        self.shown: Signal[int | None] = Signal()
        self.heard: Signal[int] = Signal()
        self.bars_taken: Signal[tuple[int, ...], int | None] = Signal()
        self.acted: Signal[str, int] = Signal()
        """("star", index), ("trash", index), ("name", index) or ("rate 3", index)."""
        self.scrolled: Signal[()] = Signal()
        """Other lanes are seen, or something is said of them: what stands beside them is drawn anew."""
        self.lanes: tuple[LaneRow, ...] = ()
        self.bars: tuple[Span, ...] = ()
        self.is_unfolded = False
        self.most = MOST_ROWS
        """So many lanes are seen at once."""
        self._take_set: TakeSet | None = None
        self._first = 0
        self._at = self._bar = self._anchor = 0
        self._swipe: tuple[int, int, float, int] | None = None
        """Lane and bar where it was pressed, where exactly, and the bar where the hand is."""
        self.settle(tr("Lanes of takes"), ROW_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    # What is shown

    def show_set(self, take_set: TakeSet | None, track_id: int) -> None:
        """The takes as they are now; their notes on the track in front, or all of them where the takes have none there."""
        before = self._take_set
        self._take_set = take_set
        self.lanes = () if take_set is None or not take_set.listed else tuple(lanes_of(take_set, track_id))
        self.bars = take_set.bars if take_set is not None else ()
        self._bar, self._anchor = (min(at, max(0, len(self.bars) - 1)) for at in (self._bar, self._anchor))
        self._at = min(self._at, max(0, len(self.lanes) - 1))
        if take_set is not None and not self.hasFocus():
            active = None if take_set.comp else take_set.active
            self._at = next((at for at, lane in enumerate(self.lanes) if lane.index == active), self._at)
        if take_set is not before:
            self._first = 0
        self._fit()
        self.update()
        self.scrolled.emit()

    def fold(self, is_unfolded: bool) -> None:
        self.is_unfolded = is_unfolded
        self._fit()

    def take_room(self, height_px: int) -> None:
        """In a low window fewer lanes are seen at once: the wheel and the arrows bring the others."""
        most = max(LEAST_ROWS, min(MOST_ROWS, height_px // ROW_PX))
        if most != self.most:
            self.most = most
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(max(1, min(len(self.lanes), self.most)) * ROW_PX + 1)
        self._reveal()
        self.setVisible(self.is_unfolded and bool(self.lanes))

    def _reveal(self) -> None:
        seen = min(len(self.lanes), self.most)
        self._first = max(0, min(self._first, self._at, len(self.lanes) - seen))
        self._first = max(self._first, self._at - seen + 1)

    @property
    def first(self) -> int:
        """The lane at the top."""
        return self._first

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, scale = themes.current(), scale_of(self.state.viewport)
        with QPainter(self) as painter:
            self.ground(painter)
            painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
            pitches = pitch_range(np.concatenate([lane.rows for lane in self.lanes])) if self.lanes else (54, 66)
            for at, lane in enumerate(self.lanes[self._first : self._first + self.most], start=self._first):
                self._paint_lane(painter, theme, at, lane, pitches)
            if self.hasFocus() and self.lanes:
                self._paint_place(painter, theme)
            paint_playhead(painter, scale.x_of(self.state.playhead_tick), self.height(), theme)

    def _paint_lane(self, painter: QPainter, theme: Theme, at: int, lane: LaneRow, pitches: tuple[int, int]) -> None:
        top = self._top(at)
        painter.fillRect(QRectF(0, top + ROW_PX - 1, self.width(), 1), theme.colour("line", 0.7))
        swiped = self._swiped(at)
        for bar in range(len(self.bars)):
            place = self.cell(at, bar).adjusted(0.5, 1, -0.5, -2)
            if bar in lane.lit or bar in swiped:
                painter.fillRect(place, theme.colour("proposed", 0.22 if bar in swiped else 0.12))
        self._paint_notes(painter, lane, top, pitches, lane.lit | swiped)
        self._paint_label(painter, theme, lane, top)

    def _paint_notes(self, painter: QPainter, lane: LaneRow, top: float, pitches: tuple[int, int], lit: frozenset[int]) -> None:
        if not len(lane.rows):
            return
        theme, (low, high) = themes.current(), pitches
        shapes = rectangles(lane.rows, scale_of(self.state.viewport))
        shapes[:, 1] = top + 4 + (high - lane.rows["pitch"].astype(float)) / max(1, high - low) * (ROW_PX - 9 - NOTE_PX)
        shapes[:, 3] = NOTE_PX
        starts = np.array([bar.start_tick for bar in self.bars], np.int64)
        is_lit = np.isin(np.searchsorted(starts, lane.rows["start"], side="right") - 1, sorted(lit))
        track = self.state.track
        bright = theme.colour("proposed") if lane.index is not None or track is None else theme.track(track.colour)
        painter.setPen(Qt.PenStyle.NoPen)
        for chosen, colour in ((~is_lit, theme.colour("dim")), (is_lit, bright)):
            painter.setBrush(colour)
            draw(painter, shapes[chosen])

    def _paint_label(self, painter: QPainter, theme: Theme, lane: LaneRow, top: float) -> None:
        """A few words about a take stand before its notes where there is room, else after them."""
        if not lane.label or not self.bars:
            return
        left, right = self.cell(0, 0).left(), self.cell(0, len(self.bars) - 1).right()
        room = (
            QRectF(8, top, left - 16, ROW_PX - 1) if left > 90 else QRectF(right + 8, top, self.width() - right - 16, ROW_PX - 1)
        )
        if room.width() < 30:
            return
        painter.setFont(themes.font(themes.LABEL_PX))
        painter.setPen(theme.colour("muted"))
        side = Qt.AlignmentFlag.AlignRight if left > 90 else Qt.AlignmentFlag.AlignLeft
        words = painter.fontMetrics().elidedText(lane.label, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, words)

    def _paint_place(self, painter: QPainter, theme: Theme) -> None:
        """The bars that keys are about."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        marked = [self.cell(self._at, bar) for bar in self._marked()]
        if marked:
            paint_focus(painter, marked[0].united(marked[-1]).adjusted(0, 0, 0, -1), 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # Where things are

    def _top(self, at: int) -> float:
        return 1.0 + (at - self._first) * ROW_PX

    def cell(self, at: int, bar: int) -> QRectF:
        """A bar of a lane."""
        scale, span = scale_of(self.state.viewport), self.bars[bar]
        left, right = scale.crisp_x(span.start_tick), scale.crisp_x(span.end_tick)
        return QRectF(left, self._top(at), max(2.0, right - left), ROW_PX)

    def lane_at(self, y: float) -> int | None:
        at = self._first + int((y - 1) // ROW_PX)
        return at if 0 <= at < len(self.lanes) and y >= 1 else None

    def bar_at(self, x: float) -> int:
        """The bar at a pixel, or the nearest one."""
        tick = scale_of(self.state.viewport).tick_at(x)
        found = [bar for bar, span in enumerate(self.bars) if span.start_tick <= tick]
        return found[-1] if found else 0

    def _swiped(self, at: int) -> frozenset[int]:
        if self._swipe is None or self._swipe[0] != at or self._swipe[3] < 0:
            return frozenset()
        low, high = sorted((self._swipe[1], self._swipe[3]))
        return frozenset(range(low, high + 1))

    def _marked(self) -> range:
        low, high = sorted((self._anchor, self._bar))
        return range(low, min(high, len(self.bars) - 1) + 1)

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.lane_at(event.position().y())
        if event.button() != Qt.MouseButton.LeftButton or at is None:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._at = at
        self._swipe = (at, self.bar_at(event.position().x()), event.position().x(), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if self._swipe is None:
            return
        at, bar, x, here = self._swipe
        if here >= 0 or abs(event.position().x() - x) >= SWIPE_PX:
            self._swipe = (at, bar, x, self.bar_at(event.position().x()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        swipe, self._swipe = self._swipe, None
        if swipe is None or event.button() != Qt.MouseButton.LeftButton:
            return
        at, bar, _, here = swipe
        if at >= len(self.lanes):
            return
        self._anchor, self._bar = bar, bar if here < 0 else here
        if here >= 0 or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.bars_taken.emit(tuple(self._marked()), self.lanes[at].index)
        else:
            self.shown.emit(self.lanes[at].index)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.lane_at(event.position().y())
        index = None if at is None else self.lanes[at].index
        if index is not None:
            self.heard.emit(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        plain = not event.modifiers() and not event.pixelDelta().x() and not event.angleDelta().x()
        if plain and len(self.lanes) > self.most:
            by = -1 if event.angleDelta().y() > 0 else 1
            self._first = max(0, min(len(self.lanes) - self.most, self._first + by))
            self.update()
            self.scrolled.emit()
        else:
            self.state.look(wheeled(self.state.viewport, event))
            self.intents.scrolled.emit(0.0)
        event.accept()

    # Keys

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self.show_tip(event.pos(), event.globalPos())
            return True
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and self.lanes and event.key() in KEYS and _is_plain(event):
            event.accept()  # the roll's own commands have these keys: here they are the lanes'
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, roll = Qt.Key(event.key()), self.parentWidget()
        if not self.lanes or not _is_plain(event):
            super().keyPressEvent(event)
            return
        lane = self.lanes[self._at]
        acts = self._acts(lane)
        if key == Qt.Key.Key_Escape and roll is not None:
            roll.setFocus()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._at = max(0, min(len(self.lanes) - 1, self._at + (1 if key == Qt.Key.Key_Down else -1)))
            self._reveal()
            self._say_place()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._bar = max(0, min(len(self.bars) - 1, self._bar + (1 if key == Qt.Key.Key_Right else -1)))
            self._anchor = self._anchor if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else self._bar
            self._say_place()
        elif key in acts:
            acts[key]()
        elif lane.index is not None and Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            self.acted.emit(f"rate {key - Qt.Key.Key_0}", lane.index)
        else:
            super().keyPressEvent(event)

    def _acts(self, lane: LaneRow) -> dict[Qt.Key, Callable[[], object]]:
        found: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Return: lambda: self.shown.emit(lane.index),
            Qt.Key.Key_Enter: lambda: self.shown.emit(lane.index),
            Qt.Key.Key_C: lambda: self.bars_taken.emit(tuple(self._marked()), lane.index),
        }
        index = lane.index
        if index is not None:
            found[Qt.Key.Key_S] = lambda: self.acted.emit("star", index)
            found[Qt.Key.Key_Delete] = found[Qt.Key.Key_Backspace] = lambda: self.acted.emit("trash", index)
            found[Qt.Key.Key_F2] = lambda: self.acted.emit("name", index)
        return found

    def _say_place(self) -> None:
        bars = self._marked()
        place = counted(len(bars), "bar {first}", "bars {first} to {last}", first=bars.start + 1, last=bars.stop)
        words = f"{self.lanes[self._at].words}, {place}"
        self.setAccessibleDescription(words)
        announce(self, words)
        self.update()
        self.scrolled.emit()

    def show_tip(self, at: QPoint, place: QPoint) -> None:
        found = self.lane_at(at.y())
        if found is None or self._take_set is None:
            return
        lane, take_set = self.lanes[found], self._take_set
        lines = [lane.words]
        if lane.index is not None:
            lines.append(take_details(take_set.takes[lane.index], take_set.request.song))
        lines.append(tr("Click: show it. Drag over bars: take them from here."))
        QToolTip.showText(place, "\n".join(lines), self)


def _is_plain(event: QKeyEvent) -> bool:
    allowed = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
    arrows = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
    return not event.modifiers() & ~(allowed if arrows else Qt.KeyboardModifier.KeypadModifier)

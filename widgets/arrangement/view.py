"""ArrangementView: sections, every track in miniature, and the part that the roll shows, to be dragged and stretched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.events import Signal
from studio.song.region import Region
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.arrangement.lanes import LEAST_LANE_PX, MOST_LANE_PX, Band, Lanes, paint_take
from widgets.arrangement.paint_hand import PaintHand
from widgets.arrangement.range_hand import RangeHand
from widgets.arrangement.section_bar import SECTIONS_PX, SectionBar
from widgets.drag_out import is_pulled_off
from widgets.piano_roll.intents import Keys, is_escape_override
from widgets.piano_roll.state import RollState
from widgets.piano_roll.wheel import NOTCH_UNITS, deltas_px
from widgets.viewport import NOTCH

STRIP_PX = 119
HANDLE_PX = 6.0
LEAST_WINDOW_PX = 10.0
LATER_MS = 250
MANY_NOTES = 50_000
Grip = Literal["move", "left", "right", "jump"]


class ArrangementView(QWidget):
    """Draws a RollState's whole song; dragging the window moves the roll.

    Shift and a drag mark bars of some tracks (`ranges`), which then are dragged to others. `bar` holds the sections.
    """

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.lanes = Lanes()
        self.ranges = RangeHand(self)
        self.carry_out: Callable[[Qt.KeyboardModifier], bool] = lambda _keys: False
        """Set by the panel: marked bars that a hand has pulled out of the strip (`drag_out.GoingOut.carry`)."""
        self.painting = PaintHand(self)
        self.menu_asked: Signal[int, int, QPointF] = Signal()
        """(track id, tick, place on the screen)."""
        self.track_chosen: Signal[int] = Signal()
        self.sought: Signal[int] = Signal()
        self.scrolled: Signal[float] = Signal()
        self._song = state.song
        self._grip: Grip | None = None
        self._grip_offset = 0.0
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._take_song)
        self.setMinimumHeight(56)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Arrangement"))
        self.bar = SectionBar(self.x_of, self.tick_at, self)
        self._forgets = [
            state.viewport_changed.listen(self._viewport_changed),
            state.shown_changed.listen(self._shown_changed),
            state.playhead_moved.listen(self._playhead_moved),
        ]
        self._take_song()

    def forget_state(self) -> None:
        """Listen no more, before another state is shown or the strip goes."""
        while self._forgets:
            self._forgets.pop()()

    def sizeHint(self) -> QSize:
        return QSize(600, STRIP_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.bar.setGeometry(0, 0, self.width(), SECTIONS_PX)
        super().resizeEvent(event)

    def _viewport_changed(self) -> None:
        self.bar.update()  # the song may reach further now
        self.update()

    def _shown_changed(self) -> None:
        # Drawing a lane of very many notes anew takes longer than a frame: it waits until the hand rests.
        if self.state.song.note_count > MANY_NOTES:
            self._later.start()
            self.painting.show(self._song, self.state.patches)
            self._show_bar()
            self.update()
        else:
            self._take_song()

    def _take_song(self) -> None:
        self._song = self.state.song
        self.ranges.show(self._song, self.ranges.region)
        self.painting.show(self._song, self.state.patches)
        self._show_bar()
        self.update()

    def _show_bar(self) -> None:
        region = self.state.take.span if self.state.take is not None else self.state.region
        self.bar.show_song(self._song, self.state.loop, region)

    def show_range(self, region: Region | None) -> None:
        """The bars and tracks that are marked."""
        self.ranges.show(self.state.song, region)
        self._show_bar()
        self.update()

    # Place

    @property
    def total_ticks(self) -> int:
        return max(1, self.state.viewport.end_tick)

    def x_of(self, tick: float) -> float:
        return tick / self.total_ticks * self.width()

    def tick_at(self, x: float) -> float:
        return x / max(1, self.width()) * self.total_ticks

    @property
    def lane_px(self) -> float:
        area = self.height() - SECTIONS_PX - 4
        return min(MOST_LANE_PX, max(LEAST_LANE_PX, area / max(1, len(self._song.tracks))))

    @property
    def lanes_top(self) -> float:
        used = self.lane_px * len(self._song.tracks)
        return SECTIONS_PX + max(1.0, (self.height() - SECTIONS_PX - used) / 2)

    def window_rect(self) -> QRectF:
        """The rectangle of what the roll shows."""
        view = self.state.viewport
        left, right = self.x_of(view.left_tick), self.x_of(view.tick_at(view.width_px))
        right = min(float(self.width()), max(right, left + LEAST_WINDOW_PX))
        left = min(left, right - LEAST_WINDOW_PX)
        return QRectF(left + 0.75, SECTIONS_PX + 0.75, right - left - 1.5, self.height() - SECTIONS_PX - 2.5)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), theme.colour("panel"))
            band = Band(float(self.width()), self.lane_px, Span(0, self.total_ticks), self.devicePixelRatioF())
            self._paint_region(painter)
            if not self.lanes.paint(painter, self._song.tracks, self.lanes_top, band):
                QTimer.singleShot(0, self.update)
            take = self.state.take
            if take is not None:
                for index, track in enumerate(self._song.tracks):
                    around = track.notes.starting_in(take.span)
                    paint_take(painter, take.rows_on(track.id), around, self.lanes_top + index * band.lane_px, band)
            self.painting.paint(painter)
            self.ranges.paint(painter)
            self._paint_window(painter)
            x = round(self.x_of(self.state.playhead_tick))
            painter.fillRect(QRectF(x, SECTIONS_PX, 1, self.height() - SECTIONS_PX), theme.colour("accent"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))

    def _paint_region(self, painter: QPainter) -> None:
        region = self.state.take.span if self.state.take is not None else self.state.region
        if region is None:
            return
        left, right = self.x_of(region.start_tick), self.x_of(region.end_tick)
        area = QRectF(left, SECTIONS_PX, max(2.0, right - left), self.height() - SECTIONS_PX)
        is_whole = not self.state.patches
        painter.fillRect(area, themes.current().colour("proposed", 0.14 if is_whole else 0.05))

    def _paint_window(self, painter: QPainter) -> None:
        theme = themes.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.colour("text", 0.9), 1.5))
        painter.setBrush(theme.colour("text", 0.06))
        painter.drawRoundedRect(self.window_rect(), 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _playhead_moved(self, from_tick: int, to_tick: int) -> None:
        from_x, to_x = round(self.x_of(from_tick)), round(self.x_of(to_tick))
        if from_x != to_x:
            self.update(from_x - 1, 0, 3, self.height())
            self.update(to_x - 1, 0, 3, self.height())

    # The mouse

    def _grip_at(self, position: QPointF) -> Grip:
        rect = self.window_rect()
        zone = min(HANDLE_PX, rect.width() / 4)
        if abs(position.x() - rect.left()) <= zone:
            return "left"
        if abs(position.x() - rect.right()) <= zone:
            return "right"
        return "move" if rect.left() < position.x() < rect.right() else "jump"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self.state.tool == "mask" and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self.painting.press(at, erases=event.button() == Qt.MouseButton.RightButton)
            self.update()
            return
        if event.button() == Qt.MouseButton.RightButton:
            track = self._track_at(at.y())
            if track is not None:
                self.menu_asked.emit(track, int(max(0.0, self.tick_at(at.x()))), event.globalPosition())
        if event.button() != Qt.MouseButton.LeftButton or self.ranges.press(at, Keys.of(event.modifiers())):
            return
        self._grip = self._grip_at(at)
        tick = self.tick_at(at.x())
        if self._grip == "jump":
            view = self.state.viewport
            self.state.look(view.shown_from(tick - view.width_px * view.ticks_per_px / 2))
            self._grip = "move"
        self._grip_offset = tick - self.state.viewport.left_tick
        self.scrolled.emit(0.0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.painting.is_busy or self.ranges.is_busy:
            self.painting.drag(event.position())
            self.ranges.drag(event.position(), Keys.of(event.modifiers()))
            if self.ranges.is_moving and is_pulled_off(self, event.position()) and self.carry_out(event.modifiers()):
                self.ranges.give_up()
            self.update()
            return
        if self._grip is None:
            self._show_cursor(event.position())
            return
        view, tick = self.state.viewport, self.tick_at(event.position().x())
        if self._grip == "move":
            self.state.look(view.shown_from(tick - self._grip_offset))
        elif self._grip == "left":
            right = view.tick_at(view.width_px)
            self._stretch(min(max(0.0, tick), right - 1), right)
        elif self._grip == "right":
            self._stretch(view.left_tick, max(tick, view.left_tick + 1))
        self.scrolled.emit(0.0)

    def _stretch(self, left_tick: float, right_tick: float) -> None:
        """The roll shows exactly this; when it cannot, the edge that is not held stays."""
        view = self.state.viewport
        keep_right = self._grip == "left"
        per_px = min(max((right_tick - left_tick) / view.width_px, view.closest), view.widest)
        x = view.width_px if keep_right else 0.0
        self.state.look(view.zoomed_time(view.ticks_per_px / per_px, x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.painting.is_busy:
            self.painting.drag(event.position())
            self.painting.release()
            self.update()
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._grip = None
        if self.ranges.is_busy:
            self.ranges.drag(event.position(), Keys.of(event.modifiers()))
            if self.ranges.is_moving and is_pulled_off(self, event.position()):
                self.ranges.give_up()  # let go outside before the file was ready
            self.ranges.release()
            self.update()
        self._show_cursor(event.position())

    def event(self, event: QEvent) -> bool:
        """While something is dragged Esc gives it up."""
        if (self.ranges.is_busy or self.painting.is_busy) and is_escape_override(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.ranges.is_busy or self.painting.is_busy):
            self.ranges.give_up()
            self.painting.give_up()
            self.update()
        else:
            super().keyPressEvent(event)

    def _track_at(self, y: float) -> int | None:
        """The id of the track whose lane is there."""
        index = int((y - self.lanes_top) // self.lane_px)
        return self._song.tracks[index].id if 0 <= index < len(self._song.tracks) else None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a lane: that track comes to the front and the playhead goes there."""
        self.ranges.give_up()
        self.painting.give_up()
        track_id = self._track_at(event.position().y())
        if track_id is not None:
            self.track_chosen.emit(track_id)
            self.sought.emit(self.state.snapped(self.tick_at(event.position().x())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        view = self.state.viewport
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            notches = (event.angleDelta().y() or event.angleDelta().x()) / NOTCH_UNITS
            x = view.x_of(self.tick_at(event.position().x()))
            self.state.look(view.zoomed_time(NOTCH**notches, min(max(0.0, x), float(view.width_px))))
        else:
            by_x, by_y = deltas_px(event)
            self.state.look(view.scrolled(by_x or by_y))
        self.scrolled.emit(0.0)
        event.accept()

    def _show_cursor(self, at: QPointF) -> None:
        shapes = Qt.CursorShape
        cursors = {"move": shapes.OpenHandCursor, "left": shapes.SizeHorCursor, "right": shapes.SizeHorCursor}
        shape = shapes.SizeAllCursor if self.ranges.holds(at) else cursors.get(self._grip_at(at), shapes.ArrowCursor)
        self.setCursor(shape)

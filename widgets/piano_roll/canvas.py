"""Canvas: the plain widget on which notes are seen and grasped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from widgets import theme as themes
from widgets.controls.valued import Valued
from widgets.drag_out import has_left
from widgets.piano_roll import ghosts, marks
from widgets.piano_roll.grasp import begun
from widgets.piano_roll.intents import Intents, Keys, Place, is_escape_override
from widgets.piano_roll.mask_brush import FillMask
from widgets.piano_roll.notes import Hit, note_under
from widgets.piano_roll.shapes import Sheet
from widgets.piano_roll.state import RollState
from widgets.piano_roll.stretching import handle_under, paint_handles
from widgets.piano_roll.tiles import Tiles, aligned, scale_of, shift
from widgets.piano_roll.tool_icons import tool_cursor
from widgets.piano_roll.tools import Draw, Erase, Gesture, Move, Preview
from widgets.piano_roll.wheel import wheeled

EDGE_SCROLL_MS = 30
AHEAD_MS = 12
EDGE_SCROLL_PX = 14.0
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


class Canvas(Valued):
    """Draws a RollState and tells Intents. It keeps nothing of the song. Its value for a screen reader is the selection."""

    reader_role = QAccessible.Role.Canvas

    def __init__(self, state: RollState, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.intents = state, intents
        self.tiles = Tiles(state)
        self._gesture: Gesture | None = None
        self.trial: Preview | None = None
        self.carry_out: Callable[[Qt.KeyboardModifier], bool] = lambda _keys: False
        """Set by the panel: notes that a hand holds have left the window (`drag_out.GoingOut.carry`)."""
        self._pressed: Place | None = None
        self._hit: Hit | None = None
        self._is_drag = False
        self._pan_from: QPointF | None = None
        self._last: Place | None = None
        self._shows_focus = False
        self._edge_timer = QTimer(self, interval=EDGE_SCROLL_MS)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self._last_left = 0.0
        self._ahead_timer = QTimer(self, interval=AHEAD_MS)
        self._ahead_timer.timeout.connect(self._paint_ahead)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 96)
        self.setAccessibleName(self.tr("Piano roll"))
        self._seen = state.viewport
        state.viewport_changed.listen(self._viewport_changed)
        state.shown_changed.listen(self.update)
        state.playhead_moved.listen(self._playhead_moved)
        state.tool_changed.listen(self._tool_changed)

    def value_words(self) -> str:
        return self.accessibleDescription()

    def speak(self, words: str) -> None:
        """The selection is another one: tell it to whoever listens."""
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            self.value_changed()

    @property
    def is_busy(self) -> bool:
        """A press is being held: nothing should move under it."""
        return self._gesture is not None or self._pan_from is not None

    def preview(self, gesture: Gesture | None) -> None:
        """Show a gesture as if the mouse held it, or none."""
        self._gesture = gesture
        self.update()

    def show_trial(self, trial: Preview | None) -> None:
        """Notes as a command that is being asked about would leave them, or none."""
        self.trial = trial
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        exposed = event.rect()
        with QPainter(self) as painter:
            complete = self.tiles.paint(painter, exposed)
            self._paint_over(painter, exposed)
        if not complete:
            QTimer.singleShot(0, self.update)
        elif self._last_left != self.state.viewport.left_tick:
            self._last_left = self.state.viewport.left_tick
            self._ahead_timer.start()

    def _viewport_changed(self) -> None:
        """A scroll by whole pixels moves what is on the screen; only the strip that comes into view is painted."""
        before, self._seen = self._seen, self.state.viewport
        by = shift(before, self._seen)
        if by is None or not self._is_plain:
            self.update()
            return
        self.scroll(*by, self.rect())
        # What floats over the notes stays where it is, but its picture was moved with them.
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if child.isVisible():
                self.update(child.geometry())
                self.update(child.geometry().translated(*by))

    @property
    def _is_plain(self) -> bool:
        """Whether everything that is painted belongs to a place in time and pitch, and nothing to one of the view."""
        state = self.state
        is_held = self.is_busy or self.trial is not None or state.take is not None or bool(state.patches)
        has_marks = bool(state.selected) or state.track is None or state.track.is_locked or bool(state.track.locks)
        return not (is_held or has_marks or self._shows_focus)

    def _paint_ahead(self) -> None:
        """After a scroll, one tile at a time, so that the next scroll finds them painted."""
        if not self.isVisible() or not self.tiles.paint_ahead():
            self._ahead_timer.stop()

    def _paint_over(self, painter: QPainter, exposed: QRect) -> None:
        state, theme = self.state, themes.current()
        scale, size = scale_of(state.viewport), QRectF(self.rect())
        sheet = Sheet(painter, scale, size, theme)
        region = state.take.span if state.take is not None else state.region
        shown = self._gesture.preview if self._gesture is not None else self.trial
        patches = state.patches if shown is None or shown.patches is None else shown.patches
        if state.track is not None:
            marks.paint_locks(sheet, state.track, state.viewport.span)
        if region is not None:
            ghosts.paint_region(sheet, region, is_whole=not patches)
        marks.paint_patches(sheet, patches, state.track_id)
        ghosts.paint_take(sheet, state, QRectF(exposed))
        if shown is not None:
            track = state.track
            ghosts.paint_preview(sheet, shown, theme.track(track.colour if track is not None else 0), is_drum=state.is_drum)
        if self._gesture is None and state.tool == "select":
            paint_handles(sheet, state, aligned(state.viewport))
        ghosts.paint_cursor(painter, scale.x_of(state.cursor_tick), size.height(), theme)
        ghosts.paint_playhead(painter, scale.x_of(state.playhead_tick), size.height(), theme)
        if self._shows_focus and self.hasFocus():
            painter.setPen(theme.colour("accent", 0.55))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _playhead_moved(self, from_tick: int, to_tick: int) -> None:
        """Repaint two strips of a few pixels, not the canvas."""
        scale = scale_of(self.state.viewport)
        for tick in (from_tick, to_tick):
            x = round(scale.x_of(tick))
            if -4 <= x <= self.width() + 4:
                self.update(x - 1, 0, ghosts.PLAYHEAD_PX + 2, self.height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring is for those who came by keyboard; a click shows by itself where it went."""
        self._shows_focus = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._shows_focus |= event.reason() == Qt.FocusReason.ShortcutFocusReason
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self._measure()
        super().showEvent(event)

    def _measure(self) -> None:
        """The viewport is as large as the canvas and as fine as its screen."""
        viewport = replace(self.state.viewport, dpr=self.devicePixelRatioF())
        self.state.look(viewport.resized(self.width(), self.height()))

    # Where the pointer is

    def place(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Place:
        view = aligned(self.state.viewport)
        tick, pitch = view.tick_at(position.x()), view.pitch_at(position.y())
        return Place(position.x(), position.y(), tick, pitch, Keys.of(modifiers))

    def hit(self, position: QPointF) -> Hit | None:
        return note_under(self.state.notes, aligned(self.state.viewport), position, is_drum=self.state.is_drum)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._gesture is not None or self._pan_from is not None:
            return
        at = self.place(event.position(), event.modifiers())
        self._pressed, self._last, self._is_drag = at, at, False
        self._hit = self.hit(event.position())
        if event.button() == MIDDLE:
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == RIGHT:
            self._right_press(at)
        elif event.button() == LEFT:
            self._left_press(at)

    def _left_press(self, at: Place) -> None:
        grip = handle_under(self.state, aligned(self.state.viewport), QPointF(at.x, at.y))
        self.preview(begun(self.state, self.intents, self._hit, grip, at))

    def _right_press(self, at: Place) -> None:
        if self.state.tool == "mask":
            self.preview(FillMask(self.state, self.intents, at, erases=True))
            return
        if self.state.tool != "select":
            if self._hit is not None:
                self.preview(Erase(self.state, self.intents, self._hit))
            return
        if self._hit is not None and self._hit.note.id not in self.state.selected:
            self.intents.selected.emit(frozenset((self._hit.note.id,)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.place(event.position(), event.modifiers())
        self.state.hover(at.pitch)
        if self._pan_from is not None:
            by = self._pan_from - event.position()
            self._pan_from = event.position()
            self.state.look(self.state.viewport.scrolled(by.x(), by.y()))
            self.intents.scrolled.emit(by.x())
        elif self._gesture is None:
            self._show_cursor(self.hit(event.position()), event.position())
        elif self._drags(at):
            if isinstance(self._gesture, Move) and has_left(self, event.position()):
                self._leave(event.modifiers())
                return
            self._last = at
            self._gesture.move(at)
            self._watch_edges(at)
            self.update()

    def _leave(self, keys: Qt.KeyboardModifier) -> None:
        """Notes that are carried over the edge of the window go to another program; here they stay where they are."""
        self._edge_timer.stop()
        if self.carry_out(keys):
            self._give_up()

    def _drags(self, at: Place) -> bool:
        """Whether the press has become a drag; below the threshold it is still a click."""
        if not self._is_drag and self._pressed is not None:
            far = max(abs(at.x - self._pressed.x), abs(at.y - self._pressed.y))
            threshold = min(QApplication.styleHints().startDragDistance(), 6)
            self._is_drag = far >= threshold or (self._gesture is not None and self._gesture.acts_at_once)
        return self._is_drag

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.place(event.position(), event.modifiers())
        self._edge_timer.stop()
        if event.button() == MIDDLE and self._pan_from is not None:
            self._pan_from = None
            self._show_cursor(self.hit(event.position()), event.position())
            return
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            if isinstance(gesture, Move) and self._is_drag and has_left(self, event.position()):
                gesture.cancel()  # let go outside before the file was ready
            elif self._is_drag or gesture.acts_at_once:
                gesture.release(at)
            else:
                gesture.cancel()
                self._click(at)
        elif event.button() == RIGHT and self.state.tool == "select":
            self.intents.menu_asked.emit(event.globalPosition().toPoint())
        self.intents.hushed.emit(0)
        self._show_cursor(self.hit(event.position()), event.position())
        self.update()

    def _click(self, at: Place) -> None:
        hit, selected = self._hit, self.state.selected
        if hit is None:
            if not (at.keys.extend or at.keys.toggle):
                self.intents.selected.emit(frozenset())
                self.intents.cursor_placed.emit(self.state.snapped(at.tick, at.keys.bypass))
        elif at.keys.toggle:
            self.intents.selected.emit(selected ^ {hit.note.id})
        elif at.keys.extend:
            self.intents.selected.emit(self._extended_to(hit))
        elif selected != {hit.note.id}:
            self.intents.selected.emit(frozenset((hit.note.id,)))

    def _extended_to(self, hit: Hit) -> frozenset[int]:
        """The selection with every note between it and this one, in time and pitch."""
        from_rows = self.state.selected_rows()
        if not len(from_rows):
            return frozenset((hit.note.id,))
        starts = [*from_rows["start"].tolist(), hit.note.start_tick]
        pitches = [*from_rows["pitch"].tolist(), hit.note.pitch]
        rows = self.state.notes.rows
        inside = (rows["start"] >= min(starts)) & (rows["start"] <= max(starts))
        inside &= (rows["pitch"] >= min(pitches)) & (rows["pitch"] <= max(pitches))
        return self.state.selected | frozenset(rows["id"][inside].tolist())

    def leaveEvent(self, event: QEvent) -> None:
        self.state.hover(None)
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != LEFT or self.state.tool != "select":
            self.mousePressEvent(event)
            return
        at = self.place(event.position(), event.modifiers())
        hit = self.hit(event.position())
        self._pressed, self._hit, self._is_drag = at, hit, False
        if hit is not None:
            if self.state.is_locked(hit.note):
                self.preview(Erase(self.state, self.intents, hit))
            else:
                self.intents.removed.emit(frozenset((hit.note.id,)))
        elif (track_id := self._ghost_under(event.position())) is not None:
            self.intents.track_chosen.emit(track_id)
        elif self.state.viewport.has_row_at(at.y):
            self.preview(Draw(self.state, self.intents, at))

    def _ghost_under(self, position: QPointF) -> int | None:
        view = aligned(self.state.viewport)
        for track in self.state.song.tracks if self.state.shows_ghosts else ():
            if track.id == self.state.track_id or track.id in self.state.hidden_ghosts:
                continue
            if note_under(track.notes, view, position, is_drum=self.state.is_drum) is not None:
                return track.id
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Over a note with the snap-bypassing key held: louder or softer. Some desktops turn Alt and the wheel sideways."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        hit = self.hit(event.position()) if Keys.of(event.modifiers()).bypass and turned else None
        if hit is not None:
            ids = self.state.selected if hit.note.id in self.state.selected else frozenset((hit.note.id,))
            self.intents.loudened.emit(ids, 1 if turned > 0 else -1)
            event.accept()
            return
        viewport = wheeled(self.state.viewport, event)
        if viewport.left_tick != self.state.viewport.left_tick:
            self.intents.scrolled.emit(0.0)
        self.state.look(viewport)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Another screen; a pinch; and while a drag lasts Esc gives it up, whatever action has that key otherwise."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.state.look(self.state.viewport.zoomed_time(max(0.2, 1.0 + event.value()), event.position().x()))
            return True
        if self._gesture is not None and is_escape_override(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._gesture is not None:
            self._give_up()
        else:
            super().keyPressEvent(event)

    def _give_up(self) -> None:
        gesture, self._gesture = self._gesture, None
        self._edge_timer.stop()
        if gesture is not None:
            gesture.cancel()
        self.intents.hushed.emit(0)
        self.update()

    # Edges and cursors

    def _watch_edges(self, at: Place) -> None:
        outside = not QRectF(self.rect()).contains(QPointF(at.x, at.y))
        if outside and not self._edge_timer.isActive():
            self._edge_timer.start()
        elif not outside:
            self._edge_timer.stop()

    def _scroll_at_edge(self) -> None:
        """The view follows a drag that goes over its edge."""
        if self._gesture is None or self._last is None:
            self._edge_timer.stop()
            return
        last = self._last
        by_x = EDGE_SCROLL_PX * ((last.x > self.width()) - (last.x < 0))
        by_y = EDGE_SCROLL_PX * ((last.y > self.height()) - (last.y < 0))
        self.state.look(self.state.viewport.scrolled(by_x, by_y))
        position = QPointF(last.x, last.y)
        self._last = self.place(position, QApplication.keyboardModifiers())
        self._gesture.move(self._last)
        self.update()

    def _tool_changed(self) -> None:
        self._show_cursor(None, None)
        self.update()

    def _show_cursor(self, hit: Hit | None, position: QPointF | None) -> None:
        """The pointer says what a press here would do."""
        shapes, tool = Qt.CursorShape, self.state.tool
        view = aligned(self.state.viewport)
        if tool not in ("select", "draw") or (tool == "draw" and hit is None):
            theme = themes.current()
            self.setCursor(tool_cursor(tool, theme.colour("text").rgb(), theme.colour("bg").rgb(), self.devicePixelRatioF()))
            return
        if tool == "select" and position is not None and handle_under(self.state, view, position) is not None:
            shape = shapes.SplitHCursor
        elif hit is None:
            shape = shapes.ArrowCursor
        elif self.state.is_locked(hit.note):
            shape = shapes.ForbiddenCursor
        else:
            shape = shapes.SizeAllCursor if hit.part == "body" else shapes.SizeHorCursor
        self.setCursor(shape)

"""LatentPad: a field between phrases. Where the pointer is, a mixture of them is heard; a path drawn on it becomes bars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.explore.mixing import CORNERS, Place
from studio.explore.pad import LETTERS
from studio.generation.latent import Phrase
from studio.words import mark, tr
from widgets.controls import pad_marks
from widgets.controls.pad_commands import PadCommands
from widgets.controls.pad_geometry import BADGE_PX, HANDLE_PX, PadGeometry
from widgets.controls.pad_gestures import AnchorDrag, Gesture, HandleDrag, PathStroke, PointerDrag
from widgets.controls.pad_ground import Cell, PadGround
from widgets.controls.pad_marks import Sketch
from widgets.controls.pad_menu import Spot, pad_menu
from widgets.controls.pressable import paint_focus
from widgets.phrase_drag import accepts, receive_drop

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

TO_DRAW = mark("a path can be drawn")
KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class LatentPad(QWidget):
    """Drag to hear; Shift and drag (or while drawing is on) draws a path; its points and free anchors are dragged.

    What keys do here is in the window's table of actions; all of it goes through `commands`.
    """

    drawing_changed = Signal(bool)

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explorer = explorer
        self.sketch = Sketch()
        self.commands = PadCommands(explorer, self)
        self.is_drawing = False
        self._ground = PadGround()
        self._scene: QPixmap | None = None
        """Everything but the pointer, which is all that moves in a drag."""
        self._shows_focus = False
        self._gesture: Gesture | None = None
        self._marked = QRectF()
        self.setAccessibleName(self.tr("Explore pad"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._measure()

    def sizeHint(self) -> QSize:
        return QSize(740, 620)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 240)

    # Shown by the panel

    def refresh(self) -> None:
        """Anchors, mode or path are others."""
        self._describe()
        self.redraw()

    def redraw(self) -> None:
        """What is drawn under the pointer has changed."""
        self._scene = None
        self.update()

    def restyle(self) -> None:
        self._ground.forget()
        self.redraw()

    def show_cells(self, cells: Iterable[Cell]) -> None:
        """These cells of the grid have other phrases, or none any more."""
        listed = list(cells)
        self._ground.forget_cells(listed)
        self._scene = None
        for cell in listed:
            self.update(self.geometry_.cell(*cell).adjusted(-2, -2, 2, 2).toAlignedRect())

    def show_pointer(self) -> None:
        """The pointer stands elsewhere, or what is known of its place has changed; nothing else is painted anew."""
        marked = self._pointer_bounds()
        self.update(self._marked.united(marked).toAlignedRect())
        self._marked = marked
        self._describe()

    def set_drawing(self, on: bool) -> None:
        """While on, a drag draws a path rather than moving the pointer."""
        if on != self.is_drawing and (not on or self.commands.has_phrases(tr(TO_DRAW))):
            self.is_drawing = on
            self.drawing_changed.emit(on)

    def cancel(self) -> None:
        """Take back the gesture, else stop drawing, else forget the trail."""
        if self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
        elif self.is_drawing:
            self.set_drawing(False)
        self.sketch.forget()
        self.redraw()

    # Focus

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring is for those who came by keyboard; a click shows by itself where it went."""
        super().focusInEvent(event)
        self._shows_focus = event.reason() in KEYBOARD
        self.redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._shows_focus = False
        self.redraw()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at, place = event.position(), self.geometry_.place(event.position())
        draws = self.is_drawing or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        slot, handle = self._badge_at(at), self._handle_at(at)
        if handle is not None and not draws:
            self._gesture = HandleDrag(self.explorer, self.sketch, handle)
        elif slot is not None and self.explorer.pad.mode == "anchors" and not draws:
            self._gesture = AnchorDrag(self.explorer, self.sketch, slot)
        elif draws:
            if self.commands.has_phrases(tr(TO_DRAW)):
                self._gesture = PathStroke(self.explorer, self.sketch, place)
        else:
            self._gesture = PointerDrag(self.explorer, self.sketch, place if slot is None else CORNERS[slot])
        self.redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gesture is None:
            self._show_cursor(event.position())
            return
        self._gesture.move(self.geometry_.place(event.position()))
        if not isinstance(self._gesture, PointerDrag):
            self.redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture is None or event.button() != Qt.MouseButton.LeftButton:
            return
        gesture, self._gesture = self._gesture, None
        gesture.finish()
        if isinstance(gesture, PathStroke):
            self.set_drawing(False)
        self.redraw()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = QPointF(event.pos())
        spot = Spot(self._badge_at(at), self._handle_at(at), self.geometry_.place(at))
        pad_menu(self, self.explorer, spot, self.commands, lambda: self.set_drawing(True)).popup(event.globalPos())

    def _show_cursor(self, at: QPointF) -> None:
        slot = self._badge_at(at)
        shape = Qt.CursorShape.CrossCursor
        if self._handle_at(at) is not None or (slot is not None and self.explorer.pad.mode == "anchors"):
            shape = Qt.CursorShape.SizeAllCursor
        elif slot is not None:
            shape = Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        anchor = self.explorer.pad.anchors[slot] if slot is not None else None
        words = "" if anchor is None or slot is None else f"{LETTERS[slot]}: {anchor.label}"
        reason = self.explorer.refusal(slot) if slot is not None else ""
        self.setToolTip(f"{words}. {reason}" if reason else words)

    def _badge_at(self, at: QPointF) -> int | None:
        pad = self.explorer.pad
        places = [(slot, pad_marks.badge_place(pad, slot, self.sketch)) for slot in range(len(pad.anchors))]
        return next((slot for slot, place in places if place and self.geometry_.is_within(at, place, BADGE_PX + 1)), None)

    def _handle_at(self, at: QPointF) -> int | None:
        path = self.explorer.pad.path
        return next((index for index, place in enumerate(path) if self.geometry_.is_within(at, place, HANDLE_PX + 5)), None)

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if accepts(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        slot = self._drop_slot(event.position())
        self._show_target(slot, event.position())
        if slot is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_target(None)

    def dropEvent(self, event: QDropEvent) -> None:
        slot, place = self._drop_slot(event.position()), self.geometry_.place(event.position())
        self._show_target(None)
        if slot is None:
            return

        def receive(phrase: Phrase) -> None:
            self.commands.put(slot, phrase, place)

        if receive_drop(self.explorer, event.mimeData(), receive):
            event.acceptProposedAction()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _drop_slot(self, at: QPointF) -> int | None:
        """The corner near a drop; with free anchors the one under it, else the first free slot; None when all are taken."""
        pad = self.explorer.pad
        if pad.mode == "corners":
            return self.geometry_.corner_near(at)
        under = self._badge_at(at)
        return under if under is not None else next((slot for slot, there in enumerate(pad.anchors) if there is None), None)

    def _show_target(self, slot: int | None, at: QPointF | None = None) -> None:
        is_new = slot is not None and self.explorer.pad.mode == "anchors" and self.explorer.pad.anchors[slot] is None
        place = self.geometry_.place(at) if is_new and at is not None else None
        if (slot, place) != (self.sketch.target, self.sketch.target_place):
            self.sketch.target, self.sketch.target_place = slot, place
            self.redraw()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        explorer, seen, room = self.explorer, event.rect(), QRectF(self.rect())
        scene = self._scene if self._scene is not None else self._composed()
        self._scene, dpr = scene, scene.devicePixelRatio()
        with QPainter(self) as painter:
            source = QRectF(seen.x() * dpr, seen.y() * dpr, seen.width() * dpr, seen.height() * dpr)
            painter.drawPixmap(QRectF(seen), scene, source)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if explorer.pad.slots:
                pad_marks.paint_trail(painter, self.geometry_, self.sketch.trail)
                pad_marks.paint_pointer(painter, pad_marks.words_of(explorer), self.geometry_, self._place, room)

    def _composed(self) -> QPixmap:
        """Ground, path and badges in one picture."""
        pad = self.explorer.pad
        ground = self._ground.picture(self.size(), self.devicePixelRatioF(), self.geometry_, pad, self.explorer.grid)
        scene = ground.copy()
        with QPainter(scene) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._shows_focus:
                paint_focus(painter, self.geometry_.field.adjusted(-3, -3, 3, 3), 4)
            pad_marks.paint_path(painter, self.geometry_, pad, self.sketch, self._held_handle())
            pad_marks.paint_badges(painter, self.geometry_, self.explorer, self.sketch, QRectF(self.rect()))
        return scene

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.restyle()

    @property
    def _place(self) -> Place:
        return self.explorer.x, self.explorer.y

    def _held_handle(self) -> int | None:
        return self._gesture.index if isinstance(self._gesture, HandleDrag) else None

    def _pointer_bounds(self) -> QRectF:
        words = pad_marks.words_of(self.explorer)
        return pad_marks.pointer_bounds(words, self.geometry_, self._place, self.sketch.trail, QRectF(self.rect()))

    def _measure(self) -> None:
        self.geometry_ = PadGeometry.within(self.size(), self.explorer.grid_size)
        self._ground.forget()
        self._scene = None

    def _describe(self) -> None:
        words = pad_marks.words_of(self.explorer) if self.explorer.pad.slots else None
        self.setAccessibleDescription(f"{words.shares}. {words.line}" if words else self.tr("No phrase is on the pad yet."))

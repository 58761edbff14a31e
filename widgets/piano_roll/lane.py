"""Lane: a strip of fixed height that shares the roll's time axis; PointLane: one whose points are held and changed by keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme as themes
from widgets.piano_roll.backdrop import lines_in, upright
from widgets.piano_roll.intents import Intents
from widgets.piano_roll.shapes import Sheet
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import scale_of
from widgets.piano_roll.wheel import wheeled

POINT_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
              Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)  # fmt: skip


class Lane(QWidget):
    """Painted anew when the view or what is shown changes; takes the keyboard at a click."""

    def __init__(self, state: RollState, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.state = state

    def settle(self, name: str, height_px: int) -> None:
        """Called last when a lane is made: from here on Qt sends it events."""
        state = self.state
        self.setFixedHeight(height_px)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(name)
        self._forgets = [
            state.viewport_changed.listen(self.update),
            state.shown_changed.listen(self.update),
            state.playhead_moved.listen(self._playhead_moved),
        ]

    def forget(self) -> None:
        """Listen no more, before the lane goes."""
        while self._forgets:
            self._forgets.pop()()

    def ground(self, painter: QPainter) -> Sheet:
        """Paint what lies under every lane, the panel and its bar lines; the rest goes onto the sheet."""
        state, theme = self.state, themes.current()
        sheet = Sheet(painter, scale_of(state.viewport), QRectF(self.rect()), theme)
        painter.fillRect(sheet.size, theme.colour("panel"))
        bars, _, _ = lines_in(state.song.timeline, state.snap, state.viewport.span, state.viewport.ticks_per_px)
        upright(sheet, bars, theme.colour("line", 0.6))
        return sheet

    def sizeHint(self) -> QSize:
        return QSize(400, self.minimumHeight())

    def _playhead_moved(self, from_tick: int, to_tick: int) -> None:
        scale = scale_of(self.state.viewport)
        for tick in (from_tick, to_tick):
            self.update(round(scale.x_of(tick)) - 1, 0, 4, self.height())


class PointLane(Lane):
    """With a point chosen or in the hand (`wants_keys`), the keys that change it come here, not to commands."""

    def __init__(self, state: RollState, intents: Intents, parent: QWidget | None) -> None:
        super().__init__(state, parent)
        self.intents = intents

    @property
    def wants_keys(self) -> bool:
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride and self.wants_keys
        if is_asked and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in POINT_KEYS:
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.state.look(wheeled(self.state.viewport, event))
        self.intents.scrolled.emit(0.0)
        event.accept()

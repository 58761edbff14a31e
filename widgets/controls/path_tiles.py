"""PathTiles: the phrases along a path side by side, numbered; the one nearest to the pointer stands out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.song.clip import Clip
from studio.song.ticks import Span
from widgets import theme as themes
from widgets.controls.announce import announce
from widgets.controls.pressable import paint_focus
from widgets.miniature import paint_miniature
from widgets.theme import BUTTON_RADIUS_PX, LABEL_PX

GAP_PX = 5
HEIGHT_PX = 96
NUMBER_PX = 16


class PathTiles(QWidget):
    """`chosen(index)` when a tile is pressed or reached with the arrows; `entered` and `removed` for Enter and Delete."""

    chosen = Signal(int)
    entered = Signal()
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clips: tuple[Clip | None, ...] = ()
        self.current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Path"))

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT_PX)

    def show_clips(self, clips: Sequence[Clip | None], current: int | None) -> None:
        """None stands for a phrase that is still being made."""
        self.clips, self.current = tuple(clips), current
        self.setAccessibleDescription(self.tr("%n phrase(s)", "", len(self.clips)))
        self.update()

    def show_current(self, current: int | None) -> None:
        if current != self.current:
            for index in (self.current, current):
                if index is not None:
                    self.update(self.tile(index))
            self.current = current

    def tile(self, index: int) -> QRect:
        count = max(1, len(self.clips))
        wide = (self.width() + GAP_PX) / count
        left = round(index * wide)
        return QRect(left, 0, round((index + 1) * wide) - left - GAP_PX, self.height())

    def tile_at(self, x: float) -> int | None:
        return next((index for index in range(len(self.clips)) if self.tile(index).right() + GAP_PX / 2 >= x), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self.clips) - 1
        at = self.current if self.current is not None else -1
        goals = {Qt.Key.Key_Left: at - 1, Qt.Key.Key_Right: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        if key in goals and last >= 0:
            index = min(last, max(0, goals[key]))
            self.chosen.emit(index)
            announce(self, self.tr("Step {n} of {all}").format(n=index + 1, all=last + 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.tile_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.chosen.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for index, clip in enumerate(self.clips):
                tile = self.tile(index)
                if tile.intersects(event.rect()):
                    self._paint_tile(painter, QRectF(tile), index, clip)

    def _paint_tile(self, painter: QPainter, tile: QRectF, index: int, clip: Clip | None) -> None:
        theme, is_current = themes.current(), index == self.current
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("line") if theme.name != "dark" else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(tile.adjusted(0.5, 0.5, -0.5, -0.5), BUTTON_RADIUS_PX, BUTTON_RADIUS_PX)
        painter.setFont(themes.font(LABEL_PX - 1, bold=is_current))
        painter.setPen(theme.colour("accent" if is_current else "dim"))
        foot = tile.adjusted(8, 0, -4, -5)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), str(index + 1))
        if clip is None:
            painter.drawText(tile, int(Qt.AlignmentFlag.AlignCenter), "...")
        else:
            inset = 9 if tile.width() > 60 else 3
            room = tile.adjusted(inset, 12, -inset, -NUMBER_PX - 6)
            ink = theme.colour("accent") if is_current else theme.colour("muted")
            paint_miniature(painter, clip.rows, room, Span(0, max(1, clip.length_ticks)), ink)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_current and self.hasFocus():
            paint_focus(painter, tile, BUTTON_RADIUS_PX)

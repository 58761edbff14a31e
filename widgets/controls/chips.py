"""Chips: small rounded choices, and the row that wraps them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from widgets import theme
from widgets.controls.pressable import Pressable, paint_focus, paint_ground
from widgets.theme import STEP_PX, TARGET_PX

CHIP_PADDING_PX = 11
LONGEST_CHIP_PX = 240


class Chip(Pressable):
    """A choice. Checked, it is filled with the accent, or (`is_quiet`) only outlined in its colour.

    `track_colour` is a colour number of the theme's table, for chips that stand for a track. A chip that cannot be
    chosen now is dimmed but still answers: `declined(reason)` in place of `clicked`.
    """

    declined = Signal(str)

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        checkable: bool = False,
        quiet: bool = False,
        track_colour: int | None = None,
        menu_mark: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self.setCheckable(checkable)
        self.is_quiet = quiet
        self.track_colour = track_colour
        self.has_menu_mark = menu_mark
        self.setFont(theme.font(theme.TEXT_PX - 1))
        self.reason = ""

    def decline(self, reason: str) -> None:
        """Why it cannot be chosen now; empty when it can."""
        self.reason = reason
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)
        self.update()

    def nextCheckState(self) -> None:
        if self.reason:
            self.declined.emit(self.reason)
        elif self.group() is None and not self.is_quiet:
            self.setChecked(True)
        else:
            super().nextCheckState()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * CHIP_PADDING_PX + (12 if self.has_menu_mark else 0)
        return QSize(min(LONGEST_CHIP_PX, width + 2), TARGET_PX + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 60), TARGET_PX + 2)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        radius = rect.height() / 2
        own = tokens.track(self.track_colour) if self.track_colour is not None else None
        if self.isChecked() and not self.is_quiet:
            ink = tokens.colour("on_accent")
            paint_ground(painter, rect, tokens.colour("accent"), None, radius)
        elif self.is_quiet and self.isCheckable():
            ink = (own or tokens.colour("text")) if self.isChecked() else tokens.colour("dim")
            edge = tokens.colour("muted") if self.isChecked() else tokens.colour("line_strong")
            paint_ground(painter, rect, tokens.colour("raised") if self.isChecked() else None, edge, radius)
        elif self.reason:
            ink = tokens.colour("dim")
            paint_ground(painter, rect, None, tokens.colour("line"), radius)
        else:
            ink = own or tokens.colour("text")
            fill = tokens.colour("line" if self.is_hovered else "raised")
            paint_ground(painter, rect, fill, None, radius)
        if not self.isEnabled():
            ink = tokens.colour("dim")
        room = rect.adjusted(CHIP_PADDING_PX, 0, -CHIP_PADDING_PX, 0)
        painter.setFont(self.font())
        painter.setPen(ink)
        if self.has_menu_mark:
            self._draw_menu_mark(painter, room)
            room.setRight(room.right() - 12)
        words = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)
        if self.isCheckable() and self.is_quiet and not self.isChecked():
            middle = rect.center().y()
            painter.drawLine(int(room.left()), int(middle), int(room.right()), int(middle))
        if self.hasFocus():
            paint_focus(painter, rect, radius)

    @staticmethod
    def _draw_menu_mark(painter: QPainter, room: QRectF) -> None:
        x, y = room.right() - 4, room.center().y()
        painter.drawLine(QPoint(round(x - 3), round(y - 1)), QPoint(round(x), round(y + 2)))
        painter.drawLine(QPoint(round(x), round(y + 2)), QPoint(round(x + 3), round(y - 1)))


class FlowLayout(QLayout):
    """Lays its items in rows, as many in each as fit."""

    def __init__(self, parent: QWidget | None = None, gap_px: int = STEP_PX + 2) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap_px = gap_px
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, move: bool) -> int:
        x, y, row_height = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width = min(size.width(), max(rect.width(), item.minimumSize().width()))
            if x > rect.x() and x + width > rect.right() + 1:
                x, y, row_height = rect.x(), y + row_height + self._gap_px, 0
            if move:
                item.setGeometry(QRect(x, y, width, max(size.height(), TARGET_PX + 2)))
            x += width + self._gap_px
            row_height = max(row_height, size.height(), TARGET_PX + 2)
        return y + row_height - rect.y()


class ChipRow(QWidget):
    """Chips that wrap; `refill` replaces them all."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.flow = FlowLayout(self)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, chip: QWidget) -> None:
        self.flow.addWidget(chip)
        chip.show()

    def refill(self, chips: Sequence[QWidget]) -> None:
        while (item := self.flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for chip in chips:
            chip.setParent(self)
            self.add(chip)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        chips = self.chips()
        at = next((index for index, chip in enumerate(chips) if chip.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
        else:
            chips[(at + step) % len(chips)].setFocus(Qt.FocusReason.OtherFocusReason)

    def chips(self) -> list[Chip]:
        items = [self.flow.itemAt(index) for index in range(self.flow.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if isinstance(widget, Chip)]

"""A value with a small label over it, that opens a menu, is typed in place, or turned with the wheel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from widgets import theme
from widgets.theme import BUTTON_RADIUS_PX, LABEL_PX, TEXT_PX

Fill = Callable[[QMenu], None]


class Field(QWidget):
    """`typed(text)` when something was typed, `stepped(notches)` for the wheel and the arrow keys.

    With `fill` a click opens the menu that it fills; without, a click starts typing.
    """

    typed = Signal(str)
    stepped = Signal(int)

    def __init__(self, label: str, tip: str, fill: Fill | None = None, width_px: int = 68, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self.value = ""
        self._tip = tip
        self._fill = fill
        self._width_px = width_px
        self._editor: QLineEdit | None = None
        self._had_keyboard: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(self.sizeHint())
        self.setToolTip(tip)
        self.show_value("")

    def sizeHint(self) -> QSize:
        return QSize(self._width_px, 40)

    def show_value(self, value: str) -> None:
        self.value = value
        self.setAccessibleName(f"{self.label}: {value}")
        self.setToolTip(f"{self.label} {value}. {self._tip}" if value else self._tip)
        self.update()

    def open(self) -> None:
        """What a click does."""
        if self._fill is None:
            self.edit()
            return
        menu = QMenu(self)
        self._fill(menu)
        menu.exec(self.mapToGlobal(QPoint(0, self.height() + 2)))
        menu.deleteLater()

    def edit(self) -> None:
        """Type a value in place; Enter takes it, Escape and leaving do not change anything."""
        if self._editor is not None:
            return
        self._had_keyboard = QApplication.focusWidget()
        editor = QLineEdit(self.value, self)
        editor.setAccessibleName(self.label)
        editor.setFont(theme.mono(TEXT_PX))
        editor.setGeometry(0, 15, self.width(), 24)
        editor.selectAll()
        editor.installEventFilter(self)
        self._editor = editor
        editor.show()
        editor.setFocus(Qt.FocusReason.MouseFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is not self._editor:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self._close_editor()
        elif event.type() == QEvent.Type.MouseButtonDblClick and self._editor is not None:
            self._editor.selectAll()  # the second press of a double click that began here: a digit typed next replaces all
            return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            # taken here: a line passes Return on to its parent, and there it would open the menu
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take_typed()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._close_editor()
                return True
        return False

    def _take_typed(self) -> None:
        if self._editor is None:
            return
        text = self._editor.text()
        self._close_editor()
        if text.strip() and text != self.value:
            self.typed.emit(text)

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.removeEventFilter(self)
            if editor.hasFocus() and self._had_keyboard is not None:
                self._had_keyboard.setFocus(Qt.FocusReason.OtherFocusReason)  # keys go on where they went before
            self._had_keyboard = None
            editor.hide()
            editor.deleteLater()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.open()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() // 120
        if notches:
            self.stepped.emit(notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(tokens.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(tokens.colour("raised"))
                painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), BUTTON_RADIUS_PX, BUTTON_RADIUS_PX)
            painter.setPen(tokens.colour("muted"))
            painter.setFont(theme.font(LABEL_PX))
            painter.drawText(8, 14, self.label)
            if self._editor is None:
                painter.setPen(tokens.colour("text"))
                face = theme.mono(14) if self.value[:1].isdigit() else theme.font(TEXT_PX, bold=True)
                painter.setFont(face)
                shown = painter.fontMetrics().elidedText(self.value, Qt.TextElideMode.ElideRight, self.width() - 10)
                painter.drawText(8, 32, shown)

    def enterEvent(self, event: QEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

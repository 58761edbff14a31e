"""InlineEdit: a value typed in place; Enter and leaving take it, Esc does not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class InlineEdit(QLineEdit):
    """Calls `taken` with what was typed, once, if it is not empty and differs; then it is gone."""

    def __init__(self, parent: QWidget, place: QRect, text: str, name: str, taken: Callable[[str], object]) -> None:
        super().__init__(text, parent)
        self._before, self._taken = text, taken
        self._had_keyboard = parent
        self._is_done = False
        self.setAccessibleName(name)
        self.setStyleSheet("padding: 0 4px; min-height: 0;")
        self.setGeometry(place)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def back_to(self, control: QWidget) -> None:
        """Who has the keyboard afterwards."""
        self._had_keyboard = control

    def event(self, event: QEvent) -> bool:
        """Every key is for the text while it is typed, whatever command has it otherwise."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end(take=True)
        elif event.key() == Qt.Key.Key_Escape:
            self._end(take=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._end(take=True)

    def _end(self, *, take: bool) -> None:
        if self._is_done:
            return
        self._is_done = True
        text = self.text().strip()
        if self.hasFocus():
            self._had_keyboard.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.deleteLater()
        if take and text and text != self._before:
            self._taken(text)

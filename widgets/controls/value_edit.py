"""ValueEdit: a value of a control as small text that can be typed over."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets import theme
from widgets.theme import LABEL_PX, TARGET_PX


class ValueEdit(QLineEdit):
    """Shows what it is told unless someone types; `editingFinished` when they have."""

    def __init__(self, tip: str, width_px: int, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight) -> None:
        super().__init__()
        self._shown = ""
        self._back_to: QWidget | None = None
        self.setProperty("role", "value")
        self.setFont(theme.mono(LABEL_PX))
        self.setStyleSheet(f"font-size: {LABEL_PX}px;")
        self.setAlignment(align)
        self.setFixedSize(width_px, TARGET_PX)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setToolTip(tip)
        self.returnPressed.connect(self._leave)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.selectAll()  # not one half of the number only

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the value as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            self._leave()
        else:
            super().keyPressEvent(event)

    def type_for(self, control: QWidget) -> None:
        """Take the keyboard from a control, which has it back when something was typed."""
        self._back_to = control
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self) -> None:
        control, self._back_to = self._back_to, None
        if control is not None:
            control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.clearFocus()

    def show_text(self, text: str) -> None:
        self._shown = text
        if not self.hasFocus() or not self.isModified():
            self.setText(text)

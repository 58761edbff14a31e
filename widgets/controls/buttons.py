"""Small buttons drawn from the theme: an icon on a rounded field, and a letter that lights up. They never take the keyboard."""

from __future__ import annotations

from PySide6.QtCore import SIGNAL, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets import icons, theme
from widgets.theme import BUTTON_RADIUS_PX, TARGET_PX


class IconButton(QAbstractButton):
    """An icon in a field of 40 by 32. `is_primary` fills it with the accent; checked, the icon takes the accent, or the role
    that is `lit`."""

    def __init__(
        self, icon_name: str, tip: str, parent: QWidget | None = None, *, is_primary: bool = False, lit: str = "accent"
    ) -> None:
        super().__init__(parent)
        self.icon_name, self.lit = icon_name, lit
        self.is_primary = is_primary
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        # Space belongs to the transport, so no button may hold the focus
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(40, 32)

    def show_icon(self, name: str) -> None:
        self.icon_name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            field = QColor(tokens.accent if self.is_primary else tokens.raised)
            if self.isDown():
                field = field.darker(115)
            elif self.underMouse() and self.isEnabled():
                field = field.lighter(108 if self.is_primary else 122)
            painter.setBrush(field)
            painter.drawRoundedRect(QRectF(self.rect()), BUTTON_RADIUS_PX + 2, BUTTON_RADIUS_PX + 2)
            role = "on_accent" if self.is_primary else self.lit if self.isChecked() else "text" if self.isEnabled() else "dim"
            side = 18.0
            centre = QRectF(self.rect()).center()
            icons.paint(painter, self.icon_name, QRectF(centre - QPointF(side / 2, side / 2), QSize(18, 18)), tokens.colour(role))


class LetterButton(QAbstractButton):
    """M or S: one letter, filled with a colour of the theme while it is on.

    `mark` puts a dot into its corner, for a second state; a right-click is `asked_aside`.
    """

    asked_aside = Signal()

    def __init__(self, letter: str, tip: str, lit_role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lit_role = lit_role
        self.is_marked = False
        self.setText(letter)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedSize(TARGET_PX, TARGET_PX)

    def mark(self, is_marked: bool) -> None:
        if is_marked != self.is_marked:
            self.is_marked = is_marked
            self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.receivers(SIGNAL("asked_aside()")):
            self.asked_aside.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            field = QColor(getattr(tokens, self._lit_role) if self.isChecked() else tokens.raised)
            if self.underMouse():
                field = field.lighter(118)
            painter.setPen(tokens.colour("line_strong") if not self.isChecked() else Qt.PenStyle.NoPen)
            painter.setBrush(field)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), BUTTON_RADIUS_PX, BUTTON_RADIUS_PX)
            painter.setPen(tokens.colour("on_accent" if self.isChecked() else "text"))
            painter.setFont(theme.font(11, bold=True))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
            if self.is_marked:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.colour("on_accent" if self.isChecked() else "accent"))
                painter.drawEllipse(QRectF(self.width() - 9, 3, 6, 6))

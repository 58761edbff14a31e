"""Pressable: a button drawn by hand that also answers Return, shows its focus, and says why it is greyed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets import icons, theme
from widgets.theme import BUTTON_RADIUS_PX, TARGET_PX

ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class Pressable(QAbstractButton):
    """Subclasses draw themselves in `draw`. Every one takes focus by Tab and is pressed by Return as well as Space."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.is_hovered = False

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        raise NotImplementedError

    def refuse(self, reason: str) -> None:
        """Grey it, with the reason as its tip; an empty reason makes it usable again."""
        self.setEnabled(not reason)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in ARROWS:
            # The toolkit would jump to any button near; what holds the buttons knows better.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.is_hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.is_hovered = False
        self.update()
        super().leaveEvent(event)


def paint_focus(painter: QPainter, rect: QRectF, radius_px: float) -> None:
    """The ring around what has the keyboard."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.current().colour("text"), 1.5))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius_px, radius_px)


def paint_ground(painter: QPainter, rect: QRectF, fill: QColor | None, edge: QColor | None, radius_px: float) -> None:
    """A rounded plate."""
    painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius_px, radius_px)


class SmallIcon(Pressable):
    """A small square with an icon of `widgets.icons`; `name` may change, `tint` names a colour role."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.name = name
        self.tint = ""
        self.setAccessibleName(words)
        self.setToolTip(words)

    def sizeHint(self) -> QSize:
        return QSize(TARGET_PX, TARGET_PX)

    def show_icon(self, name: str, words: str = "", tint: str = "") -> None:
        self.name, self.tint = name, tint
        if words:
            self.setAccessibleName(words)
            self.setToolTip(words)
        self.update()

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        if self.is_hovered and self.isEnabled():
            paint_ground(painter, rect, tokens.colour("line"), None, BUTTON_RADIUS_PX)
        role = self.tint or ("text" if self.is_hovered else "muted")
        side = min(16.0, rect.width() - 6, rect.height() - 6)
        centre = rect.center()
        icons.paint(
            painter,
            self.name,
            QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side),
            tokens.colour(role if self.isEnabled() else "dim"),
        )
        if self.hasFocus():
            paint_focus(painter, rect, BUTTON_RADIUS_PX)

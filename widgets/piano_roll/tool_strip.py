"""ToolStrip: select, draw and erase as three small buttons floating in the corner of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from widgets import theme as themes
from widgets.piano_roll.notes import readable_on
from widgets.piano_roll.state import RollState, Tool

ICON_PX = 16
BUTTON_PX = 28
_HINTS: dict[Tool, str] = {
    "select": "Select, move and resize (1)",
    "draw": "Draw notes; right-click erases (2 or B)",
    "erase": "Erase notes (4)",
}


class ToolStrip(QFrame):
    """The button of the present tool is lit."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__(parent)
        self.state = state
        self.setObjectName("ToolStrip")
        self.buttons: dict[Tool, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        for tool, hint in _HINTS.items():
            button = QToolButton(self)
            button.setFixedSize(BUTTON_PX, BUTTON_PX)
            button.setIconSize(QSize(ICON_PX, ICON_PX))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(self.tr(hint))
            button.setAccessibleName(self.tr(hint))
            button.clicked.connect(lambda _checked=False, tool=tool: self.state.set_tool(tool))
            self.buttons[tool] = button
            layout.addWidget(button)
        state.tool_changed.listen(self.refresh)
        self.restyle()

    def restyle(self) -> None:
        theme = themes.current()
        self.setStyleSheet(
            f"QFrame#ToolStrip {{ background: {theme.raised}; border: 1px solid {theme.line}; border-radius: 8px; }}"
            "QToolButton { border: none; border-radius: 5px; background: transparent; padding: 0; min-height: 0; }"
            f"QToolButton:hover {{ background: {theme.line}; }}"
            f"QToolButton:checked {{ background: {theme.line_strong}; }}"
        )
        self.refresh()

    def refresh(self) -> None:
        theme = themes.current()
        for tool, button in self.buttons.items():
            is_on = tool == self.state.tool
            button.setChecked(is_on)
            ink = readable_on(theme.colour("line_strong"), theme) if is_on else theme.colour("muted")
            button.setIcon(_icon(tool, ink, self.devicePixelRatioF()))


def _icon(tool: Tool, colour: QColor, dpr: float) -> QIcon:
    pixmap = QPixmap(round(ICON_PX * dpr), round(ICON_PX * dpr))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(colour, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        if tool == "select":
            painter.setBrush(colour)
            arrow = [(3.5, 2), (12.5, 8.4), (8.4, 9.2), (10.6, 13.4), (8.7, 14.2), (6.6, 10), (3.5, 12.6)]
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in arrow]))
        elif tool == "draw":
            painter.drawPolygon(
                QPolygonF([QPointF(x, y) for x, y in [(2.5, 13.5), (3.2, 10.4), (11, 2.6), (13.4, 5), (5.6, 12.8)]])
            )
            painter.drawLine(QPointF(9.4, 4.2), QPointF(11.8, 6.6))
        else:
            painter.translate(8, 8)
            painter.rotate(-45)
            painter.drawRoundedRect(QRectF(-6.4, -3.2, 12.8, 6.4), 1.6, 1.6)
            rubber = QPainterPath()
            rubber.addRoundedRect(QRectF(-6.4, -3.2, 5, 6.4), 1.6, 1.6)
            painter.fillPath(rubber, colour)
    return QIcon(pixmap)

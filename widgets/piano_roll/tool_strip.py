"""ToolStrip: the tools as small buttons floating in the corner of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from studio.words import mark, tr
from widgets import theme as themes
from widgets.drag_out import DragGrip
from widgets.piano_roll.notes import readable_on
from widgets.piano_roll.state import RollState, Tool
from widgets.piano_roll.tool_icons import ICON_PX, tool_icon

BUTTON_PX, GAP_PX = 28, 6
HINTS: dict[Tool, str] = {
    "select": mark("Select, move and resize (1)"),
    "lasso": mark("Lasso: draw a line around notes (W)"),
    "draw": mark("Draw notes; right-click erases (2 or B)"),
    "paint": mark("Paint notes on the grid; Shift keeps the pitch (3)"),
    "erase": mark("Erase notes (4)"),
    "slice": mark("Slice notes; drag up or down across several (5)"),
    "glue": mark("Glue a note to the next of its pitch, or all passed over (U)"),
    "mute": mark("Mute notes (6)"),
    "velocity": mark("Loudness: drag a note up or down (7)"),
    "mask": mark("Paint what a take may change: bars, with Shift their pitches, with Alt finer; right-drag clears (8)"),
    "lock": mark("Lock or unlock notes: nothing and nobody changes locked ones (9)"),
}


GRIP_WORDS = mark(
    "Drag from here into another program or a folder: the selected notes, else the selected bars, else the track, as a MIDI "
    "file; with Alt one for each track. Click: copy as a MIDI file"
)


class ToolStrip(QFrame):
    """The button of the present tool is lit. Beside the tools stands the grip by which notes are dragged out."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__(parent)
        self.state = state
        self.setObjectName("ToolStrip")
        self.buttons: dict[Tool, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        for tool, hint in HINTS.items():
            button = QToolButton(self)
            button.setFixedSize(BUTTON_PX, BUTTON_PX)
            button.setIconSize(QSize(ICON_PX, ICON_PX))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(self.tr(hint))
            button.setAccessibleName(self.tr(hint))
            button.clicked.connect(lambda _checked=False, tool=tool: self._choose(tool))
            self.buttons[tool] = button
            layout.addWidget(button)
        layout.addSpacing(GAP_PX)
        self.grip = DragGrip(self)
        self.grip.setFixedSize(BUTTON_PX, BUTTON_PX)
        self.grip.setToolTip(tr(GRIP_WORDS))
        self.grip.setAccessibleName(tr(GRIP_WORDS))
        layout.addWidget(self.grip)
        state.tool_changed.listen(self.refresh)
        self.restyle()

    def _choose(self, tool: Tool) -> None:
        self.state.set_tool(tool)
        self.refresh()  # a press on the lit button would put it out

    def restyle(self) -> None:
        theme = themes.current()
        self.setStyleSheet(
            f"QFrame#ToolStrip {{ background: {theme.raised}; border: 1px solid {theme.line}; border-radius: 8px; }}"
            "QToolButton { border: none; border-radius: 5px; background: transparent; padding: 0; }"
            f"QToolButton {{ min-height: {BUTTON_PX}px; max-height: {BUTTON_PX}px; }}"
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
            button.setIcon(tool_icon(tool, ink, self.devicePixelRatioF()))

"""TakeBar: the words over a proposed take, with its Keep and Discard, floating in the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from widgets import theme as themes
from widgets.piano_roll.backdrop import mixed
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import scale_of

PILL_PX = 26
MARGIN_PX = 10


class TakeBar(QFrame):
    """Shown while a take is; it stays beside the take's left edge and inside the canvas."""

    kept = Signal()
    discarded = Signal()

    def __init__(self, state: RollState, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.state, self._canvas = state, canvas
        self.words = QLabel(self)
        self.keep_button = self._button(self.tr("Keep"), self.tr("Write this take into the song (Ctrl+Enter)"))
        self.discard_button = self._button(self.tr("Discard"), self.tr("Drop all takes of this request (Ctrl+Backspace)"))
        self.keep_button.clicked.connect(self.kept)
        self.discard_button.clicked.connect(self.discarded)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.words, self.keep_button, self.discard_button):
            widget.setFixedHeight(PILL_PX)
            layout.addWidget(widget)
        self.setAccessibleName(self.tr("Proposed take"))
        self.restyle()
        self.refresh()

    def _button(self, text: str, hint: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setToolTip(hint)
        return button

    def restyle(self) -> None:
        theme = themes.current()
        back = mixed(theme.colour("bg"), theme.colour("proposed"), 0.16).name()
        height = f"min-height: {PILL_PX - 2}px; max-height: {PILL_PX - 2}px;"
        shape = f"border-radius: {PILL_PX // 2 - 1}px; padding: 0 14px; {height} font-size: {themes.LABEL_PX + 1}px;"
        self.words.setStyleSheet(
            f"background: {back}; color: {theme.proposed}; border: 1px solid {theme.proposed}; {shape} padding: 0 18px;"
        )
        self.keep_button.setStyleSheet(
            f"QPushButton {{ background: {theme.proposed}; color: {theme.on_proposed}; border: none; {shape} font-weight: 600; }}"
            f"QPushButton:hover {{ background: {mixed(theme.colour('proposed'), theme.colour('text'), 0.2).name()}; }}"
        )
        self.discard_button.setStyleSheet(
            f"QPushButton {{ background: {theme.raised}; color: {theme.muted}; border: none; {shape} }}"
            f"QPushButton:hover {{ color: {theme.text}; }}"
        )
        self.setStyleSheet("TakeBar { background: transparent; border: none; }")

    def refresh(self) -> None:
        """Words and place from the state."""
        take = self.state.take
        if take is None:
            self.hide()
            return
        self.words.setText(take.words)
        self.adjustSize()
        scale = scale_of(self.state.viewport)
        left, right = scale.x_of(take.span.start_tick), scale.x_of(take.span.end_tick)
        room = self._canvas.width() - self.width() - MARGIN_PX
        self.move(round(max(MARGIN_PX, min(left + MARGIN_PX, room))), MARGIN_PX - 2)
        self.setVisible(right > 0 and left < self._canvas.width())

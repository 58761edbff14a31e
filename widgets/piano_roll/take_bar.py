"""TakeBar: over the bars that takes are for, which one is shown, arrows to the others, Keep and Discard; in the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from studio.generation.tray import TakeSet
from studio.song.ticks import Span
from studio.words import tr
from widgets import theme as themes
from widgets.controls.pressable import Pressable, paint_ground
from widgets.key_words import tip
from widgets.piano_roll.backdrop import mixed
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import scale_of

PILL_PX = 26
MARGIN_PX = 10


@dataclass(frozen=True, slots=True)
class Browse:
    """Where among its takes a set stands: `at` counts from 1, 0 is what was there, None several at once."""

    span: Span
    words: str
    at: int | None
    count: int

    @property
    def numbers(self) -> str:
        return f"{'+' if self.at is None else self.at}/{self.count}"


def browse_of(take_set: TakeSet | None, words: str) -> Browse | None:
    """None without takes."""
    listed = take_set.listed if take_set is not None else ()
    if take_set is None or not listed:
        return None
    at = None if take_set.comp or take_set.active not in (None, *listed) else 0
    if at == 0 and take_set.active is not None:
        at = listed.index(take_set.active) + 1
    return Browse(take_set.request.span, words, at, len(listed))


class TakeBar(QFrame):
    """Shown while there are takes; it stays beside their left edge and inside the canvas. `stepped` tells of the arrows, with
    1 past the last one for another take."""

    kept = Signal()
    discarded = Signal()
    stepped = Signal(int)
    fold_turned = Signal()

    def __init__(self, state: RollState, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.state, self._canvas = state, canvas
        self._browse: Browse | None = None
        self.words = QLabel(self)
        self.back = _Arrow("‹", self)
        self.back.describe(tr("Previous take, then what was there"), "previous take")
        self.numbers = QLabel(self)
        self.numbers.setFont(themes.mono(themes.LABEL_PX + 1))
        self.onward = _Arrow("›", self)
        self.fold_button = _Arrow("▾", self)
        self.keep_button = self._button(tr("Keep"), tr("Write this take into the song"), "keep")
        self.discard_button = self._button(tr("Discard"), tr("Drop all takes of this request"), "discard")
        self.keep_button.clicked.connect(self.kept)
        self.discard_button.clicked.connect(self.discarded)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.onward.clicked.connect(lambda: self.stepped.emit(1))
        self.fold_button.clicked.connect(self.fold_turned)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._browser(), self.words, self.keep_button, self.discard_button):
            widget.setFixedHeight(PILL_PX)
            layout.addWidget(widget)
        self.setAccessibleName(tr("Proposed take"))
        self.restyle()
        self.refresh()

    def _browser(self) -> QWidget:
        """The arrows with the numbers between them, in one pill."""
        self._pill = QFrame(self)
        row = QHBoxLayout(self._pill)
        row.setContentsMargins(3, 0, 3, 0)
        row.setSpacing(0)
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.numbers.setMinimumWidth(30)
        for widget in (self.back, self.numbers, self.onward, self.fold_button):
            row.addWidget(widget)
        return self._pill

    def _button(self, text: str, hint: str, command: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        tip(button, hint, command)
        return button

    def restyle(self) -> None:
        theme = themes.current()
        back = mixed(theme.colour("bg"), theme.colour("proposed"), 0.16).name()
        height = f"min-height: {PILL_PX - 2}px; max-height: {PILL_PX - 2}px;"
        shape = f"border-radius: {PILL_PX // 2 - 1}px; padding: 0 14px; {height} font-size: {themes.LABEL_PX + 1}px;"
        self.words.setStyleSheet(
            f"background: {back}; color: {theme.proposed}; border: 1px solid {theme.proposed}; {shape} padding: 0 18px;"
        )
        edge = f"border: 1px solid {theme.line_strong}; border-radius: {PILL_PX // 2 - 1}px;"
        self._pill.setStyleSheet(f".QFrame {{ background: {theme.raised}; {edge} }}")
        self.numbers.setStyleSheet(f"color: {theme.text}; background: transparent; border: none;")
        self.keep_button.setStyleSheet(
            f"QPushButton {{ background: {theme.proposed}; color: {theme.on_proposed}; border: none; {shape} font-weight: 600; }}"
            f"QPushButton:hover {{ background: {mixed(theme.colour('proposed'), theme.colour('text'), 0.2).name()}; }}"
        )
        self.discard_button.setStyleSheet(
            f"QPushButton {{ background: {theme.raised}; color: {theme.muted}; border: none; {shape} }}"
            f"QPushButton:hover {{ color: {theme.text}; }}"
        )
        self.setStyleSheet("TakeBar { background: transparent; border: none; }")

    def browse(self, browse: Browse | None, *, lanes_are_shown: bool) -> None:
        """The takes there are, and whether their lanes are open."""
        self._browse = browse
        self.fold_button.setText("▾" if lanes_are_shown else "▸")
        words = tr("Fold the lanes of takes") if lanes_are_shown else tr("Open the lanes of takes")
        self.fold_button.describe(words, "take lanes")
        self.refresh()

    def refresh(self) -> None:
        """Words and place from the state."""
        take, browse = self.state.take, self._browse
        span = take.span if take is not None else browse.span if browse is not None else None
        if span is None:
            self.hide()
            return
        self.words.setText(take.words if take is not None else browse.words if browse is not None else "")
        self.keep_button.setVisible(take is not None)
        self._pill.setVisible(browse is not None)
        if browse is not None:
            self.numbers.setText(browse.numbers)
            self.back.setEnabled(browse.at != 0)
            is_last = browse.at == browse.count
            if is_last:
                self.onward.describe(tr("One more take: the next seed"), "one more take")
            else:
                self.onward.describe(tr("Next take"), "next take")
            self.onward.setText("+" if is_last else "›")
        self.adjustSize()
        scale = scale_of(self.state.viewport)
        left, right = scale.x_of(span.start_tick), scale.x_of(span.end_tick)
        room = self._canvas.width() - self.width() - MARGIN_PX
        self.move(round(max(MARGIN_PX, min(left + MARGIN_PX, room))), MARGIN_PX - 2)
        self.setVisible(right > 0 and left < self._canvas.width())


class _Arrow(Pressable):
    """A sign of one letter."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def describe(self, hint: str, command: str) -> None:
        """What it does, and by which command's keys as well."""
        tip(self, hint, command)
        self.setAccessibleName(hint)

    def sizeHint(self) -> QSize:
        return QSize(PILL_PX - 2, PILL_PX - 2)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = themes.current()
        if self.is_hovered and self.isEnabled():
            paint_ground(painter, rect.adjusted(1, 1, -1, -1), tokens.colour("line"), None, rect.height() / 2 - 1)
        painter.setFont(themes.font(themes.TEXT_PX + 1, bold=True))
        painter.setPen(tokens.colour("text" if self.isEnabled() else "line_strong"))
        painter.drawText(rect.adjusted(0, -1, 0, -1), Qt.AlignmentFlag.AlignCenter, self.text())

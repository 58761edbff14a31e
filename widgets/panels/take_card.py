"""TakeCard: one take as a small roll, to show, hear and star."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.generation.contract import Take
from studio.generation.describe import take_details, take_line
from studio.generation.judging import MOST_POINTS
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import counted
from widgets import theme
from widgets.controls.inline_edit import InlineEdit
from widgets.controls.pressable import SmallIcon
from widgets.miniature import Miniature
from widgets.panel import Panel
from widgets.phrase_drag import Grab
from widgets.theme import CARD_RADIUS_PX

CARD_PX = 52
BARS_PX = 12
"""Height of the strip of bars under a take of several."""
MOST_BARS = 64
POINT_PX, LABEL_PX = 12, 120
TINT = 0.1
"""So much violet lies over the card that is shown: words on it stay readable."""


class TakeCard(QWidget):
    """`shown`, `heard` and `starred` carry the index of the take in its set, `bar_chosen` a bar of it too, from 0."""

    shown = Signal(int)
    rated = Signal(int, int)
    labelled = Signal(int, str)
    menu_asked = Signal(int, QPoint)
    heard = Signal(int)
    starred = Signal(int)
    bar_chosen = Signal(int, int)
    carried = Signal(object, object)
    """(this card, the keys held): at every move of a hand that pulls it away; `let_go` ends that."""

    def __init__(self, index: int, take: Take, song: Song, bars: Sequence[Span] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index, self.take = index, take
        self._is_active = False
        self._grab = Grab()
        self._is_pulled = False
        self._state: tuple[object, ...] | None = None
        self._said: tuple[Take, str, int] | None = None
        self.points = Points()
        self.bars = BarStrip(take.span, bars if 1 < len(bars) <= MOST_BARS else ())
        self.bars.chosen.connect(lambda bar: self.bar_chosen.emit(self.index, bar))
        self.setFixedHeight(CARD_PX + (BARS_PX if self.bars.bars else 0))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.play = SmallIcon("play", self.tr("Hear take {n} in its place").format(n=take.number))
        self.star = SmallIcon("star", "")
        for button in (self.play, self.star):
            # Up and Down walk the cards; the keyboard stays with the list.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.miniature = Miniature()
        self.name = QLabel(self.tr("Take {n}").format(n=take.number))
        self.name.setFont(theme.font(theme.TEXT_PX - 1, bold=True))
        self.figure = QLabel(take_line(take, song))
        self.figure.setProperty("role", "label")
        for label in (self.name, self.figure):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        details = take_details(take, song)
        self.setToolTip(details)
        self.setAccessibleDescription(details)
        self._lay_out()
        self.play.clicked.connect(self._hear)
        self.star.clicked.connect(self._star)
        self.points.chosen.connect(lambda points: self.rated.emit(self.index, points))

    def show_take(self, take: Take, song: Song, label: str, points: int) -> None:
        """The take as it is now, for one that is edited changes; and what was said of it."""
        shown = (take, label, points)
        if self._said is not None and self._said[0] is take and self._said[1:] == shown[1:]:
            return
        self._said, self._state, self.take = shown, None, take
        name = self.tr("Take {n}").format(n=take.number)
        self.name.setText(self.tr("{0}, edited").format(name) if take.origin.edited else name)
        figure, details = take_line(take, song), take_details(take, song)
        self.figure.setText(self.figure.fontMetrics().elidedText(label or figure, Qt.TextElideMode.ElideRight, LABEL_PX))
        self.figure.setAccessibleName(label or figure)
        self.points.show_points(points)
        self.setToolTip("\n".join([*([f"«{label}»"] if label else []), details]))
        self.setAccessibleDescription(details)

    def name_it(self) -> None:
        """Type a few words about it, over its figure."""
        there = self._said[1] if self._said is not None else ""
        room = self.rect().adjusted(44, 8, -8, -8)
        InlineEdit(self, room, there, self.tr("A name for this take"), lambda text: self.labelled.emit(self.index, text))

    def show_state(self, *, is_active: bool, is_starred: bool, is_playing: bool, lit: frozenset[int] = frozenset()) -> None:
        """`lit`: the bars that are from this take."""
        state = (is_active, is_starred, is_playing, lit)
        if state == self._state:
            return
        self._state = state
        points = self._said[2] if self._said is not None else 0
        words = [self.name.text(), self.figure.text()]
        words += [self.tr("shown")] if is_active else []
        words += [self.tr("starred")] if is_starred else []
        words += [counted(points, "{n} point", "{n} points")] if points else []
        if self.bars.bars and 0 < len(lit) < len(self.bars.bars):
            words += [self.tr("bars {0}").format(", ".join(str(bar + 1) for bar in sorted(lit)))]
        self.setAccessibleName(", ".join(words))
        self._is_active = is_active
        self.bars.show_lit(lit)
        self.star.show_icon(
            "starred" if is_starred else "star",
            self.tr("Take the star away") if is_starred else self.tr("Star: it stays when more are made"),
            "accent" if is_starred else "",
        )
        is_heard = is_active and is_playing
        hear = self.tr("Pause") if is_heard else self.tr("Hear take {n} in its place").format(n=self.take.number)
        self.play.show_icon("pause" if is_heard else "play", hear, "text")
        self.miniature.show_rows(self.take.rows, self.take.span, role="proposed" if is_active else "muted")
        self.update()

    @property
    def is_active(self) -> bool:
        return self._is_active

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.setPen(QPen(tokens.colour("proposed"), 1.2) if self._is_active else QPen(tokens.colour("line"), 1))
            painter.setBrush(tokens.colour("raised"))
            painter.drawRoundedRect(rect, CARD_RADIUS_PX, CARD_RADIUS_PX)
            if self._is_active:
                painter.setBrush(tokens.colour("proposed", TINT))
                painter.drawRoundedRect(rect, CARD_RADIUS_PX, CARD_RADIUS_PX)
            if self._is_active and isinstance(QApplication.focusWidget(), Panel):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(tokens.colour("text"), 1.5))
                painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), CARD_RADIUS_PX - 2, CARD_RADIUS_PX - 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grab.press(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.shown.emit(self.index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the take onto the pad, the palette or a track, or out of the window as a file."""
        self._is_pulled = self._is_pulled or self._grab.begins(event)
        if self._is_pulled:
            self.carried.emit(self, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.let_go()

    def let_go(self) -> None:
        self._is_pulled = False
        self._grab.release()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self.index, event.globalPos())

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.figure)
        words.addWidget(self.points, 0, Qt.AlignmentFlag.AlignRight)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 10, 4)
        row.setSpacing(6)
        row.addWidget(self.play)
        middle = QVBoxLayout()
        middle.setSpacing(2)
        middle.addWidget(self.miniature, 1)
        if self.bars.bars:
            middle.addWidget(self.bars)
        row.addLayout(middle, 1)
        row.addWidget(self.star)
        row.addLayout(words)

    def _hear(self) -> None:
        self.heard.emit(self.index)

    def _star(self) -> None:
        self.starred.emit(self.index)


class Points(QWidget):
    """Five dots: a click on one gives so many points, on the last one given takes them away."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._points = 0
        self.setFixedSize(MOST_POINTS * POINT_PX, POINT_PX)
        self.setToolTip(self.tr("Points (1 to 5)"))

    def show_points(self, points: int) -> None:
        self._points = points
        self.setAccessibleName(counted(points, "{n} point", "{n} points"))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            points = max(1, min(MOST_POINTS, 1 + int(event.position().x() // POINT_PX)))
            self.chosen.emit(0 if points == self._points else points)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for at in range(MOST_POINTS):
                is_given = at < self._points
                painter.setPen(Qt.PenStyle.NoPen if is_given else QPen(tokens.colour("line_strong"), 1))
                painter.setBrush(tokens.colour("accent") if is_given else Qt.BrushStyle.NoBrush)
                centre = QPointF((at + 0.5) * POINT_PX, POINT_PX / 2)
                painter.drawEllipse(centre, 2.6, 2.6)


class BarStrip(QWidget):
    """A cell for each bar: a click takes that bar from this take; `chosen(bar)` counts from 0."""

    chosen = Signal(int)

    def __init__(self, span: Span, bars: Sequence[Span]) -> None:
        super().__init__()
        self.bars, self._span = tuple(bars), span
        self._lit: frozenset[int] = frozenset()
        self.setFixedHeight(BARS_PX - 2)
        self.setToolTip(self.tr("Click a bar to take it from here, and the others from where they are"))

    def show_lit(self, lit: frozenset[int]) -> None:
        self._lit = lit
        self.update()

    def cell(self, bar: int) -> QRectF:
        """Where a bar stands, under its notes in the miniature."""
        per_tick = (self.width() - 2) / max(1, self._span.length_ticks)
        span = self.bars[bar]
        left = 1 + (span.start_tick - self._span.start_tick) * per_tick
        return QRectF(left, 1, max(2.0, span.length_ticks * per_tick - 1.5), self.height() - 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = next((bar for bar in range(len(self.bars)) if self.cell(bar).right() >= event.position().x()), None)
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            self.chosen.emit(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for bar in range(len(self.bars)):
                painter.setBrush(tokens.colour("proposed") if bar in self._lit else tokens.colour("line_strong"))
                painter.drawRoundedRect(self.cell(bar), 2, 2)

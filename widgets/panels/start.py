"""The empty start: three ways to begin, shown over an empty roll; the roll around them can be drawn on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.words import tr
from widgets import icons, theme
from widgets.controls.overlay import Overlay
from widgets.theme import CARD_RADIUS_PX, LABEL_PX, TITLE_PX

CARD_SIZE = QSize(216, 160)
LIFT_PX = 20


class StartCard(QAbstractButton):
    """One way to begin: an icon, what it is, and what comes of it."""

    def __init__(self, icon_name: str, words: str, hint: str, key: str, *, is_primary: bool = False) -> None:
        super().__init__()
        self._icon_name, self._hint, self._key, self._is_primary = icon_name, hint, key, is_primary
        self.setText(words)
        self.setAccessibleName(f"{words}: {hint}")
        self.setToolTip(f"{hint} ({key})" if key else hint)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(CARD_SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            lit = self.underMouse()
            border = "accent" if self._is_primary or lit else "line_strong"
            painter.setPen(QPen(tokens.colour(border), 1.5 if lit else 1))
            painter.setBrush(tokens.colour("raised"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), CARD_RADIUS_PX, CARD_RADIUS_PX)
            icons.paint(painter, self._icon_name, QRectF(20, 20, 28, 28), tokens.colour("accent"))
            painter.setPen(tokens.colour("dim"))
            painter.setFont(theme.font(LABEL_PX))
            painter.drawText(QRectF(60, 20, self.width() - 78, 28), Qt.AlignmentFlag.AlignRight, self._key)
            painter.setPen(tokens.colour("text"))
            painter.setFont(theme.font(TITLE_PX, bold=True))
            painter.drawText(20, 82, self.text())
            painter.setPen(tokens.colour("muted"))
            painter.setFont(theme.font(12))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(20, 94, self.width() - 36, 44), flags, self._hint)


class Start(Overlay):
    """Sits in the middle of `over` and follows its size; only the cards take clicks."""

    open_pressed = Signal()
    demo_pressed = Signal()
    surprise_pressed = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, LIFT_PX)
        self.setAccessibleName(tr("Begin"))
        self.open = StartCard(
            "folder", tr("Open a MIDI file"), tr("Or a project, MusicXML or ABC. Dropping a file here works too."), "Ctrl+O"
        )
        self.demo = StartCard("note", tr("Start from a demo"), tr("A short song to take apart, change and let go on."), "")
        self.surprise = StartCard(
            "dice",
            tr("Surprise me"),
            tr("A new piece from a seed, with two sentences that say why it is so."),
            "",
            is_primary=True,
        )
        cards = QHBoxLayout()
        cards.setSpacing(14)
        for card in (self.open, self.demo, self.surprise):
            cards.addWidget(card)
        self.hint = QLabel(tr("or draw a note: double-click in the roll, or press B and click"))
        self.hint.setProperty("role", "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(cards)
        column.addWidget(self.hint)
        self.open.clicked.connect(self.open_pressed)
        self.demo.clicked.connect(self.demo_pressed)
        self.surprise.clicked.connect(self.surprise_pressed)
        self.place()

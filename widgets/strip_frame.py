"""StripFrame: what every strip of the mixer has: name, level, fader, meter, mute; and room for more on the left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.session import Session
from studio.words import tr
from widgets import theme
from widgets.controls.buttons import LetterButton
from widgets.controls.fader import Fader, db_typed, db_words
from widgets.controls.inline_edit import InlineEdit
from widgets.controls.knob import Knob
from widgets.controls.level_meter import LevelMeter
from widgets.controls.value_edit import ValueEdit
from widgets.key_words import tip
from widgets.theme import CARD_RADIUS_PX, TEXT_PX

STRIP_PX = 136
TALL_PX, TALLEST_PX = 280, 520
_MARGIN_PX = 11


class StripFrame(QWidget):
    """Subclasses say what a fader move and a press on M do: `change_gain(db, gesture)` and `turn_mute()`."""

    def __init__(self, session: Session, width_px: int = STRIP_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.stripe: QColor | None = None
        self.underline: QColor | None = None
        """A line at the foot, in the colour of the group."""
        self.is_front = False
        self._title = ""
        self.name = QLabel()
        self.name.setFont(theme.font(TEXT_PX, bold=True))
        self.name.setStyleSheet("font-weight: 600;")
        self.level = ValueEdit(tr("Type a level in dB"), 42)
        self.fader = Fader(tr("Volume"))
        self.meter = LevelMeter(tr("Level"))
        self.mute = LetterButton("M", tr("Mute"), "warn")
        self.subtitle = Link(self.follow_subtitle, width_px - 24)
        """A second line, where there is height: the instrument of a track, how many tracks a group has."""
        self.setFixedWidth(width_px)
        self.setMaximumHeight(TALLEST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._lay_out()
        self.fader.changed.connect(self.change_gain)
        self.fader.typing_asked.connect(lambda: self.level.type_for(self.fader))
        self.level.editingFinished.connect(self._type_gain)
        self.mute.clicked.connect(self.turn_mute)

    def _lay_out(self) -> None:
        self.head = QHBoxLayout()
        self.head.setSpacing(2)
        self.head.addWidget(self.name, 1)
        self.head.addWidget(self.level)
        self.left = QVBoxLayout()
        self.left.setSpacing(2)
        self.left.addStretch(1)
        self.letters = QHBoxLayout()
        self.letters.setSpacing(4)
        self.letters.addWidget(self.mute)
        self.left.addLayout(self.letters)
        body = QHBoxLayout()
        body.setSpacing(4)
        body.addLayout(self.left)
        body.addStretch(1)
        body.addWidget(self.fader)
        body.addWidget(self.meter)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(_MARGIN_PX, 12, _MARGIN_PX, 11)
        self.column.setSpacing(6)
        self.column.addLayout(self.head)
        self.column.addWidget(self.subtitle)
        self.column.addLayout(body, 1)
        self.subtitle.hide()

    # What subclasses fill in

    def change_gain(self, db: float, gesture: object) -> None:
        raise NotImplementedError

    def turn_mute(self) -> None:
        raise NotImplementedError

    def follow_subtitle(self) -> None:
        """The second line was clicked, where it is a link."""

    def show_more(self, is_tall: bool) -> None:
        """Where there is height, as in the Mix workspace, there is more to read, and to turn."""
        self.subtitle.setVisible(is_tall)

    # Showing

    def show_frame(self, title: str, gain_db: float, is_muted: bool, is_dimmed: bool = False) -> None:
        self._title = title
        self._show_title()
        self.name.setEnabled(not is_dimmed)
        self.meter.setEnabled(not is_dimmed)
        self.fader.setProperty("dimmed", is_dimmed)
        self.setAccessibleName(tr("{name} strip", name=title))
        self.level.show_text(db_words(gain_db))
        self.fader.show_db(gain_db)
        self.mute.setChecked(is_muted)
        self.fader.setAccessibleName(tr("{name} volume", name=title))
        self.level.setAccessibleName(tr("{name} volume in dB", name=title))
        self.meter.setAccessibleName(tr("{name} level", name=title))
        self.mute.setAccessibleName(tr("Mute {name}", name=title))
        self.update()

    def _show_title(self) -> None:
        others_px = sum(
            widget.width() + 2
            for index in range(self.head.count())
            if (item := self.head.itemAt(index)) is not None and (widget := item.widget()) is not None and widget is not self.name
            if not widget.isHidden()
        )
        room_px = self.width() - 2 * _MARGIN_PX - others_px - 2
        face = QFontMetrics(self.name.font())
        self.name.setText(face.elidedText(self._title, Qt.TextElideMode.ElideRight, room_px))

    def _type_gain(self) -> None:
        db = db_typed(self.level.text())
        if db is None:
            words = tr("«{typed}» is no level. Type decibels such as -6, or -inf.", typed=self.level.text())
            self.session.say(words, is_error=True)
        elif db_words(db) != db_words(self.fader.db):
            self.change_gain(db, None)
        self.level.show_text(db_words(self.fader.db))

    def type_for(self, knob: Knob, change: Callable[[float], object]) -> None:
        """Type the value of a knob that has no field of its own."""

        def taken(typed: str) -> None:
            value = knob.scale.typed(typed)
            if value is None:
                self.session.say(tr("«{typed}» is no value for {name}.", typed=typed, name=tr(knob.scale.name)), is_error=True)
            else:
                change(value)

        corner = knob.mapTo(self, knob.rect().topLeft())
        place = QRect(max(2, corner.x() - 8), corner.y() + 4, 52, 22)
        editor = InlineEdit(self, place, knob.scale.words(knob.value), knob.scale.name, taken)
        editor.back_to(knob)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.show_more(self.height() >= TALL_PX)
        self._show_title()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(tokens.colour("line_strong") if self.is_front else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("raised"))
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, CARD_RADIUS_PX, CARD_RADIUS_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            edges = (
                (QRectF(0, 0, self.width(), 3), self.stripe),
                (QRectF(0, self.height() - 3, self.width(), 3), self.underline),
            )
            for edge, colour in edges:
                if colour is not None:
                    painter.setClipRect(edge)
                    painter.setBrush(colour)
                    painter.drawRoundedRect(box, CARD_RADIUS_PX, CARD_RADIUS_PX)


class Link(QLabel):
    """A line of small text that a click follows."""

    def __init__(self, follow: Callable[[], object], room_px: int = STRIP_PX - 24) -> None:
        super().__init__()
        self._follow = follow
        self._room_px = room_px
        self._is_link = False
        self.setProperty("role", "muted")
        self.setFont(theme.font(theme.LABEL_PX))
        self.setStyleSheet(f"font-size: {theme.LABEL_PX}px;")

    def show_words(self, words: str, about: str, *, is_link: bool) -> None:
        self._is_link = is_link
        face = QFontMetrics(self.font())
        self.setText(face.elidedText(words, Qt.TextElideMode.ElideRight, self._room_px))
        tip(self, about, "instrument" if is_link else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_link and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._follow()


def knob_column(*pairs: tuple[str, Knob]) -> QWidget:
    """Knobs with their names above them, one under the other."""
    grid_widget = QWidget()
    grid = QGridLayout(grid_widget)
    grid.setContentsMargins(0, 6, 0, 0)
    grid.setVerticalSpacing(1)
    for row, (words, knob) in enumerate(pairs):
        label = QLabel(words)
        label.setProperty("role", "dim")
        grid.addWidget(label, 2 * row, 0, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(knob, 2 * row + 1, 0, Qt.AlignmentFlag.AlignHCenter)
    return grid_widget


class SmallPicture(QWidget):
    """An icon in a head, drawn by a function that gets the painter, the square and the colour."""

    def __init__(self, draw: Callable[[QPainter, QRectF], object], side_px: int = 16) -> None:
        super().__init__()
        self._draw = draw
        self.setFixedSize(QSize(side_px, side_px))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._draw(painter, QRectF(self.rect()))

"""SampleButton: one seed of a model's samples: press it, hear it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from studio.generation.contract import Take
from studio.generation.describe import notes_words
from widgets import icons, theme
from widgets.controls.pressable import Pressable, paint_focus, paint_ground
from widgets.miniature import paint_miniature
from widgets.theme import CARD_RADIUS_PX, LABEL_PX, TEXT_PX

CARD_PX = 46
WORDS_PX = 62


class SampleButton(Pressable):
    """A card with play mark, the take in miniature once it was made, and its seed."""

    def __init__(self, seed: int) -> None:
        super().__init__("")
        self.seed = seed
        self.take: Take | None = None
        self.is_playing = False
        self.is_being_made = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_take(None, is_playing=False, is_being_made=False)

    def sizeHint(self) -> QSize:
        return QSize(240, CARD_PX)

    def show_take(self, take: Take | None, *, is_playing: bool, is_being_made: bool) -> None:
        self.take, self.is_playing, self.is_being_made = take, is_playing, is_being_made
        self.setAccessibleName(self.tr("Seed {seed}").format(seed=self.seed))
        self.setAccessibleDescription(self.state_words())
        self.setToolTip(self.tr("Stop") if is_playing else self.tr("Make the take of this seed and play it after the tune"))
        self.update()

    def state_words(self) -> str:
        if self.is_being_made:
            return self.tr("being made …")
        return self.tr("not made yet") if self.take is None else notes_words(self.take.note_count)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        edge = tokens.colour("proposed") if self.is_playing else tokens.colour("line_strong")
        paint_ground(painter, rect, tokens.colour("line" if self.is_hovered else "raised"), edge, CARD_RADIUS_PX)
        middle = rect.center().y()
        ink = tokens.colour("text" if self.isEnabled() else "dim")
        icons.paint(painter, "stop" if self.is_playing else "play", QRectF(rect.left() + 9, middle - 8, 16, 16), ink)
        words = QRectF(rect.right() - WORDS_PX - 8, rect.top(), WORDS_PX, rect.height())
        picture = QRectF(rect.left() + 34, rect.top() + 8, words.left() - rect.left() - 42, rect.height() - 16)
        painter.setFont(theme.font(LABEL_PX))
        if self.take is not None:
            paint_miniature(painter, self.take.rows, picture, self.take.span, tokens.colour("proposed"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        else:
            painter.setPen(tokens.colour("dim"))
            painter.drawText(picture, int(Qt.AlignmentFlag.AlignVCenter), self.state_words())
        painter.setPen(ink)
        painter.setFont(theme.font(TEXT_PX - 1, bold=True))
        side = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(words, side, self.tr("Seed {seed}").format(seed=self.seed))
        if self.hasFocus():
            paint_focus(painter, rect, CARD_RADIUS_PX)

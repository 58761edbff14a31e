"""PaletteCard: one phrase with its name and a small roll, to drag, hear and remove."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.generation.latent import Phrase
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.words import counted, mark, tr
from widgets import theme
from widgets.controls.pressable import SmallIcon
from widgets.miniature import Miniature
from widgets.phrase_drag import PALETTE, Grab, carry, payload
from widgets.theme import CARD_RADIUS_PX, TARGET_PX

CARD_PX = 64
GENERATED = (mark("Take "), mark("Sampled"), mark("Pad "))
"""Phrases whose source begins so were made by a model."""


class PaletteCard(QWidget):
    """All signals carry the index of the phrase: `chosen` by a press, `heard` by a double click or its button."""

    chosen = Signal(int)
    heard = Signal(int)
    removed = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, index: int, phrase: Phrase, song: Song, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index, self.phrase = index, phrase
        self._is_current = self._is_heard = self._is_hovered = False
        self._grab = Grab()
        self.setFixedHeight(CARD_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.play = SmallIcon("play", "")
        self.close_button = SmallIcon("close", self.tr("Remove from the palette (Del)"))
        for button in (self.play, self.close_button):
            # Up and Down walk the cards; the keyboard stays with the list.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setFixedSize(TARGET_PX, TARGET_PX)
        self.miniature = Miniature()
        track_colour = colour_of(phrase, song)
        self.miniature.show_rows(
            phrase.clip.rows,
            Span(0, max(1, phrase.clip.length_ticks)),
            role="proposed" if is_generated(phrase) else "muted",
            track_colour=track_colour,
        )
        self._lay_out()
        self.setToolTip(self.tr("{name}: {size}").format(name=phrase.source, size=size_words(phrase)))
        self.play.clicked.connect(self._hear)
        self.close_button.clicked.connect(lambda: self.removed.emit(self.index))
        self._show_words()

    def show_state(self, *, is_current: bool, is_heard: bool) -> None:
        if (is_current, is_heard) == (self._is_current, self._is_heard):
            return  # asked at every step of a drag over the pad
        self._is_current, self._is_heard = is_current, is_heard
        self._show_words()

    def _show_words(self) -> None:
        words = [self.phrase.source, size_words(self.phrase)]
        words += [self.tr("heard now")] if self._is_heard else []
        self.setAccessibleName(", ".join(words))
        hear = self.tr("Stop") if self._is_heard else self.tr("Hear this phrase in a loop")
        self.play.show_icon("stop" if self._is_heard else "play", hear, "text" if self._is_heard else "")
        self._show_buttons()

    @property
    def is_current(self) -> bool:
        return self._is_current

    @property
    def is_heard(self) -> bool:
        return self._is_heard

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = "text" if self._is_current else "accent" if self._is_heard else "line"
            painter.setPen(QPen(tokens.colour(edge), 1.5 if self._is_current else 1))
            painter.setBrush(tokens.colour("raised"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), CARD_RADIUS_PX, CARD_RADIUS_PX)
            shown = [button.x() for button in (self.play, self.close_button) if button.isVisible()]
            room = QRectF(12, 4, min([self.width() - 10, *shown]) - 14, TARGET_PX)
            painter.setFont(theme.font(theme.TEXT_PX - 1))
            painter.setPen(tokens.colour("text"))
            words = painter.fontMetrics().elidedText(self.phrase.source, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grab.press(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab.begins(event):
            carry(self, payload(PALETTE, self.index))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grab.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._hear()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.chosen.emit(self.index)
        self.menu_wanted.emit(self.index, event.globalPos())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        self._show_buttons()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._is_hovered = False
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.play.setVisible(self._is_hovered or self._is_current or self._is_heard)
        self.close_button.setVisible(self._is_hovered or self._is_current)
        self.update()

    def _hear(self) -> None:
        self.heard.emit(self.index)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(0)
        heading.addStretch(1)
        heading.addWidget(self.play)
        heading.addWidget(self.close_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 3, 6, 7)
        rows.setSpacing(0)
        rows.addLayout(heading, 1)
        rows.addWidget(self.miniature)


def is_generated(phrase: Phrase) -> bool:
    """Whether a model made it: violet, wherever it is shown."""
    return phrase.source.startswith((*GENERATED, *map(tr, GENERATED)))


def colour_of(phrase: Phrase, song: Song) -> int | None:
    """The colour number of the track a phrase was copied from, told by its name at the end of the source."""
    if is_generated(phrase):
        return None
    _, mark, name = phrase.source.rpartition(" · ")
    return next((track.colour for track in song.tracks if mark and track.name == name), None)


def size_words(phrase: Phrase) -> str:
    """Such as "12 notes over 8 beats"."""
    count, beats = phrase.clip.note_count, phrase.clip.length_ticks / TICKS_PER_BEAT
    notes = counted(count, "{n} note", "{n} notes")
    return (
        tr("{notes} over {beats:g} beat", notes=notes, beats=beats)
        if beats == 1
        else tr("{notes} over {beats:g} beats", notes=notes, beats=beats)
    )

"""Palette: phrases from the song, the takes, files and the model, to be put on the pad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.edits.history import History
from studio.errors import RicercarError
from studio.explore.pad import LETTERS
from studio.generation.latent import Phrase
from studio.session import Session
from studio.words import mark, tr
from widgets import theme
from widgets.controls.announce import announce
from widgets.controls.chips import ChipRow
from widgets.controls.fitting_scroll import FittingScroll
from widgets.panel import Area, Panel
from widgets.panels.palette_card import CARD_PX, PaletteCard
from widgets.phrase_drag import MIME, PALETTE, accepts, asked_file, read_file, receive_drop
from widgets.theme import CARD_RADIUS_PX, STEP_PX, TARGET_PX

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

MARGIN_PX = 16
CARDS_SEEN = 5
"""More cards are scrolled: the sliders below are wanted as often."""


@dataclass(frozen=True, slots=True, eq=False)
class _Removed:
    """A phrase that was taken away, where it was, and in the history of which song."""

    index: int
    phrase: Phrase
    history: History


class Palette(Panel):
    """Keys while it has the focus: Up and Down walk the cards, Enter puts one on the next free corner and the letters
    A to D (to H, where the pad has so many places) on that one, P plays it in a loop, Delete removes it."""

    title: ClassVar[str] = mark("Palette")
    area: ClassVar[Area] = "left"

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        self.explorer = explorer
        super().__init__(explorer.session, parent)

    def build(self, session: Session) -> None:
        self.cards: list[PaletteCard] = []
        self.current = 0
        self.ask_file: Callable[[], Path | None] = self._asked_file
        self._removed: _Removed | None = None
        self._is_target = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self._lay_out()
        self.listen(self.explorer.palette_changed, self._refresh)
        self.listen(self.explorer.phrase_changed, self._show_states)
        self._refresh()

    # Commands

    def add_selection(self) -> None:
        """The selected notes or bars of the roll become a phrase."""
        self._try(lambda: self.explorer.add_to_palette(self.explorer.phrase_of_selection()))

    def add_take(self, index: int) -> None:
        """A take of the tray becomes a phrase."""
        self._try(lambda: self.explorer.add_to_palette(self.explorer.phrase_of_take(index)))

    def add_file(self) -> None:
        """Ask for a file; its first bars become a phrase once it is read."""
        path = self.ask_file()
        if path is not None:
            read_file(self.explorer, path, self.explorer.add_to_palette)

    def add_sample(self) -> None:
        """A phrase that the model makes up by itself."""
        self._try(self.explorer.sample_phrase)

    def add_heard(self) -> None:
        """What the pad sounds like at its pointer."""
        self._try(lambda: self.explorer.add_to_palette(self.explorer.phrase_here()))

    def hear(self, index: int) -> None:
        """Play a phrase in a loop; the one that plays already stops."""
        phrase = self.explorer.palette[index]
        if self.explorer.heard_phrase is phrase:
            self.explorer.stop()
        else:
            self._try(lambda: self.explorer.hear_phrase(phrase))
        self._show_states()

    def remove(self, index: int) -> None:
        """Take a phrase away; a line offers to put it back."""
        phrase = self.explorer.palette[index]
        self._removed = _Removed(index, phrase, self.session.history)
        self.explorer.remove_from_palette(index)
        self._show_offer()
        announce(self, self.removed_words.text())

    def put_it_back(self) -> None:
        if self._removed is None:
            return
        removed, self._removed = self._removed, None
        self.explorer.add_to_palette(removed.phrase, removed.index)
        self._show_offer()
        self._choose(min(removed.index, len(self.cards) - 1))

    def place(self, index: int, slot: int | None = None) -> None:
        """Put a phrase on a corner of the pad; on the next free one where none is named."""
        slot = self._free_slot() if slot is None else slot
        if slot is None:
            self.session.say(
                tr("Every corner of the pad is taken. Drag the phrase onto the one it shall replace."), is_error=True
            )
            return
        phrase = self.explorer.palette[index]
        self._try(lambda: self.explorer.place_anchor(slot, phrase))
        announce(self, self.tr("{name} on {corner}").format(name=phrase.source, corner=self._name_of(slot)))

    def _free_slot(self) -> int | None:
        return next((slot for slot, anchor in enumerate(self.explorer.pad.anchors) if anchor is None), None)

    def _name_of(self, slot: int) -> str:
        """Such as "corner A"."""
        return f"{'corner' if self.explorer.pad.mode == 'corners' else 'place'} {LETTERS[slot]}"

    def _try(self, call: Callable[[], object]) -> None:
        try:
            call()
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)

    # Keys and gestures

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -len(self.cards), Qt.Key.Key_End: len(self.cards)}
        if not plain or not self.cards:
            super().keyPressEvent(event)
        elif key in steps:
            self._choose(min(len(self.cards) - 1, max(0, self.current + steps[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.place(self.current)
        elif event.text().upper() in tuple(LETTERS[: len(self.explorer.pad.anchors)]):
            self.place(self.current, LETTERS.index(event.text().upper()))
        elif key == Qt.Key.Key_P:
            self.hear(self.current)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove(self.current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_states()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_states()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        is_own = mime.hasFormat(MIME) and bytes(mime.data(MIME).data()).startswith(PALETTE.encode())
        if accepts(mime) and not is_own:
            event.acceptProposedAction()
            self._show_target(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_target(False)
        if receive_drop(self.explorer, event.mimeData(), self.explorer.add_to_palette):
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_target:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.current().colour("proposed"), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), CARD_RADIUS_PX, CARD_RADIUS_PX)

    def open_menu(self, index: int, place: QPoint) -> None:
        """What can be done with a phrase."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_heard = self.cards[index].is_heard
        menu.addAction(tr("Stop\tP") if is_heard else tr("Hear in a loop\tP")).triggered.connect(lambda: self.hear(index))
        menu.addSeparator()
        for slot in range(len(self.explorer.pad.anchors)):
            action = menu.addAction(tr("Put on {corner}\t{letter}", corner=self._name_of(slot), letter=LETTERS[slot]))
            action.triggered.connect(lambda _checked=False, at=slot: self.place(index, at))
        menu.addSeparator()
        menu.addAction(tr("Remove\tDel")).triggered.connect(lambda: self.remove(index))
        menu.popup(place)

    # Showing

    def _choose(self, index: int) -> None:
        self.current = index
        self._show_states()
        if 0 <= index < len(self.cards):
            self._scroll.ensureWidgetVisible(self.cards[index])
            announce(self, self.cards[index].accessibleName())

    def _pressed(self, index: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._choose(index)

    def _refresh(self) -> None:
        phrases = self.explorer.palette
        if [card.phrase for card in self.cards] != list(phrases):
            kept = {id(card.phrase): card for card in self.cards}
            cards = []
            for index, phrase in enumerate(phrases):
                card = kept.pop(id(phrase), None) or self._made(index, phrase)
                card.index = index
                cards.append(card)
                self._column.insertWidget(index, card)
            for gone in kept.values():
                gone.hide()
                gone.deleteLater()
            self.cards = cards
        self.current = max(0, min(self.current, len(self.cards) - 1))
        self.hint.setVisible(bool(self.cards))
        self.nothing.setVisible(not self.cards)
        self._scroll.setVisible(bool(self.cards))
        self._show_offer()
        self._show_states()

    def _made(self, index: int, phrase: Phrase) -> PaletteCard:
        card = PaletteCard(index, phrase, self.session.song)
        card.chosen.connect(self._pressed)
        card.heard.connect(self.hear)
        card.removed.connect(self.remove)
        card.menu_wanted.connect(self.open_menu)
        return card

    def _show_states(self) -> None:
        has_keys = self.hasFocus()
        for card in self.cards:
            card.show_state(
                is_current=has_keys and card.index == self.current, is_heard=card.phrase is self.explorer.heard_phrase
            )

    def _show_offer(self) -> None:
        if self._removed is not None and self._removed.history is not self.session.history:
            self._removed = None  # another song was opened
        self._offer.setVisible(self._removed is not None)
        if self._removed is not None:
            words = self.tr("{name} removed").format(name=f"«{self._removed.phrase.source}»")
            self.removed_words.setText(words)
            self.put_back.setAccessibleDescription(words)

    def _show_target(self, is_target: bool) -> None:
        self._is_target = is_target
        self.update()

    def _lay_out(self) -> None:
        title = QLabel(tr(self.title))
        title.setProperty("role", "title")
        self.hint = QLabel(self.tr("drag a phrase to a corner of the pad"))
        self.hint.setProperty("role", "label")
        self.nothing = QLabel(self.tr("Phrases for the pad gather here: from the roll, the takes, files or the model."))
        self.nothing.setProperty("role", "dim")
        self.nothing.setWordWrap(True)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 2, 0)
        self._column.setSpacing(STEP_PX + 2)
        self._scroll = FittingScroll(self._list, 2 * CARD_PX + 12, CARDS_SEEN * (CARD_PX + 6))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN_PX, 14, MARGIN_PX, 8)
        rows.setSpacing(2 * STEP_PX)
        rows.addWidget(title)
        rows.addWidget(self.hint)
        rows.addWidget(self._scroll)
        rows.addWidget(self.nothing)
        rows.addWidget(self._made_offer())
        rows.addWidget(self._buttons())
        # As high as its cards where there is room, so that the attributes follow at once.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _made_offer(self) -> QWidget:
        """The line that undoes a removal."""
        self.removed_words = QLabel()
        self.removed_words.setProperty("role", "label")
        self.removed_words.setWordWrap(True)
        self.put_back = _button(self.tr("Put back"), self.tr("Back to where it was on the palette"))
        self.put_back.clicked.connect(self.put_it_back)
        self._offer = QWidget()
        row = QHBoxLayout(self._offer)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.removed_words, 1)
        row.addWidget(self.put_back)
        return self._offer

    def _buttons(self) -> ChipRow:
        self.selection_button = _button(self.tr("+ Selection"), self.tr("Add the selected notes or bars of the roll"))
        self.file_button = _button(self.tr("+ File"), self.tr("Add the first bars of a file"))
        self.sample_button = _button(self.tr("+ Sample"), self.tr("Add a phrase that the model makes up by itself"))
        self.heard_button = _button(self.tr("+ Heard"), self.tr("Add the phrase at the pointer of the pad"))
        self.selection_button.clicked.connect(self.add_selection)
        self.file_button.clicked.connect(self.add_file)
        self.sample_button.clicked.connect(self.add_sample)
        self.heard_button.clicked.connect(self.add_heard)
        row = ChipRow(self.tr("Add to the palette"))
        for button in (self.selection_button, self.file_button, self.sample_button, self.heard_button):
            row.add(button)
        return row

    def _asked_file(self) -> Path | None:
        return asked_file(self, self.session, self.tr("Add to the palette"))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setStyleSheet("QPushButton { font-size: 12px; padding: 4px 5px; }")
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    # Return presses what has the keyboard; else it would put a phrase on the pad.
    button.setAutoDefault(True)
    button.setMinimumHeight(TARGET_PX)
    return button

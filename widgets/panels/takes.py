"""Takes: what was proposed, as small rolls; hear, compare, star, keep or discard."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.generation.describe import request_line
from studio.generation.library import Library
from studio.generation.tray import TakeSet
from studio.session import Session
from studio.words import begun, mark, tr
from widgets import theme
from widgets.controls.announce import announce
from widgets.controls.fitting_scroll import FittingScroll
from widgets.controls.keyed_button import KeyedButton
from widgets.controls.pressable import Pressable, paint_focus, paint_ground
from widgets.drag_out import NOWHERE, Carried, GoingOut
from widgets.key_words import tip
from widgets.panel import Area, Panel
from widgets.panels.sweep_grid import SweepGrid
from widgets.panels.take_acts import TakeActs
from widgets.panels.take_card import CARD_PX, TakeCard
from widgets.panels.take_menu import take_menu
from widgets.panels.take_tools import TakeTools
from widgets.theme import BUTTON_RADIUS_PX, STEP_PX, TARGET_PX

MARGIN_PX = 16
OWN_KEYS = (Qt.Key.Key_S, Qt.Key.Key_P, Qt.Key.Key_R, Qt.Key.Key_M, Qt.Key.Key_N, Qt.Key.Key_L, Qt.Key.Key_F2,
            Qt.Key.Key_Delete, *(Qt.Key(code) for code in range(Qt.Key.Key_0, Qt.Key.Key_6)))  # fmt: skip
PLAYING_MS = 150
"""How often it is looked whether the sound still plays, while takes are shown."""


class Takes(Panel):
    """The cards of the present take set. Keys while it has the focus: Up and Down (also Page Up and Page Down) show
    another take, Enter keeps, Backspace discards, X compares with what was there, S stars, 1 to 5 give points, F2 names,
    Delete throws into the trash, R runs the take again, M makes more like it, G more of the set, N gives it a track of its own,
    L lays it at the edit cursor, P puts it onto the palette of Explore; Left and Right choose a bar, C takes that bar from
    the next take: a comp.

    `again_wanted`, `rerun_wanted` and `cancel_wanted` go to the Generate panel, which holds the settings, and
    `palette_wanted(index)` to the palette.
    """

    title: ClassVar[str] = mark("Takes")
    area: ClassVar[Area] = "right"
    again_wanted = Signal()
    rerun_wanted = Signal()
    cancel_wanted = Signal()
    palette_wanted = Signal(int)

    def build(self, session: Session) -> None:
        self.library: Library | None = None
        self.going_out: GoingOut = NOWHERE
        """Set by the window: what carries takes to other programs."""
        self.cards: list[TakeCard] = []
        self._listed: tuple[int, ...] = ()
        self._shown_set: TakeSet | None = None
        self._was_playing = False
        self._bar = 0
        self.acts = TakeActs(session)
        self.listen(self.acts.name_wanted, self._name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._look = QTimer(self)
        self._look.setInterval(PLAYING_MS)
        self._look.timeout.connect(self._look_at_sound)
        self.listen(session.tray.changed, self._refresh)
        self.listen(session.song_changed, self._song_changed)
        self._refresh()

    # Keys and gestures

    def hear(self, index: int) -> None:
        """Play a take where it belongs; the one that plays already is paused."""
        session, take_set = self.session, self.session.tray.current
        if take_set is not None and take_set.active == index and session.sound.is_playing:
            session.sound.pause()
        else:
            session.hear_take(index)
        self._look_at_sound()

    def show_take(self, index: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.session.tray.show(index)

    def compare(self) -> None:
        """What was there, or the take again."""
        self.session.tray.compare()
        take = self.session.tray.active_take
        announce(self, self.tr("What was there before") if take is None else self.tr("Take {n}").format(n=take.number))

    def keep(self) -> None:
        take_set = self.session.tray.current
        words = "" if take_set is None else take_set.words()
        if self.session.keep():
            announce(self, self.tr("{0} kept").format(begun(words)))

    def take_bar(self, bar: int, index: int | None) -> None:
        """Let a bar, counted from 0, come from this take, and say so."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.session.tray.take_bar(bar, index)
        self._say_comp()

    def _step_bar(self, by: int) -> None:
        """Move the place that C acts on, and say which it is."""
        take_set = self.session.tray.current
        if take_set is not None:
            self._bar = max(0, min(len(take_set.bars) - 1, self._bar + by))
            announce(self, self.tr("Bar {n} of the take").format(n=self._bar + 1))
            self.session.say(self.tr("Bar {n}: C takes it from the next take").format(n=self._bar + 1))

    def _next_source(self) -> None:
        """The bar at the place comes from the take after the one it is from."""
        take_set = self.session.tray.current
        if take_set is None or not take_set.takes:
            return
        sources = take_set.comp or (take_set.active,) * len(take_set.bars)
        self._bar = min(self._bar, len(sources) - 1)
        now = sources[self._bar]
        self.take_bar(self._bar, 0 if now is None else (now + 1) % len(take_set.takes))

    def _say_comp(self) -> None:
        take_set = self.session.tray.current
        if take_set is not None:
            announce(self, begun(take_set.words()))

    def discard(self) -> None:
        self.session.discard()
        announce(self, self.tr("Takes discarded"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tray, key = self.session.tray, Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_G and plain:
            self.again_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            self.cancel_wanted.emit()
        elif tray.current is None or not plain:
            super().keyPressEvent(event)
        elif self.grid.takes_key(event):
            pass
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self._step(1 if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep()
        elif key == Qt.Key.Key_Backspace:
            self.discard()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_bar(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_C, Qt.Key.Key_X):
            (self._next_source if key == Qt.Key.Key_C else self.compare)()
        elif not self._act_on(tray.current.active, key):
            super().keyPressEvent(event)

    def _act_on(self, index: int | None, key: Qt.Key) -> bool:
        """What a letter or a digit does with the take that is shown; whether it does anything."""
        acts: dict[Qt.Key, Callable[[int], object]] = {
            Qt.Key.Key_S: self.session.tray.star,
            Qt.Key.Key_P: self.palette_wanted.emit,
            Qt.Key.Key_R: self.acts.again,
            Qt.Key.Key_M: self.acts.more,
            Qt.Key.Key_N: self.acts.promote,
            Qt.Key.Key_L: self.acts.lay,
            Qt.Key.Key_F2: self.acts.name_wanted.emit,
            Qt.Key.Key_Delete: self.acts.trash,
        }
        if index is None:
            return False
        if Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            self.acts.rate(index, key - Qt.Key.Key_0)
        elif key in acts:
            acts[key](index)
        else:
            return False
        return True

    def event(self, event: QEvent) -> bool:
        """Keys that are commands of the window elsewhere are the panel's own while it has the keyboard."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride and self.session.tray.current is not None
        if is_asked and isinstance(event, QKeyEvent) and event.key() in OWN_KEYS and not event.modifiers():
            event.accept()
            return True
        return super().event(event)

    def _name(self, index: int) -> None:
        """Type words about a take on its card, or in the line of its lane's panel."""
        if index < len(self.cards) and not self.cards[index].isHidden():
            self._scroll.ensureWidgetVisible(self.cards[index])
            self.cards[index].name_it()

    def _carry(self, card: TakeCard, keys: Qt.KeyboardModifier) -> None:
        if self.going_out.carry(card, Carried("take", card.index), keys):
            card.let_go()

    def _open_menu(self, index: int, place: QPoint) -> None:
        take_set = self.session.tray.current
        if take_set is not None and index < len(take_set.takes):
            made = take_menu(self.acts, take_set, index, self, to_palette=self.palette_wanted.emit, to_clipboard=self._copy)
            made.popup(place)

    def _copy(self, index: int) -> None:
        self.going_out.copy(Carried("take", index))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._list.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._list.update()

    # Building

    def _lay_out(self) -> None:
        self.compare_link = CompareLink(self.tr("A / B compare"))
        tip(self.compare_link, tr("Swap between the take and what was there"), "compare")
        self.request_words = _label("label")
        self.stale_words = _label("warn")
        self.stale_words.setText(self.tr("The song has changed here since these takes were made."))
        self.stale = QPushButton(self.tr("Run again on the present song"))
        self.nothing = _label("dim")
        self.nothing.setText(
            self.tr("What a model makes appears here, in violet, until you keep it. Nothing is written into the song before.")
        )
        self.remark = _label("label")
        self.tools = TakeTools(self.session, self.acts)
        self.grid = SweepGrid()
        self.grid.hide()
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 2, 0)
        self._column.setSpacing(STEP_PX + 2)
        self._scroll = FittingScroll(self._list, least_px=2 * CARD_PX + 12)
        self.keep_button = KeyedButton(self.tr("Keep   Ctrl+⏎"))
        self.keep_button.setProperty("role", "keep")
        tip(self.keep_button, tr("Write this take into the song, as one step that can be undone"), "keep")
        self.again_button = QPushButton(self.tr("More like this"))
        tip(self.again_button, tr("The same request with the next seed; takes with a star, a name, points or edits stay"), "more")
        self.discard_button = QPushButton(self.tr("Discard"))
        tip(self.discard_button, tr("Drop all takes; the song is as it was"), "discard")
        for button in (self.stale, self.keep_button, self.again_button, self.discard_button):
            # Return presses what has the keyboard; else it would keep the take.
            button.setAutoDefault(True)
        self._place()
        self._connect()

    def _place(self) -> None:
        heading = QHBoxLayout()
        title = QLabel(self.title)
        title.setProperty("role", "title")
        heading.addWidget(title, 1)
        heading.addWidget(self.compare_link)
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(2 * STEP_PX)
        buttons.addWidget(self.keep_button, 1)
        for button in (self.again_button, self.discard_button):
            buttons.addWidget(button)
        # Three buttons side by side in the narrowest panel the window allows.
        self._buttons.setStyleSheet("QPushButton { padding: 5px 8px; }")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN_PX, 6, MARGIN_PX, 12)
        rows.setSpacing(2 * STEP_PX)
        rows.addLayout(heading)
        for widget in (
            self.request_words,
            self.stale_words,
            self.stale,
            self.nothing,
            self.tools,
            self.grid,
            self._scroll,
            self.remark,
            self._buttons,
        ):
            rows.addWidget(widget)
        rows.addStretch(1)

    def _connect(self) -> None:
        self.compare_link.clicked.connect(self.compare)
        self.stale.clicked.connect(self.rerun_wanted)
        self.keep_button.clicked.connect(self.keep)
        self.grid.heard.connect(self.hear)
        self.grid.starred.connect(self.session.tray.star)
        self.grid.kept.connect(self.keep)
        self.again_button.clicked.connect(self.again_wanted)
        self.discard_button.clicked.connect(self.discard)

    # Showing

    def _step(self, by: int) -> None:
        self.session.tray.step(by)
        take = self.session.tray.active_take
        active = self.session.tray.current.active if self.session.tray.current is not None else None
        if take is not None and active is not None and active < len(self.cards):
            self._scroll.ensureWidgetVisible(self.cards[active])
            announce(self, self.cards[active].accessibleName())

    def _song_changed(self, *_: object) -> None:
        self._show_stale(self.session.tray.current)

    def _show_stale(self, take_set: TakeSet | None) -> None:
        is_stale = take_set is not None and take_set.is_stale
        self.stale_words.setVisible(is_stale)
        self.stale.setVisible(is_stale)

    def _refresh(self) -> None:
        take_set = self.session.tray.current
        if take_set is not self._shown_set:
            self._drop_cards()
            self._shown_set = take_set
        if take_set is not None:
            for index in range(len(self.cards), len(take_set.takes)):
                self._add_card(index, take_set)
            self._arrange_cards(take_set)
        self._show_parts(take_set)
        self._look_at_sound()
        has_takes = take_set is not None and bool(take_set.takes)
        if has_takes and not self._look.isActive():
            self._look.start()
        elif not has_takes:
            self._look.stop()

    def _show_parts(self, take_set: TakeSet | None) -> None:
        has_takes = take_set is not None and bool(take_set.takes)
        for widget in (self._scroll, self._buttons, self.compare_link):
            widget.setVisible(has_takes)
        self.tools.setVisible(has_takes or bool(self.session.tray.aside) or self.session.tray.discarded is not None)
        self.tools.show_state()
        self.nothing.setVisible(not has_takes)
        self.request_words.setVisible(has_takes)
        self._show_stale(take_set)
        is_proposed = take_set is not None and take_set.shown is not None
        self.keep_button.setEnabled(is_proposed)
        if take_set is None or not has_takes:
            self.remark.setVisible(False)
            return
        self.request_words.setText(request_line(take_set.request, self._model_title(take_set)))
        self.compare_link.show_side(is_original=not is_proposed)
        take = take_set.active_take
        if not is_proposed:
            words = self.tr("Heard now: what was there before. X goes back to the take.")
        elif take_set.comp or take is None:
            words = self.tr("Heard now: {0}.").format(take_set.words())
        else:
            says_cell = take_set.active is not None and take_set.cell(take_set.active) > 0
            words = " ".join(take.remarks[1:] if says_cell else take.remarks)  # a cell's values stand on its axes
        self.remark.setText(words)
        self.remark.setVisible(bool(words))

    def _model_title(self, take_set: TakeSet) -> str:
        cards = self.library.cards() if self.library is not None else ()
        return next((model.title for model in cards if model.id == take_set.request.model), take_set.request.model)

    def _arrange_cards(self, take_set: TakeSet) -> None:
        """Each card as its take is now, in the order of the list; those in the trash out of sight."""
        listed = take_set.listed
        for card in self.cards:
            label, points = take_set.labels.get(card.index, ""), take_set.ratings.get(card.index, 0)
            card.show_take(take_set.takes[card.index], take_set.request.song, label, points)
        if listed != self._listed:
            self._listed = listed
            for at, index in enumerate(listed):
                self._column.removeWidget(self.cards[index])
                self._column.insertWidget(at, self.cards[index])

    def _add_card(self, index: int, take_set: TakeSet) -> None:
        card = TakeCard(index, take_set.takes[index], take_set.request.song, take_set.bars, self._list)
        card.bar_chosen.connect(lambda of, bar: self.take_bar(bar, of))
        card.shown.connect(self.show_take)
        card.heard.connect(self.hear)
        card.starred.connect(self.session.tray.star)
        card.rated.connect(self.acts.rate)
        card.labelled.connect(self.acts.label)
        card.menu_asked.connect(self._open_menu)
        card.carried.connect(self._carry)
        self._column.insertWidget(index, card)
        self.cards.append(card)
        self._scroll.updateGeometry()

    def _drop_cards(self) -> None:
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards, self._listed = [], ()
        self._scroll.updateGeometry()

    def _look_at_sound(self) -> None:
        take_set = self.session.tray.current
        if take_set is None:
            self.grid.show_set(None)
            return
        is_playing = self.session.sound.is_playing
        self.grid.show_set(take_set, is_playing=is_playing)
        sources = take_set.comp or (take_set.active,) * len(take_set.bars)
        for card in self.cards:
            card.show_state(
                is_active=card.index == take_set.active and not take_set.comp,
                lit=frozenset(bar for bar, index in enumerate(sources) if index == card.index),
                is_starred=card.index in take_set.starred,
                is_playing=is_playing,
            )
            card.setVisible(card.index in take_set.listed and card.index not in self.grid.cells.values())
        self._scroll.setVisible(len(self.cards) > len(self.grid.cells))


class CompareLink(Pressable):
    """ "A / B compare", with the side that sounds in strong letters."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._is_original = False
        self.setFont(theme.font(theme.LABEL_PX))
        self.setAccessibleName(text)

    def show_side(self, *, is_original: bool) -> None:
        self._is_original = is_original
        side = self.tr("what was there") if is_original else self.tr("the take")
        self.setAccessibleDescription(self.tr("Shown: {side}").format(side=side))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 14, TARGET_PX)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        if self.is_hovered:
            paint_ground(painter, rect, tokens.colour("raised"), None, BUTTON_RADIUS_PX)
        painter.setFont(self.font())
        x = rect.left() + 6
        for piece, is_lit in (("A", self._is_original), (" / ", False), ("B", not self._is_original), (self.text()[5:], False)):
            painter.setPen(tokens.colour("proposed" if is_lit else "muted"))
            painter.drawText(QRectF(x, rect.top(), rect.width(), rect.height()), int(Qt.AlignmentFlag.AlignVCenter), piece)
            x += painter.fontMetrics().horizontalAdvance(piece)
        if self.hasFocus():
            paint_focus(painter, rect, BUTTON_RADIUS_PX)


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label

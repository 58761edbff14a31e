"""The model in use as a card, and the list that opens from it: what each learned from, how it suits, why one cannot be used."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.generation.describe import data_line
from studio.generation.fit import Fit, facts, needs_of
from studio.generation.library import ListedModel
from studio.generation.tally import Counts
from studio.words import tr
from widgets import theme
from widgets.controls.announce import announce
from widgets.controls.fitting_scroll import FittingScroll
from widgets.controls.pressable import Pressable, SmallIcon, paint_focus, paint_ground
from widgets.controls.switch import Switch
from widgets.theme import CARD_RADIUS_PX, LABEL_PX, STEP_PX

CARD_PX = 52
SECOND_LINE_PX = 20
REMARK_PX = 17
PADDING_PX = 12
TALLEST_LIST_PX = 420
FASTEST_S = 0.1
"""Faster than this is only said to be so."""


class ModelCardButton(Pressable):
    """Title and what it learned from, in two lines; a third one where something does not suit. `is_dim`: it cannot be
    chosen, the second line says why; `is_broken`: nor anywhere else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.second_line = ""
        self.has_menu_mark = True
        self.is_chosen = False
        self.is_dim = False
        self.is_broken = False
        self.figures = ""
        """Small, beside the title: how many of its takes were kept, starred, heard."""
        self.remark = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(240, CARD_PX + (REMARK_PX if self.remark else 0))

    def show_words(self, title: str, second_line: str, more: tuple[str, ...] = ()) -> None:
        """`more`: what else is said of it, sentences for its tip."""
        self.setText(title)
        self.second_line = second_line
        told = "\n".join(words for words in (second_line, *more) if words)
        self.setAccessibleName(title)
        self.setAccessibleDescription(told)
        self.setToolTip(told)
        self.updateGeometry()
        self.update()

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        edge = tokens.colour("accent") if self.is_chosen else tokens.colour("line_strong")
        paint_ground(painter, rect, tokens.colour("line" if self.is_hovered else "raised"), edge, CARD_RADIUS_PX)
        room = rect.adjusted(PADDING_PX, 8, -PADDING_PX - (16 if self.has_menu_mark else 0), -8)
        title_font, line_font = theme.font(theme.TEXT_PX, bold=True), theme.font(LABEL_PX)
        beside = self._draw_figures(painter, room)
        lines = [
            (self.text(), title_font, "dim" if self.is_dim else "text", room.adjusted(0, 0, -beside, 0)),
            (self.second_line, line_font, "warn" if self.is_broken else "muted", room.adjusted(0, SECOND_LINE_PX, 0, 0)),
        ]
        if self.remark:
            lines.append((self.remark, line_font, "text", room.adjusted(0, SECOND_LINE_PX + REMARK_PX, 0, 0)))
        for text, font, role, place in lines:
            painter.setFont(font)
            painter.setPen(tokens.colour(role))
            words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), words)
        if self.has_menu_mark:
            painter.setPen(tokens.colour("muted"))
            painter.setFont(title_font)
            painter.drawText(rect.adjusted(0, 0, -10, 0), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), "▾")
        if self.hasFocus():
            paint_focus(painter, rect, CARD_RADIUS_PX)

    def _draw_figures(self, painter: QPainter, room: QRectF) -> int:
        """Right of the title; the answer is the room they take."""
        if not self.figures:
            return 0
        painter.setFont(theme.mono(LABEL_PX))
        painter.setPen(theme.current().colour("dim" if self.is_dim else "muted"))
        painter.drawText(room.adjusted(0, 1, 0, 0), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), self.figures)
        return painter.fontMetrics().horizontalAdvance(self.figures) + 2 * STEP_PX


def counts_words(counts: Counts) -> str:
    """What stands beside a model's title: how many of its takes were kept, starred and heard here; empty where none was."""
    named = ((counts.kept, tr("{n} kept")), (counts.starred, "{n}★"), (counts.heard, tr("{n} heard")))
    return " ".join(words.format(n=count) for count, words in named if count)


def second_line(model: ListedModel) -> str:
    """What stands below the title: that it is experimental, and what it learned from."""
    line = data_line(model.card) if model.card is not None else ""
    return tr("experimental · {line}", line=line) if model.is_experimental else line


class ModelPopup(QFrame):
    """The list under the card. Up and Down walk it, Return chooses, Escape closes."""

    chosen = Signal(str)
    card_wanted = Signal(str)
    permissive_turned = Signal(bool)
    clear_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Models"))
        self.rows: list[ModelCardButton] = []
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP_PX + 2)
        self._scroll = FittingScroll(self._list, least_px=CARD_PX)
        self.nothing = QLabel(self.tr("No model here was trained on permissively licensed data alone."))
        self.nothing.setProperty("role", "label")
        self.nothing.setWordWrap(True)
        self.switch = Switch(self.tr("Only permissively licensed data"))
        self.switch.setToolTip(self.tr("Only models trained on MIT, BSD, CC0, CC BY or public domain data"))
        self.switch.toggled.connect(self.permissive_turned)
        self.clear = QPushButton(self.tr("Clear the counts"))
        self.clear.setProperty("role", "flat")
        self.clear.setToolTip(self.tr("Forget how many takes of each model were kept, starred and heard on this machine"))
        self.clear.clicked.connect(self.clear_wanted)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(PADDING_PX, PADDING_PX, PADDING_PX, PADDING_PX)
        outer.setSpacing(2 * STEP_PX)
        outer.addWidget(self._scroll)
        outer.addWidget(self.nothing)
        outer.addWidget(self.switch)
        outer.addWidget(self.clear)

    def fill(self, fits: tuple[Fit, ...], current: str, counts: Mapping[str, Counts]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = [self._row(fit, fit.model.id == current, counts.get(fit.model.id, Counts())) for fit in fits]
        self.nothing.setVisible(not fits)
        self.clear.setVisible(bool(counts))
        self._scroll.setVisible(bool(fits))
        height = sum(row.sizeHint().height() + STEP_PX + 2 for row in self.rows)
        self._scroll.setFixedHeight(min(height, TALLEST_LIST_PX))

    def open_under(self, card: QWidget) -> None:
        """Show the list below a widget (above it, where there is more room)."""
        self.setFixedWidth(max(320, card.width()))
        self.adjustSize()
        below = card.mapToGlobal(QPoint(0, card.height() + 4))
        screen = card.screen().availableGeometry()
        if below.y() + self.height() > screen.bottom():
            below.setY(max(screen.top(), card.mapToGlobal(QPoint(0, -4)).y() - self.height()))
        below.setX(min(below.x(), screen.right() - self.width()))
        self.move(below)
        self.show()
        first = next((row for row in self.rows if row.is_chosen), self.rows[0] if self.rows else self.switch)
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        owner = self.parentWidget()
        if owner is not None:
            # Where no window manager does it, the keys of the window would be dead after the list has closed.
            owner.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or not self.rows:
            super().keyPressEvent(event)
            return
        at = next((index for index, row in enumerate(self.rows) if row is self.focusWidget()), -step)
        self.rows[(at + step) % len(self.rows)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, fit: Fit, is_current: bool, counts: Counts) -> ModelCardButton:
        entry = fit.model
        row = QWidget()
        beside = QHBoxLayout(row)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(STEP_PX)
        button = ModelCardButton()
        button.has_menu_mark, button.is_chosen = False, is_current
        button.is_dim, button.is_broken = bool(fit.reason), not entry.usable
        button.figures = counts_words(counts)
        button.remark = fit.remarks[0] if fit.remarks else ""
        known = "" if entry.card is None or not entry.usable else facts(needs_of(entry))
        counted = self.tr("Takes on this machine: {counts}").format(counts=button.figures) if button.figures else ""
        more = (second_line(entry) if fit.reason and entry.usable else "", known, *fit.remarks, counted)
        button.show_words(entry.title, fit.reason or second_line(entry), more)
        button.setObjectName(entry.id)
        button.clicked.connect(self._choose)
        about = SmallIcon("info", self.tr("About {title}").format(title=entry.title))
        about.setObjectName(entry.id)
        about.setEnabled(entry.card is not None)
        about.clicked.connect(self._about)
        beside.addWidget(button, 1)
        beside.addWidget(about)
        self._column.addWidget(row)
        return button

    def _choose(self) -> None:
        sender = self.sender()
        if not isinstance(sender, ModelCardButton):
            return
        if sender.is_dim:
            announce(sender, sender.second_line)
            return
        self.close()
        self.chosen.emit(sender.objectName())

    def _about(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.close()
            self.card_wanted.emit(sender.objectName())


class ModelChooser(ModelCardButton):
    """The card of the model in use; pressing it opens the list."""

    chosen = Signal(str)
    card_wanted = Signal(str)
    permissive_turned = Signal(bool)
    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: object = None
        self._fits: tuple[Fit, ...] = ()
        self._current = ""
        self._counts: Mapping[str, Counts] = {}
        self._is_filled = False
        self.popup = ModelPopup(self)
        self.popup.chosen.connect(self.chosen)
        self.popup.card_wanted.connect(self.card_wanted)
        self.popup.permissive_turned.connect(self.permissive_turned)
        self.popup.clear_wanted.connect(self.clear_wanted)
        self.clicked.connect(self._open)

    def show_models(
        self,
        fits: tuple[Fit, ...],
        current: ListedModel | None,
        seconds: Mapping[str, float],
        counts: Mapping[str, Counts] | None = None,
    ) -> None:
        """`seconds` a take, as measured here, and `counts` of takes, by model. The list is only made when it is seen."""
        key = (fits, current, dict(seconds), counts)
        if key == self._shown:
            return
        self._shown = key
        self._fits, self._current, self._counts, self._is_filled = fits, current.id if current else "", counts or {}, False
        if current is None or current.card is None:
            has_any = any(fit.model.usable for fit in fits)
            choose = self.tr("Choose one"), self.tr("Experimental models are not chosen by themselves")
            self.show_words(*(choose if has_any else (self.tr("No model"), self.tr("No model can be used here"))))
        else:
            line = second_line(current)
            if current.id in seconds:
                took = f"{seconds[current.id]:.1f}" if seconds[current.id] >= FASTEST_S else f"< {FASTEST_S}"
                line += self.tr(" · {s} s a take here").format(s=took)
            self.show_words(current.title, line, (facts(needs_of(current)),))
        if self.popup.isVisible():
            self.listed()

    def listed(self) -> list[ModelCardButton]:
        """The rows of the list."""
        if not self._is_filled:
            self._is_filled = True
            self.popup.fill(self._fits, self._current, self._counts)
        return self.popup.rows

    def _open(self) -> None:
        self.listed()
        self.popup.open_under(self)

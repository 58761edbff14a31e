"""Stepper: a label, and a whole number between a minus and a plus; SeedRow: a seed with dice and lock."""

from __future__ import annotations

import random
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.generation.asking import LAST_SEED
from studio.generation.describe import grouped
from studio.words import tr
from widgets import theme
from widgets.controls.pressable import Pressable, SmallIcon, paint_focus, paint_ground
from widgets.controls.slider import ValueField
from widgets.theme import BUTTON_RADIUS_PX, TARGET_PX

LARGEST_SEED = 2**31 - 1


class _Sign(Pressable):
    """A minus or a plus."""

    def sizeHint(self) -> QSize:
        return QSize(TARGET_PX, TARGET_PX)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        paint_ground(painter, rect, tokens.colour("line" if self.is_hovered else "raised"), None, BUTTON_RADIUS_PX)
        painter.setPen(tokens.colour("text" if self.isEnabled() else "dim"))
        painter.setFont(theme.font(theme.TEXT_PX + 1))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.hasFocus():
            paint_focus(painter, rect, BUTTON_RADIUS_PX)


class Stepper(QWidget):
    """A whole number from `low` to `high`; typed, stepped with the signs, or with Up and Down in the field."""

    changed = Signal()

    def __init__(self, label: str, low: int, high: int, value: int, *, has_label: bool = True) -> None:
        super().__init__()
        self._low, self._high, self._value = low, high, value
        self.label = QLabel(label)
        self.label.setProperty("role", "muted")
        self.label.setFont(theme.font(theme.TEXT_PX - 1))
        self.field = _StepField(self._step_by)
        self.field.setAccessibleName(label)
        self.field.setFixedWidth(34)
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.less, self.more = _Sign("−"), _Sign("+")
        for sign, words in ((self.less, "fewer"), (self.more, "more")):
            sign.setAccessibleName(f"{label}: {words}")
            sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        if has_label:
            row.addWidget(self.label, 1)
        row.addWidget(self.less)
        row.addWidget(self.field)
        row.addWidget(self.more)
        self.less.clicked.connect(self._one_less)
        self.more.clicked.connect(self._one_more)
        self.field.editingFinished.connect(self._typed)
        self._show()

    @property
    def value(self) -> int:
        return self._value

    def set_value(self, value: int) -> None:
        value = min(self._high, max(self._low, value))
        if value != self._value:
            self._value = value
            self.changed.emit()
        self._show()

    def _one_less(self) -> None:
        self._step_by(-1)

    def _one_more(self) -> None:
        self._step_by(1)

    def _step_by(self, by: int) -> None:
        self.set_value(self._value + by)

    def _typed(self) -> None:
        text = self.field.text().strip()
        self.set_value(int(text) if text.isdecimal() else self._value)

    def _show(self) -> None:
        self.field.setText(str(self._value))
        self.field.setModified(False)
        self.less.setEnabled(self._value > self._low)
        self.more.setEnabled(self._value < self._high)


class _StepField(ValueField):
    """The number of a stepper."""

    def __init__(self, step_by: Callable[[int], None]) -> None:
        super().__init__()
        self._step_by = step_by

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self._step_by(step)
        else:
            super().keyPressEvent(event)


class SeedRow(QWidget):
    """The seed: copied and typed as a number, dealt anew by the dice, held by the lock."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = random.randint(1, LAST_SEED)
        self._is_locked = False
        label = QLabel(tr("Seed"))
        label.setProperty("role", "muted")
        label.setFont(theme.font(theme.TEXT_PX - 1))
        self.field = ValueField()
        self.field.setAccessibleName(tr("Seed"))
        self.field.setToolTip(tr("The same seed, song and settings give the same takes"))
        self.field.setFixedWidth(112)
        self.dice = SmallIcon("dice", tr("Another seed"))
        self.lock = SmallIcon("unlocked", "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(label, 1)
        row.addWidget(self.field)
        row.addWidget(self.dice)
        row.addWidget(self.lock)
        self.field.editingFinished.connect(self._typed)
        self.dice.clicked.connect(self.roll)
        self.lock.clicked.connect(self._turn_lock)
        self._show()

    @property
    def value(self) -> int:
        return self._value

    @property
    def is_locked(self) -> bool:
        return self._is_locked

    def set_value(self, seed: int) -> None:
        self._value = min(LARGEST_SEED, max(0, seed))
        self._show()
        self.changed.emit()

    def set_locked(self, locked: bool) -> None:
        self._is_locked = locked
        self._show()

    def roll(self) -> None:
        self.set_value(random.randint(1, LAST_SEED))

    def _turn_lock(self) -> None:
        self.set_locked(not self._is_locked)

    def _typed(self) -> None:
        digits = "".join(mark for mark in self.field.text() if not mark.isspace())
        if self.field.isModified() and digits.isdecimal():
            self.set_value(int(digits))
        else:
            self._show()

    def _show(self) -> None:
        self.field.setText(grouped(self._value))
        self.field.setModified(False)
        held = tr("Seed held: Generate repeats the same takes") if self._is_locked else tr("Hold this seed")
        self.lock.show_icon("locked" if self._is_locked else "unlocked", held, "accent" if self._is_locked else "")

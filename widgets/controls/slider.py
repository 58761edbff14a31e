"""SliderRow: a label, a value that can be typed, and a groove under both."""

from __future__ import annotations

from math import log10

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSizePolicy, QSlider, QWidget

from studio.errors import UnsupportedRequest
from studio.knobs import Knob, KnobValue
from studio.words import mark, tr
from widgets import theme
from widgets.controls.pressable import paint_focus
from widgets.theme import TARGET_PX

STEPS = 200
"""Positions of a slider over a range of fractions, before rounding to a decent step."""


class Groove(QSlider):
    """The slider itself: a click jumps there, a double click goes back to the default. It is filled from `origin`, a share of
    its way, to the value."""

    reset = Signal()

    def __init__(self, tint: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.tint = tint
        self.origin = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, TARGET_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, TARGET_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x, middle = self._x_of_value(), self.height() / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("line_strong"))
            painter.drawRoundedRect(QRectF(1, middle - 2, self.width() - 2, 4), 2, 2)
            painter.setBrush(tokens.colour(self.tint if self.isEnabled() else "dim"))
            origin = 7 + self.origin * (self.width() - 14) if self.origin else 1.0
            painter.drawRoundedRect(QRectF(min(origin, x), middle - 2, abs(x - origin), 4), 2, 2)
            knob = QRectF(x - 6, middle - 6, 12, 12)
            painter.setPen(tokens.colour("line_strong"))
            painter.setBrush(tokens.colour("text" if tokens.name != "light" else "panel"))
            painter.drawEllipse(knob)
            if self.hasFocus():
                paint_focus(painter, knob.adjusted(-3, -3, 3, 3), 9)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The panel scrolls under the pointer: only the slider that has the keyboard takes the wheel.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _x_of_value(self) -> float:
        share = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        return 7 + share * (self.width() - 14)

    def _follow(self, event: QMouseEvent) -> None:
        share = (event.position().x() - 7) / max(1, self.width() - 14)
        self.setValue(round(self.minimum() + min(1.0, max(0.0, share)) * (self.maximum() - self.minimum())))


class ValueField(QLineEdit):
    """A number beside its slider. Escape puts the old one back, and goes to the panel when nothing was typed."""

    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "value")
        self.setFont(theme.mono(theme.TEXT_PX - 1))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(76)
        self.setFixedHeight(theme.TARGET_PX)
        self.setFrame(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.given_up.emit()
        elif event.text().isalpha() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            # Letters are no numbers: they are keys of the panel around, such as G.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()


class SliderRow(QWidget):
    """A numeric knob with a range. `changed()` when the value moved, `refused(sentence)` when nonsense was typed.

    `step` of the slider is made to fit the range where none is given; `tint` is a colour role.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, knob: Knob, *, step: float | None = None, tint: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knob = knob
        self._low, self._high = float(knob.low or 0), float(knob.high if knob.high is not None else 1)
        self._is_whole = isinstance(knob.default, int)
        self._step = 1.0 if self._is_whole else step or decent_step(self._high - self._low)
        self._value: int | float = self._number(knob.default)
        self._label = QLabel(tr(knob.label))
        self._label.setProperty("role", "muted")
        self._label.setFont(theme.font(theme.TEXT_PX - 1))
        self.field = ValueField()
        self.groove = Groove(tint)
        self.groove.setRange(0, round((self._high - self._low) / self._step))
        self.groove.setPageStep(max(1, self.groove.maximum() // 10))
        self._label.setBuddy(self.field)
        for part, role in ((self.field, mark("value")), (self.groove, mark("slider"))):
            part.setAccessibleName(f"{tr(knob.label)}, {tr(role)}")
            part.setAccessibleDescription(tr(knob.help))
            part.setToolTip(tr(knob.help))
        self._label.setToolTip(tr(knob.help))
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(0)
        rows.addWidget(self._label, 0, 0)
        rows.addWidget(self.field, 0, 1)
        rows.addWidget(self.groove, 1, 0, 1, 2)
        rows.setColumnStretch(0, 1)
        self.groove.valueChanged.connect(self._slid)
        self.groove.reset.connect(self._back_to_default)
        self.field.editingFinished.connect(self._typed)
        self.field.given_up.connect(self._show)
        self._show()

    @property
    def value(self) -> int | float:
        return self._value

    def words(self) -> str:
        """The value as it is written beside the slider."""
        number = f"{self._value:d}" if isinstance(self._value, int) else f"{self._value:.{_decimals(self._step)}f}"
        return f"{number} {self.knob.unit}".strip()

    def set_value(self, value: KnobValue) -> None:
        """UnsupportedRequest outside the range."""
        self._move_to(value)

    def _move_to(self, value: KnobValue) -> None:
        """To where the slider stands or what was typed."""
        value = self._number(value)
        if value != self._value:
            self._value = value
            self.changed.emit()
        self._show()

    def _number(self, value: KnobValue) -> int | float:
        checked = self.knob.checked(value)
        assert isinstance(checked, int | float), "a slider belongs to a numeric knob"
        return checked

    def _back_to_default(self) -> None:
        self._move_to(self.knob.default)

    def _slid(self, position: int) -> None:
        if position == self._position_of(self._value):
            return
        exact = min(self._high, self._low + position * self._step)
        self._move_to(round(exact) if self._is_whole else round(exact, _decimals(self._step)))

    def _typed(self) -> None:
        if not self.field.isModified():
            return
        try:
            self._move_to(self.field.text().replace(self.knob.unit, "").strip().replace(",", "."))
        except UnsupportedRequest as problem:
            self._show()
            self.refused.emit(str(problem))

    def _position_of(self, value: int | float) -> int:
        return round((float(value) - self._low) / self._step)

    def _show(self) -> None:
        self.groove.setValue(self._position_of(self._value))
        self.field.setText(self.words())
        self.field.setModified(False)


def decent_step(extent: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that walks the extent in about STEPS positions, 0.01 at the finest."""
    if extent <= 0:
        return 1.0
    rough = extent / STEPS
    power = 10.0 ** int(log10(rough) // 1)
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    return max(0.01, step)


def _decimals(step: float) -> int:
    """Digits after the point that show every position; two at least, so that 0.9 reads 0.90 like its neighbours."""
    return 2 if step < 1 else 1

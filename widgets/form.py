"""A form made from Knobs: how every model gets its settings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.generation.steering_words import STEERED
from studio.knobs import Knob, KnobValue
from studio.song.harmony import Key
from studio.words import tr
from widgets import theme
from widgets.controls.choice_box import ChoiceBox, Segments
from widgets.controls.pressable import Pressable, paint_focus
from widgets.controls.slider import SliderRow
from widgets.controls.steering_row import SteeringRow
from widgets.controls.switch import Switch
from widgets.theme import BUTTON_RADIUS_PX, STEP_PX, TARGET_PX

STEERING = ("temperature", "repetition", "resemblance", "amount", "density")
"""The steering words stand first, whatever order a model declares: how surprising, how different, how far, how busy."""

SHORT_CHOICES = 16
"""Letters of all choices together that stand side by side."""
OFFERED = {"key": tuple(Key(tonic, scale).name for scale in ("major", "minor") for tonic in range(12))}
"""Words offered for knobs that are typed; anything else may be typed too."""


class KnobForm(QWidget):
    """One row a knob; the expert ones folded under "More". What was set by hand survives a change of knobs.

    With `front` those of these names stand open, in this order, and the three that steer every model are asked in the
    composer's words; all others are folded.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, front: tuple[str, ...] = ()) -> None:
        super().__init__(parent)
        self._front = front
        self._knobs: tuple[Knob, ...] = ()
        self._rows: dict[str, _Row] = {}
        self._by_hand: dict[str, KnobValue] = {}
        self._has_folded = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(STEP_PX + 2)
        self._body: QWidget | None = None
        self.more = Fold(tr("More"))
        self._folded = QWidget()
        _column(self._folded)
        self._folded.hide()
        self.more.toggled.connect(self._folded.setVisible)
        self._layout.addWidget(self.more)
        self._layout.addWidget(self._folded)
        self._experts: QWidget | None = None
        self.more.hide()

    def fold(self, widget: QWidget) -> None:
        """Put something that is no knob under "More" as well."""
        _rows_of(self._folded).addWidget(widget)
        self._has_folded = True
        self.more.show()

    def set_knobs(self, knobs: tuple[Knob, ...]) -> None:
        """Show these knobs instead, with what was set by hand where name and kind still fit."""
        if knobs == self._knobs:
            return
        for old in (self._body, self._experts):
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        self._knobs, self._rows = knobs, {}
        self._body, self._experts = QWidget(), QWidget()
        for body, is_expert in ((self._body, False), (self._experts, True)):
            rows = _column(body)
            for knob in self._in_order(knobs, folded=is_expert):
                rows.addWidget(self._made(knob))
        self._layout.insertWidget(0, self._body)
        _rows_of(self._folded).insertWidget(0, self._experts)
        self.more.setVisible(self._has_folded or any(map(self._is_folded, knobs)))

    @property
    def knobs(self) -> tuple[Knob, ...]:
        return self._knobs

    def values(self) -> dict[str, KnobValue]:
        """Every knob's value, by name."""
        return {name: row.value for name, row in self._rows.items()}

    def set_values(self, values: Mapping[str, KnobValue]) -> None:
        for name, value in values.items():
            if name in self._rows:
                self._rows[name].set_value(value)

    def row(self, name: str) -> QWidget:
        """The row of a knob."""
        return self._rows[name]

    def stops(self) -> list[QWidget]:
        """Where Tab stops, as they are seen: what stands open, "More", what is folded."""
        parts = (self._body, self.more, self._folded)
        listed = [widget for part in parts if part is not None for widget in (part, *part.findChildren(QWidget))]
        inner = [widget for box in self.findChildren(QComboBox) for widget in box.findChildren(QWidget)]
        return [widget for widget in listed if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget not in inner]

    def _made(self, knob: Knob) -> QWidget:
        row = SteeringRow(knob) if self._front and knob.name in STEERED else _row_for(knob)
        kept = self._by_hand.get(knob.name)
        if kept is not None and _fits(knob, kept):
            row.set_value(kept)
        row.changed.connect(self._noted)
        if isinstance(row, SliderRow):
            row.refused.connect(self.refused)
        self._rows[knob.name] = row
        return row

    def _is_folded(self, knob: Knob) -> bool:
        return knob.name not in self._front if self._front else knob.expert

    def _in_order(self, knobs: tuple[Knob, ...], folded: bool) -> list[Knob]:
        """Steering words first, then as declared."""
        words = self._front or STEERING
        chosen = [knob for knob in knobs if self._is_folded(knob) is folded]
        return sorted(chosen, key=lambda knob: words.index(knob.name) if knob.name in words else len(words))

    def _noted(self) -> None:
        for knob in self._knobs:
            row = self._rows.get(knob.name)
            if row is not None and row.value != knob.default:
                self._by_hand[knob.name] = row.value
            elif row is not None:
                self._by_hand.pop(knob.name, None)
        self.changed.emit()


class Fold(Pressable):
    """A line with a small triangle that opens what stands below."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)
        self.setFont(theme.font(theme.TEXT_PX - 1))

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 30, TARGET_PX)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(theme.current().colour("text" if self.is_hovered else "muted"))
        painter.setFont(self.font())
        mark = "▾" if self.isChecked() else "▸"
        painter.drawText(rect.adjusted(1, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), f"{mark}  {self.text()}")
        if self.hasFocus():
            paint_focus(painter, rect, BUTTON_RADIUS_PX)


class SwitchRow(Switch):
    """A knob that is on or off."""

    changed = Signal()

    def __init__(self, knob: Knob) -> None:
        super().__init__(tr(knob.label))
        self.setToolTip(tr(knob.help))
        self.setAccessibleName(tr(knob.label))
        self.setAccessibleDescription(tr(knob.help))
        self.setChecked(bool(knob.default))
        self.toggled.connect(self._told)

    @property
    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: KnobValue) -> None:
        self.setChecked(bool(value))

    def _told(self) -> None:
        self.changed.emit()


class ChoiceRow(QWidget):
    """A knob with a few words to choose from: side by side where they are short, else in a list."""

    changed = Signal()

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self._choices = knob.choices
        self.box: ChoiceBox | Segments
        if sum(map(len, knob.choices)) <= SHORT_CHOICES:
            self.box = Segments(knob.choices)
            self.box.set_text(str(knob.default))
            self.box.changed.connect(self._told)
            self.box.set_words(tr(knob.label), tr(knob.help))
        else:
            self.box = ChoiceBox()
            for choice in knob.choices:
                self.box.addItem(tr(choice), choice)
            self.box.setCurrentIndex(self.box.findData(str(knob.default)))
            self.box.currentIndexChanged.connect(self._told)
        self.box.setFont(theme.font(theme.TEXT_PX - 1))
        _labelled(self, knob, self.box)

    @property
    def value(self) -> str:
        return self.box.text if isinstance(self.box, Segments) else str(self.box.currentData())

    def set_value(self, value: KnobValue) -> None:
        if value not in self._choices:
            return
        if isinstance(self.box, Segments):
            self.box.set_text(str(value))
        else:
            self.box.setCurrentIndex(self.box.findData(str(value)))

    def _told(self) -> None:
        self.changed.emit()


class TextRow(QWidget):
    """A knob that is typed, with what it may be offered where the word is known."""

    changed = Signal()

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self._knob = knob
        self.box = ChoiceBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.addItems([str(knob.default), *(word for word in OFFERED.get(knob.name, ()) if word != knob.default)])
        self.box.setCurrentText(str(knob.default))
        self.box.setFixedWidth(130)
        self.box.setFont(theme.font(theme.TEXT_PX - 1))
        _labelled(self, knob, self.box)
        self.box.currentTextChanged.connect(self._told)

    @property
    def value(self) -> str:
        return self.box.currentText().strip() or str(self._knob.default)

    def set_value(self, value: KnobValue) -> None:
        self.box.setCurrentText(str(value))

    def _told(self) -> None:
        self.changed.emit()


_Row = SliderRow | SwitchRow | ChoiceRow | TextRow


def _row_for(knob: Knob) -> _Row:
    if isinstance(knob.default, bool):
        return SwitchRow(knob)
    if knob.choices:
        return ChoiceRow(knob)
    return TextRow(knob) if isinstance(knob.default, str) else SliderRow(knob)


def _labelled(row: QWidget, knob: Knob, field: QWidget) -> None:
    label = QLabel(tr(knob.label))
    label.setWordWrap(True)  # a longer language in a narrow panel takes a second line
    label.setProperty("role", "muted")
    label.setFont(theme.font(theme.TEXT_PX - 1))
    label.setBuddy(field)
    for part in (label, field):
        part.setToolTip(tr(knob.help))
    field.setAccessibleName(tr(knob.label))
    field.setAccessibleDescription(tr(knob.help))
    side_by_side = QHBoxLayout(row)
    side_by_side.setContentsMargins(0, 0, 0, 0)
    side_by_side.addWidget(label, 1)
    side_by_side.addWidget(field)


def _column(widget: QWidget) -> QVBoxLayout:
    rows = QVBoxLayout(widget)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(STEP_PX + 2)
    return rows


def _rows_of(widget: QWidget) -> QVBoxLayout:
    layout = widget.layout()
    assert isinstance(layout, QVBoxLayout)
    return layout


def _fits(knob: Knob, value: KnobValue) -> bool:
    if isinstance(knob.default, bool) or isinstance(value, bool):
        return isinstance(knob.default, bool) and isinstance(value, bool)
    if knob.choices:
        return value in knob.choices
    if isinstance(knob.default, str) or isinstance(value, str):
        return isinstance(knob.default, str) and isinstance(value, str)
    return (knob.low is None or value >= knob.low) and (knob.high is None or value <= knob.high)

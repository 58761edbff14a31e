"""SweepBox: one request tried at several values of one or two knobs: which knobs, which values, how many takes that makes."""

from __future__ import annotations

from math import prod

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.errors import RicercarError
from studio.generation.contract import Axis
from studio.generation.steering_words import question
from studio.generation.sweep import MOST_AXES
from studio.generation.sweep_typed import axis_of, can_be_swept, typed, usual_values
from studio.knobs import Knob
from studio.words import counted
from widgets import theme
from widgets.controls.choice_box import ChoiceBox
from widgets.controls.pressable import Pressable
from widgets.form import Fold
from widgets.theme import STEP_PX

NOTHING = ""
KNOB_PX = 136
ARROW_PX = 14


class SweepBox(QWidget):
    """Folded it asks for nothing. `axes` are what is to be tried, none while it is folded or no knob is chosen; `reason` says
    why they cannot be."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes: tuple[Axis, ...] = ()
        self.reason = ""
        self._knobs: tuple[Knob, ...] = ()
        self.fold: Pressable = Fold(self.tr("Sweep…"))
        self.fold.setToolTip(self.tr("One request at several values of one or two settings, side by side"))
        self.fold.setAccessibleName(self.tr("Sweep"))
        self.rows = [_AxisRow("→", self.tr("Columns")), _AxisRow("↓", self.tr("Rows"))]
        self.words = QLabel()
        self.words.setWordWrap(True)
        self._body = QWidget()
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(0, 0, 0, STEP_PX)
        inner.setSpacing(STEP_PX + 2)
        for row in self.rows:
            inner.addWidget(row)
            row.changed.connect(self._changed)
        inner.addWidget(self.words)
        self._body.hide()
        self.fold.toggled.connect(self._turn)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(STEP_PX)
        rows.addWidget(self.fold)
        rows.addWidget(self._body)

    def open(self) -> None:
        """Unfold it and give its first choice the keyboard."""
        self.fold.setChecked(True)
        self.rows[0].box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_knobs(self, knobs: tuple[Knob, ...]) -> None:
        """Offer these; what was chosen holds where it is still there."""
        found = tuple(knob for knob in knobs if can_be_swept(knob))
        if found != self._knobs:
            self._knobs = found
            for row in self.rows:
                row.offer(found)
            self._read()

    @property
    def count(self) -> int:
        """So many takes; 0 where nothing is swept."""
        return prod(len(axis.values) for axis in self.axes) if self.axes else 0

    def _turn(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        if is_open and not any(row.knob for row in self.rows):
            self.rows[0].choose_first()
        self._changed()

    def _changed(self) -> None:
        self._read()
        self.changed.emit()

    def _read(self) -> None:
        self.axes, self.reason = (), ""
        chosen = [row for row in reversed(self.rows) if row.knob is not None] if self.fold.isChecked() else []
        try:
            found = tuple(axis_of(row.knob, row.field.text()) for row in chosen if row.knob is not None)
        except RicercarError as problem:
            self.reason = str(problem)
        else:
            if len({axis.knob for axis in found}) < len(found):
                self.reason = self.tr("Rows and columns are the same setting. Choose another one for one of them.")
            else:
                self.axes = found
        assert len(self.axes) <= MOST_AXES
        self._show()

    def _show(self) -> None:
        sizes = " × ".join(str(len(axis.values)) for axis in self.axes)
        made = counted(self.count, "{n} take.", "{n} takes with one seed.")
        if len(self.axes) > 1:
            made = counted(self.count, "{n} take ({sizes}).", "{n} takes with one seed ({sizes}).", sizes=sizes)
        nothing = self.tr("Choose a setting to try at several values.")
        self.words.setProperty("role", "warn" if self.reason else "label")
        self.words.style().polish(self.words)
        self.words.setText(self.reason or (made if self.axes else nothing))


class _AxisRow(QWidget):
    """A knob and its values, behind the arrow that its axis has in the grid; a change of knob brings values worth a try."""

    changed = Signal()

    def __init__(self, arrow: str, name: str) -> None:
        super().__init__()
        self._knobs: tuple[Knob, ...] = ()
        self.box = ChoiceBox()
        self.box.setFont(theme.font(theme.TEXT_PX - 1))
        self.box.setFixedWidth(KNOB_PX)
        self.box.setAccessibleName(name)
        self.box.setToolTip(name)
        self.field = QLineEdit()
        self.field.setFont(theme.mono(theme.TEXT_PX - 1))
        self.field.setAccessibleName(self.tr("{axis}: values").format(axis=name))
        self.field.setToolTip(self.tr("Up to five values, with spaces between them"))
        self.box.activated.connect(self._chosen)
        self.field.textEdited.connect(self.changed)
        label = QLabel(arrow)
        label.setProperty("role", "muted")
        label.setToolTip(name)
        label.setFixedWidth(ARROW_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP_PX)
        row.addWidget(label)
        row.addWidget(self.box)
        row.addWidget(self.field, 1)

    @property
    def knob(self) -> Knob | None:
        return next((knob for knob in self._knobs if knob.name == self.box.currentData()), None)

    def offer(self, knobs: tuple[Knob, ...]) -> None:
        before = self.knob
        self._knobs = knobs
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItem(self.tr("nothing"), NOTHING)
            for knob in knobs:
                self.box.addItem(question(knob.name, knob.label), knob.name)
            self.box.setCurrentIndex(max(0, self.box.findData(before.name if before is not None else NOTHING)))
        if self.knob != before:
            self._show_values()
        self.field.setEnabled(self.knob is not None)

    def choose_first(self) -> None:
        """How busy, where there is such a knob."""
        self.box.setCurrentIndex(min(max(1, self.box.findData("density")), self.box.count() - 1))
        self._show_values()

    def _chosen(self) -> None:
        self._show_values()
        self.changed.emit()

    def _show_values(self) -> None:
        knob = self.knob
        self.field.setText("" if knob is None else typed(knob, usual_values(knob)))
        self.field.setCursorPosition(0)
        self.field.setEnabled(knob is not None)

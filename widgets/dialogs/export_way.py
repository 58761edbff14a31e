"""WayPanel: in which format something goes out, what that is for, and its settings, each format's remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QScrollArea, QVBoxLayout, QWidget

from studio.knobs import Knob, KnobValue
from studio.words import mark, tr
from widgets.form import KnobForm
from widgets.theme import STEP_PX

LIST_PX = 176
SUFFIX, SEPARATE = "suffix", "separate"
"""Two settings that every format may have beside its own."""


class Way(Protocol):
    """A format as it is offered."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    @property
    def knobs(self) -> tuple[Knob, ...]: ...

    @property
    def separates(self) -> bool: ...


class WayPanel(QWidget):
    """`way_chosen()` when another format is, `turned()` when one of its settings is another. `kept`: settings by format."""

    way_chosen = Signal()
    turned = Signal()
    refused = Signal(str)

    def __init__(self, ways: Sequence[Way], kept: Mapping[str, Mapping[str, KnobValue]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways = tuple(ways)
        self._kept = {way.id: dict(kept.get(way.id, {})) for way in ways}
        self._shown: Way | None = None
        heading = QLabel(tr("As"))
        heading.setProperty("role", "title")
        self.list = QListWidget()
        self.list.addItems([tr(way.name) for way in ways])
        self.list.setAccessibleName(tr("Format"))
        self.list.setFixedWidth(LIST_PX)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        heading.setBuddy(self.list)
        self.about = QLabel()
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.form = KnobForm()
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 3 * STEP_PX, 0)
        inside.addWidget(self.form)
        inside.addStretch(1)
        self.scroller = QScrollArea(widgetResizable=True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(body)
        right = QVBoxLayout()
        right.setSpacing(3 * STEP_PX)
        right.addWidget(self.about)
        right.addWidget(self.scroller, 1)
        both = QHBoxLayout()
        both.setSpacing(4 * STEP_PX)
        both.addWidget(self.list)
        both.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP_PX)
        column.addWidget(heading)
        column.addLayout(both, 1)
        self.list.currentRowChanged.connect(self._choose)
        self.form.changed.connect(self._put_in_order)  # of words side by side Tab stops at the one that holds
        self.form.changed.connect(self.turned)
        self.form.refused.connect(self.refused)

    @property
    def way(self) -> Way:
        return self._ways[max(0, self.list.currentRow())]

    def choose(self, way_id: str) -> None:
        """Show this format; an unknown one is the first."""
        ids = [way.id for way in self._ways]
        self.list.setCurrentRow(ids.index(way_id) if way_id in ids else 0)

    @property
    def suffix(self) -> str:
        return str(self.form.values().get(SUFFIX, self.way.suffixes[0]))

    @property
    def is_separate(self) -> bool:
        return bool(self.form.values().get(SEPARATE, False))

    def separate(self, is_on: bool) -> None:
        """One file per track, or not."""
        self.form.set_values({SEPARATE: is_on})

    def options(self) -> dict[str, KnobValue]:
        """The format's own settings."""
        return {name: value for name, value in self.form.values().items() if name not in (SUFFIX, SEPARATE)}

    def settings(self) -> dict[str, dict[str, KnobValue]]:
        """Those of every format that are not as they come, to be remembered."""
        self._keep()
        return {name: values for name, values in self._kept.items() if values}

    # Inside

    def _choose(self) -> None:
        self._keep()
        way = self._shown = self.way
        self.about.setText(tr(way.about))
        knobs = _knobs(way)
        self.form.set_knobs(knobs)
        defaults = {knob.name: knob.default for knob in knobs}
        self.form.set_values(defaults)
        self.form.set_values({name: value for name, value in self._kept[way.id].items() if name in defaults})
        self._put_in_order()
        self.way_chosen.emit()

    def _put_in_order(self) -> None:
        """Tab goes from the list through the settings: they were made later than what stands below them."""
        at: QWidget = self.list
        for widget in self.form.stops():
            QWidget.setTabOrder(at, widget)
            at = widget

    def _keep(self) -> None:
        if self._shown is None:
            return
        defaults = {knob.name: knob.default for knob in _knobs(self._shown)}
        values = self.form.values()
        self._kept[self._shown.id] = {name: value for name, value in values.items() if value != defaults.get(name)}


def _knobs(way: Way) -> tuple[Knob, ...]:
    """The format's own, after which kind of file and whether one per track, where there is a choice."""
    made: list[Knob] = []
    if len(way.suffixes) > 1:
        made.append(Knob(SUFFIX, mark("File"), way.suffixes[0], choices=way.suffixes))
    if way.separates:
        made.append(
            Knob(
                SEPARATE,
                mark("One file per track"),
                False,
                help=mark("In a folder: 01 - Bass, 02 - Drums and so on. Of sound these are stems."),
            )
        )
    return (*made, *way.knobs)

"""Attributes: along which learned directions the pad pushes, how bold it decodes, and in whose taste."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, get_args

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.explore.pad import MOST_TEMPERATURE
from studio.generation.latent import Attribute, Line, Phrase, Strictness
from studio.knobs import Knob
from studio.session import Session
from studio.song.notes import Rows, ends
from studio.words import mark, tr
from widgets.controls.fitting_scroll import FittingScroll
from widgets.controls.slider import SliderRow
from widgets.form import KnobForm
from widgets.panel import Area, Panel
from widgets.panels.analogy import AnalogyBox
from widgets.panels.snapshots import Snapshots
from widgets.panels.taste import TasteBox
from widgets.theme import STEP_PX

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

MARGIN_PX = 16
MOST_DEVIATIONS = 2.0
LINE_WORDS: dict[Line, str] = {"skyline": mark("highest notes"), "lowest": mark("lowest notes"), "track": mark("as written")}
DECODING = (
    Knob("temperature", "Temperature", 0.0, 0.0, MOST_TEMPERATURE, help="0: the likeliest notes, the same each time"),
    Knob("in_key", "Stay in key", "soft", choices=get_args(Strictness), help="Soft: notes outside the key are rare. On: none."),
    Knob("line", "Line", LINE_WORDS["skyline"], choices=tuple(LINE_WORDS.values()),
         help="Which notes are read where several sound at once"),
)  # fmt: skip


class DeviationRow(SliderRow):
    """A slider in standard deviations: "+0.8 σ"; a double click goes back to 0."""

    def __init__(self, attribute: Attribute, parent: QWidget | None = None) -> None:
        knob = Knob(attribute.name, attribute.label, 0.0, -MOST_DEVIATIONS, MOST_DEVIATIONS, help=attribute.help, unit="σ")
        super().__init__(knob, step=0.1, tint="proposed", parent=parent)

    def words(self) -> str:
        value = round(float(self.value), 1)
        return f"{value:+.1f} σ" if value else "0 σ"


class Attributes(Panel):
    """The left lower side of Explore. It shows the pad's settings and tells the explorer what was moved."""

    title: ClassVar[str] = mark("Attributes")
    area: ClassVar[Area] = "left"

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        self.explorer = explorer
        super().__init__(explorer.session, parent)

    def build(self, session: Session) -> None:
        self.sliders: dict[str, DeviationRow] = {}
        self._shown: tuple[Attribute, ...] = ()
        self._is_showing = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()
        self.listen(self.explorer.pad_changed, self._refresh)
        self.listen(self.explorer.palette_changed, self.taste.refresh)
        self.listen(self.explorer.palette_changed, self.analogy.refresh)
        self.listen(session.jobs.changed, self.taste.show_job)
        self._refresh()

    def _lay_out(self) -> None:
        title = QLabel(tr(self.title))
        title.setProperty("role", "title")
        self.nothing = QLabel(self.tr("The chosen model has learned no directions to push along."))
        self.nothing.setProperty("role", "dim")
        self.nothing.setWordWrap(True)
        self._sliders = QVBoxLayout()
        self._sliders.setSpacing(STEP_PX)
        self.form = KnobForm()
        self.form.set_knobs(DECODING)
        self.form.changed.connect(self._form_changed)
        self.form.refused.connect(self._refused)
        self.analogy = AnalogyBox(self.explorer)
        self.taste = TasteBox(self.explorer)
        self.snapshots = Snapshots(self.explorer)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 2, 0)
        rows.setSpacing(2 * STEP_PX)
        rows.addWidget(self.nothing)
        rows.addLayout(self._sliders)
        for widget in (self.analogy, self.form, self.taste, self.snapshots):
            rows.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 12)
        column.setSpacing(2 * STEP_PX)
        column.addWidget(title)
        column.addWidget(FittingScroll(body, least_px=180))
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc stops the learning, as its link says."""
        if event.key() != Qt.Key.Key_Escape or not self.taste.cancel():
            super().keyPressEvent(event)

    # Showing

    def _refresh(self) -> None:
        """Show the pad as it is; nothing of this is told back to the explorer."""
        self._is_showing = True
        pad, space = self.explorer.pad, self.explorer.space
        self._show_sliders(space.attributes if space is not None else ())
        for name, slider in self.sliders.items():
            slider.set_value(max(-MOST_DEVIATIONS, min(MOST_DEVIATIONS, pad.attributes.get(name, 0.0))))
        temperature = max(0.0, min(MOST_TEMPERATURE, pad.temperature))
        self.form.set_values({"temperature": temperature, "in_key": pad.in_key, "line": LINE_WORDS[pad.line]})
        is_melodic = space is None or "drums" not in space.parts
        phrases = [anchor.phrase for anchor in pad.anchors if anchor is not None]
        self.form.row("line").setVisible(is_melodic and any(map(has_several_lines, phrases)))
        self.form.row("in_key").setVisible(space is None or space.parts != ("drums",))
        self.analogy.refresh()
        self.taste.refresh()
        self.snapshots.refresh()
        self._is_showing = False

    def _show_sliders(self, attributes: tuple[Attribute, ...]) -> None:
        if attributes != self._shown:
            self._shown = attributes
            for old in self.sliders.values():
                old.hide()
                old.deleteLater()
            self.sliders = {attribute.name: self._slider(attribute) for attribute in attributes}
        self.nothing.setVisible(not attributes and self.explorer.space is not None)

    def _slider(self, attribute: Attribute) -> DeviationRow:
        row = DeviationRow(attribute)
        row.changed.connect(lambda: self._slid(attribute.name))
        row.refused.connect(self._refused)
        self._sliders.addWidget(row)
        return row

    # Telling

    def _slid(self, name: str) -> None:
        if not self._is_showing:
            self.explorer.set_attribute(name, float(self.sliders[name].value))

    def _form_changed(self) -> None:
        if self._is_showing:
            return
        values, pad = self.form.values(), self.explorer.pad
        if values["temperature"] != pad.temperature:
            self.explorer.set_temperature(float(values["temperature"]))
        for strictness in get_args(Strictness):
            if values["in_key"] == strictness != pad.in_key:
                self.explorer.set_strictness(strictness)
        for line, words in LINE_WORDS.items():
            if values["line"] == words and line != pad.line:
                self.explorer.set_line(line)

    def _refused(self, sentence: str) -> None:
        self.session.say(sentence, is_error=True)


def has_several_lines(phrase: Phrase) -> bool:
    """Whether there is a choice of which notes to read: several melodic parts, or notes that sound together."""
    parts = [rows for offset, rows in phrase.clip.parts if offset not in phrase.drums and len(rows)]
    return len(parts) > 1 or any(map(_is_polyphonic, parts))


def _is_polyphonic(rows: Rows) -> bool:
    order = np.argsort(rows["start"], kind="stable")
    starts, latest = rows["start"][order], np.maximum.accumulate(ends(rows)[order])
    return bool((starts[1:] < latest[:-1]).any())

"""AnalogyBox: as one phrase is to another, so is what the pad holds to what is heard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.errors import RicercarError
from studio.explore.pad import LETTERS, MOST_ANALOGY, Analogy
from studio.generation.latent import Phrase
from studio.knobs import Knob
from widgets import theme
from widgets.controls.choice_box import ChoiceBox
from widgets.controls.slider import SliderRow
from widgets.phrase_drag import accepts, asked_file, read_file, receive_drop
from widgets.theme import STEP_PX, TARGET_PX

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

End = Literal["start", "goal"]
NONE, HELD, SELECTION, HERE, FILE = "none", "held", "selection", "here", "file"
AMOUNT = Knob("analogy", "Amount", Analogy().amount, -MOST_ANALOGY, MOST_ANALOGY, unit="×",
              help="How much of what leads from the first phrase to the second is added; below 0 it is taken away")  # fmt: skip


class EndBox(ChoiceBox):
    """One end of the analogy: a list of phrases to choose from, and a place to drop one.

    The file dialog is `ask_file`'s, which tests answer themselves.
    """

    def __init__(self, explorer: Explorer, end: End, name: str) -> None:
        super().__init__()
        self.explorer, self.end = explorer, end
        self.setFont(theme.font(theme.TEXT_PX - 1))
        self.setMinimumHeight(TARGET_PX)
        self.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setAcceptDrops(True)
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Choose a phrase, or drop one here"))
        self.setAccessibleDescription(self.toolTip())
        self.ask_file: Callable[[], Path | None] = self._asked_file
        self._listed: list[tuple[str, str]] = []
        self.activated.connect(self._choose)

    @property
    def phrase(self) -> Phrase | None:
        """What stands at this end."""
        analogy = self.explorer.pad.analogy
        return analogy.start if self.end == "start" else analogy.goal

    def minimumSizeHint(self) -> QSize:
        return QSize(90, super().minimumSizeHint().height())

    def refresh(self) -> None:
        """List what can be chosen; what is chosen stays in sight."""
        held = self.phrase
        offered = {key: (words, phrase) for key, words, phrase in self._offered()}
        chosen = next((key for key, (_, phrase) in offered.items() if phrase is held), NONE if held is None else HELD)
        entries = [(NONE, self.tr("none"))]
        if held is not None and chosen == HELD:
            entries.append((HELD, held.source))
        entries += [(key, words) for key, (words, _) in offered.items()]
        entries += [
            (SELECTION, self.tr("the selected notes or bars")),
            (HERE, self.tr("what is heard at the pointer")),
            (FILE, self.tr("a file …")),
        ]
        with QSignalBlocker(self):
            if entries != self._listed:
                self._listed = entries
                self.clear()
                for key, words in entries:
                    self.addItem(words, key)
            self.setCurrentIndex([key for key, _ in entries].index(chosen))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if receive_drop(self.explorer, event.mimeData(), self.put):
            event.acceptProposedAction()

    def put(self, phrase: Phrase | None) -> None:
        self.explorer.set_analogy_phrase(self.end, phrase)
        self.refresh()

    def _asked_file(self) -> Path | None:
        return asked_file(self, self.explorer.session, self.tr("Choose a phrase"))

    def _offered(self) -> list[tuple[str, str, Phrase]]:
        """What is on the pad, then what is in the palette beside that: key, words, phrase."""
        anchors = [(LETTERS[at], anchor) for at, anchor in enumerate(self.explorer.pad.anchors) if anchor is not None]
        found = [(letter, f"{letter} · {anchor.label}", anchor.phrase) for letter, anchor in anchors]
        there = {phrase for _, _, phrase in found}
        return found + [
            (str(at), phrase.source, phrase) for at, phrase in enumerate(self.explorer.palette) if phrase not in there
        ]

    def _choose(self, index: int) -> None:
        key = str(self.itemData(index))
        try:
            if key == FILE:
                path = self.ask_file()
                if path is not None:
                    read_file(self.explorer, path, self.put)
            elif key != HELD:
                self.put(self._phrase(key))
        except RicercarError as problem:
            self.explorer.session.say(str(problem), is_error=True)
        self.refresh()

    def _phrase(self, key: str) -> Phrase | None:
        if key == SELECTION:
            return self.explorer.phrase_of_selection()
        if key == HERE:
            return self.explorer.phrase_here()
        return next((phrase for known, _, phrase in self._offered() if known == key), None)


class AnalogyBox(QWidget):
    """Two phrases and an amount. Nothing moves until both phrases are there."""

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explorer = explorer
        heading = QLabel(self.tr("Analogy"))
        heading.setProperty("role", "muted")
        self.words = QLabel()
        self.words.setProperty("role", "label")
        self.words.setWordWrap(True)
        self.start = EndBox(explorer, "start", self.tr("As from this phrase"))
        self.goal = EndBox(explorer, "goal", self.tr("to this phrase"))
        self.amount = SliderRow(AMOUNT, step=0.1, tint="proposed")
        ends = QGridLayout()
        ends.setSpacing(STEP_PX)
        ends.setColumnStretch(1, 1)
        for row, (name, box) in enumerate(((self.tr("As from"), self.start), (self.tr("to"), self.goal))):
            label = QLabel(name)
            label.setProperty("role", "muted")
            label.setFont(theme.font(theme.TEXT_PX - 1))
            label.setBuddy(box)
            ends.addWidget(label, row, 0)
            ends.addWidget(box, row, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 2 * STEP_PX, 0, 0)
        rows.setSpacing(STEP_PX)
        rows.addWidget(heading)
        rows.addLayout(ends)
        rows.addWidget(self.amount)
        rows.addWidget(self.words)
        self.amount.changed.connect(self._slid)
        self.amount.refused.connect(partial(explorer.session.say, is_error=True))

    def refresh(self) -> None:
        """Show the pad's analogy; nothing of this is told back."""
        analogy = self.explorer.pad.analogy
        for box in (self.start, self.goal):
            box.refresh()
        is_whole = analogy.start is not None and analogy.goal is not None
        self.amount.setVisible(is_whole)
        with QSignalBlocker(self.amount):
            self.amount.set_value(round(analogy.amount, 2))
        told = self.explorer.analogy_refusal or self._advice()
        self.words.setText(told)
        self.words.setVisible(bool(told))

    def _advice(self) -> str:
        analogy = self.explorer.pad.analogy
        if analogy.start is None or analogy.goal is None:
            return self.tr("Choose two phrases: what the second has over the first is added to the whole pad.")
        return ""

    def _slid(self) -> None:
        self.explorer.set_analogy_amount(float(self.amount.value))

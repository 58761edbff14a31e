"""PadTools: the row over the pad - how phrases lie on it, whose space it is, drawing, walking, what is heard on a phrase."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.generation.asking import LAST_SEED
from studio.generation.describe import grouped
from studio.words import mark, tr
from widgets.controls.announce import announce
from widgets.controls.buttons import IconButton
from widgets.controls.chips import Chip, FlowLayout
from widgets.controls.choice_box import ChoiceBox, Segments
from widgets.controls.pad_commands import PadCommands
from widgets.controls.pressable import SmallIcon
from widgets.controls.slider import ValueField

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

CORNERS, ANCHORS = mark("Corners"), mark("Anchors")
OWN, RECONSTRUCTED = mark("Own notes"), mark("As the model hears it")
TO_WALK = mark("a path can wander over it")
MODEL_PX, SEED_PX = 190, 62


class _Toggle(Chip):
    """A chip that a second press lets go."""

    def nextCheckState(self) -> None:
        self.setChecked(not self.isChecked())


class PadTools(QWidget):
    """`draw_turned(on)` when drawing is switched here; everything else goes to the explorer at once."""

    draw_turned = Signal(bool)

    def __init__(self, explorer: Explorer, commands: PadCommands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explorer, self.commands = explorer, commands
        self._shown_models: tuple[str, ...] = ()
        self.setAccessibleName(self.tr("Pad tools"))
        self._make()
        self._connect()
        self._lay_out()
        self.refresh()

    # Shown by the panel

    def refresh(self) -> None:
        explorer = self.explorer
        self._show_models()
        self.mode.set_text(CORNERS if explorer.pad.mode == "corners" else ANCHORS)
        self.heard.set_text(RECONSTRUCTED if explorer.reconstruction_shown else OWN)
        is_empty, is_full = not explorer.pad.slots, None not in explorer.pad.anchors[:4]
        self.fill.setVisible(not is_full and not is_empty and explorer.pad.mode == "corners")
        self.pin.setEnabled(explorer.phrase is not None)
        self.walk.setEnabled(not is_empty)
        self.draw_path.setEnabled(not is_empty)
        self.dice.setEnabled(not is_empty)
        self.play.setEnabled(not is_empty)
        self.show_playing()
        self.updateGeometry()

    def show_playing(self) -> None:
        is_playing = self.explorer.is_playing
        self.play.show_icon("stop" if is_playing else "play")
        words = self.tr("Stop (Space)") if is_playing else self.tr("Hear the phrase under the pointer in a loop (Space)")
        self.play.setToolTip(words)
        self.play.setAccessibleName(words)

    def show_drawing(self, on: bool) -> None:
        self.draw_path.setChecked(on)

    @property
    def seed(self) -> int:
        return self._seed

    # Commands

    def choose_mode(self, word: str) -> None:
        mode = "corners" if word == CORNERS else "anchors"
        if mode != self.explorer.pad.mode:
            self.explorer.set_mode("corners" if word == CORNERS else "anchors")

    def choose_heard(self, word: str) -> None:
        shown = word == RECONSTRUCTED
        if shown != self.explorer.reconstruction_shown:
            self.explorer.show_reconstruction(shown)

    def choose_model(self, index: int) -> None:
        if 0 <= index < len(self._shown_models) and self._shown_models[index] != self.explorer.pad.model:
            chosen = self._shown_models[index]
            self.commands.attempt(lambda: self.explorer.choose_model(chosen))

    def take_walk(self) -> None:
        """Wander over the pad from the pointer; the same seed goes the same way."""
        if self.commands.has_phrases(tr(TO_WALK)):
            self.explorer.walk(self._seed)
            announce(self, self.tr("A path of %n point(s)", "", len(self.explorer.pad.path)))

    def roll(self) -> None:
        """Another seed, and the walk it makes."""
        self._set_seed(random.randint(1, LAST_SEED))
        self.take_walk()

    # Inside

    def _make(self) -> None:
        self.mode = Segments((CORNERS, ANCHORS))
        self.mode.set_words(self.tr("Places"), self.tr("Four phrases on the corners, or up to eight placed freely"))
        self.model = ChoiceBox()
        self.model.setAccessibleName(self.tr("Model"))
        self.model.setFixedWidth(MODEL_PX)
        self.fill = Chip(self.tr("Fill corners"))
        self.fill.setToolTip(self.tr("Let the model make up phrases for the corners that are empty (Shift+F)"))
        self.draw_path = _Toggle(self.tr("Draw path"), checkable=True)
        self.draw_path.setToolTip(self.tr("The next drag on the pad draws a path (P); holding Shift does the same"))
        self.walk = Chip(self.tr("Walk"))
        self.walk.setToolTip(self.tr("A path that wanders over the pad; the same seed goes the same way (W)"))
        self.seed_field = ValueField()
        self.seed_field.setFixedWidth(SEED_PX)
        self.seed_field.setAccessibleName(self.tr("Seed of the walk"))
        self.seed_field.setToolTip(self.tr("Seed of the walk"))
        self.dice = SmallIcon("dice", self.tr("Another walk (Shift+W)"))
        self.pin = Chip(self.tr("Pin as take"))
        self.pin.setToolTip(self.tr("Put what is heard among the takes (T)"))
        self.heard = Segments((OWN, RECONSTRUCTED))
        self.heard.set_words(
            self.tr("On a phrase"), self.tr("What is heard where a phrase lies: its own notes, or what the model makes of it")
        )
        self.play = IconButton("play", "")
        self.play.setFixedSize(36, 28)
        self._set_seed(random.randint(1, LAST_SEED))

    def _connect(self) -> None:
        self.mode.changed.connect(self.choose_mode)
        self.heard.changed.connect(self.choose_heard)
        self.model.activated.connect(self.choose_model)
        self.fill.clicked.connect(lambda: self.commands.attempt(self.explorer.fill_empty_corners))
        self.draw_path.toggled.connect(self.draw_turned)
        self.walk.clicked.connect(self.take_walk)
        self.seed_field.editingFinished.connect(self._typed_seed)
        self.seed_field.given_up.connect(lambda: self._set_seed(self._seed))
        self.dice.clicked.connect(self.roll)
        self.pin.clicked.connect(self.commands.pin)
        self.play.clicked.connect(self.commands.toggle_play)

    def _lay_out(self) -> None:
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)  # as high as its rows are at its width, not at the least one
        self.setSizePolicy(policy)
        flow = FlowLayout(self, gap_px=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for part in (self.play, self.mode, self.model, self.fill, self.draw_path, _beside(self.walk, self.seed_field, self.dice)):
            flow.addWidget(part)
        for part in (self.pin, self.heard):
            flow.addWidget(part)

    def _show_models(self) -> None:
        models = self.explorer.models
        ids = tuple(model.id for model in models)
        if ids != self._shown_models:
            self._shown_models = ids
            self.model.clear()
            self.model.addItems([model.title for model in models])
        self.model.setEnabled(bool(ids))
        present = self.explorer.pad.model
        if present in ids:
            self.model.setCurrentIndex(ids.index(present))
            self.model.setToolTip(self.tr("Whose space this is: {model}").format(model=models[ids.index(present)].title))

    def _typed_seed(self) -> None:
        digits = "".join(mark for mark in self.seed_field.text() if not mark.isspace())
        if self.seed_field.isModified() and digits.isascii() and digits.isdecimal():
            self._set_seed(min(LAST_SEED, int(digits)))
        else:
            self._set_seed(self._seed)

    def _set_seed(self, seed: int) -> None:
        self._seed = seed
        self.seed_field.setText(grouped(seed))
        self.seed_field.setModified(False)


def _beside(*widgets: QWidget) -> QWidget:
    """Widgets that wrap together."""
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(1)
    for widget in widgets:
        row.addWidget(widget)
    return group

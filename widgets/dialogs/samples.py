"""Samples: eight unselected takes of a model, seeds 1 to 8, on named public-domain tunes; one click makes and plays one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.edits import takes
from studio.errors import RicercarError
from studio.files.primers import Primer
from studio.generation import asking
from studio.generation.asking import Aim, Wish
from studio.generation.contract import Request, Take
from studio.generation.describe import notes_words
from studio.jobs.board import Running
from studio.knobs import Knob
from studio.session import Session
from studio.song.song import Song
from widgets.controls.announce import announce
from widgets.controls.choice_box import ChoiceBox
from widgets.dialogs.sample_button import SampleButton

SEEDS = tuple(range(1, 9))
BARS = 4
HEARD_BEFORE_BARS = 2
"""So much of the tune is heard before the take begins."""
FIRST_PRIMER = "twinkle"
LOOK_MS = 200
"""How often it is looked whether the sample still plays."""


def sample_request(model_id: str, primer: Song, seed: int, knobs: Sequence[Knob]) -> Request:
    """One take of four bars that goes on from the tune, with the model's default settings."""
    aim = Aim(primer.tracks[0].id, None, BARS)
    settings = {knob.name: knob.default for knob in knobs}
    return asking.request_of(Wish("continue", model_id, aim, frozenset(), settings, seed, 1), primer)


def with_take(request: Request, take: Take) -> Song:
    """The tune with the take in it."""
    return takes.keep(take.parts, request.mask, take.origin, "sample").apply(request.song)


@dataclass(eq=False)
class _Errand:
    """A take that is being made for a button."""

    seed: int
    running: Running | None = None


class Samples(QWidget):
    """A tune to choose and eight buttons. Nothing is selected or sorted: seed 3 is the third draw, good or bad."""

    said = Signal(str)

    def __init__(self, session: Session, model_id: str, knobs: Sequence[Knob], primers: Sequence[Primer]) -> None:
        super().__init__()
        self.session = session
        self._model_id = model_id
        self._knobs = tuple(knobs)
        self._primers = tuple(primers)
        self._made: dict[tuple[str, int], tuple[Request, Take]] = {}
        self._errand: _Errand | None = None
        self._playing: int | None = None
        self._was_heard = False
        self.tune = ChoiceBox()
        self.tune.addItems([primer.title for primer in self._primers])
        self.tune.setAccessibleName(self.tr("Tune to go on from"))
        names = [primer.name for primer in self._primers]
        self.tune.setCurrentIndex(names.index(FIRST_PRIMER) if FIRST_PRIMER in names else 0)
        self.tune_words = QLabel()
        self.tune_words.setProperty("role", "dim")
        self.tune_words.setWordWrap(True)
        self.buttons = {seed: SampleButton(seed) for seed in SEEDS}
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._look_at_sound)
        self._lay_out()
        self.tune.currentIndexChanged.connect(self._choose_tune)
        for button in self.buttons.values():
            button.clicked.connect(self._pressed)
        self._choose_tune()

    @property
    def primer(self) -> Primer:
        return self._primers[self.tune.currentIndex()]

    def stop(self) -> None:
        """Cancel what is being made and give the song its sound back."""
        self._cancel()
        self._playing = None
        self._look.stop()
        self.session.end_preview()
        self._refresh()

    # Inside

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(8)
        for index, button in enumerate(self.buttons.values()):
            grid.addWidget(button, index // 2, index % 2)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.tune)
        rows.addWidget(self.tune_words)
        rows.addLayout(grid)

    def _choose_tune(self) -> None:
        if not self._primers:
            self.tune_words.setText(self.tr("No tunes came with the program, so nothing can be played here."))
            self.tune.setEnabled(False)
            for button in self.buttons.values():
                button.setEnabled(False)
            return
        if self._playing is not None or self._errand is not None:
            self.stop()
        self.tune_words.setText(f"{self.primer.composer}. {self.primer.source}")
        self._refresh()

    def _pressed(self) -> None:
        sender = self.sender()
        if not isinstance(sender, SampleButton):
            return
        if self._playing == sender.seed:
            self.stop()
            return
        made = self._made.get((self.primer.name, sender.seed))
        if made is not None:
            self._play(sender.seed, *made)
        else:
            self._make(sender.seed)

    def _make(self, seed: int) -> None:
        self._cancel()
        name = self.primer.name
        try:
            request = sample_request(self._model_id, self.primer.song, seed, self._knobs)
        except RicercarError as problem:
            self.said.emit(str(problem))
            return
        errand = _Errand(seed)
        self._errand = errand

        def arrived(take: Take) -> None:
            self._made[(name, seed)] = (request, take)
            if self._errand is errand:
                self._play(seed, request, take)

        def ended() -> None:
            if self._errand is errand:
                self._errand = None
                self._refresh()

        self.said.emit("")
        self._refresh()
        errand.running = self.session.sample(request, arrived, ended)

    def _cancel(self) -> None:
        """Whatever is being made is not wanted any more."""
        errand, self._errand = self._errand, None
        if errand is not None and errand.running is not None:
            errand.running.cancel()

    def _play(self, seed: int, request: Request, take: Take) -> None:
        self._playing = seed
        timeline = request.song.timeline
        bar = max(1, timeline.bar_of(request.span.start_tick) - HEARD_BEFORE_BARS)
        self.session.preview(with_take(request, take), timeline.bar_start(bar))
        self._was_heard = False
        self._look.start()
        self.said.emit("")
        announce(self, self.tr("Seed {seed}: {notes}").format(seed=seed, notes=notes_words(take.note_count)))
        self._refresh()

    def _look_at_sound(self) -> None:
        """The sample came to its end, or something else stopped it."""
        if self.session.sound.is_playing:
            self._was_heard = True
        elif self._playing is not None and self._was_heard:
            self._playing = None
            self._look.stop()
            self._refresh()

    def _refresh(self) -> None:
        for seed, button in self.buttons.items():
            made = self._made.get((self.primer.name, seed)) if self._primers else None
            making = self._errand is not None and self._errand.seed == seed and made is None
            button.show_take(made[1] if made is not None else None, is_playing=seed == self._playing, is_being_made=making)

"""Generate: what to make, where, with which model and how; progress and a cancel that answers at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import ClassVar, cast

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.errors import RicercarError
from studio.events import Signal as Changed
from studio.generation import asking
from studio.generation.asking import Aim, Wish
from studio.generation.contract import Capability, Family, Request
from studio.generation.describe import takes_words, task_words
from studio.generation.fit import Fitting, asked_of
from studio.generation.latent import Phrase
from studio.generation.library import Library, ListedModel
from studio.generation.offer import Offer, parts_of, suits, unsuited
from studio.generation.sweep import swept
from studio.generation.tally import Tally
from studio.generation.tray import TakeSet
from studio.jobs.board import Running
from studio.jobs.job import JobState
from studio.session import Session
from studio.words import mark, tr
from widgets.controls.announce import announce
from widgets.controls.chips import Chip, ChipRow
from widgets.controls.fitting_scroll import FittingScroll
from widgets.controls.job_chip import JobChip
from widgets.controls.pressable import SmallIcon
from widgets.controls.stepper import SeedRow, Stepper
from widgets.controls.switch import Switch
from widgets.form import KnobForm
from widgets.panel import Area, Panel
from widgets.panels.constraint_row import ConstraintRow
from widgets.panels.model_list import ModelChooser
from widgets.panels.sweep_box import SweepBox
from widgets.panels.towards_box import NamedMusic
from widgets.panels.where_box import WhereBox
from widgets.panels.written import contradiction, is_drum_track, written_tracks
from widgets.theme import STEP_PX

MARGIN_PX = 16
MOST_TAKES = 16
FRONT = ("resemblance", "density", "temperature", "task", "amount", "stay_in_key")
"""What stands open for every model: how different, how busy, how surprising; what belongs to the question; the key."""


class Generate(Panel):
    """`card_wanted(id)` asks for a model's card, `permissive_turned(bool)` tells of the switch in the list.

    `offer_models` gives it the models, after the first paint; until then it says that they are being read.
    """

    title: ClassVar[str] = mark("Generate")
    area: ClassVar[Area] = "right"
    card_wanted = Signal(str)
    permissive_turned = Signal(bool)

    def build(self, session: Session) -> None:
        self._library: Library | None = None
        self._families: Mapping[str, Family] = {}
        self._offer = Offer()
        self._model: ListedModel | None = None
        self._chosen_verb = ""
        self._verb = ""
        self._running: Running | None = None
        self._take_set: TakeSet | None = None
        self._arrived_s: list[float] = []
        self._note = ""
        self._last_seed: int | None = None
        self._seconds: dict[str, float] = {}
        self._made_verbs: tuple[str, ...] = ()
        self._picked = ""
        self._for_drums = False
        self._fitting = Fitting()
        self._tally: Tally | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self.listen(session.song_changed, self._song_changed)
        self.listen(session.selection_changed, self._refresh)
        self.listen(session.document_changed, self._refresh)
        self.listen(session.jobs.changed, self._job_changed)
        self.listen(session.tray.changed, self._tray_changed)
        self._refresh()

    # From outside

    def offer_models(self, library: Library, families: Mapping[str, Family], *, permissive_only: bool = False) -> None:
        """Show these models; called again after the library was scanned anew."""
        self._library, self._families = library, families
        with QSignalBlocker(self.models.popup.switch):
            self.models.popup.switch.setChecked(permissive_only)
        self._read_library()

    def offer_palette(self, phrases: Callable[[], tuple[Phrase, ...]], changed: Changed[()]) -> None:
        """Let requests name these phrases; `changed` tells that there are others."""
        self.towards.offer_palette(phrases)
        self.listen(changed, self._refresh)

    def offer_tally(self, tally: Tally) -> None:
        """Show beside each model how many of its takes were kept, starred and heard."""
        self._tally = tally
        self.listen(tally.changed, self._show_models)
        self._show_models()

    def generate(self) -> None:
        """Ask for takes of what the panel shows. A request that still runs is cancelled for it."""
        self.session.interrupting.emit(None)
        if not self.seed.is_locked and self.seed.value == self._last_seed:
            self.seed.set_value(asking.next_seed(self.seed.value))
        self._ask()

    def again(self) -> None:
        """More like this: the request of the takes that are shown with the next seed; without takes, what is shown here."""
        take_set = self.session.tray.current
        if take_set is None:
            self.generate()
        else:
            self._repeat(take_set.request, asking.next_seed(self._last_seed or take_set.request.seed))

    def repeat(self, request: Request, seed: int, *, keeps_all: bool = False) -> None:
        """Ask the same of the song as it is now; with `keeps_all` its takes follow those that are there."""
        self._repeat(request, seed, keeps_all=keeps_all)

    def rerun(self) -> None:
        """The request of the takes that are shown, with its own seed, on the present song."""
        take_set = self.session.tray.current
        if take_set is not None:
            self._repeat(take_set.request, take_set.request.seed)

    def cancel(self) -> None:
        """Stop the request that runs; the takes that came stay."""
        if self._running is not None:
            self._running.cancel()

    @property
    def is_running(self) -> bool:
        return self._running is not None and not self._running.state.is_over

    # Building

    def _lay_out(self) -> None:
        self.verbs = ChipRow(self.tr("What to make"))
        self.where = WhereBox(self.session)
        self.towards = NamedMusic(self.session)
        self.constraints = ConstraintRow(self.session)
        self.models = ModelChooser()
        self.fit_words = QLabel()
        self.fit_words.setProperty("role", "label")
        self.fit_words.setWordWrap(True)
        self.about = SmallIcon("info", self.tr("About this model: data, figures, and what it sounds like"))
        self.form = KnobForm(front=FRONT)
        self.sweep = SweepBox()
        self.count = Stepper(self.tr("Takes"), 1, MOST_TAKES, 4)
        self.seed = SeedRow()
        self.hear_at_once = Switch(self.tr("Play the first take at once"))
        self.hear_at_once.setChecked(True)
        self.button = QPushButton()
        self.button.setProperty("role", "primary")
        self.button.setStyleSheet("QPushButton { min-height: 26px; }")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAutoDefault(True)
        self.problem = QLabel()
        self.problem.setProperty("role", "warn")
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName(self.tr("What is in the way"))
        self.progress = JobChip()
        for widget in (self.problem, self.progress):
            widget.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, 6)
        rows.setSpacing(2 * STEP_PX)
        rows.addWidget(_titled(tr(self.title)))
        self._scroll = FittingScroll(self._settings(), least_px=104)
        rows.addWidget(self._scroll)
        # How many and which seed stay in sight, however many rows a model's settings have.
        rows.addWidget(self.count)
        rows.addWidget(self.seed)
        rows.addWidget(self.button)
        rows.addWidget(self.problem)
        rows.addWidget(self.progress)
        self._connect()

    def _settings(self) -> QWidget:
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 2, 0)
        rows.setSpacing(STEP_PX + 2)
        heading = QHBoxLayout()
        label = QLabel(self.tr("Model"))
        label.setProperty("role", "label")
        heading.addWidget(label, 1)
        heading.addWidget(self.about)
        rows.addWidget(self.verbs)
        rows.addWidget(self.where)
        rows.addWidget(self.constraints)
        rows.addWidget(self.towards)
        rows.addLayout(heading)
        rows.addWidget(self.models)
        rows.addWidget(self.fit_words)
        self.form.fold(self.hear_at_once)
        rows.addWidget(self.form)
        rows.addWidget(self.sweep)
        rows.addStretch(1)
        return body

    def _connect(self) -> None:
        self.where.changed.connect(self._refresh)
        self.towards.changed.connect(self._refresh)
        self.models.chosen.connect(self._choose_model)
        self.models.card_wanted.connect(self.card_wanted)
        self.models.permissive_turned.connect(self._turn_permissive)
        self.models.clear_wanted.connect(self.clear_counts)
        self.about.clicked.connect(self._show_card)
        self.form.refused.connect(self._say_problem)
        self.sweep.changed.connect(self._refresh)
        self.count.changed.connect(self._refresh)
        self.button.clicked.connect(self.generate)
        self.progress.cancelled.connect(self.cancel)

    # Models

    def _read_library(self) -> None:
        if self._library is None:
            return
        self._offer = Offer(self._library.cards(self.models.popup.switch.isChecked()), self._families)
        self._fitting = Fitting(self._offer.models)
        self._refresh()

    def _choose_model(self, model_id: str) -> None:
        self._picked = model_id
        self._refresh()

    def _turn_permissive(self, only: bool) -> None:
        self._read_library()
        self.permissive_turned.emit(only)

    def _show_card(self) -> None:
        if self._model is not None:
            self.card_wanted.emit(self._model.id)

    # Showing

    def _song_changed(self, *_: object) -> None:
        if not self.session.history.labels:
            # Another song, most likely: what was chosen for the one before does not fit it.
            self._chosen_verb = ""
            self.where.hear_everyone()
        self._refresh()

    def _refresh(self) -> None:
        """Bring every part in line with song, selection, models and choice."""
        verbs = self._offer.capabilities
        song = self.session.song
        wanted = self._chosen_verb if self._chosen_verb in verbs else ""
        if not wanted or asking.obstacle(wanted, song, self.where.aim_for(wanted)):
            wanted = asking.suggestion(verbs, song, self.where.aim_for("")) or wanted or (verbs[0] if verbs else "continue")
        self._verb = wanted
        aim = self.where.aim_for(wanted)
        self._fitting.ordered(asked_of(wanted, song, aim, song.constraint(aim.track_id)))
        self._choose_for(wanted, is_drum_track(song, aim.track_id))
        self._show_verbs(verbs)
        self.where.show_for(wanted)
        self.constraints.show_for(self._written(aim))
        self.towards.show_for(wanted if wanted != "vary" or self._offer.has_way(self._model) else "", aim)
        self._show_models()
        has_lines, has_way = asking.has_lines(song, aim, wanted), self.towards.names_a_way
        has_notes = asking.has_notes_near(song, aim, wanted)
        self.form.set_knobs(self._offer.knobs(self._model, wanted, has_lines=has_lines, has_way=has_way, has_notes=has_notes))
        self.sweep.show_knobs(self.form.knobs)
        self.count.setEnabled(not self.sweep.count)
        wanted_takes = takes_words(self.sweep.count or self.count.value)
        words = self.tr("Generate a grid of {takes}   Ctrl+G") if self.sweep.count else self.tr("Generate {takes}   Ctrl+G")
        self.button.setText(words.format(takes=wanted_takes))
        reason = self._obstacle()
        self.button.setEnabled(not reason)
        self.button.setToolTip(reason)
        is_said_beside = reason in (self.sweep.reason, self.constraints.warning.text())
        self._say_problem("" if is_said_beside else reason)

    def _choose_for(self, verb: str, for_drums: bool) -> None:
        """The model picked by hand where it can do this, else the best; on a track of another kind a pick is forgotten
        that does not suit it."""
        picked = next((model for model in self._offer.usable if model.id == self._picked), None)
        if for_drums != self._for_drums and picked is not None and not suits(picked, for_drums=for_drums):
            self._picked = ""
        self._for_drums = for_drums
        self._model = self._offer.model_for(verb, self._picked, for_drums=for_drums, misfits=self._fitting.misfits)

    def _show_models(self) -> None:
        """The model in use and, in the list, how each one suits and how its takes were liked."""
        self.models.show_models(self._fitting.fits, self._model, self._seconds, self._tally.counts if self._tally else None)
        self.models.setEnabled(self._library is not None)
        self.about.setEnabled(self._model is not None)
        fit = next((fit for fit in self._fitting.fits if fit.model is self._model), None)
        self.fit_words.setText(" ".join(fit.remarks) if fit is not None else "")
        self.fit_words.setVisible(bool(self.fit_words.text()))

    def clear_counts(self) -> None:
        """Forget how many takes were kept, starred and heard."""
        if self._tally is not None:
            self._tally.clear()
            self.session.say(self.tr("Forgotten how many takes of each model were kept, starred and heard on this machine."))

    def open_sweep(self) -> None:
        """Unfold the sweep and go there."""
        self.sweep.open()
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.sweep, 0, 0))  # once it has been laid out

    def _show_verbs(self, verbs: tuple[str, ...]) -> None:
        if verbs != self._made_verbs:
            self._made_verbs = verbs
            chips = [Chip(task_words(verb), checkable=True) for verb in verbs]
            for verb, chip in zip(verbs, chips, strict=True):
                chip.setObjectName(verb)
                chip.clicked.connect(self._choose_verb)
                chip.declined.connect(self._say_problem)
            self.verbs.refill(chips)
        for chip in self.verbs.chips():
            chip.decline(asking.obstacle(chip.objectName(), self.session.song, self.where.aim_for(chip.objectName())))
            chip.setChecked(chip.objectName() == self._verb)

    def _choose_verb(self) -> None:
        sender = self.sender()
        if isinstance(sender, Chip) and not sender.reason:
            self._chosen_verb = sender.objectName()
            self._refresh()

    def _obstacle(self) -> str:
        """Why Generate cannot be pressed; empty when it can."""
        if self._library is None:
            return self.tr("The models are being read.")
        if self._model is None:
            return self._no_model()
        aim = self.where.aim_for(self._verb)
        reason = asking.obstacle(self._verb, self.session.song, aim) or self.towards.reason
        return reason or unsuited(self._model, for_drums=self._for_drums) or self._contradiction(aim) or self.sweep.reason

    def _contradiction(self, aim: Aim) -> str:
        """Why what is written cannot keep to what is demanded of it; said beside the chips too."""
        song, reason = self.session.song, self.constraints.reason
        if not reason and self._model is not None:
            demanded = tuple(song.constraint(track_id) for track_id in self._written(aim))
            wish = Wish(cast(Capability, self._verb), self._model.id, aim, also=self._written(aim)[1:], constraints=demanded)
            reason = contradiction(wish, song)
        self.constraints.contradiction(reason)
        return reason

    def _written(self, aim: Aim) -> tuple[int, ...]:
        """The tracks that a request would write, the one aimed at first."""
        parts = parts_of(self._model) if self._model is not None else ()
        return written_tracks(self.session.song, aim, parts)

    def _no_model(self) -> str:
        if self.models.popup.switch.isChecked() and self._library is not None and self._library.cards():
            return self.tr("No model here was trained on permissively licensed data alone. Turn that switch off in the list.")
        if self._offer.able(self._verb):
            return self.tr("Only experimental models can do this here: choose one of them in the list.")
        broken = next((model for model in self._offer.models if model.reason), None)
        if broken is not None:
            return f"«{broken.title}»: {broken.reason}"
        return self.tr("No model is installed. Train one with «ricercar train», or install Ricercar again.")

    def _say_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # Asking

    def _ask(self) -> None:
        if self._model is None or self._obstacle():
            self._say_problem(self._obstacle())
            return
        self._say_problem("")
        try:
            request = asking.request_of(self._wish(self._model), self.session.song)
            if self.sweep.axes:
                request = swept(request, self.sweep.axes, self._families[self._model.family])
        except RicercarError as problem:
            self._say_problem(str(problem))
            return
        self._start(request)

    def _wish(self, model: ListedModel) -> Wish:
        aim = self.where.aim_for(self._verb)
        return Wish(
            cast(Capability, self._verb),
            model.id,
            aim,
            self.where.heard,
            self.form.values(),
            self.seed.value,
            self.count.value,
            self.towards.clips(),
            self._written(aim)[1:],
            self.session.song.constraints,
        )

    def _repeat(self, request: Request, seed: int, *, keeps_all: bool = False) -> None:
        self.session.interrupting.emit(None)
        try:
            repeated = asking.repeated(request, self.session.song, seed)
        except RicercarError as problem:
            self._say_problem(str(problem))
            return
        self._say_problem("")
        self.seed.set_value(seed)
        self._start(repeated, keeps_all=keeps_all)

    def _start(self, request: Request, *, keeps_all: bool = False) -> None:
        self.cancel()
        self._last_seed = request.seed
        self._arrived_s = []
        self._note = ""
        self._running, self._take_set = None, None
        running = self.session.generate(request, keeps_all=keeps_all)
        self._running = running
        shown = self.session.tray.current
        self._take_set = shown if shown is not None and shown.request is request else None
        self._tray_changed()
        self._show_job()

    def _tray_changed(self) -> None:
        """The first take of our own request is heard where it belongs; the others wait for a key."""
        take_set = self.session.tray.current
        if self._running is None or take_set is None or take_set is not self._take_set:
            return
        new = len(take_set.takes) - take_set.carried
        if new <= len(self._arrived_s):
            return
        is_first = not self._arrived_s
        self._arrived_s += [monotonic()] * (new - len(self._arrived_s))
        if is_first and take_set.active is not None:
            announce(self, self.tr("The first take is ready."))
            # While something plays, the take is swapped in without a jump.
            if self.hear_at_once.isChecked() and not self.session.sound.is_playing:
                self.session.hear_take(take_set.active)

    def _job_changed(self, running: Running) -> None:
        if running is self._running:
            self._show_job()

    def _show_job(self) -> None:
        running = self._running
        if running is None:
            return
        self.progress.setVisible(not running.state.is_over)
        self._note = running.note or self._note
        note = self._note or self.tr("getting the model ready …")
        self.progress.show_state(running.state, running.done, running.total, note[:1].upper() + note[1:])
        if running.state.is_over:
            self._ended(running)

    def _ended(self, running: Running) -> None:
        self._running = None
        count = len(self._arrived_s)
        if running.state is JobState.FAILED:
            self._say_problem(str(running.problem))
            announce(self, str(running.problem))
        elif running.state is JobState.CANCELLED:
            announce(self, self.tr("Stopped. {takes} ready.").format(takes=takes_words(count)))
        elif count:
            announce(self, self.tr("{takes} ready.").format(takes=takes_words(count)))
        else:
            self._say_problem(self.tr("The model wrote no notes here. Try another seed or a higher temperature."))
        if count > 1 and self._model is not None:
            self._seconds[self._model.id] = (self._arrived_s[-1] - self._arrived_s[0]) / (count - 1)
            self._show_models()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_G and not event.modifiers():
            self.generate()
        elif event.key() == Qt.Key.Key_Escape and self.is_running:
            self.cancel()
        else:
            super().keyPressEvent(event)


def _titled(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "title")
    return label

"""LectureRoom: what the lecture window does, without its drawing: lessons as jobs, the chosen bar, hearing and keeping it."""

from __future__ import annotations

from studio.edits.tracks import add_track
from studio.errors import RicercarError
from studio.events import Signal
from studio.generation import asking
from studio.generation.asking import Aim
from studio.generation.lecture import (
    FIRST_STEPS,
    MORE_STEPS,
    Choice,
    Kind,
    Lesson,
    Material,
    Shape,
    Standing,
    Study,
    drum_track,
    hits_at,
    looped,
    proposal,
)
from studio.jobs.board import Running
from studio.jobs.job import TRAIN, Job
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.region import Region
from studio.song.song import Instrument
from studio.song.ticks import Span
from studio.words import tr

PUT_BARS = 4
"""Without a selection the bar is put so many times at the end of the song."""


class LectureRoom:
    """Signals: `learnt()` when the space has changed, `chose()` when another bar is chosen or heard, `turned()` when a lesson
    begins or ends, `said(sentence, is_error)`."""

    def __init__(self, session: Session, study: Study) -> None:
        self.session = session
        self._study = study
        self.learnt: Signal[()] = Signal()
        self.chose: Signal[()] = Signal()
        self.turned: Signal[()] = Signal()
        self.said: Signal[str, bool] = Signal()
        self.shape: Shape = "dense"
        self.beta = 1.0
        self.seed = 1
        self.temperature = 0.0
        self.material: Material | None = None
        self.standing: Standing | None = None
        self.choice: Choice | None = None
        self._cell: tuple[Kind, int, int] | None = None
        self._running: Running | None = None
        self._heard_from: int | None = None

    @property
    def is_learning(self) -> bool:
        return self._running is not None

    # Lessons

    def begin(self) -> None:
        """Learn anew, from the seed, the drums of the song as it is now."""
        self.material = self.standing = self.choice = self._cell = None
        self._start(Lesson(self.shape, self.beta, FIRST_STEPS[self.shape], self.seed, song=self.session.song))

    def go_on(self, beta: float) -> None:
        """Learn on from where the models stand, with another beta."""
        self.beta = beta
        if self.standing is None or self.material is None:
            self.begin()
            return
        steps = MORE_STEPS[self.shape]
        self._start(Lesson(self.shape, beta, steps, self.standing.seed, material=self.material, before=self.standing))

    def stop(self) -> None:
        """What has been learnt stays."""
        if self._running is not None:
            self._running.cancel()

    def close(self) -> None:
        self.stop()
        self.end_hearing()

    def _start(self, lesson: Lesson) -> None:
        errand: list[Running] = []

        def is_current() -> bool:
            return not errand or self._running is errand[0]

        def work(progress: Progress) -> None:
            for answer in self._study(lesson, progress):
                progress.deliver(answer)

        def delivered(answer: object) -> None:
            if not is_current():
                return
            if isinstance(answer, Material):
                self.material = answer
            elif isinstance(answer, Standing):
                self.standing = answer
                self._decode()
                self.learnt.emit()

        def ended() -> None:
            if is_current():
                self._running = None
                self.turned.emit()

        def failed(problem: BaseException) -> None:
            if is_current():
                self.said.emit(
                    str(problem) if isinstance(problem, RicercarError) else tr("The lesson failed: {problem}.", problem=problem),
                    True,
                )
            ended()

        self.stop()
        self._running = None
        self.said.emit("", False)
        started = self.session.jobs.start(Job(tr("Lecture"), TRAIN, work), delivered, lambda _: ended(), failed, ended)
        errand.append(started)
        self._running = None if started.state.is_over else started
        self.turned.emit()

    # The chosen bar

    def choose(self, kind: Kind, row: int, column: int) -> None:
        """Choose a cell of a map, and hear it."""
        self._cell = (kind, row, column)
        self._decode()
        self.hear()

    def set_temperature(self, temperature: float) -> None:
        self.temperature = temperature
        self._decode()
        self.learnt.emit()
        if self.is_heard:
            self.hear()

    def _decode(self) -> None:
        """The chosen cell as the model decodes it now: it changes while the model learns."""
        if self._cell is None or self.standing is None:
            return
        kind, row, column = self._cell
        found = self.standing.sides[kind].map
        hits = hits_at(found.odds[row, column], self.temperature, self.seed)
        self.choice = Choice(kind, found.centre(row, column), hits, self.temperature)
        self.chose.emit()

    @property
    def is_heard(self) -> bool:
        return self._heard_from is not None and self.session.is_previewing

    def hear(self) -> None:
        """The chosen bar round and round on the drum track, at the song's tempo where the cursor stands."""
        if self.choice is None or self.material is None:
            return
        if not self.is_heard:
            timeline = self.session.song.timeline
            self._heard_from = timeline.bar_start(timeline.bar_of(self.session.selection.cursor_tick))
        song, span = looped(self.choice.hits, self.material.pitches, self.session.song, self._heard_from or 0)
        self.session.preview_loop(song, span)
        self.chose.emit()

    def end_hearing(self) -> None:
        if self.is_heard:
            self.session.end_preview()
        self._heard_from = None
        self.chose.emit()

    def put(self) -> bool:
        """Propose the chosen bar to the song: a take over the selected bars of the drum track, else after its end."""
        if self.choice is None or self.material is None or self.standing is None:
            self.said.emit(tr("No bar is chosen. Click on a map first."), True)
            return False
        session = self.session
        track = drum_track(session.song)
        if track is None:
            session.do(add_track("Drums", Instrument(is_drum=True)))
            track = session.song.tracks[-1]
        span: Span = asking.place("start", session.song, Aim(track.id, session.selection.bars, PUT_BARS))
        try:
            found = proposal(self.choice, self.standing, self.material, session.song, Region((track.id,), span))
        except RicercarError as problem:
            self.said.emit(str(problem), True)
            return False
        self.end_hearing()
        take_set = session.tray.begin(found.request)
        session.tray.add(take_set, found.take)
        self.said.emit(
            tr(
                "A take for {bars} of «{track}»: keep or discard it in the song.", bars=session.span_words(span), track=track.name
            ),
            False,
        )
        return True

"""Tasting: the composer's own corner of a space, learned from a few phrases as a job beside the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from studio.errors import RicercarError
from studio.explore.errands import Ask
from studio.explore.ground import Ground
from studio.explore.pad import Pad
from studio.generation.latent import Fitting, Phrase, Taste
from studio.jobs.board import Running
from studio.jobs.job import GENERATE, Job
from studio.jobs.progress import Progress
from studio.session import Session
from studio.words import tr


class Tasting(Ground):
    """What was learned pulls every place of the pad while the switch is on; pads name it, and the project keeps it."""

    def __init__(self, session: Session, ask: Ask) -> None:
        super().__init__(session, ask)
        self._learning: Running | None = None
        self._wish: object = None
        self._told = 0

    def personalise(self, own: Sequence[Phrase]) -> Running | None:
        """Learn the composer's corner of the space from a few phrases; None when there is nothing to learn from."""
        pad, weights = self.pad, self._weights()
        heard = tuple(phrase for phrase in own if phrase.clip.note_count)
        if self.space is None or not heard:
            reason = tr("Add phrases of your own to the palette first.") if self.space else tr("There is no model to learn with.")
            self.session.say(tr("Your taste cannot be learned. {reason}", reason=reason), is_error=True)
            return None
        wish = self._wish = object()

        def fitted(found: Taste) -> None:
            if wish is not self._wish:
                return  # learned for another song
            kept = self._shelves.keep_taste(found, weights, tuple(phrase.source for phrase in heard))
            self.session.say(
                tr(
                    "Your taste was learned from {count} phrases in {seconds:.0f} s.",
                    count=found.clip_count,
                    seconds=found.seconds,
                )
            )
            if self._is_of_model(kept):
                self._last_taste = kept.id
                self._change(replace(self.pad, taste=kept.id))

        self._learning = learn(self.session, self._ask, Fitting(pad.model, heard, pad.seed), fitted)
        return self._learning

    def set_taste(self, on: bool) -> None:
        """Whether places are drawn into the composer's taste."""
        taste = self.taste
        if on and taste is None:
            self.session.say(tr("Nothing was learned for this model yet. Choose Learn first."), is_error=True)
        self._change(replace(self.pad, taste=taste.id if on and taste is not None else 0))
        self.pad_changed.emit()  # a switch that could not be turned shows so

    # Inside

    def _change(self, pad: Pad, *, is_work: bool = True) -> None:
        self._last_taste = self.pad.taste or self._last_taste
        super()._change(pad, is_work=is_work)
        self._tell_of_taste()

    def _tell_of_taste(self) -> None:
        """Say once that a pad is heard otherwise than it was."""
        fault = self.taste_fault
        if fault and self._told != self.pad.taste:
            self.session.say(fault, is_error=True)
        self._told = self.pad.taste if fault else 0

    def _stop_learning(self) -> None:
        """Another song: what is being learned is not for it."""
        self._wish, self._last_taste, self._told = None, 0, 0
        if self._learning is not None and not self._learning.state.is_over:
            self._learning.cancel()


def learn(session: Session, ask: Ask, request: Fitting, learned: Callable[[Taste], object]) -> Running:
    """Start the fitting; what goes wrong is said."""

    def work(progress: Progress) -> object:
        for answer in ask(request, progress):
            progress.deliver(answer)
        return None

    def fitted(found: object) -> None:
        assert isinstance(found, Taste)
        learned(found)

    def failed(problem: BaseException) -> None:
        session.say(
            str(problem) if isinstance(problem, RicercarError) else tr("The learning failed: {problem}.", problem=problem),
            is_error=True,
        )

    return session.jobs.start(Job(tr("Learning your taste"), GENERATE, work), fitted, on_failure=failed)

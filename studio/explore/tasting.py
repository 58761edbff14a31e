"""Tasting: the composer's own corner of a space, learned from a few phrases as a job beside the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.errors import RicercarError
from studio.explore.errands import Ask
from studio.explore.ground import Ground
from studio.generation.latent import Fitting, Phrase, Taste
from studio.jobs.board import Running
from studio.jobs.job import GENERATE, Job
from studio.jobs.progress import Progress
from studio.session import Session


class Tasting(Ground):
    """What was learned pulls every place of the pad while the switch is on."""

    def personalise(self, own: Sequence[Phrase]) -> Running | None:
        """Learn the composer's corner of the space from a few phrases; None when there is nothing to learn from."""
        pad = self.pad
        heard = tuple(phrase for phrase in own if phrase.clip.note_count)
        if self.space is None or not heard:
            reason = "Add phrases of your own to the palette first." if self.space else "There is no model to learn with."
            self.session.say(f"Your taste cannot be learned. {reason}", is_error=True)
            return None

        def fitted(found: Taste) -> None:
            self.taste = found
            self.session.say(f"Your taste was learned from {found.clip_count} phrases in {found.seconds:.0f} s.")
            self.set_taste(True)

        return learn(self.session, self._ask, Fitting(pad.model, heard, pad.seed), fitted)

    def set_taste(self, on: bool) -> None:
        """Whether places are drawn into the composer's taste."""
        if on and (self.taste is None or self.taste.model != self.pad.model):
            self.session.say("Nothing was learned for this model yet. Choose Learn first.", is_error=True)
            on = False
        self.taste_on = on
        self._chart.redo()
        self.pad_changed.emit()


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
        session.say(str(problem) if isinstance(problem, RicercarError) else f"The learning failed: {problem}.", is_error=True)

    return session.jobs.start(Job("Learning your taste", GENERATE, work), fitted, on_failure=failed)

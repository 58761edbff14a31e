"""Taste: learning the composer's own corner of a space, as a job beside the others."""

from __future__ import annotations

from collections.abc import Callable

from studio.errors import RicercarError
from studio.explore.errands import Ask
from studio.generation.latent import Fitting, Taste
from studio.jobs.board import Running
from studio.jobs.job import GENERATE, Job
from studio.jobs.progress import Progress
from studio.session import Session


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

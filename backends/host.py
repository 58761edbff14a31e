"""The model host as the window sees it: takes and answers of latent models, made in a warm process.

Nothing here imports torch: the window's process imports this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from backends.catalogue import Catalogue
from backends.host_child import serve
from backends.local import LocalBackend
from backends.warm_host import HUNG_S, Busy, WarmHost
from studio.children import Child
from studio.generation.contract import Request, Take
from studio.generation.latent import Fitting, LatentAnswer, LatentRequest
from studio.generation.lecture import Lesson, LessonAnswer
from studio.generation.library import model_folders
from studio.jobs.progress import Progress
from studio.words import mark

__all__ = ["HostedBackend", "LocalBackend", "host_process"]


class HostedBackend:
    """As LocalBackend, computed in the host; may be called from any worker thread of the window.

    A look at a latent space must not wait for takes that are being made: a second host answers it then. Both have
    the same weights and so give the same answers. Who only looks, or only makes takes, never has a second one.
    """

    def __init__(self, child: Child | None = None, hung_s: float = HUNG_S, spare: Child | None = None) -> None:
        self._host = WarmHost(child or host_process(), hung_s)
        self._spare = WarmHost(spare or host_process(), hung_s)
        self._was_asked = False

    def start(self) -> None:
        """Begin warming the host; returns at once."""
        self._host.start()

    def close(self, timeout_s: float = 1.0) -> None:
        self._spare.close(0.0)  # it only ever holds previews
        self._host.close(timeout_s)

    def look(self) -> str:
        """What the host computes on, empty while it is still starting. Returns at once, also while a request runs."""
        return self._host.look()

    def remark(self) -> str:
        """One sentence about a host that was lost and is starting again, once; empty otherwise. Returns at once."""
        return self._host.remark() or self._spare.remark()

    def rescan(self) -> None:
        """Tell the hosts that models came or went."""
        self._host.rescan()
        self._spare.rescan()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that were started."""
        return tuple(host.pid for host in (self._host, self._spare) if host.pid is not None)

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        """As LocalBackend.generate. A cancel is answered within 0.2 s."""
        if self._was_asked and not self._spare.was_started:
            self._spare.start()
        yield from cast(Iterator[Take], self._host.answers(request, progress))

    def ask(self, request: LatentRequest, progress: Progress) -> Iterator[LatentAnswer]:
        """As LocalBackend.ask. What takes long goes to the first host in its turn, the rest to whichever is free."""
        answers = self._answered_somewhere(request, progress, waits=isinstance(request, Fitting))
        yield from cast(Iterator[LatentAnswer], answers)

    def study(self, lesson: Lesson, progress: Progress) -> Iterator[LessonAnswer]:
        """Carry a lesson out on whichever host is free: seconds in which takes can be made beside it."""
        yield from cast(Iterator[LessonAnswer], self._answered_somewhere(lesson, progress, waits=False))

    def _answered_somewhere(self, request: object, progress: Progress, *, waits: bool) -> Iterator[object]:
        """By the first host, in its turn when this one `waits`, else by whichever is free."""
        self._was_asked = True
        try:
            yield from self._host.answers(request, progress, waits=waits)
            return
        except Busy:
            pass
        yield from self._spare.answers(request, progress)


def host_process(folders: tuple[Path, ...] | None = None, device: str = "auto", catalogue: Catalogue | None = None) -> Child:
    """The host over some model folders (ours and the user's, when none are given); not yet started."""
    return Child(serve, mark("model host"), folders or model_folders(), device, catalogue)

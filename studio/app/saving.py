"""Saving: one save after the other, each from a snapshot; what stands in its way is asked or said, and costs nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from studio.app.keeping import Keeping
from studio.app.kept import Standing
from studio.errors import ChangedFile, RicercarError
from studio.explore import storage as pads
from studio.files import project
from studio.files.backups import Backups
from studio.files.journal.holding import Claim, true_name
from studio.files.project import Document
from studio.ideas import storage as ideas
from studio.jobs.board import Running
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.song import Song
from studio.system import SYSTEM, System
from studio.words import tr
from widgets.dialogs.asks import Foreign

log = logging.getLogger(__name__)

Then = Callable[[], object]
Takes = tuple[Mapping[str, Any], ...]


class AsksForeign(Protocol):
    """What only a person can say."""

    def fate_of_foreign(self, words: str) -> Foreign: ...


class Starts(Protocol):
    """How a job is started whose failures are told, but for those that `failed` says it has dealt with."""

    def __call__(
        self,
        title: str,
        work: Callable[[Progress], object],
        done: Callable[[object], object],
        *,
        failed: Callable[[BaseException], bool],
    ) -> Running: ...


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that a save writes, as it was at one moment; `opening` tells which document was shown then."""

    opening: object
    document: Document
    song: Song
    beside: Mapping[str, object]
    takes: Takes

    def whole(self) -> Document:
        """As a document, with what is kept beside the song as members."""
        extras = ideas.extras_with(pads.extras_with(self.document.extras, self.beside), self.beside)
        return replace(self.document.with_song(self.song), takes=self.takes, extras=extras)


@dataclass(eq=False)
class Saving:
    """Writes snapshots as projects. `shot` makes one of the document that is shown now, `took` is told what was written of it."""

    session: Session
    questions: AsksForeign
    start: Starts
    shot: Callable[[], Snapshot]
    took: Callable[[Snapshot, Document, Path], object]
    backups: Backups
    keeping: Keeping | None = None
    system: System = SYSTEM

    def __post_init__(self) -> None:
        self._running: Running | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether a project is being written right now."""
        return self._running is not None and not self._running.state.is_over

    def when_over(self, then: Then) -> None:
        """Call once the writing under way has ended, well or not; at once when there is none."""
        if not self.is_under_way:
            then()
            return

        def look(_: Running) -> None:
            if not self.is_under_way:
                forget()
                then()

        forget = self.session.jobs.changed.listen(look)

    def write(self, path: Path, elsewhere: Then, then: Then | None = None, *, is_agreed: bool = False) -> None:
        """Save there; behind a save that is under way, so that the newest state is the one that stays.

        `elsewhere` is called where the person would rather choose another place, `then` once all is safe. `is_agreed`: what
        another program has made of the file may go to the earlier versions.
        """
        if self.is_under_way:
            opening = self.shot().opening
            self.when_over(lambda: self._write_if_shown(opening, path, elsewhere, then, is_agreed))
            return
        claim = None if self.keeping is None else self.keeping.claim(path)
        if self.keeping is not None and claim is None:
            self.session.say(tr("«{name}» is open in another window. Choose another name.", name=path.name), is_error=True)
            return
        standing = Standing(None) if self.keeping is None else self.keeping.standing
        shot = self.shot()

        def work(progress: Progress) -> object:
            try:
                return self._written(shot, standing, path, progress, is_agreed)
            finally:
                _release(claim)

        def done(answer: object) -> None:
            whole, was_gone = answer if isinstance(answer, tuple) else (None, False)
            assert isinstance(whole, Document)
            self.took(shot, whole, path)
            words = tr("«{name}» was not there any more, so it was written anew.", name=path.name)
            self.session.say(words if was_gone else tr("Saved {path}.", path=path.name))
            if then is not None:
                then()

        def failed(problem: BaseException) -> bool:
            if not isinstance(problem, ChangedFile) or self.shot().opening is not shot.opening:
                return False
            answer = self.questions.fate_of_foreign(problem.message)
            if answer is Foreign.OVERWRITE:
                self.write(path, elsewhere, then, is_agreed=True)
            elif answer is Foreign.SAVE_AS:
                elsewhere()
            else:
                self.session.say(tr("«{name}» was left as it is; nothing is saved yet.", name=path.name), is_error=True)
            return True

        self._running = self.start(tr("Saving {path}", path=path.name), work, done, failed=failed)

    def _write_if_shown(self, opening: object, path: Path, elsewhere: Then, then: Then | None, is_agreed: bool) -> None:
        if self.shot().opening is opening:
            self.write(path, elsewhere, then, is_agreed=is_agreed)

    def _written(
        self, shot: Snapshot, standing: Standing, path: Path, progress: Progress, is_agreed: bool
    ) -> tuple[Document, bool]:
        """On a worker: write, and tell journal and earlier versions; and whether the file had been taken away."""
        whole, kept = shot.whole(), standing.kept
        is_own = kept is not None and kept.path is not None and true_name(kept.path) == true_name(path)
        # where another place was chosen, the dialog has asked already
        known = kept.knows if kept is not None and is_own else lambda _: True
        is_there = self.backups.before_overwriting(path, whole.uuid, known, is_agreed=is_agreed)

        def proven(digest: str) -> None:
            if kept is not None and is_own:
                kept.intend(digest)

        digest = project.write(whole, path, progress, self.system, proven)
        was_gone = is_own and not is_there and kept is not None and bool(kept.digest)
        if self.keeping is not None:
            self.keeping.saved(standing, whole, path, digest)
        self._keep_version(whole, path)
        self.system.sweep(path.parent)
        return whole, was_gone

    def _keep_version(self, document: Document, path: Path) -> None:
        """A copy among the earlier versions; where it cannot be made, the save is none the worse."""
        try:
            self.backups.keep(path, document.uuid)
        except (RicercarError, OSError) as problem:
            log.warning("earlier versions: %s", problem)


def _release(claim: Claim | None) -> None:
    if claim is not None:
        claim.release()

"""Writing: the path becomes bars of the song, what is heard becomes a take."""

from __future__ import annotations

from studio.errors import UnsupportedRequest
from studio.explore import placing
from studio.explore.committing import Goal
from studio.explore.errands import Ask
from studio.explore.hearing import Hearing
from studio.explore.listening import start_of_place
from studio.explore.pad import Pad
from studio.session import Session
from studio.words import tr


class Writing(Hearing):
    """A path that is still being decoded is committed later, unless it is another one by then or something failed."""

    def __init__(self, session: Session, ask: Ask) -> None:
        super().__init__(session, ask)
        self._commit_due: tuple[int | None, int | None] | None = None
        self._chart.path_changed.listen(self._commit_if_due)

    def commit_path(self, track_id: int | None = None, bar: int | None = None) -> bool:
        """Write the path as bars: on a track (None: new ones), from a bar on (None: the selected bars', or the cursor's).

        A path that is still being decoded is committed as soon as it is there.
        """
        if not self.pad.path or not self.pad.slots:
            self.session.say(tr("There is no path to commit. Draw one over the pad first."), is_error=True)
            return False
        if not self._chart.is_path_ready:
            self._commit_due = (track_id, bar)
            self.session.say(tr("The path is being decoded; it is committed as soon as that is done."))
            self._chart.errands.go()
            return False
        self._commit_due = None
        try:
            return self._commit(track_id, bar)
        except UnsupportedRequest as problem:
            self.session.say(str(problem), is_error=True)
            return False

    def pin(self) -> bool:
        """What is heard becomes a take in the tray."""
        step = self._chart.step
        if step is None:
            self.session.say(tr("Nothing is heard at the pointer yet. Move it over the pad first."), is_error=True)
            return False
        try:
            placing.pin(self.session, self.pad, step, self._weights())
        except UnsupportedRequest as problem:
            self.session.say(str(problem), is_error=True)
            return False
        return True

    # Inside

    def _commit_if_due(self) -> None:
        if self._commit_due is not None and self._chart.is_path_ready:
            self.commit_path(*self._commit_due)

    def _commit(self, track_id: int | None, bar: int | None) -> bool:
        song, session = self.session.song, self.session
        first_bar = song.timeline.bar_of(start_of_place(session)) if bar is None else max(1, bar)
        goal = Goal(placing.seats_for(song, self._setting().parts, track_id), first_bar, self._weights())
        done = placing.commit(session, self._shelves, self._chart.path_steps(), goal)
        if done:
            self.stop()
        return done

    def _change(self, pad: Pad, *, is_work: bool = True) -> None:
        if (pad.path, pad.path_steps) != (self.pad.path, self.pad.path_steps):
            self._commit_due = None  # what was to be committed was another path
        super()._change(pad, is_work=is_work)

    def _say(self, text: str, is_error: bool) -> None:
        if is_error:
            self._commit_due = None
        super()._say(text, is_error)

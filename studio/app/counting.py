"""Counting: which takes are heard, starred and kept, for the tally that stands in the model list."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from studio.generation.tally import Tally
from studio.generation.tray import TakeSet
from studio.session import Session

LOOK_MS = 250
HEARD_MS = 1000
"""A take that played for so long was heard; one that is auditioned in its loop is from its beginning."""
SAVE_MS = 10_000
"""So long after something was counted it is written, unless something plays or is made just then."""


class Counting(QObject):
    """Looks at what sounds while there are takes; otherwise it rests."""

    def __init__(self, session: Session, tally: Tally, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._tally = session, tally
        self._last: TakeSet | None = None
        self._shown: frozenset[int] = frozenset()
        self._played_ms = 0
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.look)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SAVE_MS)
        self._later.timeout.connect(self.save)
        tally.changed.listen(self._counted)
        session.tray.changed.listen(self._tray_changed)
        session.kept.listen(lambda _label: self._kept())

    def look(self) -> None:
        """Every `LOOK_MS`: has what is shown sounded for long enough?"""
        take_set, session = self._session.tray.current, self._session
        if take_set is None or not session.sound.is_playing:
            self._played_ms = 0
            return
        shown = _shown(take_set)
        self._played_ms = self._played_ms + LOOK_MS if shown == self._shown else LOOK_MS
        self._shown = shown
        is_auditioned = session.loop == take_set.request.span
        if self._played_ms >= HEARD_MS or is_auditioned:
            for index in shown:
                self._tally.count(take_set.takes[index], "heard")

    def save(self) -> None:
        """Write the counts, now if the machine is at rest."""
        if self._session.sound.is_playing or self._session.jobs.active():
            self._later.start()
        else:
            self._tally.save()

    def _counted(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _tray_changed(self) -> None:
        take_set = self._session.tray.current
        self._last = take_set or self._last
        has_takes = take_set is not None and bool(take_set.takes)
        if has_takes and not self._look.isActive():
            self._look.start()
        elif not has_takes:
            self._look.stop()
        if take_set is not None:
            for index in take_set.starred:
                self._tally.count(take_set.takes[index], "starred")

    def _kept(self) -> None:
        """The tray was emptied just before: what was shown last is what was kept."""
        if self._last is not None:
            for index in _shown(self._last):
                self._tally.count(self._last.takes[index], "kept")


def _shown(take_set: TakeSet) -> frozenset[int]:
    return frozenset(index for _, index in take_set.pieces if index is not None)

"""HumanTakes: passes over a loop as takes in the tray, to be heard, compared and kept like those of a model."""

from __future__ import annotations

import json
from dataclasses import replace

from studio import VERSION
from studio.edits.takes import FOREIGN
from studio.generation.contract import Request, Take
from studio.generation.tray import TakeSet
from studio.recording.phrase import Recorded
from studio.session import Session
from studio.song.controls import Controls
from studio.song.notes import without_overlaps
from studio.song.origin import Origin
from studio.song.region import Mask, Region
from studio.song.ticks import Span
from studio.words import counted, tr

HUMAN = ""
"""The model of a take that was played by hand: none."""


class HumanTakes:
    """Of one recording. While it goes on what was there is heard, not the passes before."""

    def __init__(self, session: Session, track_id: int, loop: Span) -> None:
        self._session, self._track_id, self._loop = session, track_id, loop
        self._set: TakeSet | None = None

    def add(self, recorded: Recorded) -> None:
        """A pass is over; one without notes leaves no take."""
        if not len(recorded.rows):
            return
        tray = self._session.tray
        if self._set is None or tray.current is not self._set:
            self._set = tray.begin(self._request())
        rows, _, _ = without_overlaps(recorded.rows)
        # By hand, whatever becomes of the take.
        rows["origin"] = FOREIGN
        points = ((self._track_id, Controls(recorded.points).drawn),) if len(recorded.points) else ()
        number = len(self._set.takes) - self._set.carried + 1
        origin = Origin(0, HUMAN, "", "record", 0, number, json.dumps({"by": "hand"}), VERSION)
        tray.add(self._set, Take(number, self._loop, ((self._track_id, rows),), origin, points=points))
        self._set.request = replace(self._set.request, count=max(1, number))
        tray.show(None)

    def say(self) -> None:
        """When all is over: show the last pass."""
        made = 0 if self._set is None else len(self._set.takes) - self._set.carried
        if self._set is None or not made:
            self._session.say(tr("Nothing was played, so nothing was recorded."))
            return
        if self._session.tray.current is self._set:
            self._session.tray.show(len(self._set.takes) - 1)
        self._session.say(counted(made, "{n} take was recorded.", "{n} takes were recorded."))

    def _request(self) -> Request:
        mask = Mask(Region((self._track_id,), self._loop))
        return Request("record", HUMAN, self._session.song, mask, count=1)

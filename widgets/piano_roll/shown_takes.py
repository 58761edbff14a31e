"""ShownTakes: what the roll shows of the tray, the take that is proposed and the words over it."""

from __future__ import annotations

from collections.abc import Callable

from studio.edits.proposals import FIRST_ID
from studio.generation.describe import takes_words
from studio.session import Session
from studio.words import begun, tr
from widgets.piano_roll.state import RollState, ShownTake


class ShownTakes:
    """`title_of` gives the title of a model by its id."""

    def __init__(self, session: Session, state: RollState, title_of: Callable[[str], str]) -> None:
        self._session, self._state, self._title_of = session, state, title_of
        self._words = ""

    def shown(self) -> ShownTake | None:
        """The take as it stands in the song, the very one that is shown already where nothing is different."""
        session, state, take_set = self._session, self._state, self._session.tray.current
        if take_set is None or (take_set.active_take is None and not take_set.comp):
            return None
        words, proposal, mask = self._said(), session.heard_song(), take_set.request.mask
        if proposal is state.proposal and words == self._words and state.take is not None:
            return state.take
        self._words = words
        there = [track_id for track_id in mask.region.track_ids if proposal.has_track(track_id)]
        parts = [(id_, proposal.track(id_).notes.starting_in(mask.region.span)) for id_ in there]
        proposed = tuple((track_id, rows[rows["id"] >= FIRST_ID]) for track_id, rows in parts)
        return ShownTake(proposed, mask.region.span, words, mask.region.track_ids, mask)

    def before_words(self) -> str:
        """What stands over the bars while what was there is shown."""
        take_set = self._session.tray.current
        if take_set is None:
            return ""
        count, bars = takes_words(len(take_set.listed)), self._session.span_words(take_set.request.span)
        return tr("What was there · {takes} for {bars}", takes=count, bars=bars)

    def step(self, by: int) -> bool:
        """Another take by the arrows, before the first what was there; False past the last one."""
        tray = self._session.tray
        listed = tray.current.listed if tray.current is not None else ()
        if tray.current is None or not listed:
            return True
        if tray.current.comp or (tray.current.active is None and by > 0):
            tray.show(listed[0])
            return True
        at = listed.index(tray.current.active) + by if tray.current.active in listed else -1
        if at < len(listed):
            tray.show(listed[at] if at >= 0 else None)
        return at < len(listed)

    def _said(self) -> str:
        take_set = self._session.tray.current
        assert take_set is not None
        what = begun(take_set.words())
        if not take_set.comp:
            count = max([take_set.request.count, *(take_set.takes[index].number for index in take_set.listed)])
            what = tr("{take} of {count}", take=what, count=count)
        if take_set.is_stale:
            return tr("{take} · made before your last edit here", take=what)
        model = self._title_of(take_set.request.model) or tr("played by hand")
        return tr("{take} · {model} · not yet kept", take=what, model=model)

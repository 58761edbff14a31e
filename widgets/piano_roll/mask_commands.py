"""MaskCommands: painting what a take may change, and locking bars, without a mouse."""

from __future__ import annotations

from studio.edits import locks
from studio.session import Session
from studio.song.painting import Patches, painted
from studio.song.region import Patch, Region
from studio.song.song import span_of
from studio.words import counted, tr
from widgets.piano_roll.state import RollState


def show_painted(session: Session, patches: Patches) -> None:
    """From now on this is what is painted."""
    audio = [track.id for track in session.song.tracks if track.is_audio]
    fitting = tuple(patch for patch in patches if patch.track_id not in audio)
    if len(fitting) < len(patches):
        session.say(tr("Only note tracks can be painted: models write notes."), is_error=True)
    session.select(patches=fitting)


class MaskCommands:
    """Acts on the selected bars (the bar of the edit cursor without any) on the tracks they are selected on, else on the one in
    front."""

    def __init__(self, session: Session, state: RollState) -> None:
        self.session, self.state = session, state

    @property
    def region(self) -> Region:
        chosen, song = self.session.selection, self.session.song
        bars = chosen.bars or song.timeline.bar_span(song.timeline.bar_of(chosen.cursor_tick))
        return Region(tuple(id_ for id_ in chosen.range_ids or (chosen.track_id,) if song.has_track(id_)), bars)

    # What may change

    def show(self, patches: Patches) -> None:
        show_painted(self.session, patches)

    def paint_bars(self) -> None:
        """All pitches of the selected bars."""
        region = self.region
        self._add(tuple(Patch(track_id, region.span) for track_id in region.track_ids))

    def paint_pitches(self) -> None:
        """The bars and the pitches of the selected notes of the track in front."""
        rows = self.state.selected_rows()
        span = span_of(rows)
        if span is None:
            self.session.say(tr("No notes of this track are selected. Select those whose pitches a take may change."))
            return
        bars = self.session.song.timeline.whole_bars(self.session.selection.bars or span)
        self._add((Patch(self.state.track_id, bars, int(rows["pitch"].min()), int(rows["pitch"].max())),))

    def clear(self) -> None:
        """Nothing is painted: the selected bars are what takes are for."""
        self.session.select(patches=())

    def _add(self, patches: Patches) -> None:
        self.show(painted(self.session.selection.patches, patches))
        found = self.session.selection.patches
        if found:
            words = counted(len(found), "{n} part is painted", "{n} parts are painted")
            self.session.say(tr("{parts}: takes change nothing else. Esc clears it.", parts=words))

    # What may not change

    def toggle_bars_locked(self) -> None:
        """Lock the selected bars, or unlock them when all are."""
        region, song = self.region, self.session.song
        if not region.track_ids:
            return
        shut = next((song.track(id_) for id_ in region.track_ids if song.track(id_).is_locked), None)
        if shut is not None:
            words = tr("«{track}» is locked as a whole. Unlock it first: the padlock in its row.", track=shut.name)
            self.session.say(words, is_error=True)
            return
        is_on = not locks.are_locked(song, region)
        if self.session.do(locks.set_bars_locked(region, is_on)):
            self.session.say(locks.words(song, region, is_on))

    @property
    def are_bars_locked(self) -> bool:
        region = self.region
        return bool(region.track_ids) and locks.are_locked(self.session.song, region)

    @property
    def is_track_locked(self) -> bool:
        track = self.state.track
        return track is not None and track.is_locked

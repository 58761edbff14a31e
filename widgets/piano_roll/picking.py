"""Picking: rules that choose notes: pitch rows, the same pitch or beat, bars, what lies to the right, what is outside the key."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.session import Session
from studio.song.notes import Rows
from studio.words import mark, tr
from widgets.piano_roll.state import RollState

SELECT_FIRST = mark("Select a note first: this rule looks for others like it.")


class Picking:
    """Each rule chooses among the notes of the track in front; it says so when it finds none."""

    def __init__(self, session: Session, state: RollState) -> None:
        self.session, self.state = session, state

    def row(self, pitch: int, *, adds: bool = False) -> None:
        """Every note of one pitch."""
        rows = self.state.notes.rows
        self._choose(rows[rows["pitch"] == pitch], tr("No note of this track has that pitch."), adds=adds)

    def same_pitch(self) -> None:
        """Every note whose pitch a selected one has."""
        chosen, rows = self._like(), self.state.notes.rows
        if chosen is not None:
            self._choose(rows[np.isin(rows["pitch"], chosen["pitch"])])

    def same_beat(self) -> None:
        """Every note at the place in its bar where a selected one is."""
        chosen, rows = self._like(), self.state.notes.rows
        if chosen is not None:
            self._choose(rows[np.isin(self._within_bar(rows), self._within_bar(chosen))])

    def to_the_right(self) -> None:
        """Every note from the first selected one on, or from the edit cursor on."""
        chosen, rows = self.state.selected_rows(), self.state.notes.rows
        begin = int(chosen["start"].min()) if len(chosen) else self.state.cursor_tick
        self._choose(rows[np.searchsorted(rows["start"], begin) :], tr("No note of this track begins after the edit cursor."))

    def in_bars(self) -> None:
        """Every note that begins in the selected bars, else in the loop, else in the bar of the edit cursor."""
        timeline = self.session.song.timeline
        span = self.session.selection.bars or self.session.loop or timeline.bar_span(timeline.bar_of(self.state.cursor_tick))
        words = self.session.span_words(span)
        self._choose(self.state.notes.starting_in(span), tr("No note of this track begins in {words}.", words=words))

    def outside_key(self) -> None:
        """The notes that do not belong to the key where they begin."""
        timeline, rows = self.session.song.timeline, self.state.notes.rows
        if not timeline.keys:
            self.session.say(tr("The song has no key yet. Choose one beside the tempo."))
            return
        changes = np.array([change.tick for change in timeline.keys])
        key_of = np.searchsorted(changes, rows["start"], side="right") - 1
        inside = np.zeros((len(changes) + 1, 12), bool)
        for index, change in enumerate(timeline.keys):
            inside[index, sorted(change.key.pitch_classes)] = True
        inside[-1] = True  # before the first key nothing is outside
        self._choose(rows[~inside[key_of, rows["pitch"] % 12]], tr("No note of this track lies outside the key."))

    def _like(self) -> Rows | None:
        chosen = self.state.selected_rows()
        if not len(chosen):
            self.session.say(tr(SELECT_FIRST))
            return None
        return chosen

    def _within_bar(self, rows: Rows) -> NDArray[np.int64]:
        bars, _ = self.session.song.timeline.bar_bounds(rows["start"])
        place: NDArray[np.int64] = rows["start"] - bars
        return place

    def _choose(self, rows: Rows, none_words: str = "", *, adds: bool = False) -> None:
        if not len(rows):
            self.session.say(none_words)
        ids = frozenset(rows["id"].tolist())
        self.session.select(ids | self.session.selection.note_ids if adds else ids)

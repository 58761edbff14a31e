"""Listening: phrases looped in their place in the song, through its instruments and strips, without a gap between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import lcm

from studio.explore.voicing import brought_to, heard_tracks, seats, shifted
from studio.generation.describe import key_of
from studio.session import Session
from studio.song.harmony import Key
from studio.song.notes import Rows
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT, Span

LONGEST_LOOP_TICKS = 64 * 4 * TICKS_PER_BEAT


def loop_ticks(lengths: Sequence[int]) -> int:
    """A length into which phrases of all these lengths fit whole, so that the loop stays while they change under it."""
    common = lcm(*lengths)
    return common if common <= LONGEST_LOOP_TICKS else max(lengths)


class Listening:
    """Plays what it is given by the session's preview; the bars are those at the cursor when it began."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._start_tick = 0
        self._is_on = False

    @property
    def is_on(self) -> bool:
        """Whether phrases hold the transport, sounding or paused."""
        return self._is_on and self._session.is_previewing

    @property
    def is_sounding(self) -> bool:
        return self.is_on and self._session.sound.is_playing

    def hear(self, rows: Mapping[str, Rows], length_ticks: int, loop_length: int) -> None:
        """Sound from now on: begin, or go on in time with other notes."""
        session = self._session
        song = session.song
        if not self.is_on:
            self._start_tick = start_of_place(session)
            self._is_on = True
        placed = seats(song, tuple(rows), session.selection.track_id)
        laid = {part: shifted(brought_to(notes, length_ticks, loop_length), self._start_tick) for part, notes in rows.items()}
        shown = replace(song, tracks=heard_tracks(placed, laid))
        session.preview_loop(shown, Span(self._start_tick, self._start_tick + loop_length))

    def resume(self) -> None:
        """Sound again after a pause."""
        if self.is_on and not self._session.sound.is_playing:
            self._session.sound.play()

    def stop(self) -> None:
        """The song is what plays again."""
        if self._is_on:
            self._is_on = False
            self._session.end_preview()


def start_of_place(session: Session) -> int:
    """The first tick of the bars where explored music would go: the selected ones, else the cursor's bar."""
    chosen = session.selection
    at = chosen.cursor_tick if chosen.bars is None else chosen.bars.start_tick
    timeline = session.song.timeline
    return timeline.bar_start(timeline.bar_of(at))


class KeyHere:
    """The key where explored music would go; looked for anew only when the song or the place is another."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: tuple[Song, int, Key | None] | None = None

    def now(self) -> Key | None:
        song, tick = self._session.song, start_of_place(self._session)
        if self._found is None or self._found[0] is not song or self._found[1] != tick:
            self._found = song, tick, key_of(song, tick)
        return self._found[2]

"""Which bars of the song came from a place on a pad; looked up for the bars that are seen, whatever the song's length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.song.notes import Notes, Rows
from studio.song.origin import Origin
from studio.song.song import Song, Track
from studio.song.ticks import Span

PlaceOf = Callable[[Origin], tuple[int, float, float] | None]
"""(pad, x, y) of an origin that lies on a pad."""


@dataclass(frozen=True, slots=True)
class Committed:
    """Neighbouring bars of one track that came from one place. `span` is cut to the bars that were looked at."""

    track: Track
    origin: Origin
    pad: int
    x: float
    y: float
    span: Span
    first_bar: int
    last_bar: int


class Places:
    """The origins of a song that lie on a pad, read once each: a song of a thousand takes is not read at every edit."""

    def __init__(self, place_of: PlaceOf) -> None:
        self._place_of = place_of
        self._read: dict[int, tuple[Origin, tuple[int, float, float] | None]] = {}
        self._origins: tuple[Origin, ...] = ()
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._holding: dict[int, tuple[Notes, NDArray[np.int64], bool]] = {}

    def ids(self, song: Song) -> NDArray[np.int64]:
        """The ids of those origins, sorted."""
        if song.origins is not self._origins:
            self._origins = song.origins
            read = {}
            for origin in song.origins:
                known = self._read.get(origin.id)
                read[origin.id] = known if known is not None and known[0] is origin else (origin, self._place_of(origin))
            self._read = read
            self._ids = np.array(sorted(id_ for id_, (_, place) in read.items() if place is not None), np.int64)
        return self._ids

    def has_any(self, song: Song) -> bool:
        """Whether a note of the song is left of any of them; each version of a track is looked through once."""
        ids = self.ids(song)
        return len(ids) > 0 and any(self._holds(track, ids) for track in song.tracks)

    def _holds(self, track: Track, ids: NDArray[np.int64]) -> bool:
        known = self._holding.get(track.id)
        if known is None or known[0] is not track.notes or known[1] is not ids:
            known = (track.notes, ids, bool(np.isin(track.notes.rows["origin"], ids).any()))
            self._holding[track.id] = known
        return known[2]

    def of(self, origin_id: int) -> tuple[Origin, tuple[int, float, float] | None]:
        """An origin and its place; only for ids that `ids` gave."""
        return self._read[origin_id]

    def committed(self, song: Song, front_id: int, span: Span) -> list[Committed]:
        """What was committed in the bars of a span, in order; where two tracks meet in a bar, the one in front is told."""
        ids = self.ids(song)
        if not len(ids):
            return []
        timeline = song.timeline
        bars = np.array([tick for _, tick in timeline.bar_lines(timeline.whole_bars(span))], np.int64)
        first_bar = timeline.bar_of(span.start_tick)
        found: dict[int, tuple[Track, int]] = {}
        for track in sorted(song.tracks, key=lambda track: track.id != front_id):
            rows = track.notes.starting_in(timeline.whole_bars(span))
            for at, origin_id in _origin_by_bar(rows[np.isin(rows["origin"], ids)], bars).items():
                found.setdefault(at, (track, origin_id))
        return self._joined(song, found, first_bar)

    def _joined(self, song: Song, found: dict[int, tuple[Track, int]], first_bar: int) -> list[Committed]:
        made: list[Committed] = []
        for at in sorted(found):
            (track, origin_id), bar = found[at], first_bar + at
            origin, place = self.of(origin_id)
            assert place is not None
            before = made[-1] if made else None
            start = bar
            if before is not None and (before.track, before.origin, before.last_bar) == (track, origin, bar - 1):
                start = before.first_bar
                made.pop()
            made.append(Committed(track, origin, *place, song.timeline.bar_span(start, bar), start, bar))
        return made


def _origin_by_bar(rows: Rows, bars: NDArray[np.int64]) -> dict[int, int]:
    """Per index of a bar the origin of the most notes that start in it."""
    if not len(rows):
        return {}
    at = np.searchsorted(bars, rows["start"], side="right") - 1
    pairs, counts = np.unique(np.column_stack((at, rows["origin"])), axis=0, return_counts=True)
    fewest_first = np.argsort(counts, kind="stable")
    return {int(bar): int(origin) for bar, origin in pairs[fewest_first]}

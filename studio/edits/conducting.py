"""Conducting: points of tempo and meter, set, moved, joined by ramps, removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol, TypeVar

from studio.edits.history import Edit
from studio.errors import UnsupportedRequest
from studio.song.song import Song
from studio.song.timeline import Timeline
from studio.words import tr

LEAST_BPM, MOST_BPM = 10.0, 1000.0


def us_of(bpm: float) -> int:
    """Microseconds a quarter of a tempo that can be played."""
    if not LEAST_BPM <= bpm <= MOST_BPM:
        raise UnsupportedRequest(tr("A tempo of {bpm:g} cannot be played.", bpm=bpm), tr("Use 10 to 1000 beats a minute."))
    return round(60e6 / bpm)


def set_tempo_point(tick: int, bpm: float, is_ramp: bool | None = None) -> Edit:
    """The tempo from a tick on; a ramp that begins there stays one unless told otherwise."""
    us = us_of(bpm)
    return _edit(tr("Change tempo"), lambda timeline: timeline.with_tempo(max(0, tick), us, is_ramp))


def move_tempo_point(tick: int, to_tick: int, bpm: float) -> Edit:
    """Give a tempo point another place and tempo; the first stays at the start, the others between their neighbours."""
    us = us_of(bpm)

    def change(timeline: Timeline) -> Timeline:
        at, tempos = _index(timeline.tempos, tick), timeline.tempos
        moved = tempos[at]._replace(us_per_beat=us, tick=_between(timeline.tempos, at, to_tick))
        return replace(timeline, tempos=(*tempos[:at], moved, *tempos[at + 1 :]))

    return _edit(tr("Move tempo"), change)


def set_ramp(tick: int, is_ramp: bool) -> Edit:
    """Let the tempo go evenly from a point to the next one, or step there."""

    def change(timeline: Timeline) -> Timeline:
        at, tempos = _index(timeline.tempos, tick), timeline.tempos
        if is_ramp and at == len(tempos) - 1:
            raise UnsupportedRequest(tr("A ramp needs a tempo to go to."), tr("Add a later tempo point first."))
        return replace(timeline, tempos=(*tempos[:at], tempos[at]._replace(is_ramp=is_ramp), *tempos[at + 1 :]))

    return _edit(tr("Ramp tempo") if is_ramp else tr("Step tempo"), change)


def remove_tempo_point(tick: int) -> Edit:
    """The tempo before goes on."""

    def change(timeline: Timeline) -> Timeline:
        return replace(timeline, tempos=_without(timeline.tempos, tick, tr("The song needs a tempo from its start.")))

    return _edit(tr("Remove tempo"), change)


def move_meter(tick: int, to_tick: int) -> Edit:
    """Let a meter begin at the bar line nearest to another tick, between its neighbours."""

    def change(timeline: Timeline) -> Timeline:
        at, meters = _index(timeline.meters, tick), timeline.meters
        without = replace(timeline, meters=_without(meters, tick, tr("The song needs a meter from its start.")))
        line = _nearest_line(without, _between(meters, at, to_tick))
        if line <= meters[at - 1].tick or (at + 1 < len(meters) and line >= meters[at + 1].tick):
            return timeline
        return replace(timeline, meters=(*meters[:at], meters[at]._replace(tick=line), *meters[at + 1 :]))

    return _edit(tr("Move meter"), change)


def remove_meter(tick: int) -> Edit:
    """The meter before goes on."""

    def change(timeline: Timeline) -> Timeline:
        return replace(timeline, meters=_without(timeline.meters, tick, tr("The song needs a meter from its start.")))

    return _edit(tr("Remove meter"), change)


def tapped_bpm(seconds: Sequence[float]) -> float | None:
    """The tempo of taps at these moments, by the middle of their distances; None with fewer than two."""
    gaps = sorted(later - earlier for earlier, later in pairwise(seconds))
    if not gaps or gaps[len(gaps) // 2] <= 0:
        return None
    middle = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2
    return min(MOST_BPM, max(LEAST_BPM, 60 / middle))


class _Change(Protocol):
    @property
    def tick(self) -> int: ...


_C = TypeVar("_C", bound=_Change)


def _index(changes: Sequence[_Change], tick: int) -> int:
    for at, change in enumerate(changes):
        if change.tick == tick:
            return at
    raise UnsupportedRequest(tr("That point is no longer there."), tr("Choose another."))


def _without(changes: tuple[_C, ...], tick: int, why_not: str) -> tuple[_C, ...]:
    """The changes but for the one at a tick; the first stays, and `why_not` says so."""
    at = _index(changes, tick)
    if not at:
        raise UnsupportedRequest(why_not, tr("Change it instead."))
    return changes[:at] + changes[at + 1 :]


def _between(changes: Sequence[_Change], at: int, to_tick: int) -> int:
    """The place nearest to a tick that a change can have."""
    if not at:
        return 0
    lowest = changes[at - 1].tick + 1
    highest = changes[at + 1].tick - 1 if at + 1 < len(changes) else max(to_tick, lowest)
    return min(highest, max(lowest, to_tick))


def _nearest_line(timeline: Timeline, tick: int) -> int:
    bar = timeline.bar_of(tick)
    low, high = timeline.bar_start(bar), timeline.bar_start(bar + 1)
    return low if tick - low < high - tick else high


def _edit(label: str, change: Callable[[Timeline], Timeline]) -> Edit:
    def apply(song: Song) -> Song:
        after = change(song.timeline)
        return song if after is song.timeline else replace(song, timeline=after)

    return Edit(label, apply)

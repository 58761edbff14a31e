"""The timeline of a song that another one is merged into: its own, or the other's for as long as that lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from studio.song.song import Song
from studio.song.tempo import TempoChange
from studio.song.ticks import Span, Tick
from studio.song.timeline import KeyChange, MeterChange, Timeline

Value = TypeVar("Value")


def length_of(other: Song) -> int:
    """The whole bars that its music takes, in ticks."""
    return other.timeline.bar_start(other.bar_count + 1) if other.end_tick else 0


def differs(song: Song, other: Song, at_tick: Tick) -> bool:
    """Whether tempo or meter of the other song are not those that are in force where it would be laid."""
    length = length_of(other)
    if not length:
        return False
    here, there = song.timeline, other.timeline
    stretch = Span(at_tick, at_tick + length)
    return _tempos(here, stretch) != _tempos(there, Span(0, length)) or _meters(here, stretch) != _meters(there, Span(0, length))


def with_markers(song: Song, other: Song, at_tick: Tick) -> Timeline:
    """The song's own timeline; where it has no names of places, those of the other."""
    if song.timeline.markers or not other.timeline.markers or not other.end_tick:
        return song.timeline
    return replace(song.timeline, markers=tuple(mark._replace(tick=mark.tick + at_tick) for mark in other.timeline.markers))


def taken_over(song: Song, other: Song, at_tick: Tick) -> Timeline:
    """Tempos and meters of the other song from a tick on. Where ours goes on behind it, its own hold from its next
    bar line on.
    """
    own, length = song.timeline, length_of(other)
    if not length:
        return own
    back = _next_line(own, at_tick + length)
    goes_on = song.end_tick > at_tick + length or any(
        change.tick >= back for changes in (own.tempos, own.meters, own.keys) for change in changes
    )
    until = back if goes_on else None
    with_keys = not goes_on or not other.timeline.keys or own.key_at(back) is not None
    return Timeline(
        _joined_tempos(own, other.timeline, at_tick, until),
        _joined_meters(own, other.timeline, at_tick, until),
        _joined_keys(own, other.timeline, at_tick, until) if with_keys else own.keys,
        with_markers(song, other, at_tick).markers,
    )


def _next_line(timeline: Timeline, tick: Tick) -> Tick:
    """The first bar line at or behind a tick."""
    line = timeline.bar_start(timeline.bar_of(tick))
    return line if line == tick else timeline.bar_start(timeline.bar_of(tick) + 1)


def _tempos(timeline: Timeline, span: Span) -> list[tuple[int, int]]:
    """What is heard in a stretch: where another tempo begins, counted from its beginning, and which."""
    first = (0, timeline.tempo_at(span.start_tick).us_per_beat)
    inside = [(step.tick - span.start_tick, step.us_per_beat) for step in timeline.tempo_steps if _within(step.tick, span)]
    return _without_repeats([first, *inside])


def _meters(timeline: Timeline, span: Span) -> list[tuple[int, tuple[int, int]]]:
    start = timeline.meter_at(span.start_tick)
    inside = [(each.tick - span.start_tick, each[1:]) for each in timeline.meters if _within(each.tick, span)]
    return _without_repeats([(0, start[1:]), *inside])


def _within(tick: Tick, span: Span) -> bool:
    return span.start_tick < tick < span.end_tick


def _without_repeats(listed: list[tuple[int, Value]]) -> list[tuple[int, Value]]:
    return [each for at, each in enumerate(listed) if not at or each[1] != listed[at - 1][1]]


def _joined_tempos(own: Timeline, other: Timeline, at: Tick, until: Tick | None) -> tuple[TempoChange, ...]:
    before = [change for change in own.tempos if change.tick < at]
    if before and before[-1].is_ramp and len(before) < len(own.tempos) and before[-1].tick < at - 1:
        # a ramp that is cut off goes as far as it had come, not to the tempo of what follows now
        before.append(TempoChange(at - 1, own.tempo_at(at - 1).us_per_beat, False))
    taken = [change._replace(tick=change.tick + at) for change in other.tempos if until is None or change.tick + at < until]
    if len(taken) == len(other.tempos):
        taken[-1] = taken[-1]._replace(is_ramp=False)
    if until is None:
        return (*before, *taken)
    resumed = TempoChange(until, own.tempo_at(until).us_per_beat, own.tempo_change_at(until).is_ramp)
    return (*before, *taken, resumed, *(change for change in own.tempos if change.tick > until))


def _joined_meters(own: Timeline, other: Timeline, at: Tick, until: Tick | None) -> tuple[MeterChange, ...]:
    changes = [change for change in own.meters if change.tick < at]
    changes += [change._replace(tick=change.tick + at) for change in other.meters if until is None or change.tick + at < until]
    if until is not None:
        changes.append(own.meter_at(until)._replace(tick=until))
        changes += [change for change in own.meters if change.tick > until]
    made: list[MeterChange] = []
    for change in changes:
        is_new = not made or change[1:] != made[-1][1:] or (change.tick - made[-1].tick) % made[-1].bar_ticks
        if is_new:
            made.append(change)
    return tuple(made)


def _joined_keys(own: Timeline, other: Timeline, at: Tick, until: Tick | None) -> tuple[KeyChange, ...]:
    if not other.keys:
        return own.keys
    first = other.keys[0].tick + at
    changes = [change for change in own.keys if change.tick < first]
    changes += [change._replace(tick=change.tick + at) for change in other.keys if until is None or change.tick + at < until]
    if until is not None:
        key = own.key_at(until)
        changes += [KeyChange(until, key)] if key is not None else []
        changes += [change for change in own.keys if change.tick > until]
    return tuple(changes)

"""Tempo, meter, key signatures, markers; tick <-> second <-> bar, here and nowhere else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studio.song.harmony import Key
from studio.song.tempo import DEFAULT_TEMPO_US, TempoChange, stepped
from studio.song.ticks import TICKS_PER_BEAT, Span, Tick

__all__ = [
    "DEFAULT_TEMPO_US",
    "BarPosition",
    "KeyChange",
    "Marker",
    "MeterChange",
    "Section",
    "TempoChange",
    "Timeline",
    "coloured",
]


class MeterChange(NamedTuple):
    """From this tick on (a bar line) bars have `numerator` beats of a 1/`denominator` note."""

    tick: int
    numerator: int
    denominator: int

    @property
    def bar_ticks(self) -> int:
        return self.numerator * TICKS_PER_BEAT * 4 // self.denominator

    @property
    def beat_ticks(self) -> int:
        """Ticks in one notated beat (an eighth in 6/8)."""
        return TICKS_PER_BEAT * 4 // self.denominator


class KeyChange(NamedTuple):
    tick: int
    key: Key


class Marker(NamedTuple):
    """A named place; a section reaches to the next section or the end of the song. `colour` as those of tracks."""

    tick: int
    text: str
    is_section: bool = False
    colour: int = 0


class Section(NamedTuple):
    """A named stretch of the song."""

    marker: Marker
    span: Span


def coloured(markers: Iterable[Marker], colours: int = 8) -> tuple[Marker, ...]:
    """Sections with colours in turn, those of one name (A and A', Verse 1 and Verse 2) alike."""
    known: dict[str, int] = {}
    made = []
    for marker in markers:
        name = marker.text.rstrip(" 0123456789'\N{PRIME}").casefold() or marker.text
        colour = known.setdefault(name, len(known) % colours) if marker.is_section else marker.colour
        made.append(marker._replace(colour=colour))
    return tuple(made)


class BarPosition(NamedTuple):
    """Bar and beat count from 1, `tick` from 0 within the beat."""

    bar: int
    beat: int
    tick: int


@dataclass(frozen=True)
class Timeline:
    """The changes, each sorted by tick, tempos and meters always beginning at tick 0."""

    tempos: tuple[TempoChange, ...] = (TempoChange(0, DEFAULT_TEMPO_US),)
    meters: tuple[MeterChange, ...] = (MeterChange(0, 4, 4),)
    keys: tuple[KeyChange, ...] = ()
    markers: tuple[Marker, ...] = field(default=())

    def __post_init__(self) -> None:
        for name in ("tempos", "meters", "keys", "markers"):
            ticks = [change.tick for change in getattr(self, name)]
            if ticks != sorted(ticks) or (name != "markers" and len(set(ticks)) != len(ticks)):
                raise ValueError(f"{name} are not in order")
        if not self.tempos or self.tempos[0].tick or not self.meters or self.meters[0].tick:
            raise ValueError("tempo and meter must be given from tick 0")

    # Seconds

    @cached_property
    def tempo_steps(self) -> tuple[TempoChange, ...]:
        """The tempos as they are heard and exported: ramps taken apart into steps."""
        return stepped(self.tempos)

    @cached_property
    def _tempo_ticks(self) -> NDArray[np.int64]:
        return np.array([change.tick for change in self.tempo_steps], np.int64)

    @cached_property
    def _seconds_per_tick(self) -> NDArray[np.float64]:
        return np.array([change.us_per_beat for change in self.tempo_steps]) / (1e6 * TICKS_PER_BEAT)

    @cached_property
    def _tempo_seconds(self) -> NDArray[np.float64]:
        lengths = np.diff(self._tempo_ticks) * self._seconds_per_tick[:-1]
        return np.concatenate(([0.0], np.cumsum(lengths)))

    def seconds_at(self, ticks: ArrayLike) -> NDArray[np.float64]:
        """Seconds from the start of the song, for one tick or an array of them."""
        ticks = np.asarray(ticks)
        at = np.maximum(np.searchsorted(self._tempo_ticks, ticks, side="right") - 1, 0)
        result: NDArray[np.float64] = self._tempo_seconds[at] + (ticks - self._tempo_ticks[at]) * self._seconds_per_tick[at]
        return result

    def ticks_at(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Ticks (not rounded) at these seconds."""
        seconds = np.asarray(seconds, float)
        at = np.maximum(np.searchsorted(self._tempo_seconds, seconds, side="right") - 1, 0)
        result: NDArray[np.float64] = self._tempo_ticks[at] + (seconds - self._tempo_seconds[at]) / self._seconds_per_tick[at]
        return result

    def tempo_at(self, tick: Tick) -> TempoChange:
        """What is heard at a tick; inside a ramp one of its steps."""
        return self.tempo_steps[max(0, int(np.searchsorted(self._tempo_ticks, tick, side="right")) - 1)]

    def tempo_change_at(self, tick: Tick) -> TempoChange:
        """The change in force at a tick, as it was set."""
        return self.tempos[max(0, bisect_right(self.tempos, tick, key=lambda change: change.tick) - 1)]

    # Bars

    @cached_property
    def _meter_ticks(self) -> list[int]:
        return [change.tick for change in self.meters]

    @cached_property
    def _meter_bars(self) -> list[int]:
        """The bar number, from 0, at which each meter begins. A meter inside a bar cuts that bar short."""
        bars = [0]
        for before, after in zip(self.meters, self.meters[1:], strict=False):
            bars.append(bars[-1] - (before.tick - after.tick) // before.bar_ticks)
        return bars

    def meter_at(self, tick: Tick) -> MeterChange:
        return self.meters[max(0, bisect_right(self._meter_ticks, tick) - 1)]

    def bar_of(self, tick: Tick) -> int:
        """The bar, from 1, that holds this tick."""
        at = max(0, bisect_right(self._meter_ticks, tick) - 1)
        return self._meter_bars[at] + (tick - self._meter_ticks[at]) // self.meters[at].bar_ticks + 1

    def bar_start(self, bar: int) -> Tick:
        """The first tick of a bar counted from 1."""
        at = max(0, bisect_right(self._meter_bars, bar - 1) - 1)
        return self._meter_ticks[at] + (bar - 1 - self._meter_bars[at]) * self.meters[at].bar_ticks

    def bar_span(self, first_bar: int, last_bar: int | None = None) -> Span:
        """From the start of one bar to the end of another (the same, when none is given); counted from 1."""
        return Span(self.bar_start(first_bar), self.bar_start((last_bar or first_bar) + 1))

    def bar_bounds(self, ticks: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First tick of the bar that holds each tick, and of the bar after it, [tick]."""
        ticks = np.asarray(ticks, np.int64)
        begins = np.array(self._meter_ticks, np.int64)
        at = np.maximum(np.searchsorted(begins, ticks, side="right") - 1, 0)
        bar_ticks = np.array([change.bar_ticks for change in self.meters], np.int64)[at]
        starts: NDArray[np.int64] = begins[at] + (ticks - begins[at]) // bar_ticks * bar_ticks
        limits = np.append(begins[1:], np.iinfo(np.int64).max)[at]
        ends: NDArray[np.int64] = np.minimum(starts + bar_ticks, limits)
        return starts, ends

    def position(self, tick: Tick) -> BarPosition:
        bar = self.bar_of(tick)
        within = tick - self.bar_start(bar)
        beat_ticks = self.meter_at(tick).beat_ticks
        return BarPosition(bar, within // beat_ticks + 1, within % beat_ticks)

    def bar_lines(self, span: Span) -> Iterator[tuple[int, Tick]]:
        """(bar, its first tick) for each bar that starts in the span."""
        bar = self.bar_of(span.start_tick)
        while (tick := self.bar_start(bar)) < span.end_tick:
            if tick >= span.start_tick:
                yield bar, tick
            bar += 1

    def whole_bars(self, span: Span) -> Span:
        """The span widened to bar lines."""
        first = self.bar_of(span.start_tick)
        last = self.bar_of(max(span.start_tick, span.end_tick - 1))
        return self.bar_span(first, last)

    # Keys and markers

    def key_at(self, tick: Tick) -> Key | None:
        found = [change.key for change in self.keys if change.tick <= tick]
        return found[-1] if found else None

    def sections(self, song_end_tick: Tick) -> list[Section]:
        """Each section with its stretch: to the next one, the last to the end of the song's last bar."""
        marks = [marker for marker in self.markers if marker.is_section]
        if not marks:
            return []
        last = self.whole_bars(Span(marks[-1].tick, max(song_end_tick, marks[-1].tick + 1))).end_tick
        stops = [*(marker.tick for marker in marks[1:]), last]
        return [Section(mark, Span(mark.tick, stop)) for mark, stop in zip(marks, stops, strict=True) if stop > mark.tick]

    def with_tempo(self, tick: Tick, us_per_beat: int, is_ramp: bool | None = None) -> Timeline:
        """A change set or replaced; a ramp that begins there stays one unless told otherwise."""
        ramps = any(change.is_ramp for change in self.tempos if change.tick == tick) if is_ramp is None else is_ramp
        kept = [change for change in self.tempos if change.tick != tick]
        return replace(self, tempos=tuple(sorted([*kept, TempoChange(tick, us_per_beat, ramps)])))

    def with_meter(self, tick: Tick, numerator: int, denominator: int) -> Timeline:
        kept = [change for change in self.meters if change.tick != tick]
        return replace(self, meters=tuple(sorted([*kept, MeterChange(tick, numerator, denominator)])))

    def with_key(self, tick: Tick, key: Key) -> Timeline:
        kept = [change for change in self.keys if change.tick != tick]
        return replace(self, keys=tuple(sorted([*kept, KeyChange(tick, key)], key=lambda change: change.tick)))

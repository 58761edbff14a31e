"""Ticks, seconds and bars convert there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.song.harmony import Key, estimate_key, pitch_name
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import MeterChange, TempoChange, Timeline


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    gaps = draw(st.lists(st.integers(1, 20_000), max_size=5))
    tempos, tick = [TempoChange(0, draw(st.integers(60_000, 6_000_000)))], 0
    for gap in gaps:
        tick += gap
        tempos.append(TempoChange(tick, draw(st.integers(60_000, 6_000_000))))
    meters, tick = [MeterChange(0, 4, 4)], 0
    for _ in range(draw(st.integers(0, 3))):
        tick += meters[-1].bar_ticks * draw(st.integers(1, 5))
        meters.append(MeterChange(tick, draw(st.integers(1, 12)), draw(st.sampled_from((2, 4, 8, 16)))))
    return Timeline(tuple(tempos), tuple(meters))


@given(timelines(), st.integers(0, 200_000))
def test_seconds_and_back(timeline: Timeline, tick: int) -> None:
    assert float(timeline.ticks_at(timeline.seconds_at(tick))) == pytest.approx(tick, abs=1e-3)


@given(timelines(), st.integers(0, 100_000))
def test_every_tick_lies_in_its_bar(timeline: Timeline, tick: int) -> None:
    bar = timeline.bar_of(tick)
    assert timeline.bar_start(bar) <= tick < timeline.bar_start(bar + 1)
    position = timeline.position(tick)
    assert position.bar == bar
    assert position.beat <= timeline.meter_at(tick).numerator


@given(timelines(), st.integers(1, 60))
def test_bars_follow_one_another(timeline: Timeline, bar: int) -> None:
    assert timeline.bar_of(timeline.bar_start(bar)) == bar
    span = timeline.bar_span(bar)
    assert [number for number, _ in timeline.bar_lines(span)] == [bar]
    assert timeline.whole_bars(Span(span.start_tick, span.start_tick + 1)) == span


def test_a_meter_inside_a_bar_cuts_it_short() -> None:
    timeline = Timeline(meters=(MeterChange(0, 4, 4), MeterChange(2 * TICKS_PER_BEAT, 3, 4)))
    assert timeline.bar_of(2 * TICKS_PER_BEAT) == 2
    assert timeline.bar_start(3) == 5 * TICKS_PER_BEAT


def test_changes_must_begin_at_the_start_and_be_in_order() -> None:
    with pytest.raises(ValueError):
        Timeline(tempos=())
    with pytest.raises(ValueError):
        Timeline(meters=(MeterChange(10, 4, 4),))
    with pytest.raises(ValueError):
        Timeline(tempos=(TempoChange(0, 5), TempoChange(9, 5), TempoChange(3, 5)))


@pytest.mark.parametrize(
    ("text", "name", "sharps"),
    [
        ("C", "C major", 0),
        ("Am", "A minor", 0),
        ("f# minor", "F# minor", 3),
        ("Bb dorian", "Bb dorian", -4),
        ("Eb", "Eb major", -3),
    ],
)
def test_keys_are_read_and_named(text: str, name: str, sharps: int) -> None:
    assert (Key.named(text).name, Key.named(text).sharps) == (name, sharps)


@given(st.integers(-6, 6), st.booleans())
def test_signatures_survive(sharps: int, minor: bool) -> None:
    found = Key.from_signature(sharps, minor).sharps
    assert (found - sharps) % 12 == 0


def test_the_key_of_a_scale_is_found() -> None:
    for tonic in range(12):
        weights = [4, 1, 2, 3, 2, 3, 1, 3]
        pitches = [tonic + step for step in (0, 2, 4, 5, 7, 7, 11, 12)]
        assert estimate_key(pitches, weights) == Key(tonic)
    assert estimate_key([]) is None
    assert pitch_name(60) == "C4"

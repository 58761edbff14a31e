"""The render thread, stepped by hand: timing, what is shown when, a ring that runs dry, a device that goes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from ears import RATE, Diary, engine, song, track
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.board import Board, Pulse
from studio.audio.output import NullOutput
from studio.audio.player import LOOK_AHEAD_S, Player
from studio.audio.schedule import loop_frames
from studio.song import Span, Timeline


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Failing(NullOutput):
    is_null = False
    latency_frames = 1000


@pytest.fixture
def clock():
    return Clock()


def player(clock, output=None, **piece):
    made = engine(song(track([(0, 96_000, 60)], **piece)), Diary())
    return Player(made, output or NullOutput(RATE, clock), Board(), clock)


def run(made, clock, seconds, step_s=0.005):
    for _ in range(round(seconds / step_s)):
        clock.now_s += step_s
        while made.step():
            pass


def test_it_renders_ahead_by_the_look_ahead_and_no_further(clock):
    made = player(clock)
    while made.step():
        pass
    assert made.output.fill() == pytest.approx(LOOK_AHEAD_S * RATE, abs=256)


def test_the_null_device_keeps_true_time(clock):
    made = player(clock)
    made.post(made.engine.play, 1)
    run(made, clock, 10.0)
    pulse = made.board.pulse()
    assert pulse.is_playing
    assert pulse.dropouts == 0
    # 120 beats a minute: 1920 ticks a second; the first sound is heard when the first quantum is taken.
    assert pulse.tick_now(clock.now_s) == pytest.approx(1920 * 10.0, abs=1920 * 0.02)


def test_a_command_is_shown_when_it_is_heard_not_when_it_is_obeyed(clock):
    made = player(clock, Failing(RATE, clock))
    run(made, clock, 1.0)
    made.post(made.engine.play, 7)
    run(made, clock, 0.1)
    assert made.engine.is_playing
    assert made.board.pulse().ticket == 0
    run(made, clock, 0.1)
    assert made.board.pulse().ticket == 7
    heard = made.board.pulse().tick_now(clock.now_s)
    ahead = (made.engine.frame - heard * 25) / RATE
    assert ahead == pytest.approx(LOOK_AHEAD_S + 1000 / RATE, abs=0.012)


def test_a_dry_ring_is_counted_and_twice_in_a_minute_doubles_the_look_ahead(clock):
    made = player(clock)
    made.post(made.engine.play)
    run(made, clock, 1.0)
    for _ in range(2):
        clock.now_s += 0.5
        run(made, clock, 1.0)
    assert made.board.pulse().dropouts == 2
    assert made.look_ahead_s == pytest.approx(2 * LOOK_AHEAD_S)
    assert made.output.fill() > LOOK_AHEAD_S * RATE


def test_a_lost_device_is_replaced_by_the_clock_and_time_goes_on(clock):
    output = Failing(RATE, clock)
    made = player(clock, output)
    made.post(made.engine.play, 1)
    run(made, clock, 1.0)
    output.is_lost = True
    run(made, clock, 2.0)
    assert made.has_lost_device
    assert made.output.is_null
    assert made.board.pulse().tick_now(clock.now_s) == pytest.approx(1920 * 3.0, abs=1920 * 0.3)


def test_the_position_goes_round_the_loop(clock):
    made = player(clock)
    made.set_loop((0, 48_000), Span(0, 1920))
    made.post(made.engine.play, 1)
    seen = []
    for _ in range(400):
        run(made, clock, 0.01)
        seen.append(made.board.pulse().tick_now(clock.now_s))
    assert max(seen) < 1920
    assert sum(later < earlier for earlier, later in pairwise(seen)) in (3, 4)


# 480 ticks that begin or end between two steps of the engine's grid, one step, and one much shorter than a guess.
@pytest.mark.parametrize("span", [Span(9600, 10_080), Span(9, 489), Span(0, 3), Span(101, 141)])
def test_the_shown_tick_stays_inside_a_loop_that_lies_between_the_steps_of_the_grid(clock, span):
    made = player(clock)
    frames = loop_frames(Timeline(), span, RATE)
    made.set_loop(frames, span)
    made.engine.seek(frames[0])
    made.post(made.engine.play, 1)
    seen = []
    for _ in range(700):
        run(made, clock, 0.003, step_s=0.003)
        pulse = made.board.pulse()
        seen += [pulse.whole_tick_now(clock.now_s), pulse.whole_tick_now(clock.now_s + 0.0029)]
    assert set(seen) <= set(range(span.start_tick, span.end_tick))
    assert len(set(seen)) > min(100, span.length_ticks // 2), "it moves"


def test_what_plays_beyond_a_loop_is_shown_beyond_it(clock):
    made = player(clock)
    made.set_loop((0, 48_000), Span(0, 1920))
    made.engine.seek(48_000)
    made.post(made.engine.play, 1)
    run(made, clock, 1.0)
    assert made.board.pulse().tick_now(clock.now_s) == pytest.approx(1920 * 2, abs=40)


@given(
    st.floats(0, 20_000), st.floats(0, 100_000), st.integers(0, 20_000), st.integers(1, 20_000), st.floats(0, 1),
)  # fmt: skip
def test_a_guess_never_shows_the_end_of_the_loop_nor_what_lies_behind(tick, ticks_per_s, start, length, passed_s):
    pulse = Pulse(10.0, tick, ticks_per_s, 1.0, loop_start=float(start), loop_end=float(start + length))
    assert min(tick, start) <= pulse.tick_now(10.0 + passed_s) < start + length
    assert min(round(tick), start) <= pulse.whole_tick_now(10.0 + passed_s) < start + length


def test_a_guess_between_two_pulses_goes_round_the_loop_too():
    pulse = Pulse(time_s=10.0, tick=900.0, ticks_per_s=1920.0, loop_start=480.0, loop_end=960.0)
    assert pulse.tick_now(10.1) == pytest.approx(900 + 192 - 480)
    assert pulse.tick_now(99.0) == pytest.approx(900 + 480 - 480), "no further than a quarter of a second"
    assert pulse._replace(tick=960.2).whole_tick_now(10.0) == 480
    assert pulse._replace(tick=959.7).whole_tick_now(10.0) == 959
    assert pulse._replace(loop_start=950.0).tick_now(10.1) == pytest.approx(952), "a loop shorter than the guess, many times"


def test_meters_rise_at_once_and_fall_slowly(clock):
    made = player(clock)
    made.engine.render = lambda frames: np.zeros((frames, 2), np.float32)  # type: ignore[method-assign]
    made.engine.mixer.peaks = np.full((4, 2), 0.5, np.float32)
    run(made, clock, 0.5)
    assert made.board.meters()[0, 0] == pytest.approx(0.5)
    made.engine.mixer.peaks = np.zeros((4, 2), np.float32)
    run(made, clock, 1.0 + LOOK_AHEAD_S)
    assert 20 * np.log10(made.board.meters()[0, 0] / 0.5) == pytest.approx(-20, abs=1)


def test_a_silent_stopped_engine_sleeps_and_wakes_for_a_command(clock):
    made = player(clock)
    run(made, clock, 4.0)
    asleep = made.engine.synth.frame
    run(made, clock, 1.0)
    assert made.engine.synth.frame == asleep
    made.post(made.engine.play)
    run(made, clock, 1.0)
    assert made.engine.synth.frame > asleep

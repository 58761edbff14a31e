"""Outputs: the null device's clock, and a ring that rtmixer has dropped."""

from __future__ import annotations

import numpy as np
import pytest
from ears import RATE

from studio.audio.output import Feed, NullOutput


class Ring:
    """A ring buffer as rtmixer's: the other side takes frames."""

    def __init__(self) -> None:
        self.read_available = 0

    def write(self, block) -> None:
        self.read_available += len(block)


class Mixer:
    """As rtmixer's: a ring that ran dry is dropped from the actions, and silence follows for ever."""

    def __init__(self) -> None:
        self.actions: dict[object, Ring] = {}

    def play_ringbuffer(self, ring) -> object:
        action = object()
        self.actions[action] = ring
        return action

    def take(self, frames: int) -> None:
        for action, ring in list(self.actions.items()):
            if ring.read_available < frames:
                del self.actions[action]
            ring.read_available = max(0, ring.read_available - frames)


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def feed(clock):
    mixer = Mixer()
    made = Feed(mixer, Ring(), 1000, lambda: clock[0])
    return made, mixer


def fill_up(made: Feed, look_ahead: int = 4000) -> None:
    while made.fill < made.tend(look_ahead):
        made.write(np.zeros((256, 2), np.float32))
    made.tend(look_ahead)


def test_the_ring_is_handed_over_once_it_holds_look_ahead_and_latency(feed):
    made, mixer = feed
    made.write(np.zeros((4096, 2), np.float32))
    assert made.tend(4000) == 5000
    assert not mixer.actions
    fill_up(made)
    assert len(mixer.actions) == 1
    assert made.tend(4000) == 4000


def test_a_starved_ring_is_counted_and_handed_over_again(feed):
    made, mixer = feed
    fill_up(made)
    mixer.take(4000)
    mixer.take(4000)
    assert not mixer.actions
    fill_up(made)
    assert made.dropouts == 1
    assert len(mixer.actions) == 1
    mixer.take(2000)
    fill_up(made)
    assert made.dropouts == 1


def test_a_device_that_takes_nothing_for_half_a_second_has_stalled(feed, clock):
    made, mixer = feed
    clock[0] = 3.0
    fill_up(made)
    clock[0] = 3.4
    assert not made.has_stalled
    mixer.take(256)
    made.tend(4000)
    clock[0] = 3.8
    assert not made.has_stalled
    clock[0] = 4.0
    assert made.has_stalled


def test_a_device_may_take_two_seconds_to_get_going(feed, clock):
    made, _ = feed
    fill_up(made)
    clock[0] = 1.9
    assert not made.has_stalled
    clock[0] = 2.1
    assert made.has_stalled


def test_the_null_device_takes_frames_at_its_rate_and_counts_when_it_finds_none(clock):
    output = NullOutput(RATE, lambda: clock[0])
    output.write(np.zeros((RATE, 2), np.float32))
    clock[0] = 0.25
    assert output.fill() == RATE * 3 // 4
    clock[0] = 2.0
    assert output.fill() == 0
    assert output.dropouts == 1
    output.write(np.zeros((4800, 2), np.float32))
    clock[0] = 2.05
    assert output.fill() == pytest.approx(2400, abs=1)

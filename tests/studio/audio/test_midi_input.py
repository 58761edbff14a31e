"""MIDI inputs: bytes to touches whatever comes, keyboards that come and go, and places that were not looked at in time."""

from __future__ import annotations

import numpy as np
from ears import Diary
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.board import Pulse
from studio.audio.live import LIVE_AHEAD, LIVE_FRAMES, LiveLane, Voice
from studio.audio.midi_input import ALL, NONE, MidiInputs, MidiUnavailable, RtMidiSystem, _plain
from studio.audio.played import ALL_NOTES_OFF, MidiParser, Touch
from studio.audio.schedule import BEND, CONTROLLER, KEY_PRESSURE, OFF, ON, PRESSURE
from studio.song import Instrument


def message_of(touch: Touch, channel: int) -> bytes:
    kind, a, b = touch
    if kind == BEND:
        return bytes((0xE0 | channel, (b + 8192) & 0x7F, (b + 8192) >> 7))
    if kind == PRESSURE:
        return bytes((0xD0 | channel, b))
    status = {ON: 0x90, OFF: 0x80, CONTROLLER: 0xB0, KEY_PRESSURE: 0xA0}[kind]
    return bytes((status | channel, a, b))


seven = st.integers(0, 127)
touches = st.one_of(
    st.builds(Touch, st.just(ON), seven, st.integers(1, 127)),
    st.builds(Touch, st.just(OFF), seven, st.just(0)),
    st.builds(Touch, st.just(CONTROLLER), st.integers(0, 119), seven),
    st.builds(Touch, st.just(KEY_PRESSURE), seven, seven),
    st.builds(Touch, st.just(PRESSURE), st.just(0), seven),
    st.builds(Touch, st.just(BEND), st.just(0), st.integers(-8192, 8191)),
)


@given(st.lists(touches, max_size=30), st.integers(0, 15), st.booleans(), st.data())
def test_every_message_is_read_with_running_status_and_real_time_bytes_anywhere(played, channel, runs, data) -> None:
    stream, status = bytearray(), 0
    for touch in played:
        message = message_of(touch, channel)
        stream += message[1:] if runs and message[0] == status else message
        status = message[0]
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(stream)))
        stream[at:at] = bytes((data.draw(st.integers(0xF8, 0xFF)),))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    parser, found = MidiParser(), []
    for first, last in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += parser.feed(bytes(stream[first:last]))
    assert found == played


@given(st.binary(max_size=300))
def test_garbage_is_read_without_complaint_and_gives_only_sound_touches(data) -> None:
    for kind, a, b in MidiParser().feed(data):
        assert 0 <= a <= 127
        assert -8192 <= b <= 8191 if kind == BEND else 0 <= b <= 127
        assert kind != ON or b > 0


def test_an_exclusive_message_is_passed_over_and_all_notes_off_is_one_touch() -> None:
    data = bytes((0xF0, 0x43, 0x10, 0x4C, 0xF7, 0x90, 60, 100, 0xB0, 120, 0, 0xC0, 5, 0x90, 60, 0))
    assert MidiParser().feed(data) == [Touch(ON, 60, 100), Touch(CONTROLLER, ALL_NOTES_OFF, 0), Touch(OFF, 60, 0)]


class Port:
    def __init__(self, heard) -> None:
        self.heard, self.is_closed = heard, False

    def close(self) -> None:
        self.is_closed = True


class Desk:
    """A system at the boundary: keyboards are plugged in and pulled out by the test."""

    def __init__(self) -> None:
        self.there: list[str] = []
        self.held: set[str] = set()
        self.ports: dict[str, Port] = {}

    def names(self) -> list[str]:
        return self.there

    def open(self, name, heard) -> Port:
        if name in self.held:
            raise MidiUnavailable(f"{name} is held.")
        self.ports[name] = Port(heard)
        return self.ports[name]


def test_keyboards_come_and_go() -> None:
    desk, played = Desk(), []
    inputs = MidiInputs(lambda: desk)
    inputs.touched = lambda touch, time_s: played.append((touch, time_s))
    inputs.look()
    assert inputs.line == "No MIDI keyboard is connected."
    desk.there = ["Midi Through Port-0", "Keystation", "Pads"]
    inputs.look()
    assert inputs.names == ("Keystation", "Pads")
    assert inputs.line == "MIDI input: Keystation, Pads."
    assert inputs.there == ("Keystation", "Pads")
    desk.ports["Keystation"].heard(bytes((0x90, 60)), 1.0)
    desk.ports["Pads"].heard(bytes((0x99, 36, 110)), 1.5)
    desk.ports["Keystation"].heard(bytes((100,)), 2.0)
    assert played == [(Touch(ON, 36, 110), 1.5), (Touch(ON, 60, 100), 2.0)], "cables do not mix"
    desk.there = ["Pads"]
    inputs.look()
    assert inputs.names == ("Pads",)
    assert desk.ports["Keystation"].is_closed


def test_one_input_can_be_chosen_or_none() -> None:
    desk = Desk()
    desk.there = ["Keystation", "Pads"]
    inputs = MidiInputs(lambda: desk, ALL)
    inputs.look()
    inputs.choose("Pads")
    assert inputs.names == ("Pads",)
    desk.there = []
    inputs.look()
    assert inputs.line == "The MIDI input «Pads» is not connected."
    inputs.choose(NONE)
    assert inputs.line == "MIDI input is switched off."


def test_an_input_that_cannot_be_opened_is_said_once_and_tried_again_when_it_comes_back() -> None:
    desk = Desk()
    desk.there, desk.held = ["Keystation"], {"Keystation"}
    inputs = MidiInputs(lambda: desk)
    inputs.look()
    assert inputs.line == "Keystation is held."
    desk.held.clear()
    desk.there = []
    inputs.look()
    desk.there = ["Keystation"]
    inputs.look()
    assert inputs.names == ("Keystation",)


def test_without_midi_there_is_a_sentence_and_nothing_else_fails() -> None:
    def missing():
        raise MidiUnavailable("There is no MIDI.")

    inputs = MidiInputs(missing)
    inputs.look()
    inputs.look()
    assert (inputs.line, inputs.names) == ("There is no MIDI.", ())


def test_the_real_system_answers_or_says_that_it_is_not_there() -> None:
    inputs = MidiInputs(RtMidiSystem)
    inputs.look()
    assert "MIDI" in inputs.line
    inputs.close()


def test_the_numbers_of_a_port_are_not_part_of_its_name() -> None:
    assert _plain("Keystation 49:Keystation 49 MIDI 1 20:0") == "Keystation 49:Keystation 49 MIDI 1"
    assert _plain("Keystation 49") == "Keystation 49"


# Where it was heard


def test_a_place_is_found_before_and_after_the_moment_that_was_looked_at() -> None:
    pulse = Pulse(100.0, 1000.0, 1920.0, 1.0, 1.0, 0.0, 3840.0, turn=2.0, jump=1.0)

    def place(pulse: Pulse, time_s: float) -> tuple[int, int, int, bool]:
        found = pulse.place_at(time_s)
        return round(found.tick), found.turn, found.jump, found.is_playing

    assert place(pulse, 100.1) == (1192, 2, 1, True)
    assert place(pulse, 99.9) == (808, 2, 1, True)
    assert place(pulse._replace(tick=3800.0), 100.05) == (3800 + 96 - 3840, 3, 1, True)
    soon = pulse._replace(tick=50.0)
    assert place(soon, 99.95) == (50 - 96 + 3840, 1, 1, True)
    assert place(soon._replace(turn=0.0), 99.95)[0] == 50 - 96, "before the beginning, not at the end of a turn that never was"


# What is heard of it


class Tank:
    """A ring that is emptied by the test."""

    def __init__(self) -> None:
        self.fill, self.dropouts, self.rests, self.blocks = 0, 0, 0, []

    def write(self, block) -> None:
        self.fill += len(block)
        self.blocks.append(block)

    def tend(self, look_ahead: int) -> int:
        return look_ahead

    def rest(self) -> None:
        self.rests += 1


class Bell(Diary):
    """Sounds as long as a key is down."""

    def __init__(self) -> None:
        super().__init__(1)
        self.down = set()

    def note_on(self, slot, key, velocity) -> None:
        super().note_on(slot, key, velocity)
        self.down.add(key)

    def note_off(self, slot, key) -> None:
        super().note_off(slot, key)
        self.down.discard(key)

    def render(self, planes, start, frames) -> None:
        planes[0, 0, :, start : start + frames] += 0.25 * len(self.down)


def test_a_key_sounds_in_the_next_frames_and_the_lane_sleeps_when_all_is_quiet() -> None:
    lane, tank, bell = LiveLane(48_000), Tank(), Bell()
    lane.use(bell)
    assert not lane.tend(tank), "nothing is played, nothing is rendered"
    lane.aim(Voice(Instrument(16), coefficients=np.eye(2, dtype=np.float32) / 2))
    lane.act(Touch(ON, 60, 90))
    while lane.tend(tank):
        pass
    assert tank.fill == LIVE_AHEAD
    assert len(tank.blocks[0]) == LIVE_FRAMES
    assert np.allclose(tank.blocks[0], 0.125)
    lane.act(Touch(OFF, 60, 0))
    for _ in range(4 * 48_000 // LIVE_FRAMES):
        tank.fill = 0
        lane.tend(tank)
    assert not lane.is_awake
    assert tank.rests == 1


def test_a_ring_that_ran_dry_is_filled_further_from_then_on() -> None:
    lane, tank = LiveLane(48_000), Tank()
    lane.act(Touch(ON, 60, 90))
    lane.tend(tank)
    tank.dropouts = 1
    lane.tend(tank)
    assert lane.ahead == 2 * LIVE_AHEAD


def test_another_voice_lets_go_of_what_is_held() -> None:
    lane, bell = LiveLane(48_000), Bell()
    lane.use(bell)
    lane.act(Touch(ON, 60, 90))
    lane.aim(Voice(Instrument(20)))
    assert not bell.down

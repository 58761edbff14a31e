"""A sound that is played by hand in a test: its clock, its place in the song and its keys are moved by the test."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.audio.played import Place, Played, Touch
from studio.audio.schedule import CONTROLLER, OFF, ON
from tests.fakes import SilentSound

TICKS_PER_S = 1920


@dataclass
class Hands:
    """What is asked of a live sound, remembered; and a transport that goes on by `go`."""

    now_s: float = 100.0
    here: Place = field(default_factory=Place)
    loop: tuple[int, int] | None = None
    counted: list[int] = field(default_factory=list)
    endless: bool = False
    clicks: bool = False
    aimed: int = 0
    midi: str = ""
    events: list[Played] = field(default_factory=list)


class PlayedSound(SilentSound):
    """Silent, but its position moves and its keyboard plays."""

    def __init__(self) -> None:
        super().__init__()
        self.hands = Hands()

    # What the program asks

    def play_counted(self, bars: int) -> None:
        self.hands.counted.append(bars)
        self.is_playing = True
        self.hands.here = self.hands.here._replace(tick=self.hands.here.tick - bars * 3840, is_playing=True)

    def play(self) -> None:
        super().play()
        self.hands.here = self.hands.here._replace(is_playing=True)

    def pause(self) -> None:
        super().pause()
        self.hands.here = self.hands.here._replace(is_playing=False)

    def stop(self) -> None:
        super().stop()
        self.hands.here = self.hands.here._replace(is_playing=False)

    def seek(self, tick: int) -> None:
        super().seek(tick)
        self.hands.here = self.hands.here._replace(tick=float(tick), jump=self.hands.here.jump + 1)

    def set_loop(self, span) -> None:
        super().set_loop(span)
        self.hands.loop = None if span is None else (span.start_tick, span.end_tick)

    def position(self) -> int:
        return max(0, round(self.hands.here.tick))

    def set_endless(self, is_endless: bool) -> None:
        self.hands.endless = is_endless

    def set_metronome(self, is_on: bool) -> None:
        self.hands.clicks = is_on

    def aim(self, track_id: int) -> None:
        self.hands.aimed = track_id

    def choose_midi(self, wanted: str) -> None:
        self.hands.midi = wanted

    def touch(self, touch: Touch, time_s: float | None = None) -> None:
        self.hands.events.append(Played(touch, self.hands.now_s if time_s is None else time_s, self.place()))

    def take_played(self) -> list[Played]:
        found, self.hands.events = self.hands.events, []
        return found

    def place(self, time_s: float | None = None) -> Place:
        return self.hands.here

    # What the test does

    def go(self, ticks: float) -> None:
        """Time passes."""
        hands = self.hands
        hands.now_s += ticks / TICKS_PER_S
        if not hands.here.is_playing:
            return
        tick, turn = hands.here.tick + ticks, hands.here.turn
        if hands.loop is not None and hands.here.tick < hands.loop[1]:
            while tick >= hands.loop[1]:
                tick, turn = tick - (hands.loop[1] - hands.loop[0]), turn + 1
        hands.here = replace_place(hands.here, tick, turn)

    def press(self, pitch: int, velocity: int = 80) -> None:
        self.touch(Touch(ON, pitch, velocity))

    def lift(self, pitch: int) -> None:
        self.touch(Touch(OFF, pitch, 0))

    def pedal(self, value: int) -> None:
        self.touch(Touch(CONTROLLER, 64, value))


def replace_place(place: Place, tick: float, turn: int) -> Place:
    return place._replace(tick=tick, turn=turn)

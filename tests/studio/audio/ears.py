"""What the tests of sound share: small songs, a synthesiser that writes down what it is told, and ways to listen."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from studio.audio.engine import Engine
from studio.audio.mixer import Mix
from studio.audio.schedule import Scheduler, slots_of
from studio.audio.synth import SilentSynth
from studio.song import Controls, Instrument, Note, Notes, Song, Strip, Timeline, Track

RATE = 48_000
FRAMES_PER_TICK = 25
"""At 120 beats a minute and 48 kHz."""
DRY = Strip(reverb=0, chorus=0)
WOODBLOCK = 76
DRUMS = Instrument(0, 0, is_drum=True)
ORGAN = Instrument(16)


def small_font() -> Path:
    """The SoundFont inside pretty_midi: small, and the same wherever the tests run."""
    spec = find_spec("pretty_midi")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "TimGM6mb.sf2"


def track(notes=(), number=1, instrument=ORGAN, strip=DRY, points=()) -> Track:
    """A track of (start, length, pitch) or (start, length, pitch, velocity) notes."""
    made = [Note(start, length, *more, id=1000 * number + index) for index, (start, length, *more) in enumerate(notes)]
    return Track(number, f"track {number}", 0, instrument, strip, Notes.of(made), Controls.of(points))


def song(*tracks: Track, timeline: Timeline | None = None) -> Song:
    return Song(tracks=tracks, timeline=timeline or Timeline(), next_id=10_000)


def engine(piece: Song, synth) -> Engine:
    """An engine that has the song installed and stands at its beginning."""
    slots = slots_of(piece)
    made = Engine(synth, Mix.of(piece, slots, synth.slots))
    made.install(Scheduler(synth.rate).schedule(piece, slots))
    return made


def rendered(made: Engine, frames: int) -> np.ndarray:
    """At least this many frames, [frame, side]."""
    return np.concatenate([made.render(256) for _ in range(-(-frames // 256))])


def loudness(block: np.ndarray) -> float:
    """Root mean square over both sides."""
    return float(np.sqrt((block.astype(float) ** 2).mean()))


class Diary(SilentSynth):
    """Makes no sound, and writes down (frame, call) for everything it is told."""

    def __init__(self, slots: int = 4) -> None:
        super().__init__(RATE, slots)
        self.frame = 0
        self.calls: list[tuple[int, str, tuple[int, ...]]] = []

    def render(self, planes, start, frames):
        self.frame += frames

    def _note(self, name, *values):
        self.calls.append((self.frame, name, values))

    def note_on(self, slot, key, velocity):
        self._note("on", slot, key, velocity)

    def note_off(self, slot, key):
        self._note("off", slot, key)

    def controller(self, slot, number, value):
        self._note("cc", slot, number, value)

    def bend(self, slot, value):
        self._note("bend", slot, value)

    def bend_range(self, slot, semitones):
        self._note("range", slot, semitones)

    def pressure(self, slot, value):
        self._note("pressure", slot, value)

    def key_pressure(self, slot, key, value):
        self._note("key pressure", slot, key, value)

    def instrument(self, slot, bank, program, is_drum, font_id=""):
        self._note("instrument", slot, bank, program, int(is_drum))

    def silence(self):
        self._note("silence")

    def reset(self):
        self._note("reset")

    def told(self, *names: str) -> list[tuple[int, str, tuple[int, ...]]]:
        return [call for call in self.calls if call[1] in names]

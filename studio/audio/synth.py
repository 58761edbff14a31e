"""The synthesiser: one stereo group a slot. FluidSynth, or silence where it is missing."""

from __future__ import annotations

import contextlib
import ctypes
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.audio.presets import PERCUSSION_BANK, presets_of
from studio.errors import AudioUnavailable
from studio.song.mixing import Effects
from studio.words import tr

GRID_FRAMES = 64
"""FluidSynth renders in blocks of this many frames; every event falls on the nearest one."""
MOST_SLOTS = 128
SYNTH_GAIN = 0.5

DRY, REVERB, CHORUS = BUSES = range(3)
"""The voices themselves, and what the two effects make of them."""

Planes = NDArray[np.float32]
"""Sound before the mixer, [bus, slot, side, frame]."""


def empty_planes(slots: int, frames: int) -> Planes:
    return np.zeros((len(BUSES), slots, 2, frames), np.float32)


class Synth(Protocol):
    """What the engine asks of a synthesiser. One thread uses it at a time."""

    slots: int
    rate: int

    def render(self, planes: Planes, start: int, frames: int) -> None:
        """Add this many frames to the planes, from frame `start` on."""

    def note_on(self, slot: int, key: int, velocity: int) -> None: ...
    def note_off(self, slot: int, key: int) -> None: ...
    def controller(self, slot: int, number: int, value: int) -> None: ...
    def bend(self, slot: int, value: int) -> None: ...
    def bend_range(self, slot: int, semitones: int) -> None: ...
    def pressure(self, slot: int, value: int) -> None: ...
    def key_pressure(self, slot: int, key: int, value: int) -> None: ...
    def instrument(self, slot: int, bank: int, program: int, is_drum: bool, font_id: str = "") -> None:
        """`font_id` names one of the further SoundFonts; the first one plays where it is empty or not there."""

    def room(self, effects: Effects) -> None:
        """What the reverb sounds like."""

    def silence(self) -> None:
        """Cut every voice; reverb tails ring on."""

    def reset(self) -> None:
        """As new: no voice, no tail, no setting."""

    def close(self) -> None: ...


class SilentSynth:
    """Stands in where FluidSynth or a SoundFont is missing: time passes, nothing sounds."""

    def __init__(self, rate: int, slots: int = 16) -> None:
        self.rate, self.slots = rate, slots

    def render(self, planes: Planes, start: int, frames: int) -> None:
        pass

    def note_on(self, slot: int, key: int, velocity: int) -> None:
        pass

    def note_off(self, slot: int, key: int) -> None:
        pass

    def controller(self, slot: int, number: int, value: int) -> None:
        pass

    def bend(self, slot: int, value: int) -> None:
        pass

    def bend_range(self, slot: int, semitones: int) -> None:
        pass

    def pressure(self, slot: int, value: int) -> None:
        pass

    def key_pressure(self, slot: int, key: int, value: int) -> None:
        pass

    def instrument(self, slot: int, bank: int, program: int, is_drum: bool, font_id: str = "") -> None:
        pass

    def room(self, effects: Effects) -> None:
        pass

    def silence(self) -> None:
        pass

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


class FluidSynth:
    """FluidSynth with a stereo group a slot. With an effects unit a slot as well (`units` None) each slot's sound is whole
    by itself; with fewer, slot i shares unit i modulo `units`, whose sound comes out of slots 0 to units - 1.

    `more_fonts` are further SoundFonts by the ids that instruments name them by.
    """

    def __init__(
        self, soundfont: Path, rate: int, slots: int = 16, units: int | None = None, more_fonts: Mapping[str, Path] | None = None
    ) -> None:
        self.rate, self.slots = rate, slots
        self._units = units or slots
        wrapper, self._library = _libraries()
        channels = -(-slots // 16) * 16
        groups = {"synth.audio-channels": slots, "synth.audio-groups": slots, "synth.effects-groups": self._units}
        more = {"synth.polyphony": 512, "synth.threadsafe-api": 1, "synth.cpu-cores": 1, "synth.lock-memory": 0}
        self._synth = wrapper.Synth(gain=SYNTH_GAIN, samplerate=rate, channels=channels, **groups, **more)
        self._handle = ctypes.c_void_p(self._synth.synth)
        self._pointers: dict[int, tuple[Planes, NDArray[np.uintp]]] = {}
        self._wrapper = wrapper
        if not self._synth.synth:
            raise AudioUnavailable(tr("FluidSynth could not be started."), tr("Install FluidSynth 2.2 or later."))
        self._fonts: dict[str, tuple[int, frozenset[tuple[int, int]]]] = {}
        for font_id, path in (more_fonts or {}).items():
            self._load(font_id, path)
        if not self._load("", soundfont):
            self.close()
            raise AudioUnavailable(
                tr("FluidSynth cannot read the SoundFont «{soundfont}».", soundfont=soundfont.name),
                tr("It may be damaged: choose another .sf2 file."),
            )

    @property
    def font_ids(self) -> frozenset[str]:
        """The further SoundFonts that could be loaded."""
        return frozenset(self._fonts) - {""}

    def _load(self, font_id: str, soundfont: Path) -> bool:
        number = self._synth.sfload(str(soundfont))
        if number >= 0:
            self._fonts[font_id] = number, frozenset((preset.bank, preset.program) for preset in presets_of(soundfont))
        return bool(number >= 0)

    def render(self, planes: Planes, start: int, frames: int) -> None:
        known = self._pointers.get(id(planes))
        if known is None or known[0] is not planes:
            # Left and right of each slot, one after the other: the order in which FluidSynth takes its buffers.
            sides = np.arange(2 * self.slots, dtype=np.uintp) * np.uintp(planes.strides[2])
            buses = np.arange(len(BUSES), dtype=np.uintp) * np.uintp(planes.strides[0])
            self._pointers = {id(planes): (planes, planes.ctypes.data + buses[:, None] + sides)}
            known = self._pointers[id(planes)]
        dry, reverb, chorus = known[1] + np.uintp(4 * start)
        # Each unit has four: reverb (left, right), then chorus (left, right).
        wet = [bus[: 2 * self._units].reshape(self._units, 2) for bus in (reverb, chorus)]
        effects = np.ascontiguousarray(np.concatenate(wet, axis=1).ravel())
        self._library.fluid_synth_process(self._handle, frames, len(effects), effects.ctypes.data, len(dry), dry.ctypes.data)

    def note_on(self, slot: int, key: int, velocity: int) -> None:
        self._library.fluid_synth_noteon(self._handle, slot, key, velocity)

    def note_off(self, slot: int, key: int) -> None:
        self._library.fluid_synth_noteoff(self._handle, slot, key)

    def controller(self, slot: int, number: int, value: int) -> None:
        self._library.fluid_synth_cc(self._handle, slot, number, value)

    def bend(self, slot: int, value: int) -> None:
        self._library.fluid_synth_pitch_bend(self._handle, slot, max(0, min(16383, value + 8192)))

    def bend_range(self, slot: int, semitones: int) -> None:
        self._library.fluid_synth_pitch_wheel_sens(self._handle, slot, semitones)

    def pressure(self, slot: int, value: int) -> None:
        self._library.fluid_synth_channel_pressure(self._handle, slot, value)

    def key_pressure(self, slot: int, key: int, value: int) -> None:
        self._library.fluid_synth_key_pressure(self._handle, slot, key, value)

    def instrument(self, slot: int, bank: int, program: int, is_drum: bool, font_id: str = "") -> None:
        """Font, bank, program and kind of channel as one unit; what a font lacks is replaced from the same font."""
        number, presets = self._fonts.get(font_id) or self._fonts[""]
        wanted = PERCUSSION_BANK if is_drum else bank // 128
        others = ((PERCUSSION_BANK, 0),) if is_drum else ((0, program), (0, 0))
        found = next((each for each in ((wanted, program), *others, *sorted(presets)) if each in presets), None)
        self._library.fluid_synth_set_channel_type(self._handle, slot, int(is_drum))
        if found is not None:
            self._library.fluid_synth_program_select(self._handle, slot, number, *found)
        else:  # its list of sounds could not be read: FluidSynth finds one
            self._library.fluid_synth_bank_select(self._handle, slot, wanted)
            self._library.fluid_synth_program_change(self._handle, slot, program)

    def room(self, effects: Effects) -> None:
        for name, share in (("roomsize", effects.room_size), ("damp", effects.damping), ("width", effects.width)):
            getattr(self._library, f"fluid_synth_set_reverb_group_{name}")(self._handle, -1, share)

    def silence(self) -> None:
        self._library.fluid_synth_all_sounds_off(self._handle, -1)

    def reset(self) -> None:
        self._library.fluid_synth_system_reset(self._handle)

    @property
    def voices(self) -> int:
        return int(self._library.fluid_synth_get_active_voice_count(self._handle))

    def close(self) -> None:
        if self._synth is not None:
            self._synth.delete()
            self._synth = None


_DECLARED: list[tuple[Any, Any]] = []


def _libraries() -> tuple[Any, Any]:
    """pyfluidsynth, and its library with the calls that it does not wrap declared."""
    if _DECLARED:
        return _DECLARED[0]
    try:
        # It prints where it found the library when CI is set, and our standard output may be JSON.
        with contextlib.redirect_stdout(io.StringIO()):
            import fluidsynth
    except (ImportError, OSError) as problem:
        raise AudioUnavailable(
            tr("FluidSynth is not installed, so nothing can sound."), tr("Run `python3 run.py` again, or install libfluidsynth.")
        ) from problem
    library = ctypes.CDLL(fluidsynth.lib)
    handle, number, pointer = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
    numbers = {
        "noteon": 3, "noteoff": 2, "cc": 3, "pitch_bend": 2, "pitch_wheel_sens": 2, "channel_pressure": 2, "key_pressure": 3,
        "set_channel_type": 2, "bank_select": 2, "program_change": 2, "program_select": 4, "all_sounds_off": 1, "system_reset": 0,
        "get_active_voice_count": 0,
    }  # fmt: skip
    for name, count in numbers.items():
        getattr(library, f"fluid_synth_{name}").argtypes = [handle, *[number] * count]
    for name in ("roomsize", "damp", "width"):
        getattr(library, f"fluid_synth_set_reverb_group_{name}").argtypes = [handle, number, ctypes.c_double]
    library.fluid_synth_process.argtypes = [handle, number, number, pointer, number, pointer]
    library.fluid_set_log_function.argtypes = [number, pointer, pointer]
    library.fluid_set_log_function.restype = pointer
    for level in range(5):  # its warnings belong to no user: what matters comes back as a return value
        library.fluid_set_log_function(level, None, None)
    _DECLARED.append((fluidsynth, library))
    return _DECLARED[0]


def slots_for(tracks: int) -> int:
    """Slots of a live synth for this many tracks: 16, 32, 64 or 128."""
    return next((size for size in (16, 32, 64) if tracks <= size), MOST_SLOTS)

"""The synthesiser: one stereo group a slot. FluidSynth, or silence where it is missing."""

from __future__ import annotations

import contextlib
import ctypes
import io
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.errors import AudioUnavailable
from studio.words import tr

GRID_FRAMES = 64
"""FluidSynth renders in blocks of this many frames; every event falls on the nearest one."""
MOST_SLOTS = 128
SYNTH_GAIN = 0.5

Planes = NDArray[np.float32]
"""Sound before the mixer, [slot, side, frame]."""


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
    def instrument(self, slot: int, bank: int, program: int, is_drum: bool) -> None: ...
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

    def instrument(self, slot: int, bank: int, program: int, is_drum: bool) -> None:
        pass

    def silence(self) -> None:
        pass

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


class FluidSynth:
    """FluidSynth with a stereo group a slot. With an effects unit a slot as well (`units` None) each slot's sound is whole
    by itself; with fewer, slot i shares unit i modulo `units`, whose sound comes out of slots 0 to units - 1."""

    def __init__(self, soundfont: Path, rate: int, slots: int = 16, units: int | None = None) -> None:
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
        if self._synth.sfload(str(soundfont)) < 0:
            self.close()
            raise AudioUnavailable(
                tr("FluidSynth cannot read the SoundFont «{soundfont}».", soundfont=soundfont.name),
                tr("It may be damaged: choose another .sf2 file."),
            )

    def render(self, planes: Planes, start: int, frames: int) -> None:
        known = self._pointers.get(id(planes))
        if known is None or known[0] is not planes:
            # Left and right of each slot, one after the other: the order in which FluidSynth takes its buffers.
            bases = planes.ctypes.data + np.arange(2 * self.slots, dtype=np.uintp) * np.uintp(planes.strides[1])
            self._pointers = {id(planes): (planes, np.concatenate((bases, bases)))}
            known = self._pointers[id(planes)]
        dry = known[1][: 2 * self.slots] + np.uintp(4 * start)
        # Reverb (left, right) and chorus (left, right) of each unit are added to dry buffers.
        effects = np.empty(4 * self._units, np.uintp)
        pairs = effects.reshape(self._units, 4)
        pairs[:, :2] = pairs[:, 2:] = dry[: 2 * self._units].reshape(self._units, 2)
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

    def instrument(self, slot: int, bank: int, program: int, is_drum: bool) -> None:
        """Bank, program and kind of channel as one unit; FluidSynth falls back to bank 0 where a bank is missing."""
        self._library.fluid_synth_set_channel_type(self._handle, slot, int(is_drum))
        self._library.fluid_synth_bank_select(self._handle, slot, 128 if is_drum else bank // 128)
        self._library.fluid_synth_program_change(self._handle, slot, program)

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
        "set_channel_type": 2, "bank_select": 2, "program_change": 2, "all_sounds_off": 1, "system_reset": 0,
        "get_active_voice_count": 0,
    }  # fmt: skip
    for name, count in numbers.items():
        getattr(library, f"fluid_synth_{name}").argtypes = [handle, *[number] * count]
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

"""Where rendered blocks go: a sound card through rtmixer's C callback, or a null device with true timing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from studio.audio.live import Ring
from studio.audio.mixer import Block
from studio.errors import AudioUnavailable
from studio.words import mark, tr

RATE = 48_000
DEVICE_BLOCK_FRAMES = 512
DEVICE_LATENCY_S = 0.04
_RING_FRAMES, _LIVE_RING_FRAMES = 1 << 16, 1 << 14
_STALLED_S, _STARTING_S = 0.5, 2.0
_MOST_PREVIEWS = 16
_FADE_S = 0.08


class Output(Protocol):
    """A ring that is emptied at the rate of the device. Used by the render thread alone."""

    name: str
    rate: int
    is_null: bool
    latency_frames: int
    underflows: int

    @property
    def live(self) -> Ring | None:
        """A second, short ring for what is played by hand; None where nobody would hear it."""

    @property
    def dropouts(self) -> int:
        """How often the ring ran dry."""

    def fill(self) -> int:
        """Frames written and not yet taken by the device."""

    def write(self, block: Block) -> None: ...

    def tend(self, look_ahead: int) -> int:
        """Keep the device fed from the ring; returns the fill it should be brought to."""

    def play(self, block: Block) -> None:
        """Mix this in at once, beside the ring."""

    def stop_playing(self) -> None:
        """Fade out everything given to `play`."""

    @property
    def is_lost(self) -> bool: ...

    def close(self) -> None: ...


class NullOutput:
    """No device: the ring is emptied by the clock, and what comes out is heard by nobody."""

    name = mark("no sound card")
    is_null = True
    latency_frames = 0
    underflows = 0
    is_lost = False
    live: Ring | None = None

    def __init__(self, rate: int = RATE, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.dropouts = 0
        self.played = 0
        self._clock = clock
        self._began_s: float | None = None
        self._written = 0

    def fill(self) -> int:
        if self._began_s is None:
            return self._written
        taken = int((self._clock() - self._began_s) * self.rate)
        if taken > self._written:
            # It ran dry: time goes on from here, as with a device that played silence meanwhile.
            self.dropouts += 1
            self._began_s = None
            return 0
        return self._written - taken

    def write(self, block: Block) -> None:
        if self._began_s is None:
            self._began_s = self._clock() - self._written / self.rate
        self._written += len(block)

    def tend(self, look_ahead: int) -> int:
        return look_ahead

    def play(self, block: Block) -> None:
        self.played += 1

    def stop_playing(self) -> None:
        pass

    def close(self) -> None:
        pass


class Feed:
    """Keeps a device fed from a ring. rtmixer drops a ring for good as soon as it runs dry once, so the feed looks
    whether it is still taken from, and hands it over again once it is full enough."""

    def __init__(self, mixer: Any, ring: Any, latency_frames: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._mixer, self._ring, self._latency_frames, self._clock = mixer, ring, latency_frames, clock
        self._action: Any = None
        self._written = self._taken = 0
        self._opened_s = self._progress_s = clock()
        self._rests = False
        self.dropouts = 0

    @property
    def fill(self) -> int:
        return int(self._ring.read_available)

    def write(self, block: Block) -> None:
        self._ring.write(np.ascontiguousarray(block, np.float32))
        self._written += len(block)

    def tend(self, look_ahead: int) -> int:
        """Returns the fill that is wanted."""
        if self._action is not None and self._action not in self._mixer.actions:
            self._action = None
            self.dropouts += 0 if self._rests else 1
        self._rests = False
        now_s, fill = self._clock(), self.fill
        if self._action is None:
            # At its start the device swallows its whole buffer at once.
            look_ahead += self._latency_frames
            self._progress_s = now_s
            if fill >= look_ahead:
                self._action = self._mixer.play_ringbuffer(self._ring)
        taken = self._written - fill
        if taken != self._taken:
            self._taken, self._progress_s = taken, now_s
        return look_ahead

    def rest(self) -> None:
        """Nothing more comes for a while: that it runs dry now is no drop-out."""
        self._rests = True

    @property
    def is_starting(self) -> bool:
        return self._clock() - self._opened_s < _STARTING_S

    @property
    def has_stalled(self) -> bool:
        """The device takes nothing any more, though it should."""
        patience_s = _STARTING_S if self.is_starting else _STALLED_S
        return self._action is not None and self._clock() - self._progress_s > patience_s


class CardOutput:
    """A sound card. Raises AudioUnavailable, with the reason, when none can be opened."""

    is_null = False

    def __init__(self, device: str | int | None = None, rate: int = RATE, latency_s: float = DEVICE_LATENCY_S) -> None:
        sounddevice, rtmixer = _libraries()
        try:
            described = sounddevice.query_devices(device, "output")
            self._mixer, self.rate = _opened(rtmixer, sounddevice, described, (rate, latency_s))
            self._mixer.start()
        except (sounddevice.PortAudioError, ValueError, OSError) as problem:
            raise AudioUnavailable(
                tr("No sound card could be opened ({reason}).", reason=_first_line(problem)),
                tr("Plug in or choose a sound card, then press play."),
            ) from problem
        self.name = str(described["name"])
        self.latency_frames = round(self._mixer.latency * self.rate)
        self.underflows = 0
        self._feed = Feed(self._mixer, rtmixer.RingBuffer(8, _RING_FRAMES), self.latency_frames)
        self._live = Feed(self._mixer, rtmixer.RingBuffer(8, _LIVE_RING_FRAMES), 0)
        self._statistics: Any = None
        self._previews: list[tuple[float, Block, Any]] = []

    @property
    def live(self) -> Ring | None:
        return self._live

    @property
    def dropouts(self) -> int:
        return self._feed.dropouts

    def fill(self) -> int:
        return self._feed.fill

    def write(self, block: Block) -> None:
        self._feed.write(block)

    def tend(self, look_ahead: int) -> int:
        if self._statistics is None:
            self._statistics = self._mixer.fetch_and_reset_stats()
        elif self._statistics not in self._mixer.actions:
            # While a device starts it often misses a block or two before anything sounds.
            self.underflows += 0 if self._feed.is_starting else int(self._statistics.stats.output_underflows)
            self._statistics = None
        return self._feed.tend(look_ahead)

    def play(self, block: Block) -> None:
        now_s = time.monotonic()
        active = self._mixer.actions
        self._previews = [preview for preview in self._previews if preview[2] in active]
        while len(self._previews) >= _MOST_PREVIEWS:
            self._fade(self._previews.pop(0), now_s)
        self._previews.append((now_s, block, self._mixer.play_buffer(block, 2)))

    def stop_playing(self) -> None:
        now_s = time.monotonic()
        for preview in self._previews:
            self._fade(preview, now_s)
        self._previews.clear()

    def _fade(self, preview: tuple[float, Block, Any], now_s: float) -> None:
        """Fade what the callback has not read yet, in place: a cancelled buffer would end in a click."""
        began_s, block, _ = preview
        first = int((now_s - began_s) * self.rate) + 2 * DEVICE_BLOCK_FRAMES
        rest = block[first:]
        fade = np.linspace(1.0, 0.0, min(len(rest), int(_FADE_S * self.rate)), dtype=np.float32)
        rest[: len(fade)] *= fade[:, None]
        rest[len(fade) :] = 0.0

    @property
    def is_lost(self) -> bool:
        return not self._mixer.active or self._feed.has_stalled

    def close(self) -> None:
        with contextlib.suppress(Exception):  # PortAudio's own kinds, of a device that is gone already
            self._mixer.abort()
            self._mixer.close()


def search_again() -> None:
    """PortAudio lists devices once, when it starts: start it anew to see what was plugged in."""
    sounddevice, _ = _libraries()
    sounddevice._terminate()
    sounddevice._initialize()


def _libraries() -> tuple[Any, Any]:
    try:
        import rtmixer
        import sounddevice
    except (ImportError, OSError) as problem:
        raise AudioUnavailable(
            tr("PortAudio is not installed ({reason}).", reason=_first_line(problem)),
            tr("Run `python3 run.py` again, or install libportaudio2."),
        ) from problem
    return sounddevice, rtmixer


def _opened(rtmixer: Any, sounddevice: Any, described: Any, wanted: tuple[int, float]) -> tuple[Any, int]:
    rate, latency_s = wanted
    rates = dict.fromkeys((rate, round(described["default_samplerate"])))
    for attempt in rates:
        try:
            mixer = rtmixer.Mixer(
                device=described["index"], channels=2, blocksize=DEVICE_BLOCK_FRAMES, samplerate=attempt,
                latency=latency_s, qsize=64,
            )  # fmt: skip
        except sounddevice.PortAudioError:
            if attempt == list(rates)[-1]:
                raise
        else:
            return mixer, attempt
    raise ValueError("no rate to try")


def _first_line(problem: BaseException) -> str:
    return str(problem).splitlines()[0] if str(problem) else type(problem).__name__

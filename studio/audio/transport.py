"""Transport: what was asked of the sound process last, as a plain value that survives its restarts."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.song.ticks import Span
from studio.words import tr


@dataclass(frozen=True, slots=True)
class Transport:
    """`origin_tick` is where play was pressed last: stop goes back there, a second stop to the beginning."""

    is_playing: bool = False
    tick: int = 0
    origin_tick: int = 0
    loop: Span | None = None
    is_endless: bool = False
    """While recording the music goes on after its last bar."""
    count_in_bars: int = 0
    """Counted before it plays; only with the command itself."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What comes out of the loudspeaker at this moment."""

    tick: int
    is_playing: bool


@dataclass(frozen=True, slots=True)
class SoundStatus:
    """`line` is one sentence for the status bar; `latency_ms` runs from the engine to the ear."""

    line: str = field(default_factory=lambda: tr("Starting the sound process…"))
    device: str = ""
    latency_ms: float = 0.0
    dropouts: int = 0
    underflows: int = 0
    is_null: bool = True
    is_ready: bool = False
    midi_line: str = ""
    midi_inputs: tuple[str, ...] = ()
    midi_there: tuple[str, ...] = ()
    """`midi_line` is one sentence on MIDI keyboards; the inputs are those that are listened to; and all there are."""
    missing_fonts: tuple[str, ...] = ()
    """Ids of SoundFonts of tracks that are not there."""
    warning: str = ""
    """A sentence about what sounds otherwise than it should."""

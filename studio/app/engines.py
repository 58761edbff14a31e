"""Engines: the sound process, the model host and what renders a file; real ones in the window, silent ones in tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from studio.generation.contract import Family
from studio.generation.library import Library
from studio.jobs.progress import Progress
from studio.session import Generate, SoundPort
from studio.song.song import Song

Levels = Mapping[int, tuple[float, float]]
"""Peak amplitudes, left and right, by track id."""


@dataclass(frozen=True, slots=True)
class SoundState:
    """One short line about the sound for the top bar; `tip` says more, with what to do."""

    words: str
    is_well: bool
    tip: str = ""


class LiveSound(SoundPort, Protocol):
    """What the window reads of the sound besides commanding it; every answer comes at once."""

    def position(self) -> int:
        """The tick that is heard now."""
        ...

    def levels(self) -> tuple[Levels, tuple[float, float]]:
        """Peaks of the tracks by id, and of the master."""
        ...

    def state(self) -> SoundState: ...


@dataclass(frozen=True, slots=True)
class Bounce:
    """What is rendered to which file."""

    song: Song
    path: Path
    rate: int
    bits: int


@dataclass(eq=False)
class Engines:
    """`start` begins what takes time and returns at once; `stop` cancels, `close` waits a moment and kills."""

    sound: LiveSound
    generate: Generate
    render: Callable[[Bounce, Progress], None]
    library: Callable[[], Library]
    families: Callable[[], Mapping[str, Family]]
    device_words: Callable[[], str]
    start: Callable[[], object]
    close: Callable[[], object]

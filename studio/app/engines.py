"""Engines: the sound process, the model host and what renders a file; real ones in the window, silent ones in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backends.catalogue import Catalogue
from backends.host import HostedBackend
from studio.app import launching
from studio.app.bounce import Bounce, bounced
from studio.audio.host import SoundSettings
from studio.audio.sound import Sound
from studio.audio.transport import SoundStatus
from studio.generation.contract import Family
from studio.generation.latent import LatentAnswer, LatentRequest
from studio.generation.lecture import Study
from studio.generation.library import Library
from studio.jobs.progress import Progress
from studio.paths import cache_folder
from studio.recording.recorder import LiveSound as PlayedSound
from studio.session import Generate
from studio.settings import Settings
from studio.words import counted, tr
from widgets.strips import Levels

Ask = Callable[[LatentRequest, Progress], Iterator[LatentAnswer]]
"""What answers for models with a latent space."""


class LiveSound(PlayedSound, Protocol):
    """What the window reads of the sound besides commanding it; every answer comes at once."""

    def position(self) -> int:
        """The tick that is heard now."""
        ...

    def meters(self) -> tuple[Levels, tuple[float, float]]:
        """Peaks of the tracks by id, and of the master."""
        ...

    def status(self) -> SoundStatus: ...
    def panic(self) -> None: ...
    def use_soundfont(self, path: Path | None) -> None:
        """Play with this SoundFont from now on; None: with whichever is found."""
        ...

    def set_mono(self, is_on: bool) -> None: ...
    def look_for_frozen(self) -> None:
        """The sound of a frozen track was rendered."""
        ...


@dataclass(eq=False)
class Engines:
    """`start` begins what takes time and returns at once; `close` waits a moment and kills.

    `render` answers what the written file has to be warned about. `device_words` is empty until the host has said it.
    `remark` is a sentence about what was lost and is starting again, given out once, else empty.
    """

    sound: LiveSound
    generate: Generate
    ask: Ask
    study: Study
    render: Callable[[Bounce, Progress], str]
    library: Callable[[], Library]
    families: Callable[[], Mapping[str, Family]]
    device_words: Callable[[], str]
    remark: Callable[[], str]
    start: Callable[[], object]
    close: Callable[[], object]
    open_window: Callable[[Path | None], str]
    """Another window with this file or empty; why it could not be started, or nothing."""


def frozen_folder() -> Path:
    """Where the sound of frozen tracks is kept."""
    return cache_folder() / "frozen"


def real_engines(preferences: Settings) -> Engines:
    """A sound process and a model host, neither started yet."""
    soundfont = Path(preferences.soundfont) if preferences.soundfont else None
    sound = Sound(SoundSettings(soundfont, frozen=frozen_folder()))
    host = HostedBackend()

    def start() -> None:
        sound.start()
        host.start()

    def close() -> None:
        host.close(0.15)
        sound.close()

    return Engines(
        sound=sound,
        generate=host.generate,
        ask=host.ask,
        study=host.study,
        render=bounced,
        library=lambda: Library.standard(Catalogue.standard().families),
        families=lambda: Catalogue.standard().families,
        device_words=host.look,
        remark=host.remark,
        start=start,
        close=close,
        open_window=launching.start,
    )


def sound_words(status: SoundStatus) -> tuple[str, bool]:
    """One short line for the top bar, and whether all is well."""
    if not status.is_ready:
        return status.line.rstrip("."), False
    if status.is_null:
        return tr("no sound card: silent, in true time"), False
    lost = status.dropouts + status.underflows
    words = counted(
        lost,
        "audio {latency_ms:.1f} ms · {n} drop-out",
        "audio {latency_ms:.1f} ms · {n} drop-outs",
        latency_ms=status.latency_ms,
    )
    return words, lost == 0

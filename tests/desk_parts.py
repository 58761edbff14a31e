"""A desk without sound and models, and a person who answers as the test says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.app.bounce import Bounce
from studio.app.engines import Ask, Engines
from studio.audio.transport import SoundStatus
from studio.generation.library import Library
from studio.jobs.progress import Progress
from studio.session import Generate
from tests.fakes import no_lesson, no_space, scale_takes
from tests.live_sound import PlayedSound
from widgets.dialogs.asks import Fate, Foreign
from widgets.dialogs.import_choice import ImportAnswer, ImportQuestion
from widgets.strips import Levels


class StillSound(PlayedSound):
    """A silent sound whose playhead stands where it was put, with levels the test sets."""

    def __init__(self) -> None:
        super().__init__()
        self.track_levels: dict[int, tuple[float, float]] = {}
        self.previewed: list[tuple[int, int, int]] = []
        self.state = SoundStatus("Playing to nobody.", "none", is_ready=True)

    @property
    def tick(self) -> int:
        return self.position()

    @tick.setter
    def tick(self, tick: int) -> None:
        self.hands.here = self.hands.here._replace(tick=float(tick))

    def meters(self) -> tuple[Levels, tuple[float, float]]:
        return self.track_levels, (0.5, 0.5)

    def status(self) -> SoundStatus:
        return self.state

    def panic(self) -> None:
        self.stop()

    def use_soundfont(self, path: Path | None) -> None:
        self.calls.append(("soundfont", path))

    def set_mono(self, is_on: bool) -> None:
        self.calls.append(("mono", is_on))

    def look_for_frozen(self) -> None:
        self.calls.append(("frozen", None))

    def preview(self, track_id: int, pitch: int, velocity: int) -> None:
        self.previewed.append((track_id, pitch, velocity))

    def stop_preview(self) -> None:
        self.previewed.append((0, 0, 0))


@dataclass
class Answers:
    """A person with ready answers; `asked` remembers the questions."""

    opens: Path | None = None
    writes: Path | None = None
    fate: Fate = Fate.CANCEL
    replaces: bool = False
    foreign: Foreign = Foreign.CANCEL
    imports: tuple[Path, ...] = ()
    way: ImportAnswer | None = None
    song: int | None = None
    asked: list[str] = field(default_factory=list)
    question: ImportQuestion | None = None
    """The last one about what becomes of files."""

    def file_to_open(self, suffixes: Sequence[str], folder: Path) -> Path | None:
        self.asked.append("open")
        return self.opens

    def file_to_write(self, title: str, proposed: Path, suffix: str, kind: str) -> Path | None:
        self.asked.append(f"{title}: {proposed.name}")
        return self.writes

    def folder_to_write(self, folder: Path) -> Path | None:
        self.asked.append(f"folder: {folder.name}")
        return self.writes

    def may_replace(self, names: Sequence[str]) -> bool:
        self.asked.append(f"replace {', '.join(names)}")
        return self.replaces

    def fate_of_changes(self, title: str) -> Fate:
        self.asked.append(f"fate of {title}")
        return self.fate

    def files_to_import(self, suffixes: Sequence[str], folder: Path) -> tuple[Path, ...]:
        self.asked.append("import")
        return self.imports

    def way_in(self, asked: ImportQuestion) -> ImportAnswer | None:
        self.asked.append(f"way of {asked.title}")
        self.question = asked
        return self.way

    def song_of_file(self, name: str, titles: Sequence[str]) -> int | None:
        self.asked.append(f"song of {name}: {', '.join(titles)}")
        return self.song

    def fate_of_foreign(self, words: str) -> Foreign:
        self.asked.append(words)
        return self.foreign


def write_nothing(bounce: Bounce, progress: Progress) -> str:
    """A render that leaves a mark where the sound would be."""
    bounce.path.write_bytes(b"RIFF")
    return ""


def silent_engines(generate: Generate = scale_takes, sound: StillSound | None = None, ask: Ask = no_space) -> Engines:
    return Engines(
        sound=sound or StillSound(),
        generate=generate,
        ask=ask,
        study=no_lesson,
        render=write_nothing,
        library=lambda: Library(()),
        families=dict,
        device_words=lambda: "CPU",
        remark=str,
        start=lambda: None,
        close=lambda: None,
        open_window=lambda path: "",
    )

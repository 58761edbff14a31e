"""What a user orders when training: folders, configuration, length of the run, where the model goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backends.training.loop import Plan
from studio.song.song import Song

Songs = Sequence[tuple[Path, Iterable[tuple[str, Song]]]]
"""Per folder given: its path and its songs."""


@dataclass(frozen=True, slots=True)
class Size:
    """Batch, window and width of a run; what a family does not know it leaves aside."""

    cells: int = 192
    dropout: float = 0.4
    batch: int = 48
    window: int = 256


@dataclass(frozen=True, slots=True)
class Order:
    """One training run. `packed`: a file of prepared data, written when it is not there yet, read instead of the folders
    when it is. `start`: a model's folder whose weights the run begins with."""

    songs: Songs
    out: Path
    config: str = "attention"
    plan: Plan = field(default_factory=lambda: Plan(4000, 1))
    size: Size = field(default_factory=Size)
    resume: bool = False
    device: str = "auto"
    threads: int = 0
    licences: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    packed: Path | None = None
    start: Path | None = None


def run_folder(out: Path) -> Path:
    """Where the resumable state of a run lies: beside the model, so that the model stays clean to copy."""
    return out.with_name(out.name + ".run")

"""Backups: earlier versions of a saved document, thinned out with age, in a folder of ours (reliability.md R10)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from studio.files.project import SUFFIX
from studio.paths import state_folder, write_atomically

NEWEST = 5
"""So many of the last versions are kept whatever their age."""
HOUR_S, DAY_S = 3600.0, 86_400.0
HOURLY_S, DAILY_S = DAY_S, 7 * DAY_S
"""One an hour is kept for a day, one a day for a week."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was saved. `time` is Unix time."""

    path: Path
    time: float


class Backups:
    """The earlier versions of every document, each in a folder named by its uuid."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = state_folder() / "backups" if folder is None else folder

    def keep(self, saved: Path, uuid: str, now: float | None = None) -> Path:
        """Keep what the user's file holds now, and let go of versions that are not needed any more. UnwritableFile."""
        moment = time.time() if now is None else now
        folder = self.folder / uuid
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{moment * 1000:015.0f}{SUFFIX}"

        def fill(stream: IO[bytes]) -> None:
            with saved.open("rb") as source:
                shutil.copyfileobj(source, stream, 1 << 20)

        write_atomically(target, fill)
        versions = self.versions(uuid)
        wanted = kept([version.time for version in versions], moment)
        for version in versions:
            if version.time not in wanted:
                version.path.unlink(missing_ok=True)
        return target

    def versions(self, uuid: str) -> list[Version]:
        """The versions of a document, the newest first."""
        found = [Version(path, int(path.stem) / 1000) for path in (self.folder / uuid).glob(f"*{SUFFIX}") if path.stem.isdigit()]
        return sorted(found, key=lambda version: -version.time)


def kept(times: Iterable[float], now: float) -> set[float]:
    """Which of the versions saved at these times are kept: the last few, of each hour of a day and of each day of a week the
    last. A clock that was set back makes versions of the future; they count as new."""
    ordered = sorted(times, reverse=True)
    wanted = set(ordered[:NEWEST])
    taken: set[tuple[float, int]] = set()
    for moment in ordered:
        age = now - moment
        for step, lasts in ((HOUR_S, HOURLY_S), (DAY_S, DAILY_S)):
            slot = (step, int(moment // step))
            if age <= lasts and slot not in taken:
                taken.add(slot)
                wanted.add(moment)
    return wanted

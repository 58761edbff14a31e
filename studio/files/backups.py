"""Backups: earlier versions of a saved document, thinned out with age, in a folder of ours (reliability.md R10)."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from studio.errors import ChangedFile, UnwritableFile
from studio.files import project
from studio.files.project import SCHEMA, SUFFIX
from studio.paths import state_folder, write_atomically
from studio.system import SYSTEM, System
from studio.words import tr

NEWEST = 5
"""So many of the last versions are kept whatever their age."""
HOUR_S, DAY_S = 3600.0, 86_400.0
HOURLY_S, DAILY_S = DAY_S, 7 * DAY_S
"""One an hour is kept for a day, one a day for a week."""


SAVED, FOREIGN, OLDER = "", "foreign", "older"
"""Kinds of versions: what we saved; what another program put in its place; an untouched file of an older schema, which is kept
for good."""
_NAME = re.compile(r"(\d{15})(?:-(foreign|older))?")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a file. `time` is Unix time."""

    path: Path
    time: float
    kind: str = SAVED

    @property
    def schema(self) -> int:
        """The schema it was written in; 0 for a file that is none of ours."""
        return project.schema_of(self.path)


class Backups:
    """The earlier versions of every document, each in a folder named by its uuid."""

    def __init__(self, folder: Path | None = None, system: System = SYSTEM) -> None:
        self.folder = state_folder() / "backups" if folder is None else folder
        self._system = system

    def keep(self, saved: Path, uuid: str, now: float | None = None, kind: str = SAVED) -> Path:
        """Keep what the user's file holds now, and let go of versions that are not needed any more. UnwritableFile."""
        moment = time.time() if now is None else now
        folder = self.folder / uuid
        target = self._free_name(folder, moment, kind)

        def fill(stream: IO[bytes]) -> None:
            with saved.open("rb") as source:
                shutil.copyfileobj(source, stream, 1 << 20)

        try:
            self._system.make_folder(folder)
        except OSError as problem:
            raise UnwritableFile(
                tr("Earlier versions could not be kept: {reason}.", reason=problem.strerror or problem), tr("Free some space.")
            ) from problem
        write_atomically(target, fill, system=self._system)
        for version in self._unneeded(uuid, target, moment):
            self._system.remove(version.path)
        return target

    def versions(self, uuid: str) -> list[Version]:
        """The versions of a document, the newest first."""
        found = [(path, _NAME.fullmatch(path.stem)) for path in (self.folder / uuid).glob(f"*{SUFFIX}")] if uuid else []
        listed = [Version(path, int(name[1]) / 1000, name[2] or SAVED) for path, name in found if name is not None]
        return sorted(listed, key=lambda version: -version.time)

    def before_overwriting(self, path: Path, uuid: str, is_known: Callable[[str], bool], *, is_agreed: bool) -> bool:
        """Look at the file that a save is about to replace (R5, R11); whether there is one.

        What another program has made of it since we knew it is ChangedFile; with `is_agreed` it is kept among the versions
        instead, and so is what an older program wrote. UnwritableFile where that cannot be: nothing is replaced then.
        """
        digest = project.digest_of(path)
        if digest and not is_known(digest):
            if not is_agreed:
                raise ChangedFile(
                    tr("«{name}» was changed by another program since it was opened here.", name=path.name),
                    tr("Save under another name, or overwrite it: what is there now goes to the earlier versions first."),
                )
            self.keep(path, uuid, kind=FOREIGN)
        elif digest and 0 < project.schema_of(path) < SCHEMA:
            self.keep(path, uuid, kind=OLDER)
        return bool(digest)

    def _free_name(self, folder: Path, moment: float, kind: str) -> Path:
        """Named by its time; a clock that stands still or was set back never costs a version."""
        stamp, ending = round(moment * 1000), f"-{kind}" if kind else ""
        while any((folder / f"{stamp:015}{end}{SUFFIX}").exists() for end in ("", f"-{FOREIGN}", f"-{OLDER}")):
            stamp += 1
        return folder / f"{stamp:015}{ending}{SUFFIX}"

    def _unneeded(self, uuid: str, newest: Path, now: float) -> list[Version]:
        gone = []
        for kind in (SAVED, FOREIGN):
            versions = [version for version in self.versions(uuid) if version.kind == kind]
            wanted = kept([version.time for version in versions], now)
            gone += [version for version in versions if version.time not in wanted and version.path != newest]
        return gone


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

"""Crash reports: what happened and the names of the last edits, kept on this machine and sent nowhere (DC-09).

While the program runs, a folder of its own holds the names of the last edits and, should native code fail, where each thread
stood. A program that ends in order removes it; what the next start finds there becomes a report.
"""

from __future__ import annotations

import faulthandler
import logging
import platform
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import IO

import studio
from studio.files.journal.holding import Hold, held, is_held
from studio.paths import state_folder
from studio.words import tr

log = logging.getLogger(__name__)

LABELS = 200
"""The names of so many edits stand in a report."""
REPORTS = 20
"""So many are kept, the newest."""
LOCK, EDITS, FAULTS = "open.lock", "edits.txt", "faults.txt"
_QUOTED_PATH = re.compile(r"""(['"])[^'"]*[\\/][^'"]*\1""")
PACKAGES = ("PySide6-Essentials", "numpy", "torch", "pyfluidsynth", "sounddevice", "rtmixer")


def reports_folder() -> Path:
    return state_folder() / "reports"


@dataclass(frozen=True, slots=True)
class Report:
    """A report on the disk. `time_s` is when it was written."""

    path: Path
    time_s: float

    @property
    def title(self) -> str:
        """When, and its first line."""
        first = self.text().split("\n", 1)[0]
        return f"{datetime.fromtimestamp(self.time_s):%Y-%m-%d %H:%M}  {first}"

    def text(self) -> str:
        try:
            return self.path.read_text("utf-8", "replace")
        except OSError as problem:
            return tr("This report could not be read: {reason}.", reason=problem.strerror or str(problem))


class RunRecord:
    """What is known of this run, should it end suddenly. A folder that cannot be written costs the record, nothing else."""

    def __init__(self, state: Path | None = None) -> None:
        self._runs = (state_folder() if state is None else state) / "runs"
        self._folder = self._runs / f"{time.time_ns():x}"
        self._hold: Hold | None = None
        self._edits: IO[str] | None = None
        self._faults: IO[str] | None = None
        self._count = 0
        self.labels: list[str] = []

    def begin(self) -> None:
        """Make the folder, and have native faults written there."""
        try:
            self._hold = held(self._folder / LOCK)
            self._edits = (self._folder / EDITS).open("w", encoding="utf-8", errors="replace")
            self._faults = (self._folder / FAULTS).open("w", encoding="utf-8")
        except OSError as problem:
            log.warning("no record of this run: %s", problem)
            return
        faulthandler.enable(self._faults)

    def note(self, label: str) -> None:
        """An edit was made; the file of their names stays short."""
        line = f"{datetime.now():%H:%M:%S} {' '.join(label.split())[:200]}"
        self.labels = [*self.labels[-LABELS + 1 :], line]
        if self._edits is None:
            return
        try:
            self._count += 1
            if self._count > 4 * LABELS:
                self._edits.seek(0)
                self._edits.truncate()
                self._edits.writelines(f"{kept}\n" for kept in self.labels)
                self._count = len(self.labels)
            else:
                self._edits.write(f"{line}\n")
            self._edits.flush()
        except OSError as problem:
            log.warning("no record of this run: %s", problem)
            self._edits = None

    def end(self) -> None:
        """The program ends in order: nothing of the run is kept."""
        if self._faults is not None:
            faulthandler.disable()
        for stream in (self._edits, self._faults):
            if stream is not None:
                stream.close()
        self._edits = self._faults = None
        if self._hold is not None:
            self._hold.release()
            self._hold = None
            shutil.rmtree(self._folder, ignore_errors=True)

    def earlier(self) -> list[Path]:
        """Make reports of runs that ended without saying so; their files."""
        if not self._runs.is_dir():
            return []
        return [made for folder in sorted(self._runs.iterdir()) if (made := _of_run(folder, self._folder)) is not None]


def write_report(words: str, details: str, labels: Sequence[str], folder: Path | None = None) -> Path | None:
    """Put a report beside the others, and let the oldest go; None where the folder cannot be written."""
    place = reports_folder() if folder is None else folder
    path = place / f"{datetime.now():%Y-%m-%d %H-%M-%S} {time.time_ns() % 1_000_000_000:09d}.txt"
    try:
        place.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(words, details, labels), "utf-8", "replace")
        for old in reports(place)[REPORTS:]:
            old.path.unlink(missing_ok=True)
    except OSError as problem:
        log.warning("no report: %s", problem)
        return None
    return path


def reports(folder: Path | None = None) -> list[Report]:
    """Those that are kept, the newest first."""
    place = reports_folder() if folder is None else folder
    found = [Report(path, path.stat().st_mtime) for path in place.glob("*.txt")] if place.is_dir() else []
    return sorted(found, key=lambda report: report.path.name, reverse=True)


def _text(words: str, details: str, labels: Sequence[str]) -> str:
    facts = [
        f"Ricercar {studio.VERSION}, Python {platform.python_version()}, {platform.platform()}",
        ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    ]
    last = [f"The last {len(labels)} edits:" if labels else "No edits.", *labels]
    return _without_names("\n".join((words, "", *facts, "", details.rstrip() or "No details.", "", *last, "")))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "-"


def _without_names(text: str) -> str:
    """Neither whose computer it is nor which files an error speaks of; those of the program's own source stay."""
    lines = [line if line.lstrip().startswith('File "') else _QUOTED_PATH.sub("(a file)", line) for line in text.split("\n")]
    home = str(Path.home())
    told = "\n".join(lines)
    return told.replace(home, "~") if len(home) > 1 else told


def _of_run(folder: Path, own: Path) -> Path | None:
    """The report of a run that ended suddenly; None for one that goes on."""
    if folder == own or not (folder / LOCK).exists():  # one without a lock is being made right now
        return None
    try:
        if is_held(folder / LOCK):
            return None
        faults, labels = _read(folder / FAULTS), _read(folder / EDITS).splitlines()[-LABELS:]
    except OSError as problem:
        log.warning("a run's record could not be read: %s", problem)
        return None
    words = "Native code failed." if faults.strip() else "The program ended without a word: it was killed, or the power went."
    made = write_report(words, faults, labels, folder.parent.parent / "reports")
    shutil.rmtree(folder, ignore_errors=True)
    return made


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.exists() else ""


def words_of(details: str) -> str:
    """The first line of a report on a traceback: the kind of error, not its words, which may name files."""
    lines = details.strip().splitlines()
    return f"Uncaught {lines[-1].split(':', 1)[0].strip()}" if lines else "Uncaught error"

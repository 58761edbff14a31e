"""Outbox: files handed to other programs by drag and clipboard, each under a name of its own, gone when the program has ended."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from studio.errors import UnwritableFile
from studio.files.made_with import mark_text
from studio.files.midi.verifying import verify
from studio.files.midi.writing import bytes_of
from studio.paths import cache_folder
from studio.song.song import Song
from studio.words import tr

PREFIX = "Ricercar-out-"
KEPT_S = 24 * 3600.0
"""Programs may read late, so nothing goes when it was dropped; what crashed processes left goes after a day."""


class Outbox:
    """A folder of this process, made when it is first needed. May be used from any thread.

    `places` are tried in turn; by default the system's folder for temporary files, then our cache.
    """

    def __init__(self, places: Callable[[], Iterable[Path]] | None = None, clock: Callable[[], float] = time.time) -> None:
        self._places, self._clock = places or usual_places, clock
        self._folder: Path | None = None
        self._given: set[str] = set()
        self._lock = threading.Lock()

    def put(self, stem: str, suffix: str, write: Callable[[Path], object]) -> Path:
        """A new file that `write` fills. No two of a process have one name, whatever became of the first (EX-34)."""
        with self._lock:
            path = self._ready() / self._free_name(stem, suffix)
        try:
            write(path)
        except OSError as problem:
            path.unlink(missing_ok=True)
            raise _refusal(problem) from problem
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def close(self) -> None:
        """The end of the program: its folder goes, with all that is in it."""
        with self._lock:
            folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> int:
        """Take away what processes before left, a day after they last put something there. How many folders went."""
        swept = 0
        for folder in _folders(self._places()):
            if folder != self._folder and self._clock() - _last_used(folder) > KEPT_S:
                shutil.rmtree(folder, ignore_errors=True)
                swept += not folder.exists()
        return swept

    def _ready(self) -> Path:
        """The folder, with nothing in it that is older than a day; made anew where somebody cleaned up around us."""
        if self._folder is None or not self._folder.is_dir():
            self._folder = self._made()
        for path in self._folder.iterdir():
            if self._clock() - _age_mark(path) > KEPT_S:
                path.unlink(missing_ok=True)
        return self._folder

    def _made(self) -> Path:
        problem: OSError | None = None
        for place in self._places():
            try:
                place.mkdir(parents=True, exist_ok=True)
                return Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            except OSError as found:
                problem = problem or found
        raise _refusal(problem) from problem

    def _free_name(self, stem: str, suffix: str) -> str:
        """The stem, then "stem (2)": some systems take capitals for the same, so that they count as such here."""
        number, name = 1, f"{stem}{suffix}"
        while name.casefold() in self._given:
            number += 1
            name = f"{stem} ({number}){suffix}"
        self._given.add(name.casefold())
        return name


@dataclass(frozen=True, eq=False)
class Parcel:
    """What goes out at once: its files, the bytes of all of it as one MIDI file, and the song it is."""

    paths: tuple[Path, ...]
    midi: bytes
    song: Song


def packed(
    outbox: Outbox, song: Song, files: Iterable[tuple[str, Song]], options: Mapping[str, object], *, is_marked: bool
) -> Parcel:
    """Put these songs into files of these names; `song` is all of them. Each is read back like any export (EX-16)."""
    paths, data = [], b""
    for stem, piece in files:
        path, data = put_midi(outbox, piece, stem, options, mark_text(piece) if is_marked else "")
        paths.append(path)
    if len(paths) != 1:
        data, _ = bytes_of(song, options, mark_text(song) if is_marked else "")
    return Parcel(tuple(paths), data, song)


def put_midi(outbox: Outbox, song: Song, stem: str, options: Mapping[str, object], mark: str = "") -> tuple[Path, bytes]:
    """A MIDI file of the song and its bytes. One track is called as it is: hosts name what they get by the first name in it."""
    if len(song.tracks) == 1:
        song = replace(song, title=song.tracks[0].name)
    data, plan = bytes_of(song, options, mark)

    def write(path: Path) -> None:
        path.write_bytes(data)  # what is temporary need not outlast a power cut
        verify(path, plan, path.name)

    return outbox.put(stem, ".mid", write), data


def usual_places() -> Iterator[Path]:
    """Where the folder may be, best first."""
    with suppress(FileNotFoundError):  # no folder for temporary files that can be written
        yield Path(tempfile.gettempdir())
    yield cache_folder() / "out"


def _folders(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        try:
            found = [entry for entry in os.scandir(place) if entry.name.startswith(PREFIX)]
        except OSError:
            continue
        yield from (Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False))


def _last_used(folder: Path) -> float:
    try:
        return max(_age_mark(path) for path in (folder, *folder.iterdir()))
    except OSError:
        return _age_mark(folder)


def _age_mark(path: Path) -> float:
    """When it was last written; of what is gone already: now and for ever."""
    try:
        return path.stat(follow_symlinks=False).st_mtime
    except OSError:
        return float("inf")


def _refusal(problem: OSError | None) -> UnwritableFile:
    reason = "" if problem is None else problem.strerror or str(problem)
    return UnwritableFile(
        tr("No file could be made for other programs: {reason}.", reason=reason),
        tr("Free some space in the folder for temporary files, or export to a folder of your own."),
    )

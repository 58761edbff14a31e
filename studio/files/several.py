"""Files that hold several songs, such as books of tunes: what each is called, and one of them opened."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from studio.errors import UnreadableFile
from studio.files.format import FormatModule, reader_of
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.words import tr

MOST = 20_000
"""More songs of one file are not listed; books of tunes hold no more."""


@dataclass(frozen=True, slots=True)
class Several:
    """What the songs of a file are called, in its order."""

    titles: tuple[str, ...]


def open_or_list(path: Path, progress: Progress | None = None) -> Opened | Several:
    """The song of a file, or what its songs are called where it holds more than one.

    A format's module may have `titles(path)`, where that is less work than reading all of them.
    """
    entry = reader_of(path)
    if hasattr(entry.module, "titles"):
        titles = tuple(entry.module.titles(path))
        return Several(titles) if len(titles) > 1 else entry.read(path, progress)
    if not hasattr(entry.module, "read_all"):
        return entry.read(path, progress)
    found = list(islice(entry.read_all(path, progress), MOST))
    return Several(tuple(opened.song.title for opened in found)) if len(found) != 1 else found[0]


def open_nth(path: Path, index: int, progress: Progress | None = None) -> Opened:
    """One song of a file, counted from 0 in the order in which they are listed."""
    entry = reader_of(path)
    if hasattr(entry.module, "read_nth"):
        opened: Opened = entry.module.read_nth(path, index, progress)
        return opened
    return _nth(entry, path, index, progress)


def _nth(entry: FormatModule, path: Path, index: int, progress: Progress | None) -> Opened:
    found = next(islice(entry.read_all(path, progress), index, None), None)
    if found is None:
        raise UnreadableFile(
            tr("«{path}» does not hold so many songs any more.", path=path.name), tr("It was changed meanwhile: open it again.")
        )
    return found

"""A folder of music as a lazy sequence of songs, with what was skipped and why."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from studio.errors import RicercarError, UnreadableFile
from studio.files.beats import beats_beside, laid_on_beats
from studio.files.format import for_path, open_songs, readable, suffixes
from studio.jobs.progress import Progress
from studio.song.song import Song
from studio.words import tr


@dataclass(slots=True)
class Folder:
    """The songs under some folders (or files), in the order of their paths; every pass reads them anew.

    Iterate for (name, Song): the name is the path below the folder given, with "#2" and so on where a file holds
    several songs. Where beats are annotated beside a file (POP909), its notes are laid on them. `skipped` holds a
    sentence for each name that could not be read in the latest pass.
    """

    places: tuple[Path, ...]
    progress: Progress | None = None
    skipped: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, Song]]:
        self.skipped.clear()
        files = list(self.files())
        for number, (name, path) in enumerate(files):
            if self.progress is not None:
                self.progress.stop_if_cancelled()
                self.progress.report(number, len(files), tr("Reading {name}", name=name))
            yield from self._songs(name, path)

    def files(self) -> Iterator[tuple[str, Path]]:
        """(name, path) of every file with a suffix that can be read; nothing is opened."""
        known = set(suffixes(readable()))
        for place in self.places:
            if not place.exists():
                raise UnreadableFile(tr("There is no folder «{place}».", place=place), tr("Check the path."))
            if place.is_file():
                yield place.name, place
                continue
            for path in _below(place):
                if path.suffix.lower() in known:
                    yield path.relative_to(place).as_posix(), path

    def _songs(self, name: str, path: Path) -> Iterator[tuple[str, Song]]:
        count = 0
        beats = beats_beside(path)
        try:
            for opened in open_songs(path):
                count += 1
                for remark in opened.report.remarks if not opened.song.note_count else ():
                    self.skipped[f"{name}#{count}"] = remark
                if opened.song.note_count:
                    song = laid_on_beats(opened.song, beats) if beats else opened.song
                    yield name if count == 1 else f"{name}#{count}", song
                elif f"{name}#{count}" not in self.skipped:
                    self.skipped[f"{name}#{count}"] = tr("«{path}» has no notes.", path=path.name)
        except RicercarError as problem:
            self.skipped[name if not count else f"{name}#{count + 1}"] = str(problem)


def songs_in(places: Path | str | Iterable[Path | str], progress: Progress | None = None) -> Folder:
    """The songs under one folder, a list of folders, or single files."""
    listed = [places] if isinstance(places, Path | str) else list(places)
    return Folder(tuple(Path(place) for place in listed), progress)


def is_music(path: Path) -> bool:
    """Whether the file name has a suffix that can be read."""
    entry = for_path(path)
    return entry is not None and entry.can_read


def _below(folder: Path) -> Iterator[Path]:
    """Files in the folder and its subfolders, sorted by path; hidden ones left out, links to folders not followed.

    Where a folder holds a file of its own name, "versions" beside it are other takes of the same song: left out.
    """
    for root, folders, names in os.walk(folder):
        has_namesake = any(Path(name).stem == Path(root).name for name in names)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (has_namesake and name == "versions"))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(root) / name

"""Format: what a file format is called, what it loses; lookup by suffix, and opening whatever the user chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

from studio import discovery
from studio.errors import UnreadableFile, UnwritableFile
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.knobs import Knob, KnobValue, filled
from studio.song.song import Song
from studio.words import tr

FORMATS_PACKAGE = "studio.files.formats"

UNMARKED, MARKED, OWN = "unmarked", "marked", "own"
"""How a format says that models helped: not at all, in words that `write` is given as `mark`, by holding the origins itself."""


@dataclass(frozen=True, slots=True)
class Format:
    """A declaration, at the top of a module in `formats/`: `FORMAT = Format(...)`.

    The module may have `read(path, progress) -> Opened`, `read_all(path, progress) -> Iterator[Opened]` where a file
    holds several songs, and `write(song, path, options, progress)`, which may return sentences about what it left
    out and which takes `mark=` as well where `marking` is MARKED. `loses` says in words what writing always leaves out.
    """

    name: str
    suffixes: tuple[str, ...]
    loses: tuple[str, ...] = ()
    knobs: tuple[Knob, ...] = ()
    reads_also: tuple[str, ...] = ()
    """Further suffixes that are read but never written."""
    marking: str = UNMARKED
    leaves_muted: bool = True
    """Whether muted tracks are left out when they are written."""
    holds_sounds: bool = False
    """Whether `write` takes `sounds=` as well: the files of audio clips, by their SHA-256."""


@dataclass(frozen=True, slots=True)
class FormatModule:
    """A format with the module that reads and writes it."""

    format: Format
    module: ModuleType

    @property
    def can_read(self) -> bool:
        return hasattr(self.module, "read")

    @property
    def can_write(self) -> bool:
        return hasattr(self.module, "write")

    def read(self, path: Path, progress: Progress | None = None) -> Opened:
        """The file as one song (its first, when it holds several)."""
        return cast(Opened, self.module.read(path, progress))

    def read_partly(self, path: Path, progress: Progress | None = None) -> Opened:
        """What can be read of a file that `read` refused as PartlyReadable."""
        return cast(Opened, self.module.read(path, progress, partial=True))

    def read_all(self, path: Path, progress: Progress | None = None) -> Iterator[Opened]:
        """Every song of the file."""
        if hasattr(self.module, "read_all"):
            yield from self.module.read_all(path, progress)
        else:
            yield self.read(path, progress)

    def write(
        self,
        song: Song,
        path: Path,
        options: Mapping[str, object] | None = None,
        progress: Progress | None = None,
        mark: str = "",
        *,
        sounds: Mapping[str, Path] | None = None,
    ) -> tuple[str, ...]:
        """Write the song; options are checked against the format's knobs. Returns what the file could not hold."""
        checked: dict[str, KnobValue] = filled(self.format.knobs, dict(options or {}))
        more: dict[str, object] = {"mark": mark} if mark and self.format.marking == MARKED else {}
        if sounds and self.format.holds_sounds:
            more["sounds"] = sounds
        return tuple(self.module.write(song, path, checked, progress, **more) or ())


@cache
def all_formats() -> tuple[FormatModule, ...]:
    """Every format in `formats/`, sorted by name."""
    modules = discovery.imported(FORMATS_PACKAGE, "FORMAT")
    return tuple(sorted((FormatModule(module.FORMAT, module) for module in modules), key=lambda entry: entry.format.name))


def readable() -> tuple[FormatModule, ...]:
    return tuple(entry for entry in all_formats() if entry.can_read)


def writable() -> tuple[FormatModule, ...]:
    return tuple(entry for entry in all_formats() if entry.can_write)


def suffixes(entries: tuple[FormatModule, ...], *, for_writing: bool = False) -> tuple[str, ...]:
    """The suffixes of these formats, with their dots, sorted; those that are only read are left out `for_writing`."""
    listed = [entry.format.suffixes + (() if for_writing else entry.format.reads_also) for entry in entries]
    return tuple(sorted({suffix for some in listed for suffix in some}))


def for_path(path: Path) -> FormatModule | None:
    """The format of this file name's suffix, whatever its case; None when there is none."""
    suffix = path.suffix.lower()
    return next((entry for entry in all_formats() if suffix in entry.format.suffixes + entry.format.reads_also), None)


def open_song(path: Path, progress: Progress | None = None) -> Opened:
    """Read any file that we know by its suffix or its content; UnreadableFile otherwise."""
    return reader_of(Path(path)).read(Path(path), progress)


def open_partly(path: Path, progress: Progress | None = None) -> Opened:
    """What can be read of a file that was refused as PartlyReadable; the report counts the rest."""
    return reader_of(Path(path)).read_partly(Path(path), progress)


def open_songs(path: Path, progress: Progress | None = None) -> Iterator[Opened]:
    """Read every song of a file whose suffix we know."""
    return reader_of(Path(path)).read_all(Path(path), progress)


def write_song(
    song: Song,
    path: Path,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    mark: str = "",
    *,
    sounds: Mapping[str, Path] | None = None,
) -> tuple[str, ...]:
    """Write in the format of the target's suffix, as `FormatModule.write`; UnwritableFile when none writes it.

    `mark` says that models helped, where the format can hold words; who exports calls `outgoing.send`, which knows them.
    `sounds`: the files of audio clips by their SHA-256, for formats that hold them.
    """
    entry = for_path(Path(path))
    suffix = Path(path).suffix.lower()
    if entry is None or not entry.can_write or suffix in entry.format.reads_also:
        known = ", ".join(suffixes(writable(), for_writing=True))
        raise UnwritableFile(
            tr("«{path}» has a suffix that cannot be written.", path=Path(path).name), tr("Use one of: {known}.", known=known)
        )
    return entry.write(song, Path(path), options, progress, mark, sounds=sounds)


def reader_of(path: Path) -> FormatModule:
    """What reads a file: MIDI is known by its first bytes, whatever the file is called, all else by its suffix."""
    entry = for_path(Path("x.mid")) if is_midi(path) else for_path(path)
    if entry is None or not entry.can_read:
        known = ", ".join(suffixes(readable()))
        raise UnreadableFile(tr("«{path}» is of no kind that can be read.", path=path.name), tr("Known: {known}.", known=known))
    return entry


def is_midi(path: Path) -> bool:
    """Whether an ordinary file begins as MIDI does, plain or in a RIFF wrapper."""
    try:
        if not path.is_file():  # opening a pipe would wait for ever
            return False
        with path.open("rb") as stream:
            start = stream.read(12)
    except (OSError, ValueError):
        return False
    return start[:4] == b"MThd" or (start[:4] == b"RIFF" and start[8:] == b"RMID")

"""Tunes in ABC notation, reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.errors import RicercarError, UnreadableFile
from studio.files import limits
from studio.files.abc_music.book import Tune, text_of_book, tunes
from studio.files.abc_music.reading import song_of_tune
from studio.files.format import Format
from studio.files.loading import load_bytes
from studio.files.report import Opened, Report
from studio.jobs.progress import Progress
from studio.song.song import Song
from studio.words import tr

FORMAT = Format(name="ABC tunes", suffixes=(".abc",))


def read(path: Path, progress: Progress | None = None) -> Opened:
    """The first tune of the file; a remark says how many more there are."""
    if progress is not None:
        progress.report(0, 1, tr("Reading"))
    book = _book(path)
    if not book:
        raise UnreadableFile(tr("«{path}» has no tune in it.", path=path.name), tr("A tune begins with a line such as X:1."))
    opened = song_of_tune(book[0], path.name, progress)
    if len(book) == 1:
        return opened
    remark = tr("«{path}» holds {count} tunes; this is the first.", path=path.name, count=len(book))
    report = opened.report
    return Opened(opened.song, Report(report.read, report.dropped, report.changed, (*report.remarks, remark)))


def read_all(path: Path, progress: Progress | None = None) -> Iterator[Opened]:
    """Every tune; one that cannot be read comes as an empty song whose report says why."""
    book = _book(path)
    for number, tune in enumerate(book):
        if progress is not None:
            progress.stop_if_cancelled()
            progress.report(number, len(book), tr("Reading tunes"))
        try:
            yield song_of_tune(tune, path.name, progress)
        except RicercarError as problem:
            yield Opened(Song(title="Untitled"), Report(dropped={"tunes": 1}, remarks=(problem.message,)))


def song_from_text(text: str, name: str = "tune") -> Opened:
    """The first tune of a text in ABC."""
    first = next(tunes(text), None)
    if first is None:
        raise UnreadableFile(tr("«{name}» has no tune in it.", name=name), tr("A tune begins with a line such as X:1."))
    return song_of_tune(first, name)


def _book(path: Path) -> list[Tune]:
    data = load_bytes(path, limits.ABC_BYTES, tr("an ABC file"))
    found: list[Tune] = []
    for tune in tunes(text_of_book(data)):
        found.append(tune)
        if len(found) > limits.ABC_TUNES:
            raise UnreadableFile(
                tr("«{path}» holds more than {most} tunes.", path=path.name, most=limits.ABC_TUNES),
                tr("Cut it into several files."),
            )
    return found

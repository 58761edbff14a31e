"""Tunes in ABC notation, reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.errors import RicercarError, UnreadableFile
from studio.files import limits
from studio.files.abc_music.book import FIELD, Tune, text_of_book, tunes
from studio.files.abc_music.reading import song_of_tune
from studio.files.format import Format
from studio.files.loading import load_bytes
from studio.files.midi.texts import clean_name
from studio.files.notation.playing import offered
from studio.files.report import Opened, Report
from studio.jobs.progress import Progress
from studio.song.song import Song
from studio.words import mark, tr

FORMAT = Format(name="ABC tunes", suffixes=(".abc",))


def read(path: Path, progress: Progress | None = None, *, partial: bool = False) -> Opened:
    """The first tune of the file; a remark says how many more there are.

    PartlyReadable where the first tune is broken and another is not: `partial` takes the first that can be read.
    """
    watched = progress or Progress()
    watched.report(0, 1, tr("Reading"))
    book = _book(path)
    if not book:
        raise UnreadableFile(tr("«{path}» has no tune in it.", path=path.name), tr("A tune begins with a line such as X:1."))
    fault: RicercarError | None = None
    for number, tune in enumerate(book):
        watched.report(number, len(book), tr("Reading tunes"))
        try:
            opened = song_of_tune(tune, path.name, watched)
        except RicercarError as problem:
            fault = fault or problem
            continue
        if fault is None:
            return _with_remarks(opened, 0, _how_many(path, len(book)))
        if not partial:
            raise offered(opened, fault.message) from fault
        return _with_remarks(opened, number, (fault.message, *_how_many(path, len(book), number + 1)))
    raise fault or UnreadableFile(tr("«{path}» has no tune in it.", path=path.name))


def _how_many(path: Path, count: int, number: int = 1) -> tuple[str, ...]:
    if count == 1:
        return ()
    if number == 1:
        return (tr("«{path}» holds {count} tunes; this is the first.", path=path.name, count=count),)
    return (tr("«{path}» holds {count} tunes; this is number {number}.", path=path.name, count=count, number=number),)


def _with_remarks(opened: Opened, lost: int, remarks: tuple[str, ...]) -> Opened:
    """With so many tunes left out before it."""
    report = opened.report
    dropped = {**report.dropped, mark("tunes"): lost} if lost else report.dropped
    return Opened(opened.song, Report(report.read, dropped, report.changed, (*report.remarks, *remarks)))


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
            yield Opened(Song(title="Untitled"), Report(dropped={mark("tunes"): 1}, remarks=(problem.message,)))


def titles(path: Path) -> tuple[str, ...]:
    """What each tune is called, without reading its notes; a tune without a title goes by its number."""
    named: list[str] = []
    for tune in _book(path):
        fields = [found for line in tune.lines if (found := FIELD.match(line))]
        title = next((found[2] for found in fields if found[1] == "T"), "")
        number = next((found[2] for found in fields if found[1] == "X"), "")
        named.append(clean_name(title) or tr("Tune {number}", number=number or len(named) + 1))
    return tuple(named)


def read_nth(path: Path, index: int, progress: Progress | None = None) -> Opened:
    """One tune, counted from 0."""
    if progress is not None:
        progress.report(0, 1, tr("Reading"))
    book = _book(path)
    if index >= len(book):
        raise UnreadableFile(
            tr("«{path}» does not hold so many songs any more.", path=path.name), tr("It was changed meanwhile: open it again.")
        )
    return song_of_tune(book[index], path.name, progress)


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

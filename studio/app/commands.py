"""What the commands of the terminal do; each takes the parsed arguments and returns its JSON object, or None."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from backends.catalogue import Catalogue
from studio.app.known_models import known_models
from studio.errors import UnwritableFile
from studio.files import format as formats
from studio.files import outgoing
from studio.files.made_with import models_of
from studio.files.report import Opened
from studio.files.summary import summary
from studio.generation.describe import task_words
from studio.generation.library import Library, ListedModel
from studio.jobs.progress import Progress
from studio.song.song import Song
from studio.words import tr, within


def info(arguments: Namespace) -> Mapping[str, object] | None:
    read = opened(arguments.file)
    found = summary(read)
    if arguments.json:
        return found
    song = read.song
    print(
        tr(
            "{song}: {notes} notes, {bar_count} bars, {seconds:.1f} s",
            song=song.title,
            notes=song.note_count,
            bar_count=song.bar_count,
            seconds=song.seconds,
        )
    )
    for number, track in enumerate(song.tracks, start=1):
        kind = tr("drums") if track.instrument.is_drum else tr("program {program}", program=track.instrument.program + 1)
        print(
            tr("  {number}. {track} ({kind}): {count} notes", number=number, track=track.name, kind=kind, count=len(track.notes))
        )
    for sentence in read.report.sentences():
        print(f"  {sentence}")
    return None


def models(arguments: Namespace) -> dict[str, object] | None:
    present = library()
    if arguments.json:
        return present.as_json(permissive_only=arguments.permissive)
    for card in present.cards(permissive_only=arguments.permissive):
        data = ", ".join(f"{source.name} ({source.licence})" for source in card.data)
        print(f"{card.id}: {card.title}" + _marks(card))
        print(
            tr("  {tasks}; trained on {data}", tasks=", ".join(within(task_words(each)) for each in card.capabilities), data=data)
        )
    return None


def _marks(model: ListedModel) -> str:
    experimental = " [experimental]" if model.is_experimental else ""
    return experimental + ("" if model.usable else tr(" [not usable: {reason}]", reason=model.reason))


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A tqdm bar on stderr, drawn only where someone looks at it."""
    from tqdm import tqdm

    with tqdm(
        total=1.0,
        desc=title,
        leave=False,
        file=sys.stderr,
        disable=not sys.stderr.isatty(),
        bar_format="{desc} {bar} {postfix}",
    ) as bar:

        def report(done: float, total: float, note: str) -> None:
            bar.n = done / total if total else 0.0
            bar.set_postfix_str(note)

        yield Progress(report)


def library() -> Library:
    return Library.standard(Catalogue.standard().families)


def opened(path: Path) -> Opened:
    with progress_bar(tr("reading {path}", path=path.name)) as progress:
        return formats.open_song(path, progress)


def write_song(song: Song, target: Path, *, is_marked: bool = True) -> None:
    """What a model made: the file says so, where it is not told otherwise. What it cannot hold goes to stderr."""
    about = known_models(library()) if is_marked and models_of(song) else {}
    with progress_bar(tr("writing {target}", target=target.name)) as progress:
        sent = outgoing.send(song, target, None, progress, is_marked=is_marked, sidecar=False, about=about)
    for sentence in sent.remarks:
        print(tr("ricercar: {target}: {sentence}", target=target.name, sentence=sentence), file=sys.stderr)


def check_target(target: Path) -> None:
    """Say at once when a file cannot be written there, before work is done for it."""
    folder = target.parent if str(target.parent) else Path()
    if target.is_dir():
        raise UnwritableFile(tr("«{target}» is a folder.", target=target), tr("Name a file."))
    if not folder.is_dir():
        raise UnwritableFile(
            tr("There is no folder «{folder}» to write «{target}» in.", folder=folder, target=target.name), tr("Make it first.")
        )
    if not os.access(folder, os.W_OK):
        raise UnwritableFile(
            tr("«{target}» cannot be written in «{folder}».", target=target.name, folder=folder),
            tr("Choose a folder that you may write in."),
        )

"""`ricercar render`: a song, or bars or a section of it, as one sound file or as stems."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from studio.app.commands import check_target, library, opened, progress_bar
from studio.app.known_models import known_models
from studio.app.sound_export import carry_out, stem_paths
from studio.app.sound_order import Bounce
from studio.audio import soundfonts
from studio.errors import UnsupportedRequest, UnwritableFile
from studio.files import project
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import tr


def render(arguments: Namespace) -> None:
    """Write the sound; what has to be said about it goes to stderr."""
    target: Path = arguments.stems or arguments.output
    _check(arguments, target)
    soundfonts.find(arguments.soundfont)  # one that was asked for is not replaced by another
    with playable(arguments.file) as (song, sounds), progress_bar(tr("rendering {file}", file=arguments.file.name)) as progress:
        bounce = Bounce(
            song,
            target,
            arguments.rate,
            arguments.bits,
            arguments.soundfont,
            sounds,
            span=stretch(song, arguments),
            is_stems=arguments.stems is not None,
            suffix=f".{arguments.format}",
            is_marked=not arguments.no_mark,
            about=known_models(library()),
        )
        remarks = carry_out(bounce, progress)
    for sentence in remarks:
        print(tr("ricercar: {target}: {sentence}", target=target.name, sentence=sentence), file=sys.stderr)
    if bounce.is_stems:
        for path in stem_paths(bounce):
            print(path)


def _check(arguments: Namespace, target: Path) -> None:
    if arguments.stems is None:
        check_target(target)
    elif target.exists() and not target.is_dir():
        raise UnwritableFile(tr("«{target}» is a file, not a folder.", target=target), tr("Name a folder for the stems."))
    else:
        check_target(target / "stem" if target.is_dir() else target)


def stretch(song: Song, arguments: Namespace) -> Span | None:
    """The bars or the section that is asked for."""
    if arguments.section is not None:
        return section_named(song, arguments.section)
    if arguments.bars is None:
        return None
    first, last = arguments.bars
    count = song.bar_count
    if last > count:
        raise UnsupportedRequest(
            tr("Bars {first}-{last} lie outside the song, which has {count}.", first=first, last=last, count=count),
            tr("Use bars up to {count}.", count=count),
        )
    return song.timeline.bar_span(first, last)


def section_named(song: Song, name: str) -> Span:
    """The first section of this name, whatever its capitals."""
    sections = song.timeline.sections(song.end_tick)
    for section in sections:
        if section.marker.text.casefold() == name.strip().casefold():
            return section.span
    known = ", ".join(dict.fromkeys(section.marker.text for section in sections))
    raise UnsupportedRequest(
        tr("«{song}» has no section «{name}».", song=song.title, name=name),
        tr("Its sections: {known}.", known=known) if known else tr("It has no sections; use --bars."),
    )


@contextmanager
def playable(path: Path) -> Iterator[tuple[Song, Mapping[str, Path]]]:
    """The song of a file and, while it is needed, the sounds of a project's audio tracks as files."""
    if path.suffix.lower() != project.SUFFIX:
        yield opened(path).song, {}
        return
    document = project.read(path)
    with tempfile.TemporaryDirectory(prefix="ricercar-") as folder:
        yield document.song, project.unpack_sounds(document, Path(folder))

"""What the commands of the terminal do; each takes the parsed arguments and returns its JSON object, or None."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from studio.edits import takes as take_edits
from studio.errors import UnreadableFile, UnsupportedRequest, UnwritableFile
from studio.files import format as formats
from studio.files import project
from studio.files.report import Opened
from studio.files.summary import summary
from studio.generation.contract import Request, Take
from studio.generation.library import Library
from studio.jobs.progress import Progress
from studio.knobs import filled
from studio.song.notes import Notes
from studio.song.region import Mask, Region
from studio.song.song import Song, empty_song
from studio.song.ticks import Span

START_BARS = 8
CONTINUE_BARS = 4


def info(arguments: Namespace) -> Mapping[str, object] | None:
    opened = _opened(arguments.file)
    found = summary(opened)
    if arguments.json:
        return found
    song = opened.song
    print(f"{song.title}: {song.note_count} notes, {song.bar_count} bars, {song.seconds:.1f} s")
    for number, track in enumerate(song.tracks, start=1):
        kind = "drums" if track.instrument.is_drum else f"program {track.instrument.program + 1}"
        print(f"  {number}. {track.name} ({kind}): {len(track.notes)} notes")
    for sentence in opened.report.sentences():
        print(f"  {sentence}")
    return None


def models(arguments: Namespace) -> dict[str, object] | None:
    library = _library()
    if arguments.json:
        return library.as_json(permissive_only=arguments.permissive)
    for card in library.cards(permissive_only=arguments.permissive):
        data = ", ".join(f"{source.name} ({source.licence})" for source in card.data)
        print(f"{card.id}: {card.title}" + ("" if card.usable else f" [not usable: {card.reason}]"))
        print(f"  {', '.join(card.capabilities)}; trained on {data}")
    return None


def generate(arguments: Namespace) -> dict[str, object] | None:
    _check_target(arguments.output)
    song = _opened(arguments.input).song if arguments.input else _blank(arguments.task)
    request = _request(arguments, song)
    backend = LocalBackend(_library(), Catalogue.standard())
    with progress_bar(f"{arguments.task} with {request.model}") as progress:
        made = list(backend.generate(request, progress))
    written = []
    for take in made:
        target = arguments.output.with_name(f"{arguments.output.stem}-{take.number}{arguments.output.suffix or '.mid'}")
        _write_song(_alone(song, take) if arguments.only_take else _with_take(request, take), target)
        written.append(_described(take, target))
    if arguments.json:
        return {"model": request.model, "task": request.capability, "takes": written}
    for entry in written:
        print(f"{entry['file']}: {entry['notes']} notes" + "".join(f"; {remark}" for remark in take_remarks(entry)))
    return None


def take_remarks(entry: dict[str, object]) -> list[str]:
    remarks = entry["remarks"]
    return [str(remark) for remark in remarks] if isinstance(remarks, list) else []


def render(arguments: Namespace) -> None:
    from studio.audio.render import render as blocks
    from studio.files.formats.audio import write_blocks

    _check_target(arguments.output)
    with _playable(arguments.file) as (song, sounds), progress_bar(f"rendering {arguments.file.name}") as progress:
        made = blocks(song, rate=arguments.rate, soundfont=arguments.soundfont, progress=progress, sounds=sounds)
        write_blocks(arguments.output, made, arguments.rate)


@contextmanager
def _playable(path: Path) -> Iterator[tuple[Song, Mapping[str, Path]]]:
    """The song of a file and, while it is needed, the sounds of a project's audio tracks as files."""
    if path.suffix.lower() != project.SUFFIX:
        yield _opened(path).song, {}
        return
    document = project.read(path)
    with tempfile.TemporaryDirectory(prefix="ricercar-") as folder:
        yield document.song, project.unpack_sounds(document, Path(folder))


def export(arguments: Namespace) -> None:
    _check_target(arguments.output)
    _write_song(_opened(arguments.file).song, arguments.output)


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A tqdm bar on stderr, drawn only where someone looks at it."""
    from tqdm import tqdm

    with tqdm(
        total=1.0, desc=title, leave=False, file=sys.stderr, disable=not sys.stderr.isatty(), bar_format="{desc} {bar} {postfix}"
    ) as bar:

        def report(done: float, total: float, note: str) -> None:
            bar.n = done / total if total else 0.0
            bar.set_postfix_str(note)

        yield Progress(report)


def _library() -> Library:
    return Library.standard(Catalogue.standard().families)


def _opened(path: Path) -> Opened:
    with progress_bar(f"reading {path.name}") as progress:
        return formats.open_song(path, progress)


def _blank(task: str) -> Song:
    if task != "start":
        raise UnreadableFile(f"There is no song to {task}.", "Give a MIDI file or a project before --model.")
    return empty_song()


def _request(arguments: Namespace, song: Song) -> Request:
    card = _library().find(arguments.model)
    family = Catalogue.standard().family(card.family)
    if arguments.task not in card.capabilities:
        raise UnsupportedRequest(f"{card.title} cannot {arguments.task}.", f"It can: {', '.join(card.capabilities)}.")
    track_ids = _tracks(song, arguments.tracks)
    mask = Mask(Region(track_ids, _span(song, arguments.task, arguments.bars)))
    hear = tuple(track.id for track in song.tracks if track.id not in track_ids)
    knobs = filled(family.knobs, dict(arguments.settings))
    return Request(arguments.task, card.id, song, mask, hear, knobs, arguments.seed, arguments.takes)


def _tracks(song: Song, text: str) -> tuple[int, ...]:
    """Track ids of "1,2" or names; without any, the first track that is no drum kit."""
    if not text:
        melodic = [track.id for track in song.tracks if not track.instrument.is_drum and not track.is_audio]
        if not melodic:
            raise UnsupportedRequest("The song has no track for a melody.", "Add a track that is no drum kit.")
        return (melodic[0],)
    found = []
    for word in (part.strip() for part in text.split(",")):
        by_name = [track.id for track in song.tracks if track.name == word]
        by_number = [song.tracks[int(word) - 1].id] if word.isdecimal() and 1 <= int(word) <= len(song.tracks) else []
        if not by_name and not by_number:
            names = ", ".join(f"{number} {track.name}" for number, track in enumerate(song.tracks, start=1))
            raise UnsupportedRequest(f"There is no track «{word}».", f"The song has: {names}.")
        found.append((by_name or by_number)[0])
    return tuple(dict.fromkeys(found))


def _span(song: Song, task: str, bars: tuple[int, int] | None) -> Span:
    count = song.bar_count
    if bars is None:
        if task == "fill":
            raise UnsupportedRequest("Fill needs to know which bars to fill.", "Add --bars, such as --bars 9-12.")
        length = START_BARS if task == "start" and not count else CONTINUE_BARS
        return song.timeline.bar_span(count + 1, count + length)
    first, last = bars
    if first > count + 1 or (task == "fill" and last > count):
        raise UnsupportedRequest(f"Bars {first}-{last} lie outside the song, which has {count}.", f"Use bars up to {count}.")
    if last - first >= 256:
        raise UnsupportedRequest(f"{last - first + 1} bars are too many for one take.", "Ask for at most 256.")
    return song.timeline.bar_span(first, last)


def _with_take(request: Request, take: Take) -> Song:
    return take_edits.keep(take.parts, request.mask, take.origin, "take").apply(request.song)


def _alone(song: Song, take: Take) -> Song:
    """The take by itself from tick 0, with the tempo, meter and key in force there."""
    start = take.span.start_tick
    timeline = replace(
        song.timeline,
        tempos=(song.timeline.tempo_at(start)._replace(tick=0),),
        meters=(song.timeline.meter_at(start)._replace(tick=0),),
        keys=(),
        markers=(),
    )
    key = song.timeline.key_at(start)
    timeline = timeline.with_key(0, key) if key else timeline
    tracks = []
    for track_id, rows in take.parts:
        moved = rows.copy()
        moved["start"] -= start
        moved["id"] = range(1, len(moved) + 1)
        moved["origin"] = 0
        track = song.track(track_id)
        tracks.append(replace(track, notes=Notes(moved), controls=type(track.controls).EMPTY))
    return replace(song, tracks=tuple(tracks), timeline=timeline, origins=(), next_id=10**6, foreign=())


def _described(take: Take, target: Path) -> dict[str, object]:
    return {
        "file": str(target),
        "number": take.number,
        "seed": take.origin.seed,
        "notes": take.note_count,
        "remarks": list(take.remarks),
        "figures": dict(take.figures),
    }


def _write_song(song: Song, target: Path) -> None:
    with progress_bar(f"writing {target.name}") as progress:
        lost = formats.write_song(song, target, None, progress)
    for sentence in lost:
        print(f"ricercar: {target.name}: {sentence}", file=sys.stderr)


def _check_target(target: Path) -> None:
    """Say at once when a file cannot be written there, before work is done for it."""
    folder = target.parent if str(target.parent) else Path()
    if target.is_dir():
        raise UnwritableFile(f"«{target}» is a folder.", "Name a file.")
    if not folder.is_dir():
        raise UnwritableFile(f"There is no folder «{folder}» to write «{target.name}» in.", "Make it first.")
    if not os.access(folder, os.W_OK):
        raise UnwritableFile(f"«{target.name}» cannot be written in «{folder}».", "Choose a folder that you may write in.")

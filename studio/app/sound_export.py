"""Sound for others: what a Bounce asks for, rendered and written; in a child process for the window, at once in the terminal."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.app.sound_order import Bounce
from studio.audio.font_shelf import FontShelf
from studio.audio.render import TAIL_LEVEL, Blocks, render, stem_tracks
from studio.errors import UnsupportedRequest
from studio.files.formats.audio import write_blocks
from studio.files.made_with import MADE_BY, mark_text
from studio.files.midi.texts import text_of
from studio.files.midi.wire import COPYRIGHT, META
from studio.files.outgoing import SIDECAR_SUFFIX, accompany
from studio.files.sound_file import Shape, Written
from studio.files.stems import Stem, stem_names, write_stems
from studio.jobs.progress import Progress
from studio.song.notes import MUTED, Notes
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import tr


def carry_out(bounce: Bounce, progress: Progress) -> tuple[str, ...]:
    """Render and write; what has to be said about it, in sentences. Cancelled or failed leaves nothing."""
    Shape.of(
        f"{bounce.path.name}{bounce.suffix}" if bounce.is_stems else bounce.path.name, bounce.rate, bounce.samples, bounce.seconds
    )
    shelf = FontShelf(bounce.soundfont)
    shelf.provide(bounce.song)
    going = _heard(bounce.song, bounce.span)
    mark = mark_text(going, bounce.about) if bounce.is_marked else ""
    remarks = _stems(bounce, shelf, going, progress) if bounce.is_stems else _mix(bounce, shelf, mark, progress)
    told = (shelf.remark, shelf.warning, *remarks, *(_accompany(bounce, going) if mark and bounce.has_sidecar else ()))
    return tuple(words for words in told if words)


def stem_paths(bounce: Bounce) -> tuple[Path, ...]:
    """The files that stems of it become."""
    return tuple(bounce.path / name for name in stem_names([track.name for track in stem_tracks(bounce.song)], bounce.suffix))


def _mix(bounce: Bounce, shelf: FontShelf, mark: str, progress: Progress) -> tuple[str, ...]:
    blocks = render(bounce.song, bounce.rate, shelf.shared, progress, sounds=bounce.sounds, span=bounce.span)
    tags = _tags(bounce.song, bounce.song.title, mark)
    with contextlib.closing(blocks):
        written = write_blocks(bounce.path, _begun(blocks), bounce.rate, {"samples": bounce.samples}, progress, tags=tags)
    is_silent = written.peak < TAIL_LEVEL
    return written.warning, tr("Nothing is to be heard in «{path}».", path=bounce.path.name) if is_silent else ""


def _stems(bounce: Bounce, shelf: FontShelf, going: Song, progress: Progress) -> list[str]:
    song = bounce.song
    tracks = stem_tracks(song)
    if not tracks:
        raise UnsupportedRequest(
            tr("No track of «{song}» is heard, so there are no stems.", song=song.title), tr("Add notes, or unmute a track.")
        )
    names = stem_names([track.name for track in tracks], bounce.suffix)
    stems = [Stem(name, _stem_tags(bounce, track, going)) for name, track in zip(names, tracks, strict=True)]
    blocks = render(song, bounce.rate, shelf.shared, progress, sounds=bounce.sounds, stems=True, span=bounce.span)
    with contextlib.closing(blocks):
        written = write_stems(bounce.path, stems, _begun(blocks), bounce.rate, bounce.samples, progress=progress)
    silent = [track.name for track in song.tracks if track not in tracks]
    said = [tr("Not heard, so without a stem: {tracks}.", tracks=", ".join(silent))] if silent else []
    return [*said, *_warnings(names, written)]


def _begun(blocks: Blocks) -> Iterator[NDArray[np.float32]]:
    """The same blocks with the first one made already: SoundFonts are loaded before anything lies on the disk."""
    return itertools.chain(list(itertools.islice(blocks, 1)), blocks)


def _warnings(names: Sequence[str], written: Sequence[Written]) -> list[str]:
    return [f"{name}: {each.warning}" for name, each in zip(names, written, strict=True) if each.warning]


def _stem_tags(bounce: Bounce, track: Track, going: Song) -> Mapping[str, str]:
    """A stem says of models only what is true of its own track."""
    alone = replace(going, tracks=tuple(each for each in going.tracks if each.id == track.id))
    mark = mark_text(alone, bounce.about) if bounce.is_marked else ""
    return _tags(bounce.song, f"{bounce.song.title} - {track.name}", mark)


def _tags(song: Song, title: str, mark: str) -> Mapping[str, str]:
    return {"title": title, "software": MADE_BY, "comment": mark, "copyright": _copyright(song)}


def _copyright(song: Song) -> str:
    """What the file that the song was read from said."""
    for event in song.foreign:
        if event.data[:2] == bytes((META, COPYRIGHT)):
            start = 2
            while event.data[start] & 0x80:  # the length of what follows
                start += 1
            return text_of(event.data[start + 1 :])
    return ""


def _heard(song: Song, span: Span | None) -> Song:
    """The notes and sounds that come to be heard."""
    tracks = []
    for track in stem_tracks(song):
        rows = track.notes.rows
        rows = rows[rows["flags"] & MUTED == 0]
        if span is not None:
            rows = rows[(rows["start"] < span.end_tick) & (rows["start"] + rows["length"] > span.start_tick)]
        tracks.append(replace(track, notes=Notes(rows)))
    return replace(song, tracks=tuple(tracks))


def _accompany(bounce: Bounce, going: Song) -> tuple[str, ...]:
    if not bounce.is_stems:
        return accompany(going, [bounce.path], bounce.about, bounce.span).remarks
    target = bounce.path / f"{bounce.path.name}{SIDECAR_SUFFIX}"
    return accompany(going, stem_paths(bounce), bounce.about, bounce.span, target).remarks

"""Outgoing: a song as a file for others, with the mark of models where they helped, and the origins of its notes beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from studio.errors import UnwritableFile
from studio.files import format as formats
from studio.files.exchange import heard_rows
from studio.files.formats.midi import separated
from studio.files.made_with import About, mark_text, sidecar_bytes
from studio.jobs.progress import Portion, Progress
from studio.paths import write_atomically
from studio.song.notes import Notes
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import tr

SIDECAR_SUFFIX = ".origins.json"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Sent:
    """The files that were written, the music first, and what could not be held or said, in sentences."""

    paths: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


def send(
    song: Song,
    path: Path,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    *,
    is_marked: bool = True,
    sidecar: bool = True,
    about: Mapping[str, About] | None = None,
    sounds: Mapping[str, Path] | None = None,
) -> Sent:
    """Write the song in the format of the path's suffix; with the mark and, beside it, the sidecar where models helped.

    `about` gives titles and data of models, by id; `sounds` the files of audio clips, by SHA-256. What of models does not go out
    (muted tracks where the format leaves them out) is not told of. A project needs neither: it holds the origins itself.
    """
    path = Path(path)
    entry = formats.for_path(path)
    going = song if entry is None else _going_out(song, entry, options or {})
    words = mark_text(going, about) if is_marked and (entry is None or entry.format.marking != formats.OWN) else ""
    remarks = formats.write_song(song, path, options, progress, mark=words, sounds=sounds)
    if not words:
        return Sent((path,), remarks)
    beside = accompany(going, [path], about) if sidecar else Sent(())
    if entry is not None and entry.format.marking == formats.UNMARKED:
        remarks = (*remarks, _unsaid(path, beside.paths))
    return Sent((path, *beside.paths), (*remarks, *beside.remarks))


def send_separately(
    song: Song,
    folder: Path,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    *,
    is_marked: bool = True,
    sidecar: bool = True,
    about: Mapping[str, About] | None = None,
) -> Sent:
    """One MIDI file for each track that would go out, `NN - Track.mid`, in the folder; each with the mark of its own models."""
    each = list(separated(song, options))
    watched, settings = progress or Progress(), {**(options or {}), "empty": True}
    sent = [
        send(alone, folder / name, settings, Portion(watched, step, len(each), name),
             is_marked=is_marked, sidecar=sidecar, about=about)
        for step, (name, alone) in enumerate(each)
    ]  # fmt: skip
    return Sent(tuple(path for one in sent for path in one.paths), tuple(dict.fromkeys(r for one in sent for r in one.remarks)))


def sidecar_path(path: Path) -> Path:
    """Where the origins of a file's notes stand: «Song.mid.origins.json», so that Song.mid and Song.wav have one each."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def accompany(
    song: Song,
    paths: Sequence[Path],
    about: Mapping[str, About] | None = None,
    span: Span | None = None,
    target: Path | None = None,
) -> Sent:
    """Write the sidecar of files that are there. When it cannot be written the files stay, and a remark says so."""
    path = paths[0]
    target = target or sidecar_path(path)
    data = sidecar_bytes(song, {each.name: _sha256(each) for each in paths}, about, span)

    def fill(stream: IO[bytes]) -> None:
        stream.write(data)

    try:
        write_atomically(target, fill)
    except UnwritableFile as problem:
        return Sent((), (tr("«{path}» is written, but not the origins of its notes. {reason}", path=path.name, reason=problem),))
    return Sent((target,))


def _going_out(song: Song, entry: formats.FormatModule, options: Mapping[str, object]) -> Song:
    """The song without what the format leaves out of it: sounds, muted notes, muted tracks."""
    if entry.format.marking == formats.OWN:
        return song
    tracks = song.tracks if entry.format.holds_sounds else tuple(track for track in song.tracks if not track.is_audio)
    if not options.get("muted"):
        leaves = entry.format.leaves_muted
        tracks = tuple(
            replace(track, notes=Notes(heard_rows(track))) for track in tracks if not (leaves and song.strip_of(track).is_muted)
        )
    return replace(song, tracks=tracks)


def _unsaid(path: Path, beside: tuple[Path, ...]) -> str:
    if beside:
        return tr("«{path}» cannot say that models helped to make it; «{beside}» does.", path=path.name, beside=beside[0].name)
    return tr("«{path}» cannot say that models helped to make it.", path=path.name)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()

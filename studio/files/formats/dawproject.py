"""DAWproject 1.0, writing: what several workstations open with tracks, mixer, tempo and markers."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from studio.files.dawproject.clips import Media
from studio.files.dawproject.project import going_out, metadata_bytes, project_bytes, too_loud
from studio.files.exchange import heard_rows
from studio.files.format import MARKED, Format
from studio.jobs.progress import Progress
from studio.paths import write_atomically
from studio.song.song import Song
from studio.words import tr

FORMAT = Format(
    name="DAWproject",
    suffixes=(".dawproject",),
    loses=(
        "keys",
        "muted notes",
        "sends",
        "locks and origins of notes",
        "instruments (choose them in the program)",
    ),
    marking=MARKED,
    leaves_muted=False,
    holds_sounds=True,
)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20


def write(
    song: Song,
    path: Path,
    _options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    mark: str = "",
    *,
    sounds: Mapping[str, Path] | None = None,
) -> tuple[str, ...]:
    """Write the project and read it back before it takes its place; returns what it could not hold, in sentences.

    `mark` becomes its comment; `sounds` are the files of audio clips by their SHA-256, which go into the archive.
    """
    watched = progress or Progress()
    watched.report(0, 3, tr("Writing"))
    used = {
        clip.sha256: song_file for track in song.tracks for clip in track.clips if (song_file := (sounds or {}).get(clip.sha256))
    }
    media = {sha256: made for sha256, file in sorted(used.items()) if (made := _media(sha256, file)) is not None}
    members = {"project.xml": project_bytes(song, media), "metadata.xml": metadata_bytes(song, mark)}
    watched.report(1, 3, tr("Writing"))

    def fill(stream: IO[bytes]) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                watched.stop_if_cancelled()
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
            for sha256, each in media.items():
                _embed(archive, each.member, used[sha256], watched)

    def check(written: Path) -> None:
        watched.stop_if_cancelled()
        watched.report(2, 3, tr("Reading back"))
        _verify(written, song)
        watched.stop_if_cancelled()

    write_atomically(path, fill, check)
    watched.report(3, 3, tr("Written"))
    return _remarks(song, media)


def _media(sha256: str, path: Path) -> Media | None:
    """What the header of a sound says; None where it cannot be read."""
    import soundfile

    try:
        facts = soundfile.info(str(path))
    except (OSError, RuntimeError):
        return None
    return Media(f"audio/{sha256[:16]}.wav", facts.channels, facts.samplerate, facts.frames / facts.samplerate)


def _embed(archive: zipfile.ZipFile, member: str, path: Path, progress: Progress) -> None:
    """A sound as it is: programs want to play it straight from the archive, and it hardly packs."""
    facts = zipfile.ZipInfo(member, _EPOCH)
    with path.open("rb") as source, archive.open(facts, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            progress.stop_if_cancelled()
            target.write(block)


def _remarks(song: Song, media: Mapping[str, Media]) -> tuple[str, ...]:
    left_out = [track.name for track in song.tracks if not going_out(track, media)]
    lacking = [track.name for track in song.tracks if going_out(track, media) and any(c.sha256 not in media for c in track.clips)]
    loud = too_loud(song)
    found = []
    if left_out:
        found.append(tr("Audio tracks are left out: {names}.", names=", ".join(left_out)))
    if lacking:
        found.append(tr("Sounds that are missing are left out of: {names}.", names=", ".join(lacking)))
    if loud:
        found.append(tr("Faders above +6 dB stand at +6 dB: {names}.", names=", ".join(loud)))
    return tuple(found)


def _verify(written: Path, song: Song) -> None:
    """OSError when the file gives back another number of notes or sounds than was meant."""
    with zipfile.ZipFile(written) as archive:
        root = ElementTree.fromstring(archive.read("project.xml"))
        held = {entry.filename for entry in archive.infolist()}
    found = sum(1 for _ in root.iter("Note"))
    meant = sum(len(heard_rows(track)) for track in song.tracks if not track.is_audio)
    if found != meant:
        raise OSError(tr("reading back gave {found} notes instead of {meant}", found=found, meant=meant))
    if any(node.get("path") not in held for node in root.iter("File")):
        raise OSError(tr("a sound is missing from the archive"))

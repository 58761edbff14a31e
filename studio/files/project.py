"""The project file: one zip, written whole, verified and swapped in; read within limits (reliability.md R1 to R5, R12)."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from studio import VERSION
from studio.errors import UnreadableFile, UnwritableFile
from studio.files import limits
from studio.files.fields import Fields
from studio.files.loading import load_json, refuse_odd_file
from studio.files.report import PartlyReadable
from studio.files.song_json import Json, song_from_json, song_to_json
from studio.files.upgrades import upgraded
from studio.files.zips import member_bytes, opened_zip, shown
from studio.jobs.progress import Progress
from studio.paths import write_atomically
from studio.song.check import check
from studio.song.song import Song
from studio.strict_json import dumped
from studio.system import SYSTEM, System
from studio.words import mark, tr

SCHEMA = 3
SUFFIX = ".ricercar"
RESCUED = ".rescued"
MIMETYPE = b"application/vnd.ricercar+zip"

_MEMBER = re.compile(r"[a-z0-9_./-]{1,120}")
_TAKE = re.compile(r"takes/\d{4,}\.json")
_SOUND = re.compile(r"audio/([0-9a-f]{64})\.wav")
_KEPT = re.compile(r"(history|latent)/[a-z0-9_.-]+|preview\.png")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_AGAIN = mark("Open an earlier version.")


@dataclass(frozen=True)
class Document:
    """A song with what is saved beside it.

    `sounds` holds the bytes of each sound file by its SHA-256, `takes` what the tray holds as plain JSON objects,
    `extras` members that others of our modules keep (history/, latent/, preview.png), passed on as they are.
    """

    song: Song
    uuid: str
    revision: int = 0
    sounds: Mapping[str, bytes] = field(default_factory=dict)
    takes: tuple[Mapping[str, Any], ...] = ()
    extras: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    """What the self-check found; only a rescued file opens with any."""

    def with_song(self, song: Song) -> Document:
        """The next revision."""
        return replace(self, song=song, revision=self.revision + 1)


def new_document(song: Song) -> Document:
    """A document of its own for a song."""
    return Document(song, str(uuid.uuid4()))


def write(
    document: Document,
    path: Path,
    progress: Progress | None = None,
    system: System = SYSTEM,
    proven: Callable[[str], object] = str,
) -> str:
    """Save: written beside the target, read back, swapped in. On any failure the old file stays as it was.

    A song that fails its self-check goes to «name.rescued» instead, and UnwritableFile says so. What comes back is the
    SHA-256 of the file: it is `digest_of` until somebody else changes it. `proven` is told it just before the swap.
    """
    path = Path(path)
    watched = progress or Progress()
    listed = members(document)
    faults = check(document.song)
    target = rescued(path) if faults else path
    digest = ""

    def fill(stream: IO[bytes]) -> None:
        pack(listed, document, stream, watched)

    def prove(written: Path) -> None:
        nonlocal digest
        verify(written, watched)
        digest = _digest(written)
        if not faults:
            proven(digest)

    write_atomically(target, fill, prove, system)
    if faults:
        raise UnwritableFile(
            tr("«{path}» was not changed: the song fails its self-check ({fault}).", path=path.name, fault=faults[0].rstrip(".")),
            tr("Everything is safe in «{target}»; please report it.", target=target.name),
        )
    return digest


def rescued(path: Path) -> Path:
    """Where a song goes that fails its self-check: as the file beside it is called, as far as a name may be long."""
    room, name = limits.NAME_BYTES - len(RESCUED), os.fsencode(path.name)
    return path.with_name((path.name if len(name) <= room else name[:room].decode("utf-8", "ignore")) + RESCUED)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; empty where there is none. UnreadableFile when the disk refuses."""
    try:
        return _digest(path)
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise UnreadableFile(
            tr("«{name}» could not be read: {reason}.", name=path.name, reason=problem.strerror or problem),
            tr("Check that it exists and may be read."),
        ) from problem


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def schema_of(path: Path) -> int:
    """The schema of the project file that is there; 0 for none, and for anything else."""
    try:
        with opened_zip(path, path.name) as archive:
            value = load_json(member_bytes(archive, "manifest.json", limits.JSON_BYTES, path.name), path.name)
        return Fields(value if isinstance(value, dict) else {}, "manifest", path.name).whole("schema", 1)
    except UnreadableFile:
        return 0


def read(path: Path, progress: Progress | None = None) -> Document:
    """The document of a project file; UnreadableFile says what is wrong, or which version wrote a newer one."""
    path = Path(path)
    watched = progress or Progress()
    refuse_odd_file(path, tr("a project file"))
    with opened_zip(path, path.name) as archive:
        return _document(archive, path.name, watched, may_be_faulty=path.suffix == RESCUED)


def read_bytes(data: bytes, name: str, progress: Progress | None = None, *, may_be_faulty: bool = False) -> Document:
    """The document of a project file's bytes; `name` stands in the messages."""
    with opened_zip(BytesIO(data), name) as archive:
        return _document(archive, name, progress or Progress(), may_be_faulty=may_be_faulty)


def _document(archive: zipfile.ZipFile, name: str, progress: Progress, *, may_be_faulty: bool) -> Document:
    manifest = _manifest(archive, name)
    try:
        found = _verified(archive, manifest, name, progress)
        song = _song(found.pop("document.json"), manifest, name)
        faults = check(song)
        if faults and not may_be_faulty:
            raise UnreadableFile(tr("«{path}» contradicts itself: {fault}", path=name, fault=faults[0]), tr(_AGAIN))
        document = Document(song, manifest.text("uuid"), manifest.whole("revision"), faults=faults)
        return with_members(document, found, name)
    except UnreadableFile as problem:
        if _whole_song(archive, manifest, name) is None:
            raise
        hint = tr("The song in it is whole and can be opened without its takes, sounds and pads; or open an earlier version.")
        raise PartlyReadable(problem.message, hint) from problem


def read_song(path: Path) -> Song:
    """The song alone of a project that `read` refused as PartlyReadable."""
    refuse_odd_file(path, tr("a project file"))
    with opened_zip(path, path.name) as archive:
        song = _whole_song(archive, _manifest(archive, path.name), path.name)
    if song is None:
        raise UnreadableFile(tr("«{name}» has no whole song in it.", name=path.name), tr(_AGAIN))
    return song


def _song(data: bytes, manifest: Fields, name: str) -> Song:
    written = load_json(data, name, limits.DOCUMENT_JSON_BYTES)
    return song_from_json(upgraded(written, manifest.whole("schema", 1)), name)


def _whole_song(archive: zipfile.ZipFile, manifest: Fields, name: str) -> Song | None:
    """The song, if what holds it is as it was saved, whatever became of the rest."""
    try:
        facts = manifest.inner("members").inner("document.json")
        size = facts.whole("size", 0, limits.DOCUMENT_JSON_BYTES)
        data = member_bytes(archive, "document.json", size, name)
        if len(data) != size or _sha256(data) != facts.text("sha256"):
            return None
        song = _song(data, manifest, name)
    except UnreadableFile:
        return None
    return None if check(song) else song


def verify(path: Path, progress: Progress | None = None) -> None:
    """Read every member of a written file and hold it against the manifest; OSError when one differs."""
    try:
        with opened_zip(path, path.name) as archive:
            _verified(archive, _manifest(archive, path.name), path.name, progress or Progress(), keeps=False)
    except UnreadableFile as problem:
        raise OSError(f"the disk gave back something else than was written ({problem.message})") from problem


def pack(listed: Mapping[str, bytes], document: Document, stream: IO[bytes], progress: Progress) -> None:
    """The zip's bytes: equal documents give equal bytes."""
    digests: Json = {name: {"sha256": _sha256(data), "size": len(data)} for name, data in listed.items()}
    manifest = {"schema": SCHEMA, "program": VERSION, "uuid": document.uuid, "revision": document.revision}
    first = {"mimetype": MIMETYPE, "manifest.json": dumped({**manifest, "members": digests})}
    done, total = 0, sum(map(len, listed.values())) or 1
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in {**first, **listed}.items():
            progress.stop_if_cancelled()
            progress.report(done, total, tr("Saving"))
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            is_stored = name == "mimetype" or name.startswith("audio/")
            entry.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
            done += len(data)


def members(document: Document) -> dict[str, bytes]:
    """Every member but the first two, in the file's order."""
    found = {"document.json": dumped(song_to_json(document.song))} | beside(document)
    for digest in sorted(document.sounds):
        if digest != _sha256(document.sounds[digest]):
            raise ValueError(f"the sound {digest} is kept under a false name")
        found[f"audio/{digest}.wav"] = document.sounds[digest]
    odd = [name for name in found if not _MEMBER.fullmatch(name) or ".." in name]
    if odd:
        raise ValueError(f"{odd[0]!r} cannot be a member of a project")
    return found


def beside(document: Document) -> dict[str, bytes]:
    """The members for what is kept beside the song: takes and extras."""
    found = {f"takes/{number:04}.json": dumped(take) for number, take in enumerate(document.takes, 1)}
    return found | {name: document.extras[name] for name in sorted(document.extras)}


def _manifest(archive: zipfile.ZipFile, name: str) -> Fields:
    """The manifest, once it is certain that the file is ours and not newer than we are."""
    entries = archive.infolist()
    if not entries or entries[0].filename != "mimetype" or member_bytes(archive, "mimetype", 256, name) != MIMETYPE:
        raise UnreadableFile(
            tr("«{name}» is not a Ricercar project.", name=name), tr("Choose a file that ends in {suffix}.", suffix=SUFFIX)
        )
    value = load_json(member_bytes(archive, "manifest.json", limits.JSON_BYTES, name), name)
    manifest = Fields(value if isinstance(value, dict) else {}, "manifest", name)
    schema = manifest.whole("schema", 1)
    if schema > SCHEMA:
        raise UnreadableFile(
            tr(
                "«{name}» was made by Ricercar {words} (schema {schema}); this one reads up to schema {known}.",
                name=name,
                words=manifest.text("program")[:20],
                schema=schema,
                known=SCHEMA,
            ),
            tr("Update Ricercar; the file is unchanged."),
        )
    return manifest


def _verified(archive: zipfile.ZipFile, manifest: Fields, name: str, progress: Progress, keeps: bool = True) -> dict[str, bytes]:
    """The members the manifest lists, each of the size and SHA-256 it says; `keeps` False only checks."""
    listed = manifest.inner("members")
    there = [entry for entry in archive.infolist() if entry.filename not in ("mimetype", "manifest.json")]
    if {entry.filename for entry in there} != set(listed.values):
        raise UnreadableFile(tr("«{name}» has other parts than its manifest says.", name=name), tr(_AGAIN))
    total, done = sum(entry.file_size for entry in there) or 1, 0
    plain = audio = 0
    kept = {}
    for entry in there:
        progress.stop_if_cancelled()
        progress.report(done, total, tr("Checking") if not keeps else tr("Reading"))
        if not _MEMBER.fullmatch(entry.filename) or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile(
                tr("«{name}»: its part «{filename}» is none of ours.", name=name, filename=shown(entry.filename)), tr(_AGAIN)
            )
        facts = listed.inner(entry.filename)
        size, digest = facts.whole("size"), facts.text("sha256")
        data = member_bytes(archive, entry.filename, min(size, limits.ZIP_AUDIO_BYTES), name)
        if len(data) != size or _sha256(data) != digest:
            raise UnreadableFile(
                tr("«{name}»: its part «{filename}» is not what was saved.", name=name, filename=shown(entry.filename)),
                tr(_AGAIN),
            )
        is_audio = entry.filename.startswith("audio/")
        plain, audio = plain + size * (not is_audio), audio + size * is_audio
        if plain > limits.ZIP_BYTES or plain + audio > limits.ZIP_AUDIO_BYTES:
            raise UnreadableFile(tr("«{name}» unpacks to more than is allowed.", name=name), tr(_AGAIN))
        if keeps:
            kept[entry.filename] = data
        done += size
    if "document.json" not in listed.values:
        raise UnreadableFile(tr("«{name}» has no song in it.", name=name), tr(_AGAIN))
    return kept


def with_members(document: Document, members: Mapping[str, bytes], name: str) -> Document:
    """The document with these members for its sounds, takes and extras; UnreadableFile for any that is none of ours."""
    sounds, takes, extras = {}, [], {}
    for member, data in members.items():
        if found := _SOUND.fullmatch(member):
            if found[1] != _sha256(data):
                raise UnreadableFile(
                    tr("«{name}»: the sound «{member}» is another than its name says.", name=name, member=member), tr(_AGAIN)
                )
            sounds[found[1]] = data
        elif _TAKE.fullmatch(member):
            take = load_json(data, f"{name}/{member}")
            if not isinstance(take, dict):
                raise UnreadableFile(tr("«{name}»: «{member}» is no take.", name=name, member=member), tr(_AGAIN))
            takes.append(take)
        elif _KEPT.fullmatch(member):
            extras[member] = data
        else:
            raise UnreadableFile(
                tr("«{name}»: its part «{member}» is none of ours.", name=name, member=shown(member)), tr(_AGAIN)
            )
    return replace(document, sounds=sounds, takes=tuple(takes), extras=extras)


def unpack_sounds(document: Document, folder: Path) -> dict[str, Path]:
    """Write the document's sounds into a folder that exists; the file of each by its SHA-256, as playing wants them."""
    placed = {}
    for digest, data in document.sounds.items():
        placed[digest] = folder / f"{digest}.wav"
        placed[digest].write_bytes(data)
    return placed


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

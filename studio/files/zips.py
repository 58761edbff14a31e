"""Zip archives of others, read by name within limits: no path tricks, no double names, no bombs."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path
from typing import IO

from studio.errors import UnreadableFile
from studio.files import limits
from studio.words import mark, tr

_AGAIN = mark("Ask for the file again, or open an earlier version.")
_ENCRYPTED = 0x1
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, LZMAError)


def opened_zip(source: IO[bytes] | Path, name: str) -> zipfile.ZipFile:
    """The archive, its directory checked; UnreadableFile says what is wrong with it."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, UnicodeDecodeError) as problem:
        raise UnreadableFile(tr("«{name}» is not a whole zip archive.", name=name), tr(_AGAIN)) from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnreadableFile(
            tr("«{name}» could not be read: {reason}.", name=name, reason=reason), tr("Check that it exists and may be read.")
        ) from problem
    try:
        _check_directory(archive.infolist(), name)
    except UnreadableFile:
        archive.close()
        raise
    return archive


def member_bytes(archive: zipfile.ZipFile, member: str, limit: int, name: str) -> bytes:
    """A member unpacked, counted while reading; its CRC is checked."""
    with member_stream(archive, member, name) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise UnreadableFile(
            tr(
                "«{name}»: its part «{member}» unpacks to more than {limit} MiB.",
                name=name,
                member=shown(member),
                limit=limit // limits.MIB,
            ),
            tr(_AGAIN),
        )
    return data


@contextmanager
def member_stream(archive: zipfile.ZipFile, member: str, name: str) -> Iterator[IO[bytes]]:
    """A member, to be unpacked little by little; UnreadableFile where it is not there or damaged, then or later."""
    try:
        with archive.open(member) as stream:
            yield stream
    except KeyError:
        raise UnreadableFile(tr("«{name}» has no «{member}» in it.", name=name, member=shown(member)), tr(_AGAIN)) from None
    except _DAMAGE as problem:
        raise UnreadableFile(
            tr("«{name}»: its part «{member}» is damaged.", name=name, member=shown(member)), tr(_AGAIN)
        ) from problem


def shown(member: str) -> str:
    """A member's name as a message can show it: one line, not too long."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "?", member[:80])


def _check_directory(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > limits.ZIP_MEMBERS:
        raise UnreadableFile(
            tr("«{name}» holds {count} parts; {most} are allowed.", name=name, count=len(entries), most=limits.ZIP_MEMBERS),
            tr(_AGAIN),
        )
    seen: set[str] = set()
    packed = audio = 0
    for entry in entries:
        member = entry.filename
        if member in seen:
            raise UnreadableFile(tr("«{name}» holds «{member}» twice.", name=name, member=shown(member)), tr(_AGAIN))
        seen.add(member)
        if re.match(r"[A-Za-z]:|[/\\]", member) or ".." in re.split(r"[/\\]", member):
            raise UnreadableFile(
                tr("«{name}» holds a part that points outside it («{member}»).", name=name, member=shown(member)), tr(_AGAIN)
            )
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & _ENCRYPTED:
            raise UnreadableFile(
                tr("«{name}»: its part «{member}» is a link or locked with a password.", name=name, member=shown(member)),
                tr(_AGAIN),
            )
        is_audio = member.startswith("audio/")
        packed, audio = packed + entry.file_size * (not is_audio), audio + entry.file_size * is_audio
    if packed > limits.ZIP_BYTES or packed + audio > limits.ZIP_AUDIO_BYTES:
        raise UnreadableFile(
            tr("«{name}» would unpack to {packed} MiB, more than is allowed.", name=name, packed=(packed + audio) // limits.MIB),
            tr(_AGAIN),
        )

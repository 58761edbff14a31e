"""Zip archives of others, read by name within limits: no path tricks, no double names, no bombs."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path
from typing import IO

from studio.errors import UnreadableFile
from studio.files import limits

_AGAIN = "Ask for the file again, or open an earlier version."
_ENCRYPTED = 0x1


def opened_zip(source: IO[bytes] | Path, name: str) -> zipfile.ZipFile:
    """The archive, its directory checked; UnreadableFile says what is wrong with it."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, UnicodeDecodeError) as problem:
        raise UnreadableFile(f"«{name}» is not a whole zip archive.", _AGAIN) from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnreadableFile(f"«{name}» could not be read: {reason}.", "Check that it exists and may be read.") from problem
    try:
        _check_directory(archive.infolist(), name)
    except UnreadableFile:
        archive.close()
        raise
    return archive


def member_bytes(archive: zipfile.ZipFile, member: str, limit: int, name: str) -> bytes:
    """A member unpacked, counted while reading; its CRC is checked."""
    try:
        with archive.open(member) as stream:
            data = stream.read(limit + 1)
    except KeyError:
        raise UnreadableFile(f"«{name}» has no «{member}» in it.", _AGAIN) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as problem:
        raise UnreadableFile(f"«{name}»: its part «{member}» is damaged.", _AGAIN) from problem
    if len(data) > limit:
        raise UnreadableFile(f"«{name}»: its part «{member}» unpacks to more than {limit // limits.MIB} MiB.", _AGAIN)
    return data


def _check_directory(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > limits.ZIP_MEMBERS:
        raise UnreadableFile(f"«{name}» holds {len(entries)} parts; {limits.ZIP_MEMBERS} are allowed.", _AGAIN)
    seen: set[str] = set()
    packed = audio = 0
    for entry in entries:
        member = entry.filename
        if member in seen:
            raise UnreadableFile(f"«{name}» holds «{member}» twice.", _AGAIN)
        seen.add(member)
        if re.match(r"[A-Za-z]:|[/\\]", member) or ".." in re.split(r"[/\\]", member):
            raise UnreadableFile(f"«{name}» holds a part that points outside it («{member[:80]}»).", _AGAIN)
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & _ENCRYPTED:
            raise UnreadableFile(f"«{name}»: its part «{member[:80]}» is a link or locked with a password.", _AGAIN)
        is_audio = member.startswith("audio/")
        packed, audio = packed + entry.file_size * (not is_audio), audio + entry.file_size * is_audio
    if packed > limits.ZIP_BYTES or packed + audio > limits.ZIP_AUDIO_BYTES:
        raise UnreadableFile(f"«{name}» would unpack to {(packed + audio) // limits.MIB} MiB, more than is allowed.", _AGAIN)

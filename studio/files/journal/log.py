"""A log: records appended to one file, each with its length and a checksum, so that what a crash tore off is known for torn.

A record is a kind (one letter), the length of what it holds, a CRC-32 over both and the content, the content. Appending is one
write: a program that is killed leaves whole records and at most a torn last one. Nothing is ever changed in place.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from studio.files.journal.disk import Disk, File

NAME = b"RICERCAR JOURNAL "
HEAD = NAME + b"1\n"
_FRAME = struct.Struct("<cII")
LARGEST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Record:
    kind: bytes
    content: bytes


class Log:
    """A log that is appended to."""

    def __init__(self, file: File, size: int) -> None:
        self._file = file
        self.size = size

    @classmethod
    def begun(cls, disk: Disk, name: str, records: list[Record]) -> Log:
        """A new file with these records."""
        log = cls(disk.created(name), 0)
        log._write(HEAD + b"".join(map(framed, records)))
        return log

    @classmethod
    def continued(cls, disk: Disk, name: str, size: int) -> Log:
        """The file that is there, cut to its first `size` bytes, which are whole records."""
        return cls(disk.continued(name, size), size)

    def append(self, record: Record) -> None:
        self._write(framed(record))

    def sync(self) -> None:
        """What was appended is safe from a power cut when this returns; may be called from another thread."""
        self._file.sync()

    def close(self) -> None:
        self._file.close()

    def _write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError:
            self._file.cut(self.size)  # half a record would hide all that come after it
            raise
        self.size += len(data)


def framed(record: Record) -> bytes:
    return _FRAME.pack(record.kind, len(record.content), _sum(record.kind, record.content)) + record.content


def is_from_newer(data: bytes) -> bool:
    """Whether a log says of itself that it is of a form that this program does not know."""
    return data.startswith(NAME) and b"\n" in data[: len(NAME) + 9] and not data.startswith(HEAD)


def read(data: bytes) -> Iterator[tuple[Record, int]]:
    """The whole records at the beginning of a log's bytes, each with where it ends; nothing for bytes that are no log."""
    if not data.startswith(HEAD):
        return
    at = len(HEAD)
    while at + _FRAME.size <= len(data):
        kind, length, checksum = _FRAME.unpack_from(data, at)
        end = at + _FRAME.size + length
        if length > LARGEST_BYTES or end > len(data):
            return
        content = data[at + _FRAME.size : end]
        if _sum(kind, content) != checksum:
            return
        yield Record(kind, content), end
        at = end


def _sum(kind: bytes, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(kind + len(content).to_bytes(4, "little")))

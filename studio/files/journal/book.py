"""A document's journal: a base and the edits since, in a folder of their own (reliability.md R6 to R8).

A base is a whole project file, a log holds the rows of the edits after it; the two carry the number of a generation. A new
generation begins when the document was saved, or when the log has grown long: first its base is written and made safe, then
its log with the rows that came meanwhile, and only when that is safe too is the generation before removed. So at every moment
one whole generation is there, and recovery takes the newest that is.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from studio import VERSION
from studio.errors import UnreadableFile, UnwritableFile
from studio.files import project
from studio.files.journal.disk import Disk, Readable
from studio.files.journal.log import Log, Record, is_from_newer, read
from studio.files.journal.rows import Replay, encoded
from studio.files.project import SCHEMA, Document
from studio.jobs.progress import Progress
from studio.song.check import check
from studio.song.song import Song
from studio.words import mark, tr

COPIED_BYTES = 1 << 20
BASE, LOG, TORN = "base-{}.ricercar", "edits-{}.log", "torn-{}-{}.bin"
_LOG_NAME = re.compile(r"edits-(\d{1,9})\.log")
FACTS, EDIT, BESIDE, INTENT, CLOSED = b"F", b"E", b"M", b"S", b"C"
"""Kinds of records: what the log belongs to (always first), an edit, what is kept beside the song, a file is about to be
swapped in, the document was closed."""


class NewerJournal(UnreadableFile):
    """A journal that a newer program wrote: it is left as it is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a log says of itself in its first record. `carried` rows follow at once, or the log is not whole."""

    uuid: str
    title: str
    path: str
    """The user's file; empty for a document that was never saved."""
    is_saved: bool
    """Whether the base is what that file holds."""
    carried: int = 0
    schema: int = SCHEMA
    program: str = VERSION
    begun: float = 0.0
    digest: str = ""
    """The SHA-256 of the user's file as it was last read or written by us; empty where that is not known."""
    folded: int = 0
    """How many edits since the last save are in the base already."""
    base_bytes: int = -1
    """How large the base is; -1 where that is not known."""


@dataclass(frozen=True, slots=True)
class Written:
    """A log as it was read: its facts, each edit's row, label and time, what is beside the song, and how it ended."""

    generation: int
    facts: Facts
    rows: tuple[bytes, ...] = ()
    labels: tuple[str, ...] = ()
    times: tuple[float, ...] = ()
    beside: Mapping[str, bytes] | None = None
    intended: tuple[str, ...] = ()
    """The SHA-256 of files that were about to be swapped in."""
    is_closed: bool = False
    size: int = 0
    """How many bytes of the file are whole records."""
    torn: int = 0
    """How many bytes stand behind those."""

    @property
    def last_time(self) -> float:
        return self.times[-1] if self.times else self.facts.begun


@dataclass(eq=False)
class Book:
    """The journal of one open document, for any threads: whoever records waits at most for another record to be handed over."""

    disk: Disk
    generation: int
    facts: Facts
    _log: Log
    seq: int = 0
    """How many edits this log holds."""
    _records: list[Record] = field(default_factory=list)
    """Its records, as far as a generation to come may have to carry them."""
    _before: int = 0
    """How many records were made before those, in earlier generations."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _folding: threading.Lock = field(default_factory=threading.Lock)
    _superseded: list[int] = field(default_factory=list)
    _unsafe_base: str = ""
    """The base's name as long as it was not synced."""
    _is_closed: bool = False

    @classmethod
    def begin(cls, disk: Disk, document: Document, path: Path | None, *, is_saved: bool, digest: str = "") -> Book:
        """A new journal whose base is the document, `digest` that of its file; UnwritableFile when the disk refuses.

        It does not wait for the disk: a kill costs nothing from here on, a power cut after the next `make_safe`.
        """
        with _told():
            there = [int(found[1]) for name in disk.names() if (found := _LOG_NAME.fullmatch(name))]
            generation = max(there, default=-1) + 1
            held = BytesIO()
            project.pack(project.members(document), document, held, Progress())
            base = held.getvalue()
            file = disk.created(BASE.format(generation))
            try:
                file.write(base)
            finally:
                file.close()
            facts = replace(_facts_of(document, path, is_saved), digest=digest, base_bytes=len(base))
            book = cls(disk, generation, facts, Log.begun(disk, LOG.format(generation), [_facts_record(facts)]))
            book._superseded, book._unsafe_base = there, BASE.format(generation)
        return book

    @classmethod
    def go_on(cls, disk: Disk) -> tuple[Book, Document]:
        """The journal that is there, to be continued, and the document it leads to; see `recovered`."""
        written = newest(disk)
        document = recovered(disk, written)
        return cls.continued(disk, written), document

    @classmethod
    def continued(cls, disk: Disk, written: Written) -> Book:
        """The journal that was read, to be continued; UnwritableFile when the disk refuses. What stands behind its last whole
        record can never be part of it again, and is put aside in a file of its own."""
        name = LOG.format(written.generation)
        with _told():
            data = disk.read(name)
            if data[written.size :]:
                aside = disk.created(TORN.format(written.generation, int(time.time())))
                try:
                    aside.write(data[written.size :])
                finally:
                    aside.close()
            log = Log.continued(disk, name, written.size)
        book = cls(disk, written.generation, written.facts, log, len(written.rows))
        book._records = [record for record, _ in read(data[: written.size])][1:]
        return book

    def record(self, before: Song, after: Song, label: str) -> None:
        """One edit: in the system's hands when this returns; UnwritableFile when it is not."""
        words = label.encode("utf-8", "replace")[:2000]
        head = json.dumps([time.time(), len(words)]).encode() + b"\n"
        self._append(Record(EDIT, head + words + encoded(before, after)))
        self.seq += 1

    def record_beside(self, members: Mapping[str, bytes]) -> None:
        """What is kept beside the song now, as members of a project file; takes the place of what was."""
        sizes = json.dumps({name: len(data) for name, data in members.items()}).encode()
        self._append(Record(BESIDE, sizes + b"\n" + b"".join(members.values())))

    def record_intent(self, digest: str) -> None:
        """The user's file is about to be another one, of this SHA-256."""
        self._append(Record(INTENT, digest.encode()))

    def close(self, *, in_order: bool) -> None:
        """The document was left: in order when the user did so, knowing what is saved."""
        try:
            if in_order:
                self._append(Record(CLOSED, b""))
                self.make_safe()
        finally:
            with self._lock:
                if not self._is_closed:
                    self._is_closed = True
                    self._log.close()

    # A new generation

    @property
    def mark(self) -> int:
        """How many records there have been: hand it to `fold` with the document as it is now."""
        return self._before + len(self._records)

    def fold(
        self, document: Document, mark: int, path: Path | None, *, is_saved: bool, digest: str = "", saved: Path | None = None
    ) -> None:
        """Begin a generation whose base is the document as it was at `mark`; records since then are carried over.

        It takes as long as writing the document does, without holding up whoever records meanwhile. Where the document was
        just `saved` as a file of this digest, that file is copied and nothing is made anew.
        """
        with self._folding:
            if mark < self._before:
                return  # a later state is the base already
            size = 0

            def fill(stream: IO[bytes]) -> None:
                nonlocal size
                _put_base(stream, document, saved, digest)
                size = stream.tell()

            with _told():
                self.disk.replaced(BASE.format(self.generation + 1), fill)
            facts = replace(_facts_of(document, path, is_saved), digest=digest, base_bytes=size)
            with self._lock, _told():
                if not self._is_closed:
                    self._adopt(facts, mark)

    def _adopt(self, facts: Facts, mark: int) -> None:
        at = mark - self._before
        done, carried = self._records[:at], self._records[at:]
        if not facts.is_saved:
            folded = self.facts.folded + sum(record.kind == EDIT for record in done)
            facts = replace(facts, digest=self.facts.digest, folded=folded)
            # neither the base nor its facts have these
            carried = [record for record in done if record.kind == BESIDE][-1:] + carried
            carried = [record for record in done if record.kind == INTENT] + carried
        facts = replace(facts, carried=len(carried))
        log = Log.begun(self.disk, LOG.format(self.generation + 1), [_facts_record(facts), *carried])
        self._log.close()
        self._superseded.append(self.generation)
        self._unsafe_base = ""
        self.generation, self.facts, self._log = self.generation + 1, facts, log
        self._before, self._records = self.mark - len(carried), list(carried)
        self.seq = sum(record.kind == EDIT for record in carried)

    @property
    def bytes_logged(self) -> int:
        return self._log.size

    def make_safe(self) -> None:
        """All that was recorded is safe from a power cut when this returns; generations that are not needed any more go.

        To be called about a second after an edit, from a thread that may wait for the disk.
        """
        with self._folding, _told():
            if self._is_closed:
                return
            log, superseded = self._log, list(self._superseded)
            if self._unsafe_base:
                self.disk.sync(self._unsafe_base)
                self._unsafe_base = ""
            log.sync()
            self.disk.sync_names()
            for generation in superseded:
                self.disk.remove(LOG.format(generation))
                self.disk.remove(BASE.format(generation))
            self._superseded = [generation for generation in self._superseded if generation not in superseded]

    def _append(self, record: Record) -> None:
        with self._lock, _told():
            self._log.append(record)
            self._records.append(record)


# Reading


def newest(disk: Readable) -> Written:
    """The newest generation whose log is whole; UnreadableFile when there is none."""
    with _told():
        found = sorted((int(match[1]) for name in disk.names() if (match := _LOG_NAME.fullmatch(name))), reverse=True)
        is_newer = False
        for generation in found:
            data = disk.read(LOG.format(generation))
            written = _written(generation, data)
            if written is not None and _has_base(disk, written):
                return written
            is_newer = is_newer or is_from_newer(data)
    if is_newer:
        raise NewerJournal(tr("The journal was written by a newer Ricercar."), tr("Update Ricercar."))
    if found:
        raise UnreadableFile(tr("The journal's beginning is damaged."), tr(_AGAIN))
    raise UnreadableFile(tr("The folder holds no journal."), tr(_AGAIN))


def recovered(disk: Readable, written: Written, progress: Progress | None = None) -> Document:
    """The document the journal leads to; UnreadableFile where base or rows are damaged or contradict themselves."""
    watched = progress or Progress()
    if written.facts.schema > SCHEMA:
        raise NewerJournal(
            tr("The journal was written by Ricercar {version}.", version=written.facts.program[:20]), tr("Update Ricercar.")
        )
    with _told():
        data = disk.read(BASE.format(written.generation))
    base = project.read_bytes(data, tr("the journal's base"), watched, may_be_faulty=True)
    replay = Replay(base.song, written.facts.schema)
    for row in written.rows:
        watched.stop_if_cancelled()
        replay.take(row)
    song = replay.song
    document = replace(base.with_song(song), faults=check(song))  # a failing self-check never costs the work (R12)
    if written.beside is None:
        return document
    return replace(project.with_members(document, written.beside, tr("the journal")), sounds=base.sounds)


def _written(generation: int, data: bytes) -> Written | None:
    """What a log's bytes say; None for one whose beginning is not whole."""
    rows, labels, times, intended = [], [], [], []
    facts: Facts | None = None
    beside: Mapping[str, bytes] | None = None
    count = size = 0
    is_closed = False
    with suppress(ValueError, TypeError, KeyError):  # whole bytes that say nothing: what stands before them counts
        for record, end in read(data):
            if facts is None:
                facts = _facts(record)
            elif record.kind == EDIT:
                moment, label, row = _edit(record.content)
                times.append(moment)
                labels.append(label)
                rows.append(row)
            elif record.kind == BESIDE:
                beside = _members(record.content)
            elif record.kind == INTENT:
                intended.append(record.content.decode("ascii", "replace"))
            is_closed = record.kind == CLOSED
            count, size = count + 1, end
    if facts is None or count - 1 < facts.carried:
        return None
    return Written(
        generation,
        facts,
        tuple(rows),
        tuple(labels),
        tuple(times),
        beside,
        tuple(intended),
        is_closed,
        size,
        len(data) - size,
    )


def _facts(record: Record) -> Facts:
    if record.kind != FACTS:
        raise ValueError("a log begins with its facts")
    said: dict[str, Any] = json.loads(record.content)
    return Facts(
        str(said["uuid"]),
        str(said["title"]),
        str(said["path"]),
        bool(said["is_saved"]),
        int(said["carried"]),
        int(said["schema"]),
        str(said["program"]),
        float(said["begun"]),
        str(said.get("digest", "")),
        int(said.get("folded", 0)),
        int(said.get("base_bytes", -1)),
    )


def _edit(content: bytes) -> tuple[float, str, bytes]:
    head, _, rest = content.partition(b"\n")
    moment, length = json.loads(head)
    return float(moment), rest[:length].decode("utf-8", "replace"), rest[length:]


def _members(content: bytes) -> Mapping[str, bytes]:
    head, _, rest = content.partition(b"\n")
    found, at = {}, 0
    for name, size in json.loads(head).items():
        found[str(name)] = rest[at : at + size]
        at += size
    return found


def _facts_of(document: Document, path: Path | None, is_saved: bool) -> Facts:
    place = "" if path is None else str(path.absolute())
    return Facts(document.uuid, document.song.title, place, is_saved, begun=time.time())


def _facts_record(facts: Facts) -> Record:
    return Record(FACTS, json.dumps({name: getattr(facts, name) for name in Facts.__slots__}).encode())


def _has_base(disk: Readable, written: Written) -> bool:
    name, expected = BASE.format(written.generation), written.facts.base_bytes
    return name in disk.names() and expected in (-1, disk.size(name))


def _put_base(stream: IO[bytes], document: Document, saved: Path | None, digest: str) -> None:
    """The document as a whole project file: copied where it was saved as one, unless that is another by now."""
    if saved is not None and digest:
        copied = hashlib.sha256()
        with suppress(OSError), saved.open("rb") as source:
            while part := source.read(COPIED_BYTES):
                copied.update(part)
                stream.write(part)
        if copied.hexdigest() == digest:
            return
        stream.seek(0)
        stream.truncate()
    project.pack(project.members(document), document, stream, Progress())


@contextmanager
def _told() -> Iterator[None]:
    """What the disk refuses, in a sentence."""
    try:
        yield
    except OSError as problem:
        raise UnwritableFile(
            tr("The recovery journal could not be used: {reason}.", reason=problem.strerror or problem),
            tr("Save often; free some space."),
        ) from problem


_AGAIN = mark("What was saved is all there.")

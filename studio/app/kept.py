"""Kept: an open document with what keeps it from being lost: its journal, and the right to write its file."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from studio.errors import RicercarError
from studio.files.journal.book import Book, newest
from studio.files.journal.disk import Folder
from studio.files.journal.holding import Claim, Hold
from studio.files.project import Document
from studio.song.song import Song

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Kept:
    """A document that is ready to be shown. Its journal may begin a moment later; edits wait for it meanwhile."""

    document: Document
    path: Path | None
    book: Book | None = None
    journal: Hold | None = None
    file: Claim | None = None
    digest: str = ""
    """The SHA-256 of the user's file as we last read or wrote it; empty where there is none or that is not known."""
    intended: set[str] = field(default_factory=set)
    """Those of files that were about to be swapped in since then: what stands there with one of them is ours too."""
    remark: str = ""
    """What is not as it should be, in a sentence."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: list[tuple[Song, Song, str]] | None = None
    """Edits made while the journal is being begun; None when it is not."""
    begun: threading.Event = field(default_factory=threading.Event)
    """Set when it was begun, or could not be."""
    is_elsewhere: bool = True
    """Whether it can be had again from where it came."""
    is_told: bool = False
    """Whether it was said that there is no journal."""
    tried: float = 0.0
    """When beginning one was last tried, on the monotonic clock."""
    is_folding: bool = False
    is_left: bool = False
    _broken: list[Folder] = field(default_factory=list)
    """Journals that could not be written any more; what they hold is in a later one, or in the file."""

    def knows(self, digest: str) -> bool:
        """Whether a file of this SHA-256 holds what we read or wrote."""
        return not self.digest or digest == self.digest or digest in self.intended

    def intend(self, digest: str) -> None:
        """A file of this SHA-256 is about to be swapped in; in the journal too, for a crash in the middle of it."""
        self.intended.add(digest)
        if self.book is not None:
            with suppress(RicercarError, OSError):  # a journal that fails is dealt with by the next edit
                self.book.record_intent(digest)

    def let_go(self, *, in_order: bool) -> None:
        """The document is left."""
        self.is_left = True
        self.stop_journal(in_order=in_order)
        if in_order:
            self.close_broken()
        if self.file is not None:
            self.file.release()

    def stop_journal(self, *, in_order: bool) -> None:
        """Nothing is recorded any more; what was stays on the shelf."""
        book, hold = self.book, self.journal
        self.book = self.journal = None
        if book is not None:
            try:
                book.close(in_order=in_order)
            except (RicercarError, OSError) as problem:
                log.warning("journal: %s", problem)
        if hold is not None:
            hold.release()

    def set_aside(self) -> None:
        """The journal cannot be written any more: one with a gap is worth less than none, since rows after it would not fit."""
        if self.book is not None and isinstance(self.book.disk, Folder):
            self._broken.append(self.book.disk)
        self.stop_journal(in_order=False)

    def close_broken(self) -> None:
        """What the broken journals hold is safe elsewhere: they need not be offered."""
        while self._broken:
            disk = self._broken.pop()
            try:
                Book.continued(disk, newest(disk)).close(in_order=True)
            except (RicercarError, OSError) as problem:
                log.warning("journal: %s", problem)


@dataclass(frozen=True, slots=True)
class Standing:
    """A document, and where its journal stood when it was looked at; for what is saved later."""

    kept: Kept | None
    mark: int = 0

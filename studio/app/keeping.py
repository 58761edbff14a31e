"""Keeping: every edit goes into the document's journal before anything shows it, so that a crash costs none (R6, R8).

`Keeping` listens to the session before all others. What takes long (writing bases, waiting for the disk, what is beside the
song) is done by one thread of its own.
"""

from __future__ import annotations

import logging
import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from studio.errors import RicercarError, UnreadableFile
from studio.events import Signal
from studio.files.journal.book import Book
from studio.files.journal.disk import Folder
from studio.files.journal.holding import Hold, held, lock_of
from studio.files.journal.shelf import Kept as Recoverable
from studio.files.journal.shelf import Shelf
from studio.files.project import Document
from studio.paths import state_folder
from studio.session import Session
from studio.song.song import Song
from studio.words import tr

log = logging.getLogger(__name__)

SAFE_AFTER_S = 0.5
"""After an edit, before the disk is waited for: at most a second is lost to a power cut."""
PATIENCE_S = 5.0
"""How long leaving a document waits for the disk."""
FOLD_BYTES, FOLD_EDITS = 16 << 20, 20_000
"""A log this long is folded into a new base, so that replaying it stays quick."""


@dataclass(eq=False)
class Kept:
    """A document that is ready to be shown: its journal has begun, and no other window may write its file."""

    document: Document
    path: Path | None
    book: Book | None = None
    journal: Hold | None = None
    file: Hold | None = None
    remark: str = ""
    """What is not as it should be, in a sentence."""

    def let_go(self, *, in_order: bool) -> None:
        """The document is left."""
        self.stop_journal(in_order=in_order)
        if self.file is not None:
            self.file.release()

    def stop_journal(self, *, in_order: bool) -> None:
        """Nothing is recorded any more; what was stays on the shelf."""
        if self.book is not None:
            try:
                self.book.close(in_order=in_order)
            except RicercarError as problem:
                log.warning("journal: %s", problem)
        if self.journal is not None:
            self.journal.release()
        self.book = self.journal = None


class Keeping:
    """`failed(sentence)` is emitted once for a document when its journal cannot be written any more."""

    def __init__(self, session: Session, shelf: Shelf | None = None, locks: Path | None = None) -> None:
        self._session = session
        self.shelf = shelf or Shelf()
        self._locks = locks or state_folder() / "locks"
        self._kept: Kept | None = None
        self._history: object = None
        self._work: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._is_due, self._hurry = threading.Event(), threading.Event()
        self._is_over = False
        self.failed: Signal[str] = Signal()
        self._trouble = ""
        session.song_changed.listen(self._changed)
        self._thread = threading.Thread(target=self._live, name="journal", daemon=True)
        self._thread.start()

    # Beginning and leaving

    def prepared(self, document: Document, path: Path | None, *, is_saved: bool) -> Kept:
        """Begin the journal of a document that is about to be shown; may be called from any thread.

        A file that another window has open becomes a copy without a place; a disk that refuses costs the journal, and both
        are said in `remark`.
        """
        kept = Kept(document, path)
        if path is not None and not self._claim(kept, path):
            kept.document, kept.path = replace(document, uuid=str(uuid.uuid4())), None
            kept.remark = tr("«{name}» is open in another window, so this is a copy: save it under another name.", name=path.name)
        try:
            folder = self.shelf.place(kept.document.uuid)
            kept.journal = self.shelf.hold(folder)
            kept.book = Book.begin(Folder(folder), kept.document, kept.path, is_saved=is_saved)
        except (RicercarError, OSError, ValueError) as problem:
            kept.remark = tr("Recovery is off for this song, so save often: {reason}", reason=str(problem))
        return kept

    def recovered(self, found: Recoverable) -> Kept:
        """What a journal on the shelf leads to, and the journal to go on with; UnreadableFile where it leads nowhere.

        May be called from any thread. A journal that failed twice is set aside, so that it is not offered for ever.
        """
        hold = self.shelf.hold(found.folder)
        if hold is None:
            raise UnreadableFile(tr("«{title}» is open in another window.", title=found.written.facts.title), "")
        try:
            book, document = Book.go_on(Folder(found.folder))
        except RicercarError:
            hold.release()
            self.shelf.failed(found)
            raise
        path = Path(found.written.facts.path) if found.written.facts.path else None
        kept = Kept(document, path, book, hold)
        if path is not None and not self._claim(kept, path):
            kept.path, kept.remark = None, tr("«{name}» is open in another window, so this is a copy.", name=path.name)
        return kept

    def adopt(self, kept: Kept) -> None:
        """This document is the one that is shown now; the one before was left in order."""
        if self._kept is not None:
            self._finish()
            self._kept.let_go(in_order=True)
        self._kept, self._history, self._trouble = kept, self._session.history, ""
        if kept.remark:
            self._session.say(kept.remark, is_error=True)

    def close(self, *, in_order: bool) -> None:
        """The window closes."""
        self._is_over = True
        self._finish()
        self._thread.join(PATIENCE_S)
        if self._kept is not None:
            self._kept.let_go(in_order=in_order)
            self._kept = None

    def may_write(self, path: Path) -> str:
        """Why the document may not be saved there; empty when it may, and then no other window may any more."""
        kept = self._kept
        if kept is None or path == kept.path:
            return ""
        claim = Kept(kept.document, path)
        if not self._claim(claim, path):
            return tr("«{name}» is open in another window. Choose another name.", name=path.name)
        if kept.file is not None:
            kept.file.release()
        kept.file, kept.path = claim.file, path
        return ""

    # While it is open

    @property
    def mark(self) -> int:
        """Where the journal stands: hand it to `saved` with what was saved."""
        return self._kept.book.mark if self._kept is not None and self._kept.book is not None else 0

    def saved(self, document: Document, mark: int, path: Path) -> None:
        """The file now holds the document, as it was at `mark`; called from the thread that wrote it."""
        kept = self._kept
        if kept is None or kept.book is None:
            return
        kept.document = document
        try:
            kept.book.fold(document, mark, path, is_saved=True)
        except RicercarError as problem:
            self._trouble = str(problem)
        self._is_due.set()

    def keep_beside(self, members: Callable[[], Mapping[str, bytes]]) -> None:
        """What is kept beside the song now: made by `members` and recorded, both soon and on the journal's thread."""
        book = None if self._kept is None else self._kept.book
        if book is not None:
            self._work.put(lambda: book.record_beside(members()))
            self._is_due.set()

    def _changed(self, before: Song, after: Song) -> None:
        kept = self._kept
        if kept is None or kept.book is None or self._session.history is not self._history:
            return
        try:
            kept.book.record(before, after, self._session.history.undo_label or "")
        except RicercarError as problem:
            self._stop(kept, str(problem))
            return
        if self._trouble:
            self._stop(kept, self._trouble)
            return
        if kept.book.seq > FOLD_EDITS or kept.book.bytes_logged > FOLD_BYTES:
            book, mark = kept.book, kept.book.mark
            document = kept.document.with_song(after)
            self._work.put(lambda: book.fold(document, mark, kept.path, is_saved=False))
        self._is_due.set()

    def _stop(self, kept: Kept, reason: str) -> None:
        """A journal with a gap is worth less than none: rows after it would not fit."""
        kept.stop_journal(in_order=False)  # the file stays ours: no other window may write it
        self.failed.emit(tr("Recovery is off for this song, so save often: {reason}", reason=reason))

    def _claim(self, kept: Kept, path: Path) -> bool:
        try:
            kept.file = held(lock_of(path, self._locks))
        except OSError as problem:
            log.warning("locks: %s", problem)
            return True
        return kept.file is not None

    # The thread

    def _live(self) -> None:
        while not self._is_over:
            self._is_due.wait()
            self._is_due.clear()
            self._hurry.wait(SAFE_AFTER_S)
            try:
                self._drain()
                book = None if self._kept is None else self._kept.book  # it may be gone a moment later
                if book is not None:
                    book.make_safe()
            except (RicercarError, OSError, ValueError) as problem:
                self._trouble = str(problem)
                log.warning("journal: %s", problem)

    def _drain(self) -> None:
        while True:
            try:
                work = self._work.get_nowait()
            except queue.Empty:
                return
            work()

    def _finish(self) -> None:
        """Wait until what was asked of the thread is done."""
        done = threading.Event()
        self._work.put(done.set)
        self._hurry.set()
        self._is_due.set()
        done.wait(PATIENCE_S)
        self._hurry.clear()

"""Keeping: every edit goes into the document's journal before anything shows it, so that a crash costs none (R6, R8).

`Keeping` listens to the session before all others. What takes long (beginning journals, writing bases, waiting for the disk,
what is beside the song) is done by one thread of its own.
"""

from __future__ import annotations

import logging
import queue
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtCore import Signal as QtSignal

from studio.app.kept import Kept, Standing
from studio.errors import RicercarError, UnreadableFile
from studio.events import Signal
from studio.files.journal.book import Book, NewerJournal, newest, recovered
from studio.files.journal.disk import Folder
from studio.files.journal.holding import Claim, Claims
from studio.files.journal.shelf import Kept as Recoverable
from studio.files.journal.shelf import Shelf
from studio.files.project import Document
from studio.paths import state_folder
from studio.session import Session
from studio.song.song import Song
from studio.system import SYSTEM, System
from studio.words import tr

log = logging.getLogger(__name__)

SAFE_AFTER_S = 0.5
"""After an edit, before the disk is waited for: at most a second is lost to a power cut."""
PATIENCE_S = 5.0
"""How long closing the window waits for the disk."""
BEGUN_S = 0.02
"""How long the first edit may wait for its journal to be begun; then it goes into it as soon as it is."""
AGAIN_AFTER_S = 20.0
"""So long after a journal failed, the next edit begins another."""
FOLD_BYTES, FOLD_EDITS = 16 << 20, 20_000
"""A log this long is folded into a new base, so that replaying it stays quick."""


class _Herald(QObject):
    """Carries what the journal's thread has to say to the window's."""

    called = QtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.called.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _hear(self, act: Callable[[], object]) -> None:
        act()


class Keeping:
    """`failed(sentence)` is emitted once when a document's journal cannot be written, `restored(sentence)` when it can again."""

    def __init__(
        self,
        session: Session,
        shelf: Shelf | None = None,
        locks: Path | None = None,
        *,
        system: System = SYSTEM,
        again_after_s: float = AGAIN_AFTER_S,
        fold_edits: int = FOLD_EDITS,
    ) -> None:
        self._session, self.system = session, system
        self.shelf = shelf or Shelf()
        self._claims = Claims(locks or state_folder() / "locks")
        self._again_after_s, self._fold_edits = again_after_s, fold_edits
        self._kept: Kept | None = None
        self._history: object = None
        self._work: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._is_due, self._hurry = threading.Event(), threading.Event()
        self._is_over = False
        self.failed: Signal[str] = Signal()
        self.restored: Signal[str] = Signal()
        self._herald = _Herald()
        session.song_changed.listen(self._changed)
        self._thread = threading.Thread(target=self._live, name="journal", daemon=True)
        self._thread.start()

    # Beginning and leaving

    def prepared(self, document: Document, path: Path | None, *, digest: str = "") -> Kept:
        """Begin the journal of a document that is about to be shown, and that can be had again from where it came; may take
        as long as writing it does, and be called from any thread. `digest`: that of the file at `path` when it was read.

        A file that another window has open becomes a copy without a place; a disk that refuses costs the journal, and both
        are said in `remark`.
        """
        kept = Kept(document, path, digest=digest)
        if path is not None and not self._claim(kept, path):
            kept.document, kept.path, kept.digest = replace(document, uuid=str(uuid.uuid4())), None, ""
            kept.remark = tr("«{name}» is open in another window, so this is a copy: save it under another name.", name=path.name)
        try:
            self._begin(kept, kept.document, is_saved=True)
        except (RicercarError, OSError, ValueError) as problem:
            log.warning("journal: %s", problem)
            kept.remark, kept.is_told = _off_words(str(problem)), True
        return kept

    def recovered(self, found: Recoverable) -> Kept:
        """What a journal on the shelf leads to, and the journal to go on with; UnreadableFile where it leads nowhere.

        May be called from any thread. A journal that failed twice is set aside, so that it is not offered for ever; one that
        a newer program wrote never counts as failed.
        """
        try:
            hold = self.shelf.hold(found.folder)
        except OSError:
            hold = None
        else:
            if hold is None:
                raise UnreadableFile(tr("«{title}» is open in another window.", title=found.written.facts.title), "")
        kept = Kept(Document(Song(), ""), None, journal=hold)
        try:
            disk = Folder(found.folder, self.system)
            written = newest(disk)  # as it is now that nobody else can change it
            kept.document = recovered(disk, written)
        except UnreadableFile as problem:
            kept.stop_journal(in_order=False)
            if not isinstance(problem, NewerJournal):
                self.shelf.failed(found)
            raise
        self.shelf.answered(found, is_so=False)
        kept.path, kept.digest = Path(written.facts.path) if written.facts.path else None, written.facts.digest
        kept.intended = set(written.intended)
        if kept.path is not None and not self._claim(kept, kept.path):
            kept.remark = tr("«{name}» is open in another window, so this is a copy.", name=kept.path.name)
            kept.path, kept.digest = None, ""
        if kept.document.faults:
            kept.remark = tr("What the journal leads to contradicts itself: {fault}", fault=kept.document.faults[0])
        try:
            kept.book = Book.continued(disk, written)
        except (RicercarError, OSError) as problem:
            kept.remark, kept.is_told = _off_words(str(problem)), True
        return kept

    def fresh(self, document: Document, *, is_elsewhere: bool = True) -> Kept:
        """A document without a file; returns at once, and its journal begins a moment after it is adopted. `is_elsewhere`: it
        can be had again, so that without an edit it need not be recovered."""
        return Kept(document, None, waiting=[], is_elsewhere=is_elsewhere)

    def adopt(self, kept: Kept) -> None:
        """This document is the one that is shown now; the one before was left in order."""
        before = self._kept
        self._kept, self._history = kept, self._session.history
        if before is not None:
            self._work.put(lambda: before.let_go(in_order=True))
        if kept.waiting is not None:
            self._work.put(lambda: self._begin_late(kept, kept.document, is_saved=kept.is_elsewhere))
        self._wake(hurries=True)
        if kept.remark:
            self._session.say(kept.remark, is_error=True)

    def close(self, *, in_order: bool) -> None:
        """The window closes."""
        if not self._is_over:
            self.settle()
            self._is_over = True
            self._wake(hurries=True)
            self._thread.join(PATIENCE_S)
        if self._kept is not None:
            self._kept.let_go(in_order=in_order)
            self._kept = None

    # Saving

    def claim(self, path: Path) -> Claim | None:
        """The right to write a file, to be handed to `saved` or released; None while another window has it open."""
        try:
            return self._claims.claim(path)
        except OSError as problem:
            log.warning("locks: %s", problem)
            return Claim(self._claims, path, [])

    @property
    def standing(self) -> Standing:
        """The document, and where its journal stands: hand it to `saved` with what was saved."""
        kept = self._kept
        return Standing(kept, kept.book.mark if kept is not None and kept.book is not None else 0)

    def saved(self, standing: Standing, document: Document, path: Path, digest: str) -> None:
        """The file now holds the document as it was at `standing`; called from the thread that wrote it."""
        kept = standing.kept
        if kept is None:
            return
        kept.document, kept.path, kept.digest, kept.intended = document, path, digest, set()
        if not kept.is_left:
            claim = self.claim(path)  # the file that stands there now is another than the one before
            if kept.file is not None:
                kept.file.release()
            kept.file = claim
        book = kept.book
        if book is None:
            kept.tried = -self._again_after_s  # what could be written to may be so again
            return
        try:
            book.fold(document, standing.mark, path, is_saved=True, digest=digest, saved=path)
        except (RicercarError, OSError) as problem:
            self._fails(kept, book, problem)
        self._wake()

    def keep_beside(self, members: Callable[[], Mapping[str, bytes]]) -> None:
        """What is kept beside the song now: made by `members` and recorded, both soon and on the journal's thread."""
        kept = self._kept
        if kept is None:
            return

        def record() -> None:
            book = kept.book
            if book is None:
                return
            try:
                book.record_beside(members())
            except (RicercarError, OSError) as problem:
                self._fails(kept, book, problem)

        self._work.put(record)
        self._wake()

    # While it is open

    def _changed(self, before: Song, after: Song) -> None:
        kept = self._kept
        if kept is None or self._session.history is not self._history:
            return
        label = self._session.history.undo_label or ""
        if kept.waiting is not None:
            kept.begun.wait(BEGUN_S)
        with kept.lock:
            if kept.waiting is not None:
                kept.begun.set()  # a slow disk is waited for once
                kept.waiting.append((before, after, label))
                return
            book = kept.book
        if book is None:
            self._try_again(kept, after)
            return
        try:
            book.record(before, after, label)
        except (RicercarError, OSError) as problem:
            self._stop(kept, book, str(problem))
            return
        if (book.seq > self._fold_edits or book.bytes_logged > FOLD_BYTES) and not kept.is_folding:
            kept.is_folding = True
            mark, document = book.mark, kept.document.with_song(after)
            self._work.put(lambda: self._fold(kept, book, document, mark))
        self._wake()

    def _fold(self, kept: Kept, book: Book, document: Document, mark: int) -> None:
        try:
            book.fold(document, mark, kept.path, is_saved=False)
        finally:
            kept.is_folding = False

    def _stop(self, kept: Kept, book: Book, reason: str) -> None:
        """Recording goes no further in this journal; said once, however often it fails again."""
        if kept.book is not book:
            return
        kept.set_aside()  # the file stays ours: no other window may write it
        kept.tried = time.monotonic()
        self._say_off(kept, reason)

    def _fails(self, kept: Kept, book: Book, problem: Exception) -> None:
        """As `_stop`, from another thread than the window's."""
        log.warning("journal: %s", problem)
        words = str(problem)
        self._post(lambda: self._stop(kept, book, words))

    def _say_off(self, kept: Kept, reason: str) -> None:
        if not kept.is_told and kept is self._kept and kept.book is None:  # it may be on again by now
            kept.is_told = True
            self.failed.emit(_off_words(reason))

    def _try_again(self, kept: Kept, song: Song) -> None:
        if time.monotonic() - kept.tried < self._again_after_s:
            return
        kept.tried, kept.waiting = time.monotonic(), []
        kept.begun.clear()
        document = kept.document.with_song(song)
        self._work.put(lambda: self._begin_late(kept, document, is_saved=False))
        self._wake(hurries=True)

    def _begin(self, kept: Kept, document: Document, *, is_saved: bool) -> None:
        folder = self.shelf.place(kept.document.uuid)
        kept.journal = self.shelf.hold(folder)
        try:
            disk = Folder(folder, self.system)
            kept.book = Book.begin(disk, document, kept.path, is_saved=is_saved, digest=kept.digest)
        except BaseException:
            kept.stop_journal(in_order=False)
            shutil.rmtree(folder, ignore_errors=True)  # there is nothing in it yet
            raise

    def _begin_late(self, kept: Kept, document: Document, *, is_saved: bool) -> None:
        """On the journal's thread: begin, then record what was edited meanwhile."""
        try:
            self._begin(kept, document, is_saved=is_saved)
            assert kept.book is not None
            with kept.lock:
                for before, after, label in kept.waiting or ():
                    kept.book.record(before, after, label)
                kept.waiting = None
            kept.begun.set()
        except (RicercarError, OSError, ValueError) as problem:
            kept.set_aside()
            with kept.lock:
                kept.waiting = None
            kept.begun.set()
            kept.tried = time.monotonic()
            words = str(problem)
            self._post(lambda: self._say_off(kept, words))
            return
        kept.close_broken()
        if kept.is_told:
            self._post(lambda: self._say_on(kept))

    def _say_on(self, kept: Kept) -> None:
        if kept.is_told and kept is self._kept:
            kept.is_told = False
            self.restored.emit(tr("Recovery is on again for this song."))

    def _claim(self, kept: Kept, path: Path) -> bool:
        kept.file = self.claim(path)
        return kept.file is not None

    # The thread

    def _post(self, act: Callable[[], object]) -> None:
        self._herald.called.emit(act)

    def _wake(self, *, hurries: bool = False) -> None:
        if hurries:
            self._hurry.set()
        self._is_due.set()

    def _live(self) -> None:
        while not self._is_over:
            self._is_due.wait()
            self._is_due.clear()
            self._hurry.wait(SAFE_AFTER_S)
            self._hurry.clear()
            self._drain()
            kept = self._kept
            book = None if kept is None else kept.book  # it may be gone a moment later
            if kept is None or book is None:
                continue
            try:
                book.make_safe()
            except Exception as problem:  # a thread that ended here would end recovery without a word
                self._fails(kept, book, problem)

    def _drain(self) -> None:
        while True:
            try:
                work = self._work.get_nowait()
            except queue.Empty:
                return
            try:
                work()
            except Exception:
                log.exception("journal: some work failed")

    def settle(self) -> None:
        """Wait until what was asked of the thread is done."""
        done = threading.Event()
        self._work.put(done.set)
        self._wake(hurries=True)
        done.wait(PATIENCE_S)


def _off_words(reason: str) -> str:
    return tr("Recovery is off for this song, so save often: {reason}", reason=reason)

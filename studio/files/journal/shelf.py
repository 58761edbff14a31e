"""The shelf: journals of all documents in one folder; which can be recovered, and which have been kept long enough (R8, R9)."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.errors import RicercarError
from studio.files.journal.book import NewerJournal, Written, newest
from studio.files.journal.disk import Folder
from studio.files.journal.holding import Hold, held, is_held
from studio.files.project import SCHEMA
from studio.paths import state_folder
from studio.words import tr

KEPT_S = 30 * 24 * 3600
"""So long a journal is kept after its document was closed."""
KEPT_BYTES = 200 << 20
"""The journals of closed documents together; the oldest go first."""
FAILURES = 2
"""A journal that fails so often is set aside and not offered again."""
LOCK, FAILED, ANSWERED, ASIDE = "open.lock", "failed", "answered", "aside-"
_UUID = re.compile(r"[0-9a-zA-Z-]{1,64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A journal on the shelf."""

    folder: Path
    written: Written
    size_bytes: int
    is_answered: bool = False
    """Whether somebody has opened what was saved instead."""

    @property
    def edits(self) -> int:
        """How many edits there are since the save."""
        return self.written.facts.folded + len(self.written.rows)

    @property
    def is_unfinished(self) -> bool:
        """Whether it holds work that is nowhere else, left by a program that did not end in order."""
        return not self.written.is_closed and (self.edits > 0 or not self.written.facts.is_saved)


@dataclass(frozen=True, slots=True)
class Unread:
    """A journal that this program cannot read, and why; it is left as it is."""

    folder: Path
    reason: str


class Shelf:
    """The journals in a folder, each in one named by its document's uuid."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = state_folder() / "recovery" if folder is None else folder

    def place(self, uuid: str) -> Path:
        """A folder for a journal of a document, of its own each time: what an earlier one left behind is never touched.

        Not created here. ValueError for a uuid that is none.
        """
        if not _UUID.fullmatch(uuid):
            raise ValueError(f"{uuid!r} is no uuid")
        return self.folder / f"{uuid}-{time.time_ns():x}"

    def hold(self, folder: Path) -> Hold | None:
        """Claim a journal; None while another window has it."""
        return held(folder / LOCK)

    def kept(self) -> list[Kept]:
        """Journals that nobody has open, the newest first. One that cannot be read at all is passed over, never removed."""
        found = [kept for folder in self._folders() if isinstance(kept := _kept(folder), Kept)]
        return sorted(found, key=lambda kept: -kept.written.last_time)

    def unfinished(self, *, with_answered: bool = False) -> list[Kept]:
        """What the recovery screen offers; those that were answered only where they are asked for."""
        return [kept for kept in self.kept() if kept.is_unfinished and (with_answered or not kept.is_answered)]

    def unreadable(self) -> list[Unread]:
        """Journals that are damaged, or that a newer program wrote."""
        return [unread for folder in self._folders() if isinstance(unread := _kept(folder), Unread)]

    def answered(self, kept: Kept, *, is_so: bool = True) -> None:
        """What was saved last was opened instead: not to be offered by itself any more, and kept as a closed one is. Or (not
        `is_so`) somebody has gone on with it after all."""
        with suppress(OSError):
            if is_so:
                (kept.folder / ANSWERED).write_bytes(b"")
            else:
                (kept.folder / ANSWERED).unlink(missing_ok=True)

    def failed(self, kept: Kept) -> bool:
        """A replay of this journal failed; True when it has been set aside for that, under another name."""
        marks = kept.folder / FAILED
        try:
            count = len(marks.read_bytes()) + 1 if marks.exists() else 1
            if count < FAILURES:
                marks.write_bytes(b"x" * count)
                return False
            kept.folder.rename(kept.folder.with_name(f"{ASIDE}{kept.folder.name}-{time.time():.0f}"))
        except OSError:
            return False
        return True

    def prune(self, now: float | None = None) -> list[Path]:
        """Remove journals of documents that were closed in order, beyond their time or the room for all; what was removed."""
        moment = time.time() if now is None else now
        room, removed = KEPT_BYTES, []
        for kept in self.kept():
            if kept.is_unfinished and not kept.is_answered:
                continue
            room -= kept.size_bytes
            if room < 0 or moment - kept.written.last_time > KEPT_S:
                shutil.rmtree(kept.folder, ignore_errors=True)
                removed.append(kept.folder)
        return removed

    def _folders(self) -> Iterator[Path]:
        if not self.folder.is_dir():
            return
        for folder in sorted(self.folder.iterdir()):
            if folder.is_dir() and not folder.name.startswith(ASIDE) and not is_held(folder / LOCK):
                yield folder


def _kept(folder: Path) -> Kept | Unread | None:
    """None for a folder of something else."""
    disk = Folder(folder)
    try:
        names = disk.names()
        if not any(name.endswith(".log") for name in names):
            return None
        written = newest(disk)
        if written.facts.schema > SCHEMA:
            raise NewerJournal(tr("The journal was written by Ricercar {version}.", version=written.facts.program[:20]))
        return Kept(folder, written, sum(disk.size(name) for name in names), ANSWERED in names)
    except (RicercarError, OSError) as problem:
        return Unread(folder, str(problem))

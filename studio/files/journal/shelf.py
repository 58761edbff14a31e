"""The shelf: journals of all documents in one folder; which can be recovered, and which have been kept long enough (R8, R9)."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.errors import RicercarError
from studio.files.journal.book import Written, newest
from studio.files.journal.disk import Folder
from studio.files.journal.holding import Hold, held, is_held
from studio.paths import state_folder

KEPT_S = 30 * 24 * 3600
"""So long a journal is kept after its document was closed."""
KEPT_BYTES = 200 << 20
"""The journals of closed documents together; the oldest go first."""
FAILURES = 2
"""A journal that fails so often is set aside and not offered again."""
LOCK, FAILED, ASIDE = "open.lock", "failed", "aside-"
_UUID = re.compile(r"[0-9a-zA-Z-]{1,64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A journal on the shelf."""

    folder: Path
    written: Written
    size_bytes: int

    @property
    def edits(self) -> int:
        """How many edits there are since the base."""
        return len(self.written.rows)

    @property
    def is_unfinished(self) -> bool:
        """Whether it holds work that is nowhere else, left by a program that did not end in order."""
        return not self.written.is_closed and (self.edits > 0 or not self.written.facts.is_saved)


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
        found = [kept for folder in self._folders() if (kept := _kept(folder)) is not None]
        return sorted(found, key=lambda kept: -kept.written.last_time)

    def unfinished(self) -> list[Kept]:
        """What the recovery screen offers."""
        return [kept for kept in self.kept() if kept.is_unfinished]

    def failed(self, kept: Kept) -> bool:
        """A replay of this journal failed; True when it has been set aside for that, under another name."""
        marks = kept.folder / FAILED
        count = len(marks.read_bytes()) + 1 if marks.exists() else 1
        if count < FAILURES:
            marks.write_bytes(b"x" * count)
            return False
        kept.folder.rename(kept.folder.with_name(f"{ASIDE}{kept.folder.name}-{time.time():.0f}"))
        return True

    def prune(self, now: float | None = None) -> list[Path]:
        """Remove journals of documents that were closed in order, beyond their time or the room for all; what was removed."""
        moment = time.time() if now is None else now
        room, removed = KEPT_BYTES, []
        for kept in self.kept():
            if kept.is_unfinished:
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


def _kept(folder: Path) -> Kept | None:
    try:
        written = newest(Folder(folder))
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    except (RicercarError, OSError):
        return None
    return Kept(folder, written, size)

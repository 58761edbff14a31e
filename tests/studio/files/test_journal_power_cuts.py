"""Power cuts: every state that twenty edits and two saves may leave on the disk, of the user's folder, the journal and the
earlier versions (protocol of reliability.md 7)."""

from __future__ import annotations

from pathlib import Path

from studio.edits import notes
from studio.errors import UnreadableFile
from studio.files import project
from studio.files.backups import Backups
from studio.files.journal.book import Book, newest, recovered
from studio.files.journal.disk import Folder
from studio.files.project import new_document
from studio.song.notes import Note
from studio.song.song import Song, Track
from tests.power_cut import ForgetfulSystem, Left

EDITS, SAVES = 20, (6, 14)


class Disk:
    """What a power cut would leave after every single call that changes a file, held against what was promised by then."""

    def __init__(self, place: Path) -> None:
        self.user, self.journal, self.backups = place / "user", place / "state" / "j", place / "state" / "backups"
        self.user.mkdir()
        self.system = ForgetfulSystem(self.look)
        self.shown = [Song("Kept", (Track(1, "Lead"),), next_id=2)]
        self.saved: list[Song] = []
        self.safe = self.sure = -1
        self.states = {"user": 0, "journal": 0, "backups": 0}
        self._read: dict[int, Song | None] = {}

    def edit(self, book: Book, label: str) -> None:
        before = self.shown[-1]
        start, pitch = 240 * len(self.shown), 40 + len(self.shown) % 50
        self.shown.append(notes.add(1, [Note(start, 200, pitch)]).apply(before))
        book.record(before, self.shown[-1], label)

    def look(self) -> None:
        for left in self.system.after_a_cut(self.journal):
            self.states["journal"] += 1
            song = self._song(left, is_journal=True)
            assert song is not None or self.safe < 0, "a journal that was begun is gone"
            assert song is None or song in self.shown[max(0, self.safe) :], f"older than edit {self.safe}, which was safe"
        for left in self.system.after_a_cut(self.user):
            self.states["user"] += 1
            song = self._song(left)
            assert song is not None or self.sure < 0, "a saved file is gone"
            assert song is None or song in self.saved[max(0, self.sure) :], "the file is older than what was reported saved"
        for folder in self.backups.glob("*"):
            for left in self.system.after_a_cut(folder):
                self.states["backups"] += 1
                for name, data in left.items():
                    if not name.startswith("."):
                        assert project.read_bytes(data, name).song in self.saved

    def _song(self, left: dict[str, bytes], *, is_journal: bool = False) -> Song | None:
        """What can be had of it; None where there is nothing. A damaged file is an error."""
        key = hash((is_journal, tuple(sorted(left.items()))))
        if key not in self._read:
            self._read[key] = self._journalled(Left(left)) if is_journal else self._filed(left)
        return self._read[key]

    @staticmethod
    def _journalled(left: Left) -> Song | None:
        try:
            written = newest(left)
        except UnreadableFile:
            return None
        return recovered(left, written).song

    @staticmethod
    def _filed(left: dict[str, bytes]) -> Song | None:
        return project.read_bytes(left["s.ricercar"], "s").song if "s.ricercar" in left else None


def test_power_cut_in_twenty_edits_and_two_saves_leaves_nothing_older_than_what_was_safe(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    document, path = new_document(disk.shown[0]), disk.user / "s.ricercar"
    book = Book.begin(Folder(disk.journal, disk.system), document, None, is_saved=False)
    book.make_safe()
    assert not disk.system.may_be_gone(disk.journal)
    disk.safe = 0
    backups = Backups(disk.backups, disk.system)
    for number in range(EDITS):
        disk.edit(book, str(number))
        if number % 3 == 2:
            book.make_safe()
            disk.safe = len(disk.shown) - 1
        if number in SAVES:
            document, mark = document.with_song(disk.shown[-1]), book.mark
            disk.saved.append(document.song)
            digest = project.write(document, path, system=disk.system)
            disk.sure = len(disk.saved) - 1
            disk.edit(book, "while saving")
            book.fold(document, mark, path, is_saved=True, digest=digest, saved=path)
            backups.keep(path, document.uuid, 1_800_000_000.0 + number)
            book.make_safe()
            disk.safe = len(disk.shown) - 1
    assert recovered(Folder(disk.journal), newest(Folder(disk.journal))).song == disk.shown[-1]
    assert project.read(path).song == disk.saved[-1]
    assert len(backups.versions(document.uuid)) == len(SAVES)
    assert min(disk.states.values()) > 20, disk.states
    assert disk.states["journal"] > 300, disk.states


def test_power_cut_while_a_long_log_is_folded_loses_nothing(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    document = new_document(disk.shown[0])
    book = Book.begin(Folder(disk.journal, disk.system), document, None, is_saved=False)
    book.record_beside({"latent/a": b"kept beside"})
    book.record_intent("what was about to be saved")
    book.make_safe()
    disk.safe = 0
    for number in range(6):
        disk.edit(book, str(number))
        if number == 3:
            book.make_safe()
            disk.safe = len(disk.shown) - 1
            mark, whole = book.mark, document.with_song(disk.shown[-1])
            disk.edit(book, "while folding")
            book.fold(whole, mark, None, is_saved=False)
            book.make_safe()
            disk.safe = len(disk.shown) - 1
    written = newest(Folder(disk.journal))
    assert (written.generation, written.facts.folded, len(written.rows)) == (1, 4, 3)
    assert written.intended == ("what was about to be saved",)
    assert recovered(Folder(disk.journal), written).extras == {"latent/a": b"kept beside"}
    assert disk.states["journal"] > 50

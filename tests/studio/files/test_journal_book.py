"""The journal of a document: what was recorded comes back after a kill, a power cut, a torn file, a full disk."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest

from studio.edits import notes, tracks
from studio.errors import UnreadableFile, UnwritableFile
from studio.files.journal.book import LOG, Book, newest, recovered
from studio.files.journal.disk import Folder
from studio.files.project import Document, new_document
from studio.song.notes import Note
from studio.song.song import Song, Track
from tests.failing_system import FailingSystem


def edited(song: Song, number: int) -> Song:
    """The song after edit `number`: one note more, and now and then another tempo."""
    if number % 5 == 4:
        return tracks.set_tempo(0, 60 + number).apply(song)
    return notes.add(1, [Note(number * 240, 200, 40 + number % 50)]).apply(song)


def first_song() -> Song:
    return Song("Kept", (Track(1, "Lead"),), next_id=2)


def test_r6_every_edit_is_there_after_the_program_ended_without_a_word(tmp_path: Path) -> None:
    song = first_song()
    book = Book.begin(Folder(tmp_path / "j"), new_document(song), None, is_saved=False)
    for number in range(12):
        after = edited(song, number)
        book.record(song, after, f"Edit {number}")
        song = after
    written = newest(Folder(tmp_path / "j"))
    assert recovered(Folder(tmp_path / "j"), written).song == song
    assert written.labels[-1] == "Edit 11"
    assert not written.is_closed
    assert not written.facts.is_saved


def test_r8_recovery_goes_on_in_the_same_journal_and_a_second_crash_loses_nothing(tmp_path: Path) -> None:
    disk = Folder(tmp_path / "j")
    song = first_song()
    book = Book.begin(disk, new_document(song), None, is_saved=False)
    book.record(song, edited(song, 0), "one")
    again, document = Book.go_on(disk)
    later = edited(document.song, 1)
    again.record(document.song, later, "two")
    assert Book.go_on(disk)[1].song == later


def test_a_torn_end_costs_the_torn_edit_alone_and_is_written_over(tmp_path: Path) -> None:
    disk = Folder(tmp_path / "j")
    songs = [first_song()]
    book = Book.begin(disk, new_document(songs[0]), None, is_saved=False)
    for number in range(3):
        songs.append(edited(songs[-1], number))
        book.record(songs[-2], songs[-1], str(number))
    log = tmp_path / "j" / LOG.format(0)
    log.write_bytes(log.read_bytes()[:-7])
    again, document = Book.go_on(disk)
    assert document.song == songs[2]
    again.record(document.song, songs[3], "again")
    assert Book.go_on(disk)[1].song == songs[3]


def test_a_save_begins_a_generation_and_edits_made_meanwhile_are_carried_over(tmp_path: Path) -> None:
    disk = Folder(tmp_path / "j")
    song = first_song()
    document = new_document(song)
    book = Book.begin(disk, document, None, is_saved=False)
    book.record(song, edited(song, 0), "before")
    saved, mark = document.with_song(edited(song, 0)), book.mark
    later = edited(saved.song, 1)
    book.record(saved.song, later, "while saving")
    book.fold(saved, mark, tmp_path / "x.ricercar", is_saved=True)
    book.make_safe()
    written = newest(disk)
    assert (written.generation, written.labels, written.facts.is_saved) == (1, ("while saving",), True)
    assert recovered(disk, written).song == later
    assert [name for name in disk.names() if "-0." in name] == []


def test_a_state_older_than_the_base_folds_nothing(tmp_path: Path) -> None:
    disk = Folder(tmp_path / "j")
    song = first_song()
    document = new_document(song)
    book = Book.begin(disk, document, None, is_saved=False)
    early = book.mark
    after = edited(song, 0)
    book.record(song, after, "one")
    book.fold(document.with_song(after), book.mark, None, is_saved=True)
    book.fold(document, early, None, is_saved=True)
    assert Book.go_on(disk)[1].song == after


def test_edits_recorded_while_another_thread_folds_are_all_there(tmp_path: Path) -> None:
    disk = Folder(tmp_path / "j")
    songs = [first_song()]
    document = new_document(songs[0])
    book = Book.begin(disk, document, None, is_saved=False)
    stop = threading.Event()

    def fold() -> None:
        while not stop.is_set():
            mark, song = book.mark, songs[-1]
            if book.mark == mark:  # no edit came between the two
                book.fold(document.with_song(song), mark, None, is_saved=True)
            book.make_safe()

    other = threading.Thread(target=fold)
    other.start()
    for number in range(300):
        after = edited(songs[-1], number)
        songs.append(after)
        book.record(songs[-2], after, str(number))
    stop.set()
    other.join()
    assert Book.go_on(disk)[1].song == songs[-1]


def test_what_is_beside_the_song_comes_back_as_it_was_last(tmp_path: Path) -> None:
    disk = Folder(tmp_path / "j")
    book = Book.begin(disk, Document(first_song(), "u", takes=({"old": 1},), extras={"latent/a": b"old"}), None, is_saved=False)
    book.record_beside({"latent/a": b"new", "takes/0001.json": b'{"take":1}'})
    _, document = Book.go_on(disk)
    assert (document.takes, document.extras) == (({"take": 1},), {"latent/a": b"new"})
    book.record_beside({})
    _, emptied = Book.go_on(disk)
    assert (emptied.takes, emptied.extras) == ((), {})


def test_a_full_disk_says_so_and_the_journal_stays_whole(tmp_path: Path) -> None:
    song, system = first_song(), FailingSystem(number=errno.ENOSPC)
    disk = Folder(tmp_path / "j", system)
    book = Book.begin(disk, new_document(song), None, is_saved=False)
    after = edited(song, 0)
    book.record(song, after, "fits")
    system.full_at = system.written + 9
    with pytest.raises(UnwritableFile, match="No space left on device"):
        book.record(after, edited(after, 1), "does not fit")
    assert recovered(disk, newest(disk)).song == after
    system.full_at = None
    book.record(after, edited(after, 1), "fits again")
    assert recovered(disk, newest(disk)).song == edited(after, 1)


def test_a_folder_without_a_journal_and_a_damaged_base_are_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="holds no journal"):
        newest(Folder(tmp_path / "nothing"))
    disk = Folder(tmp_path / "j")
    Book.begin(disk, new_document(first_song()), None, is_saved=False)
    (tmp_path / "j" / "base-0.ricercar").write_bytes(b"no zip")
    with pytest.raises(UnreadableFile, match="beginning is damaged"):
        newest(disk)

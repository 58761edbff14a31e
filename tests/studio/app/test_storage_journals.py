"""Storage faults: journals that are not as they should be; see the list in test_storage_faults.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.files import project
from studio.files.journal import shelf as shelves
from studio.files.journal.book import LOG, _facts_record, newest
from studio.files.journal.disk import Folder
from studio.files.journal.log import HEAD, framed, read
from studio.song.song import Song, Track
from tests.plain_desk import PlainDesk, with_saved

pytestmark = pytest.mark.usefixtures("qapp")


def crashed(made: Callable[..., PlainDesk]) -> tuple[PlainDesk, Path]:
    """A desk that crashed with three edits in its journal, and the journal's folder."""
    desk = made()
    desk.begin()
    for _ in range(3):
        desk.edit()
    desk.crash()
    (found,) = desk.shelf.unfinished()
    return desk, found.folder


@pytest.mark.parametrize("lost", [1, 7, 60])
def test_journal_truncated(made: Callable[..., PlainDesk], lost: int) -> None:
    """What was torn off costs the edits that were in it; the rest is kept aside before the journal goes on."""
    _, folder = crashed(made)
    log = folder / LOG.format(0)
    log.write_bytes(log.read_bytes()[:-lost])
    desk = made()
    desk.documents.recover(desk.shelf.unfinished()[0])
    assert desk.session.song.note_count == 2
    (torn,) = folder.glob("torn-*")
    assert torn.stat().st_size > 0
    desk.edit()
    desk.crash()
    again = made()
    again.documents.recover(again.shelf.unfinished()[0])
    assert again.session.song.note_count == 3


def test_journal_corrupt(made: Callable[..., PlainDesk]) -> None:
    """At every byte of log and base: what stands before it, or a refusal in a sentence; never a wrong song, never a loop."""
    original, folder = crashed(made)
    songs = wrong = 0
    for name in (LOG.format(0), "base-0.ricercar"):
        whole = (folder / name).read_bytes()
        for at in range(0, len(whole), 3):
            data = bytearray(whole)
            data[at] ^= 0x55
            (folder / name).write_bytes(data)
            for kept in original.shelf.unfinished():
                for song in original.journalled():
                    songs += 1
                    wrong += song.note_count != kept.edits
        (folder / name).write_bytes(whole)
    assert songs > 20
    assert not wrong


def test_journal_that_fails_to_replay_twice_is_set_aside_and_never_offered_again(made: Callable[..., PlainDesk]) -> None:
    desk, folder = crashed(made)
    base = folder / "base-0.ricercar"
    data = bytearray(base.read_bytes())
    data[len(data) // 2] ^= 0x55
    base.write_bytes(data)
    for times in (1, 2):
        (kept,) = desk.shelf.unfinished()
        again = made()
        again.documents.recover(kept)
        assert "journal" in again.said[-1]
        assert len(desk.shelf.unfinished()) == 2 - times
    (aside,) = [path for path in desk.shelf.folder.iterdir() if path.name.startswith(shelves.ASIDE)]
    assert (aside / "base-0.ricercar").read_bytes() == bytes(data)


@pytest.mark.parametrize("what", ["schema", "log"])
def test_journal_from_the_future(made: Callable[..., PlainDesk], what: str) -> None:
    """Left alone, however often it is looked at, and listed as one that this version cannot read."""
    desk, folder = crashed(made)
    log = folder / LOG.format(0)
    data = log.read_bytes()
    if what == "log":
        log.write_bytes(data.replace(b"RICERCAR JOURNAL 1\n", b"RICERCAR JOURNAL 2\n", 1))
    else:
        future_journal(desk, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for _ in range(3):
        assert desk.shelf.unfinished() == []
        (odd,) = desk.shelf.unreadable()
        assert odd.folder == folder
        assert "newer" in odd.reason or "was written by Ricercar" in odd.reason
    desk.shelf.prune(now=1e12)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def future_journal(desk: PlainDesk, folder: Path) -> None:
    """The same journal, as a program of the next schema would have written its facts."""
    written = newest(Folder(folder))
    facts = replace(written.facts, schema=project.SCHEMA + 1, program="9.9")
    log = folder / LOG.format(0)
    records = [record for record, _ in read(log.read_bytes())]
    log.write_bytes(HEAD + b"".join(map(framed, [_facts_record(facts), *records[1:]])))


def test_a_document_left_while_it_is_saved_does_not_lend_its_name_to_the_next(made: Callable[..., PlainDesk]) -> None:
    """A save that ends after another song was opened: its path and its journal are not the new one's."""
    desk = made()
    with_saved(desk)
    standing, shot = desk.keeping.standing, desk.documents._shot()
    desk.documents._show_song(Song("Next", (Track(1, "Lead"),), next_id=2))
    desk.keeping.settle()
    digest = project.write(shot.whole(), desk.path)
    desk.keeping.saved(standing, shot.whole(), desk.path, digest)
    desk.documents._took(shot, shot.whole(), desk.path)
    assert desk.session.path is None
    desk.edit()
    next_song = desk.session.song
    desk.crash()
    assert next_song in desk.journalled()

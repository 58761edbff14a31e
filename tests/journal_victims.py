"""Programs that are killed while they edit, save, fold and recover one document; prints kills, edits lost, journals that could
not be read, and edits acknowledged in all. Run by itself, since it forks: FOLDER KILLS SEED."""

from __future__ import annotations

import os
import random
import signal
import struct
import sys
import time
from pathlib import Path

from studio.edits import notes
from studio.errors import RicercarError
from studio.files import project
from studio.files.journal.book import Book, newest, recovered
from studio.files.journal.disk import Folder
from studio.files.project import new_document
from studio.song.notes import Note
from studio.song.song import Song, Track

LONGEST_S = 0.25


def live(folder: Path, acknowledge: int, seed: int) -> None:
    """Recover what is there, then edit and save until killed. After every edit its number is acknowledged."""
    chance = random.Random(seed)
    book, document = Book.go_on(Folder(folder))
    song = document.song
    while True:
        after = notes.add(1, [Note(song.next_id * 10, 9, chance.randrange(128))]).apply(song)
        book.record(song, after, "Edit")
        song = after
        os.write(acknowledge, struct.pack("<q", song.next_id))
        act = chance.random()
        if act < 0.02:
            document, mark = document.with_song(song), book.mark
            project.write(document, folder / "saved.ricercar")
            book.fold(document, mark, folder / "saved.ricercar", is_saved=True)
            book.make_safe()
        elif act < 0.05:
            book.make_safe()


def main() -> int:
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    Book.begin(Folder(folder), new_document(Song(tracks=(Track(1, "Lead"),), next_id=2)), None, is_saved=False).make_safe()
    lost = unreadable = total = 0
    acknowledged = 2
    for kill in range(kills):
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ours)
            live(folder, theirs, seed + kill)
        os.close(theirs)
        time.sleep(chance.random() * LONGEST_S)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(ours, "rb") as said:
            heard = said.read()
        total += len(heard) // 8
        if heard:
            acknowledged = struct.unpack_from("<q", heard, len(heard) // 8 * 8 - 8)[0]
        try:
            lost += recovered(Folder(folder), newest(Folder(folder))).song.next_id < acknowledged
            if (folder / "saved.ricercar").exists():
                project.read(folder / "saved.ricercar")
        except RicercarError as problem:
            print(problem, file=sys.stderr)
            unreadable += 1
    print(kills, lost, unreadable, total)
    return 0


if __name__ == "__main__":
    sys.exit(main())

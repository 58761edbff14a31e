"""Programs that are killed while they edit, save, fold and recover one document, with all that keeps it in the window but the
window itself. Run by itself, since it forks: FOLDER KILLS SEED; prints one JSON object.

The child marks in shared memory what it is at; each kill aims at one of the four in turn, waits until the child is there, and
then a random moment more.
"""

from __future__ import annotations

import json
import mmap
import os
import queue
import random
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from studio.app.keeping import Keeping
from studio.app.kept import Kept, Standing
from studio.errors import RicercarError
from studio.files import project
from studio.files.journal.book import Book, newest, recovered
from studio.files.journal.disk import Folder
from studio.files.journal.shelf import Shelf
from studio.files.project import Document
from studio.jobs.board import Answers
from studio.jobs.progress import Cancelled, Progress
from studio.song.song import Song
from tests.plain_desk import PlainDesk

RECOVERY, FOLD, SAVE, EDIT = range(4)
KINDS = ("recovery", "fold", "save", "edit")
LONGEST_S = (0.006, 0.006, 0.02, 0.25)
"""How long after the child was seen at it a kill comes at most."""
SAVE_CHANCE, FOLD_EDITS = 0.02, 30


class Marks:
    """What the child is at, seen by both."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, len(KINDS))

    def __getitem__(self, kind: int) -> bool:
        return bool(self._shared[kind])

    def __setitem__(self, kind: int, is_on: bool) -> None:
        self._shared[kind] = is_on

    def clear(self) -> None:
        self._shared[:] = bytes(len(KINDS))

    @property
    def kind(self) -> int:
        return next((kind for kind in (RECOVERY, FOLD, SAVE) if self[kind]), EDIT)


class Beside:
    """A runner of jobs on threads; answers wait for `hear`, as they wait for the window's loop."""

    def __init__(self) -> None:
        self._answers: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def run(self, work: Callable[[Progress], object], answers: Answers) -> Callable[[], None]:
        def perform() -> None:
            try:
                result = work(progress)
            except (Exception, Cancelled) as problem:
                self._answers.put(lambda problem=problem: answers.failed(problem))
            else:
                self._answers.put(lambda: answers.finished(result))

        progress = Progress()
        threading.Thread(target=perform, daemon=True).start()
        return progress.cancel

    def hear(self) -> None:
        while not self._answers.empty():
            self._answers.get()()


def live(folder: Path, acknowledge: int, seed: int, marks: Marks) -> None:
    """Recover or open what is there, then edit and save until killed. After every edit its number is acknowledged."""
    chance, runner = random.Random(seed), Beside()
    desk = PlainDesk(folder, fold_edits=FOLD_EDITS, runner=runner, keeping=marking(marks))
    marks[RECOVERY] = True
    found = desk.shelf.unfinished()
    if found:
        desk.documents.recover(found[0])
    elif desk.path.exists():
        desk.documents.open_file(desk.path)
    else:
        desk.begin()
    while desk.session.jobs.active():
        runner.hear()
        time.sleep(0.0002)
    marks[RECOVERY] = False
    if desk.session.song.next_id < 2:
        os._exit(3)
    while True:
        marks[EDIT] = True
        desk.edit()
        os.write(acknowledge, struct.pack("<q", desk.session.song.next_id))
        runner.hear()
        marks[SAVE] = desk.documents.is_saving
        if chance.random() < SAVE_CHANCE and not desk.documents.is_saving:
            marks[SAVE] = True
            desk.documents.save()
        time.sleep(0.0005)


def marking(marks: Marks) -> type[Keeping]:
    """Keeping that marks its folds, whichever way they begin: by a save or by a long log."""

    class Marking(Keeping):
        def saved(self, standing: Standing, document: Document, path: Path, digest: str) -> None:
            marks[FOLD] = True
            super().saved(standing, document, path, digest)
            marks[FOLD] = False

        def _fold(self, kept: Kept, book: Book, document: Document, mark: int) -> None:
            marks[FOLD] = True
            super()._fold(kept, book, document, mark)
            marks[FOLD] = False

    return Marking


def kill(folder: Path, aim: int, chance: random.Random, marks: Marks) -> tuple[int, list[int]]:
    """One life, ended: what it was at, and what it acknowledged."""
    marks.clear()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            live(folder, theirs, chance.randrange(1 << 30), marks)
        finally:
            os._exit(1)
    os.close(theirs)
    until = time.monotonic() + 2.0
    while time.monotonic() < until and not marks[aim]:
        time.sleep(0.0002)
    time.sleep(chance.random() * LONGEST_S[aim])
    os.kill(child, signal.SIGSTOP)
    hit = marks.kind
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(ours, "rb") as said:
        heard = said.read()
    if not os.WIFSIGNALED(status):
        hit = -1  # it ended by itself: that is a fault
    return hit, [number for (number,) in struct.iter_unpack("<q", heard[: len(heard) // 8 * 8])]


def state(desk: Look) -> Song:
    """What a person would be given back now, as `live` does: the newest unfinished journal, else the file."""
    found = desk.shelf.unfinished()
    if found:
        document = recovered(Folder(found[0].folder), newest(Folder(found[0].folder)))
        if document.faults:
            raise RicercarError(document.faults[0])
        return document.song
    return project.read(desk.path).song


def main() -> int:
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance, marks = random.Random(seed), Marks()
    hits = dict.fromkeys(KINDS, 0)
    lost = unreadable = ended = edits = 0
    acknowledged = 1
    for number in range(kills):
        hit, heard = kill(folder, number % len(KINDS), chance, marks)
        ended += hit < 0
        hits[KINDS[hit]] += hit >= 0
        edits += len(heard)
        acknowledged = heard[-1] if heard else acknowledged
        if acknowledged == 1:
            continue  # killed before its first edit
        looking = Look(folder)
        try:
            lost += state(looking).next_id < acknowledged
            looking.read_all()
        except RicercarError as problem:
            print(f"kill {number} ({KINDS[hit]}): {problem}", file=sys.stderr)
            unreadable += 1
    asked = {"lost": lost, "unreadable": unreadable, "ended": ended, "edits": edits, **looking.counts()}
    print(json.dumps({"kills": kills, "hits": hits, **asked}))
    return 0


class Look:
    """What lies on the disk, without a program that works on it."""

    def __init__(self, home: Path) -> None:
        self.shelf, self.path = Shelf(home / "state" / "recovery"), home / "user" / "song.ricercar"
        self._home = home

    def read_all(self) -> None:
        """Every file that is whole to its name must be; RicercarError says which is not."""
        if self.path.exists():
            project.read(self.path)
        for unread in self.shelf.unreadable():
            raise RicercarError(unread.reason)

    def counts(self) -> dict[str, int]:
        versions = list((self._home / "state" / "backups").glob("*/*.ricercar"))
        for version in versions:
            project.read(version)
        return {"versions": len(versions), "parts": len(list((self._home / "user").glob(".*.part")))}


if __name__ == "__main__":
    sys.exit(main())

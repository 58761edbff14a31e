"""After a crash: what the shelf of journals and the earlier versions offer, and what happens when one is chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from studio.errors import RicercarError
from studio.files import project
from studio.files.backups import Version
from studio.files.journal.book import recovered
from studio.files.journal.disk import Folder
from studio.files.journal.shelf import Kept, Shelf
from studio.jobs.job import FILES, Job
from studio.jobs.progress import Progress
from studio.song.song import Song
from studio.words import counted, tr

if TYPE_CHECKING:
    from studio.app.desk import Desk
    from widgets.dialogs.recovery import Offer

Shown = Callable[[Song | None], object]


def offer_recovery(desk: Desk, *, tells: bool = False) -> None:
    """Show what an earlier run left unsaved, if there is anything; `tells` says so when there is nothing."""
    shelf = Shelf()

    def found(listed: object) -> None:
        assert isinstance(listed, list)
        if listed:
            words = tr("The program ended before these were saved. Whatever you choose, nothing is deleted.")
            _show(desk, tr("Recovery"), words, [_of_journal(desk, kept) for kept in listed], shelf.folder)
        elif tells:
            desk.session.say(tr("There is nothing to recover: every song was saved or left in order."))

    def work(_: Progress) -> object:
        shelf.prune()
        return shelf.unfinished()

    _job(desk, tr("Looking for unsaved work"), work, found)


def offer_versions(desk: Desk) -> None:
    """Show the earlier versions of the document that is open."""
    backups, uuid = desk.documents.backups, desk.documents.uuid
    versions = backups.versions(uuid) if uuid else []
    if not versions:
        desk.session.say(tr("There are no earlier versions yet: one is kept with every save."))
        return
    words = tr("Copies of «{title}» as it was saved. Each opens as a copy of its own.", title=desk.session.song.title)
    _show(desk, tr("Earlier versions"), words, [_of_version(desk, version) for version in versions], backups.folder / uuid)


def _show(desk: Desk, title: str, words: str, offers: list[Offer], folder: Path) -> None:
    # Imported here: few starts ever show it.
    from widgets.dialogs.recovery import OffersDialog

    OffersDialog(title, words, offers, lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))), desk.window).show()


def _of_journal(desk: Desk, kept: Kept) -> Offer:
    from widgets.dialogs.recovery import Offer

    facts, path = kept.written.facts, Path(kept.written.facts.path)
    acts: list[tuple[str, Callable[[], object]]] = [(tr("Recover"), lambda: desk.documents.recover(kept))]
    if facts.path and path.is_file():
        acts.append((tr("Open last saved"), lambda: desk.documents.open_file(path)))
    edits = counted(kept.edits, "{n} edit since the save", "{n} edits since the save")
    last = kept.written.labels[-1] if kept.written.labels else tr("none")
    about = tr("{time}, {edits}, the last: {label}", time=_time_words(kept.written.last_time), edits=edits, label=last)
    return Offer(facts.title, about, tuple(acts), _looking(desk, lambda: recovered(Folder(kept.folder), kept.written).song))


def _of_version(desk: Desk, version: Version) -> Offer:
    from widgets.dialogs.recovery import Offer

    acts = ((tr("Open a copy"), lambda: desk.documents.open_demo(version.path)),)
    return Offer(_time_words(version.time), version.path.name, acts, _looking(desk, lambda: project.read(version.path).song))


def _looking(desk: Desk, read: Callable[[], Song]) -> Callable[[Shown], object]:
    """Read the song as a job, and hand it on; None where it cannot be read."""

    def work(_: Progress) -> object:
        try:
            return read()
        except RicercarError:
            return None

    def look(shown: Shown) -> object:
        return _job(desk, tr("Drawing pictures"), work, lambda song: shown(song if isinstance(song, Song) else None))

    return look


def _job(desk: Desk, title: str, work: Callable[[Progress], object], done: Callable[[object], object]) -> object:
    return desk.session.jobs.start(Job(title, FILES, work), on_done=done)


def _time_words(moment: float) -> str:
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M")

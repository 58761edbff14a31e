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
from studio.files.backups import FOREIGN, OLDER, SAVED, Version
from studio.files.journal.book import recovered
from studio.files.journal.disk import Folder
from studio.files.journal.shelf import Kept, Shelf, Unread
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

    def found(answer: object) -> None:
        assert isinstance(answer, tuple)
        listed, unread = answer
        if listed or unread:
            words = tr("The program ended before these were saved. Whatever you choose, nothing is deleted.")
            offers = [_of_journal(desk, shelf, kept, listed) for kept in listed] + [_of_unread(each) for each in unread]
            _show(desk, tr("Recovery"), words, offers, shelf.folder)
        elif tells:
            desk.session.say(tr("There is nothing to recover: every song was saved or left in order."))

    def work(_: Progress) -> object:
        shelf.prune()
        listed = shelf.unfinished(with_answered=tells)
        return listed, shelf.unreadable() if tells or listed else []

    _job(desk, tr("Looking for unsaved work"), work, found)


def open_folder(desk: Desk) -> None:
    """Show the folder of the journals in the desktop's file manager."""
    folder = Shelf().folder
    if folder.is_dir():
        _open(folder)
    else:
        desk.session.say(tr("There is no recovery folder yet."))


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


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

    OffersDialog(title, words, offers, lambda: _open(folder), desk.window).show()


def _of_journal(desk: Desk, shelf: Shelf, kept: Kept, listed: list[Kept]) -> Offer:
    from widgets.dialogs.recovery import Offer

    facts = kept.written.facts
    acts: list[tuple[str, Callable[[], object]]] = [(tr("Recover"), lambda: desk.documents.recover(kept))]
    if facts.path:
        acts.append((tr("Open last saved"), lambda: _open_saved(desk, shelf, kept)))
    edits = counted(kept.edits, "{n} edit since the save", "{n} edits since the save")
    last = kept.written.labels[-1] if kept.written.labels else tr("none")
    about = [tr("{time}, {edits}, the last: {label}", time=_time_words(kept.written.last_time), edits=edits, label=last)]
    about += [words for words in (_tie_words(kept, listed), facts.path) if words]
    song = _looking(desk, lambda: recovered(Folder(kept.folder), kept.written).song)
    return Offer(facts.title, "\n".join(about), tuple(acts), song)


def _tie_words(kept: Kept, listed: list[Kept]) -> str:
    """What there is to know where several journals are of one song: none of them is chosen for anybody."""
    others = [other for other in listed if other is not kept and other.written.facts.uuid == kept.written.facts.uuid]
    moment = kept.written.last_time
    if not others:
        return ""
    if any(other.written.last_time == moment for other in others):
        return tr("Another state of the same song is as new as this one.")
    if all(other.written.last_time < moment for other in others):
        return tr("This is the newest of several states of the same song.")
    return tr("There is a newer state of the same song.")


def _of_unread(unread: Unread) -> Offer:
    from widgets.dialogs.recovery import Offer

    about = tr("{reason} It is left as it is.", reason=unread.reason)
    return Offer(tr("A journal that cannot be read"), f"{about}\n{unread.folder.name}", (), lambda shown: shown(None))


def _open_saved(desk: Desk, shelf: Shelf, kept: Kept) -> None:
    """Open exactly what was saved last: the file, or where that is gone or was changed since, the version that was kept."""
    facts, path = kept.written.facts, Path(kept.written.facts.path)

    def work(_: Progress) -> object:
        digest = project.digest_of(path)
        if digest and (not facts.digest or digest == facts.digest or digest in kept.written.intended):
            return path
        saved = [version.path for version in desk.documents.backups.versions(facts.uuid) if version.kind == SAVED]
        return saved[0] if saved else path

    def found(place: object) -> None:
        assert isinstance(place, Path)
        shelf.answered(kept)
        if place == path:
            desk.documents.open_file(path)
        else:
            desk.documents.open_demo(place)
            desk.session.say(tr("«{name}» is gone or was changed since: this is a copy of what was saved.", name=path.name))

    _job(desk, tr("Looking for what was saved"), work, found)


def _of_version(desk: Desk, version: Version) -> Offer:
    from widgets.dialogs.recovery import Offer

    acts = ((tr("Open a copy"), lambda: desk.documents.open_demo(version.path)),)
    return Offer(_time_words(version.time), _kind_words(version), acts, _looking(desk, lambda: project.read(version.path).song))


def _kind_words(version: Version) -> str:
    if version.kind == OLDER:
        return tr("As an older Ricercar wrote it (schema {schema}), before it was first saved over.", schema=version.schema)
    if version.kind == FOREIGN:
        return tr("As another program had changed it, before it was overwritten.")
    return tr("As it was saved here.")


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

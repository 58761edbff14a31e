"""Documents with their journal, saves and earlier versions, without a window; on a system of files that a test may choose."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from studio.app.documents import Documents
from studio.app.keeping import Keeping
from studio.app.settings_store import SettingsStore
from studio.edits import notes
from studio.errors import UnreadableFile
from studio.files.backups import Backups
from studio.files.journal.book import newest, recovered
from studio.files.journal.disk import Folder
from studio.files.journal.shelf import Shelf
from studio.jobs.board import InlineRunner, Runner
from studio.session import Session
from studio.settings import Settings
from studio.song.notes import Note
from studio.song.song import Song
from studio.system import SYSTEM, System
from tests.desk_parts import Answers, StillSound
from tests.fakes import scale_takes


class PlainDesk:
    """What it saves goes into `home/user`, its state into `home/state`."""

    def __init__(
        self,
        home: Path,
        system: System = SYSTEM,
        *,
        again_after_s: float = 1e9,
        fold_edits: int = 20_000,
        runner: Runner | None = None,
        keeping: type[Keeping] = Keeping,
    ) -> None:
        self.user, self.state = home / "user", home / "state"
        self.user.mkdir(parents=True, exist_ok=True)
        self.path = self.user / "song.ricercar"
        self.answers = Answers(writes=self.path)
        self.session = Session(runner or InlineRunner(), scale_takes, StillSound())
        self.shelf = Shelf(self.state / "recovery")
        self.keeping = keeping(
            self.session,
            self.shelf,
            self.state / "locks",
            system=system,
            again_after_s=again_after_s,
            fold_edits=fold_edits,
        )
        self.documents = Documents(
            self.session,
            self.answers,
            SettingsStore(Settings(), home / "settings.toml"),
            self.keeping,
            backups=Backups(self.state / "backups", system),
        )
        self.said: list[str] = []
        self.noticed: list[str] = []
        self.failed: list[str] = []
        self.restored: list[str] = []
        self.session.said.listen(lambda text, _: self.said.append(text))
        self.documents.noticed.listen(lambda heading, text, _: self.noticed.append(f"{heading} {text}"))
        self.keeping.failed.listen(self.failed.append)
        self.keeping.restored.listen(self.restored.append)

    def begin(self) -> None:
        self.documents.begin()
        self.keeping.settle()

    def edit(self) -> None:
        """One note more."""
        song = self.session.song
        assert self.session.do(notes.add(song.tracks[0].id, [Note(song.next_id * 10, 9, song.next_id % 128)]))

    def crash(self) -> None:
        """As if killed: the system takes its locks back, nothing is written any more."""
        kept, self.keeping._kept = self.keeping._kept, None
        self.keeping.close(in_order=False)
        if kept is not None:
            kept.let_go(in_order=False)
        self._forget_sounds()

    def end(self) -> None:
        self.keeping.close(in_order=True)
        self._forget_sounds()

    def _forget_sounds(self) -> None:
        if self.documents._sounds is not None:
            self.documents._sounds.cleanup()

    def journalled(self) -> list[Song]:
        """What the journals on the shelf lead to, that of the open document too."""
        found = []
        for folder in self.shelf.folder.glob("*"):
            with suppress(UnreadableFile):
                found.append(recovered(Folder(folder), newest(Folder(folder))).song)
        return found


def with_saved(desk: PlainDesk) -> bytes:
    """A song of one note in its file, then edited once more; what the file holds."""
    desk.begin()
    desk.edit()
    desk.documents.save()
    assert desk.session.is_clean
    desk.edit()
    return desk.path.read_bytes()


def beside(path: Path) -> list[str]:
    return sorted(other.name for other in path.parent.iterdir())

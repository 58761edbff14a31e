"""File commands: new, open, demos, surprise, save, export. Each asks first, then works as a FILES job."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from studio.app.keeping import Keeping
from studio.app.kept import Kept
from studio.app.saving import Saving, Snapshot
from studio.app.settings_store import SettingsStore
from studio.app.take_storage import takes_from_json, takes_to_json
from studio.errors import RicercarError
from studio.events import Signal
from studio.explore import storage as pads
from studio.explore.pad import BESIDE as PADS
from studio.files import format as formats
from studio.files import project
from studio.files.backups import Backups
from studio.files.journal.shelf import Kept as Recoverable
from studio.files.part import Part, stem
from studio.files.project import Document
from studio.files.report import Opened, PartlyReadable, Report
from studio.files.several import Several, open_nth, open_or_list
from studio.ideas import storage as ideas
from studio.ideas.tree import BESIDE as IDEAS
from studio.jobs.board import Running
from studio.jobs.job import FILES, Job
from studio.jobs.progress import Progress
from studio.paths import resources
from studio.session import Session
from studio.song.song import Song, empty_song
from studio.system import SYSTEM
from studio.words import counted, tr
from widgets.dialogs.asks import Fate, Foreign
from widgets.dialogs.import_choice import ImportAnswer, ImportQuestion

log = logging.getLogger(__name__)

Then = Callable[[], object]


class Questions(Protocol):
    """What only a person can say; `widgets.dialogs.asks` asks by dialogs, a test answers itself."""

    def file_to_open(self, suffixes: tuple[str, ...], folder: Path) -> Path | None: ...
    def file_to_write(self, title: str, proposed: Path, suffix: str, kind: str) -> Path | None: ...
    def folder_to_write(self, folder: Path) -> Path | None: ...
    def may_replace(self, names: Sequence[str]) -> bool: ...
    def fate_of_changes(self, title: str) -> Fate: ...
    def files_to_import(self, suffixes: tuple[str, ...], folder: Path) -> tuple[Path, ...]: ...
    def way_in(self, asked: ImportQuestion) -> ImportAnswer | None: ...
    def song_of_file(self, name: str, titles: Sequence[str]) -> int | None: ...
    def fate_of_foreign(self, words: str) -> Foreign: ...


class Documents:
    """`noticed(heading, text, is_error)` carries what deserves more than the status line: reports, reasons, failures.

    `rescue_offered(problem, path, import_these)` says that a broken file holds something that can be had, and
    `read_otherwise(heading, text, report)` that not all of a file could be taken over as it was.
    """

    def __init__(
        self,
        session: Session,
        questions: Questions,
        store: SettingsStore,
        keeping: Keeping | None = None,
        *,
        backups: Backups | None = None,
    ) -> None:
        """`keeping` writes the journal; without one nothing is recovered after a crash."""
        self._session = session
        self.questions = questions
        self._store = store
        self._keeping = keeping
        system = SYSTEM if keeping is None else keeping.system
        self.backups = Backups(system=system) if backups is None else backups
        self._saving = Saving(session, questions, self.start, self._shot, self._took, self.backups, keeping, system)
        self._kept_beside: object = None
        self._origin: Path | None = None
        self._kept: Kept | None = None
        self._document: Document | None = None
        self._written_takes: tuple[Mapping[str, Any], ...] = ()
        self._sounds: tempfile.TemporaryDirectory[str] | None = None
        self.noticed: Signal[str, str, bool] = Signal()
        self.rescue_offered: Signal[PartlyReadable, Path, Then] = Signal()
        self.read_otherwise: Signal[str, str, Report] = Signal()
        self.began: Signal[()] = Signal()
        self.opened: Signal[()] = Signal()

    # Beginning

    def new(self) -> None:
        self.new_from(empty_song())

    def new_from(self, song: Song) -> None:
        """Show this song as a new, untitled document."""
        self.after_leaving(lambda: self._show_song(song))

    def open_asked(self) -> None:
        """Ask for a file and open it."""

        def ask() -> None:
            path = self.asked_file()
            if path is not None:
                self._read(path)

        self.after_leaving(ask)

    def asked_file(self) -> Path | None:
        """Ask which file to open, beginning where the song lies."""
        return self.questions.file_to_open(formats.suffixes(formats.readable()), self.folder())

    def open_file(self, path: Path, which: int | None = None, *, partly: bool = False) -> None:
        """Open this file, whatever we can read; of several songs in it the one that is named, or asked for; of a broken one
        what can be read, where that is wanted."""
        self.after_leaving(lambda: self._read(path, partly=partly, which=which))

    def begin_with(self, song: Song) -> None:
        """A song that no file holds yet, as a new document."""
        self.after_leaving(lambda: self._show(self._fresh(song, is_elsewhere=False), is_saved=False))

    def demos(self) -> tuple[Path, ...]:
        """The songs that travel with the program, by name."""
        found = [path for path in (resources() / "songs").glob("*") if formats.for_path(path) is not None]
        return tuple(sorted(found))

    def open_demo(self, path: Path | None = None) -> None:
        """Open a demo song as a new, untitled document; without a choice the first one."""
        demos = self.demos()
        chosen = path or (demos[0] if demos else None)
        if chosen is None:
            self._session.say(tr("The demo songs are not installed. Open a file, or choose Surprise me."), is_error=True)
            return
        self.after_leaving(lambda: self._read(chosen, as_copy=True))

    def surprise(self, seed: int | None = None) -> None:
        """A new piece; its seed stands in its title, so that it can be had again."""
        # Imported here: the first paint need not wait for what composes.
        from studio.generation import surprise

        def work(_: Progress) -> object:
            return surprise.surprise(surprise.fresh_seed() if seed is None else seed)

        def done(made: object) -> None:
            assert isinstance(made, surprise.Surprise)
            self._show_song(made.song)
            self.noticed.emit(made.song.title, " ".join(made.sentences), False)

        self.after_leaving(lambda: self.start(tr("Composing a surprise"), work, done))

    # Writing

    def save(self, then: Then | None = None) -> None:
        """Write the project where it is; ask for a place when it has none."""
        path = self._session.path
        if path is None:
            self.save_as(then)
        else:
            self._saving.write(path, lambda: self.save_as(then), then)

    def save_as(self, then: Then | None = None) -> None:
        path = self.questions.file_to_write(tr("Save as"), self.proposed(project.SUFFIX), project.SUFFIX, tr("Ricercar project"))
        if path is not None:
            self._saving.write(path, lambda: self.save_as(then), then)

    def choose_soundfont(self) -> None:
        """Another SoundFont for all tracks without one of their own, remembered as a preference and heard at once."""
        path = self.ask_soundfont()
        if path is not None:
            self.use_soundfont(path)

    def use_soundfont(self, path: Path) -> None:
        """All tracks without one of their own play it from now on."""
        self._store.change(replace(self._store.settings, soundfont=str(path)))
        self._session.say(tr("Tracks play {path} from now on.", path=path.name))

    def ask_soundfont(self) -> Path | None:
        """Ask for the file of one; said in a sentence when it is none."""
        path = self.questions.file_to_open((".sf2", ".sf3"), self.folder())
        if path is None:
            return None
        if path.suffix.lower() not in (".sf2", ".sf3") or not path.is_file():
            self._session.say(
                tr("«{path}» is no SoundFont. Choose a file that ends in .sf2 or .sf3.", path=path.name), is_error=True
            )
            return None
        return path

    # After a crash

    def begin(self) -> None:
        """The journal of the song that is there when the program starts."""
        if self._keeping is not None and self._document is None:
            self._kept = self._fresh(self._session.song)
            self._document = self._kept.document
            self._keeping.adopt(self._kept)

    def recover(self, found: Recoverable) -> None:
        """Show what a journal leads to, as unsaved work, and go on in that journal."""
        keeping = self._keeping
        assert keeping is not None

        def work(_: Progress) -> object:
            return keeping.recovered(found)

        def done(answer: object) -> None:
            assert isinstance(answer, Kept)
            shelf, _ = pads.shelf_of(answer.document.extras)
            tree, _ = ideas.tree_of(answer.document.extras)
            self._show(answer, {PADS: shelf, IDEAS: tree}, is_saved=False)
            self._show_takes(answer.document.takes)
            edits = counted(found.edits, "{n} edit", "{n} edits")
            self._session.say(
                tr("Recovered «{title}» with {edits} since the save.", title=found.written.facts.title, edits=edits)
            )

        self.after_leaving(lambda: self.start(tr("Recovering {title}", title=found.written.facts.title), work, done))

    @property
    def uuid(self) -> str:
        """The document's own; empty before the program has begun."""
        return "" if self._document is None else self._document.uuid

    def keep_beside(self) -> None:
        """Put what is beside the song into the journal, where it is other than when this was last called."""
        beside, tray = self._session.beside, self._session.tray
        takes = takes_to_json(tray.current, tray.aside)
        if self._keeping is None or self._document is None or (beside, takes) == self._kept_beside:
            return
        self._kept_beside = (beside, takes)
        extras = self._document.extras

        def members() -> Mapping[str, bytes]:
            whole = Document(Song(), "", takes=takes, extras=ideas.extras_with(pads.extras_with(extras, beside), beside))
            return project.beside(whole)

        self._keeping.keep_beside(members)

    # Leaving

    def after_leaving(self, then: Then, then_later: Then | None = None) -> None:
        """Go on once unsaved changes are saved or given up; do nothing when the person stays.

        `then_later` is called instead of `then` when a save came first: it runs after this call has returned.
        """
        self._session.interrupting.emit(None)
        if self._is_written:
            then()
            return
        fate = self.questions.fate_of_changes(self._session.song.title)
        if fate is Fate.DISCARD:
            then()
        elif fate is Fate.SAVE:
            self.save(then_later or then)

    @property
    def is_saving(self) -> bool:
        """Whether the project is being written right now."""
        return self._saving.is_under_way

    def when_saved(self, then: Then) -> None:
        """Call once the writing under way has ended, well or not."""
        self._saving.when_over(then)

    # What the other file commands stand on

    def folder(self) -> Path:
        """Where the song came from or is kept; files about it are proposed there."""
        here = self._session.path or self._origin
        return here.parent if here is not None else Path.home()

    def title(self) -> str:
        """What files about the song are called, without suffix: after its own file, else after its title."""
        here = self._session.path or self._origin
        return here.stem if here is not None else stem(self._session.song.title, Part())

    def proposed(self, suffix: str, ending: str = "") -> Path:
        """A file beside the song's own; `ending` is added to its name."""
        name = stem(self.title(), Part(ending)) if ending else self.title()
        return self.folder() / f"{name}{suffix}"

    def start(
        self,
        title: str,
        work: Callable[[Progress], object],
        done: Callable[[object], object],
        rescue: tuple[Path, Then] | None = None,
        failed: Callable[[BaseException], bool] = lambda _: False,
        *,
        stopped: Then = lambda: None,
    ) -> Running:
        """Work in the lane of files, one at a time; what goes wrong is told. `rescue`: the file that is read, and what takes
        over what can be read of a broken one. `failed` says whether it has dealt with a failure itself; `stopped` is called
        where it was cancelled."""

        def tell(problem: BaseException) -> None:
            if failed(problem):
                return
            if isinstance(problem, RicercarError):
                if rescue is not None and isinstance(problem, PartlyReadable):
                    self.rescue_offered.emit(problem, *rescue)
                else:
                    self.noticed.emit(problem.message, problem.hint, True)
                self._session.say(problem.message, is_error=True)
            else:
                raise problem

        self.began.emit()
        return self._session.jobs.start(Job(title, FILES, work), on_done=done, on_failure=tell, on_cancelled=stopped)

    # Inside

    def _read(self, path: Path, as_copy: bool = False, partly: bool = False, which: int | None = None) -> None:
        def work(progress: Progress) -> Opened | Document | Several:
            if partly:
                return formats.open_partly(path, progress)
            if path.suffix.lower() == project.SUFFIX:
                return project.read(path, progress)
            return open_or_list(path, progress) if which is None else open_nth(path, which, progress)

        def work_with_pads(progress: Progress) -> object:
            digest = "" if as_copy else project.digest_of(path)
            found = work(progress)
            if isinstance(found, Several):
                return found
            opened = Opened(found.song) if isinstance(found, Document) else found
            document = found if isinstance(found, Document) else project.new_document(found.song)
            is_project = isinstance(found, Document) and not as_copy
            fresh = document if is_project else replace(document, uuid=project.new_document(document.song).uuid)
            kept = self._prepared(fresh, path, digest) if is_project else self._prepared(fresh, None)
            return opened, kept, pads.shelf_of(document.extras), ideas.tree_of(document.extras)

        def done(answer: object) -> None:
            if isinstance(answer, Several):
                chosen = self.questions.song_of_file(path.name, answer.titles)
                if chosen is not None:
                    self._read(path, as_copy, which=chosen)
                return
            assert isinstance(answer, tuple)
            opened, kept, (shelf, pad_fault), (tree, idea_fault) = answer
            assert isinstance(opened, Opened)
            assert isinstance(kept, Kept)
            self._show(kept, {PADS: shelf, IDEAS: tree})
            take_fault = self._show_takes(kept.document.takes)
            self._origin = None if as_copy else path
            if not as_copy:
                self._store.change(self._store.settings.with_recent(path))
            told = [*opened.report.sentences(), *(words for words in (pad_fault, idea_fault, take_fault) if words)]
            self._session.say(tr("Opened {path}: {count}.", path=path.name, count=count_words(opened.song)))
            if told:
                heading, text = tr("Opened {path}", path=path.name), f"{count_words(opened.song)}. " + " ".join(told)
                if opened.report.is_exact:
                    self.noticed.emit(heading, text, False)
                else:
                    self.read_otherwise.emit(heading, text, opened.report)

        def rescue() -> None:
            self.after_leaving(lambda: self._read(path, as_copy, partly=True))

        self.start(tr("Opening {path}", path=path.name), work_with_pads, done, (path, rescue))

    def _unpacked(self, document: Document) -> Mapping[str, Path]:
        """The sounds of a project as files; the folder of the project before goes when nothing names it any more."""
        if not document.sounds:
            return {}
        self._sounds = tempfile.TemporaryDirectory(prefix="ricercar-", ignore_cleanup_errors=True)
        return project.unpack_sounds(document, Path(self._sounds.name))

    def _prepared(self, document: Document, path: Path | None, digest: str = "") -> Kept:
        """A document that can be had again from where it came, ready to be shown; may be called from any thread."""
        return Kept(document, path) if self._keeping is None else self._keeping.prepared(document, path, digest=digest)

    def _fresh(self, song: Song, *, is_elsewhere: bool = True) -> Kept:
        """A new document, at once; `is_elsewhere`: it can be had again, so that without an edit it need not be recovered."""
        document = project.new_document(song)
        return Kept(document, None) if self._keeping is None else self._keeping.fresh(document, is_elsewhere=is_elsewhere)

    def _show(self, kept: Kept, beside: Mapping[str, object] | None = None, *, is_saved: bool = True) -> None:
        self._origin = None
        self._kept, self._document = kept, kept.document
        self._written_takes, self._kept_beside = (), None
        known = {name: value for name, value in (beside or {}).items() if value is not None}
        song, sounds = kept.document.song, self._unpacked(kept.document)
        self._session.open(song, kept.path, is_saved=is_saved, sounds=sounds, beside=known)
        if self._keeping is not None:
            self._keeping.adopt(kept)
        self.opened.emit()

    def _show_song(self, song: Song) -> None:
        self._show(self._fresh(song))

    def _show_takes(self, listed: tuple[Mapping[str, Any], ...]) -> str:
        """Put the takes of a project into the tray; what was wrong with them, in a sentence."""
        shown, aside, fault = takes_from_json(listed, self._session.song)
        if shown is not None or aside:
            self._session.tray.restore(shown, aside)
        self._written_takes = takes_to_json(shown, aside)
        return fault

    @property
    def _is_written(self) -> bool:
        """Whether leaving loses nothing: judged and edited takes that no file holds are work too."""
        tray = self._session.tray
        is_work = any(take_set.judged for take_set in tray.sets)
        return self._session.is_clean and (not is_work or takes_to_json(tray.current, tray.aside) == self._written_takes)

    def _shot(self) -> Snapshot:
        """What a save would write now."""
        session = self._session
        takes = takes_to_json(session.tray.current, session.tray.aside)
        document = self._document or project.new_document(session.song)
        return Snapshot(self._kept, document, session.song, session.beside, takes)

    def _took(self, shot: Snapshot, written: Document, path: Path) -> None:
        """A snapshot is in its file now; it may be of a document that was left meanwhile."""
        self._store.change(self._store.settings.with_recent(path))
        if shot.opening is self._kept:
            self._document, self._written_takes = written, shot.takes
            self._session.mark_saved(shot.song, path, shot.beside)


def count_words(song: Song) -> str:
    notes, tracks = song.note_count, len(song.tracks)
    bars = song.bar_count
    return ", ".join(
        (
            counted(notes, "{n} note", "{n} notes"),
            counted(tracks, "{n} track", "{n} tracks"),
            counted(bars, "{n} bar", "{n} bars"),
        )
    )

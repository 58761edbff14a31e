"""Importing: files that are dropped, pasted or chosen, read as a job and laid where they were meant to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication

from studio.app import import_files, import_ways
from studio.app.desk import Desk
from studio.app.documents import count_words
from studio.app.import_files import Incoming, Reading, Sorting, read, read_nth, sorting
from studio.app.import_ways import NOTES, OPEN, TRACKS, Landing
from studio.edits import merging, merging_time
from studio.edits.history import Edit
from studio.errors import RicercarError
from studio.files import format as formats
from studio.files.midi.reading import refuse_beyond_document
from studio.jobs.job import FILES, Job
from studio.jobs.progress import Progress
from studio.recording import imported
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import counted, tr
from widgets.piano_roll import clipboard

MOST_SELECTED = 20_000
"""Of more imported notes none are selected."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was decided: the files, the way they go, and whose tempo holds."""

    files: tuple[Incoming, ...]
    landing: Landing
    way: str
    takes_tempo: bool


def ask_files(desk: Desk) -> None:
    """Choose files, then what becomes of them."""
    Importing(desk).ask_files()


def paste(desk: Desk) -> None:
    """Notes of the clipboard go to the edit cursor; files on it are dropped there."""
    Importing(desk).paste()


class Importing:
    """The window's one way in for files that somebody hands it; opening a file by its name is `Documents`'."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # Ways to hand files over

    def ask_files(self) -> None:
        """Choose files, then what becomes of them."""
        documents = self._desk.documents
        paths = documents.questions.files_to_import(formats.suffixes(formats.readable()), documents.folder())
        self.receive(paths, import_ways.at_cursor(self._desk))

    def paste(self) -> None:
        """Notes of the clipboard go to the edit cursor as ever; files on it are dropped there."""
        mime: QMimeData | None = QGuiApplication.clipboard().mimeData()
        paths = () if mime is None or mime.hasFormat(clipboard.MIME) else local_files(mime)
        if paths:
            self.receive(paths, import_ways.at_cursor(self._desk))
        else:
            self._desk.window.roll.paste()

    def receive(self, paths: Sequence[Path], landing: Landing) -> None:
        """Files that somebody lets go over a place of the window."""
        found = sorting(paths)
        if found.refused:
            self._desk.session.say(found.refused[0], is_error=True)
            self._desk.documents.noticed.emit(found.refused[0], " ".join(found.refused[1:]), True)
        if found.fonts:
            self._desk.mixing.use_soundfont(found.fonts[0], landing.track_id if landing.is_on_track else None)
        if found.music and not self._opens(found, landing):
            self._read(found.music, landing)

    # Inside

    def _opens(self, found: Sorting, landing: Landing) -> bool:
        """On a song that nobody has begun a single file is simply opened."""
        is_plain = len(found.music) == 1 and import_ways.is_blank(self._desk) and landing.way in (OPEN, TRACKS, NOTES)
        if is_plain:
            self._desk.documents.open_file(found.music[0])
        return is_plain

    def _read(self, paths: Sequence[Path], landing: Landing, *, partly: bool = False) -> None:
        def work(progress: Progress) -> object:
            return read(paths, progress, partly=partly)

        def done(reading: object) -> None:
            assert isinstance(reading, Reading)
            for problem in reading.faults:
                self._desk.documents.noticed.emit(problem.message, problem.hint, True)
            self._choose_songs(reading, landing)

        def rescue() -> None:
            self._read(paths, landing, partly=True)

        names = paths[0].name if len(paths) == 1 else counted(len(paths), "{n} file", "{n} files")
        self._desk.documents.start(tr("Reading {path}", path=names), work, done, (paths[0], rescue))

    def _choose_songs(self, reading: Reading, landing: Landing) -> None:
        """Of each file that holds several songs one is chosen, and read."""
        if not reading.books:
            self._choose_way(tuple(reading.files), landing)
            return
        wanted = []
        for path, book in reading.books:
            index = self._desk.documents.questions.song_of_file(path.name, book.titles)
            if index is None:
                return
            wanted.append((path, index))

        def work(progress: Progress) -> object:
            return tuple(read_nth(path, index, progress) for path, index in wanted)

        def done(read_now: object) -> None:
            assert isinstance(read_now, tuple)
            self._choose_way((*reading.files, *read_now), landing)

        self._desk.documents.start(tr("Reading {path}", path=wanted[0][0].name), work, done)

    def _choose_way(self, files: tuple[Incoming, ...], landing: Landing) -> None:
        if not files:
            return
        asked = import_ways.question(self._desk, files, landing)
        answer = self._desk.documents.questions.way_in(asked)
        if answer is None:
            self._desk.session.say(tr("Nothing was imported."))
            return
        policy = self._desk.store.settings.import_tempo
        plan = _Plan(files, landing, answer.way, answer.takes_tempo if policy == "ask" else policy == "always")
        try:
            {OPEN: self._open, TRACKS: self._merge, NOTES: self._merge}.get(answer.way, self._hand_on)(plan)
        except RicercarError as problem:
            self._desk.session.say(str(problem), is_error=True)

    def _open(self, plan: _Plan) -> None:
        """One file as it is; several side by side from the first bar on, named after the first."""
        first = plan.files[0]
        if len(plan.files) == 1:
            self._desk.documents.open_file(first.path, first.which, partly=first.is_part)
            return
        song = reduce(lambda made, file: merging.merge(file.song, 0).apply(made), plan.files[1:], first.song)
        self._desk.documents.begin_with(song)
        self._tell(plan, song.note_count)

    def _merge(self, plan: _Plan) -> None:
        """The song with the files in it is made beside the window: they may hold a million notes."""
        session, landing = self._desk.session, plan.landing
        snapshot, at, onto = session.song, landing.tick, landing.track_id if plan.way == NOTES else None
        files = [file.song for file in plan.files if onto is None or merging.suiting(snapshot.track(onto), file.song)]
        takes_tempo = plan.takes_tempo and any(merging_time.differs(snapshot, song, at) for song in files)
        edits = [merging.merge(song, at, onto=onto, takes_tempo=takes_tempo and not number) for number, song in enumerate(files)]

        def merged(song: Song) -> Song:
            made = reduce(lambda made, edit: edit.apply(made), edits, song)
            refuse_beyond_document(made, made.title)
            return made

        def done(made: object) -> None:
            assert isinstance(made, Song)
            before = session.song
            edit = Edit(tr("Import {title}", title=_names(plan.files)), lambda song: made if song is snapshot else merged(song))
            if session.do(edit, frozenset()):
                remarks = _remarks(before, session.song, files, onto)
                # In an event of its own: the panels have just built what is new.
                QTimer.singleShot(0, self._desk.window, lambda: self._show(plan, before, session.song, onto, remarks))

        def failed(problem: BaseException) -> None:
            if not isinstance(problem, RicercarError):
                raise problem
            session.say(str(problem), is_error=True)

        # Not by `Documents`, whose new work takes away what was just told of files that could not be read.
        job = Job(tr("Importing {path}", path=_names(plan.files)), FILES, lambda _: merged(snapshot))
        session.jobs.start(job, on_done=done, on_failure=failed)

    def _show(self, plan: _Plan, before: Song, after: Song, onto: int | None, remarks: tuple[str, ...]) -> None:
        """What came is in front, and in view."""
        session, at, count = self._desk.session, plan.landing.tick, after.note_count - before.note_count
        if session.song is after:
            fresh = [track.id for track in after.tracks if not before.has_track(track.id)]
            ids: list[int] = []
            if onto is not None and count <= MOST_SELECTED:
                found = after.track(onto).notes.rows["id"]
                ids = found[found >= before.next_id].tolist()
            track_id = onto if onto is not None else fresh[0] if fresh else None
            session.select(frozenset(ids), track_id=track_id, cursor_tick=at)
            state = self._desk.window.roll.state
            state.look(state.viewport.revealing(Span(at, after.timeline.bar_start(after.timeline.bar_of(at) + 1))))
        self._tell(plan, count, remarks)

    def _hand_on(self, plan: _Plan) -> None:
        """To the takes, the pad or the Generate panel."""
        desk, named = self._desk, [(file.path.name, file.song) for file in plan.files]
        if plan.way == import_ways.TAKE:
            region = import_ways.region_of(desk, plan.landing)
            assert region is not None
            made = imported.add_takes(desk.session, named, region)
            desk.session.say(counted(made, "{n} take came out of the file.", "{n} takes came out of the files."))
            self._report(plan)
        elif plan.way == import_ways.ANCHOR:
            import_ways.put_anchors(desk, named)
        else:
            import_ways.name_seed(desk, *named[0])

    def _tell(self, plan: _Plan, notes: int, remarks: tuple[str, ...] = ()) -> None:
        count = counted(notes, "{n} note", "{n} notes")
        bar = self._desk.session.song.timeline.bar_of(plan.landing.tick)
        if plan.way == OPEN:
            self._desk.session.say(
                tr("Opened {path}: {count}.", path=_names(plan.files), count=count_words(self._desk.session.song))
            )
        else:
            self._desk.session.say(tr("Imported {path} at bar {bar}: {count}.", path=_names(plan.files), bar=bar, count=count))
        self._report(plan, remarks)

    def _report(self, plan: _Plan, remarks: tuple[str, ...] = ()) -> None:
        """What could not be taken over as it was, if anything."""
        report = import_files.report_of(plan.files)
        report = replace(report, remarks=(*report.remarks, *remarks))
        heading, text = tr("Imported {path}", path=_names(plan.files)), " ".join(report.sentences())
        if not report.is_exact:
            self._desk.documents.read_otherwise.emit(heading, text, report)
        elif text:
            self._desk.documents.noticed.emit(heading, text, False)


def local_files(mime: QMimeData) -> tuple[Path, ...]:
    """The files of this computer that a drag or the clipboard names."""
    return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())


def _names(files: Sequence[Incoming]) -> str:
    """The name of one file, or how many they are."""
    return f"«{files[0].path.name}»" if len(files) == 1 else counted(len(files), "{n} file", "{n} files")


def _remarks(before: Song, after: Song, files: Sequence[Song], onto: int | None) -> tuple[str, ...]:
    """What the files held that has no place where they went."""
    told = []
    if any(track.clips for song in files for track in song.tracks):
        told.append(tr("The sounds of its audio tracks were left out."))
    if onto is not None:
        lost = sum(len(track.notes) for song in files for track in merging.suiting(before.track(onto), song))
        lost -= after.note_count - before.note_count
        if lost:
            told.append(
                counted(
                    lost, "{n} note became one with a note that was there.", "{n} notes became one with notes that were there."
                )
            )
        if any(track.controls for song in files for track in merging.suiting(before.track(onto), song)):
            told.append(tr("Controllers and programs were left out: the track keeps its own."))
        strange = [track for song in files for track in song.tracks if len(track.notes)]
        if any(track.instrument.is_drum != after.track(onto).instrument.is_drum for track in strange):
            told.append(tr("Only the notes of the track's kind came: drums go to drums, the rest to the rest."))
    return tuple(told)

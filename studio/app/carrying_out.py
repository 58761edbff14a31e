"""Carrying out: notes, takes, tracks and sections leave the window as real MIDI files, by drag (EX-32) and clipboard (EX-31)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from studio.app import parts
from studio.app.parts import Scope
from studio.errors import RicercarError, UnsupportedRequest
from studio.events import Signal
from studio.files.exchange import heard_rows
from studio.files.outbox import Outbox, Parcel, packed
from studio.files.part import Part, bars_of, stem
from studio.jobs.job import FILES, Job
from studio.jobs.progress import Progress
from studio.selection import Selection
from studio.session import Session
from studio.settings import Settings
from studio.song.clip import Clip
from studio.song.rows import copied_rows, joined
from studio.song.song import Song, span_of
from studio.song.timeline import Section
from studio.words import counted, tr
from widgets import drag_out
from widgets.drag_out import Carried, GoingOut
from widgets.phrase_drag import ELSE, SELECTION, TAKE, payload
from widgets.phrase_drag import MIME as PHRASE_MIME
from widgets.piano_roll.clipboard import Whence, mime_of

MOST_AT_ONCE = 2_000
"""So many notes are written within a frame; more are written by a job, and the drag begins when it is done."""

Drag = Callable[[QWidget, QMimeData, QPixmap], bool]


@dataclass(frozen=True, eq=False)
class _Wish:
    """What is asked for, and of which state of the song."""

    song: Song
    selection: Selection
    what: Carried
    separately: bool

    def is_for(self, other: _Wish | None) -> bool:
        if other is None or other.song is not self.song or other.selection is not self.selection:
            return False
        return other.what == self.what and other.separately == self.separately


class CarryingOut(GoingOut):
    """Of one window. `drag` takes a drag to its end and says whether somebody took it: Qt's, or what a test looks with."""

    def __init__(self, session: Session, outbox: Outbox, settings: Callable[[], Settings], drag: Drag = drag_out.carry) -> None:
        self.session, self.outbox, self._settings = session, outbox, settings
        self.drag = drag
        self.last: Path | None = None
        """The file that went out last."""
        self.gone_out: Signal[str, Path] = Signal()
        """What is to be said of a file, which can be shown in its folder (EX-37)."""
        self._awaited: _Wish | None = None
        self._made: tuple[_Wish, Parcel | RicercarError] | None = None
        """What a job has written, or why it has not, for a hand that still waits."""

    # Drags

    def carry(self, source: QWidget, what: Carried, keys: Qt.KeyboardModifier) -> bool:
        separately = bool(keys & Qt.KeyboardModifier.AltModifier) or self._settings().drag_separately
        wish = _Wish(self.session.heard_song(), self.session.selection, what, separately)
        if wish.is_for(self._awaited):
            return False
        try:
            parcel = self._parcel(wish)
        except RicercarError as problem:
            if what.kind == "take":  # the pad, the palette and the tracks take it all the same
                self.drag(source, _inside(what), drag_out.plate("", joined([]), source.devicePixelRatioF()))
            self.session.say(str(problem), is_error=True)
            return True
        if parcel is not None:
            self._carry_parcel(source, what, parcel)
        return parcel is not None

    def _parcel(self, wish: _Wish) -> Parcel | None:
        """What was written before for just this, or is written now; None: a job has begun to."""
        made, self._made = self._made, None
        if made is not None and wish.is_for(made[0]):
            if isinstance(made[1], RicercarError):
                raise made[1]
            return made[1]
        scope = self._scope(wish.what)
        if _size(scope) <= MOST_AT_ONCE:
            return self._packed(scope, wish.separately)
        self._awaited = wish
        self._write_later(scope, wish.separately, lambda parcel: self._keep(wish, parcel))
        return None

    def _carry_parcel(self, source: QWidget, what: Carried, parcel: Parcel) -> None:
        mime = drag_out.fill(_notes(parcel.song), parcel.paths, parcel.midi)
        mime.removeFormat("text/plain")  # who takes files and text alike is to take the file
        mime.setData(PHRASE_MIME, _inside(what).data(PHRASE_MIME))
        rows = joined([track.notes.rows for track in parcel.song.tracks])
        if self.drag(source, mime, drag_out.plate(_name(parcel), rows, source.devicePixelRatioF())):
            self.gone_out.emit(tr("Carried out: {name}.", name=_name(parcel)), parcel.paths[0])

    # The clipboard

    def copy(self, what: Carried) -> None:
        """As a file that file managers and other programs paste, and as notes for our own roll."""
        try:
            scope = self._scope(what)
            if _size(scope) > MOST_AT_ONCE:
                self._write_later(scope, False, self._put_on_clipboard)
            else:
                self._put_on_clipboard(self._packed(scope, False))
        except RicercarError as problem:
            self._put_on_clipboard(problem)

    def _put_on_clipboard(self, parcel: Parcel | RicercarError) -> None:
        if isinstance(parcel, RicercarError):
            self.session.say(str(parcel), is_error=True)
            return
        mime = drag_out.fill(_notes(parcel.song), parcel.paths, parcel.midi, is_copied=True)
        QGuiApplication.clipboard().setMimeData(mime)
        words = tr("Copied as {name}. Paste it in a folder or in another program.", name=_name(parcel))
        self.gone_out.emit(words, parcel.paths[0])

    # What goes out

    def _scope(self, what: Carried) -> Scope:
        session, song = self.session, self.session.song
        found: Scope | None = None
        if what.kind == "selection":
            found = parts.selection(session)
            front = session.selection.track_id
            if found is None and song.has_track(front):
                found = parts.track(session, front)
        elif isinstance(what.of, Section):
            found = parts.section(session, what.of)
        elif what.kind == "take":
            found = parts.take(session, what.of)
        elif what.of is not None and song.has_track(what.of):
            found = parts.track(session, what.of)
        if found is None:
            raise UnsupportedRequest(tr("There is nothing to carry out."), tr("Select some notes first."))
        return found

    def _packed(self, scope: Scope, separately: bool) -> Parcel:
        """Write the files. May run on another thread: it looks at values only."""
        song, settings = _audible(scope), self._settings()
        if not song.tracks:
            named = scope.part.name or scope.label
            raise UnsupportedRequest(tr("«{part}» has no notes to carry out.", part=named), tr("What is muted stays here."))
        files = [(self._stem(scope, scope.part), song)]
        if separately and len(song.tracks) > 1:
            files = [
                (self._stem(scope, parts.narrowed(scope.song, scope.part, [track.id])), replace(song, tracks=(track,)))
                for track in song.tracks
            ]
        options = {"tempo": settings.drag_tempo, "bars": bars_of(scope.song, scope.part)}
        return packed(self.outbox, song, files, options, is_marked=settings.marks_exports)

    def _stem(self, scope: Scope, part: Part) -> str:
        return stem(scope.song.title, part, is_ascii=True)

    def _write_later(self, scope: Scope, separately: bool, done: Callable[[Parcel | RicercarError], object]) -> None:
        def work(_: Progress) -> object:
            return self._packed(scope, separately)

        def arrived(made: object) -> None:
            assert isinstance(made, Parcel)
            done(made)

        def failed(problem: BaseException) -> None:
            if not isinstance(problem, RicercarError):
                raise problem
            done(problem)

        notes = counted(_size(scope), "{n} note", "{n} notes")
        self.session.say(tr("Writing {notes} to a file...", notes=notes))
        job = Job(tr("Writing {part}", part=scope.part.name or scope.label), FILES, work)
        self.session.jobs.start(job, on_done=arrived, on_failure=failed, on_cancelled=self._forget)

    def _keep(self, wish: _Wish, made: Parcel | RicercarError) -> None:
        """A hand that still holds it takes it at its next move."""
        self._awaited, self._made = None, (wish, made)
        if isinstance(made, Parcel):
            self.session.say(tr("{name} is ready: go on dragging.", name=_name(made)))

    def _forget(self) -> None:
        self._awaited = None


def _size(scope: Scope) -> int:
    """How many notes at most; counted without cutting anything."""
    part, chosen = scope.part, scope.part.track_ids
    if part.note_ids is not None:
        return len(part.note_ids)
    tracks = [track.notes for track in scope.song.tracks if chosen is None or track.id in chosen]
    return sum(len(notes if part.span is None else notes.starting_in(part.span)) for notes in tracks)


def _audible(scope: Scope) -> Song:
    """The part with the tracks of which something is heard; those that were chosen themselves even where they are muted."""
    song = scope.cut().ungrouped()
    is_chosen = scope.part.track_ids is not None
    tracks = [track for track in song.tracks if not track.is_audio and (is_chosen or not track.strip.is_muted)]
    tracks = [replace(track, strip=replace(track.strip, is_muted=False)) for track in tracks if len(heard_rows(track))]
    return replace(song, tracks=tuple(tracks))


def _notes(song: Song) -> QMimeData:
    """The notes as our own clipboard holds them, from the first one on."""
    found = [(offset, heard_rows(track)) for offset, track in enumerate(song.tracks)]
    span = span_of(joined([rows for _, rows in found]))
    assert span is not None, "what is packed has notes"
    moved = [(offset, copied_rows(rows)) for offset, rows in found]
    for _, rows in moved:
        rows["start"] -= span.start_tick
    return mime_of(Clip(tuple(moved), span.length_ticks), Whence(song))


def _inside(what: Carried) -> QMimeData:
    """What it is to the pad, the palette and the tracks of our own window, where it is something to them."""
    if what.kind == "take" and isinstance(what.of, int):
        return payload(TAKE, what.of)
    return payload(SELECTION if what.kind == "selection" else ELSE)


def _name(parcel: Parcel) -> str:
    return parcel.paths[0].name if len(parcel.paths) == 1 else counted(len(parcel.paths), "{n} file", "{n} files")

"""Exporting: what leaves the program for others - MIDI, sound, text. Each asks for a target, then works as a FILES job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import IO

from studio.app.bounce import Bounce
from studio.app.documents import Documents, count_words
from studio.app.freezing import Render
from studio.app.settings_store import SettingsStore
from studio.files import format as formats
from studio.jobs.progress import Progress
from studio.paths import write_atomically
from studio.session import Session
from studio.song.song import Song
from studio.words import tr
from widgets.panels.heading import length_words


class Exporting:
    """Writes what the session shows, in other formats than the project's."""

    def __init__(self, session: Session, documents: Documents, store: SettingsStore, render: Render) -> None:
        self._session, self._documents, self._store = session, documents, store
        self.render = render

    def export_midi(self) -> None:
        path = self._documents.questions.file_to_write(
            tr("Export MIDI"), self._documents.proposed(".mid"), ".mid", tr("Standard MIDI file")
        )
        if path is None:
            return
        song = self._session.song

        def work(progress: Progress) -> object:
            formats.write_song(song, path, None, progress)
            return None

        self._documents.start(
            tr("Exporting {path}", path=path.name),
            work,
            lambda _: self._session.say(tr("Exported {path}: {count}.", path=path.name, count=count_words(song))),
        )

    def export_wav(self, song: Song | None = None, ending: str = "") -> None:
        """Ask for rate and depth, then for a file; the render can be cancelled. `ending` is added to the proposed name."""
        song = self._session.song if song is None else song
        if not song.note_count:
            self._session.say(tr("There is nothing to export yet: the song is empty."), is_error=True)
            return
        limiter = tr("limiter on") if song.is_limited else tr("limiter off: peaks above full scale are cut")
        questions = self._documents.questions
        choice = questions.wav_choice(
            tr("The mix of {length}, with the mixer as it stands ({limiter}).", length=length_words(song), limiter=limiter)
        )
        if choice is None:
            return
        path = questions.file_to_write(tr("Export WAV"), self._documents.proposed(".wav", ending), ".wav", tr("WAV sound file"))
        if path is None:
            return
        font = self._store.settings.soundfont
        bounce = Bounce(song, path, choice.rate, choice.bits, Path(font) if font else None, self._session.sounds)

        def work(progress: Progress) -> object:
            return self.render(bounce, progress)

        def done(warning: object) -> None:
            self._session.say(tr("Exported {path}: {length}.", path=path.name, length=length_words(song)))
            if warning:
                self._documents.noticed.emit(tr("Exported {path}", path=path.name), str(warning), False)

        self._documents.start(tr("Exporting {path}", path=path.name), work, done)

    def export_stem(self) -> None:
        """The track in front by itself, through its fader and pan, as a sound file."""
        session = self._session
        if not session.song.has_track(session.selection.track_id):
            return
        track = session.song.track(session.selection.track_id)
        strip = replace(session.song.strip_of(track), is_muted=False, is_solo=False)
        master = replace(session.song.master, gain_db=0.0, pan=0.0, is_muted=False)
        alone = replace(track, strip=strip, group=0)
        song = replace(session.song, tracks=(alone,), groups=(), constraints=(), master=master, is_limited=False)
        self.export_wav(song, track.name)

    def save_text(self, text: str, title: str, ending: str) -> None:
        """Ask for a file and write this text into it; `ending` is added to the proposed name."""
        path = self._documents.questions.file_to_write(title, self._documents.proposed(".txt", ending), ".txt", tr("Text"))
        if path is None:
            return

        def write(stream: IO[bytes]) -> None:
            stream.write(text.encode())

        self._documents.start(
            tr("Saving {path}", path=path.name),
            lambda _: write_atomically(path, write),
            lambda _: self._session.say(tr("Saved {path}.", path=path.name)),
        )

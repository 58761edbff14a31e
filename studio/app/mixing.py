"""Mixing: what the mixer's commands mean beyond single edits: mono check, hidden tracks, SoundFonts, freezing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint

from studio.app.documents import Documents
from studio.app.engines import LiveSound
from studio.app.freezing import Freezer, Render
from studio.app.settings_store import SettingsStore
from studio.app.window import MainWindow
from studio.audio.transport import SoundStatus
from studio.edits import tracks
from studio.jobs.job import FILES, Job
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.mixing import SoundFontFile
from studio.words import tr


class Mixing:
    """Keeps what only the window knows: whether one listens in mono, and whether hidden tracks are listed."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        sound: LiveSound,
        documents: Documents,
        *,
        render: Render,
        store: SettingsStore,
        folder: Path,
    ) -> None:
        self._window, self._session, self._sound = window, session, sound
        self._documents, self._store = documents, store
        self.freezer = Freezer(session, render, store, folder, sound.look_for_frozen)
        self.is_mono = self.shows_hidden = False
        self._soundfont = store.settings.soundfont
        self._warned = ""
        self._missing: frozenset[str] = frozenset()
        window.tracks.ask_soundfont = self.choose_soundfont
        window.tracks.toggle_freeze = self.freezer.toggle
        window.mixer.mono_turned.connect(self.toggle_mono)
        window.mixer.instrument_wanted.connect(self._pick_instrument)
        window.mixer.menu_wanted.connect(self._open_menu)
        store.changed.listen(self._follow_settings)

    def toggle_mono(self) -> None:
        """Hear left and right as one, or as they are. Nothing in the song changes, nor in what is exported."""
        self.is_mono = not self.is_mono
        self._sound.set_mono(self.is_mono)
        self._window.mixer.master.show_mono(self.is_mono)
        self._session.say(tr("Mono check: left and right are heard as one.") if self.is_mono else tr("Stereo again."))

    def toggle_hidden_shown(self) -> None:
        """List hidden tracks too, or not."""
        self.shows_hidden = not self.shows_hidden
        self._window.tracks.show_hidden(self.shows_hidden)
        self._window.mixer.show_hidden(self.shows_hidden)

    def toggle_freeze(self) -> None:
        """Of the track in front."""
        self.freezer.toggle(self._session.selection.track_id)

    def choose_soundfont(self, track_id: int) -> None:
        """Ask for a SoundFont and let one track play it."""
        path = self._documents.ask_soundfont()
        if path is not None:
            self.use_soundfont(path, track_id)

    def use_soundfont(self, path: Path, track_id: int | None) -> None:
        """Let one track play a SoundFont, or (None) all that have none of their own; to know it elsewhere, a track's is read
        as a whole first."""
        # Imported here: the first paint need not wait for what reads SoundFonts.
        from studio.audio.font_shelf import described

        if track_id is None:
            self._documents.use_soundfont(path)
            return

        def work(_: Progress) -> object:
            return described(path)

        def done(font: object) -> None:
            song = self._session.song
            if isinstance(font, SoundFontFile) and song.has_track(track_id):
                track = song.track(track_id)
                if self._session.do(tracks.set_instrument(track_id, replace(track.instrument, font=font))):
                    self._session.say(tr("«{track}» plays {font}.", track=track.name, font=font.name))

        job = Job(tr("Reading {path}", path=path.name), FILES, work)
        self._session.jobs.start(job, on_done=done, on_failure=lambda problem: self._session.say(str(problem), is_error=True))

    def follow(self, status: SoundStatus) -> None:
        """The sound process says which SoundFonts of tracks are not there."""
        missing = frozenset(status.missing_fonts)
        if missing != self._missing:
            self._missing = missing
            self._window.mixer.show_missing(missing)
            self._window.tracks.show_missing(missing)
        if status.warning != self._warned:
            self._warned = status.warning
            if status.warning:
                self._window.status.say(status.warning, is_error=True)

    # Inside

    def _follow_settings(self) -> None:
        """Another shared SoundFont is heard at once."""
        named = self._store.settings.soundfont
        if named != self._soundfont:
            self._soundfont = named
            self._sound.use_soundfont(Path(named) if named else None)

    def _pick_instrument(self, track_id: int) -> None:
        """With the track in front first."""
        self._session.select(frozenset(), track_id=track_id)
        self._window.tracks.choose_instrument()

    def _open_menu(self, entry_id: int, place: QPoint) -> None:
        if self._session.song.has_track(entry_id):
            self._session.select(frozenset(), track_id=entry_id)
        self._window.tracks.open_menu(entry_id, place)

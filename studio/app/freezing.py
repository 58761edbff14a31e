"""Freezer: renders what frozen tracks play, once for each state of a track, as jobs that can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from studio.app.bounce import Bounce
from studio.app.settings_store import SettingsStore
from studio.audio import frozen
from studio.audio.font_shelf import FontShelf
from studio.edits import freezing
from studio.errors import RicercarError
from studio.jobs.job import FREEZE, Job
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.song import Track
from studio.words import tr

RATE = 48_000
LOOK_AFTER_MS = 400
"""A song that changes is looked at when it has been left alone for so long."""

Render = Callable[[Bounce, Progress], str]


class Freezer(QObject):
    """A frozen track whose sound is not kept in the folder plays as it is until it has been rendered."""

    def __init__(
        self, session: Session, render: Render, store: SettingsStore, folder: Path, rendered: Callable[[], object]
    ) -> None:
        super().__init__()
        self._session, self._render, self._store = session, render, store
        self._folder, self._rendered = folder, rendered
        self._keys = frozen.Keys()
        self._fonts: tuple[str, Path | None] | None = None
        self._under_way: set[str] = set()
        self._given_up: set[str] = set()
        self._asked: set[int] = set()
        """Tracks that were frozen by hand: a cancel unfreezes them again."""
        self._later = QTimer(self, singleShot=True, interval=LOOK_AFTER_MS)
        self._later.timeout.connect(self.look)
        session.song_changed.listen(lambda _before, _after: self._look_later())
        store.changed.listen(self._look_later)

    def toggle(self, track_id: int) -> None:
        """Freeze a track, or unfreeze it; one step back either way."""
        song = self._session.song
        if not song.has_track(track_id):
            return
        if song.track(track_id).is_frozen:
            self._session.do(freezing.unfreeze(track_id))
        elif self._session.do(freezing.freeze(track_id)):
            self._asked.add(track_id)
            self._given_up.clear()
            self.look()

    def look(self) -> None:
        """Begin to render what frozen tracks lack."""
        for track in self._session.song.tracks:
            if not track.is_frozen:
                continue
            key = self._keys.key(self._session.song, track, self._font)
            if key not in self._under_way and key not in self._given_up and not frozen.is_kept(self._folder, key):
                self._begin(track, key)

    def _look_later(self) -> None:
        if any(track.is_frozen for track in self._session.song.tracks):
            self._later.start()

    @property
    def _font(self) -> Path | None:
        """The SoundFont that all tracks share, as the sound process finds it."""
        named = self._store.settings.soundfont
        if self._fonts is None or self._fonts[0] != named:
            self._fonts = named, FontShelf(Path(named) if named else None).shared
        return self._fonts[1]

    def _begin(self, track: Track, key: str) -> None:
        song, font = self._session.song, self._font
        bounce = Bounce(song, self._folder / key, RATE, 32, font, freezes=track.id)
        self._under_way.add(key)

        def work(progress: Progress) -> object:
            self._folder.mkdir(parents=True, exist_ok=True)
            return self._render(bounce, progress)

        def done(_: object) -> None:
            self._under_way.discard(key)
            self._asked.discard(track.id)
            self._rendered()
            self._session.say(tr("«{track}» is frozen.", track=track.name))

        def failed(problem: BaseException) -> None:
            if not isinstance(problem, RicercarError | OSError):
                raise problem
            self._give_up(track, key, str(problem), is_error=True)

        def cancelled() -> None:
            self._give_up(track, key, tr("«{track}» was not frozen.", track=track.name))

        job = Job(tr("Freezing {track}", track=track.name), FREEZE, work)
        self._session.jobs.start(job, on_done=done, on_failure=failed, on_cancelled=cancelled)

    def _give_up(self, track: Track, key: str, words: str, is_error: bool = False) -> None:
        """One that was frozen by hand is as it was; one that came frozen from a file plays as it is."""
        self._under_way.discard(key)
        self._given_up.add(key)
        song = self._session.song
        if track.id in self._asked and song.has_track(track.id) and song.track(track.id).is_frozen:
            self._session.do(freezing.unfreeze(track.id))
        self._asked.discard(track.id)
        self._session.say(words, is_error=is_error)

"""Phrases on the move: what a drag between palette, takes, pad and roll carries, and how a drop becomes a phrase."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from studio.errors import RicercarError
from studio.files import format as formats
from studio.generation.latent import Phrase
from studio.jobs.job import FILES, Job
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.song import Song
from studio.words import tr

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

MIME = "application/x-ricercar-phrase"
PALETTE, TAKE, SELECTION, ELSE = "palette", "take", "selection", "else"
"""What is carried; ELSE is of this window too, but no phrase: it is for other programs alone."""
LARGEST_PICTURE = QSize(330, 70)
"""The picture under the pointer is at most so large."""


def payload(kind: str, index: int | None = None) -> QMimeData:
    """What a drag carries, and of which process, for the numbers mean something in it alone: "palette:3:4711"."""
    mime = QMimeData()
    mime.setData(MIME, f"{kind}:{'' if index is None else index}:{os.getpid()}".encode())
    return mime


def is_ours(mime: QMimeData) -> bool:
    """Whether a drag began in this process."""
    return _said(mime)[0] != ""


def _said(mime: QMimeData) -> tuple[str, int | None]:
    """Kind and number; no kind where it is not ours."""
    kind, _, rest = bytes(mime.data(MIME).data()).decode(errors="replace").partition(":")
    number, _, process = rest.partition(":")
    if process != str(os.getpid()):
        return "", None
    return kind, int(number) if number.isascii() and number.isdecimal() else None


def accepts(mime: QMimeData) -> bool:
    """Whether a drop could become a phrase: one of ours, or files that we know by their suffix or content."""
    return _said(mime)[0] in (PALETTE, TAKE, SELECTION) or (not is_ours(mime) and bool(_files(mime)))


def phrase_of_drop(explorer: Explorer, mime: QMimeData) -> Phrase | None:
    """The phrase of a drop that is at hand at once; None for files, and for what is there no more. Errors are said."""
    kind, index = _said(mime)
    try:
        if kind == PALETTE and index is not None:
            return explorer.palette[index] if index < len(explorer.palette) else None
        if kind == TAKE and index is not None:
            return explorer.phrase_of_take(index)
        if kind == SELECTION:
            return explorer.phrase_of_selection()
    except RicercarError as problem:
        explorer.session.say(str(problem), is_error=True)
    return None


def taken_index(mime: QMimeData) -> int | None:
    """Which take of the tray is carried, if one is."""
    kind, index = _said(mime)
    return index if kind == TAKE else None


def receive_drop(explorer: Explorer, mime: QMimeData, receive: Callable[[Phrase], object]) -> bool:
    """Hand every phrase of a drop to `receive`, at once or, for files, when they are read. Whether there is something."""
    if is_ours(mime):
        phrase = phrase_of_drop(explorer, mime)
        if phrase is not None:
            receive(phrase)
        return phrase is not None
    paths = _files(mime)
    for path in paths:
        read_file(explorer, path, receive)
    return bool(paths)


def read_file(explorer: Explorer, path: Path, receive: Callable[[Phrase], object]) -> None:
    """Read a file as a job and hand its phrase on; what is wrong with it is said in the status line."""
    read_phrase(explorer.session, path, lambda song: explorer.phrase_of_file(song, path.name), receive)


def read_phrase(session: Session, path: Path, phrase_of: Callable[[Song], Phrase], receive: Callable[[Phrase], object]) -> None:
    """Read a file as a job and hand on what `phrase_of` makes of its song; what is wrong is said in the status line."""

    def work(progress: Progress) -> Song:
        return formats.open_song(path, progress).song

    def done(song: object) -> None:
        assert isinstance(song, Song)
        try:
            receive(phrase_of(song))
        except RicercarError as problem:
            failed(problem)

    def failed(problem: BaseException) -> None:
        if not isinstance(problem, RicercarError):
            raise problem
        session.say(str(problem), is_error=True)

    session.jobs.start(Job(tr("Reading {path}", path=path.name), FILES, work), on_done=done, on_failure=failed)


def asked_file(asker: QWidget, session: Session, title: str) -> Path | None:
    """The file that the composer chooses, beginning where the song lies."""
    patterns = " ".join(f"*{suffix}" for suffix in readable_suffixes())
    folder = str(session.path.parent) if session.path is not None else str(Path.home())
    name, _ = QFileDialog.getOpenFileName(asker.window(), title, folder, tr("Music ({patterns})", patterns=patterns))
    return Path(name) if name else None


def readable_suffixes() -> tuple[str, ...]:
    """Suffixes of files that can become phrases."""
    return formats.suffixes(formats.readable())


class Grab:
    """Tells a click from the beginning of a drag; a card asks it at every mouse event."""

    def __init__(self) -> None:
        self._pressed: QPointF | None = None

    def press(self, event: QMouseEvent) -> None:
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None

    def release(self) -> None:
        self._pressed = None

    def begins(self, event: QMouseEvent) -> bool:
        """Whether this move begins a drag; it does so once for each press."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        if (event.position() - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return False
        self._pressed = None
        return True


def carry(source: QWidget, mime: QMimeData) -> None:
    """Drag with the look of the card itself under the pointer; returns when it was dropped or given up."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    picture = _picture(source)
    drag.setPixmap(picture)
    drag.setHotSpot(QPoint(16, round(picture.height() / picture.devicePixelRatio() / 2)))
    drag.exec(Qt.DropAction.CopyAction)


def _picture(source: QWidget) -> QPixmap:
    seen = source.grab()
    dpr = seen.devicePixelRatio()
    wanted = source.size().boundedTo(LARGEST_PICTURE) * dpr
    return seen.copy(0, 0, round(wanted.width()), round(wanted.height()))


def _files(mime: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    known = readable_suffixes() if paths else ()
    return [path for path in paths if path.suffix.lower() in known or formats.is_midi(path)]

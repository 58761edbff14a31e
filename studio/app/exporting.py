"""Exporting: what leaves the program for others, asked for in one window, written as FILES jobs; the last one can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from PySide6.QtWidgets import QWidget

from studio.app import parts
from studio.app.documents import Documents
from studio.app.export_window import ExportWindow, Wanted
from studio.app.freezing import Render
from studio.app.order_child import carried_out
from studio.app.orders import Means, Order
from studio.app.parts import Scope
from studio.app.settings_store import SettingsStore
from studio.events import Signal
from studio.files.made_with import About
from studio.files.outgoing import Sent
from studio.jobs.progress import Progress
from studio.paths import write_atomically
from studio.session import Session
from studio.words import counted, tr

Models = Callable[[], Mapping[str, About]]
"""What is known of the models that are here, by id."""


@dataclass(frozen=True, slots=True)
class _Last:
    """An export that went well: which of the parts there were, on which tracks, and how it was written."""

    order: Order
    kind: str
    name: str
    track_ids: frozenset[int] | None


class Exporting:
    """Of one window. `sent(sentence, path)` when something was written."""

    def __init__(self, session: Session, documents: Documents, store: SettingsStore, render: Render, models: Models) -> None:
        self._session, self._documents, self._store = session, documents, store
        self.render, self._models = render, models
        self._last: _Last | None = None
        self.sent: Signal[str, Path] = Signal()
        session.opened.listen(self._forget)

    def open(self, parent: QWidget, wanted: Wanted = Wanted()) -> None:  # noqa: B008
        """The export window, over `parent`."""
        self._session.interrupting.emit(None)
        titles = {name: about.title for name, about in self._models().items()}
        ExportWindow(parts.parts(self._session), self._documents, self._store, titles, self._send).open(wanted, parent)

    def open_for_track(self, parent: QWidget, way: str) -> None:
        """The export window with the track in front alone."""
        self.open(parent, Wanted(way, parts.WHOLE, frozenset((self._session.selection.track_id,))))

    @property
    def can_repeat(self) -> bool:
        return self._last is not None

    def again(self) -> None:
        """Write what was exported last, as it is now, to the same place; nothing is asked."""
        last = self._last
        if last is None:
            return
        self._session.interrupting.emit(None)
        scope = self._found(last)
        if scope is None:
            self._session.say(
                tr("What was exported last is no longer there ({name}). Export it anew.", name=last.name or last.kind),
                is_error=True,
            )
            return
        part = scope.part if last.track_ids is None else parts.narrowed(scope.song, scope.part, last.track_ids)
        order = replace(last.order, song=scope.song, part=part, is_marked=self._store.settings.marks_exports)
        self._send(order, scope, last.track_ids)

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

    # Inside

    def _send(self, order: Order, scope: Scope, track_ids: frozenset[int] | None) -> None:
        means = self._means()

        def work(progress: Progress) -> object:
            return carried_out(order, means, progress)

        def done(answer: object) -> None:
            assert isinstance(answer, Sent)
            self._last = _Last(order, scope.kind, scope.part.name, track_ids)
            self._tell(order, answer)

        def stopped() -> None:
            self._session.say(tr("Stopped: {path} was not written.", path=order.path.name))

        self._documents.start(tr("Exporting {path}", path=order.path.name), work, done, stopped=stopped)

    def _tell(self, order: Order, sent: Sent) -> None:
        name = order.path.name
        if len(sent.paths) > 1 and order.is_separate:
            words = counted(len(sent.paths), "Exported {n} file to «{folder}».", "Exported {n} files to «{folder}».", folder=name)
        else:
            words = tr("Exported {path}.", path=name)
        self._session.say(words)
        self.sent.emit(words, order.path)
        if sent.remarks:
            self._documents.noticed.emit(tr("Exported {path}", path=name), " ".join(sent.remarks), False)

    def _means(self) -> Means:
        font = self._store.settings.soundfont
        return Means(self.render, Path(font) if font else None, self._session.sounds, self._models())

    def _found(self, last: _Last) -> Scope | None:
        scopes = [scope for scope in parts.parts(self._session) if scope.kind == last.kind]
        if last.kind == parts.LOOP:
            return scopes[0] if scopes else None
        return next((scope for scope in scopes if scope.part.name == last.name), None)

    def _forget(self) -> None:
        """Another song must not go where this one went."""
        self._last = None

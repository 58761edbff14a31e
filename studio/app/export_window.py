"""ExportWindow: what the export dialog is told while a person chooses, and the order that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from studio.app import orders, outlets
from studio.app.documents import Documents
from studio.app.orders import Order
from studio.app.outlets import MIDI
from studio.app.parts import Scope, narrowed
from studio.app.settings_store import SettingsStore
from studio.files.losses import losses
from studio.files.made_with import models_of
from studio.files.part import Part, part_of, stem
from studio.song.notes import ROW, Rows
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import counted, tr
from widgets.dialogs.export import Begin, ExportDialog
from widgets.dialogs.export_part import TrackLine
from widgets.panels.heading import length_words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the window opens with: a format and a kind of part by name, and tracks; empty ones are as last time."""

    way: str = ""
    kind: str = ""
    track_ids: frozenset[int] | None = None
    is_separate: bool | None = None


class ExportWindow:
    """One dialog over the window. `send` is handed the order, and which of the offered parts it is of."""

    def __init__(
        self,
        scopes: list[Scope],
        documents: Documents,
        store: SettingsStore,
        titles: Mapping[str, str],
        send: Callable[[Order, Scope, frozenset[int] | None], object],
    ) -> None:
        self._scopes, self._documents, self._store = scopes, documents, store
        self._titles, self._send = titles, send
        self._known: tuple[Part, Song] | None = None
        self.dialog: ExportDialog

    def open(self, wanted: Wanted, parent: QWidget) -> ExportDialog:
        """Show it; it does the rest."""
        kept = self._store.settings
        kinds = [scope.kind for scope in self._scopes]
        begin = Begin(
            tuple(scope.label for scope in self._scopes),
            outlets.outlets(),
            wanted.way or kept.export_way or MIDI,
            self._folder(),
            kept.exports,
            kept.marks_exports,
            kinds.index(wanted.kind) if wanted.kind in kinds else 0,
        )
        dialog = self.dialog = ExportDialog(begin, parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.scope_chosen.connect(lambda _: self._list_tracks(None))
        dialog.looked.connect(self._look)
        dialog.folder_wanted.connect(self._ask_folder)
        dialog.may_go = self._may_go
        dialog.accepted.connect(self._go)
        if wanted.is_separate is not None:
            dialog.ways.separate(wanted.is_separate)

        def fill() -> None:
            self._list_tracks(wanted.track_ids)
            dialog.look()
            QTimer.singleShot(0, dialog, dialog.open)

        # In turns of the loop of their own: of a large song making, filling and laying it out is much for one.
        QTimer.singleShot(0, dialog, fill)
        return dialog

    # What is chosen

    @property
    def _scope(self) -> Scope:
        return self._scopes[max(0, self.dialog.part.scope.currentIndex())]

    def _part(self) -> Part:
        scope, panel = self._scope, self.dialog.part
        return scope.part if panel.has_every_track else narrowed(scope.song, scope.part, panel.track_ids())

    def _cut(self, part: Part) -> Song:
        """The part as a song; that of last time once more while it is the same."""
        known = self._known
        if known is None or known[0] is not part:
            known = self._known = (part, part_of(self._scope.song, part))
        return known[1]

    def _order(self) -> Order:
        ways = self.dialog.ways
        return Order(
            outlets.outlet(ways.way.id),
            self._scope.song,
            self._part(),
            self.dialog.target,
            ways.options(),
            ways.is_separate,
            self.dialog.marked.isChecked(),
            ways.suffix,
        )

    # What is said of it

    def _list_tracks(self, chosen: frozenset[int] | None) -> None:
        song, part = self._scope.song, self._scope.part
        cut = {track.id: len(track.notes) for track in self._cut(part).tracks}
        lines = []
        for track in song.tracks:
            if part.track_ids is not None and track.id not in part.track_ids:
                continue
            count = counted(cut.get(track.id, 0), "{n} note", "{n} notes")
            what = tr("sound") if track.is_audio else count
            lines.append(TrackLine(track.id, tr("{track} ({what})", track=track.name, what=what)))
        self.dialog.part.show_tracks(lines, chosen)

    def _look(self) -> None:
        dialog, order = self.dialog, self._order()
        song = self._cut(order.part)
        dialog.part.show_part(_figures(song), _rows(song), _extent(song))
        whole = song if order.part.span is None else _with_sounds(song, order)
        dialog.show_losses(losses(whole, dialog.ways.suffix, order.options, is_cut=order.part.span is not None))
        is_short = order.outlet.id == MIDI and not order.is_separate and orders.is_short_of_channels(song, order.options)
        dialog.show_short(
            tr("These tracks need more channels than a MIDI file has: some go to further ports, which many programs ignore.")
            if is_short
            else ""
        )
        models = [self._titles.get(model, model) for model in models_of(song)]
        named = tr("In what is chosen: {models}.", models=", ".join(models))
        dialog.show_models(named if models else tr("Nothing in what is chosen is from a model."))
        dialog.propose(stem(self._documents.title(), order.part))
        dialog.refuse(orders.obstacle(song, order))

    def _ask_folder(self) -> None:
        found = self._documents.questions.folder_to_write(self.dialog.folder)
        if found is not None:
            self.dialog.show_folder(found)

    def _folder(self) -> Path:
        named = Path(self._store.settings.export_folder)
        return named if self._store.settings.export_folder and named.is_dir() else self._documents.folder()

    # Going

    def _may_go(self) -> bool:
        """Asked once where something stands already."""
        there = orders.standing(self._order())
        return not there or self._documents.questions.may_replace(tuple(path.name for path in there))

    def _go(self) -> None:
        dialog, order = self.dialog, self._order()
        self._store.change(
            replace(
                self._store.settings,
                exports=dialog.ways.settings(),
                export_way=order.outlet.id,
                export_folder=str(dialog.folder),
                marks_exports=order.is_marked,
            )
        )
        self._send(order, self._scope, None if dialog.part.has_every_track else dialog.part.track_ids())


def _figures(song: Song) -> str:
    tracks = counted(len(song.tracks), "{n} track", "{n} tracks")
    notes = counted(song.note_count, "{n} note", "{n} notes")
    return tr("{length}, {tracks}, {notes}", length=length_words(song), tracks=tracks, notes=notes)


def _rows(song: Song) -> Rows:
    found = [track.notes.rows for track in song.tracks if len(track.notes)]
    return np.concatenate(found) if found else np.zeros(0, ROW)


def _extent(song: Song) -> Span | None:
    """Whole bars, so that a picture shows where in its bars something lies."""
    return song.timeline.whole_bars(Span(0, song.end_tick)) if song.end_tick else None


def _with_sounds(cut: Song, order: Order) -> Song:
    """A stretch has no audio tracks any more; what is lost is said of those that were in it."""
    ids = order.part.track_ids
    sounds = tuple(track for track in order.song.tracks if track.is_audio and (ids is None or track.id in ids))
    return replace(cut, tracks=(*cut.tracks, *sounds))

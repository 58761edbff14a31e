"""The track list: choose, name, order, mute and solo tracks, give them instruments and colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.edits import locks, tracks
from studio.edits.constraints import constrain
from studio.edits.guard import holds_locked
from studio.edits.history import Edit
from studio.errors import RicercarError
from studio.generation.constraint_words import Demand, demands_of
from studio.session import Session
from studio.song.constraint import Constraint
from studio.song.song import TRACK_COLOURS, Song, Track
from studio.words import mark, tr
from widgets import theme
from widgets.constraint_editor import ConstraintEditor
from widgets.dialogs.instrument import InstrumentDialog, SoundOffer
from widgets.panel import Panel
from widgets.panels.track_row import TrackRow
from widgets.per_track import PerTrack
from widgets.strips import Levels, is_silenced, mute_edit, safe_edit, solo_edit
from widgets.swatches import COLOUR_NAMES, swatch


class Tracks(Panel):
    title, area = mark("Tracks"), "left"

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.sound_offer: Callable[[], SoundOffer] = SoundOffer
        """Set by the window: the sounds of the SoundFont and the favourites."""
        self._asked_to_delete: Song | None = None
        self._editor: ConstraintEditor | None = None
        self._list = _RowList()
        self._rows = PerTrack(self._list.column, self._new_row)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._list)
        self._scroll = scroll
        self.add_button = QPushButton(tr("+  Add track"))
        self.add_button.setProperty("role", "flat")
        self.add_button.setStyleSheet("text-align: left; padding: 8px 12px;")
        self.add_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add_button.setToolTip(tr("Add a track (Ctrl+T)"))
        self.add_button.clicked.connect(self.add)
        self._list.column.addWidget(self.add_button)
        self._list.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.listen(session.song_changed, lambda _before, _after: self._refresh())
        self.listen(session.selection_changed, self._refresh)
        self._refresh()

    @property
    def rows(self) -> Mapping[int, QWidget]:
        """The rows by the ids of their tracks and groups."""
        return self._rows.by_id

    # Commands, for the actions table

    def add(self) -> None:
        """Add a track and put it in front."""
        new_id = self.session.song.next_id
        if self.session.do(tracks.add_track()):
            self.session.select(frozenset(), track_id=new_id)
            self._scroll.ensureWidgetVisible(self._rows.by_id[new_id])

    def rename(self) -> None:
        row = self._rows.by_id.get(self.session.selection.track_id)
        if row is not None:
            row.rename()

    def delete(self) -> None:
        """The track in front; one with something locked on it only when asked for a second time."""
        song, track_id = self.session.song, self.session.selection.track_id
        asked_before, self._asked_to_delete = self._asked_to_delete, None
        if song.has_track(track_id) and holds_locked(song.track(track_id)) and asked_before is not song:
            self._asked_to_delete = song
            self.session.say(
                tr(
                    "«{track}» is locked, or part of it. Delete it once more to delete it all the same.",
                    track=song.track(track_id).name,
                ),
                is_error=True,
            )
            return
        self._do(tracks.remove_track)

    def toggle_lock(self, track_id: int = 0) -> None:
        """Lock a track (0: the one in front), or unlock it; what is locked nobody changes."""
        song, wanted = self.session.song, track_id or self.session.selection.track_id
        if song.has_track(wanted):
            self._do_edit(lambda: locks.set_track_locked(wanted, not song.track(wanted).is_locked))

    def duplicate(self) -> None:
        self._do(tracks.duplicate_track)

    def toggle_mute(self) -> None:
        self._do(lambda track_id: mute_edit(self.session.song, track_id))

    def toggle_solo(self) -> None:
        self._do(lambda track_id: solo_edit(self.session.song, track_id))

    def toggle_safe(self) -> None:
        """Safe from the solo of others, or not."""
        self._do(lambda track_id: safe_edit(self.session.song, track_id))

    def edit_constraints(self) -> None:
        """Open the sheet of what takes on the track in front keep to."""
        self._edit_constraint(self.session.selection.track_id)

    def free(self) -> None:
        """Demand nothing of what is written on the track in front."""
        song = self.session.song
        self._do(lambda track_id: constrain(Constraint(track_id), tr("Free {track}", track=song.track(track_id).name)))

    def choose_instrument(self) -> None:
        if self.session.song.has_track(self.session.selection.track_id):
            InstrumentDialog(self.session, self.session.selection.track_id, self.window(), self.sound_offer()).open()

    def step(self, by: int) -> None:
        """The next or the previous track comes to the front."""
        ids = [track.id for track in self.session.song.tracks]
        if self.session.selection.track_id in ids:
            at = ids.index(self.session.selection.track_id) + by
            if 0 <= at < len(ids):
                self.session.select(frozenset(), track_id=ids[at])
                self._scroll.ensureWidgetVisible(self._rows.by_id[ids[at]])

    def reorder(self, by: int) -> None:
        """Put the track in front higher or lower in the order."""
        at = [track.id for track in self.session.song.tracks].index(self.session.selection.track_id)
        self._do(lambda track_id: tracks.move_track(track_id, max(0, at + by)))

    def feed(self, levels: Levels, now_s: float, is_playing: bool) -> None:
        """Levels of the moment."""
        for track_id, row in self._rows.by_id.items():
            row.feed(max(levels.get(track_id, (0.0, 0.0))), now_s, is_playing)

    # Inside

    def _do(self, edit_of: Callable[[int], Edit]) -> None:
        track_id = self.session.selection.track_id
        if self.session.song.has_track(track_id):
            self._do_edit(lambda: edit_of(track_id))

    def _do_edit(self, make: Callable[[], Edit]) -> None:
        try:
            self.session.do(make())
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)

    def _refresh(self) -> None:
        song = self.session.song
        for track, row in self._rows.follow(song):
            demands = demands_of(song.constraint(track.id), song) if song.constraints else ()
            row.show_track(track, track.id == self.session.selection.track_id, is_silenced(song, track), demands)

    def _new_row(self, track: Track) -> TrackRow:
        row = TrackRow(track)
        row.chosen.connect(self._choose)
        row.renamed.connect(self._rename)
        row.rename_ended.connect(self._take_keyboard)
        row.mute_pressed.connect(self._mute)
        row.solo_pressed.connect(self._solo)
        row.lock_pressed.connect(self.toggle_lock)
        row.menu_wanted.connect(self.open_menu)
        row.instrument_wanted.connect(self._pick_instrument)
        row.dragged.connect(self._drag)
        row.dropped.connect(self._drop)
        row.constraint_wanted.connect(self._edit_constraint)
        row.demand_removed.connect(self._remove_demand)
        return row

    def _choose(self, track_id: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if track_id != self.session.selection.track_id:
            self.session.select(frozenset(), track_id=track_id)

    def _take_keyboard(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rename(self, track_id: int, name: str) -> None:
        self._do_edit(lambda: tracks.rename_track(track_id, name))

    def _mute(self, track_id: int) -> None:
        self._do_edit(lambda: mute_edit(self.session.song, track_id))
        self._refresh()

    def _solo(self, track_id: int, modifiers: Qt.KeyboardModifier) -> None:
        self._do_edit(lambda: solo_edit(self.session.song, track_id, modifiers))
        self._refresh()

    def _pick_instrument(self, track_id: int) -> None:
        self._choose(track_id)
        self.choose_instrument()

    def _edit_constraint(self, track_id: int) -> None:
        row = self._rows.by_id.get(track_id)
        if row is not None:
            self._choose(track_id)
            # Of the window: keys of the list, Delete and arrows, would act through a child of it.
            self._editor = self._editor or ConstraintEditor(self.session, self.window())
            self._editor.open_at(track_id, row, QPoint(row.width() + 4, 0))

    def _remove_demand(self, track_id: int, demand: Demand) -> None:
        words = tr("Free {track} of «{demand}»", track=self.session.song.track(track_id).name, demand=demand.words)
        self._do_edit(lambda: constrain(demand.rest, words))

    def open_menu(self, track_id: int, at: QPoint) -> None:
        """What can be done with a track."""
        menu = QMenu(self)
        menu.addAction(tr("Rename..."), self.rename)
        menu.addAction(tr("Instrument..."), self.choose_instrument)
        colours = menu.addMenu(tr("Colour"))
        for colour in range(TRACK_COLOURS):
            action = colours.addAction(swatch(theme.current().track(colour)), tr(COLOUR_NAMES[colour]))
            action.setData(colour)
        colours.triggered.connect(lambda action: self._do_edit(lambda: tracks.set_colour(track_id, action.data())))
        menu.addSeparator()
        track = self.session.song.track(track_id)
        safe = menu.addAction(
            tr("Safe from the solo of others"), lambda: self._do(lambda each: safe_edit(self.session.song, each))
        )
        safe.setCheckable(True)
        safe.setChecked(track.strip.is_solo_safe)
        shut = menu.addAction(tr("Locked"), lambda: self.toggle_lock(track_id))
        shut.setCheckable(True)
        shut.setChecked(track.is_locked)
        menu.addAction(tr("What takes keep to..."), self.edit_constraints)
        menu.addAction(tr("Move up"), lambda: self.reorder(-1))
        menu.addAction(tr("Move down"), lambda: self.reorder(1))
        menu.addSeparator()
        menu.addAction(tr("Duplicate"), self.duplicate)
        menu.addAction(tr("Delete"), self.delete)
        menu.exec(at)
        menu.deleteLater()

    def _drag(self, _track_id: int, y: float) -> None:
        at = self._index_at(y)
        rows = [self._rows.by_id[track.id].geometry() for track in self.session.song.tracks]
        self._list.show_gap(rows[at].top() if at < len(rows) else rows[-1].bottom() + 1)

    def _drop(self, track_id: int, y: float) -> None:
        self._list.show_gap(None)
        gap = self._index_at(y)
        at = [track.id for track in self.session.song.tracks].index(track_id)
        target = gap - 1 if gap > at else gap
        if target != at:
            self._do_edit(lambda: tracks.move_track(track_id, target))

    def _index_at(self, y: float) -> int:
        """The gap between rows nearest to y, 0 over the first."""
        return sum(y > self._rows.by_id[track.id].geometry().center().y() for track in self.session.song.tracks)


class _RowList(QWidget):
    """The column of rows; during a drag a line shows where the row would fall."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._line = _GapLine(self)

    def show_gap(self, y: int | None) -> None:
        """A line at this height; none for None."""
        self._line.setVisible(y is not None)
        if y is not None:
            self._line.setGeometry(QRect(0, max(0, y - 2), self.width(), 3))
            self._line.raise_()


class _GapLine(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.current().colour("accent"))

"""The track list: choose, name, order, mute and solo tracks, give them instruments and colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.edits import grouping, locks, tracks
from studio.edits.constraints import constrain
from studio.edits.guard import holds_locked
from studio.edits.history import Edit
from studio.errors import RicercarError
from studio.generation.constraint_words import Demand, demands_of
from studio.session import Session
from studio.song.constraint import Constraint
from studio.song.mixing import Group
from studio.song.song import Song, Track
from studio.words import mark, tr
from widgets import theme
from widgets.constraint_editor import ConstraintEditor
from widgets.dialogs.instrument import InstrumentDialog, SoundOffer
from widgets.drag_out import NOWHERE, Carried, GoingOut
from widgets.key_words import tip
from widgets.listing import listed, shown_ids
from widgets.panel import Panel
from widgets.panels.group_row import GroupRow
from widgets.panels.track_menu import group_menu, track_menu
from widgets.panels.track_row import TrackRow
from widgets.per_track import Entry, PerTrack
from widgets.strips import Levels, fold_edit, group_mute_edit, group_solo_edit, mute_edit, safe_edit, solo_edit


class Tracks(Panel):
    title, area = mark("Tracks"), "left"

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.sound_offer: Callable[[], SoundOffer] = SoundOffer
        """Set by the window: the sounds of the SoundFont and the favourites."""
        self.going_out: GoingOut = NOWHERE
        """Set by the window: what carries tracks to other programs."""
        self.ask_soundfont: Callable[[int], object] = lambda _track_id: None
        self.toggle_freeze: Callable[[int], object] = lambda _track_id: None
        """Set by the window: what asks for a file, and what renders."""
        self._asked_to_delete: Song | None = None
        self._editor: ConstraintEditor | None = None
        self._list = _RowList()
        self._rows: PerTrack[TrackRow | GroupRow] = PerTrack(self._list.column, self._new_row, self._refresh)
        self._shown: dict[int, tuple[object, ...]] = {}
        self._missing: frozenset[str] = frozenset()
        self._with_hidden = False
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
        tip(self.add_button, tr("Add a track"), "add track")
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
        return {track_id: row for track_id, row in self._rows.by_id.items() if isinstance(row, TrackRow)}

    # Commands, for the actions table

    def add(self) -> None:
        """Add a track and put it in front."""
        new_id = self.session.song.next_id
        if self.session.do(tracks.add_track()):
            self.session.select(frozenset(), track_id=new_id)
            self._scroll.ensureWidgetVisible(self._rows.by_id[new_id])

    def rename(self) -> None:
        row = self._rows.by_id.get(self.session.selection.track_id)
        if isinstance(row, TrackRow):
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
            self.try_edit(lambda: locks.set_track_locked(wanted, not song.track(wanted).is_locked))

    def duplicate(self) -> None:
        self._do(tracks.duplicate_track)

    def toggle_mute(self) -> None:
        self._do(lambda track_id: mute_edit(self.session.song, track_id))

    def toggle_solo(self) -> None:
        self._do(lambda track_id: solo_edit(self.session.song, track_id))

    def toggle_group_mute(self) -> None:
        """Of the group that the track in front belongs to."""
        self._do_group(lambda group_id: group_mute_edit(self.session.song, group_id))

    def toggle_group_solo(self) -> None:
        self._do_group(lambda group_id: group_solo_edit(self.session.song, group_id))

    def solo_only(self) -> None:
        self._do(tracks.solo_only)

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
        track_id = self.session.selection.track_id
        if self.session.song.has_track(track_id) and not self.session.song.track(track_id).is_audio:
            InstrumentDialog(self.session, track_id, self.window(), self.sound_offer()).open()

    def choose_soundfont(self) -> None:
        """Ask for a SoundFont of the track in front alone."""
        if self.session.song.has_track(self.session.selection.track_id):
            self.ask_soundfont(self.session.selection.track_id)

    def use_usual_soundfont(self) -> None:
        song = self.session.song
        self._do(lambda track_id: tracks.set_instrument(track_id, replace(song.track(track_id).instrument, font=None)))

    def toggle_hidden(self) -> None:
        """Leave the track in front out of the lists, or show it again."""
        song, track_id = self.session.song, self.session.selection.track_id
        if not song.has_track(track_id):
            return
        is_hidden = not song.track(track_id).is_hidden
        self._do(lambda each: tracks.hide_track(each, is_hidden))
        if is_hidden and not self._with_hidden and self.session.song.track(track_id).is_hidden:
            name = song.track(track_id).name
            words = tr("«{track}» is hidden and sounds on. Track > Show hidden tracks brings it back.", track=name)
            self._choose_nearest(track_id)
            self.session.say(words)

    def show_hidden(self, with_hidden: bool) -> None:
        self._with_hidden = with_hidden
        self._refresh()

    def group(self) -> None:
        """Put the tracks that are marked with their bars, or the one in front, into a new group, and name it."""
        chosen = self.session.selection
        members = chosen.range_ids or (chosen.track_id,)
        group_id = self.session.song.next_id
        self.try_edit(lambda: grouping.group_tracks(members))
        if self.session.song.group(group_id) is not None:
            self.rename_group(group_id)

    def leave_group(self) -> None:
        self._do(grouping.leave_group)

    def ungroup(self) -> None:
        self._do_group(grouping.ungroup)

    def rename_group(self, group_id: int) -> None:
        row = self._rows.by_id.get(group_id)
        if isinstance(row, GroupRow):
            row.rename()

    def toggle_fold(self, group_id: int = 0) -> None:
        """Show only a group, or its tracks too; 0: the one of the track in front."""
        if group_id:
            self.try_edit(lambda: fold_edit(self.session.song, group_id))
        else:
            self._do_group(lambda each: fold_edit(self.session.song, each))

    def step(self, by: int) -> None:
        """The next or the previous track that is shown comes to the front."""
        song = self.session.song
        shown, front = set(shown_ids(song, self._with_hidden)), self.session.selection.track_id
        ids = [track.id for track in song.tracks if track.id in shown or track.id == front]
        if front in ids:
            at = ids.index(front) + by
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
            if isinstance(row, TrackRow):
                row.feed(max(levels.get(track_id, (0.0, 0.0))), now_s, is_playing)

    def show_armed(self, armed_id: int) -> None:
        """This track is recorded into; 0: none is."""
        for track_id, row in self._rows.by_id.items():
            if isinstance(row, TrackRow):
                row.arm(track_id == armed_id)

    def show_missing(self, font_ids: frozenset[str]) -> None:
        """These SoundFonts of tracks are not there."""
        if font_ids != self._missing:
            self._missing = font_ids
            self._refresh()

    def restyle(self) -> None:
        """Another theme is in force."""
        self._shown.clear()
        self._refresh()

    # Inside

    def _do(self, edit_of: Callable[[int], Edit]) -> None:
        track_id = self.session.selection.track_id
        if self.session.song.has_track(track_id):
            self.try_edit(lambda: edit_of(track_id))

    def try_edit(self, make: Callable[[], Edit]) -> None:
        try:
            self.session.do(make())
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)

    def _do_group(self, edit_of: Callable[[int], Edit]) -> None:
        song, track_id = self.session.song, self.session.selection.track_id
        group_id = song.track(track_id).group if song.has_track(track_id) else 0
        if group_id:
            self.try_edit(lambda: edit_of(group_id))
        else:
            self.session.say(tr("The track in front is in no group. Group tracks first."), is_error=True)

    def _choose_nearest(self, track_id: int) -> None:
        """Another track comes to the front for one that is not shown any more."""
        song = self.session.song
        at = [track.id for track in song.tracks].index(track_id)
        shown = set(shown_ids(song, self._with_hidden))
        others = [index for index, track in enumerate(song.tracks) if track.id in shown]
        if others:
            nearest = min(others, key=lambda index: (abs(index - at), index))
            self.session.select(frozenset(), track_id=song.tracks[nearest].id)

    def _refresh(self) -> None:
        """Only rows that look otherwise than before are shown anew."""
        song, front = self.session.song, self.session.selection.track_id
        heard = song.heard_ids()
        for entry, row in self._rows.follow(listed(song, self._with_hidden)):
            if isinstance(entry, Group) and isinstance(row, GroupRow):
                row.show_group(entry, sum(track.group == entry.id for track in song.tracks))
            elif isinstance(entry, Track) and isinstance(row, TrackRow):
                demands = demands_of(song.constraint(entry.id), song) if song.constraints else ()
                group, is_missing = song.group(entry.group), entry.instrument.font_id in self._missing
                looks = (entry, demands, group, entry.id == front, entry.id in heard, is_missing)
                before = self._shown.get(entry.id)
                if before is None or before[0] is not entry or before[1:] != looks[1:]:
                    self._shown[entry.id] = looks
                    row.show_group(group)
                    row.is_missing = is_missing
                    row.show_track(entry, entry.id == front, entry.id not in heard, demands)
        self._shown = {entry_id: looks for entry_id, looks in self._shown.items() if entry_id in self._rows.by_id}

    def _new_row(self, entry: Entry) -> TrackRow | GroupRow:
        return self._new_group_row(entry) if isinstance(entry, Group) else self._new_track_row(entry)

    def _new_group_row(self, group: Group) -> GroupRow:
        row = GroupRow(group)
        row.fold_pressed.connect(self.toggle_fold)
        row.renamed.connect(lambda group_id, name: self.try_edit(lambda: grouping.rename_group(group_id, name)))
        row.mute_pressed.connect(lambda group_id: self.try_edit(lambda: group_mute_edit(self.session.song, group_id)))
        row.solo_pressed.connect(
            lambda group_id, modifiers: self.try_edit(lambda: group_solo_edit(self.session.song, group_id, modifiers))
        )
        row.menu_wanted.connect(self.open_menu)
        return row

    def _new_track_row(self, track: Track) -> TrackRow:
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
        row.carried.connect(self._carry)
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
        self.try_edit(lambda: tracks.rename_track(track_id, name))

    def _mute(self, track_id: int) -> None:
        self.try_edit(lambda: mute_edit(self.session.song, track_id))

    def _solo(self, track_id: int, modifiers: Qt.KeyboardModifier) -> None:
        self.try_edit(lambda: solo_edit(self.session.song, track_id, modifiers))
        self._shown.pop(track_id, None)  # a button that was pressed without effect shows what is, not what was pressed
        self._refresh()

    def _pick_instrument(self, track_id: int) -> None:
        self._choose(track_id)
        self.choose_instrument()

    def _edit_constraint(self, track_id: int) -> None:
        row = self._rows.by_id.get(track_id)
        if isinstance(row, TrackRow):
            self._choose(track_id)
            # Of the window: keys of the list, Delete and arrows, would act through a child of it.
            self._editor = self._editor or ConstraintEditor(self.session, self.window())
            self._editor.open_at(track_id, row, QPoint(row.width() + 4, 0))

    def _remove_demand(self, track_id: int, demand: Demand) -> None:
        words = tr("Free {track} of «{demand}»", track=self.session.song.track(track_id).name, demand=demand.words)
        self.try_edit(lambda: constrain(demand.rest, words))

    def open_menu(self, entry_id: int, at: QPoint) -> None:
        """What can be done with a track, or a group."""
        song = self.session.song
        group = song.group(entry_id)
        menu = track_menu(self, self, song.track(entry_id)) if group is None else group_menu(self, self, group)
        menu.exec(at)
        menu.deleteLater()

    def _drag(self, _track_id: int, y: float) -> None:
        shown = [row.geometry() for row in self._rows.by_id.values() if isinstance(row, TrackRow)]
        shown.sort(key=lambda place: place.top())
        at = sum(y > place.center().y() for place in shown)
        self._list.show_gap(shown[at].top() if at < len(shown) else shown[-1].bottom() + 1)

    def _carry(self, track_id: int, keys: Qt.KeyboardModifier) -> None:
        row = self._rows.by_id.get(track_id)
        self._list.show_gap(None)
        if isinstance(row, TrackRow) and self.going_out.carry(row, Carried("track", track_id), keys):
            row.let_go()

    def copy_as_file(self) -> None:
        self.going_out.copy(Carried("track", self.session.selection.track_id))

    def _drop(self, track_id: int, y: float) -> None:
        """In front of the first shown track that lies below; hidden ones keep their neighbours."""
        self._list.show_gap(None)
        song = self.session.song
        ids = [track.id for track in song.tracks]
        shown = shown_ids(song, self._with_hidden)
        below = [each for each in shown if self._rows.by_id[each].geometry().center().y() >= y]
        gap = ids.index(below[0]) if below else ids.index(shown[-1]) + 1
        at = ids.index(track_id)
        target = gap - 1 if gap > at else gap
        if target != at:
            self.try_edit(lambda: tracks.move_track(track_id, target))


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

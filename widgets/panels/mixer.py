"""The mixer: a strip for each group and track, the returns of the effects, and the master."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.session import Session
from studio.song.mixing import CHORUS_ID, REVERB_ID, Group
from studio.song.song import Track
from studio.words import mark
from widgets.listing import listed
from widgets.mixer_strip import GroupStrip, MasterStrip, TrackStrip
from widgets.panel import Panel
from widgets.per_track import Entry, PerTrack
from widgets.return_strip import ReturnStrip
from widgets.strip_frame import TALL_PX
from widgets.strips import Levels

_SILENT = (0.0, 0.0)
_EDGES_PX = 20
_MASTER_ID = 0


class Mixer(Panel):
    """`menu_wanted(track or group id, place on the screen)`."""

    title, area = mark("Mixer"), "bottom"
    instrument_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)
    mono_turned = Signal()

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._shown: dict[int, tuple[object, ...]] = {}
        self._missing: frozenset[str] = frozenset()
        self._with_hidden = False
        self._in_sight = 0
        inside = QWidget()
        held_up = QVBoxLayout(inside)
        held_up.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        held_up.addLayout(row, 1000)
        self._strips: PerTrack[TrackStrip | GroupStrip] = PerTrack(row, self._new_strip, self._refresh)
        held_up.addStretch(1)  # what strips at their full height leave over stays below them
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        self.reverb, self.chorus = ReturnStrip(session, "reverb"), ReturnStrip(session, "chorus")
        self.master = MasterStrip(session)
        self.master.mono_turned.connect(self.mono_turned)
        row.addSpacing(12)
        for strip in (self.reverb, self.chorus, self.master):
            row.addWidget(strip)
        row.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        self.setMinimumHeight(150)
        self.listen(session.song_changed, lambda _before, _after: self._refresh())
        self.listen(session.selection_changed, self._refresh)
        self._refresh()

    def feed(self, levels: Levels, master: tuple[float, float], now_s: float) -> None:
        """Levels of the moment."""
        for entry_id, strip in self._strips.by_id.items():
            if isinstance(strip, TrackStrip):
                strip.meter.feed(*levels.get(entry_id, _SILENT), now_s)
            else:
                members = [levels.get(track.id, _SILENT) for track in self.session.song.tracks if track.group == entry_id]
                left, right = (max((member[side] for member in members), default=0.0) for side in (0, 1))
                strip.meter.feed(left, right, now_s)
        self.reverb.meter.feed(*levels.get(REVERB_ID, _SILENT), now_s)
        self.chorus.meter.feed(*levels.get(CHORUS_ID, _SILENT), now_s)
        self.master.meter.feed(*master, now_s)

    # What others say

    def show_missing(self, font_ids: frozenset[str]) -> None:
        """These SoundFonts of tracks are not there."""
        if font_ids != self._missing:
            self._missing = font_ids
            self._refresh()

    def show_hidden(self, with_hidden: bool) -> None:
        self._with_hidden = with_hidden
        self._refresh()

    def restyle(self) -> None:
        """Another theme is in force."""
        self._shown.clear()
        self._refresh()

    # Commands, for the actions table

    def clear_clips(self) -> None:
        """Every clip lamp goes out."""
        for strip in (*self._strips.by_id.values(), self.reverb, self.chorus, self.master):
            strip.meter.clear_clip()

    def type_volume(self) -> None:
        """Type the volume of the track in front."""
        strip = self._front
        if strip is not None:
            strip.level.type_for(strip.fader)

    def type_pan(self) -> None:
        strip = self._front
        if strip is not None:
            strip.pan.type_for(strip.knob)

    def rename(self) -> None:
        strip = self._front
        if strip is not None:
            strip.begin_rename()

    @property
    def _front(self) -> TrackStrip | None:
        found = self._strips.by_id.get(self.session.selection.track_id)
        return found if isinstance(found, TrackStrip) else None

    def strip(self, track_id: int) -> TrackStrip:
        found = self._strips.by_id[track_id]
        assert isinstance(found, TrackStrip)
        return found

    def group_strip(self, group_id: int) -> GroupStrip:
        found = self._strips.by_id[group_id]
        assert isinstance(found, GroupStrip)
        return found

    # Inside

    def _new_strip(self, entry: Entry) -> TrackStrip | GroupStrip:
        if isinstance(entry, Group):
            group = GroupStrip(self.session, entry.id)
            group.menu_wanted.connect(self.menu_wanted)
            return group
        strip = TrackStrip(self.session, entry.id)
        strip.instrument_wanted.connect(self.instrument_wanted)
        strip.menu_wanted.connect(self.menu_wanted)
        return strip

    def _refresh(self) -> None:
        """Only strips that look otherwise than before are shown anew: a drag of one fader redraws one strip."""
        song, front = self.session.song, self.session.selection.track_id
        heard = song.heard_ids()
        strips = self._strips.follow(listed(song, self._with_hidden))
        for entry, strip in strips:
            if isinstance(entry, Group) and isinstance(strip, GroupStrip):
                count = sum(track.group == entry.id for track in song.tracks)
                if self._is_other(entry.id, entry, count):
                    strip.show_group(entry, count)
            elif isinstance(entry, Track) and isinstance(strip, TrackStrip):
                group, is_silenced = song.group(entry.group), entry.id not in heard
                is_missing = entry.instrument.font_id in self._missing
                if self._is_other(entry.id, _looks(entry), group, entry.id == front, is_silenced, is_missing):
                    strip.show_track(entry, group, is_silenced=is_silenced, is_missing=is_missing)
        self._shown = {key: state for key, state in self._shown.items() if key <= 0 or key in self._strips.by_id}
        if self._is_other(_MASTER_ID, song.master, song.is_limited):
            self.master.show_master(song.master, song.is_limited)
        if self._is_other(REVERB_ID, song.effects):
            self.reverb.show_return()
        if self._is_other(CHORUS_ID, song.effects.chorus):
            self.chorus.show_return()
        self._keep_in_sight(front)

    def _is_other(self, key: int, *looks: object) -> bool:
        """Whether a strip looks otherwise than when it was last shown."""
        is_other = self._shown.get(key) != looks
        self._shown[key] = looks
        return is_other

    def _keep_in_sight(self, track_id: int) -> None:
        strip = self._strips.by_id.get(track_id)
        if strip is not None and strip.isVisible() and self._in_sight != track_id:
            self._scroll.ensureWidgetVisible(strip, _EDGES_PX, 0)
        self._in_sight = track_id

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The returns are for the Mix workspace, where there is height."""
        for strip in (self.reverb, self.chorus):
            strip.setVisible(self.height() >= TALL_PX)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the strips to the fader of the one in front."""
        strip = self._front
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and strip is not None:
            strip.fader.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


def _looks(track: Track) -> tuple[object, ...]:
    """What of a track its strip shows; not its notes, which are large."""
    return (track.name, track.colour, track.strip, track.instrument, track.icon, track.is_frozen, track.is_audio)

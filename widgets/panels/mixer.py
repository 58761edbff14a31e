"""The mixer: a strip for each track, and the master."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.session import Session
from studio.song.song import Track
from studio.words import mark, tr
from widgets.mixer_strip import MASTER, MixerStrip
from widgets.panel import Panel
from widgets.per_track import PerTrack
from widgets.strips import Levels, is_silenced


class Mixer(Panel):
    """`menu_wanted(track id, place on the screen)`."""

    title, area = mark("Mixer"), "bottom"
    instrument_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QWidget()
        held_up = QVBoxLayout(inside)
        held_up.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        held_up.addLayout(row, 1000)
        self._strips = PerTrack(row, self._new_strip)
        held_up.addStretch(1)  # what strips at their full height leave over stays below them
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        self.master = MixerStrip(session, MASTER)
        row.addSpacing(12)
        row.addWidget(self.master)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.setMinimumHeight(150)
        self.listen(session.song_changed, lambda _before, _after: self._refresh())
        self.listen(session.selection_changed, self._refresh)
        self._refresh()

    def feed(self, levels: Levels, master: tuple[float, float], now_s: float) -> None:
        """Levels of the moment."""
        for track_id, strip in self._strips.by_id.items():
            strip.meter.feed(*levels.get(track_id, (0.0, 0.0)), now_s)
        self.master.meter.feed(*master, now_s)

    def _new_strip(self, track: Track) -> MixerStrip:
        strip = MixerStrip(self.session, track.id)
        strip.instrument_wanted.connect(self.instrument_wanted)
        strip.menu_wanted.connect(self.menu_wanted)
        return strip

    def strip(self, track_id: int) -> MixerStrip:
        return self._strips.by_id[track_id]

    def _refresh(self) -> None:
        song = self.session.song
        for track, strip in self._strips.follow(song):
            strip.show_strip(track.name, track.strip, track, is_silenced(song, track))
        self.master.show_strip(tr("Master"), song.master, None, False)

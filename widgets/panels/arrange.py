"""Arrange: the strip over the roll, wired to the session and to what the roll shows."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from studio.session import Session
from studio.song.song import Song
from studio.song.ticks import Span
from widgets.arrangement.view import ArrangementView
from widgets.panel import Area, Panel
from widgets.piano_roll.state import RollState


class Arrange(Panel):
    """Shows the song by itself until `show_roll` gives it the roll's state, which it then moves."""

    title: ClassVar[str] = "Arrangement"
    area: ClassVar[Area] = "centre"

    def build(self, session: Session) -> None:
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._own = RollState(song=session.song, track_id=session.selection.track_id)
        self.view = self._viewing(self._own)
        self.listen(session.song_changed, self._song_changed)

    def show_roll(self, state: RollState) -> None:
        """From now on draw and move this state."""
        self.view.forget_state()
        self._layout.removeWidget(self.view)
        self.view.deleteLater()
        self.view = self._viewing(state)

    def show_playing(self, tick: int, is_playing: bool) -> None:
        """Only needed while the strip stands alone: the roll moves its own playhead."""
        if self.view.state is self._own:
            self._own.move_playhead(tick)

    def restyle(self) -> None:
        self.view.update()

    def forget_all(self) -> None:
        self.view.forget_state()
        super().forget_all()

    def _viewing(self, state: RollState) -> ArrangementView:
        view = ArrangementView(state, self)
        self.setFocusProxy(view)
        self._layout.addWidget(view)
        view.section_chosen.listen(self._select_section)
        view.track_chosen.listen(lambda track_id: self.session.select(frozenset(), track_id=track_id))
        view.sought.listen(self._seek)
        return view

    def _song_changed(self, before: Song, after: Song) -> None:
        if self.view.state is self._own:
            self._own.show(song=after)

    def _select_section(self, span: Span) -> None:
        self.session.select(bars=self.session.song.timeline.whole_bars(span))

    def _seek(self, tick: int) -> None:
        self.session.sound.seek(tick)
        self.session.select(cursor_tick=tick)
        self.view.state.move_playhead(tick)

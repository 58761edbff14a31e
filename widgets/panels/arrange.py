"""Arrange: the strip over the roll, wired to the session and to what the roll shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout

from studio.edits import ranges, sections
from studio.edits.history import Edit
from studio.errors import RicercarError
from studio.session import Session
from studio.song.painting import Patches
from studio.song.region import Region
from studio.song.song import Song
from studio.song.timeline import Section
from studio.words import mark
from widgets.arrangement.section_menu import section_menu
from widgets.arrangement.view import ArrangementView
from widgets.drag_out import NOWHERE, SELECTION, Carried, GoingOut
from widgets.panel import Area, Panel
from widgets.piano_roll.mask_commands import show_painted
from widgets.piano_roll.state import RollState


class Arrange(Panel):
    """Shows the song by itself until `show_roll` gives it the roll's state, which it then moves."""

    title: ClassVar[str] = mark("Arrangement")
    area: ClassVar[Area] = "centre"

    def build(self, session: Session) -> None:
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._own = RollState(song=session.song, track_id=session.selection.track_id)
        self.range_actions: Callable[[], Sequence[QAction]] = tuple
        """Set by the window: what can be done with marked bars, for their menu."""
        self.going_out: GoingOut = NOWHERE
        """Set by the window: what carries sections to other programs."""
        self.view = self._viewing(self._own)
        self.listen(session.song_changed, self._song_changed)
        self.listen(session.selection_changed, self._show_range)

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
        bar, hand = view.bar, view.ranges
        bar.chosen.listen(self._choose_section)
        bar.moved.listen(self._move_section)
        bar.start_moved.listen(lambda section, tick: self._do(lambda: sections.move_start(section.marker, tick)))
        bar.named.listen(lambda section, name: self._do(lambda: sections.rename(section.marker, name)))
        bar.added.listen(self.add_section)
        bar.menu_asked.listen(self._open_section_menu)
        bar.carry_out = lambda section, keys: self.going_out.carry(bar, Carried("section", section), keys)
        view.carry_out = lambda keys: self.going_out.carry(view, SELECTION, keys)
        hand.marked.listen(self._mark)
        view.painting.patched.listen(self._paint)
        hand.moved.listen(self.move_range)
        view.menu_asked.listen(self._open_range_menu)
        view.track_chosen.listen(lambda track_id: self.session.select(frozenset(), track_id=track_id))
        view.sought.listen(self._seek)
        return view

    def _song_changed(self, before: Song, after: Song) -> None:
        if self.view.state is self._own:
            self._own.show(song=after)

    # Sections

    def add_section(self, tick: int) -> None:
        """A new one at the bar of a tick, its name to be typed."""
        if self._do(lambda: sections.add_section(tick)):
            self.rename_at(tick)

    def rename_at(self, tick: int) -> None:
        """Type the name of the section that is at a tick."""
        section = next((each for each in self.view.bar.sections() if tick in each.span), None)
        if section is not None:
            self.view.bar.rename(section)

    def copy_section(self, section: Section) -> None:
        """As a MIDI file on the clipboard."""
        self.going_out.copy(Carried("section", section))

    def _choose_section(self, section: Section) -> None:
        """Its bars are selected: what is generated next is for them."""
        bars = self.session.song.timeline.whole_bars(section.span)
        self.session.select(bars=bars, cursor_tick=bars.start_tick)
        self.view.state.look(self.view.state.viewport.revealing(section.span))

    def _move_section(self, section: Section, to_tick: int, copies: bool) -> None:
        if self._do(lambda: sections.move_section(section, to_tick, copies=copies)):
            self.session.select(keep_bars=False)

    def _open_section_menu(self, section: Section | None, tick: int, place: QPointF) -> None:
        section_menu(self, section, tick).popup(place.toPoint())

    # Ranges

    def _show_range(self) -> None:
        chosen = self.session.selection
        region = Region(chosen.range_ids, chosen.bars) if chosen.bars is not None and chosen.range_ids else None
        self.view.show_range(region)

    def _paint(self, patches: Patches) -> None:
        """What takes may change; the first painted track that is not in front comes there."""
        front = self.session.selection.track_id
        painted = [patch.track_id for patch in patches]
        show_painted(self.session, patches)
        if painted and front not in painted:
            self.session.select(frozenset(), track_id=painted[0])

    def _mark(self, region: Region) -> None:
        self.session.select(frozenset(), bars=region.span, range_ids=region.track_ids, track_id=region.track_ids[0])

    def move_range(self, region: Region, to_tick: int, by_tracks: int, copies: bool = False) -> None:
        """Lay marked bars elsewhere; they stay marked there."""
        if not self._do(lambda: ranges.move_range(region, to_tick, by_tracks, copies=copies)):
            return
        order = [track.id for track in self.session.song.tracks]
        ids = tuple(order[order.index(track_id) + by_tracks] for track_id in region.track_ids)
        moved = region.span.moved(to_tick - region.span.start_tick)
        self.session.select(bars=moved, range_ids=ids, track_id=ids[0])

    def _open_range_menu(self, track_id: int, tick: int, place: QPointF) -> None:
        """For the marked bars; elsewhere the bar under the pointer is marked first."""
        chosen, timeline = self.session.selection, self.session.song.timeline
        if chosen.bars is None or tick not in chosen.bars or track_id not in chosen.range_ids:
            self._mark(Region((track_id,), timeline.bar_span(timeline.bar_of(tick))))
        menu = QMenu(self)
        for action in self.range_actions():
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place.toPoint())

    def _do(self, make: Callable[[], Edit]) -> bool:
        try:
            return self.session.do(make())
        except RicercarError as problem:
            self.session.say(str(problem), is_error=True)
            return False

    def _seek(self, tick: int) -> None:
        self.session.sound.seek(tick)
        self.session.select(cursor_tick=tick)
        self.view.state.move_playhead(tick)

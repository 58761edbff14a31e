"""Where a take goes and what it may hear: bars, track and context tracks as chips."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from studio.generation import asking
from studio.generation.asking import Aim
from studio.generation.describe import bar_words
from studio.session import Session
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Section
from widgets.controls.chips import Chip, ChipRow
from widgets.controls.stepper import Stepper
from widgets.theme import STEP_PX

MOST_BARS = 32


class WhereBox(QWidget):
    """`changed()` when the length at the end of the song or the heard tracks were changed here."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._deaf_to: set[int] = set()
        self._ignored_loop: Span | None = None
        self._shown: object = None
        self.place = Chip("", menu_mark=True)
        self.track = Chip("", menu_mark=True)
        self.place.clicked.connect(self._choose_place)
        self.track.clicked.connect(self._choose_track)
        self.length = Stepper(self.tr("Bars"), 1, MOST_BARS, asking.DEFAULT_BARS, has_label=False)
        self.length.changed.connect(self.changed)
        where = ChipRow(self.tr("Where"))
        for part in (self.place, self.length, self.track):
            where.add(part)
        self.hear = ChipRow(self.tr("May hear"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(STEP_PX + 2)
        rows.addWidget(_label(self.tr("Where")))
        rows.addWidget(where)
        rows.addWidget(self.hear)

    def aim_for(self, capability: str) -> Aim:
        """What is painted; else the selected bars, or for verbs that need some those of the selected notes; else the loop; else
        the song's end."""
        chosen, song = self.session.selection, self.session.song
        painted = tuple(patch for patch in chosen.patches if song.has_track(patch.track_id))
        if painted:
            return asking.painted(song, chosen.track_id, painted)
        takes_notes = capability in ("fill", *asking.OF_NOTES)
        bars = chosen.bars or (self._bars_of_notes() if takes_notes else None)
        return Aim(chosen.track_id, bars or self._bars_of_loop(), self.length.value)

    @property
    def heard(self) -> frozenset[int]:
        others = asking.heard_by_default(self.session.song, self.session.selection.track_id)
        return frozenset(track.id for track in others) - self._deaf_to

    def hear_everyone(self) -> None:
        """Forget which tracks were switched off."""
        self._deaf_to = set()
        self._ignored_loop = None
        self._shown = None

    def show_for(self, capability: str) -> None:
        """Show the place that this verb would write, and the tracks around it."""
        song, aim = self.session.song, self.aim_for(capability)
        span = asking.place(capability, song, aim)
        words = bar_words(song, span)
        at_end = aim.bars is None
        self.place.setText(self._place_words(capability, aim).format(bars=words[:1].upper() + words[1:]))
        self.place.setAccessibleName(self.tr("Bars: {words}").format(words=words))
        self.place.setToolTip(self.tr("Drag over bars in the ruler to choose others"))
        self.place.updateGeometry()
        self.length.setVisible(at_end)
        self._show_track(song, aim)
        self._show_heard(song, aim)

    # Inside

    def _place_words(self, capability: str, aim: Aim) -> str:
        if aim.bars is None:
            return self.tr("{bars} · the end") if self.session.song.bar_count else "{bars}"
        if aim.patches:
            return self.tr("{bars} · painted")
        goes_on = capability == "continue" and asking.goes_on_after(self.session.song, aim)
        if self.session.selection.bars is None and aim.bars == self._bars_of_loop():
            return self.tr("{bars} · after the loop") if goes_on else self.tr("{bars} · the loop")
        return self.tr("{bars} · after the selection") if goes_on else "{bars}"

    def _bars_of_loop(self) -> Span | None:
        loop = self.session.own_loop
        return None if loop == self._ignored_loop else asking.bars_of_loop(self.session.song, loop)

    def _bars_of_notes(self) -> Span | None:
        chosen, song = self.session.selection, self.session.song
        if not chosen.note_ids or not song.has_track(chosen.track_id):
            return None
        rows = song.track(chosen.track_id).notes.with_ids(chosen.note_ids)
        if not len(rows):
            return None
        return song.timeline.whole_bars(Span(int(rows["start"].min()), int(rows["start"].max()) + 1))

    def _show_track(self, song: Song, aim: Aim) -> None:
        track = song.track(aim.track_id) if song.has_track(aim.track_id) else None
        self.track.setText(track.name if track else self.tr("No track"))
        self.track.setAccessibleName(self.tr("Track: {name}").format(name=self.track.text()))
        self.track.track_colour = track.colour if track else None
        self.track.updateGeometry()
        self.track.update()

    def _show_heard(self, song: Song, aim: Aim) -> None:
        others = asking.heard_by_default(song, aim.track_id)
        key = [(track.id, track.name, track.colour) for track in others]
        if key == self._shown:
            return
        self._shown = key
        chips = self.hear.chips()
        if len(chips) != len(others):
            chips = [Chip("", checkable=True, quiet=True) for _ in others]
            for chip in chips:
                chip.toggled.connect(self._turned)
            self.hear.refill([_label(self.tr("hear:")), *chips])
            self.hear.setVisible(bool(chips))
        for chip, track in zip(chips, others, strict=True):
            self._show_track_on(chip, track)

    def _show_track_on(self, chip: Chip, track: Track) -> None:
        """The same chips stand for other tracks: making and laying out new ones takes longer than all else here."""
        with QSignalBlocker(chip):
            chip.setText(track.name)
            chip.setChecked(track.id not in self._deaf_to)
        chip.track_colour = track.colour
        chip.setProperty("track", track.id)
        chip.setAccessibleName(self.tr("May hear {name}").format(name=track.name))
        chip.setToolTip(self.tr("Whether the model may listen to {name}").format(name=track.name))
        chip.updateGeometry()
        chip.update()

    def _turned(self, is_heard: bool) -> None:
        track_id = int(self.sender().property("track"))
        self._deaf_to = self._deaf_to - {track_id} if is_heard else self._deaf_to | {track_id}
        self.changed.emit()

    def _choose_place(self) -> None:
        menu = QMenu(self)
        end = menu.addAction(self.tr("The end of the song"))
        end.triggered.connect(self._go_to_end)
        loop = self.session.own_loop
        if loop is not None:
            action = menu.addAction(self.tr("The loop: {bars}").format(bars=bar_words(self.session.song, loop)))
            action.triggered.connect(self._take_loop)
        section = self._section()
        if section is not None:
            words = self.tr("The section {name}: {bars}")
            action = menu.addAction(words.format(name=section.marker.text, bars=bar_words(self.session.song, section.span)))
            action.triggered.connect(self._take_section)
        menu.exec(self.place.mapToGlobal(QPoint(0, self.place.height() + 2)))
        menu.deleteLater()

    def _go_to_end(self) -> None:
        self._ignored_loop = self.session.own_loop
        self.session.select(frozenset(), bars=None, keep_bars=False, patches=())
        self.changed.emit()

    def _take_loop(self) -> None:
        self._ignored_loop = None
        loop = self.session.own_loop
        if loop is not None:
            self.session.select(bars=self.session.song.timeline.whole_bars(loop), patches=())

    def _section(self) -> Section | None:
        """The section at the edit cursor."""
        song, tick = self.session.song, self.session.selection.cursor_tick
        return next((section for section in song.timeline.sections(song.end_tick) if tick in section.span), None)

    def _take_section(self) -> None:
        section = self._section()
        if section is not None:
            self.session.select(bars=self.session.song.timeline.whole_bars(section.span), patches=())

    def _choose_track(self) -> None:
        menu = QMenu(self)
        for track in self.session.song.tracks:
            action = QAction(track.name, menu)
            action.setData(track.id)
            action.setEnabled(not track.is_audio)
            menu.addAction(action)
        chosen = menu.exec(self.track.mapToGlobal(QPoint(0, self.track.height() + 2)))
        if chosen is not None:
            self.session.select(frozenset(), track_id=int(chosen.data()))
        menu.deleteLater()


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "label")
    return label

"""ConstraintEditor: what takes on one track keep to, set in a small sheet that opens beside what was pressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.edits.constraints import constrain
from studio.errors import RicercarError
from studio.generation import demands
from studio.generation.constraint_words import LENGTHS, length_name, pitch_named, range_of, rate_named
from studio.session import Session
from studio.song.constraint import Constraint
from studio.song.harmony import pitch_name
from widgets import theme
from widgets.controls.announce import announce
from widgets.controls.choice_box import ChoiceBox
from widgets.controls.switch import Switch
from widgets.theme import STEP_PX

WIDTH_PX = 348
PADDING_PX = 12
FIELD_PX = 68
VOICES = (1, 2, 3, 4, 6, 8)
ANY = 0


class ConstraintEditor(QFrame):
    """Every change holds at once; all those of one opening are one step that can be undone."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.session = session
        self._track_id = 0
        self._gesture: object = object()
        self._problem = ""
        self.setProperty("role", "card")
        self.heading = QLabel()
        self.heading.setFont(theme.font(theme.TEXT_PX, bold=True))
        self.low = self._field(self.tr("Lowest note"), self.tr("low"), lambda text: {"low_pitch": pitch_named(text)})
        self.high = self._field(self.tr("Highest note"), self.tr("high"), lambda text: {"high_pitch": pitch_named(text)})
        self.least = self._field(self.tr("Least notes a bar"), self.tr("least"), lambda text: {"least_per_bar": rate_named(text)})
        self.most = self._field(self.tr("Most notes a bar"), self.tr("most"), lambda text: {"most_per_bar": rate_named(text)})
        self.take_range = QPushButton(self.tr("From notes"))
        self.take_range.setToolTip(self.tr("From the lowest to the highest selected note of the track"))
        self.take_range.setAccessibleName(self.tr("Range from the selected notes"))
        self.take_range.clicked.connect(self._take_range)
        self.voices = self._choice(self.tr("Notes at once"), "polyphony")
        self.shortest = self._choice(self.tr("Shortest note"), "shortest_ticks")
        self.longest = self._choice(self.tr("Longest note"), "longest_ticks")
        self.follows = self._choice(self.tr("Follow the chords of"), "follows")
        self.rhythm = self._switch(self.tr("Keep the rhythm, change pitches only"), "keeps_rhythm")
        self.pitches = self._switch(self.tr("Keep the pitches, change the rhythm only"), "keeps_pitches")
        self.warning = QLabel()
        self.warning.setProperty("role", "warn")
        self.warning.setWordWrap(True)
        self.clear = QPushButton(self.tr("Free the track of all"))
        self.clear.clicked.connect(self.free)
        self._lay_out()
        self.setMinimumWidth(WIDTH_PX)

    def open_at(self, track_id: int, beside: QWidget, place: QPoint | None = None) -> None:
        """Show what this track keeps to, below a widget (or above it where there is more room)."""
        if not self.session.song.has_track(track_id):
            return
        self._track_id, self._gesture, self._problem = track_id, object(), ""
        self.show_state()
        self.adjustSize()
        below = beside.mapToGlobal(place or QPoint(0, beside.height() + 4))
        screen = beside.screen().availableGeometry()
        if below.y() + self.height() > screen.bottom():
            below.setY(max(screen.top(), beside.mapToGlobal(QPoint(0, -4)).y() - self.height()))
        below.setX(max(screen.left(), min(below.x(), screen.right() - self.width())))
        self.move(below)
        self.show()
        self.low.setFocus(Qt.FocusReason.PopupFocusReason)

    def free(self) -> None:
        """Demand nothing of the track."""
        self._change(Constraint(self._track_id))

    @property
    def constraint(self) -> Constraint:
        return self.session.song.constraint(self._track_id)

    def show_state(self) -> None:
        """Bring every field in line with the song."""
        song, now = self.session.song, self.constraint
        name = song.track(self._track_id).name
        self.heading.setText(self.tr("Takes on {track} keep to").format(track=name))
        self.setAccessibleName(self.heading.text())
        for field, pitch in ((self.low, now.low_pitch), (self.high, now.high_pitch)):
            field.setText("" if pitch is None else pitch_name(pitch))
        for field, rate in ((self.least, now.least_per_bar), (self.most, now.most_per_bar)):
            field.setText("" if rate is None else f"{rate:g}")
        for field in (self.low, self.high, self.least, self.most):
            field.setModified(False)
        self._fill(self.voices, [(str(count), count) for count in VOICES], now.polyphony, str)
        lengths = [(name, ticks) for name, ticks in LENGTHS]
        self._fill(self.shortest, lengths, now.shortest_ticks, length_name)
        self._fill(self.longest, lengths, now.longest_ticks, length_name)
        leaders = [
            (track.name, track.id)
            for track in song.tracks
            if not track.is_audio and not track.instrument.is_drum and track.id != self._track_id
        ]
        self._fill(self.follows, leaders, now.follows, lambda _: self.tr("a track that is gone"), self.tr("nobody"))
        self.follows.setEnabled(not song.track(self._track_id).instrument.is_drum)
        for switch, is_on in ((self.rhythm, now.keeps_rhythm), (self.pitches, now.keeps_pitches)):
            with QSignalBlocker(switch):
                switch.setChecked(is_on)
        self.take_range.setEnabled(self._selected_range() is not None)
        self.clear.setEnabled(not now.is_free)
        sentence = self._problem or demands.reason(now, song)
        self.warning.setText(sentence)
        self.warning.setVisible(bool(sentence))
        if self.isVisible():
            self.adjustSize()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        focused = QApplication.focusWidget()
        if isinstance(focused, QLineEdit) and self.isAncestorOf(focused):
            focused.editingFinished.emit()  # what was typed last holds, however the sheet was closed
        owner = self.parentWidget()
        if owner is not None:
            # Where no window manager does it, the keys of the window would be dead after the sheet has closed.
            owner.activateWindow()

    # Building

    def _field(self, name: str, hint: str, read: Callable[[str], dict[str, Any]]) -> QLineEdit:
        field = QLineEdit()
        field.setFont(theme.mono(theme.TEXT_PX - 1))
        field.setPlaceholderText(hint)
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.setFixedWidth(FIELD_PX)
        field.editingFinished.connect(lambda: self._typed(field, read))
        return field

    def _choice(self, name: str, what: str) -> ChoiceBox:
        box = ChoiceBox()
        box.setFont(theme.font(theme.TEXT_PX - 1))
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.activated.connect(lambda _: self._set({what: box.currentData() or None}))
        return box

    def _switch(self, words: str, what: str) -> Switch:
        switch = Switch(words)
        switch.setAccessibleName(words)
        switch.toggled.connect(lambda is_on: self._set({what: is_on}))
        return switch

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(STEP_PX)
        grid.setVerticalSpacing(2 * STEP_PX)
        grid.setColumnStretch(0, 1)
        pairs = (
            (self.tr("Range"), (self.take_range, self.low, _dash(), self.high)),
            (self.tr("Notes a bar"), (self.least, _dash(), self.most)),
            (self.tr("Notes at once"), (self.voices,)),
            (self.tr("Note lengths"), (self.shortest, _dash(), self.longest)),
            (self.tr("Chords of"), (self.follows,)),
        )
        for row, (words, parts) in enumerate(pairs):
            label = QLabel(words)
            label.setProperty("role", "muted")
            label.setFont(theme.font(theme.TEXT_PX - 1))
            grid.addWidget(label, row, 0)
            side_by_side = QHBoxLayout()
            side_by_side.setSpacing(STEP_PX)
            side_by_side.addStretch(1)
            for part in parts:
                side_by_side.addWidget(part)
            grid.addLayout(side_by_side, row, 1)
        self.take_range.setStyleSheet("QPushButton { padding: 4px 8px; }")
        self.follows.setFixedWidth(2 * FIELD_PX + 20)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(PADDING_PX, PADDING_PX, PADDING_PX, PADDING_PX)
        rows.setSpacing(2 * STEP_PX)
        rows.addWidget(self.heading)
        rows.addLayout(grid)
        for widget in (self.rhythm, self.pitches, self.warning, self.clear):
            rows.addWidget(widget)

    def _fill(
        self, box: ChoiceBox, entries: list[tuple[str, int]], chosen: int | None, name: Callable[[int], str], none: str = ""
    ) -> None:
        """The entries with "any" before them; a value that is none of them is listed too."""
        known = [value for _, value in entries]
        unusual = [] if chosen is None or chosen in known else [(name(chosen), chosen)]
        with QSignalBlocker(box):
            box.clear()
            for words, value in [(none or self.tr("any"), ANY), *entries, *unusual]:
                box.addItem(words, value)
            box.setCurrentIndex(max(0, box.findData(chosen or ANY)))

    # Changing

    def _typed(self, field: QLineEdit, read: Callable[[str], dict[str, Any]]) -> None:
        if not field.isModified():
            return
        field.setModified(False)
        try:
            changed = replace(self.constraint, **read(field.text()))
        except RicercarError as problem:
            self._problem = str(problem)
            self.show_state()
            announce(self, self._problem)
            return
        self._change(changed)

    def _take_range(self) -> None:
        found = self._selected_range()
        if found is not None:
            self._change(replace(self.constraint, low_pitch=found[0], high_pitch=found[1]))

    def _selected_range(self) -> tuple[int, int] | None:
        chosen = self.session.selection
        return range_of(self.session.song.track(self._track_id).notes.with_ids(chosen.note_ids)) if chosen.note_ids else None

    def _set(self, demanded: dict[str, Any]) -> None:
        self._change(replace(self.constraint, **demanded))

    def _change(self, wanted: Constraint) -> None:
        self._problem = ""
        name = self.session.song.track(self._track_id).name
        self.session.do(constrain(wanted, self.tr("Change what {track} keeps to").format(track=name), self._gesture))
        self.show_state()
        if self.warning.text():
            announce(self, self.warning.text())


def _dash() -> QLabel:
    label = QLabel("–")
    label.setProperty("role", "muted")
    return label

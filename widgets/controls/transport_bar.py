"""The top bar: name and title, transport buttons, position, tempo, meter, key and snap, workspaces, device and audio lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from studio.edits import tracks
from studio.errors import UnsupportedRequest
from studio.session import Session
from studio.song.harmony import PITCH_CLASSES, SCALES, Key, key_words
from studio.song.typed import key_of
from studio.words import mark, tr
from widgets import theme
from widgets.controls.buttons import IconButton
from widgets.controls.elided_label import ElidedLabel
from widgets.controls.field import Field
from widgets.controls.gesture import Gestures
from widgets.controls.position_display import PositionDisplay
from widgets.controls.record_controls import RecordControls
from widgets.key_words import tip
from widgets.panel import Panel
from widgets.snap import DIVISIONS, Snap

METERS = ((4, 4), (3, 4), (2, 4), (6, 8), (9, 8), (12, 8), (5, 4), (7, 8))
TITLE_PX = 320
TITLE_LOW_PX = 150
"""So that the buttons do not wander with short titles."""
MARGIN_PX, GAP_PX = 20, 6
LINES_PX = 120
"""So much room the lines on the right are to have before anything else gives way."""


class SnapHolder(Protocol):
    """Who keeps the grid: the roll."""

    @property
    def snap(self) -> Snap: ...
    def set_snap(self, snap: Snap) -> None: ...


class TopBar(Panel):
    """Buttons emit; the window connects them to its actions. What it shows it takes from the session."""

    title, area = mark("Transport"), "top"
    to_start_pressed = Signal()
    play_pressed = Signal()
    loop_pressed = Signal()
    title_pressed = Signal()
    workspace_chosen = Signal(str)

    def build(self, session: Session) -> None:
        self.setObjectName("TopBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(56)
        self._gestures = Gestures()
        self._snap_holder: SnapHolder | None = None
        self._tick = 0
        self._name = QLabel("Ricercar")
        self._name.setFont(theme.font(17, bold=True))
        self._name.setStyleSheet("font-size: 17px; font-weight: 700;")
        self._title = _TitleLabel(self)
        self.to_start = IconButton("to start", tr("To the start (Home)"))
        self.play = IconButton("play", tr("Play (Space)"), is_primary=True)
        self.loop = IconButton("loop", tr("Loop the selected bars, or the whole song (L)"))
        self.loop.setCheckable(True)
        self.recording = RecordControls(self)
        self.position = PositionDisplay()
        self.tempo = Field(tr("Tempo"), tr("Click to type, wheel for one beat more or less"), width_px=66)
        self.meter = Field(tr("Meter"), tr("Click to choose"), self._fill_meters, 58)
        self.key = Field(tr("Key"), tr("Click to choose; it tints the rows and guides what is generated"), self._fill_keys, 92)
        self.snap = Field(tr("Snap"), tr("Click to choose the grid; . and , make it finer and coarser"), self._fill_snaps, 70)
        self.device_line, self.audio_line = ElidedLabel(0), ElidedLabel(0)
        self._workspaces = QHBoxLayout()
        self._workspaces.setSpacing(2)
        self._workspace_group = QButtonGroup(self)
        self._lay_out()
        self._connect()
        self.listen(session.song_changed, lambda _before, _after: self._refresh())
        self.listen(session.document_changed, self._refresh)
        self.listen(session.selection_changed, self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        row.setSpacing(GAP_PX)
        self._spared = (self._name, self.meter, self.snap, self.key)
        for widget, gap in (
            (self._name, 8),
            (self._title, 14),
            (self.to_start, 0),
            (self.play, 0),
            (self.recording.record, 0),
            (self.loop, 0),
            (self.recording, 8),
            (self.position, 6),
            (self.tempo, 0),
            (self.meter, 0),
            (self.key, 0),
            (self.snap, 14),
        ):
            row.addWidget(widget)
            if gap:
                row.addSpacing(gap)
        row.addLayout(self._workspaces)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addStretch(1)
        for line in (self.device_line, self.audio_line):
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.setProperty("role", "label")
            lines.addWidget(line)
        lines.addStretch(1)
        row.addLayout(lines, 1)

    def minimumSizeHint(self) -> QSize:
        """What stays in the narrowest window."""
        return QSize(self._needed_px() - sum(map(_taken_px, self._spared)), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Its parts may want another width, in another face for one."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        """In a narrow window what is known from elsewhere gives way, one after another."""
        missing = self._needed_px() + LINES_PX - self.width()
        for widget in self._spared:
            widget.setVisible(missing <= 0)
            missing -= _taken_px(widget)

    def _needed_px(self) -> int:
        """The least width with everything shown."""
        row = self.layout()
        least = row.minimumSize().width() if row is not None else 0
        return least + sum(_taken_px(widget) for widget in self._spared if widget.isHidden())

    def _connect(self) -> None:
        self.to_start.clicked.connect(self.to_start_pressed)
        self.play.clicked.connect(self.play_pressed)
        self.loop.clicked.connect(self.loop_pressed)
        self.tempo.typed.connect(self._type_tempo)
        self.tempo.stepped.connect(self._step_tempo)
        self.meter.typed.connect(self._type_meter)
        self.key.typed.connect(self._type_key)
        self.snap.stepped.connect(self._step_snap)

    # Told by the window

    def set_workspaces(self, names: Sequence[tuple[str, str, str]], chosen: str) -> None:
        """(id, title, shortcut) of each workspace; the choice is emitted as its id."""
        for name, title, shortcut in names:
            button = QPushButton(title)
            button.setProperty("role", "choice")
            button.setCheckable(True)
            button.setChecked(name == chosen)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(f"{title} ({shortcut})")
            button.clicked.connect(_emitting(self.workspace_chosen.emit, name))
            button.setObjectName(f"workspace {name}")
            self._workspace_group.addButton(button)
            self._workspaces.addWidget(button)
        self._fit()

    def show_workspace(self, name: str) -> None:
        button = self.findChild(QPushButton, f"workspace {name}")
        if button is not None:
            button.setChecked(True)

    def set_snap_holder(self, holder: SnapHolder) -> None:
        self._snap_holder = holder
        self.show_snap()

    def show_snap(self) -> None:
        if self._snap_holder is not None:
            self.snap.show_value(self._snap_holder.snap.name)

    def show_playing(self, tick: int, is_playing: bool) -> None:
        """Position and state of the transport, as often as they change."""
        timeline = self.session.song.timeline
        self.position.show_position(timeline, tick)
        icon = "pause" if is_playing else "play"
        if self.play.icon_name != icon:
            self.play.show_icon(icon)
            tip(self.play, tr("Pause") if is_playing else tr("Play"), "play")
        if tick != self._tick:
            self._tick = tick
            self._show_timeline()

    def restyle(self) -> None:
        """The title's colours stand in its text."""
        self._refresh()

    def show_lines(self, device: str, audio: str, audio_is_well: bool, tip: str = "") -> None:
        """What computes, and how the sound is: two short lines on the right."""
        self.device_line.setText(device)
        self.audio_line.setText(audio)
        self.audio_line.tip = tip
        role = "ok" if audio_is_well else "warn"
        if self.audio_line.property("role") != role:
            self.audio_line.setProperty("role", role)
            self.audio_line.style().polish(self.audio_line)

    # Inside

    def _refresh(self) -> None:
        self._title.show_title(self.session.song.title, self.session.is_clean)
        self.loop.setChecked(self.session.loop is not None)
        self.recording.refresh()
        self.position.show_position(self.session.song.timeline, self._tick)
        self._show_timeline()

    def _show_timeline(self) -> None:
        timeline = self.session.song.timeline
        meter = timeline.meter_at(self._tick)
        key = timeline.key_at(self._tick)
        for field, value in (
            (self.tempo, f"{timeline.tempo_at(self._tick).bpm:.1f}"),
            (self.meter, f"{meter.numerator}/{meter.denominator}"),
            (self.key, key_words(key) if key is not None else tr("None")),
        ):
            if field.value != value:
                field.show_value(value)

    def _type_tempo(self, text: str) -> None:
        try:
            bpm = float(text.replace(",", ".").lower().removesuffix("bpm").strip())
        except ValueError:
            self.session.say(tr("«{words}» is no tempo. Type beats a minute, such as 92.", words=text), is_error=True)
            return
        self._set_tempo(bpm, None)

    def _step_tempo(self, notches: int) -> None:
        bpm = self.session.song.timeline.tempo_at(self._tick).bpm
        self._set_tempo(min(1000.0, max(10.0, round(bpm + notches, 1))), self._gestures.notch())

    def _set_tempo(self, bpm: float, gesture: object) -> None:
        at = self.session.song.timeline.tempo_at(self._tick).tick
        self._try(lambda: self.session.do(tracks.set_tempo(at, bpm, gesture)))

    def _type_meter(self, text: str) -> None:
        above, slash, below = text.partition("/")
        if not (slash and above.strip().isdigit() and below.strip().isdigit()):
            self.session.say(tr("«{words}» is no meter. Type it as 7/8.", words=text), is_error=True)
            return
        self._set_meter(int(above), int(below))

    def _set_meter(self, numerator: int, denominator: int) -> None:
        at = self.session.song.timeline.meter_at(self._tick).tick
        self._try(lambda: self.session.do(tracks.set_meter(at, numerator, denominator)))

    def _type_key(self, text: str) -> None:
        try:
            key = key_of(text)
        except ValueError:
            self.session.say(tr("«{words}» is no key. Type a tonic and a scale, such as Bb dorian.", words=text), is_error=True)
            return
        self._set_key(key)

    def _set_key(self, key: Key) -> None:
        earlier = [change.tick for change in self.session.song.timeline.keys if change.tick <= self._tick]
        self.session.do(tracks.set_key(earlier[-1] if earlier else 0, key))

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except UnsupportedRequest as problem:
            self.session.say(str(problem), is_error=True)

    def _fill_meters(self, menu: QMenu) -> None:
        for numerator, denominator in METERS:
            words = f"{numerator}/{denominator}"
            _add(menu, words, self.meter.value == words, _emitting(self._set_meter, numerator, denominator))
        menu.addSeparator()
        menu.addAction(tr("Other..."), self.meter.edit)

    def _fill_keys(self, menu: QMenu) -> None:
        for scale in SCALES:
            if scale == "chromatic":
                continue
            scales = menu.addMenu(tr(scale).capitalize())
            for tonic in range(len(PITCH_CLASSES)):
                key = Key(tonic, scale)
                _add(scales, key_words(key), self.key.value == key_words(key), _emitting(self._set_key, key))
        menu.addSeparator()
        menu.addAction(tr("Type a key..."), self.key.edit)

    def _fill_snaps(self, menu: QMenu) -> None:
        holder = self._snap_holder
        if holder is None:
            return
        present = holder.snap
        choices = [Snap(0), *(Snap(division) for division in DIVISIONS[1:])]
        for grid in choices:
            same = present.is_on and not present.is_adaptive and present.division == grid.division and present.shape == "straight"
            _add(menu, grid.name, same, _emitting(self._choose_snap, grid))
        for shape in (mark("triplet"), mark("dotted"), mark("quintuplet")):
            shaped = menu.addMenu(tr(shape).capitalize())
            for division in DIVISIONS[1:6]:
                grid = Snap(division, shape)
                _add(shaped, grid.name, present.name == grid.name, _emitting(self._choose_snap, grid))
        menu.addSeparator()
        _add(menu, tr("Adaptive to the zoom"), present.name == "Adaptive", _emitting(self._choose_snap, Snap(is_adaptive=True)))
        _add(menu, tr("Off"), not present.is_on, _emitting(self._choose_snap, replace(present, is_on=False)))
        menu.addSeparator()
        absolute = replace(present, is_absolute=not present.is_absolute)
        _add(menu, tr("Moved notes land on the grid"), present.is_absolute, _emitting(holder.set_snap, absolute))

    def _choose_snap(self, snap: Snap) -> None:
        if self._snap_holder is not None:
            self._snap_holder.set_snap(replace(snap, is_absolute=self._snap_holder.snap.is_absolute))
            self.show_snap()

    def _step_snap(self, notches: int) -> None:
        if self._snap_holder is not None:
            present = self._snap_holder.snap
            self._choose_snap(present.finer() if notches > 0 else present.coarser())


class _TitleLabel(QLabel):
    """The title with a dot after it while there are changes that no file holds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumWidth(TITLE_LOW_PX)
        self.setMaximumWidth(TITLE_PX)
        self.setTextFormat(Qt.TextFormat.RichText)

    def show_title(self, title: str, is_clean: bool) -> None:
        tokens = theme.current()
        elided = QFontMetrics(theme.font()).elidedText(title, Qt.TextElideMode.ElideRight, TITLE_PX - 22)
        safe = elided.replace("&", "&amp;").replace("<", "&lt;")
        dot = "" if is_clean else f' <span style="color:{tokens.accent}; font-size:15px">●</span>'
        self.setText(f'<span style="color:{tokens.muted}">{safe}</span>{dot}')
        self.setToolTip(title if is_clean else tr("{title}: not saved", title=title))
        self.setAccessibleName(title if is_clean else tr("{title}, not saved", title=title))


def _taken_px(widget: QWidget) -> int:
    """The width that its going leaves."""
    return max(widget.minimumWidth(), widget.minimumSizeHint().width()) + GAP_PX


def _add(menu: QMenu, words: str, is_checked: bool, call: Callable[[], object]) -> None:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(is_checked)
    action.triggered.connect(call)


def _emitting(call: Callable[..., object], *arguments: object) -> Callable[[], object]:
    """A slot that forgets the checked mark that Qt passes and calls with these arguments."""

    def slot() -> object:
        return call(*arguments)

    return slot

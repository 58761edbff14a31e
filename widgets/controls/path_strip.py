"""PathStrip: what the drawn path becomes - its phrases, how many, how long each lasts, where they go - and Commit."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from studio.errors import RicercarError
from studio.explore.listening import start_of_place
from studio.song.song import Track
from studio.words import counted, tr, within
from widgets.controls.announce import announce
from widgets.controls.chips import Chip
from widgets.controls.elided_label import ElidedLabel
from widgets.controls.path_tiles import HEIGHT_PX, PathTiles
from widgets.controls.pressable import SmallIcon
from widgets.theme import STEP_PX

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

STEPS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32)
HOLDS = (1, 2, 4, 8, 16)
MOST_EARLIER = 20
NARROW_PX, LOW_PX = 760, 64
ROW_PX = 32
"""The heading is as high without its chips as with them, so that the pad stays as large."""


class PathStrip(QWidget):
    """Keys on the tiles: Left and Right walk the phrases and hear them, Enter commits, Delete removes the path."""

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explorer = explorer
        self.track_id: int | None = None
        """Where the bars go; None for a new track."""
        self.setObjectName("PathStrip")
        self._lay_out()
        self.tiles.chosen.connect(self.go_to_step)
        self.tiles.entered.connect(self.commit)
        self.tiles.removed.connect(self.clear)
        self.commit_button.clicked.connect(self.commit)
        self.remove_button.clicked.connect(self.clear)
        self.kind.clicked.connect(self._turn_kind)
        for chip, fill in (
            (self.earlier, self.fill_earlier),
            (self.steps, self.fill_steps),
            (self.hold, self.fill_holds),
            (self.target, self.fill_targets),
        ):
            chip.clicked.connect(_opening(chip, fill))
        self.refresh()

    # Shown by the panel

    def refresh(self) -> None:
        """Path, its phrases, its settings or the song are others."""
        explorer, pad, song = self.explorer, self.explorer.pad, self.explorer.session.song
        has_path = bool(pad.path)
        if self.track_id is not None and not song.has_track(self.track_id):
            self.track_id = None
        track = song.track(self.track_id) if self.track_id is not None else None
        count = pad.path_steps * pad.hold_bars
        self.heading.setText(
            counted(count, "Path → {n} bar {where}", "Path → {n} bars {where}", where=self._where(track))
            if has_path
            else tr("Path")
        )
        self.kind.setText(tr(pad.interpolation))
        self.steps.setText(tr("{count} points", count=pad.path_steps))
        self.hold.setText(counted(pad.hold_bars, "hold {n} bar each", "hold {n} bars each"))
        self.target.setText(_short(track.name) if track is not None else tr("new track"))
        for widget in (self.kind, self.steps, self.hold, self.target, self.remove_button, self.commit_button):
            widget.setVisible(has_path)
            widget.updateGeometry()
        self.earlier.setVisible(bool(self.explorer.paths) and not has_path)
        self._settings.setVisible(has_path or bool(self.explorer.paths))
        self._stack.setCurrentWidget(self.tiles if has_path else self.hint)
        self.tiles.show_clips(explorer.path_phrases if has_path else (), self.nearest_step())

    def show_pointer(self) -> None:
        self.tiles.show_current(self.nearest_step())

    def nearest_step(self) -> int | None:
        """The step of the path that lies nearest to the pointer."""
        x, y = self.explorer.x, self.explorer.y
        ways = [(hypot(x - to[0], y - to[1]), index) for index, to in enumerate(self.explorer.pad.path_places)]
        return min(ways)[1] if ways else None

    # Commands

    def go_to_step(self, index: int) -> None:
        """Put the pointer on a step of the path and hear it."""
        places = self.explorer.pad.path_places
        if index < len(places):
            self.explorer.move_to(*places[index])
            self.explorer.play()
            self.explorer.release()

    def commit(self) -> None:
        """Write the path into the song, as one step that can be undone."""
        try:
            self.explorer.commit_path(self.track_id, self._first_bar())
        except RicercarError as problem:
            self.explorer.session.say(str(problem), is_error=True)
            return
        if self.explorer.pad.path:
            announce(self, tr("Committing the {path}", path=within(self.heading.text())))

    def clear(self) -> None:
        if self.explorer.pad.path:
            self.explorer.clear_path()
            announce(self, tr("Path removed"))

    def fill_earlier(self, menu: QMenu) -> None:
        """Paths that were committed, the last one first."""
        for pad in reversed(self.explorer.paths[-MOST_EARLIER:]):
            names = ", ".join(anchor.label for anchor in pad.anchors if anchor is not None)
            _add(
                menu,
                tr("{count} points between {names}", count=pad.path_steps, names=names),
                False,
                _with(self.explorer.open_path, pad.id),
            )

    def fill_steps(self, menu: QMenu) -> None:
        present = self.explorer.pad.path_steps
        for count in sorted({*STEPS, present}):
            _add(menu, tr("{count} points", count=count), count == present, _with(self.explorer.set_path_steps, count))

    def fill_holds(self, menu: QMenu) -> None:
        present = self.explorer.pad.hold_bars
        for bars in sorted({*HOLDS, present}):
            words = counted(bars, "{n} bar each", "{n} bars each")
            _add(menu, words, bars == present, _with(self.explorer.set_hold, bars))

    def fill_targets(self, menu: QMenu) -> None:
        _add(menu, tr("A new track"), self.track_id is None, lambda: self.choose_target(None))
        menu.addSeparator()
        for track in self.explorer.session.song.tracks:
            if not track.is_audio:
                _add(menu, track.name, track.id == self.track_id, _with(self.choose_target, track.id))

    def choose_target(self, track_id: int | None) -> None:
        self.track_id = track_id
        self.refresh()

    def _turn_kind(self) -> None:
        self.explorer.set_interpolation("linear" if self.explorer.pad.interpolation == "spherical" else "spherical")

    def _first_bar(self) -> int:
        session = self.explorer.session
        return session.song.timeline.bar_of(start_of_place(session))

    def _where(self, track: Track | None) -> str:
        on = tr("on a new track") if track is None else tr("on {track}", track=track.name)
        return tr("{on}, from bar {bar}", on=on, bar=self._first_bar())

    # Building

    def _lay_out(self) -> None:
        self.heading = ElidedLabel(60, is_bold=True)
        self.kind = Chip(tr("spherical"))
        self.kind.setToolTip(tr("How the phrases between two are found: along the sphere they lie on, or on a straight line"))
        self.earlier = Chip(tr("Committed paths"), menu_mark=True)
        self.earlier.setToolTip(tr("Take up a path that was committed, with its pad as it was then"))
        self.steps, self.hold, self.target = (Chip("", menu_mark=True) for _ in range(3))
        self.steps.setToolTip(tr("How many phrases the path becomes"))
        self.hold.setToolTip(tr("How long each phrase lasts"))
        self.target.setToolTip(tr("The track that the bars are written on"))
        for chip in (self.earlier, self.kind, self.steps, self.hold, self.target):
            # In a narrow window their words are cut rather than the window made wider.
            chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.remove_button = SmallIcon("close", tr("Remove the path (Del)"))
        self.commit_button = QPushButton(tr("Commit path ⏎"))
        self.commit_button.setProperty("role", "primary")
        self.commit_button.setToolTip(tr("Write the path into the song, as one step that can be undone (Enter)"))
        self.commit_button.setAutoDefault(True)
        self.tiles = PathTiles()
        self.hint = QLabel(tr("Hold Shift and drag across the pad, or press P and drag: the line becomes phrases, then bars."))
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.setFixedHeight(HEIGHT_PX)
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self.tiles)
        self._row = QHBoxLayout()
        self._row.setSpacing(2 * STEP_PX)
        self._row.addWidget(self.heading, 1)
        self._row.addStrut(ROW_PX)
        self._settings = QWidget()
        settings = QHBoxLayout(self._settings)
        settings.setContentsMargins(0, 0, 0, 0)
        settings.setSpacing(2 * STEP_PX)
        for widget in (self.earlier, self.kind, self.steps, self.hold, self.target):
            settings.addWidget(widget)
        settings.addStretch(1)
        for part in (self._settings, self.remove_button, self.commit_button):
            self._row.addWidget(part)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(20, 9, 20, 14)
        self._rows.setSpacing(10)
        self._rows.addLayout(self._row)
        self._rows.addWidget(self._stack)
        self._is_narrow = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where they would squeeze the heading, the settings have a row of their own and the tiles are lower."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < NARROW_PX
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        if is_narrow:
            self._rows.insertWidget(1, self._settings)
        else:
            self._row.insertWidget(1, self._settings)
        self.tiles.setFixedHeight(LOW_PX if is_narrow else HEIGHT_PX)
        self._stack.setFixedHeight(LOW_PX if is_narrow else HEIGHT_PX)


def _opening(chip: Chip, fill: Callable[[QMenu], None]) -> Callable[[], None]:
    """A slot that opens a menu under a chip."""

    def open_menu(*_: object) -> None:
        menu = QMenu(chip)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu)
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 2)))

    return open_menu


def _add(menu: QMenu, words: str, is_checked: bool, call: Callable[[], object]) -> None:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(is_checked)
    action.triggered.connect(lambda *_: call())


def _with(call: Callable[[int], object], value: int) -> Callable[[], object]:
    return lambda: call(value)


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"

"""LaneStack: the lanes that come and go over and under the notes: tempo and meter, and one for each controller asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from studio.edits.lanes import Lane
from studio.events import Signal
from widgets import icons
from widgets import theme as themes
from widgets.piano_roll.intents import Intents
from widgets.piano_roll.keys import KEYS_PX
from widgets.piano_roll.state import RollState

if TYPE_CHECKING:
    from widgets.piano_roll.lane_control import ControlLane
    from widgets.piano_roll.lane_tempo import TempoLane

MOST_LANES = 4


class LaneCell(QWidget):
    """The corner beside a lane: its name, and a menu under it."""

    def __init__(self, label: str, fill: Callable[[QMenu], object] | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = label
        self._fill = fill
        self.setFixedWidth(KEYS_PX)
        if fill is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(self.tr("{0}: click for another lane").format(label))

    def show_label(self, label: str) -> None:
        self.label = label
        self.setToolTip(self.tr("{0}: click for another lane").format(label))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._fill is not None:
            menu = QMenu(self)
            self._fill(menu)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.colour("panel"))
            painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
            painter.setFont(themes.font(themes.LABEL_PX))
            painter.setPen(theme.colour("muted"))
            if painter.fontMetrics().horizontalAdvance(self.label) > self.width() - 9:
                painter.setFont(themes.font(themes.LABEL_PX - 1))
            words = painter.fontMetrics().elidedText(self.label, Qt.TextElideMode.ElideRight, self.width() - 6)
            painter.drawText(QRectF(5, 6, self.width() - 5, 18), Qt.AlignmentFlag.AlignVCenter, words)
            if self._fill is not None:
                icons.paint(painter, "down", QRectF(QPointF(5, 24), QPointF(17, 36)), theme.colour("muted"))


class LaneStack:
    """Lanes are made when they are first shown; `tempo_made` and `control_made` tell of each, so that it can be wired."""

    def __init__(self, grid: QGridLayout, rows: tuple[int, int], state: RollState, intents: Intents, parent: QWidget) -> None:
        """`rows` of the grid: that of the tempo lane, and the first one for controllers."""
        self._grid, (self._tempo_row, self._first_row) = grid, rows
        self._state, self._intents, self._parent = state, intents, parent
        self.tempo: TempoLane | None = None
        self._tempo_cell: LaneCell | None = None
        self.controls: list[ControlLane] = []
        self._cells: list[LaneCell] = []
        self.tempo_made: Signal[TempoLane] = Signal()
        self.control_made: Signal[ControlLane] = Signal()
        self.other_asked: Signal[ControlLane] = Signal()
        """A controller without a name in the menu is wanted in this lane."""

    @property
    def shows_tempo(self) -> bool:
        return self.tempo is not None and not self.tempo.isHidden()

    def show_tempo(self, is_shown: bool) -> None:
        from widgets.piano_roll.lane_tempo import TempoLane

        if self.tempo is None:
            self.tempo = TempoLane(self._state, self._intents, self._parent)
            self._tempo_cell = LaneCell(self._parent.tr("Tempo"), None, self._parent)
            self._grid.addWidget(self._tempo_cell, self._tempo_row, 0)
            self._grid.addWidget(self.tempo, self._tempo_row, 1)
            self.tempo_made.emit(self.tempo)
        if self._tempo_cell is not None:
            self._tempo_cell.setVisible(is_shown)
        self.tempo.setVisible(is_shown)

    def add(self, lane: Lane) -> ControlLane | None:
        """One lane more; the one that shows this controller already, if any; None when there is no room for more."""
        from widgets.piano_roll.lane_control import ControlLane
        from widgets.piano_roll.lane_kinds import short_name

        shown = next((widget for widget in self.controls if widget.lane == lane), None)
        if shown is not None or len(self.controls) >= MOST_LANES:
            return shown
        widget = ControlLane(self._state, self._intents, lane, self._parent)
        cell = LaneCell(short_name(lane), lambda menu: self._fill(menu, widget), self._parent)
        self.controls.append(widget)
        self._cells.append(cell)
        self._lay_out()
        widget.show()
        cell.show()
        self.control_made.emit(widget)
        return widget

    def remove(self, widget: ControlLane) -> None:
        at = self.controls.index(widget)
        for gone in (self.controls.pop(at), self._cells.pop(at)):
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        widget.forget()
        self._lay_out()

    def clear(self) -> None:
        while self.controls:
            self.remove(self.controls[-1])

    def turn_to(self, widget: ControlLane, lane: Lane) -> None:
        """Show another controller in a lane."""
        from widgets.piano_roll.lane_kinds import short_name

        widget.show_lane(lane)
        self._cells[self.controls.index(widget)].show_label(short_name(lane))

    def _lay_out(self) -> None:
        for at, (widget, cell) in enumerate(zip(self.controls, self._cells, strict=True)):
            self._grid.addWidget(cell, self._first_row + at, 0)
            self._grid.addWidget(widget, self._first_row + at, 1)

    def _fill(self, menu: QMenu, widget: ControlLane) -> None:
        """The lanes there are; those the track has points of are marked."""
        from widgets.piano_roll.lane_kinds import EXPRESSION, USUAL, lane_name, lanes_used

        track = self._state.track
        for lane in (*USUAL, *lanes_used(track)):
            has_points = track is not None and len(track.controls.of_lane(lane.kind, lane.number)) > 0
            action = menu.addAction(f"{lane_name(lane)} \N{BULLET}" if has_points else lane_name(lane))
            action.setCheckable(True)
            action.setChecked(lane == widget.lane)
            action.triggered.connect(lambda _checked=False, lane=lane: self.turn_to(widget, lane))
        menu.addAction(self._parent.tr("Other controller...")).triggered.connect(lambda: self.other_asked.emit(widget))
        menu.addSeparator()
        more = menu.addAction(self._parent.tr("One lane more"))
        more.setEnabled(len(self.controls) < MOST_LANES)
        free = next((lane for lane in (EXPRESSION, *USUAL) if all(lane != shown.lane for shown in self.controls)), EXPRESSION)
        more.triggered.connect(lambda: self.add(free))
        menu.addAction(self._parent.tr("Close this lane")).triggered.connect(lambda: self.remove(widget))

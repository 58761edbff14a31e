"""RollView: ruler, lane of origins, keys, canvas and velocity lane on one grid, sharing a RollState."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.generation.tray import TakeSet
from widgets import theme as themes
from widgets.piano_roll.canvas import Canvas
from widgets.piano_roll.intents import Intents
from widgets.piano_roll.keys import KEYS_PX, PianoKeys
from widgets.piano_roll.lane_stack import LaneStack
from widgets.piano_roll.origin_lane import OriginLane
from widgets.piano_roll.origins import PlaceOf
from widgets.piano_roll.ruler import Ruler
from widgets.piano_roll.scroll_thumb import ScrollThumb
from widgets.piano_roll.state import RollState
from widgets.piano_roll.take_bar import TakeBar, browse_of
from widgets.piano_roll.take_cells import TakeCells
from widgets.piano_roll.take_lanes import TakeLanes
from widgets.piano_roll.tool_strip import ToolStrip
from widgets.piano_roll.velocity import LANE_PX, VelocityLane

FLOAT_PX = 12
LANE_SHARE, LEAST_LANE_PX = 0.16, 48
TAKES_SHARE = 0.3


class _Cell(QWidget):
    """The corner beside ruler or lane, with a quiet label or none."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self.setFixedWidth(KEYS_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.colour("panel"))
            painter.fillRect(0, 0 if self._label else self.height() - 1, self.width(), 1, theme.colour("line"))
            painter.setFont(themes.font(themes.LABEL_PX))
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                QRectF(7, min(8, (self.height() - 18) / 2), self.width() - 8, 18), Qt.AlignmentFlag.AlignVCenter, self._label
            )


class RollView(QWidget):
    """The whole roll. Show things by `state`, hear of gestures by `intents`."""

    def __init__(self, state: RollState | None, place_of: PlaceOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state if state is not None else RollState()
        self.intents = Intents()
        self.canvas = Canvas(self.state, self.intents, self)
        self.ruler = Ruler(self.state, self.intents, self)
        self.origins = OriginLane(self.state, self.intents, place_of, self)
        self._origins_cell = _Cell(self.tr("Pad"), self)
        self.keys = PianoKeys(self.state, self.intents, self)
        self.velocity = VelocityLane(self.state, self.intents, self)
        self._velocity_cell = _Cell(self.tr("Velocity"), self)
        self.take_bar = TakeBar(self.state, self.canvas)
        self.take_lanes = TakeLanes(self.state, self.intents, self)
        self.take_cells = TakeCells(self.take_lanes, self)
        self.take_cells.hide()
        self.tools = ToolStrip(self.state, self.canvas)
        self.thumb = ScrollThumb(self.state, self.canvas)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(_Cell("", self), 0, 0)
        layout.addWidget(self.ruler, 0, 1)
        layout.addWidget(self._origins_cell, 2, 0)
        layout.addWidget(self.origins, 2, 1)
        layout.addWidget(self.keys, 3, 0)
        layout.addWidget(self.canvas, 3, 1)
        layout.addWidget(self.take_cells, 4, 0)
        layout.addWidget(self.take_lanes, 4, 1)
        layout.addWidget(self._velocity_cell, 5, 0)
        layout.addWidget(self.velocity, 5, 1)
        self.lanes = LaneStack(layout, (1, 6), self.state, self.intents, self)
        layout.setRowStretch(3, 1)
        layout.setColumnStretch(1, 1)
        self.setFocusProxy(self.canvas)
        self.canvas.installEventFilter(self)
        self.state.viewport_changed.listen(self.take_bar.refresh)
        self.state.shown_changed.listen(self.take_bar.refresh)
        self.state.shown_changed.listen(self._show_origins)
        self._show_origins()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.tools.adjustSize()
            self.tools.move(FLOAT_PX, self.canvas.height() - self.tools.height() - FLOAT_PX)
            self.take_bar.refresh()
            self.thumb.setGeometry(self.canvas.width() - self.thumb.width(), 0, self.thumb.width(), self.canvas.height())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the lane gives its height to the notes."""
        self.take_lanes.take_room(round(self.height() * TAKES_SHARE))
        self.velocity.setFixedHeight(max(LEAST_LANE_PX, min(LANE_PX, round(self.height() * LANE_SHARE))))
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or style: everything is drawn anew."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.restyle()
        super().changeEvent(event)

    def restyle(self) -> None:
        self.canvas.tiles.forget()
        self.take_bar.restyle()
        self.tools.restyle()
        self.state.refresh()

    def show_velocity(self, is_shown: bool) -> None:
        self.velocity.setVisible(is_shown)
        self._velocity_cell.setVisible(is_shown)

    def show_takes(self, take_set: TakeSet | None, words: str) -> None:
        """The takes there are, in their bar and their lanes; `words` stand in the bar while what was there is shown."""
        had_keyboard = self.take_lanes.hasFocus()
        self.take_lanes.show_set(take_set, self.state.track_id)
        self._follow_lanes(had_keyboard)
        self.take_bar.browse(browse_of(take_set, words), lanes_are_shown=self.take_lanes.is_unfolded)

    def fold_takes(self) -> None:
        """Open the lanes of takes, or fold them to the arrows."""
        had_keyboard = self.take_lanes.hasFocus()
        self.take_lanes.fold(not self.take_lanes.is_unfolded)
        self._follow_lanes(had_keyboard)

    def _follow_lanes(self, had_keyboard: bool) -> None:
        """Lanes that go leave the keyboard to the notes, not to whatever stands next in the window."""
        self.take_cells.setVisible(not self.take_lanes.isHidden())
        if had_keyboard and self.take_lanes.isHidden():
            self.canvas.setFocus()

    def _show_origins(self) -> None:
        """The lane of origins comes and goes with the bars that it could show."""
        is_shown = self.origins.has_tiles
        if is_shown == self.origins.isHidden():
            self.origins.setVisible(is_shown)
            self._origins_cell.setVisible(is_shown)

    @property
    def shows_velocity(self) -> bool:
        return not self.velocity.isHidden()

"""Latent: the middle of Explore - tools, the pad between phrases, and what a path drawn on it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from studio.session import Session
from studio.words import mark, tr
from widgets import theme
from widgets.controls.latent_pad import LatentPad
from widgets.controls.overlay import Overlay
from widgets.controls.pad_ground import Cell
from widgets.controls.path_strip import PathStrip
from widgets.panel import Area, Panel
from widgets.panels.pad_tools import PadTools
from widgets.theme import CARD_RADIUS_PX

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

INVITATION_PX = 400


class Latent(Panel):
    """Forwards what the explorer tells to the parts that show it; while the pad is empty, says how to begin."""

    title: ClassVar[str] = mark("Explore")
    area: ClassVar[Area] = "centre"
    shortcut: ClassVar[str] = "Ctrl+2"

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        self.explorer = explorer
        super().__init__(explorer.session, parent)

    def build(self, session: Session) -> None:
        explorer = self.explorer
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.pad = LatentPad(explorer)
        self.tools = PadTools(explorer, self.pad.commands)
        self.strip = PathStrip(explorer)
        self.strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.invitation = Invitation(explorer, self.pad)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        above = QVBoxLayout()
        above.setContentsMargins(20, 9, 20, 0)
        above.addWidget(self.tools)
        column.addLayout(above)
        column.addWidget(self.pad, 1)
        column.addWidget(self.strip)
        self.setFocusProxy(self.pad)
        self.tools.draw_turned.connect(self.pad.set_drawing)
        self.pad.drawing_changed.connect(self.tools.show_drawing)
        self.invitation.fill.clicked.connect(self.fill_corners)
        self.listen(explorer.pad_changed, self._pad_changed)
        self.listen(explorer.grid_changed, self._grid_changed)
        self.listen(explorer.moved, lambda _x, _y: self._moved())
        self.listen(explorer.phrase_changed, self._phrase_changed)
        self.listen(explorer.path_changed, self._path_changed)
        self.listen(session.selection_changed, self.strip.refresh)
        self.listen(session.song_changed, lambda _before, _after: self.strip.refresh())
        self._pad_changed()

    def fill_corners(self) -> None:
        """Samples for the corners; the keyboard goes to the pad, for the button is about to go."""
        self.pad.commands.attempt(self.explorer.fill_empty_corners)
        self.pad.setFocus()

    def restyle(self) -> None:
        self.pad.restyle()

    def show_playing(self) -> None:
        """The sound was started or stopped from elsewhere."""
        self.tools.show_playing()
        self.pad.show_pointer()

    def _pad_changed(self) -> None:
        self.tools.refresh()
        self.pad.refresh()
        self.strip.refresh()
        self.invitation.refresh()

    def _grid_changed(self, cells: tuple[Cell, ...]) -> None:
        self.pad.show_cells(cells)

    def _moved(self) -> None:
        self.pad.show_pointer()
        self.strip.show_pointer()

    def _phrase_changed(self) -> None:
        self.pad.show_pointer()
        self.tools.refresh()

    def _path_changed(self) -> None:
        self.pad.redraw()
        self.strip.refresh()


class Invitation(Overlay):
    """In the middle of the empty pad: what to do, and the button that does it."""

    def __init__(self, explorer: Explorer, over: QWidget) -> None:
        super().__init__(over)
        self.explorer = explorer
        self.heading = QLabel(tr("Put phrases on the corners"))
        self.heading.setProperty("role", "title")
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.fill = QPushButton(tr("Fill the corners with samples"))
        self.fill.setProperty("role", "primary")
        self.fill.setToolTip(tr("The model makes up a phrase for each corner, and the field between them"))
        self.fill.setAutoDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 22)
        column.setSpacing(10)
        for part in (self.heading, self.words):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(part)
        column.addWidget(self.fill, 0, Qt.AlignmentFlag.AlignCenter)
        self.refresh()

    def refresh(self) -> None:
        has_model = bool(self.explorer.models)
        self.heading.setText(tr("Put phrases on the corners") if has_model else tr("There is no space to explore yet"))
        self.words.setText(
            tr(
                "Drop one from the palette, from the takes or from a MIDI file on A, B, C or D. Between them, everything "
                "the model can make of them is heard."
            )
            if has_model
            else tr("No model here has a latent space. Train one in a terminal: ricercar train music-vae")
        )
        self.fill.setVisible(has_model)
        self.setVisible(not self.explorer.pad.slots)
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.current().colour("line_strong"))
            painter.setBrush(theme.current().colour("panel"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS_PX, CARD_RADIUS_PX)

    def size_in(self, room: QSize) -> QSize:
        width = min(INVITATION_PX, room.width() - 40)
        layout = self.layout()
        return QSize(width, layout.totalHeightForWidth(width) if layout is not None else self.sizeHint().height())

"""MainWindow: painted at once, furnished after; where the panels stand, the title, what is dropped on it, and closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from studio.app.workspaces import COMPOSE, Workspace
from widgets import theme

if TYPE_CHECKING:
    from studio.app.explore_view import ExploreView
    from studio.explore.explorer import Explorer
    from studio.session import Session
    from widgets.panel import Panel

LEFT_PX, SIDE_PX, STRIP_PX, MIXER_PX, TOP_PX, STATUS_PX = 220, 360, 119, 207, 84, 26
LEAST_SIDE_PX, SIDE_SHARE = 300, 0.26
PREFERRED = QSize(1680, 1050)


class MainWindow(QMainWindow):
    """The window is shown empty, so that it is there at once; `furnish` brings the panels after the first paint.

    `painted` tells of that paint. `may_close` is asked before closing; `when_explored` gets the panels of
    Explore once they are built.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.may_close: Callable[[], bool] = lambda: True
        self.when_explored: Callable[[ExploreView], object] = lambda _: None
        self.workspace = COMPOSE
        self._hidden: set[str] = set()
        self._is_furnished = self._was_painted = False
        self.explored: ExploreView | None = None
        """The panels of Explore, once they have been built."""
        self.setWindowTitle("Ricercar")
        self.resize(_fitting(PREFERRED))

    def furnish(self, session: Session, explorer: Explorer) -> None:
        """Build the parts. Imported here, not above: the first paint waits for none of them."""
        from widgets.controls.job_strip import JobStrip
        from widgets.controls.status_line import StatusLine
        from widgets.controls.transport_bar import TopBar
        from widgets.dialogs.error import Notice
        from widgets.panels.start import Start

        self.session = session
        self._explorer = explorer
        central, column = _column(self)
        self.top = TopBar(session, central)
        self._body = QWidget(central)
        self.status = StatusLine(session, central)
        self.jobs = JobStrip(session)
        self.status.add(self.jobs)
        column.addWidget(self.top)
        column.addWidget(self._body, 1)
        column.addWidget(self.status)
        self._build_panels(session)
        self.setCentralWidget(central)
        self._divide(central)
        self.start = Start(self.roll)
        self.notice = Notice(self._body, self._main)
        self._listeners = [
            session.document_changed.listen(self._show_title),
            session.song_changed.listen(lambda _before, _after: self._show_start()),
            session.tray.changed.listen(self._show_start),
        ]
        self._is_furnished = True
        self._show_title()
        self._show_start()
        self._come_onto_screen()

    @property
    def exploring(self) -> ExploreView:
        """The panels of Explore: built when they are first asked for, since many starts never show them."""
        if self.explored is None:
            from studio.app.explore_view import ExploreView

            self.explored = ExploreView(self._explorer, self._main)
            self.explored.hide()  # never beside the roll: together they ask for more height than a screen has
            layout = self._main.layout()
            assert layout is not None
            layout.addWidget(self.explored)
            self.when_explored(self.explored)
        return self.explored

    def _come_onto_screen(self) -> None:
        """Shrink by what the window manager drew around the window, where the screen has no room for both."""
        inner, outer = self.geometry(), self.frameGeometry()
        inside = _within(outer, self.screen().availableGeometry())
        if self.isVisible() and inside.size() != outer.size():
            self.setGeometry(inside.marginsRemoved(_margins(inner, outer)))

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel there is so far, in the order of F6."""
        return (*self._panes, self.arrange, self.heading, self.top)

    @property
    def _panes(self) -> tuple[Panel, ...]:
        """Panels that take the keyboard."""
        exploring = () if self.explored is None else self.explored.panels
        return (self.roll, self.tracks, *exploring, self.generate, self.takes, self.mixer)

    def show_workspace(self, workspace: Workspace) -> None:
        """Show the parts of a workspace, but for those the user has hidden."""
        self.workspace = workspace
        self.top.show_workspace(workspace.id)
        self._show_parts()
        first: Panel = self.roll if self.roll.isVisibleTo(self) else self.mixer
        if self.explored is not None and self.explored.latent.isVisibleTo(self):
            first = self.explored.latent
        first.setFocus()

    def toggle_part(self, name: str) -> None:
        """Hide a part of the window, or show it again."""
        self._hidden ^= {name}
        self._show_parts()

    def is_shown(self, name: str) -> bool:
        return name in self.workspace.shows and name not in self._hidden

    def restyle(self) -> None:
        """Another theme is in force: what keeps pictures or tokens takes them anew."""
        self.top.restyle()
        self.roll.restyle()
        self.arrange.restyle()
        self.tracks.restyle()
        self.mixer.restyle()
        if self.explored is not None:
            self.explored.latent.restyle()
        for part in self.findChildren(QWidget):
            part.update()

    def step_pane(self, by: int) -> None:
        """Give the keyboard to the next or the previous panel."""
        panes = [panel for panel in self._panes if panel.isVisibleTo(self)]
        holder = next((at for at, panel in enumerate(panes) if panel.isAncestorOf(self.focusWidget() or self)), -1)
        holder = next((at for at, panel in enumerate(panes) if panel.hasFocus()), holder)
        target = panes[(holder + by) % len(panes)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        if not (target.hasFocus() or target.isAncestorOf(self.focusWidget() or self)):
            target.focusNextChild()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        if self._is_furnished:
            for forget in self._listeners:
                forget()
            for panel in (*self.panels, self.status, self.jobs):
                panel.close()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Until it is furnished: the places of its parts, in their colours."""
        super().paintEvent(event)
        if not self._is_furnished:
            _paint_places(self)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    # Inside

    def _build_panels(self, session: Session) -> None:
        """From the outside in: a part that changes its parent takes its style anew, with all that is in it."""
        from widgets.panels.arrange import Arrange
        from widgets.panels.generate import Generate
        from widgets.panels.heading import Heading
        from widgets.panels.mixer import Mixer
        from widgets.panels.roll import Roll
        from widgets.panels.takes import Takes
        from widgets.panels.tracks import Tracks

        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        self._whole = _split(Qt.Orientation.Horizontal, self._body)
        row.addWidget(self._whole)
        self._main, main = _column(self._whole)
        self._work = _split(Qt.Orientation.Vertical, self._main)
        main.addWidget(self._work)
        self._upper = _split(Qt.Orientation.Horizontal, self._work)
        self.left, left = _column(self._upper)
        self.heading, self.tracks = Heading(session, self.left), Tracks(session, self.left)
        centre, middle = _column(self._upper)
        self.arrange, self.roll = Arrange(session, centre), Roll(session, centre)
        self.mixer = Mixer(session, self._work)
        self.side, side = _column(self._whole)
        self.side.setObjectName("Side")
        self.side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.generate, self.takes = Generate(session, self.side), Takes(session, self.side)
        for column, panels in ((left, (self.heading, self.tracks)), (middle, (self.arrange, self.roll))):
            panels[0].setFixedHeight(STRIP_PX)
            for panel in panels:
                column.addWidget(panel)
        side.addWidget(self.generate)
        side.addWidget(self.takes)

    def _divide(self, central: QWidget) -> None:
        """Give the parts their widths."""
        for splitter, growing in ((self._whole, 0), (self._work, 0), (self._upper, 1)):
            for index in range(splitter.count()):
                splitter.setCollapsible(index, False)
                splitter.setStretchFactor(index, int(index == growing))
        # a splitter forgets the sizes of parts that are not shown yet, and a window on the screen shows new parts late
        central.show()
        for outer in (central, self._body):
            filled = outer.layout()
            if filled is not None:
                filled.activate()
        side_px = max(LEAST_SIDE_PX, min(SIDE_PX, round(self.width() * SIDE_SHARE)))
        self._whole.setSizes([self.width() - side_px, side_px])
        self._upper.setSizes([LEFT_PX, self.width() - LEFT_PX - side_px])
        self.left.setMinimumWidth(170)
        self.side.setMinimumWidth(LEAST_SIDE_PX)

    def _show_parts(self) -> None:
        exploring = self.is_shown("Latent")
        if exploring or self.explored is not None:
            self.exploring.setVisible(exploring)
        for panel in self.panels:
            if panel is not self.top:
                panel.setVisible(self.is_shown(type(panel).__name__))
        self.left.setVisible(self.is_shown("Tracks") or self.is_shown("Heading"))
        self.side.setVisible(self.is_shown("Generate") or self.is_shown("Takes"))
        self._work.setVisible(not exploring)
        if exploring:
            return
        rolling = self.is_shown("Roll")
        # without the roll the mixer has the height, and the strip above keeps its own
        self._upper.setMaximumHeight(16_777_215 if rolling else STRIP_PX)
        mixer_px = MIXER_PX if rolling else self._work.height() - STRIP_PX
        self._work.setSizes([self._work.height() - mixer_px, mixer_px])

    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.session.song.title}[*] - Ricercar")
        self.setWindowModified(not self.session.is_clean)

    def _show_start(self) -> None:
        is_empty = self.session.song.note_count == 0 and self.session.tray.current is None
        untouched = is_empty and self.session.history.undo_label is None
        self.start.setVisible(untouched)


def _paint_places(window: QWidget) -> None:
    tokens = theme.current()
    width, height = window.width(), window.height()
    side = max(0, width - SIDE_PX)
    with QPainter(window) as painter:
        painter.fillRect(window.rect(), tokens.colour("panel"))
        roll = QRect(LEFT_PX, TOP_PX + STRIP_PX, side - LEFT_PX, height - TOP_PX - STRIP_PX - MIXER_PX - STATUS_PX)
        painter.fillRect(roll, tokens.colour("bg"))
        painter.setPen(tokens.colour("line"))
        for y in (TOP_PX, height - MIXER_PX - STATUS_PX):
            painter.drawLine(0, y, side if y > TOP_PX else width, y)
        painter.drawLine(side, TOP_PX, side, height - STATUS_PX)
        painter.setPen(tokens.colour("text"))
        painter.setFont(theme.font(17, bold=True))
        painter.drawText(20, TOP_PX - 22, "Ricercar")


def _column(parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
    """A part for widgets one above the other, and where they are added."""
    column = QWidget(parent)
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return column, layout


def _split(orientation: Qt.Orientation, parent: QWidget) -> QSplitter:
    """A splitter with a line one pixel wide; what is built in it stands in it."""
    splitter = QSplitter(orientation, parent)
    splitter.setHandleWidth(1)
    return splitter


def _fitting(size: QSize) -> QSize:
    screen = QGuiApplication.primaryScreen()
    return size.boundedTo(screen.availableSize()) if screen is not None else size


def _margins(inner: QRect, outer: QRect) -> QMargins:
    return QMargins(
        inner.left() - outer.left(), inner.top() - outer.top(), outer.right() - inner.right(), outer.bottom() - inner.bottom()
    )


def _within(frame: QRect, room: QRect) -> QRect:
    """A window's frame made no larger than the room, and moved into it."""
    inside = QRect(frame.topLeft(), frame.size().boundedTo(room.size()))
    inside.moveLeft(max(room.left(), min(inside.left(), room.left() + room.width() - inside.width())))
    inside.moveTop(max(room.top(), min(inside.top(), room.top() + room.height() - inside.height())))
    return inside

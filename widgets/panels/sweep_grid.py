"""SweepGrid: the takes of a sweep beside each other, values on its axes; arrows go from cell to cell and are heard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.generation.describe import take_details
from studio.generation.steering_words import question, value_words
from studio.generation.sweep import Grid
from studio.generation.tray import TakeSet
from studio.words import tr
from widgets import icons, theme
from widgets.controls.announce import announce
from widgets.miniature import paint_miniature, pitch_range
from widgets.theme import BUTTON_RADIUS_PX, LABEL_PX, STEP_PX

CELL_PX, LEAST_CELL_PX, NAMES_PX, VALUES_PX = 46, 20, 18, 16
LEFT_PX = 42
GAP_PX = STEP_PX
TINT = 0.1
STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class SweepGrid(QWidget):
    """`heard(index)` of a take in its set when its cell is reached or pressed, `starred(index)`, `kept()` for Enter.

    A cell whose take has not come, or came out without a note, is empty.
    """

    heard = Signal(int)
    starred = Signal(int)
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._take_set: TakeSet | None = None
        self._grid: Grid | None = None
        self._is_playing = False
        self._at = 1
        self.cells: dict[int, int] = {}
        """Of each cell that has one the index of its take."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_set(self, take_set: TakeSet | None, *, is_playing: bool = False) -> None:
        """Show a swept set as it is now; nothing for one that is none."""
        is_new = take_set is not self._take_set
        self._take_set, self._is_playing = take_set, is_playing
        self._grid = take_set.grid if take_set is not None else None
        self.cells = {}
        if take_set is not None and self._grid is not None:
            for index in range(len(take_set.takes)):
                cell = take_set.cell(index)
                if cell and index not in take_set.trashed and index not in take_set.forks:
                    self.cells.setdefault(cell, index)
            active = next((cell for cell, index in self.cells.items() if index == take_set.active), None)
            self._at = active or (1 if is_new else self._at)
            self.setAccessibleName(self.words(self._at))
        if is_new:
            self.updateGeometry()
        self.setVisible(self._grid is not None)
        self.update()

    def words(self, cell: int) -> str:
        """A cell for those who cannot see it: its values, and what is there."""
        take_set, grid = self._take_set, self._grid
        if take_set is None or grid is None:
            return ""
        said = [f"{question(name)} {value_words(name, value)}" for name, value in grid.values(cell).items()]
        index = self.cells.get(cell)
        if index is None:
            return ", ".join([*said, tr("no take")])
        said.append(tr("take {number}", number=take_set.numeral(index)))
        said += [tr("shown")] if index == take_set.active else []
        said += [tr("starred")] if index in take_set.starred else []
        return ", ".join(said)

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether the key was one of the grid's: arrows, Enter, S."""
        grid, key = self._grid, Qt.Key(event.key())
        if grid is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in STEPS:
            rows, columns = grid.shape
            (row, column), (down, right) = grid.place(self._at), STEPS[key]
            row, column = min(rows - 1, max(0, row + down)), min(columns - 1, max(0, column + right))
            self.go_to(row * columns + column + 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.kept.emit()
        elif key == Qt.Key.Key_S and self._at in self.cells:
            self.starred.emit(self.cells[self._at])
        else:
            return False
        return True

    def go_to(self, cell: int) -> None:
        """To a cell, and hear its take where it has one."""
        was, self._at = self._at, cell
        if cell in self.cells and cell != was:
            self.heard.emit(self.cells[cell])
        self.setAccessibleName(self.words(cell))
        announce(self, self.words(cell))
        self.update()

    def place(self, cell: int) -> QRectF:
        """Where a cell is painted."""
        assert self._grid is not None, "a grid is shown"
        row, column = self._grid.place(cell)
        width = (self.width() - LEFT_PX - GAP_PX * (self._grid.shape[1] - 1)) / self._grid.shape[1]
        height = min(CELL_PX, (self.height() - NAMES_PX - VALUES_PX) / self._grid.shape[0] - GAP_PX)
        top = NAMES_PX + VALUES_PX + row * (height + GAP_PX)
        return QRectF(LEFT_PX + column * (width + GAP_PX), top, width, height)

    def cell_at(self, point: QPointF) -> int | None:
        if self._grid is None:
            return None
        rows, columns = self._grid.shape
        return next((cell for cell in range(1, rows * columns + 1) if self.place(cell).contains(point)), None)

    # What the toolkit calls

    def sizeHint(self) -> QSize:
        return QSize(300, self._height_of(CELL_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height_of(LEAST_CELL_PX))

    def _height_of(self, cell_px: int) -> int:
        rows = self._grid.shape[0] if self._grid is not None else 0
        return NAMES_PX + VALUES_PX + rows * (cell_px + GAP_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.takes_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or cell is None:
            return
        self._at = cell
        index = self.cells.get(cell)
        if index is not None and self._star_place(cell).contains(event.position()):
            self.starred.emit(index)
        elif index is not None:
            self.heard.emit(index)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if cell is None else self._told(cell), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        grid = self._grid
        if grid is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_axes(painter, grid)
            for cell in range(1, grid.shape[0] * grid.shape[1] + 1):
                self._paint_cell(painter, cell)

    # Inside

    def _told(self, cell: int) -> str:
        index, take_set = self.cells.get(cell), self._take_set
        if index is None or take_set is None:
            return self.words(cell)
        return f"{self.words(cell)}\n{take_details(take_set.takes[index], take_set.request.song)}"

    def _star_place(self, cell: int) -> QRectF:
        place = self.place(cell)
        return QRectF(place.right() - 16, place.top() + 2, 14, 14)

    def _paint_axes(self, painter: QPainter, grid: Grid) -> None:
        tokens = theme.current()
        across = grid.axes[-1]
        painter.setFont(theme.font(LABEL_PX))
        painter.setPen(tokens.colour("muted"))
        names = QRectF(LEFT_PX, 0, self.width() - LEFT_PX, NAMES_PX)
        painter.drawText(names, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), f"{question(across.knob)} →")
        if len(grid.axes) > 1:
            left = QRectF(0, 0, self.width(), NAMES_PX)
            painter.drawText(left, int(Qt.AlignmentFlag.AlignVCenter), f"↓ {question(grid.axes[0].knob)}")
        painter.setFont(theme.mono(LABEL_PX))
        painter.setPen(tokens.colour("text"))
        metrics = painter.fontMetrics()
        for column, value in enumerate(across.values):
            place = self.place(column + 1)
            words = metrics.elidedText(value_words(across.knob, value), Qt.TextElideMode.ElideRight, int(place.width()))
            head = QRectF(place.left(), NAMES_PX, place.width(), VALUES_PX)
            painter.drawText(head, int(Qt.AlignmentFlag.AlignCenter), words)
        for row, value in enumerate(grid.axes[0].values if len(grid.axes) > 1 else ()):
            place = self.place(row * grid.shape[1] + 1)
            side = QRectF(0, place.top(), LEFT_PX - 6, place.height())
            words = metrics.elidedText(value_words(grid.axes[0].knob, value), Qt.TextElideMode.ElideRight, int(side.width()))
            painter.drawText(side, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), words)

    def _paint_cell(self, painter: QPainter, cell: int) -> None:
        tokens, take_set = theme.current(), self._take_set
        place, index = self.place(cell).adjusted(0.5, 0.5, -0.5, -0.5), self.cells.get(cell)
        is_active = take_set is not None and index is not None and index == take_set.active and not take_set.comp
        pen = QPen(tokens.colour("proposed" if is_active else "line"), 1.2 if is_active else 1)
        if index is None:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(tokens.colour("raised") if index is not None else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, BUTTON_RADIUS_PX, BUTTON_RADIUS_PX)
        if is_active:
            painter.setBrush(tokens.colour("proposed", TINT))
            painter.drawRoundedRect(place, BUTTON_RADIUS_PX, BUTTON_RADIUS_PX)
        if index is not None and take_set is not None:
            take = take_set.takes[index]
            inner = place.adjusted(4, 12, -4, -5) if place.height() > 36 else place.adjusted(4, 3, -18, -3)
            ink = tokens.colour("proposed" if is_active else "muted")
            paint_miniature(painter, take.rows, inner, take.span, ink, pitches=pitch_range(take.rows))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            is_starred = index in take_set.starred
            star = self._star_place(cell).adjusted(1, 1, -1, -1)
            icons.paint(painter, "starred" if is_starred else "star", star, tokens.colour("accent" if is_starred else "dim"))
            if is_active and self._is_playing:
                icons.paint(painter, "play", QRectF(place.left() + 3, place.top() + 3, 9, 9), tokens.colour("proposed"))
        if cell == self._at and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.colour("text"), 1.5))
            painter.drawRoundedRect(place.adjusted(1.5, 1.5, -1.5, -1.5), BUTTON_RADIUS_PX - 1, BUTTON_RADIUS_PX - 1)

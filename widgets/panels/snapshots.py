"""Snapshots: states of the pad to come back to, each with a small map of where one stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from widgets import theme
from widgets.controls.pad_commands import PadCommands
from widgets.controls.pressable import Pressable, SmallIcon, paint_focus, paint_ground
from widgets.small_map import paint_map
from widgets.theme import BUTTON_RADIUS_PX, STEP_PX, TARGET_PX

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer
    from studio.explore.pad import Snapshot

ROW_PX = 34


class SnapshotRow(Pressable):
    """A press restores it; the cross, or Delete, removes it."""

    removed = Signal()

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot.name)
        self.snapshot = snapshot
        self.setFont(theme.font(theme.TEXT_PX - 1))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words = place_words(snapshot.x, snapshot.y)
        self.setAccessibleName(f"{snapshot.name}, {words}")
        self.setToolTip(self.tr("Bring the pad back as it was: {place}").format(place=words))
        self.close_button = SmallIcon("close", self.tr("Remove {name}").format(name=snapshot.name), self)
        self.close_button.setFixedSize(TARGET_PX, TARGET_PX)
        self.close_button.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, STEP_PX, 0)
        row.addStretch(1)
        row.addWidget(self.close_button)

    def sizeHint(self) -> QSize:
        return QSize(160, ROW_PX)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        paint_ground(painter, rect, tokens.colour("line" if self.is_hovered else "raised"), None, BUTTON_RADIUS_PX)
        side = rect.height() - 10
        paint_map(painter, QRectF(rect.left() + 6, rect.top() + 5, side, side), self.snapshot.x, self.snapshot.y, tokens)
        painter.setFont(self.font())
        painter.setPen(tokens.colour("text"))
        room = rect.adjusted(side + 14, 0, -TARGET_PX - STEP_PX, 0)
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_focus(painter, rect, BUTTON_RADIUS_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class Snapshots(QWidget):
    """The list, and the button that takes one."""

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explorer = explorer
        self.rows: list[SnapshotRow] = []
        heading = QLabel(self.tr("Snapshots"))
        heading.setProperty("role", "muted")
        self.take = QPushButton(self.tr("Take one"))
        self.take.setStyleSheet("QPushButton { padding: 4px 10px; }")
        self.take.setToolTip(self.tr("Remember the pad as it is now, and where you stand on it"))
        self.take.setAutoDefault(True)
        self.take.setMinimumHeight(TARGET_PX)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self.take)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2 * STEP_PX, 0, 0)
        self._column.setSpacing(STEP_PX)
        self._column.addLayout(top)
        self.take.clicked.connect(self._take)

    def refresh(self) -> None:
        """Show the explorer's snapshots."""
        snapshots = self.explorer.snapshots
        if [row.snapshot for row in self.rows] == list(snapshots):
            return
        had_focus = next((index for index, row in enumerate(self.rows) if row.hasFocus()), None)
        for old in self.rows:
            old.hide()
            old.deleteLater()
        self.rows = [self._made(index, snapshot) for index, snapshot in enumerate(snapshots)]
        if had_focus is not None:
            target = self.rows[min(had_focus, len(self.rows) - 1)] if self.rows else self.take
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made(self, index: int, snapshot: Snapshot) -> SnapshotRow:
        row = SnapshotRow(snapshot)
        row.clicked.connect(lambda: self.explorer.restore(index))
        row.removed.connect(lambda: self._remove(index))
        self._column.addWidget(row)
        row.show()  # what a layout has not shown yet takes no focus
        return row

    def _take(self) -> None:
        PadCommands(self.explorer, self).take_snapshot()
        self.refresh()

    def _remove(self, index: int) -> None:
        self.explorer.remove_snapshot(index)
        self.refresh()


def place_words(x: float, y: float) -> str:
    """A place on the pad, such as "41 % / 63 %": from the left, from the top."""
    return f"{x * 100:.0f} % / {y * 100:.0f} %"

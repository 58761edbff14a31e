"""One row of the track list for a group: fold, name, mute and solo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from studio.song.mixing import Group
from studio.words import counted, tr
from widgets import theme
from widgets.controls.buttons import LetterButton
from widgets.controls.inline_edit import InlineEdit
from widgets.controls.pressable import SmallIcon
from widgets.key_words import tip
from widgets.theme import LABEL_PX, TARGET_PX, TEXT_PX

ROW_PX = 36


class GroupRow(QWidget):
    """Shows a group and tells what the hand does; it changes nothing itself."""

    fold_pressed = Signal(int)
    renamed = Signal(int, str)
    mute_pressed = Signal(int)
    solo_pressed = Signal(int, object)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, group: Group, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = group
        self._count = 0
        self.setFixedHeight(ROW_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.fold = SmallIcon("unfolded", "", self)
        self.fold.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fold.clicked.connect(lambda: self.fold_pressed.emit(self.group.id))
        self.mute = LetterButton("M", tr("Mute"), "warn", self)
        self.solo = LetterButton("S", tr("Solo"), "accent", self)
        tip(self.mute, tr("Mute every track of the group"), "mute group")
        tip(self.solo, tr("Solo the group; Ctrl: nothing else; Alt: none"), "solo group")
        self.mute.clicked.connect(lambda: self.mute_pressed.emit(self.group.id))
        self.solo.clicked.connect(lambda: self.solo_pressed.emit(self.group.id, QApplication.keyboardModifiers()))

    def sizeHint(self) -> QSize:
        return QSize(200, ROW_PX)

    def show_group(self, group: Group, count: int) -> None:
        """Of so many tracks."""
        self.group, self._count = group, count
        words = tr("Show its tracks") if group.is_folded else tr("Fold: show only the group")
        self.fold.show_icon("folded" if group.is_folded else "unfolded", words)
        self.mute.setChecked(group.strip.is_muted)
        self.solo.setChecked(group.strip.is_solo)
        self.mute.setAccessibleName(tr("Mute {name}", name=group.name))
        self.solo.setAccessibleName(tr("Solo {name}", name=group.name))
        state = tr("folded") if group.is_folded else tr("open")
        self.setAccessibleName(f"{group.name}, {self._counted()}, {state}")
        self.setToolTip(tr("Double-click to rename, right-click for more; Return folds"))
        self.update()

    def _counted(self) -> str:
        return counted(self._count, "{n} track", "{n} tracks")

    def rename(self) -> None:
        """Type a name in place."""
        place = QRect(26, 5, self.mute.x() - 32, 26)
        InlineEdit(self, place, self.group.name, tr("Group name"), lambda name: self.renamed.emit(self.group.id, name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        right, top = self.width() - 14, (ROW_PX - TARGET_PX) // 2
        self.fold.setGeometry(4, top, TARGET_PX, TARGET_PX)
        self.solo.move(right - 24, top)
        self.mute.move(right - 24 - 28, top)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.group.id, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.fold_pressed.emit(self.group.id)
        elif event.key() == Qt.Key.Key_Menu:
            self.menu_wanted.emit(self.group.id, self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        is_muted = self.group.strip.is_muted
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), tokens.colour("raised", 0.5))
            painter.fillRect(QRect(0, 0, 4, ROW_PX - 1), tokens.track(self.group.colour, 0.35 if is_muted else 1.0))
            painter.fillRect(QRect(0, ROW_PX - 1, self.width(), 1), tokens.colour("line"))
            painter.setFont(theme.font(TEXT_PX, bold=True))
            painter.setPen(tokens.colour("muted" if is_muted else "text"))
            room = self.mute.x() - 36
            words = painter.fontMetrics().elidedText(self.group.name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(30, 23, words)
            used = painter.fontMetrics().horizontalAdvance(words)
            painter.setFont(theme.font(LABEL_PX))
            painter.setPen(tokens.colour("dim"))
            number = str(self._count)
            if used + 10 + painter.fontMetrics().horizontalAdvance(number) < room:
                painter.drawText(30 + used + 8, 23, number)
            if self.hasFocus():
                painter.setPen(tokens.colour("accent"))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -2))

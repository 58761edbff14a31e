"""A fader in decibels: 0 dB at three quarters of the way, 6 dB at the top, silence at the bottom."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.song.song import SILENT_DB
from studio.words import tr
from widgets import theme
from widgets.controls.gesture import Gestures
from widgets.controls.valued import Valued

UNITY = 0.75
TOP_DB = 6.0
BOTTOM = 0.02
"""Below this part of the way the fader is shut."""
HANDLE_PX = 14
FINE = 0.2


def db_at(part: float) -> float:
    """Decibels at a part (0 to 1) of the fader's way."""
    if part >= UNITY:
        return min(TOP_DB, (part - UNITY) / (1 - UNITY) * TOP_DB)
    return SILENT_DB if part < BOTTOM else 40 * math.log10(part / UNITY)


def part_at(db: float) -> float:
    """Where on its way the fader stands at these decibels."""
    if db >= 0:
        return min(1.0, UNITY + db / TOP_DB * (1 - UNITY))
    part = UNITY * 10 ** (db / 40)
    return part if part >= BOTTOM else 0.0


def db_words(db: float) -> str:
    """-3.0, 0.0, or -inf."""
    return "-inf" if db_at(part_at(db)) <= SILENT_DB else f"{db + 0.0:.1f}"


def db_typed(text: str) -> float | None:
    """What a person typed: "-3", "+2 dB", "-inf", with a comma if they like; None when it is no level."""
    cleaned = text.strip().lower().removesuffix("db").strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if cleaned in ("-inf", "inf", "-\N{INFINITY}", "\N{INFINITY}", "off"):
        return SILENT_DB
    try:
        value = float(cleaned)
    except ValueError:
        return None
    return min(TOP_DB, max(SILENT_DB, value)) if math.isfinite(value) else None


class Fader(Valued):
    """`changed(db, gesture)`: the same gesture through one drag. Double-click: 0 dB. Ctrl: fine. Wheel: half a decibel."""

    changed = Signal(float, object)
    typing_asked = Signal()
    """Return was pressed: a level is to be typed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.db = 0.0
        self._gestures = Gestures()
        self._from: tuple[float, float] | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(72)
        self.show_db(0.0)

    def sizeHint(self) -> QSize:
        return QSize(28, 130)

    def show_db(self, db: float) -> None:
        """Take the level of the song, without telling anyone."""
        self.db = db
        self.setToolTip(
            tr("Volume: {level} dB. Drag, wheel or arrow keys; double-click for 0 dB; Ctrl is fine", level=db_words(db))
        )
        self.setAccessibleDescription(self.value_words())
        self.value_changed()
        self.update()

    def value_words(self) -> str:
        return tr("{level} dB", level=db_words(self.db))

    @property
    def _way_px(self) -> float:
        return max(1.0, self.height() - HANDLE_PX)

    def y_of(self, db: float) -> float:
        """The middle of the handle at these decibels."""
        return HANDLE_PX / 2 + (1 - part_at(db)) * self._way_px

    def _set(self, db: float, gesture: object) -> None:
        db = round(min(TOP_DB, max(SILENT_DB, db)), 1)
        if db != self.db:
            self.show_db(db)
            self.changed.emit(db, gesture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._gestures.begin()
            self._from = (event.position().y(), part_at(self.db))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        start_y, start_part = self._from
        fine = FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
        part = start_part + (start_y - event.position().y()) / self._way_px * fine
        self._set(db_at(min(1.0, max(0.0, part))), self._gestures.present)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._set(0.0, self._gestures.begin())

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        self._step(0.5 * notches * (FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.typing_asked.emit()
            return
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._set(0.0, self._gestures.begin())
            return
        steps = {Qt.Key.Key_Up: 0.5, Qt.Key.Key_Down: -0.5, Qt.Key.Key_PageUp: 3.0, Qt.Key.Key_PageDown: -3.0}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._step(step * FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else step)

    def _step(self, by_db: float) -> None:
        lowest = db_at(BOTTOM)
        if self.db <= lowest and by_db < 0:
            self._set(SILENT_DB, self._gestures.notch())
        else:
            self._set(max(self.db, lowest) + by_db, self._gestures.notch())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = self.width() / 2
            painter.setPen(QPen(tokens.colour("line_strong"), 1))
            for mark_db in (6, 0, -6, -12, -24):
                y = round(self.y_of(mark_db)) + 0.5
                reach = 9 if mark_db == 0 else 6
                painter.drawLine(int(middle - reach), int(y), int(middle + reach), int(y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("bg"))
            painter.drawRoundedRect(QRectF(middle - 2, HANDLE_PX / 2 - 2, 4, self._way_px + 4), 2, 2)
            handle = QRectF(middle - 13, self.y_of(self.db) - HANDLE_PX / 2, 26, HANDLE_PX)
            painter.setBrush(tokens.colour("dim" if self.property("dimmed") else "text"))
            painter.setPen(QPen(tokens.colour("accent"), 2) if self.hasFocus() else QPen(tokens.colour("bg"), 1))
            painter.drawRoundedRect(handle.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            painter.setPen(QPen(tokens.colour("bg"), 1.5))
            painter.drawLine(handle.center() - QPointF(12, 0), handle.center() + QPointF(12, 0))

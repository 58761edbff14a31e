"""What leaves the window for other programs, by drag or clipboard: real files, their bytes, and notes in our own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from studio.song.notes import Rows
from studio.song.song import span_of
from studio.song.timeline import Section
from widgets import icons
from widgets import theme as themes
from widgets.miniature import paint_miniature
from widgets.phrase_drag import Grab

MIDI_TYPES = ("audio/midi", "audio/x-midi")
COPIED_FILES = "x-special/gnome-copied-files"
"""What file managers of GNOME, Xfce, Cinnamon and MATE paste files by; those of KDE go by the addresses alone."""
BEYOND_PX = 12
"""A pointer that is so far out of the window has left it, and did not just slip over its edge."""
PLATE = QSize(236, 46)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a hand has: the selection (else the selected bars, else the track in front), a track by its id, a section, or a
    take by its index in the set that is shown."""

    kind: Literal["selection", "track", "section", "take"]
    of: int | Section | None = None


SELECTION = Carried("selection")


class GoingOut:
    """Where panels hand over what is to leave the window; the window sets one that knows how. This one does nothing."""

    def carry(self, source: QWidget, what: Carried, keys: Qt.KeyboardModifier) -> bool:
        """Called from inside a mouse event at every move of a hand that is on its way out. True: the gesture is over, it was
        carried out and let go, or cannot be, which was said. False: it is being written; the next move asks again."""
        return True

    def copy(self, what: Carried) -> None:
        """To the clipboard, as a file."""


NOWHERE = GoingOut()


def has_left(widget: QWidget, at: QPointF) -> bool:
    """Whether a place of a widget lies outside its window."""
    room = widget.window().rect().adjusted(-BEYOND_PX, -BEYOND_PX, BEYOND_PX, BEYOND_PX)
    return not room.contains(widget.mapTo(widget.window(), at.toPoint()))


def is_pulled_off(strip: QWidget, at: QPointF) -> bool:
    """Whether a place of a strip of time lies above or below it, where nothing can be moved along it, or outside the window."""
    return not -BEYOND_PX <= at.y() <= strip.height() + BEYOND_PX or has_left(strip, at)


def fill(mime: QMimeData, paths: Sequence[Path], midi: bytes, *, is_copied: bool = False) -> QMimeData:
    """Put files, and the bytes of them as one MIDI file, beside what a drag or the clipboard holds already (EX-32, EX-33)."""
    urls = [QUrl.fromLocalFile(str(path)) for path in paths]
    mime.setUrls(urls)
    for name in MIDI_TYPES:
        mime.setData(name, midi)
    if is_copied:
        mime.setText("\n".join(map(str, paths)))
        mime.setData(COPIED_FILES, b"\n".join([b"copy", *(url.toEncoded().data() for url in urls)]))
    return mime


def carry(source: QWidget, mime: QMimeData, picture: QPixmap) -> bool:
    """Drag until it is dropped; whether somebody took it. It is a copy whoever takes it: nothing here is ever moved away."""
    # Of the window: a panel may be built anew, and its parts deleted, while the hand is elsewhere.
    drag = QDrag(source.window())
    drag.setMimeData(mime)
    drag.setPixmap(picture)
    drag.setHotSpot(QPoint(14, round(picture.height() / picture.devicePixelRatio() / 2)))
    return drag.exec(Qt.DropAction.CopyAction) is Qt.DropAction.CopyAction


def plate(name: str, rows: Rows, dpr: float) -> QPixmap:
    """What hangs under the pointer: the name of the file over its notes."""
    theme = themes.current()
    picture = QPixmap(PLATE * dpr)
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(0.5, 0.5, PLATE.width() - 1, PLATE.height() - 1)
        painter.setPen(theme.colour("accent"))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(place, 6, 6)
        painter.setPen(theme.colour("text"))
        painter.setFont(themes.font(themes.LABEL_PX, bold=True))
        line = place.adjusted(10, 4, -10, -PLATE.height() / 2)
        words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, round(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
        span = span_of(rows)
        if span is not None:
            paint_miniature(painter, rows, place.adjusted(10, PLATE.height() / 2, -10, -6), span, theme.colour("accent"))
    return picture


class DragGrip(QToolButton):
    """A handle that carries the selection out of the window; a click copies it as a file. `carried(keys)`, `copied()`."""

    carried = Signal(object)
    copied = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grab = Grab()
        self._is_carrying = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.clicked.connect(self.copied)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grab.press(event)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab.begins(event):
            self._is_carrying = True
        if self._is_carrying:
            self.carried.emit(event.modifiers())
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_carrying:
            self.setDown(False)  # let go before it was ready: that is no click
            self.end()
        else:
            super().mouseReleaseEvent(event)
        self._grab.release()

    def end(self) -> None:
        """It was carried out and let go."""
        self._is_carrying = False
        self.setDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            place = QRectF(self.rect()).center()
            colour = themes.current().colour("text" if self.underMouse() else "muted")
            icons.paint(painter, "out", QRectF(place.x() - 8, place.y() - 8, 16, 16), colour)

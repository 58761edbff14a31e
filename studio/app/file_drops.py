"""FileDrops: files of other programs carried over the window: where they would land is shown, and there they are let go."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.app.desk import Desk
from studio.app.import_ways import ANCHOR, NOTES, OPEN, SEED, TAKE, TRACKS, Landing, front_track, is_blank, region_of
from studio.app.importing import Importing, local_files
from studio.app.take_drops import TakeDrops
from studio.song.ticks import Span
from studio.words import tr
from widgets import theme
from widgets.phrase_drag import is_ours

PLATE_PX, AIR_PX = 26, 10


def wire(desk: Desk) -> None:
    """The whole window takes files; parts of it that do something else with them, such as the pad, take theirs themselves."""
    desk.window.setAcceptDrops(True)
    desk.window.installEventFilter(FileDrops(desk))
    for field in desk.window.findChildren(QLineEdit):
        field.setAcceptDrops(False)  # it would take the name of a file as what is typed


class _Places(TakeDrops):
    """Where takes could be dropped, a bar wide."""

    def stretch(self, tick: int) -> Span:
        timeline = self.desk.session.song.timeline
        return timeline.bar_span(timeline.bar_of(max(0, tick)))


class FileDrops(QObject):
    """Watches the window. Where a drag is of our own, or carries no files, it does nothing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._places = _Places(desk)
        self.mark = Mark(desk.window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self.mark.hide()
        is_drag = event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
        if not is_drag or not isinstance(event, QDropEvent | QDragMoveEvent) or watched is not self._desk.window:
            return False
        mime = event.mimeData()
        paths = () if is_ours(mime) else local_files(mime)
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)  # a file that is moved here would be gone from where it was
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.mark.hide()
            landing, _, _ = self.landing(event.position())
            # Only now has the other program let go: a dialog in the middle of a drag would hold it up.
            QTimer.singleShot(0, self._desk.window, lambda: Importing(self._desk).receive(paths, landing))
        else:
            _, place, words = self.landing(event.position())
            self.mark.show_at(place, words)
        return True

    def landing(self, at: QPointF) -> tuple[Landing, QRect, str]:
        """Where files would go that are let go at a place of the window; what lights up, and what it says."""
        window, song = self._desk.window, self._desk.session.song
        front = front_track(self._desk)
        cursor = song.timeline.bar_start(song.timeline.bar_of(self._desk.session.selection.cursor_tick))
        if is_blank(self._desk) and not self._is_over(window.side, at):
            return Landing(OPEN, 0, front), self._area(window.roll), tr("Open")
        for widget, target_of in (
            (window.roll.view.canvas, self._places.on_roll),
            (window.arrange.view.bar, None),
            (window.arrange.view, self._places.on_arrangement),
            (window.tracks, self._places.on_track_list),
        ):
            if not self._is_over(widget, at):
                continue
            here = QPointF(widget.mapFrom(window, at.toPoint()))
            target = target_of(here) if target_of is not None else None
            if target is None:
                tick = self._places.stretch(round(window.arrange.view.tick_at(here.x()))).start_tick
                return Landing(TRACKS, tick, front), self._area(widget), self._bar_words(tick)
            place = target.place.toAlignedRect().translated(widget.mapTo(window, QPoint()))
            tick = cursor if target.tick is None or widget is window.tracks else target.tick
            if target.track_id is None:
                return Landing(TRACKS, tick, front), place, self._bar_words(tick)
            landing = Landing(NOTES, tick, target.track_id, is_on_track=widget is not window.roll.view.canvas)
            return landing, place, self._track_words(target.track_id, tick)
        return self._elsewhere(at, Landing(OPEN, cursor, front))

    # Inside

    def _elsewhere(self, at: QPointF, landing: Landing) -> tuple[Landing, QRect, str]:
        """Panels that have neither tracks nor time."""
        window = self._desk.window
        if self._is_over(window.takes, at):
            region = region_of(self._desk, landing)
            words = tr("As a take of the selected bars") if region is not None else tr("Select bars first, for a take of them")
            return Landing(TAKE, landing.tick, landing.track_id), self._area(window.takes), words
        if self._is_over(window.generate, at):
            words = tr("Give it to the Generate panel")
            return Landing(SEED, landing.tick, landing.track_id), self._area(window.generate), words
        explored = window.explored
        if explored is not None and self._is_over(explored, at):
            return Landing(ANCHOR, landing.tick, landing.track_id), self._area(explored), tr("Put on the pad of Explore")
        for panel in (window.roll, window.mixer):
            if self._is_over(panel, at):
                return Landing(TRACKS, landing.tick, landing.track_id), self._area(panel), self._bar_words(landing.tick)
        return landing, window.rect().adjusted(4, 4, -4, -4), tr("Open, or add to the song")

    def _is_over(self, widget: QWidget, at: QPointF) -> bool:
        window = self._desk.window
        return widget.isVisibleTo(window) and widget.rect().contains(widget.mapFrom(window, at.toPoint()))

    def _area(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._desk.window, QPoint()), widget.size()).adjusted(4, 4, -4, -4)

    def _bar_words(self, tick: int) -> str:
        return tr("Add to the song at bar {bar}", bar=self._desk.session.song.timeline.bar_of(tick))

    def _track_words(self, track_id: int, tick: int) -> str:
        song = self._desk.session.song
        return tr("{track}, bar {bar}", track=song.track(track_id).name, bar=song.timeline.bar_of(tick))


class Mark(QWidget):
    """A frame around the place, and on a plate beside it what would happen there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._place, self.words = QRect(), ""
        self.hide()

    def show_at(self, place: QRect, words: str) -> None:
        """The plate stands inside the place, or over it where there is no room."""
        if (place, words) == (self._place, self.words) and self.isVisible():
            return
        self._place, self.words = place, words
        self.setGeometry(place.united(self._plate()).adjusted(-2, -2, 2, 2))
        self.setAccessibleName(words)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, corner = theme.current(), self.geometry().topLeft()
        place, plate = self._place.translated(-corner), self._plate().translated(-corner)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.colour("accent"), 1.6, Qt.PenStyle.DashLine))
            painter.setBrush(tokens.colour("accent", 0.12))
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), 4, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("accent"))
            painter.drawRoundedRect(QRectF(plate), 4, 4)
            painter.setPen(tokens.colour("on_accent"))
            painter.setFont(theme.font(theme.TEXT_PX))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self.words)

    def _plate(self) -> QRect:
        """At the top of the place, in the window whatever happens."""
        width = self.fontMetrics().horizontalAdvance(self.words) + 2 * AIR_PX
        room = self.window().rect()
        left = max(4, min(self._place.center().x() - width // 2, room.right() - width - 4))
        is_low = self._place.height() < 3 * PLATE_PX
        top = self._place.bottom() + 6 if is_low else self._place.top() + 12
        return QRect(left, max(4, min(top, room.bottom() - PLATE_PX - 4)), width, PLATE_PX)

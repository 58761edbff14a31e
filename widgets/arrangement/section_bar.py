"""SectionBar: the coloured names over the arrangement: chosen by a click, moved with their music, stretched, typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from studio.events import Signal
from studio.song.song import Song
from studio.song.ticks import Span
from studio.song.timeline import Section
from widgets import theme as themes
from widgets.controls.inline_edit import InlineEdit
from widgets.drag_out import is_pulled_off
from widgets.piano_roll.backdrop import mixed
from widgets.piano_roll.intents import Keys, is_escape_override

SECTIONS_PX = 24
EDGE_PX = 5.0
NEAR_PX = 8.0
"""A boundary between sections draws the pointer from this far."""
LEAST_EDIT_PX = 90
Grip = Literal["body", "start"]


@dataclass(slots=True)
class _Held:
    """A section in the hand: where it would go."""

    section: Section
    grip: Grip
    pressed: QPointF
    is_drag: bool = False
    target_tick: int = 0
    copies: bool = False


class SectionBar(QWidget):
    """Draws the sections of a song over a time axis that it is told. Gestures come out as signals; it changes nothing."""

    def __init__(self, x_of: Callable[[float], float], tick_at: Callable[[float], float], parent: QWidget) -> None:
        super().__init__(parent)
        self._x_of, self._tick_at = x_of, tick_at
        self._song = Song()
        self._loop: Span | None = None
        self._chosen: Span | None = None
        self._held: _Held | None = None
        self.chosen: Signal[Section] = Signal()
        self.moved: Signal[Section, int, bool] = Signal()
        """(section, to this tick, a copy of it)."""
        self.start_moved: Signal[Section, int] = Signal()
        self.named: Signal[Section, str] = Signal()
        self.added: Signal[int] = Signal()
        self.menu_asked: Signal[Section | None, int, QPointF] = Signal()
        self.carry_out: Callable[[Section, Qt.KeyboardModifier], bool] = lambda _section, _keys: False
        """Set by the panel: a section that a hand has pulled out of the arrangement (`drag_out.GoingOut.carry`)."""
        self.setFixedHeight(SECTIONS_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Sections"))

    def sizeHint(self) -> QSize:
        return QSize(600, SECTIONS_PX)

    def show_song(self, song: Song, loop: Span | None, chosen: Span | None) -> None:
        self._song, self._loop, self._chosen = song, loop, chosen
        names = ", ".join(section.marker.text for section in self.sections())
        self.setAccessibleDescription(names or self.tr("No sections"))
        self.update()

    def sections(self) -> list[Section]:
        return self._song.timeline.sections(self._song.end_tick)

    def section_at(self, x: float) -> Section | None:
        tick = int(max(0.0, self._tick_at(x)))
        return next((section for section in self.sections() if tick in section.span), None)

    def plate(self, span: Span) -> QRectF:
        left, right = self._x_of(span.start_tick), self._x_of(span.end_tick)
        return QRectF(left + 1, 2, max(2.0, right - left - 2), SECTIONS_PX - 4)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            sections = self.sections()
            for section in sections:
                self._paint_section(painter, section)
            if not sections:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("raised", 0.5))
                painter.drawRoundedRect(QRectF(1, 2, self.width() - 2, SECTIONS_PX - 4), 3, 3)
                painter.setPen(theme.colour("dim"))
                painter.setFont(themes.font(themes.LABEL_PX))
                painter.drawText(
                    QRectF(8, 0, 400, SECTIONS_PX), Qt.AlignmentFlag.AlignVCenter, self.tr("Double-click to name a section")
                )
            if self._loop is not None:
                left, right = self._x_of(self._loop.start_tick), self._x_of(self._loop.end_tick)
                painter.fillRect(QRectF(left, SECTIONS_PX - 2, max(2.0, right - left), 2), theme.colour("accent"))
            if self._held is not None and self._held.is_drag:
                x = self._x_of(self._held.target_tick)
                painter.fillRect(QRectF(x - 1, 0, 3, SECTIONS_PX), theme.colour("accent"))

    def _paint_section(self, painter: QPainter, section: Section) -> None:
        theme = themes.current()
        colour = theme.track(section.marker.colour)
        plate = self.plate(section.span)
        is_held = self._held is not None and self._held.is_drag and self._held.section == section
        is_chosen = self._chosen is not None and self._song.timeline.whole_bars(section.span) == self._chosen
        ground = mixed(theme.colour("raised"), colour, 0.5 if is_chosen else 0.26)
        ground.setAlphaF(0.4 if is_held else 1.0)
        painter.setPen(colour if is_chosen else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(plate.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(plate.left(), plate.top(), min(3.0, plate.width()), plate.height()), 1.5, 1.5)
        painter.setPen(theme.colour("text"))
        painter.setFont(themes.font(themes.LABEL_PX, bold=True))
        words = painter.fontMetrics().elidedText(
            section.marker.text, Qt.TextElideMode.ElideRight, max(0, int(plate.width() - 12))
        )
        painter.drawText(plate.adjusted(8, 0, -3, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    # The mouse

    def _grip_at(self, x: float) -> tuple[Section, Grip] | None:
        """The section under the pointer; near its beginning, that edge."""
        for section in self.sections():
            if section.span.start_tick and abs(self._x_of(section.span.start_tick) - x) <= EDGE_PX:
                return section, "start"
        found = self.section_at(x)
        return None if found is None else (found, "body")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_asked.emit(self.section_at(at.x()), int(max(0.0, self._tick_at(at.x()))), event.globalPosition())
        grip = self._grip_at(at.x()) if event.button() == Qt.MouseButton.LeftButton else None
        self._held = None if grip is None else _Held(*grip, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        held, x = self._held, event.position().x()
        if held is None:
            grip = self._grip_at(x)
            self.setCursor(
                Qt.CursorShape.SizeHorCursor if grip is not None and grip[1] == "start" else Qt.CursorShape.ArrowCursor
            )
            return
        far = (event.position() - held.pressed).manhattanLength() >= QApplication.styleHints().startDragDistance()
        held.is_drag = held.is_drag or far
        held.copies = Keys.of(event.modifiers()).copy
        held.target_tick = self._target(held, x)
        if held.is_drag and held.grip == "body" and self._is_outside(event.position()):
            if self.carry_out(held.section, event.modifiers()):
                self._give_up()
            return
        if held.is_drag:
            copying = Qt.CursorShape.DragCopyCursor if held.copies else Qt.CursorShape.ClosedHandCursor
            self.setCursor(Qt.CursorShape.SizeHorCursor if held.grip == "start" else copying)
        self.update()

    def _is_outside(self, at: QPointF) -> bool:
        """Out of the arrangement, which the bar is part of."""
        around = self.parentWidget() or self
        return is_pulled_off(around, QPointF(self.mapTo(around, at.toPoint())))

    def _target(self, held: _Held, x: float) -> int:
        """The bar line nearest to the pointer; a boundary between sections before any other."""
        timeline, sections = self._song.timeline, self.sections()
        if held.grip == "body":
            edges = {tick for section in sections for tick in (section.span.start_tick, section.span.end_tick)}
            near = [tick for tick in edges if abs(self._x_of(tick) - x) <= NEAR_PX]
            if near:
                return min(near, key=lambda tick: abs(self._x_of(tick) - x))
        tick = max(0, int(self._tick_at(x)))
        low = timeline.bar_start(timeline.bar_of(tick))
        high = timeline.bar_start(timeline.bar_of(tick) + 1)
        return low if tick - low < high - tick else high

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.unsetCursor()
        if not held.is_drag:
            self.chosen.emit(held.section)
        elif held.grip == "start":
            self.start_moved.emit(held.section, held.target_tick)
        elif held.grip != "body" or not self._is_outside(event.position()):  # outside it was to be a file, not yet ready
            self.moved.emit(held.section, held.target_tick, held.copies)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A name is typed anew; where there is no section one is added."""
        self._held = None
        if event.button() != Qt.MouseButton.LeftButton:
            return
        section = self.section_at(event.position().x())
        if section is not None:
            self.rename(section)
        else:
            self.added.emit(int(max(0.0, self._tick_at(event.position().x()))))

    def event(self, event: QEvent) -> bool:
        """While a drag lasts Esc gives it up."""
        if self._held is not None and is_escape_override(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._held is not None:
            self._give_up()
        else:
            super().keyPressEvent(event)

    def _give_up(self) -> None:
        self._held = None
        self.unsetCursor()
        self.update()

    # Names

    def rename(self, section: Section) -> None:
        """Type a name in place; Enter takes it, Esc leaves the old one."""
        plate = self.plate(section.span)
        width = min(max(LEAST_EDIT_PX, int(plate.width())), 260)
        place = QRect(int(max(0.0, min(plate.left(), self.width() - width))), 0, width, SECTIONS_PX)
        InlineEdit(self, place, section.marker.text, self.tr("Name of the section"), lambda name: self.named.emit(section, name))

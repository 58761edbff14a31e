"""Origin lane: over the notes, a tile for the bars that came from a pad, with a dot where on it; a click goes there."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from studio.song.ticks import Span
from studio.words import tr
from widgets import theme as themes
from widgets.controls.announce import announce
from widgets.controls.pressable import paint_focus
from widgets.piano_roll.ghosts import paint_playhead
from widgets.piano_roll.intents import Intents
from widgets.piano_roll.lane import Lane
from widgets.piano_roll.origins import Committed, PlaceOf, Places
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import scale_of
from widgets.piano_roll.wheel import wheeled
from widgets.small_map import paint_map
from widgets.still import Still

LANE_PX = 26
MAP_PX = 16.0
LEAST_PX = 3.0
"""A tile is never narrower than can be seen."""
REACH_PX = 12.0
"""A click so near the middle of a narrow tile still means it."""
KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class OriginLane(Lane):
    """Hidden in songs without such bars. A click chooses a tile and opens its place; with the keyboard here Left and
    Right walk the tiles that are seen and Enter opens one."""

    def __init__(self, state: RollState, intents: Intents, place_of: PlaceOf, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.intents = intents
        self.title_of_model: Callable[[str], str] = str
        self.places = Places(place_of)
        self._tiles: tuple[Hashable, list[Committed]] = ((), [])
        self._still = Still(self, self._paint_still)
        self._chosen: tuple[int, int, int] | None = None
        self.settle(self.tr("Places on the pad"), LANE_PX)

    @property
    def has_tiles(self) -> bool:
        """Whether any bar of the song came from a pad."""
        return bool(self.tiles()) or self.places.has_any(self.state.song)

    def tiles(self) -> list[Committed]:
        """What is seen now, from left to right."""
        key = (self.state.stamp, self.state.viewport.span)
        if self._tiles[0] != key:
            self._tiles = (key, self.places.committed(self.state.song, self.state.track_id, self.state.viewport.span))
        return self._tiles[1]

    def words(self, tile: Committed) -> str:
        """Such as "MusicVAE, pad 2 at 41 % / 63 %, take 3: bars 5-6 of Lead"."""
        bars = (
            tr("bar {first}", first=tile.first_bar)
            if tile.first_bar == tile.last_bar
            else tr("bars {first}-{last}", first=tile.first_bar, last=tile.last_bar)
        )
        place = tr("pad {pad} at {x:.0f} % / {y:.0f} %", pad=tile.pad, x=tile.x * 100, y=tile.y * 100)
        edited = self.tr(", changed since") if tile.origin.edited else ""
        return tr(
            "{model}, {place}, take {take}: {bars} of {track}{edited}",
            model=self.title_of_model(tile.origin.model),
            place=place,
            take=tile.origin.take,
            bars=bars,
            track=tile.track.name,
            edited=edited,
        )

    def rect_of(self, tile: Committed) -> QRectF:
        """Where a tile is drawn; one that begins before the view keeps its map in sight."""
        scale = scale_of(self.state.viewport)
        left, right = max(0.0, scale.crisp_x(tile.span.start_tick)), scale.crisp_x(tile.span.end_tick)
        return QRectF(left, 1, max(LEAST_PX, right - left - 1), self.height() - 3)

    def open_at(self, tick: int) -> bool:
        """Ask for the place that the bar at a tick came from; False when it came from none."""
        bar = self.state.song.timeline.bar_of(max(0, tick))
        span = self.state.song.timeline.bar_span(bar)
        found = self.places.committed(self.state.song, self.state.track_id, Span(span.start_tick, span.start_tick + 1))
        if found:
            self.intents.place_wanted.emit(found[0].origin.id)
        return bool(found)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still.picture(self.state.stamp, self.state.viewport))
            chosen = self._chosen_tile()
            if chosen is not None and self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
                paint_focus(painter, self.rect_of(chosen), 3)
            paint_playhead(painter, scale_of(self.state.viewport).x_of(self.state.playhead_tick), self.height(), theme)

    def _paint_still(self, pixmap: QPixmap) -> None:
        theme = themes.current()
        with QPainter(pixmap) as painter:
            self.ground(painter)
            for tile in self.tiles():
                self._paint_tile(painter, tile)
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))

    def _paint_tile(self, painter: QPainter, tile: Committed) -> None:
        theme, place = themes.current(), self.rect_of(tile)
        is_front = tile.track.id == self.state.track_id
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.track(tile.track.colour, 0.3 if is_front else 0.12))
        painter.drawRoundedRect(place, min(3.0, place.width() / 2), 3)
        if place.width() < MAP_PX + 4:
            return
        square = QRectF(place.left() + 3, place.center().y() - MAP_PX / 2, MAP_PX, MAP_PX)
        paint_map(painter, square, tile.x, tile.y, theme)
        room = place.adjusted(MAP_PX + 8, 0, -4, 0)
        words = f"{tile.x * 100:.0f} / {tile.y * 100:.0f} %"
        painter.setFont(themes.mono(themes.LABEL_PX))
        if painter.fontMetrics().horizontalAdvance(words) <= room.width():
            painter.setPen(theme.colour("text" if is_front else "muted"))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)

    # The hand

    def tile_at(self, x: float) -> Committed | None:
        """The tile under a pixel, or the nearest one within a finger's breadth."""
        near = [(max(0.0, place.left() - x, x - place.right()), tile) for tile in self.tiles() for place in (self.rect_of(tile),)]
        away, tile = min(near, key=lambda pair: pair[0], default=(REACH_PX, None))
        return tile if away < REACH_PX else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_over = self.tile_at(event.position().x()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        tile = self.tile_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and tile is not None and self.rect().contains(event.position().toPoint()):
            self._choose(tile)
            self.intents.place_wanted.emit(tile.origin.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event.pos(), event.globalPos())
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in KEYS:
            # The roll's own commands have these keys: here they walk the tiles.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tiles, chosen = self.tiles(), self._chosen_tile()
        at = tiles.index(chosen) if chosen is not None else None
        roll = self.parentWidget()
        if event.key() == Qt.Key.Key_Escape and roll is not None:
            roll.setFocus()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and tiles:
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            first = 0 if step > 0 else len(tiles) - 1
            self._choose(tiles[first if at is None else max(0, min(len(tiles) - 1, at + step))])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen is not None:
            self.intents.place_wanted.emit(chosen.origin.id)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.state.look(wheeled(self.state.viewport, event))
        self.intents.scrolled.emit(0.0)
        event.accept()

    def _choose(self, tile: Committed) -> None:
        self._chosen = (tile.track.id, tile.origin.id, tile.first_bar)
        words = self.words(tile)
        self.setAccessibleDescription(words)
        announce(self, words)
        self.update()

    def _chosen_tile(self) -> Committed | None:
        if self._chosen is None:
            return None
        track_id, origin_id, bar = self._chosen
        alike = [tile for tile in self.tiles() if (tile.track.id, tile.origin.id) == (track_id, origin_id)]
        return next((tile for tile in alike if tile.first_bar <= bar <= tile.last_bar), None)

    def _show_tip(self, at: QPoint, place: QPoint) -> None:
        tile = self.tile_at(at.x())
        QToolTip.showText(place, self.words(tile) if tile is not None else "", self)

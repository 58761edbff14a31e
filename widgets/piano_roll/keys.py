"""Keys: the piano beside the rows, or the names of the drums; a press is heard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.song.harmony import pitch_name
from widgets import theme as themes
from widgets.folding import PITCHES
from widgets.piano_roll.backdrop import BLACK_KEYS, mixed
from widgets.piano_roll.intents import Intents, Keys
from widgets.piano_roll.notes import readable_on
from widgets.piano_roll.state import RollState
from widgets.piano_roll.tiles import aligned, scale_of
from widgets.piano_roll.wheel import wheeled
from widgets.theme import Theme

KEYS_PX = 56
LEAST_LABEL_ROW_PX = 11.0
PRESS_VELOCITY = 96

# General MIDI level 1 percussion key map, in words short enough for the keys.
_DRUMS = """
Kick 2,Kick,Rim,Snare,Clap,Snare 2,Floor lo,Hat shut,Floor hi,Hat foot,Tom low,Hat open,Tom lo-m,Tom hi-m,Crash,Tom high,Ride,
China,Ride bell,Tambour.,Splash,Cowbell,Crash 2,Vibraslap,Ride 2,Bongo hi,Bongo lo,Conga mt,Conga hi,Conga lo,Timbal hi,Timbal lo,
Agogo hi,Agogo lo,Cabasa,Maracas,Whistle,Whistle l,Guiro,Guiro l,Claves,Block hi,Block lo,Cuica mt,Cuica,Triang mt,Triangle
"""
DRUM_NAMES = dict(enumerate((name.strip() for name in _DRUMS.split(",")), 35))


def key_colours(theme: Theme) -> tuple[QColor, QColor]:
    """White and black keys: bright and dark in every theme, but softer than the ink."""
    if theme.colour("bg").lightnessF() < 0.5:
        return mixed(theme.colour("text"), theme.colour("bg"), 0.02), theme.colour("raised")
    return theme.colour("panel"), mixed(theme.colour("text"), theme.colour("bg"), 0.18)


class PianoKeys(QWidget):
    """Row names at the left of the canvas."""

    def __init__(self, state: RollState, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.intents = state, intents
        self._pressed: int | None = None
        self.setFixedWidth(KEYS_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Piano keys"))
        self.setToolTip(self.tr("Press to hear; Ctrl selects the notes of the row, Shift adds them"))
        state.viewport_changed.listen(self.update)
        state.shown_changed.listen(self.update)
        state.hover_changed.listen(self.update)

    def sizeHint(self) -> QSize:
        return QSize(KEYS_PX, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = themes.current()
        with QPainter(self) as painter:
            scale = scale_of(self.state.viewport)
            track = self.state.track
            is_drum = track is not None and track.instrument.is_drum
            white, black = key_colours(theme)
            between = mixed(white, theme.colour("bg"), 0.35)
            label_ink = readable_on(white, theme)
            painter.setFont(themes.font(max(9, min(themes.LABEL_PX, int(scale.row_px) - 3)), bold=not is_drum))
            view = self.state.viewport
            is_folded = len(view.fold) < PITCHES
            for pitch in (p for p in view.fold.pitches if view.low_pitch <= p <= view.high_pitch):
                top, bottom = scale.crisp_y(pitch), scale.crisp_bottom(pitch)
                is_black = pitch % 12 in BLACK_KEYS
                fill = theme.colour("raised") if is_drum else (black if is_black else white)
                is_hovered = pitch == self.state.hovered_pitch
                if pitch == self._pressed:
                    fill = theme.colour("accent")
                elif is_hovered:
                    fill = mixed(fill, theme.colour("accent"), 0.4)
                painter.fillRect(QRectF(0, top, KEYS_PX - 1, bottom - top), fill)
                if is_drum:
                    painter.fillRect(QRectF(0, bottom - scale.hair_px, KEYS_PX - 1, scale.hair_px), theme.colour("line"))
                    self._drum_name(painter, pitch, QRectF(6, top, KEYS_PX - 7, bottom - top), theme)
                    continue
                if pitch % 12 in (0, 5) or is_folded:
                    painter.fillRect(QRectF(0, bottom - scale.hair_px, KEYS_PX - 1, scale.hair_px), between)
                if (pitch % 12 == 0 or is_hovered or (is_folded and scale.row_px >= LEAST_LABEL_ROW_PX)) and scale.row_px >= 7:
                    painter.setPen(label_ink if fill == white else readable_on(fill, theme))
                    align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    tall = max(bottom - top, 11)
                    painter.drawText(QRectF(0, bottom - tall, KEYS_PX - 7, tall), align, pitch_name(pitch, self._flats()))
            painter.fillRect(KEYS_PX - 1, 0, 1, self.height(), theme.colour("line"))

    def _flats(self) -> bool:
        key = self.state.song.timeline.key_at(self.state.viewport.span.start_tick)
        return key is not None and key.prefers_flats

    def _drum_name(self, painter: QPainter, pitch: int, place: QRectF, theme: Theme) -> None:
        name = DRUM_NAMES.get(pitch)
        if name is None or self.state.viewport.row_px < LEAST_LABEL_ROW_PX:
            return
        painter.setPen(theme.colour("text"))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)

    def _press(self, pitch: int | None) -> None:
        if pitch == self._pressed:
            return
        self._pressed = pitch
        if pitch is None:
            self.intents.hushed.emit(0)
        else:
            self.intents.sounded.emit(pitch, PRESS_VELOCITY)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            pitch, keys = aligned(self.state.viewport).pitch_at(event.position().y()), Keys.of(event.modifiers())
            if keys.toggle or keys.extend:
                self.intents.row_picked.emit(pitch, keys.extend)
            self._press(pitch)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._press(aligned(self.state.viewport).pitch_at(event.position().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._press(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.state.look(wheeled(self.state.viewport, event))
        event.accept()

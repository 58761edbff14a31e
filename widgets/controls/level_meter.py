"""Level meter: two bars that fall slowly, peaks that are held, and a light that stays on after a clip until clicked."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.words import tr
from widgets import theme
from widgets.controls.valued import Valued

LOW_DB, HIGH_DB = -60.0, 6.0
FALL_DB_PER_S = 20.0
HOLD_S = 1.5
CLIP_DB = 0.0
"""A peak above full scale is a clip; full scale itself is not."""


def db_of(amplitude: float) -> float:
    return 20 * math.log10(amplitude) if amplitude > 1e-6 else -120.0


@dataclass
class Ballistics:
    """One channel of a meter over time, in decibels of full scale."""

    shown_db: float = -120.0
    held_db: float = -120.0
    is_clipped: bool = False
    _held_since_s: float = 0.0
    _last_s: float = 0.0

    def feed(self, peak_db: float, now_s: float) -> None:
        """A peak was measured."""
        fallen = self.shown_db - FALL_DB_PER_S * max(0.0, now_s - self._last_s)
        self.shown_db = max(peak_db, fallen, -120.0)
        self._last_s = now_s
        if peak_db >= self.held_db or now_s - self._held_since_s > HOLD_S:
            self.held_db = max(peak_db, self.shown_db)
            self._held_since_s = now_s
        self.is_clipped |= peak_db > CLIP_DB

    @property
    def is_silent(self) -> bool:
        return self.shown_db <= LOW_DB and self.held_db <= LOW_DB


class LevelMeter(Valued):
    """Feed it amplitudes (1 is full scale) as often as it is to move."""

    reader_role = QAccessible.Role.Indicator

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channels = (Ballistics(), Ballistics())
        self.setAccessibleName(name)
        self.setToolTip(tr("Level: peak, held for 1.5 s. The lamp on top lights after a clip; click to clear it"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(12, 130)

    def feed(self, left: float, right: float, now_s: float | None = None) -> None:
        now_s = time.monotonic() if now_s is None else now_s
        was_silent = all(channel.is_silent for channel in self.channels)
        for channel, amplitude in zip(self.channels, (left, right), strict=True):
            channel.feed(db_of(amplitude), now_s)
        if not (was_silent and all(channel.is_silent for channel in self.channels)):
            self.update()

    def value_words(self) -> str:
        """The loudest peak that is held."""
        held_db = max(channel.held_db for channel in self.channels)
        words = tr("silent") if held_db <= LOW_DB else tr("{level} dB", level=f"{held_db:.0f}")
        return tr("{level}, clipped", level=words) if self.is_clipped else words

    @property
    def is_clipped(self) -> bool:
        return any(channel.is_clipped for channel in self.channels)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clear_clip()

    def clear_clip(self) -> None:
        """The lamp goes out."""
        if self.is_clipped:
            for channel in self.channels:
                channel.is_clipped = False
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            lamp_px, gap_px = 4, 2
            top, height = lamp_px + gap_px, self.height() - lamp_px - gap_px
            bar_px = (self.width() - 2) // 2
            for index, channel in enumerate(self.channels):
                left = index * (bar_px + 2)
                painter.fillRect(QRectF(left, 0, bar_px, lamp_px), tokens.colour("warn" if channel.is_clipped else "bg"))
                painter.fillRect(QRectF(left, top, bar_px, height), tokens.colour("bg"))
                zero_y = top + (1 - _part(0.0)) * height
                level_y = top + (1 - _part(channel.shown_db)) * height
                painter.fillRect(QRectF(left, level_y, bar_px, top + height - level_y), tokens.colour("ok"))
                if level_y < zero_y:
                    painter.fillRect(QRectF(left, level_y, bar_px, zero_y - level_y), tokens.colour("warn"))
                if channel.held_db > LOW_DB:
                    held_y = top + (1 - _part(channel.held_db)) * height
                    painter.fillRect(QRectF(left, held_y, bar_px, 2), tokens.colour("accent"))


def _part(db: float) -> float:
    return min(1.0, max(0.0, (db - LOW_DB) / (HIGH_DB - LOW_DB)))

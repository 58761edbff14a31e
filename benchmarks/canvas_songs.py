"""Songs and widgets of the canvas benchmarks: random notes at one density, some of them held for thirty seconds."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from studio.song.notes import Notes, rows_from_columns
from studio.song.song import Song, Track
from studio.song.ticks import Span
from widgets.piano_roll.canvas import Canvas
from widgets.piano_roll.intents import Intents
from widgets.piano_roll.state import RollState
from widgets.viewport import Viewport

WIDTH_PX, HEIGHT_PX = 1600, 900
BAR = 3840
PER_BAR = 40
TICKS_PER_PX = 12.0
"""Five bars in view: a song of 1 000 notes must still have ground to scroll over."""
PEER_TICKS_PER_PX = 48.0
"""Twenty bars in view, some 700 notes."""
TRACK = 9_000_001


def app() -> QApplication:
    return QApplication.instance() or QApplication([])  # type: ignore[return-value]


@lru_cache(maxsize=8)
def song_of(count: int) -> Song:
    draw = np.random.default_rng(1)
    start = np.sort(draw.integers(0, count // PER_BAR * BAR, count))
    length = draw.integers(60, 960, count)
    length[draw.random(count) < 0.001] = 30 * 1920
    pitch = draw.integers(30, 100, count)
    rows = rows_from_columns(start, length, pitch, draw.integers(20, 127, count), id=np.arange(1, count + 1))
    return Song("Benchmark", (Track(TRACK, "Track", notes=Notes(rows)),), next_id=TRACK + 1)


class Stage:
    """A canvas on the screen, painted frame by frame."""

    def __init__(self, count: int, ticks_per_px: float = TICKS_PER_PX) -> None:
        app()
        self.song = song_of(count)
        self.state = RollState(song=self.song, track_id=TRACK, viewport=Viewport(WIDTH_PX, HEIGHT_PX, 0.0, ticks_per_px, 92.0))
        self.canvas = Canvas(self.state, Intents())
        self.canvas.resize(WIDTH_PX, HEIGHT_PX)
        expose(self.canvas)
        self.frames_s: list[float] = []
        self.turn = 0

    def start_tick(self) -> float:
        """Another place of the song each time, with room to scroll on."""
        self.turn += 1
        room = max(1.0, self.song.end_tick - 8000 * self.state.viewport.ticks_per_px)
        return (self.turn * 7919 * BAR) % room

    def look_at_all(self) -> None:
        self.state.look(self.state.viewport.fitted(Span(0, self.song.end_tick), 0.0))
        for _ in range(200):
            self.canvas.repaint()
            app().processEvents()


def expose(widget: QWidget) -> None:
    """An unexposed window paints nothing, and its frames would be a wonderful lie."""
    widget.show()
    for _ in range(50):
        app().processEvents()
        handle: Any = widget.windowHandle()
        if handle is not None and handle.isExposed():
            return
    raise AssertionError("the window was never exposed")

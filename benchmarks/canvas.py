"""The canvas: scrolling, zooming, rubber band, overview; 1 000 to 1 000 000 notes, and peers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from frame import Case, Goal, main

from canvas_songs import BAR, HEIGHT_PX, PEER_TICKS_PER_PX, TICKS_PER_PX, WIDTH_PX, Stage, app, expose, song_of  # isort: skip

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}
FRAMES = 60
STEP_PX = 40
LATE: dict[str, list[float]] = {}


def timed(stage: Stage, name: str, frame: Callable[[int], None], frames: int = FRAMES, *, whole: bool = True) -> Stage:
    """One synchronous repaint a frame, or what the frame itself has left to be painted; every time is kept for percentiles."""
    kept = LATE.setdefault(name, [])
    for index in range(frames):
        began = time.perf_counter()
        frame(index)
        stage.canvas.repaint() if whole else app().processEvents()
        kept.append(time.perf_counter() - began)
    return stage


def scroll(name: str) -> Callable[[Stage], Stage]:
    """On and on over fresh ground, where nothing was painted before; at the end of the song from its beginning again."""

    def chunk(stage: Stage) -> Stage:
        if stage.state.viewport.span.end_tick + FRAMES * STEP_PX * stage.state.viewport.ticks_per_px > stage.song.end_tick:
            stage.canvas.tiles.forget()
            stage.state.look(stage.state.viewport.shown_from(0))
        return timed(stage, name, lambda _: stage.state.look(stage.state.viewport.scrolled(STEP_PX)), whole=False)

    return chunk


def zoom(name: str) -> Callable[[Stage], Stage]:
    """Every frame at another scale: all tiles anew."""

    def chunk(stage: Stage) -> Stage:
        view = stage.state.viewport.shown_from(stage.start_tick())
        stage.state.look(view.zoomed_time(view.ticks_per_px / TICKS_PER_PX, 800))
        factors = [1.15, 1.15, 1.15, 1 / 1.15, 1 / 1.15, 1 / 1.15]
        return timed(stage, name, lambda i: stage.state.look(stage.state.viewport.zoomed_time(factors[i % 6], 800)), 12)

    return chunk


def band(name: str) -> Callable[[Stage], Stage]:
    """A rubber band growing over the view."""
    from PySide6.QtCore import QPointF, Qt

    from widgets.piano_roll.intents import Intents
    from widgets.piano_roll.tools import Marquee

    def chunk(stage: Stage) -> Stage:
        canvas = stage.canvas
        keys = Qt.KeyboardModifier.NoModifier
        stage.state.look(stage.state.viewport.shown_from(stage.start_tick()))
        canvas.repaint()
        gesture = Marquee(stage.state, Intents(), canvas.place(QPointF(20, 20), keys))
        canvas.preview(gesture)
        timed(stage, name, lambda i: gesture.move(canvas.place(QPointF(40 + i * 25, 40 + i * 14), keys)))
        canvas.preview(None)
        return stage

    return chunk


def overview(name: str) -> Callable[[Stage], Stage]:
    return lambda stage: timed(stage, name, lambda _: None)


def whole(count: int) -> Callable[[], Stage]:
    def setup() -> Stage:
        stage = Stage(count)
        stage.look_at_all()
        return stage

    return setup


def build(stage: Stage) -> Stage:
    """The overview of the whole song from nothing, until no tile is missing."""
    stage.canvas.tiles.forget()
    stage.look_at_all()
    return stage


def check_frames(stage: Stage) -> None:
    assert stage.canvas.tiles.rows_drawn > 0
    assert stage.canvas.grab().toImage().pixelColor(5, 5).isValid()


def graphics_view() -> Any:
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QBrush, QColor, QPen
    from PySide6.QtWidgets import QGraphicsScene, QGraphicsView

    app()
    view = QGraphicsView()
    scene = QGraphicsScene(view)
    pen, brush = QPen(Qt.PenStyle.NoPen), QBrush(QColor("#5BB8F0"))
    for row in song_of(100_000).tracks[0].notes.rows[["start", "length", "pitch"]].tolist():
        scene.addRect(QRectF(row[0] / PEER_TICKS_PER_PX, (127 - row[2]) * 16, row[1] / PEER_TICKS_PER_PX, 15), pen, brush)
    view.setScene(scene)
    view.resize(WIDTH_PX, HEIGHT_PX)
    expose(view)
    return view


def scroll_graphics(view: Any) -> Any:
    """It moves its picture too, and paints the strip."""
    bar = view.horizontalScrollBar()
    bar.setValue(bar.value() % (bar.maximum() // 2) + 2000)
    for _ in range(FRAMES):
        bar.setValue(bar.value() + STEP_PX)
        app().processEvents()
    return view


def graphics_whole() -> Any:
    from PySide6.QtCore import Qt

    view = graphics_view()
    view.fitInView(view.sceneRect(), Qt.AspectRatioMode.IgnoreAspectRatio)
    return view


def repaint_once(view: Any) -> Any:
    view.viewport().repaint()
    return view


def plot() -> Any:
    import pyqtgraph

    app()
    rows = song_of(100_000).tracks[0].notes.rows
    widget = pyqtgraph.PlotWidget()
    bars = pyqtgraph.BarGraphItem(
        x0=rows["start"].astype(float), width=rows["length"].astype(float), y0=rows["pitch"].astype(float), height=0.9, pen=None
    )
    widget.addItem(bars)
    widget.resize(WIDTH_PX, HEIGHT_PX)
    expose(widget)
    widget.setYRange(36, 92, padding=0)
    return widget


def scroll_plot(widget: Any) -> Any:
    for index in range(5):
        left = 1_000_000 + index * STEP_PX * PEER_TICKS_PER_PX
        widget.setXRange(left, left + WIDTH_PX * PEER_TICKS_PER_PX, padding=0)
        app().processEvents()
    return widget


def plot_whole() -> Any:
    widget = plot()
    widget.setXRange(0, 2500 * BAR, padding=0)
    return widget


def cases() -> list[Case]:
    made = []
    for kind, chunk in (("scroll", scroll), ("zoom", zoom), ("band", band)):
        for size, count in SIZES.items():
            goals = (Goal(f"{kind} 1k", "time", 1.5),) if size == "1M" else ()
            frames = 12 if kind == "zoom" else FRAMES
            name = f"{kind} {size}"
            made.append(Case(name, lambda count=count: Stage(count), chunk(name), frames, "frame", goals, check_frames))  # type: ignore[misc]
    for size in ("10k", "100k", "1M"):
        goals = (Goal("overview 10k", "time", 1.5),) if size == "1M" else ()
        name = f"overview {size}"
        made.append(Case(name, whole(SIZES[size]), overview(name), FRAMES, "frame", goals, check_frames))
    made.append(Case("overview 1M, from nothing", whole(SIZES["1M"]), build, 1, "picture"))
    return made + peers()


def peers() -> list[Case]:
    """The same 100 000 notes, twenty bars in view, in a graphics view (an item a note) and in a plot library's bar graph."""
    return [
        Case("graphics view, scroll", graphics_view, scroll_graphics, FRAMES, "frame"),
        Case("graphics view, all", graphics_whole, repaint_once, 1, "frame"),
        Case("pyqtgraph, scroll", plot, scroll_plot, 5, "frame"),
        Case("pyqtgraph, all", plot_whole, repaint_once, 1, "frame"),
        Case(
            "peer: ours, scroll", lambda: Stage(100_000, PEER_TICKS_PER_PX), scroll("peer scroll"), FRAMES, "frame",
            (Goal("pyqtgraph, scroll", "speed", 10), Goal("graphics view, scroll", "speed", 2)),
        ),
        Case(
            "peer: ours, all", whole(100_000), overview("peer all"), FRAMES, "frame",
            (Goal("pyqtgraph, all", "speed", 3), Goal("graphics view, all", "speed", 20)),
        ),
    ]  # fmt: skip


def tell_percentiles() -> None:
    for name, times in LATE.items():
        low, middle, high = np.percentile(np.array(times) * 1000, (1, 50, 99))
        print(f"  frames of {name:<16} best 1 % {low:7.2f} ms   p50 {middle:7.2f} ms   p99 {high:7.2f} ms")


if __name__ == "__main__":
    try:
        main("canvas", cases)
    finally:
        tell_percentiles()

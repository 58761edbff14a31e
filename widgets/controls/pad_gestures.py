"""What the mouse does on the pad: move the pointer, draw a path, drag one of its points, drag an anchor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from studio.explore.mixing import Place, simplified
from widgets import motion
from widgets.controls.pad_marks import TRAIL, Sketch

if TYPE_CHECKING:
    from studio.explore.explorer import Explorer

LEAST_STROKE = 0.03
"""A stroke shorter than this share of the pad was a click."""


class Gesture(Protocol):
    """From press to release; `cancel` leaves everything as it was before the press."""

    def move(self, place: Place) -> None: ...
    def finish(self) -> None: ...
    def cancel(self) -> None: ...


class PointerDrag:
    """The phrase under the pointer is heard wherever it goes."""

    def __init__(self, explorer: Explorer, sketch: Sketch, place: Place) -> None:
        self._explorer, self._sketch = explorer, sketch
        self._before = (explorer.x, explorer.y)
        sketch.trail = []
        self.move(place)
        _sound(explorer)

    def move(self, place: Place) -> None:
        if not motion.is_reduced():
            self._sketch.trail = [*self._sketch.trail[1 - TRAIL :], (self._explorer.x, self._explorer.y)]
        self._explorer.move_to(*place)

    def finish(self) -> None:
        self._explorer.release()

    def cancel(self) -> None:
        self._sketch.trail = []
        self._explorer.move_to(*self._before)
        self._explorer.release()


class PathStroke:
    """Draws a path by hand, hearing it on the way; the stroke becomes a few points that can be moved."""

    def __init__(self, explorer: Explorer, sketch: Sketch, place: Place) -> None:
        self._explorer, self._sketch = explorer, sketch
        self._before = (explorer.x, explorer.y)
        sketch.trail = []
        sketch.stroke = [place]
        explorer.move_to(*place)
        _sound(explorer)

    def move(self, place: Place) -> None:
        self._sketch.stroke.append(place)
        self._explorer.move_to(*place)

    def finish(self) -> None:
        stroke, self._sketch.stroke = self._sketch.stroke, []
        self._explorer.release()
        wide, high = (max(axis) - min(axis) for axis in zip(*stroke, strict=True))
        if max(wide, high) >= LEAST_STROKE:
            self._explorer.set_path(simplified(stroke))

    def cancel(self) -> None:
        self._sketch.stroke = []
        self._explorer.move_to(*self._before)
        self._explorer.release()


class HandleDrag:
    """Moves one point of the path, hearing the place it comes to; the phrases of the path are made anew when it is let go."""

    def __init__(self, explorer: Explorer, sketch: Sketch, index: int) -> None:
        self._explorer, self._sketch, self.index = explorer, sketch, index
        self._before = (explorer.x, explorer.y)
        self._has_moved = False

    def move(self, place: Place) -> None:
        path = self._sketch.handles or self._explorer.pad.path
        self._sketch.handles = (*path[: self.index], place, *path[self.index + 1 :])
        self._explorer.move_to(*place)
        if not self._has_moved:
            self._has_moved = True
            _sound(self._explorer)

    def finish(self) -> None:
        handles, self._sketch.handles = self._sketch.handles, None
        if handles is not None and self.index < len(self._explorer.pad.path):
            self._explorer.release()
            self._explorer.edit_path_point(self.index, *handles[self.index])

    def cancel(self) -> None:
        self._sketch.handles = None
        if self._has_moved:
            self._explorer.move_to(*self._before)
            self._explorer.release()


class AnchorDrag:
    """Moves an anchor: the pointer stays, and what its place becomes is heard. Without a move it is a click, which puts the
    pointer on the anchor."""

    def __init__(self, explorer: Explorer, sketch: Sketch, slot: int) -> None:
        self._explorer, self._sketch, self._slot = explorer, sketch, slot

    def move(self, place: Place) -> None:
        is_first = self._sketch.anchor is None
        self._sketch.anchor = (self._slot, place)
        self._explorer.try_anchor(self._slot, *place)
        if is_first:
            _sound(self._explorer)

    def finish(self) -> None:
        moved, self._sketch.anchor = self._sketch.anchor, None
        if moved is not None:
            self._explorer.move_anchor(self._slot, *moved[1])
            return
        anchor = self._explorer.pad.anchors[self._slot]
        if anchor is not None:
            self._explorer.move_to(anchor.x, anchor.y)
            self._explorer.play()
            self._explorer.release()

    def cancel(self) -> None:
        if self._sketch.anchor is not None:
            self._sketch.anchor = None
            self._explorer.end_trial()


def _sound(explorer: Explorer) -> None:
    """Let the pointer's place sound, where there is anything on the pad."""
    if explorer.pad.slots:
        explorer.play()

"""What the mouse does on the pad: move the pointer, draw a path, drag one of its points, drag an anchor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from studio.explore.mixing import Place, simplified
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
        if explorer.pad.slots:
            explorer.play()

    def move(self, place: Place) -> None:
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
        if explorer.pad.slots:
            explorer.play()

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
    """Moves one point of the path; the phrases on it are made anew when it is let go."""

    def __init__(self, explorer: Explorer, sketch: Sketch, index: int) -> None:
        self._explorer, self._sketch, self.index = explorer, sketch, index
        self._has_moved = False

    def move(self, place: Place) -> None:
        path = self._sketch.handles or self._explorer.pad.path
        self._sketch.handles = (*path[: self.index], place, *path[self.index + 1 :])
        self._has_moved = True

    def finish(self) -> None:
        handles, self._sketch.handles = self._sketch.handles, None
        if handles is not None and self._has_moved and self.index < len(self._explorer.pad.path):
            self._explorer.edit_path_point(self.index, *handles[self.index])

    def cancel(self) -> None:
        self._sketch.handles = None


class AnchorDrag:
    """Moves an anchor; without a move it is a click, which puts the pointer on it."""

    def __init__(self, explorer: Explorer, sketch: Sketch, slot: int) -> None:
        self._explorer, self._sketch, self._slot = explorer, sketch, slot

    def move(self, place: Place) -> None:
        self._sketch.anchor = (self._slot, place)

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
        self._sketch.anchor = None

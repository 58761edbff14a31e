"""The wheel: scroll, Shift sideways, Ctrl zooms time and Ctrl+Shift pitch, about the pointer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent

from widgets.viewport import NOTCH, Viewport

NOTCH_UNITS = 120.0
SCROLL_PX = 48.0
"""One notch of a wheel without pixel deltas scrolls this far."""

_sense = 1
"""-1 where the wheel works the other way round."""


def invert(is_inverted: bool) -> None:
    """Let the wheel scroll and zoom the other way round, or as usual."""
    global _sense  # noqa: PLW0603 - one hand, one wheel
    _sense = -1 if is_inverted else 1


def deltas_px(event: QWheelEvent) -> tuple[float, float]:
    """How far to scroll, right and down. Trackpads tell pixels; wheels tell angles, some desktops on the other axis."""
    pixels = event.pixelDelta()
    if not pixels.isNull():
        return -pixels.x() * _sense, -pixels.y() * _sense
    angle, px = event.angleDelta(), SCROLL_PX / NOTCH_UNITS * _sense
    return -angle.x() * px, -angle.y() * px


def wheeled(viewport: Viewport, event: QWheelEvent) -> Viewport:
    """The viewport after a turn of the wheel."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    by_x, by_y = deltas_px(event)
    if ctrl:
        turned = _sense * (event.angleDelta().y() or event.angleDelta().x())
        factor = NOTCH ** (turned / NOTCH_UNITS)
        if shift:
            return viewport.zoomed_pitch(factor, event.position().y())
        return viewport.zoomed_time(factor, event.position().x())
    if shift and not by_x:
        by_x, by_y = by_y, 0.0
    return viewport.scrolled(by_x, by_y)

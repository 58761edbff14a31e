"""The wheel: scroll, Shift sideways, Ctrl zooms time and Ctrl+Shift pitch, about the pointer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent

from widgets.viewport import NOTCH, Viewport

NOTCH_UNITS = 120.0
SCROLL_PX = 48.0
"""One notch of a wheel without pixel deltas scrolls this far."""


def deltas_px(event: QWheelEvent) -> tuple[float, float]:
    """How far to scroll, right and down. Trackpads tell pixels; wheels tell angles, some desktops on the other axis."""
    pixels = event.pixelDelta()
    if not pixels.isNull():
        return -pixels.x(), -pixels.y()
    angle = event.angleDelta()
    return -angle.x() / NOTCH_UNITS * SCROLL_PX, -angle.y() / NOTCH_UNITS * SCROLL_PX


def wheeled(viewport: Viewport, event: QWheelEvent) -> Viewport:
    """The viewport after a turn of the wheel."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    by_x, by_y = deltas_px(event)
    if ctrl:
        turned = event.angleDelta().y() or event.angleDelta().x()
        factor = NOTCH ** (turned / NOTCH_UNITS)
        if shift:
            return viewport.zoomed_pitch(factor, event.position().y())
        return viewport.zoomed_time(factor, event.position().x())
    if shift and not by_x:
        by_x, by_y = by_y, 0.0
    return viewport.scrolled(by_x, by_y)

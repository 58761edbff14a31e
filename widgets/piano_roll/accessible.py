"""What a screen reader is told of the canvas: a canvas by role, its name, and the selection in words as its value."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueChangeEvent
from PySide6.QtWidgets import QAccessibleWidget

from widgets.piano_roll.canvas import Canvas

_kept: list[CanvasInterface] = []
"""Qt holds the interfaces by address only; those of canvases that are gone are dropped when the next is made."""
_is_installed = False


class CanvasInterface(QAccessibleWidget):
    """The canvas as assistive programs see it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, QAccessible.Role.Canvas, canvas.accessibleName())
        self._canvas = canvas

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Value:
            return self._canvas.accessibleDescription()
        if kind == QAccessible.Text.Name:
            return self._canvas.accessibleName()
        return str(super().text(kind))


def install() -> None:
    """Answer for canvases from now on; asked once, by the first roll."""
    global _is_installed  # noqa: PLW0603 - Qt keeps factories for the whole process
    if not _is_installed:
        _is_installed = True
        QAccessible.installFactory(_interface_of)


def _interface_of(_class_name: str, asked: QObject) -> QAccessibleInterface | None:
    if not isinstance(asked, Canvas):
        return None
    _kept[:] = [interface for interface in _kept if shiboken6.isValid(interface)]
    _kept.append(CanvasInterface(asked))
    return _kept[-1]


def speak(canvas: Canvas, words: str) -> None:
    """The selection is another one: tell it to whoever listens."""
    if words == canvas.accessibleDescription():
        return
    canvas.setAccessibleDescription(words)
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(canvas, words))

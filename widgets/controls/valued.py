"""Valued: drawn controls that a screen reader meets as what they are, with their value in words."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueChangeEvent
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_kept: list[ValuedInterface] = []
"""Qt holds the interfaces by address only; those of controls that are gone are dropped when the next is made."""
_is_installed = False


class Valued(QWidget):
    """Subclasses say what they are and how their value is read; `value_changed` tells whoever listens."""

    reader_role = QAccessible.Role.Slider

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install()

    def value_words(self) -> str:
        """The value as it is spoken."""
        raise NotImplementedError

    def value_changed(self) -> None:
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, self.value_words()))


class ValuedInterface(QAccessibleWidget):
    """Such a control as assistive programs see it."""

    def __init__(self, control: Valued) -> None:
        super().__init__(control, control.reader_role, control.accessibleName())
        self._control = control

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Value:
            return self._control.value_words()
        if kind == QAccessible.Text.Name:
            return self._control.accessibleName()
        return str(super().text(kind))


def install() -> None:
    """Answer for these controls from now on; asked by each, done once."""
    global _is_installed  # noqa: PLW0603 - Qt keeps factories for the whole process
    if not _is_installed:
        _is_installed = True
        QAccessible.installFactory(_interface_of)


def _interface_of(_class_name: str, asked: QObject) -> QAccessibleInterface | None:
    if not isinstance(asked, Valued):
        return None
    _kept[:] = [interface for interface in _kept if shiboken6.isValid(interface)]
    _kept.append(ValuedInterface(asked))
    return _kept[-1]

"""Panel: a part of the window that names itself, is given a Session, and forgets its listeners when it closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVarTuple

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from studio.events import Signal
from studio.words import tr

if TYPE_CHECKING:
    from studio.session import Session

Arguments = TypeVarTuple("Arguments")
Area = Literal["top", "left", "centre", "right", "bottom"]


class Panel(QWidget):
    """Subclasses set `title`, `area` and `shortcut`, and build their contents in `build`.

    The window shows and hides a panel as it likes; closing it for good (`close()`) drops every listener taken with
    `listen`, so that the session keeps nothing of a panel that is gone.
    """

    title: ClassVar[str] = ""
    area: ClassVar[Area] = "centre"
    shortcut: ClassVar[str] = ""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._forgets: list[Callable[[], None]] = []
        self.setObjectName(type(self).__name__)
        self.setAccessibleName(tr(self.title))
        self.build(session)

    def build(self, session: Session) -> None:
        """Make the contents and listen to what they show; called once."""
        raise NotImplementedError

    def listen(self, signal: Signal[*Arguments], listener: Callable[[*Arguments], object]) -> None:
        """Be told of a signal until the panel closes."""
        self._forgets.append(signal.listen(listener))

    def forget_all(self) -> None:
        """Drop every listener; twice does no harm."""
        while self._forgets:
            self._forgets.pop()()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.forget_all()
        super().closeEvent(event)

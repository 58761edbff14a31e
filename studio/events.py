"""Signal: a typed list of listeners, called on the thread that emits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Arguments = TypeVarTuple("Arguments")


class Signal(Generic[*Arguments]):
    """Listeners are called in the order they were added; one may remove itself meanwhile."""

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: list[Callable[[*Arguments], object]] = []

    def listen(self, listener: Callable[[*Arguments], object]) -> Callable[[], None]:
        """Add a listener; the returned function takes it away again (twice does no harm)."""
        self._listeners.append(listener)

        def forget() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return forget

    def emit(self, *arguments: *Arguments) -> None:
        for listener in tuple(self._listeners):
            listener(*arguments)

    def __len__(self) -> int:
        return len(self._listeners)

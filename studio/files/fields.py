"""Fields: an object of a file whose every value is checked as it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnreadableFile
from studio.words import tr

HIGHEST = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a file with the way to it, for messages; each getter refuses what is not as it must be."""

    values: Mapping[str, Any]
    where: str
    name: str

    def refused(self, key: str, wanted: str) -> UnreadableFile:
        place = f"{self.where}.{key}".strip(".")
        return UnreadableFile(
            tr("«{name}»: {place} should be {wanted}.", name=self.name, place=place, wanted=wanted),
            tr("It is damaged or was changed by hand; open an earlier version."),
        )

    def _value(self, key: str, wanted: str) -> Any:
        if key not in self.values:
            raise self.refused(key, tr("there ({wanted})", wanted=wanted))
        return self.values[key]

    def whole(self, key: str, low: int = 0, high: int = HIGHEST) -> int:
        value = self._value(key, tr("a whole number"))
        if type(value) is not int or not low <= value <= high:
            raise self.refused(key, tr("a whole number from {low} to {high}", low=low, high=high))
        return value

    def decimal(self, key: str) -> float:
        value = self._value(key, tr("a number"))
        if type(value) not in (int, float):
            raise self.refused(key, tr("a number"))
        return float(value)

    def text(self, key: str) -> str:
        value = self._value(key, tr("a text"))
        if not isinstance(value, str):
            raise self.refused(key, tr("a text"))
        return value

    def flag(self, key: str) -> bool:
        value = self._value(key, tr("true or false"))
        if not isinstance(value, bool):
            raise self.refused(key, tr("true or false"))
        return value

    def inner(self, key: str) -> Fields:
        value = self._value(key, tr("an object"))
        if not isinstance(value, dict):
            raise self.refused(key, tr("an object"))
        return Fields(value, f"{self.where}.{key}".strip("."), self.name)

    def inners(self, key: str) -> list[Fields]:
        """A list of objects."""
        listed = self._listed(key)
        if not all(isinstance(value, dict) for value in listed):
            raise self.refused(key, tr("a list of objects"))
        place = f"{self.where}.{key}".strip(".")
        return [Fields(value, f"{place}[{index}]", self.name) for index, value in enumerate(listed)]

    def tuples(self, key: str, *kinds: type) -> list[list[Any]]:
        """A list of short lists of these types."""
        listed = self._listed(key)
        for value in listed:
            if not isinstance(value, list) or [type(item) for item in value] != list(kinds):
                raise self.refused(key, tr("a list of [{kinds}]", kinds=", ".join(kind.__name__ for kind in kinds)))
            if any(isinstance(item, int) and item < 0 for item in value):
                raise self.refused(key, tr("without negative numbers"))
        return listed

    def column(self, key: str, low: int, high: int) -> NDArray[np.int64]:
        """A list of whole numbers."""
        listed = self._listed(key)
        if not set(map(type, listed)) <= {int}:
            raise self.refused(key, tr("a list of whole numbers"))
        column = np.array(listed, np.int64)
        if len(column) and not (column.min() >= low and column.max() <= high):
            raise self.refused(key, tr("whole numbers from {low} to {high}", low=low, high=high))
        return column

    def _listed(self, key: str) -> list[Any]:
        value = self._value(key, tr("a list"))
        if not isinstance(value, list):
            raise self.refused(key, tr("a list"))
        return value

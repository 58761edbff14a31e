"""Objects of strict JSON from strangers, every field checked as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio import strict_json
from studio.strict_json import FaultyJson
from studio.words import tr

LARGEST_BYTES = 1 << 20
DEEPEST = 24


def parsed(raw: bytes, largest: int = LARGEST_BYTES) -> dict[str, Any]:
    """The object in the bytes; FaultyJson when it is too large, too deep, ambiguous or no object."""
    found = strict_json.parsed(raw, largest, DEEPEST)
    if not isinstance(found, dict):
        raise FaultyJson(tr("it holds no object"))
    return found


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one object, read with their type and range; FaultyJson names the field that fails."""

    values: Mapping[str, Any]
    where: str = ""

    def text(self, name: str, default: str | None = None, longest: int = 20_000) -> str:
        value = self._value(name, default)
        if not isinstance(value, str) or len(value) > longest:
            raise FaultyJson(
                tr("«{path}» must be a text of at most {longest} characters", path=self._path(name), longest=longest)
            )
        return value

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise FaultyJson(
                tr("«{path}» must be a whole number from {low} to {high}", path=self._path(name), low=low, high=high)
            )
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise FaultyJson(tr("«{path}» must be a number from {low:g} to {high:g}", path=self._path(name), low=low, high=high))
        return float(value)

    def switch(self, name: str, default: bool | None = None) -> bool:
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise FaultyJson(tr("«{path}» must be true or false", path=self._path(name)))
        return value

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._value(name, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise FaultyJson(tr("«{path}» must be a list of texts", path=self._path(name)))
        return tuple(value)

    def mapping(self, name: str, default: Mapping[str, Any] | None = None) -> dict[str, Any]:
        value = self._value(name, default)
        if not isinstance(value, dict):
            raise FaultyJson(tr("«{path}» must be an object", path=self._path(name)))
        return dict(value)

    def numbers(self, name: str) -> dict[str, float]:
        found = self.mapping(name, {})
        for key, value in found.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise FaultyJson(tr("«{path}.{key}» must be a number", path=self._path(name), key=key))
        return found

    def objects(self, name: str) -> tuple[Fields, ...]:
        value = self._value(name, [])
        if not isinstance(value, list) or len(value) > 10_000 or not all(isinstance(item, dict) for item in value):
            raise FaultyJson(tr("«{path}» must be a list of objects", path=self._path(name)))
        return tuple(Fields(item, f"{self._path(name)}[{at}]") for at, item in enumerate(value))

    def _value(self, name: str, default: Any) -> Any:
        value = self.values.get(name, default)
        if value is None:
            raise FaultyJson(tr("«{path}» is missing", path=self._path(name)))
        return value

    def _path(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

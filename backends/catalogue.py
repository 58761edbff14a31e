"""The families that are here: their declarations are read without running them, their code is loaded on first use."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from studio.errors import ModelUnavailable
from studio.generation.card import ModelCard
from studio.generation.contract import Backend, Family
from studio.knobs import Knob
from studio.words import tr

FAMILIES = Path(__file__).resolve().parent / "families"

_DECLARABLE = {"Family": Family, "Knob": Knob}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Families by name, and the module that holds each."""

    families: Mapping[str, Family]
    modules: Mapping[str, str]

    @classmethod
    def standard(cls) -> Catalogue:
        """The families of this program, read once."""
        return _standard()

    def family(self, name: str) -> Family:
        """A family's declaration; ModelUnavailable when it is not here."""
        self._check(name)
        return self.families[name]

    def module(self, name: str) -> Any:
        """Import a family's file (and torch with it)."""
        self._check(name)
        return importlib.import_module(self.modules[name])

    def open(self, card: ModelCard, device: str) -> Backend:
        """The card's model with its weights, on a device."""
        model: Backend = self.module(card.family).Model(card, device)
        return model

    def _check(self, name: str) -> None:
        if name not in self.modules:
            known = ", ".join(sorted(self.modules)) or "none"
            raise ModelUnavailable(
                tr("The family «{name}» is not part of this program.", name=name), tr("Known: {known}.", known=known)
            )


@cache
def _standard() -> Catalogue:
    return catalogue(FAMILIES, "backends.families")


def catalogue(folder: Path, package: str) -> Catalogue:
    """Read every declaration in the folder; a file without one is no family."""
    families: dict[str, Family] = {}
    modules: dict[str, str] = {}
    for path in sorted(folder.glob("*.py")):
        family = declared_family(path)
        if family is not None:
            families[family.name] = family
            modules[family.name] = f"{package}.{path.stem}"
    return Catalogue(families, modules)


def declared_family(path: Path) -> Family | None:
    """The FAMILY literal at the top of a file, without running the file; None where it has none."""
    tree = ast.parse(path.read_text(encoding="utf-8"), path.name)
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and [getattr(target, "id", "") for target in statement.targets] == ["FAMILY"]:
            value = _value(statement.value, path.name)
            if not isinstance(value, Family):
                raise ValueError(f"{path.name}: FAMILY is no Family")
            return value
    return None


def _value(node: ast.expr, name: str) -> object:
    """A literal, a tuple of literals, a text in pieces, or a call of Family or Knob with such values."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DECLARABLE:
        arguments = [_value(argument, name) for argument in node.args]
        named = {keyword.arg: _value(keyword.value, name) for keyword in node.keywords if keyword.arg}
        made: object = _DECLARABLE[node.func.id](*arguments, **named)
        return made
    if isinstance(node, ast.Tuple):
        return tuple(_value(item, name) for item in node.elts)
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise ValueError(f"{name}, line {node.lineno}: FAMILY may hold only literals, Family and Knob") from None
